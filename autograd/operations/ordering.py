"""Largest, smallest, in order, within bounds: gradients go to the elements that were chosen."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from ..errors import OperandError, ShapeError
from ..gate import GATES
from ..operation import Array, Operation, operation
from .arguments import Arranged, axis_options, reduction
from .axes import one_axis
from .indexing import getitem, index_along, plain_index, put, take_along_axis
from .joins import as_operand
from .scalars import each

__all__ = ["argmax", "argmin", "argsort", "clip", "one_hot", "sort", "topk"]


def _order(x: Array, axis: int, descending: bool) -> Array:
    """The places of the elements in order; equal ones stay as they stand, nan is the largest."""
    if not descending:
        return np.argsort(x, axis=axis, kind="stable")
    mirrored = np.argsort(np.flip(x, axis), axis=axis, kind="stable")
    order: Array = x.shape[axis] - 1 - np.flip(mirrored, axis)
    return order


def _sort(x: Array, axis: int, descending: bool = False) -> tuple[Array, Array]:
    order = _order(x, axis, descending)
    return np.take_along_axis(x, order, axis), order


def _order_arguments(name: str) -> Any:
    def arrange(x: Any, axis: Any = -1, descending: bool = False, **named: Any) -> Arranged:
        for option, usual in (("kind", (None, "stable")), ("stable", (None, True, False))):
            if named.pop(option, None) not in usual:
                raise OperandError(f"{name} keeps equal elements in their order: leave {option} away")
        axis, _ = axis_options(name, axis, named)
        if axis is None:
            x, axis = as_operand(x).reshape(-1), 0
        return (x,), {"axis": axis, "descending": True} if descending else {"axis": axis}

    return arrange


def _sort_back(g: Any, out: Any, x: Any, kept: Any, axis: int, descending: bool = False) -> Any:
    return put(g, index=index_along(x.shape, kept, axis), shape=x.shape, distinct=True)


sort = operation(Operation(
    "sort", glyph="↗",
    arrange=_order_arguments("sort"),
    forward=_sort, keeps=True,
    scalar=lambda x, axis, descending=False: _sort(x, axis, descending)[0],
    pullbacks=(_sort_back,), reads=("",),
    says=("upstream back at its old place",), metaphor="sorting routes",
    doc="""The elements in ascending order along an axis, by default the last; with axis=None of the flattened array.

    Equal elements keep their order, so each gets its own gradient; nan comes last. With `descending=True` from the
    largest down. (numpy's `sort`; PyTorch's returns the places as well: see `argsort`.)

    >>> import autograd
    >>> x = autograd.Tensor([3.0, 1.0, 2.0], requires_grad=True)
    >>> autograd.sort(x)[0].backward()
    >>> x.grad
    array([0., 1., 0.])
    """,
))  # fmt: skip

argsort = operation(Operation(
    "argsort",
    arrange=_order_arguments("argsort"),
    forward=lambda x, axis, descending=False: _order(x, axis, descending),
    differentiable=False, metaphor="places have no slope",
    doc="""The places of the elements in ascending order: `x[argsort(x)]` is sorted. Whole numbers, without a gradient.

    >>> import autograd
    >>> autograd.argsort(autograd.Tensor([3.0, 1.0, 2.0])).tolist()
    [1, 2, 0]
    """,
))  # fmt: skip


def topk(x: Any, k: int, axis: int = -1, largest: bool = True, **named: Any) -> tuple[Any, Any]:
    """The k largest elements along an axis, from the largest down, and their places; the smallest if asked for.

    Returns:
        The elements, which pass their gradients back, and the places, which are whole numbers.

    >>> import autograd
    >>> values, places = autograd.topk(autograd.Tensor([3.0, 1.0, 2.0]), 2)
    >>> values.tolist(), places.tolist()
    ([3.0, 2.0], [0, 2])
    """
    axis, _ = axis_options("topk", axis, named)
    x = as_operand(x)
    axis = one_axis("topk", axis, x.shape)
    if not 0 <= k <= x.shape[axis]:
        raise ShapeError(f"topk: there are {x.shape[axis]} elements along axis {axis} of shape {x.shape}, not {k}")
    order = argsort(x, axis=axis, descending=largest)
    places = getitem(order, (*(slice(None),) * axis, slice(k)))
    return take_along_axis(x, places, axis), places


def _arg_extreme(name: str, find: Any, which: str, place: str) -> Operation:
    return operation(Operation(
        name,
        arrange=reduction(name),
        forward=lambda x, axis=None, keepdims=False: find(x, axis=axis, keepdims=keepdims),
        scalar=lambda x, axis=None, keepdims=False: find(x.astype(float), axis=axis, keepdims=keepdims),
        differentiable=False, metaphor="a place has no slope",
        doc=f"""Where the {which} element is, the first of equal ones: in the flattened array, or along one axis.

    A whole number, which jumps or stays as x changes: no gradient passes through it. For prediction, not for training.

    >>> import autograd
    >>> autograd.{name}(autograd.Tensor([[1.0, 5.0], [3.0, 2.0]]), axis=1).tolist()
    {place}
    """,
    ))  # fmt: skip


argmax = _arg_extreme("argmax", np.argmax, "largest", "[1, 0]")
argmin = _arg_extreme("argmin", np.argmin, "smallest", "[0, 1]")


# ---------------------------------------------------------------------------------------------------- within bounds


def _clip_arguments(x: Any, a_min: Any = None, a_max: Any = None, **named: Any) -> Arranged:
    low, high = named.pop("min", a_min), named.pop("max", a_max)
    if named:
        raise OperandError(f"clip has no option {next(iter(named))!r}: it takes a_min (or min) and a_max (or max)")
    if low is None and high is None:
        raise OperandError("clip needs a bound: a smallest value, a largest one, or both")
    if low is None:
        return (x, high), {"bounds": "max"}
    return ((x, low), {"bounds": "min"}) if high is None else ((x, low, high), {})


def _ends(bounds: str, ends: tuple[Any, ...]) -> tuple[Any, Any]:
    if len(ends) == 2:
        return ends[0], ends[1]
    return (ends[0], None) if bounds == "min" else (None, ends[0])


def _clip(x: Any, *ends: Any, bounds: str = "") -> Any:
    low, high = _ends(bounds, ends)
    return np.clip(x, low, high)


def _within(g: Any, out: Any, x: Any, *ends: Any, bounds: str = "") -> Any:
    low, high = _ends(bounds, ends)
    if low is None or high is None:
        return g * (x <= high if low is None else x >= low)
    return g * ((x >= low) & (x <= high))


def _first_end(g: Any, out: Any, x: Any, *ends: Any, bounds: str = "") -> Any:
    low, high = _ends(bounds, ends)
    if low is None:
        return g * (x > high)
    return g * (x < low) if high is None else g * ((x < low) & (low < high))


def _clip_scalars(x: Any, *ends: Any, bounds: str = "") -> Any:
    low, high = _ends(bounds, ends)
    if low is not None:
        x = each(partial(_bounded, "lt"), x, low)
    return x if high is None else each(partial(_bounded, "gt"), x, high)


def _bounded(beyond: str, x: Any, bound: Any) -> Any:
    if float(x) != float(x):
        return math.nan  # nan is within no bounds: no gradient passes
    return GATES["where"](GATES[beyond](x, bound), bound, x)


clip = operation(Operation(
    "clip", glyph="[ ]",
    arrange=_clip_arguments,
    forward=_clip, scalar=_clip_scalars,
    pullbacks=(
        _within,
        _first_end,
        lambda g, out, x, low, high: g * ((x > high) | (low > high)),
    ),
    reads=("x", "x", "x"),
    says=("upstream where {0} is within bounds", "upstream where the bound is taken", "upstream where {2} is taken"),
    metaphor="a bound blocks",
    doc="""The elements, those beyond a bound replaced by it: `clip(x, a_min, a_max)`, either of which may be None.

    The gradient passes within the bounds and exactly at them, as PyTorch's clamp; beyond, it goes to the bound, if that
    is a Tensor. Where a_min is larger than a_max, the result is a_max, and so is the gradient's way; below two bounds
    that are equal none passes (`torch.clamp`).

    >>> import autograd
    >>> x = autograd.Tensor([-2.0, 0.5, 1.0], requires_grad=True)
    >>> autograd.clip(x, -1, 1).sum().backward()
    >>> x.grad
    array([0., 1., 1.])
    """,
))  # fmt: skip


def one_hot(labels: Any, num_classes: int | None = None, dtype: Any = np.int64) -> Any:
    """A row of zeros with a 1 at the label, for every label.

    Args:
        labels: Whole numbers from 0 on, a Tensor or an array.
        num_classes: How many there are; the largest label and one where None.
        dtype: Of the result, PyTorch's int64 by default.

    Raises:
        OperandError: the labels are not whole numbers, or not all in range.

    >>> import autograd
    >>> autograd.one_hot(autograd.Tensor([2, 0])).tolist()
    [[0, 0, 1], [1, 0, 0]]
    """
    places = np.asarray(plain_index(labels))
    if places.dtype.kind not in "iu":
        raise OperandError(f"one_hot takes labels that are whole numbers, not {places.dtype}: use astype(int)")
    classes = int(places.max(initial=-1)) + 1 if num_classes is None else int(num_classes)
    outside = (places < 0) | (places >= classes)
    if outside.any():
        raise OperandError(f"one_hot: the label {places[outside][0]} is not one of 0 to {classes - 1}")
    rows: Array = (places[..., None] == np.arange(classes)).astype(dtype)
    make = getattr(type(labels), "_nodes", None)
    return rows if make is None else make(rows)
