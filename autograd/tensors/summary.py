"""Arrays as a trace keeps them: shape, range, a thumbnail, and the numbers where they are few."""

from __future__ import annotations

import numpy as np

from ..array_info import SIDE, SMALL, ArrayInfo, Quantity, matrix_sides
from ..operation import Array

__all__ = ["quantity", "summary"]


def quantity(array: Array, full: bool = False) -> Quantity:
    """The one number of an array of one element, or what is to be known of any other.

    Args:
        array: Real numbers.
        full: Keep all elements, however many.

    >>> quantity(np.array([[3.0]])), quantity(np.arange(6.0).reshape(2, 3)).thumbnail
    (3.0, ((0.0, 1.0, 2.0), (3.0, 4.0, 5.0)))
    """
    return float(array.item()) if array.size == 1 else summary(array, full)


def summary(array: Array, full: bool = False) -> ArrayInfo:
    """What is to be known of an array; see `ArrayInfo`.

    >>> summary(np.array([1.0, np.nan, 3.0])).range
    '[1, nan, 3]'
    """
    wide = array.astype(np.float64)
    fine = np.isfinite(wide)
    all_fine = bool(fine.all())
    finite = wide if all_fine else wide[fine]
    known = {}
    if finite.size:
        least, most = float(finite.min()), float(finite.max())
        largest = max(abs(least), abs(most))
        # Parts of the largest element, so that neither squares nor sums overflow.
        parts = finite / largest if largest else finite
        known = {
            "minimum": least,
            "maximum": most,
            "mean": min(max(largest * float(parts.mean()), least), most),
            "norm": largest * float(np.sqrt(np.square(parts).sum())),
        }
    return ArrayInfo(
        shape=tuple(map(int, array.shape)),
        dtype=array.dtype.name,
        **known,
        nans=0 if all_fine else int(np.isnan(wide).sum()),
        infinities=0 if all_fine else int(np.isinf(wide).sum()),
        thumbnail=_thumbnail(wide),
        numbers=tuple(wide.ravel().tolist()) if full or array.size <= SMALL else None,
    )


def _thumbnail(array: Array) -> tuple[tuple[float, ...], ...]:
    """The array as a matrix of at most 8 by 8 numbers, each the mean of its block."""
    if not array.size:
        return ()
    matrix = array.reshape(matrix_sides(array.shape))
    with np.errstate(over="ignore", invalid="ignore"):
        for axis in (0, 1):
            length = matrix.shape[axis]
            if length > SIDE:
                starts = [i * length // SIDE for i in range(SIDE)]
                sums = np.add.reduceat(matrix, starts, axis=axis)
                sizes = np.diff([*starts, length])
                matrix = sums / (sizes[:, None] if axis == 0 else sizes)
    return tuple(tuple(row) for row in matrix.tolist())
