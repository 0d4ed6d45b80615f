"""Relatives of Adam: NAdam looks ahead, RAdam waits until its variance can be trusted, Lion uses signs only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .blocks import Block
from .checks import betas as check_betas
from .checks import positive
from .optimizer import NonFinite, Optimizer

__all__ = ["Lion", "NAdam", "RAdam"]


def _moments(x: Any, g: Any) -> tuple[Any, Any]:
    """The running mean and the running square of the gradient, brought up to date."""
    return x.m * x.kept1 + g * x.new1, x.v * x.kept2 + np.square(g) * x.new2


def _decayed(x: Any) -> tuple[Any, Any]:
    """Parameter and gradient, one of them with the decay."""
    return x.p * x.shrink if x.shrinks else x.p, x.g + x.decay * x.p if x.penalised else x.g


def _decay_switches(group: Mapping[str, Any]) -> dict[str, bool]:
    decays, decoupled = bool(group["weight_decay"]), group["decoupled_weight_decay"]
    return {"penalised": decays and not decoupled, "shrinks": decays and decoupled}


def _shared_numbers(group: Mapping[str, Any]) -> dict[str, float]:
    (beta1, beta2), lr, decay = group["betas"], group["lr"], group["weight_decay"]
    return {"kept1": beta1, "new1": 1 - beta1, "kept2": beta2, "new2": 1 - beta2, "eps": group["eps"], "decay": decay,
            "shrink": 1 - lr * decay, "lr": lr}  # fmt: skip


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

    def switches(self, block: Block, group: Mapping[str, Any]) -> dict[str, bool]:  # noqa: ARG002
        """What the rule branches on."""
        return _decay_switches(group)

    def numbers(self, block: Block, group: Mapping[str, Any]) -> dict[str, float]:
        """The numbers of a step."""
        (beta1, beta2), decay = group["betas"], group["momentum_decay"]
        mu, ahead = (_mean_share(beta1, decay, block.steps + i) for i in (0, 1))
        product = self._share(beta1, decay, block.steps)
        return {**_shared_numbers(group), "second": 1 - beta2**block.steps, "present": (1 - mu) / (1 - product),
                "next": ahead / (1 - product * ahead)}  # fmt: skip

    @staticmethod
    def rule(x: Any) -> Mapping[str, Any]:
        """One step."""
        p, g = _decayed(x)
        m, v = _moments(x, g)
        step = (g * x.present + m * x.next) / (np.sqrt(v / x.second) + x.eps)
        return {"p": p - step * x.lr, "m": m, "v": v}


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

    def switches(self, block: Block, group: Mapping[str, Any]) -> dict[str, bool]:
        """What the rule branches on."""
        return {**_decay_switches(group), "trusted": self._length(block, group) > 5}

    def numbers(self, block: Block, group: Mapping[str, Any]) -> dict[str, float]:
        """The numbers of a step."""
        (beta1, beta2), t = group["betas"], block.steps
        found = {**_shared_numbers(group), "rate": group["lr"] / (1 - beta1**t), "trust": 0.0}
        length, longest = self._length(block, group), 2 / (1 - beta2) - 1
        if length > 5:
            trust = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
            found["trust"] = ((1 - beta2**t) * trust) ** 0.5
        return found

    def _length(self, block: Block, group: Mapping[str, Any]) -> float:
        """How many gradients the running square is worth."""
        beta2, t = group["betas"][1], block.steps
        length: float = 2 / (1 - beta2) - 1 - 2 * t * beta2**t / (1 - beta2**t)
        return length

    @staticmethod
    def rule(x: Any) -> Mapping[str, Any]:
        """One step."""
        p, g = _decayed(x)
        m, v = _moments(x, g)
        step = m * x.rate
        if x.trusted:
            step = step * x.trust / (np.sqrt(v) + x.eps)
        return {"p": p - step, "m": m, "v": v}


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

    def switches(self, block: Block, group: Mapping[str, Any]) -> dict[str, bool]:  # noqa: ARG002
        """What the rule branches on."""
        return {"shrinks": bool(group["weight_decay"])}

    def numbers(self, block: Block, group: Mapping[str, Any]) -> dict[str, float]:  # noqa: ARG002
        """The numbers of a step."""
        (beta1, beta2), lr = group["betas"], group["lr"]
        return {"lr": lr, "shrink": 1 - lr * group["weight_decay"], "kept1": beta1, "new1": 1 - beta1,
                "kept2": beta2, "new2": 1 - beta2}  # fmt: skip

    @staticmethod
    def rule(x: Any) -> Mapping[str, Any]:
        """One step."""
        p = x.p * x.shrink if x.shrinks else x.p
        step = np.sign(x.m * x.kept1 + x.g * x.new1) * x.lr
        return {"p": p - step, "m": x.m * x.kept2 + x.g * x.new2}
