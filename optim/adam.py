"""Adam: every parameter's step is measured by the running moments of its own gradient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .blocks import Block
from .checks import betas as check_betas
from .checks import positive
from .optimizer import NonFinite, Optimizer

__all__ = ["Adam", "AdamW"]


class Adam(Optimizer):
    """m = β₁m + (1−β₁)g; v = β₂v + (1−β₂)g²; parameter −= lr · m̂ / (√v̂ + eps), m̂ and v̂ corrected for their start at 0.

    Source: Kingma and Ba, 2015; AMSGrad: Reddi, Kale and Kumar, 2018.

    Args:
        parameters: The leaves to change, or groups of them.
        lr: Learning rate, from 0 on: about the length of a step per parameter.
        betas: How much of the running mean and of the running square is kept, each from 0 to below 1.
        eps: Added to the root, against division by 0.
        weight_decay: Strength of an L2 penalty, added to the gradient (`AdamW` keeps it out of the moments).
        amsgrad: Divide by the largest v̂ so far.
        bias_correction: Whether m and v are divided by 1 − βᵗ. Without it the first steps are too large.
        maximize, nonfinite: See `Optimizer`.

    Raises:
        OptimizerError: a setting is out of range, or a parameter is unusable.

    >>> from autograd import Tensor
    >>> x = Tensor([3.0, -2.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> Adam([x], lr=0.1).step()
    >>> x.data
    array([ 2.9, -1.9])
    """

    decoupled = False

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8, weight_decay: float = 0.0, amsgrad: bool = False, *, bias_correction: bool = True,
        maximize: bool = False, nonfinite: NonFinite = "allow",
    ) -> None:  # fmt: skip
        settings = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad,
                    "bias_correction": bias_correction}  # fmt: skip
        super().__init__(parameters, settings, maximize=maximize, nonfinite=nonfinite)

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""
        positive(self._name, "lr", group["lr"], zero=True)
        check_betas(self._name, group["betas"])
        positive(self._name, "eps", group["eps"], zero=True)
        positive(self._name, "weight_decay", group["weight_decay"], zero=True)

    def switches(self, block: Block, group: Mapping[str, Any]) -> dict[str, bool]:  # noqa: ARG002
        """What the rule branches on."""
        decays = bool(group["weight_decay"])
        return {"amsgrad": group["amsgrad"], "penalised": decays and not self.decoupled,
                "shrinks": decays and self.decoupled}  # fmt: skip

    def numbers(self, block: Block, group: Mapping[str, Any]) -> dict[str, float]:
        """The numbers of a step."""
        (beta1, beta2), lr, decay = group["betas"], group["lr"], group["weight_decay"]
        first, second = 1.0, 1.0
        if group["bias_correction"]:
            first, second = 1 - beta1**block.steps, 1 - beta2**block.steps
        # lr/first · m / (√v/√second + eps), with the division by √second taken out of the array: a pass less.
        scale = second**0.5
        return {"kept1": beta1, "new1": 1 - beta1, "kept2": beta2, "new2": 1 - beta2, "eps": group["eps"] * scale,
                "rate": lr * scale / first, "decay": decay, "shrink": 1 - lr * decay}  # fmt: skip

    @staticmethod
    def rule(x: Any) -> Mapping[str, Any]:
        """One step."""
        p = x.p * x.shrink if x.shrinks else x.p
        g = x.g + x.decay * x.p if x.penalised else x.g
        m = x.m * x.kept1 + g * x.new1
        v = x.v * x.kept2 + np.square(g) * x.new2
        largest = np.maximum(x.v_max, v) if x.amsgrad else v
        moved = {"p": p - m / (np.sqrt(largest) + x.eps) * x.rate, "m": m, "v": v}
        return {**moved, "v_max": largest} if x.amsgrad else moved


class AdamW(Adam):
    """Adam with the weight decay kept out of the moments: parameter *= 1 − lr · weight_decay before each step.

    Source: Loshchilov and Hutter, 2019. The arguments are those of `Adam`.

    >>> from autograd import Tensor
    >>> x = Tensor([3.0], requires_grad=True)
    >>> (0 * x).sum().backward()
    >>> AdamW([x], lr=0.1, weight_decay=0.5).step()
    >>> x.data
    array([2.85])
    """

    decoupled = True

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8, weight_decay: float = 1e-2, amsgrad: bool = False, *, bias_correction: bool = True,
        maximize: bool = False, nonfinite: NonFinite = "allow",
    ) -> None:  # fmt: skip
        super().__init__(
            parameters, lr, betas, eps, weight_decay, amsgrad, bias_correction=bias_correction, maximize=maximize,
            nonfinite=nonfinite,
        )  # fmt: skip
