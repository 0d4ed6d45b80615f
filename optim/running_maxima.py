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

    def switches(self, block: Block, group: Mapping[str, Any]) -> dict[str, bool]:  # noqa: ARG002
        """What the rule branches on."""
        return {"penalised": bool(group["weight_decay"])}

    def numbers(self, block: Block, group: Mapping[str, Any]) -> dict[str, float]:
        """The numbers of a step."""
        beta1, beta2 = group["betas"]
        return {"rate": group["lr"] / (1 - beta1**block.steps), "kept1": beta1, "new1": 1 - beta1, "kept2": beta2,
                "eps": group["eps"], "decay": group["weight_decay"]}  # fmt: skip

    @staticmethod
    def rule(x: Any) -> Mapping[str, Any]:
        """One step."""
        g = x.g + x.decay * x.p if x.penalised else x.g
        m = x.m * x.kept1 + g * x.new1
        u = np.maximum(x.u * x.kept2, np.abs(g) + x.eps)
        return {"p": x.p - m / u * x.rate, "m": m, "u": u}


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

    def switches(self, block: Block, group: Mapping[str, Any]) -> dict[str, bool]:  # noqa: ARG002
        """What the rule branches on."""
        return {"penalised": bool(group["weight_decay"])}

    def numbers(self, block: Block, group: Mapping[str, Any]) -> dict[str, float]:  # noqa: ARG002
        """The numbers of a step."""
        return {"lr": group["lr"], "beta": group["beta"], "eps": group["eps"], "decay": group["weight_decay"]}

    @staticmethod
    def rule(x: Any) -> Mapping[str, Any]:
        """One step."""
        g = x.g + x.decay * x.p if x.penalised else x.g
        v = np.maximum(x.v * x.beta, np.abs(g))
        return {"p": x.p - g / (v + x.eps) * x.lr, "v": v}
