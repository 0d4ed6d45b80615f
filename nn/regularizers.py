"""Objectives with a penalty on the parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import OperandError

from .module import Module

__all__ = ["RegularizedLoss"]


class RegularizedLoss(Module):
    """J + α·Ω(θ): a loss of outputs and targets plus a penalty that sees the parameters alone.

    Only training changes: what the model computes from its inputs stays the same. Source: Tikhonov, 1963.

    Args:
        loss: J, called with whatever this is called with.
        penalty: Ω, called with the list of parameters.
        parameters: θ, usually `model.parameters()`; often without the biases.
        alpha: α, at least 0.

    Raises:
        OperandError: alpha is negative or not a number, or there are no parameters.

    >>> from autograd import Tensor
    >>> theta = Tensor([3.0], requires_grad=True)
    >>> loss = RegularizedLoss(lambda y, t: ((y - t) ** 2).sum(), lambda ps: (ps[0] ** 2).sum(), [theta], alpha=0.5)
    >>> float(loss(theta * 2.0, 5.0).data)
    5.5
    """

    kind = "loss"

    def __init__(
        self, loss: Callable[..., Any], penalty: Callable[[list[Any]], Any], parameters: Iterable[Any], alpha: float
    ) -> None:
        if not (np.isfinite(alpha) and alpha >= 0):
            raise OperandError(f"RegularizedLoss: alpha must be a number from 0, not {alpha!r}")
        self._loss = loss
        self._penalty = penalty
        self._parameters = list(parameters)  # the model's, so not among its own
        if not self._parameters:
            raise OperandError("RegularizedLoss was given no parameters to penalise")
        self.alpha = alpha

    def forward(self, *inputs: Any) -> Any:
        """The loss of the inputs, plus α times the penalty."""
        return self._loss(*inputs) + self.alpha * self._penalty(self._parameters)

    def extra_repr(self) -> str:
        """α."""
        return f"alpha={self.alpha:g}"
