"""Undoing broadcasting: the gradient of something that was stretched is the sum over the stretched axes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from ..operation import Array

__all__ = ["ones", "stretch", "sum_to_shape", "zero"]


def sum_to_shape(array: Array, target: tuple[int, ...]) -> Array:
    """The array summed over the axes along which `target` would be stretched to its shape.

    >>> sum_to_shape(np.ones((4, 3)), (3,))
    array([4., 4., 4.])
    """
    shape = array.shape
    summed: Array
    if len(shape) == 2 and target == shape[1:] and array.dtype.kind == "f" and shape[0]:
        # A product with ones takes a third of the time of a sum over the first axis.
        summed = ones(shape[0], array.dtype).dot(array)
    else:
        extra = len(shape) - len(target)
        stretched = (i for i, n in enumerate(target, extra) if n == 1 and shape[i] != 1)
        summed = np.add.reduce(array, axis=(*range(extra), *stretched)).reshape(target)
    return summed


def stretch(x: Any, shape: tuple[int, ...]) -> Any:
    """The elements repeated to fill a shape: an array that owns its memory, or for a Tensor a node.

    >>> stretch(np.array([1.0, 2.0]), (2, 2))
    array([[1., 2.],
           [1., 2.]])
    """
    if not isinstance(x, (np.ndarray, np.generic)):
        return np.broadcast_to(x, shape)
    # Several times quicker than numpy's broadcast_to for small arrays, and BLAS would copy a view all the same.
    whole = np.empty(shape, x.dtype)
    whole[...] = x
    return whole


@lru_cache(maxsize=32)
def ones(size: int, dtype: np.dtype[Any]) -> Array:
    """A vector of ones, not to be changed: BLAS's product with it is the quickest sum."""
    found = np.ones(size, dtype)
    found.flags.writeable = False
    return found


@lru_cache(maxsize=32)
def zero(dtype: np.dtype[Any]) -> Array:
    """0 as an array, which numpy compares with in half the time that a Python number takes it."""
    found = np.zeros((), dtype)
    found.flags.writeable = False
    return found
