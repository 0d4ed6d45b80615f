"""Labels that are not quite sure of themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import OperandError

from .labels import checked_labels

__all__ = ["MODES", "check_smoothing", "smooth_labels", "smoothed"]

MODES = ("all", "others")


def check_smoothing(name: str, smoothing: Any, mode: Any) -> float:
    """The amount of smoothing, if that and the mode make sense.

    Raises:
        OperandError: they do not.
    """
    if isinstance(smoothing, bool) or not isinstance(smoothing, (int, float)) or not 0 <= smoothing <= 1:
        raise OperandError(f"{name}: label_smoothing is from 0 to 1, not {smoothing!r}")
    if mode not in MODES:
        raise OperandError(f'{name}: label_smoothing_mode is "all" or "others", not {mode!r}')
    return float(smoothing)


def smoothed(shares: Any, smoothing: float, mode: str, classes: int) -> Any:
    """Probabilities of classes, with part of them spread."""
    if mode == "all":
        return shares * (1 - smoothing) + smoothing / classes
    if classes < 2:
        raise OperandError('label smoothing over the other classes (mode="others") needs two classes or more')
    return shares * (1 - smoothing) + (1 - shares) * (smoothing / (classes - 1))


def smooth_labels(labels: Any, num_classes: int, smoothing: float = 0.1, mode: str = "others") -> NDArray[np.float64]:
    """Targets that leave some doubt: labels as probabilities, not quite 0 and 1.

    Args:
        labels: Whole numbers from 0, of any shape.
        num_classes: How many classes there are, C.
        smoothing: α.
        mode: "others" gives the true class 1 − α and each other α/(C − 1) (label noise); "all" spreads α over all
            classes, so that the true one has 1 − α + α/C (Szegedy and others, 2016; PyTorch). The two agree where α of
            "all" is α·C/(C − 1) of "others".

    Returns:
        An array with an axis of classes more, as the last.

    Raises:
        OperandError: the smoothing is no number from 0 to 1, or the mode is unknown.
        DataError: a label is none of the classes.

    >>> smooth_labels([0], 3, 0.2).tolist(), smooth_labels([0], 2, 0.2, mode="all").tolist()
    ([[0.8, 0.1, 0.1]], [[0.9, 0.1]])
    """
    smoothing = check_smoothing("smooth_labels", smoothing, mode)
    found = checked_labels("smooth_labels", labels, num_classes)
    result: NDArray[np.float64] = smoothed(np.eye(num_classes)[found], smoothing, mode, num_classes)
    return result
