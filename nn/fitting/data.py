"""Samples and targets as arrays, checked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data import check_finite
from ..errors import DataError

__all__ = ["read_data"]


def read_data(x: Any, y: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Samples, shape (n, inputs), and targets, shape (n,) or (n, outputs), from arrays or nested lists.

    One number per sample stands for a row of one; a column of targets for as many numbers.

    Raises:
        DataError: there are none, they are not equally many, rows differ in length, or a number is none or not finite.
    """
    rows, targets = _numbers("x", x), _numbers("y", y)
    if rows.ndim == 1:
        rows = rows[:, None]
    if targets.ndim == 2 and targets.shape[1] == 1:
        targets = targets[:, 0]
    if len(rows) != len(targets):
        raise DataError(f"fit: x has {len(rows)} samples and y has {len(targets)} targets; give one target per sample")
    if not rows.size or not targets.size:
        raise DataError("fit: there is no data: x and y are empty")
    if rows.ndim != 2 or targets.ndim > 2:
        raise DataError(
            f"fit: x must be a row of numbers per sample and y a number or a row per sample, not of shapes "
            f"{rows.shape} and {targets.shape}"
        )
    check_finite("x", rows)
    check_finite("y", targets)
    return rows, targets


def _numbers(name: str, given: Any) -> NDArray[np.float64]:
    try:
        array = np.asarray(given)
        if array.dtype.kind == "c":
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise DataError(f"fit: {name} must hold real numbers{_ragged(given)}") from None
    if not array.ndim:
        raise DataError(f"fit: {name} must be an array or a list with an entry per sample, not one number")
    return array


def _ragged(given: Any) -> str:
    """Which row is of another length, if that is the reason."""
    try:
        lengths = [len(row) for row in given]
    except TypeError:
        return ""
    for i, length in enumerate(lengths):
        if length != lengths[0]:
            return f" in rows of one length: row 0 has {lengths[0]}, row {i} has {length}"
    return ""
