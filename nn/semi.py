"""Learning from labelled and unlabelled samples at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import OperandError, Tensor

from .module import Module
from .operands import as_tensor

__all__ = ["SemiSupervisedLoss"]


class SemiSupervisedLoss(Module):
    """mean(−log P(y | x)) + weight · mean(−log P(x)), for a model whose two answers share parameters.

    The first term asks for the right labels, the second for an account of the inputs themselves, which unlabelled
    samples can give too. Source: Lasserre, Bishop and Minka, 2006.

    Args:
        weight: λ, at least 0: how much the inputs count beside the labels.

    Raises:
        OperandError: the weight is negative or not a number.

    >>> loss = SemiSupervisedLoss(0.5)
    >>> round(float(loss(np.log([0.5, 0.5]), np.log([0.25, 0.25, 0.25])).data), 6)
    1.386294
    """

    kind = "loss"

    def __init__(self, weight: float) -> None:
        if not (np.isfinite(weight) and weight >= 0):
            raise OperandError(f"SemiSupervisedLoss: weight must be a number from 0, not {weight!r}")
        self.weight = weight

    def forward(self, log_p_y_given_x: Any, log_p_x: Any) -> Tensor:
        """The loss.

        Args:
            log_p_y_given_x: The log-probability of the right label of each labelled sample.
            log_p_x: The log-density of each sample, of as many as there are.
        """
        supervised, generative = as_tensor(log_p_y_given_x), as_tensor(log_p_x)
        if not (supervised.size and generative.size):
            raise OperandError("SemiSupervisedLoss: both terms need at least one sample")
        result: Tensor = -supervised.mean() - self.weight * generative.mean()
        return result

    def extra_repr(self) -> str:
        """The weight."""
        return f"weight={self.weight:g}"
