"""The Kullback–Leibler divergence as a function, beside the module."""

from __future__ import annotations

from typing import Any

from ..information.kl_div_loss import KLDivLoss

__all__ = ["kl_div"]


def kl_div(input: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> Any:  # noqa: A002
    """Σ target·(log target − input) of log-probabilities as input, as `KLDivLoss`; PyTorch's name and order.

    >>> import numpy as np
    >>> round(kl_div(np.log([0.7, 0.3]), [1.0, 0.0], "sum").item(), 6)
    0.356675
    """
    return KLDivLoss(reduction, log_target=log_target).forward(input, target)
