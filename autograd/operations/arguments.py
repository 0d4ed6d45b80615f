"""How the operations take their options: numpy's names, and PyTorch's `dim` and `keepdim` as well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from ..errors import OperandError

__all__ = ["Arranged", "axis_options", "normal_axes", "reduction", "with_numbers_as_arrays"]


def axis_options(name: str, axis: Any, named: dict[str, Any], keepdims: bool = False) -> tuple[Any, bool]:
    """The axis and keepdims of a call, under either spelling.

    Raises:
        OperandError: an option of another name.
    """
    if named:
        axis = named.pop("dim", axis)
        keepdims = named.pop("keepdim", keepdims)
        if named:
            raise OperandError(
                f"{name} has no option {next(iter(named))!r}: it takes axis (or dim) and keepdims (or keepdim)"
            )
    if isinstance(axis, list):
        axis = tuple(axis)
    return axis, bool(keepdims)


Arranged: TypeAlias = tuple[tuple[Any, ...], dict[str, Any]]
"""The operands and the options of a call."""


def reduction(name: str) -> Callable[..., Arranged]:
    """An `arrange` for operations of one operand with an axis and keepdims."""

    def arrange(x: Any, axis: Any = None, keepdims: bool = False, **named: Any) -> Arranged:
        if axis is None and not keepdims and not named:
            return (x,), {}
        axis, keepdims = axis_options(name, axis, named, keepdims)
        return (x,), {"axis": axis, "keepdims": keepdims}

    return arrange


def normal_axes(axis: int | Sequence[int] | None, ndim: int) -> tuple[int, ...]:
    """The axes meant, each from 0 on; all of them for None.

    >>> normal_axes(-1, 3), normal_axes(None, 2)
    ((2,), (0, 1))
    """
    if axis is None:
        return tuple(range(ndim))
    axes = (axis,) if isinstance(axis, (int, np.integer)) else tuple(axis)
    return tuple(int(a) % ndim if ndim else 0 for a in axes)


def with_numbers_as_arrays(operands: Sequence[Any]) -> tuple[Any, ...]:
    """The operands with their Python numbers and lists as arrays; a number takes the dtype of the arrays around it.

    >>> with_numbers_as_arrays((2.0, np.ones(1, np.float32)))[0].dtype
    dtype('float32')
    """
    if not any(isinstance(o, (int, float, list, tuple)) for o in operands):
        return tuple(operands)
    kinds = [o.dtype for o in operands if hasattr(o, "dtype") and o.dtype != object]
    return tuple(_as_array(o, kinds) for o in operands)


def _as_array(operand: Any, kinds: list[Any]) -> Any:
    if isinstance(operand, (int, float)):
        return np.asarray(operand, dtype=np.result_type(*kinds, operand) if kinds else None)
    return np.asarray(operand) if isinstance(operand, (list, tuple)) else operand
