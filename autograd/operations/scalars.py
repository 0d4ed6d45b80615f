"""The scalar reading of sums, products and extremes: arrays of Values in, arrays of Values out.

Elements may also be plain numbers; a gate draws them as the constants they are. Sums are one Σ, so that a picture
shows terms and their sum, and not a staircase of additions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from ..gate import GATES
from ..operation import Array
from .arguments import normal_axes

__all__ = ["each", "extreme", "objects", "over_axes", "products", "total"]


def objects(data: Any) -> Array:
    """The data as an array of objects; numbers become Python's own, which is what Values combine with."""
    if isinstance(data, np.ndarray) and data.dtype == object:
        return data
    if isinstance(data, (np.ndarray, np.generic, int, float)):
        return np.asarray(data).astype(object)
    found = np.empty((), object)
    found[()] = data
    return found


def each(gate: Callable[..., Any], *operands: Any) -> Array:
    """A gate of every element, the operands broadcast.

    >>> from autograd import Value, exp
    >>> [v.op for v in each(exp, np.array([Value(0.0), Value(1.0)]))]
    ['exp', 'exp']
    """
    return objects(np.frompyfunc(gate, len(operands), 1)(*map(objects, operands)))


def total(terms: Sequence[Any]) -> Any:
    """The sum of a list: the term itself, an addition of two, one Σ of more.

    >>> total([]), total([2.0]), total([2.0, 3.0, 4.0])
    (0.0, 2.0, 9.0)
    """
    if len(terms) > 2:
        return GATES["sum"](terms)
    return reduce(GATES["add"], terms) if terms else 0.0


def extreme(name: str, row: Sequence[Any]) -> Any:
    """The largest ("max") or the smallest ("min") of a list.

    A chain of binary gates, which split a tie of two evenly; where more are equal, their mean, which splits it evenly
    among them all. With a nan among them the result and every gradient are nan.
    """
    numbers = [float(x) for x in row]
    if any(number != number for number in numbers):
        return total(row) * math.nan
    best = (max if name == "max" else min)(numbers)
    tied = [x for x, number in zip(row, numbers, strict=True) if number == best]
    if len(tied) > 2:
        return total(tied) / len(tied)
    return reduce(GATES[name], row)


def over_axes(
    function: Callable[[Sequence[Any]], Any], x: Any, axis: int | tuple[int, ...] | None = None, keepdims: bool = False
) -> Array:
    """A function of a list applied along one axis, several or all.

    >>> over_axes(total, objects(np.ones((2, 3))), axis=1)
    array([3.0, 3.0], dtype=object)
    """
    x = objects(x)
    axes = normal_axes(axis, x.ndim)
    kept = [i for i in range(x.ndim) if i not in axes]
    shape = tuple(x.shape[i] for i in kept)
    rows = x.transpose(*kept, *axes).reshape(int(np.prod(shape)), -1 if x.size else 0)
    out = np.empty(len(rows), object)
    for i, row in enumerate(rows):
        out[i] = function(row.tolist())
    if keepdims:
        shape = tuple(1 if i in axes else n for i, n in enumerate(x.shape))
    return out.reshape(shape)


def products(a: Any, b: Any) -> Array:
    """The matrix product `a @ b`, every element as a sum of its products."""
    a, b = objects(a), objects(b)
    left = a[None, :] if a.ndim == 1 else a
    right = b[:, None] if b.ndim == 1 else b
    terms = each(GATES["mul"], left[..., :, None, :], right.swapaxes(-1, -2)[..., None, :, :])
    out = over_axes(total, terms, axis=-1)
    if a.ndim == 1:
        out = out[..., 0, :]
    return out[..., 0] if b.ndim == 1 else out
