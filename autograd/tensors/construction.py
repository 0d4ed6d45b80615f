"""What a Tensor can be made of."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np

from ..errors import OperandError, ShapeError
from ..operation import Array

__all__ = ["as_array", "real_dtype"]


DEEPEST = 64
"""How deep lists may be nested: numpy has no more axes."""


def as_array(data: Any, where: str = "Tensor: ", dtype: Any = None) -> Array:
    """The data as an array of real numbers; an array stays itself.

    Raises:
        ShapeError: nested lists whose rows differ in length.
        OperandError: anything that is not made of real numbers.
    """
    if hasattr(type(data), "_apply_gate_") and not hasattr(type(data), "_apply_operation_"):
        raise OperandError(f"{where}a {type(data).__name__} is a scalar of the other engine: give its number, x.data")
    if hasattr(type(data), "_apply_operation_"):
        data = data._data
    if isinstance(data, (str, bytes)):
        raise OperandError(f"{where}the text {data[:40]!r} is not a number: convert it with float() first")
    if isinstance(data, (list, tuple)):
        _require_numbers(data, where)
    try:
        array = np.asarray(data)
    except (ValueError, TypeError) as error:
        if isinstance(data, (list, tuple)) and "inhomogeneous" in str(error):
            raise ShapeError(f"{where}{_ragged(data)}; pad the short ones or keep them apart") from None
        raise OperandError(f"{where}cannot make an array of a {type(data).__name__}: {error}") from None
    if array.dtype.kind not in "fiub":
        raise OperandError(f"{where}{_refused(array, data)}")
    if dtype is not None:
        array = array.astype(real_dtype(dtype, where), copy=False)
    return array


def _require_numbers(data: Any, where: str) -> None:
    """Raise if nested lists hold a Tensor, whose graph numpy would silently leave behind, or have no end."""
    rows = data
    for _ in range(DEEPEST):
        kinds = set(map(type, rows))
        if any(hasattr(kind, "_apply_operation_") for kind in kinds):
            raise OperandError(f"{where}a list of Tensors: join them with autograd.stack or autograd.concatenate")
        if not kinds & {list, tuple}:
            return
        lists = {id(row): row for row in rows if isinstance(row, (list, tuple))}  # once each: a list may hold itself
        rows = list(chain.from_iterable(lists.values()))
    raise OperandError(f"{where}the lists are nested more than {DEEPEST} deep, or one is inside itself")


def real_dtype(dtype: Any, where: str = "") -> np.dtype[Any]:
    """The numpy dtype meant, one of real numbers.

    Raises:
        OperandError: there is no such dtype, or it is for something else.
    """
    try:
        found: np.dtype[Any] = np.dtype(dtype)
    except TypeError:
        raise OperandError(f"{where}{dtype!r} is no dtype: use e.g. np.float32, float or int") from None
    if found.kind not in "fiub":
        raise OperandError(f"{where}dtype {found} is not one of real numbers: use float64, float32 or an integer")
    return found


def _ragged(data: Any, place: str = "") -> str:
    """The first level of nested lists whose members differ in length."""
    while True:
        sizes = [len(row) if isinstance(row, (list, tuple)) else None for row in data]
        different = next((i for i, n in enumerate(sizes) if n != sizes[0]), None)
        if different is not None:
            return f"the lists are ragged: {_row(place, 0, sizes[0])}, but {_row(place, different, sizes[different])}"
        inner = next((i for i, row in enumerate(data) if isinstance(row, (list, tuple)) and _uneven(row)), None)
        if inner is None:
            return "the lists are ragged"
        place, data = f"{place}[{inner}]", data[inner]


def _uneven(row: Any) -> bool:
    try:
        np.asarray(row)
    except ValueError:
        return True
    return False


def _row(place: str, index: int, size: int | None) -> str:
    where = f"item {place}[{index}]"
    return f"{where} is a number" if size is None else f"{where} has {size} element{'s' if size != 1 else ''}"


def _refused(array: Array, data: Any) -> str:
    if array.dtype == object:
        first = array.flat[0] if array.size else None
        if hasattr(type(first), "_apply_gate_"):
            return "a list of Values: Values and Tensors do not mix; give their numbers, [v.data for v in values]"
        return f"object arrays hold no numbers numpy can work with (the first element is a {type(first).__name__})"
    if array.dtype.kind == "c":
        return f"complex numbers ({array.dtype}) are not supported: split them into real and imaginary parts"
    return f"{type(data).__name__} of {array.dtype} is not made of real numbers"
