"""Finite differences in the elements of arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..errors import OperandError
from ..modes import no_grad
from ..operand import as_number
from ..operation import Array
from ..tensors import Tensor
from ..tensors.describe import describe, shape_text
from ..value import Value
from .structures import flatten

__all__ = ["Place", "array_gradient", "as_point", "column", "numbers_of", "places", "put"]

Place = tuple[int, tuple[int, ...]]
"""One number among the inputs: which input, and where in it."""

_OFFSETS = {"central": (1.0, -1.0), "forward": (1.0, 0.0), "backward": (0.0, -1.0)}


def as_point(what: str, given: Any) -> Any:
    """One input as a float64 array or a float; whole-number arrays stay what they are, to be held constant.

    Raises:
        OperandError: floating-point numbers of less precision, whose differences would be mostly rounding.
    """
    if not isinstance(given, (Tensor, np.ndarray)):
        return as_number(given)
    array = given._data if isinstance(given, Tensor) else given
    if array.dtype.kind == "f" and array.dtype != np.float64:
        raise OperandError(
            f"{what}: {describe(given)} holds {array.dtype} numbers, and finite differences need float64: convert it "
            "with astype(float)"
        )
    if array.dtype.kind not in "fiub":
        raise OperandError(f"{what}: an array of {array.dtype} is not one of real numbers")
    return array.copy() if array.dtype.kind == "f" else array


def places(point: Sequence[Any]) -> Iterator[Place]:
    """Every number of the inputs that can be moved, in order."""
    for k, x in enumerate(point):
        if isinstance(x, np.ndarray):
            if x.dtype.kind == "f":
                yield from ((k, place) for place in np.ndindex(x.shape))
        else:
            yield k, ()


def put(point: Sequence[Any], place: Place, number: float) -> list[Any]:
    """The inputs with one number replaced."""
    moved = list(point)
    k, where = place
    if isinstance(moved[k], np.ndarray):
        moved[k] = moved[k].copy()
        moved[k][where] = number
    else:
        moved[k] = number
    return moved


def at(point: Sequence[Any], place: Place) -> float:
    """The number in that place."""
    k, where = place
    return float(point[k][where]) if isinstance(point[k], np.ndarray) else float(point[k])


def numbers_of(f: Callable[..., Any], point: Sequence[Any]) -> Array:
    """All numbers of f's result in a row; nothing is recorded."""
    with no_grad():
        inputs = [Tensor(x) if isinstance(x, np.ndarray) else Value(x, requires_grad=False) for x in point]
        leaves, _ = flatten(f(*inputs))
    parts = [np.ravel(leaf._data if isinstance(leaf, Tensor) else _plain(leaf)) for leaf in leaves]
    return np.concatenate([np.zeros(0), *parts])


def _plain(leaf: Any) -> Any:
    return leaf if isinstance(leaf, np.ndarray) else as_number(leaf)


def column(
    evaluate: Callable[[Sequence[Any]], Array], point: Sequence[Any], place: Place, h: float, scheme: str = "central"
) -> Array:
    """How each number of a result changes per unit of one number of the inputs.

    Raises:
        OperandError: the step or the scheme is unusable.
    """
    if scheme not in _OFFSETS:
        raise OperandError(f"finite differences: scheme must be one of {', '.join(_OFFSETS)}, not {scheme!r}")
    if not (h > 0 and math.isfinite(h)):
        raise OperandError(f"finite differences: h must be a positive number, not {h!r}")
    x = at(point, place)
    high, low = (x + h * offset for offset in _OFFSETS[scheme])
    if high == low:
        raise OperandError(f"finite differences: a step of {h:g} vanishes beside {x:g}; use a larger h")
    with np.errstate(all="ignore"):
        slopes: Array = (evaluate(put(point, place, high)) - evaluate(put(point, place, low))) / (high - low)
    return slopes


def array_gradient(f: Callable[..., Any], inputs: Sequence[Any], h: float, scheme: str) -> list[Any]:
    """The gradient of a function of one number by finite differences, an array for each array."""
    point = [as_point("numerical_grad", x) for x in inputs]
    found: list[Any] = []
    for x in point:
        if isinstance(x, np.ndarray) and x.dtype.kind != "f":
            raise OperandError(
                f"numerical_grad: an array of {x.dtype} numbers cannot be moved by a small step: convert it with "
                "astype(float)"
            )
        found.append(np.zeros(x.shape) if isinstance(x, np.ndarray) else 0.0)

    def evaluate(moved: Sequence[Any]) -> Array:
        numbers = numbers_of(f, moved)
        if numbers.size != 1:
            raise OperandError(
                f"numerical_grad: the function returned {numbers.size} numbers, and a gradient is that of a single one"
                f" (its arguments have the shapes {', '.join(shape_text(np.shape(x)) for x in point)})"
            )
        return numbers

    for k, place in places(point):
        slope = float(column(evaluate, point, (k, place), h, scheme)[0])
        if isinstance(found[k], np.ndarray):
            found[k][place] = slope
        else:
            found[k] = slope
    return found
