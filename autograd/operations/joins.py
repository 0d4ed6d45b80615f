"""Several arrays become one: the gradient is cut up the same way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from ..errors import OperandError, ShapeError
from ..operation import Operation, operation
from .arguments import Arranged, axis_options

__all__ = ["as_operand", "concatenate", "hstack", "stack", "vstack"]


def _items(name: str, items: Any) -> tuple[Any, ...]:
    if not isinstance(items, (list, tuple)):
        raise OperandError(f"{name} joins a list of Tensors or arrays: {name}([a, b]), not a {type(items).__name__}")
    if not items:
        raise ShapeError(f"{name} of nothing: give it at least one Tensor or array")
    return tuple(items)


def _join_arguments(name: str) -> Any:
    def arrange(items: Any, axis: Any = 0, **named: Any) -> Arranged:
        axis, _ = axis_options(name, axis, named)
        operands = _items(name, items)
        if axis is None:
            return tuple(as_operand(o).reshape(-1) for o in operands), {"axis": 0}
        return operands, {"axis": axis}

    return arrange


def as_operand(operand: Any) -> Any:
    """A list or a number as an array; what already has axes stays itself."""
    return operand if hasattr(operand, "reshape") else np.asarray(operand)


def _concatenate(*items: Any, axis: int) -> tuple[Any, list[int]]:
    """The whole, and where each item begins in it."""
    whole = np.concatenate(items, axis)
    return whole, [0, *accumulate(item.shape[axis] for item in items)]


def _concatenate_back(g: Any, out: Any, *items: Any, slot: int, kept: list[int], axis: int) -> Any:
    return g[(*(slice(None),) * (axis % out.ndim), slice(kept[slot], kept[slot + 1]))]


concatenate = operation(Operation(
    "concatenate", glyph="⧺", variadic=True,
    arrange=_join_arguments("concatenate"),
    forward=_concatenate, keeps=True,
    scalar=lambda *items, axis: np.concatenate(items, axis),
    pullbacks=(_concatenate_back,), reads=("",),
    says=("its own part of upstream",), metaphor="joining cuts up",
    doc="""Tensors one after another along an axis they already have; each gets its own part of the gradient.

    All other axes have the same lengths. With `axis=None` they are flattened first. (`cat` is PyTorch's name.)

    >>> import autograd
    >>> autograd.concatenate([autograd.Tensor([1.0, 2.0]), [3.0]]).tolist()
    [1.0, 2.0, 3.0]
    """,
))  # fmt: skip

stack = operation(Operation(
    "stack", glyph="⧉", variadic=True,
    arrange=_join_arguments("stack"),
    forward=lambda *items, axis: np.stack(items, axis),
    pullbacks=(lambda g, out, *items, slot, axis: g[(*(slice(None),) * (axis % out.ndim), slot)],), reads=("",),
    says=("its own part of upstream",), metaphor="joining cuts up",
    doc="""Tensors of one shape side by side along a new axis.

    >>> import autograd
    >>> autograd.stack([autograd.Tensor([1.0, 2.0]), autograd.Tensor([3.0, 4.0])], axis=1).tolist()
    [[1.0, 3.0], [2.0, 4.0]]
    """,
))  # fmt: skip


def vstack(items: Sequence[Any]) -> Any:
    """Rows or matrices below one another.

    >>> import autograd
    >>> autograd.operations.vstack([autograd.Tensor([1.0, 2.0]), autograd.Tensor([3.0, 4.0])]).shape
    (2, 2)
    """
    arrays = [as_operand(o) for o in _items("vstack", items)]
    return concatenate([a.reshape(1, -1) if a.ndim < 2 else a for a in arrays], axis=0)


def hstack(items: Sequence[Any]) -> Any:
    """Vectors one after another, or matrices beside one another.

    >>> import autograd
    >>> autograd.operations.hstack([autograd.Tensor([[1.0]]), autograd.Tensor([[2.0]])]).tolist()
    [[1.0, 2.0]]
    """
    arrays = [as_operand(o) for o in _items("hstack", items)]
    arrays = [a.reshape(1) if a.ndim == 0 else a for a in arrays]
    return concatenate(arrays, axis=0 if arrays[0].ndim == 1 else 1)
