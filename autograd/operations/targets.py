"""What losses of predictions and targets have in common: one shape, and how their terms are added up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import OperandError, ShapeError

__all__ = ["check_reduction", "prediction_and_target", "share"]


def check_reduction(name: str, reduction: Any, known: Sequence[str]) -> None:
    """Raise OperandError if the reduction is none of those that are known."""
    if reduction not in known:
        raise OperandError(f"{name}: reduction is one of {', '.join(known)}, not {reduction!r}")


def prediction_and_target(name: str, prediction: Any, target: Any) -> tuple[Any, Any]:
    """Both as operands of one shape; numbers of the target take on the prediction's dtype.

    Raises:
        ShapeError: their shapes differ. Broadcasting (n, 1) against (n,) would compare each with every other.
    """
    prediction, target = (x if hasattr(x, "shape") else np.asarray(x) for x in (prediction, target))
    if tuple(prediction.shape) != tuple(target.shape):
        raise ShapeError(
            f"{name}: predictions of shape {tuple(prediction.shape)} and targets of shape {tuple(target.shape)} must "
            "have one shape; reshape one of them"
        )
    if isinstance(prediction, np.ndarray) and prediction.dtype.kind in "iub":
        prediction = prediction.astype(float)
    if isinstance(target, np.ndarray) and target.dtype.kind in "iubf" and prediction.dtype.kind == "f":
        target = target.astype(prediction.dtype, copy=False)
    return prediction, target


def share(reduction: str, shape: tuple[int, ...]) -> float:
    """What the sum of all terms is multiplied with.

    >>> share("mean", (4, 2)), share("half_batchmean", (4, 2)), share("sum", (4, 2))
    (0.125, 0.125, 1.0)
    """
    half = reduction.startswith("half_")
    kind = reduction.removeprefix("half_")
    count = 1
    if kind == "mean":
        for n in shape:
            count *= n
    elif kind == "batchmean":
        count = shape[0] if shape else 1
    # The mean of nothing is nan, as in PyTorch, and asks for no warning.
    return (0.5 if half else 1.0) / count if count else float("nan")
