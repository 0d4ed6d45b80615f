"""The Kullback–Leibler divergence as a function, beside the module."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor

from ..information.kl_div_loss import KLDivLoss
from ..operands import as_tensor

__all__ = ["kl_div"]


def kl_div(input: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> Any:  # noqa: A002
    """Σ target·(log target − input) of log-probabilities as input, as `KLDivLoss`; PyTorch's name and order.

    >>> round(kl_div(np.log([0.7, 0.3]), [1.0, 0.0], "sum").item(), 6)
    0.356675
    """
    believed = as_tensor(input)
    true = target if isinstance(target, Tensor) else np.asarray(target, believed.dtype)
    return KLDivLoss(reduction, log_target=log_target).forward(believed, true)
