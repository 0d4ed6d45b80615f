"""One axis, by either sign, or an error that says which there are."""

from __future__ import annotations

from operator import index
from typing import Any

from ..errors import IndexingError, OperandError

__all__ = ["one_axis"]


def one_axis(name: str, axis: Any, shape: tuple[int, ...]) -> int:
    """The axis counted from 0.

    Raises:
        OperandError: it is not a whole number.
        IndexingError: the shape has no such axis.

    >>> one_axis("split", -1, (2, 3))
    1
    """
    try:
        axis = index(axis)
    except TypeError:
        raise OperandError(f"{name}: an axis is a whole number, not {axis!r}") from None
    if not -len(shape) <= axis < len(shape):
        there = f"the axes of shape {shape} are {-len(shape)} to {len(shape) - 1}" if shape else "a number has no axes"
        raise IndexingError(f"{name}: axis {axis} does not exist: {there}")
    return int(axis % len(shape))
