"""The Kullback–Leibler divergence as a loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import OperandError, ShapeError, Tensor, exp, where

from ..module import Module
from ..operands import as_tensor
from .distributions import probabilities, weighted_log

__all__ = ["KLDivLoss"]

REDUCTIONS = ("none", "sum", "mean", "batchmean")


class KLDivLoss(Module):
    """Σ target·(log target − input), of log-probabilities as input; in PyTorch's order, (log q, p) gives KL(p‖q).

    Args:
        reduction: "mean" over all numbers (PyTorch's default, and not the divergence of a row), "batchmean" (the mean
            over the first axis of the divergence per row), "sum" or "none".
        log_target: Whether the target is given as log-probabilities too.

    Raises:
        OperandError: the reduction is unknown.

    Source: Kullback and Leibler, 1951.

    >>> import numpy as np
    >>> loss = KLDivLoss("batchmean")(Tensor(np.log([[0.7, 0.3]])), Tensor([[1.0, 0.0]]))
    >>> round(float(loss.data), 6)
    0.356675
    """

    kind = "loss"

    def __init__(self, reduction: str = "mean", *, log_target: bool = False) -> None:
        if reduction not in REDUCTIONS:
            raise OperandError(f"KLDivLoss: reduction is one of {', '.join(REDUCTIONS)}, not {reduction!r}")
        self.reduction = reduction
        self.log_target = log_target

    def forward(self, log_q: Any, p: Any) -> Tensor:
        """The loss of log-probabilities log_q against targets p of the same shape.

        Raises:
            ShapeError: the shapes differ.
            DataError: a target is no probability.
        """
        believed, true = as_tensor(log_q), as_tensor(p)
        if believed.shape != true.shape:
            raise ShapeError(
                f"KLDivLoss: the input has shape {believed.shape}, the target {true.shape}; they must agree"
            )
        terms: Tensor
        if self.log_target:
            terms = exp(true) * (true - believed)
        else:
            true = probabilities(true, "KLDivLoss", "target")
            impossible = (true.data == 0) & np.isneginf(believed.data)  # 0·log 0 = 0
            safe = where(impossible, 0.0, believed) if impossible.any() else believed
            terms = weighted_log(true, true) - true * safe
        if self.reduction == "none":
            return terms
        total = terms.sum()
        if self.reduction == "sum":
            summed: Tensor = total
            return summed
        count = terms.size if self.reduction == "mean" else (terms.shape[0] if terms.ndim else 1)
        average: Tensor = total / count
        return average

    def extra_repr(self) -> str:
        """The reduction."""
        return f"{self.reduction}{', log_target' * self.log_target}"
