"""Step sizes from the largest recent gradient: Adamax and MaxProp."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .blocks import Block
from .checks import beta as check_beta
from .checks import betas as check_betas
from .checks import positive
from .optimizer import NonFinite, Optimizer

__all__ = ["Adamax", "MaxProp"]


class Adamax(Optimizer):
    """m = β₁m + (1−β₁)g; u = max(β₂u, |g| + eps); parameter −= lr/(1−β₁ᵗ) · m/u: Adam with the largest gradient.

    Source: Kingma and Ba, 2015, section 7.1. eps stands where PyTorch has it.

    Args:
        parameters: The leaves to change, or groups of them.
        lr: Learning rate, from 0 on.
        betas: How much of the running mean and of the running maximum is kept, each from 0 to below 1.
        eps: Against division by 0.
        weight_decay: Strength of the L2 penalty.
        maximize, nonfinite: See `Optimizer`.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> (x * x).backward()
    >>> Adamax([x], lr=0.1).step()
    >>> round(x.data, 6)
    2.9
    """

    def __init__(
        self, parameters: Iterable[Any], lr: float = 2e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8, weight_decay: float = 0.0, *, maximize: bool = False, nonfinite: NonFinite = "allow",
    ) -> None:  # fmt: skip
        settings = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(parameters, settings, maximize=maximize, nonfinite=nonfinite)

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""
        for what in ("lr", "eps", "weight_decay"):
            positive("Adamax", what, group[what], zero=True)
        check_betas("Adamax", group["betas"])

    def update(self, block: Block, group: Mapping[str, Any]) -> None:
        """One step."""
        (beta1, beta2), t = group["betas"], block.scratch(1)
        g = block.decayed(group["weight_decay"])
        m, u = block.state("m"), block.state("u")
        m += np.multiply(np.subtract(g, m, out=t), 1 - beta1, out=t)
        u *= beta2
        np.maximum(u, np.add(np.abs(g, out=t), group["eps"], out=t), out=u)
        np.divide(m, u, out=t)
        t *= group["lr"] / (1 - beta1**block.steps)
        block.p -= t


class MaxProp(Optimizer):
    """v = max(beta·v, |g|); parameter −= lr · g/(v + eps): RMSprop with the largest recent gradient for its size.

    No established name; it is Adamax with β₁ = 0.

    Args:
        parameters: The leaves to change, or groups of them.
        lr: Learning rate, from 0 on.
        beta: How much of the running maximum is kept, from 0 to below 1.
        eps: Against division by 0.
        weight_decay: Strength of the L2 penalty.
        maximize, nonfinite: See `Optimizer`.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> (x * x).backward()
    >>> MaxProp([x], lr=0.1).step()
    >>> round(x.data, 6)
    2.9
    """

    def __init__(
        self, parameters: Iterable[Any], lr: float = 2e-3, beta: float = 0.999, eps: float = 1e-8,
        weight_decay: float = 0.0, *, maximize: bool = False, nonfinite: NonFinite = "allow",
    ) -> None:  # fmt: skip
        settings = {"lr": lr, "beta": beta, "eps": eps, "weight_decay": weight_decay}
        super().__init__(parameters, settings, maximize=maximize, nonfinite=nonfinite)

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""
        for what in ("lr", "eps", "weight_decay"):
            positive("MaxProp", what, group[what], zero=True)
        check_beta("MaxProp", "beta", group["beta"])

    def update(self, block: Block, group: Mapping[str, Any]) -> None:
        """One step."""
        g, t, v = block.decayed(group["weight_decay"]), block.scratch(1), block.state("v")
        v *= group["beta"]
        np.maximum(v, np.abs(g, out=t), out=v)
        np.divide(g, np.add(v, group["eps"], out=t), out=t)
        t *= group["lr"]
        block.p -= t
