"""Class labels, checked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor

from ..errors import DataError

__all__ = ["checked_labels", "own_class"]


def checked_labels(name: str, labels: Any, classes: int, ignore: int | None = None) -> NDArray[np.intp]:
    """The labels as whole numbers to index with.

    Args:
        name: Of the loss, for messages.
        labels: Numbers, an array or a Tensor.
        classes: How many classes there are.
        ignore: A number that is allowed although it is no class.

    Raises:
        DataError: a label is not whole, or none of the classes; the message says in which row.
    """
    array = np.asarray(labels.data if isinstance(labels, Tensor) else labels)
    if array.dtype.kind not in "iub":
        if not array.size or (array.dtype.kind == "f" and (array == np.floor(array)).all()):
            what = "are whole numbers of an integer type: convert them with astype(int)"
        else:
            what = "are whole numbers"
        raise DataError(f"{name}: class labels {what}, not {array.dtype}")
    found: NDArray[np.intp] = array.astype(np.intp, copy=False)
    # Without its sign a negative label is a huge number: one look finds both kinds of mistake.
    if not found.size or np.maximum.reduce(found.astype(np.uintp, copy=False), axis=None) < classes:
        return found
    wrong = (found < 0) | (found >= classes)
    if ignore is not None:
        wrong &= found != ignore
    if wrong.any():
        row = np.unravel_index(int(np.argmax(wrong)), found.shape)
        where = f"row {', '.join(map(str, map(int, row)))} has" if row else "there is"
        raise DataError(f"{name}: {where} the label {found[row]}, but there are {classes} classes, 0 to {classes - 1}")
    return found


def own_class(labels: NDArray[np.intp]) -> tuple[Any, ...]:
    """The index of each row's own class in scores (rows, classes, ...), or (classes,) for one label."""
    if not labels.ndim:
        return (labels,)
    grid = np.ogrid[tuple(slice(n) for n in labels.shape)]
    return (grid[0], labels, *grid[1:])
