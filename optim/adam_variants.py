"""Relatives of Adam: NAdam looks ahead, RAdam waits until its variance can be trusted, Lion uses signs only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .blocks import Array, Block
from .checks import betas as check_betas
from .checks import positive
from .optimizer import NonFinite, Optimizer

__all__ = ["Lion", "NAdam", "RAdam"]


def _moments(block: Block, g: Array, beta1: float, beta2: float) -> tuple[Array, Array]:
    """The running mean and the running square of the gradient, brought up to date."""
    m, v, t = block.state("m"), block.state("v"), block.scratch(1)
    m += np.multiply(np.subtract(g, m, out=t), 1 - beta1, out=t)
    v *= beta2
    v += np.multiply(np.multiply(g, g, out=t), 1 - beta2, out=t)
    return m, v


class NAdam(Optimizer):
    """Adam with Nesterov's look-ahead: the step mixes the corrected mean of the next time with the gradient itself.

    Source: Dozat, 2016. The mean's share grows as μₜ = β₁(1 − ½·0.96^(t·momentum_decay)); a huge momentum_decay keeps
    it at β₁.

    Args:
        parameters: The leaves to change, or groups of them.
        lr: Learning rate, from 0 on.
        betas: How much of the running mean and of the running square is kept, each from 0 to below 1.
        eps: Against division by 0.
        weight_decay: Strength of the L2 penalty, or of the decay itself with `decoupled_weight_decay`.
        momentum_decay: How fast μ grows to β₁.
        decoupled_weight_decay: Keep the decay out of the moments, as AdamW does.
        maximize, nonfinite: See `Optimizer`.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> (x * x).backward()
    >>> NAdam([x], lr=0.1).step()
    >>> round(x.data, 4)
    2.8944
    """

    def __init__(
        self, parameters: Iterable[Any], lr: float = 2e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8, weight_decay: float = 0.0, momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False, *, maximize: bool = False, nonfinite: NonFinite = "allow",
    ) -> None:  # fmt: skip
        settings = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
                    "momentum_decay": momentum_decay, "decoupled_weight_decay": decoupled_weight_decay}  # fmt: skip
        super().__init__(parameters, settings, maximize=maximize, nonfinite=nonfinite)
        self._shares: dict[tuple[float, float], list[float]] = {}

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""
        for what in ("lr", "eps", "weight_decay", "momentum_decay"):
            positive("NAdam", what, group[what], zero=True)
        check_betas("NAdam", group["betas"])

    def _share(self, beta1: float, decay: float, t: int) -> float:
        """μ₁·μ₂·...·μₜ."""
        products = self._shares.setdefault((beta1, decay), [1.0])
        while len(products) <= t:
            products.append(products[-1] * _mean_share(beta1, decay, len(products)))
        return products[t]

    def update(self, block: Block, group: Mapping[str, Any]) -> None:
        """One step."""
        (beta1, beta2), lr, decay = group["betas"], group["lr"], group["momentum_decay"]
        decoupled = group["decoupled_weight_decay"]
        if decoupled:
            block.p *= 1 - lr * group["weight_decay"]
        g = block.decayed(0.0 if decoupled else group["weight_decay"])
        m, v = _moments(block, g, beta1, beta2)
        mu, ahead = (_mean_share(beta1, decay, block.steps + i) for i in (0, 1))
        product = self._share(beta1, decay, block.steps)
        root = np.sqrt(np.divide(v, 1 - beta2**block.steps, out=block.scratch(1)), out=block.scratch(1))
        root += group["eps"]
        step = np.multiply(g, (1 - mu) / (1 - product), out=block.scratch(2))
        step += np.multiply(m, ahead / (1 - product * ahead), out=block.scratch(3))
        step /= root
        step *= lr
        block.p -= step


def _mean_share(beta1: float, decay: float, t: int) -> float:
    share: float = beta1 * (1 - 0.5 * 0.96 ** (t * decay))
    return share


class RAdam(Optimizer):
    """Adam that goes by the mean alone until enough gradients have been seen to trust their variance.

    Source: Liu, Jiang, He, Chen, Liu, Gao and Han, 2020.

    Args:
        parameters: The leaves to change, or groups of them.
        lr: Learning rate, from 0 on.
        betas: How much of the running mean and of the running square is kept, each from 0 to below 1.
        eps: Against division by 0.
        weight_decay: Strength of the L2 penalty, or of the decay itself with `decoupled_weight_decay`.
        decoupled_weight_decay: Keep the decay out of the moments, as AdamW does.
        maximize, nonfinite: See `Optimizer`.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> (x * x).backward()
    >>> RAdam([x], lr=0.1).step()
    >>> round(x.data, 6)
    2.4
    """

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8, weight_decay: float = 0.0, decoupled_weight_decay: bool = False, *,
        maximize: bool = False, nonfinite: NonFinite = "allow",
    ) -> None:  # fmt: skip
        settings = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
                    "decoupled_weight_decay": decoupled_weight_decay}  # fmt: skip
        super().__init__(parameters, settings, maximize=maximize, nonfinite=nonfinite)

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""
        for what in ("lr", "eps", "weight_decay"):
            positive("RAdam", what, group[what], zero=True)
        check_betas("RAdam", group["betas"])

    def update(self, block: Block, group: Mapping[str, Any]) -> None:
        """One step."""
        (beta1, beta2), lr, t = group["betas"], group["lr"], block.steps
        decoupled = group["decoupled_weight_decay"]
        if decoupled:
            block.p *= 1 - lr * group["weight_decay"]
        g = block.decayed(0.0 if decoupled else group["weight_decay"])
        m, v = _moments(block, g, beta1, beta2)
        second = 1 - beta2**t
        longest = 2 / (1 - beta2) - 1
        length = longest - 2 * t * beta2**t / second
        step = np.multiply(m, lr / (1 - beta1**t), out=block.scratch(1))
        if length > 5:
            trust = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
            step *= (second * trust) ** 0.5
            root = np.sqrt(v, out=block.scratch(2))
            root += group["eps"]
            step /= root
        block.p -= step


class Lion(Optimizer):
    """parameter −= lr · (sign(β₁m + (1−β₁)g) + weight_decay · parameter); m = β₂m + (1−β₂)g: every step has one length.

    Source: Chen and others, 2023, "Symbolic discovery of optimization algorithms".

    Args:
        parameters: The leaves to change, or groups of them.
        lr: The length of a step in every coordinate, from 0 on; a third to a tenth of Adam's suits.
        betas: How much of the running mean goes into the step, and how much of it is kept.
        weight_decay: Strength of the decay.
        maximize, nonfinite: See `Optimizer`.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> (x * x).backward()
    >>> Lion([x], lr=0.1).step()
    >>> x.data
    2.9
    """

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1e-4, betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0, *, maximize: bool = False, nonfinite: NonFinite = "allow",
    ) -> None:  # fmt: skip
        settings = {"lr": lr, "betas": betas, "weight_decay": weight_decay}
        super().__init__(parameters, settings, maximize=maximize, nonfinite=nonfinite)

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""
        for what in ("lr", "weight_decay"):
            positive("Lion", what, group[what], zero=True)
        check_betas("Lion", group["betas"])

    def update(self, block: Block, group: Mapping[str, Any]) -> None:
        """One step."""
        (beta1, beta2), lr, g = group["betas"], group["lr"], block.g
        m, t = block.state("m"), block.scratch(1)
        np.multiply(m, beta1, out=t)
        t += np.multiply(g, 1 - beta1, out=block.scratch(2))
        np.sign(t, out=t)
        t *= lr
        block.p *= 1 - lr * group["weight_decay"]
        block.p -= t
        m *= beta2
        m += np.multiply(g, 1 - beta2, out=block.scratch(2))
