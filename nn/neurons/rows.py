"""Rows of inputs with a class for each, checked, and turned so that one side is right for all."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import DataError

__all__ = ["labelled_rows", "real_numbers", "turned"]


def real_numbers(data: ArrayLike, who: str) -> NDArray[np.float64]:
    """An array of floats.

    Raises:
        DataError: there is something else among them, or rows differ in length.
    """
    try:
        return np.asarray(data, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"{who} takes numbers in rows of the same length: {error}") from None


def labelled_rows(inputs: ArrayLike, targets: ArrayLike, who: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Rows of finite numbers, and a class 0 or 1 for each.

    Raises:
        DataError: they are something else.
    """
    rows, classes = real_numbers(inputs, who), real_numbers(targets, who)
    if rows.ndim != 2 or not len(rows):
        raise DataError(f"{who}: the inputs must be one or more rows of numbers, not an array of shape {rows.shape}")
    if classes.shape != (len(rows),):
        raise DataError(f"{who}: {len(rows)} rows need as many classes, not an array of shape {classes.shape}")
    if not np.isfinite(rows).all():
        first = int(np.flatnonzero(~np.isfinite(rows).all(axis=1))[0])
        raise DataError(f"{who}: row {first} has a number that is not finite")
    if not np.isin(classes, (0, 1)).all():
        raise DataError(f"{who}: the classes are 0 and 1; among them is {classes[~np.isin(classes, (0, 1))][0]!r}")
    return rows, classes.astype(np.int64)


def turned(rows: NDArray[np.float64], classes: NDArray[np.int64]) -> NDArray[np.float64]:
    """(1, x) for each row of class 1 and −(1, x) for each of class 0, so that w·p > 0 is right for all."""
    augmented = np.concatenate([np.ones((len(rows), 1)), rows], axis=1)
    return np.where(classes[:, None] == 1, augmented, -augmented)
