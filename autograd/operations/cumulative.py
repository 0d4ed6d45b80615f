"""Products of many elements, and running sums and products along an axis. No gradient divides: zeros are no trouble."""

from __future__ import annotations

import math
from functools import reduce
from itertools import accumulate
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..gate import GATES
from ..operation import Operation, operation
from .arguments import Arranged, axis_options, normal_axes, reduction
from .indexing import getitem, put
from .scalars import objects, over_axes, total

__all__ = ["cumprod", "cumsum", "prod"]


def _along_last(x: Any, axis: Any) -> tuple[Any, tuple[int, ...]]:
    """The elements that are reduced as a last axis of their own, and the order of axes that brought them there."""
    axes = normal_axes(axis, x.ndim)
    kept = tuple(i for i in range(x.ndim) if i not in axes)
    order = (*kept, *axes)
    if order != tuple(range(x.ndim)):
        x = x.transpose(order)
    return x.reshape(*x.shape[: len(kept)], math.prod(x.shape[len(kept) :])), order


def _others(x: Any) -> Any:
    """For each element of the last axis the product of all others."""
    before, after = np.ones_like(x), np.ones_like(x)
    np.multiply.accumulate(x[..., :-1], axis=-1, out=before[..., 1:])
    np.multiply.accumulate(x[..., :0:-1], axis=-1, out=after[..., -2::-1])
    return before * after


def _prod_back(g: Any, out: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    rows, order = _along_last(x, axis)
    found = _others(rows) * g.reshape(*rows.shape[:-1], 1)
    return found.reshape([x.shape[i] for i in order]).transpose([int(i) for i in np.argsort(order)])


def _pairwise(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The product by halves: the first times the second, and so on."""
    rows, _ = _along_last(x, axis)
    single = None
    while rows.shape[-1] > 1:
        half = rows.shape[-1] // 2
        if rows.shape[-1] % 2:
            last = rows[..., -1]
            single = last if single is None else single * last
        rows = rows[..., :half] * rows[..., half : 2 * half]
    # The product of nothing is 1.
    out = rows[..., 0] if rows.shape[-1] else rows.sum(axis=-1) + 1
    if single is not None:
        out = out * single
    if keepdims:
        axes = normal_axes(axis, x.ndim)
        out = out.reshape([1 if i in axes else n for i, n in enumerate(x.shape)])
    return out


prod = operation(Operation(
    "prod", glyph="Π",
    arrange=reduction("prod"),
    forward=lambda x, axis=None, keepdims=False: np.multiply.reduce(x, axis=axis, keepdims=keepdims),
    pullbacks=(_prod_back,), reads=("x",),
    definition=_pairwise,
    scalar=lambda x, axis=None, keepdims=False: over_axes(
        lambda row: reduce(GATES["mul"], row) if row else 1.0, x, axis, keepdims
    ),
    says=("upstream · Π of the others",), metaphor="a product gives each the product of the others",
    doc="""The product of all elements, or along one axis or several.

    The gradient multiplies the other elements rather than divide by one, so it is right where there are zeros.

    >>> import autograd
    >>> x = autograd.Tensor([2.0, 0.0, 4.0], requires_grad=True)
    >>> x.prod().backward()
    >>> x.grad
    array([0., 8., 0.])
    """,
))  # fmt: skip


def _running(name: str) -> Any:
    def arrange(x: Any, axis: Any = None, **named: Any) -> Arranged:
        axis, _ = axis_options(name, axis, named)
        if isinstance(axis, tuple):
            raise ShapeError(f"{name} runs along one axis, not along {axis}; axis=None flattens first")
        return (x,), {"axis": axis}

    return arrange


def _part(x: Any, axis: int, part: slice) -> Any:
    return getitem(x, (slice(None),) * (axis % x.ndim) + (part,))


_BACKWARDS = slice(None, None, -1)


def _cumsum_back(g: Any, out: Any, x: Any, axis: int | None) -> Any:
    along = 0 if axis is None else axis
    if not g.ndim:
        return g
    summed = _part(np.cumsum(_part(g, along, _BACKWARDS), axis=along), along, _BACKWARDS)
    return summed.reshape(x.shape) if axis is None else summed


def _running_scalars(step: Any, x: Any, axis: int | None) -> Any:
    x = objects(x)
    if axis is None:
        x, axis = x.reshape(-1), 0
    elif not x.ndim:
        return x
    rows = np.moveaxis(x, axis, -1)
    out = np.empty_like(rows)
    for index in np.ndindex(rows.shape[:-1]):
        out[index] = step(rows[index].tolist())
    return np.moveaxis(out, -1, axis)


cumsum = operation(Operation(
    "cumsum", glyph="Σ…",
    arrange=_running("cumsum"),
    forward=lambda x, axis: np.add.accumulate(x.reshape(x.size) if axis is None else x, axis=axis or 0)
    if x.ndim or axis is None else x.copy(),
    pullbacks=(_cumsum_back,), reads=("",),
    scalar=lambda x, axis: _running_scalars(lambda row: [*accumulate(row, lambda a, b: total((a, b)))], x, axis),
    linear=True,
    says=("Σ upstream from here on",), metaphor="a running sum runs back",
    doc="""The running sums along an axis, or of the flattened elements.

    >>> import autograd
    >>> x = autograd.Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> x.cumsum().sum().backward()
    >>> x.grad
    array([3., 2., 1.])
    """,
))  # fmt: skip


def _cumprod_back(g: Any, out: Any, x: Any, axis: int | None) -> Any:
    """Each element's gradient is the product before it times what arrives from behind.

    What arrives, r[i] = g[i] + x[i+1]·r[i+1], is found by doubling: in log₂ n steps each place learns of twice as many.
    """
    if not x.ndim:
        return g.reshape(x.shape)
    along, values = (0, x.reshape(x.size)) if axis is None else (axis, x)
    n = values.shape[along]
    if n < 2:
        return g.reshape(x.shape)
    if type(g) is np.ndarray:
        return _cumprod_of_numbers(g, out, values, along).reshape(x.shape)
    shape, front = values.shape, slice(None, n - 1)
    found, factor = g, _placed(_part(values, along, slice(1, None)), along, front, shape)
    step = 1
    while step < n:
        front, back = slice(None, n - step), slice(step, None)
        factors = _part(factor, along, front)
        found = found + _placed(factors * _part(found, along, back), along, front, shape)
        factor = _placed(factors * _part(factor, along, back), along, front, shape)
        step *= 2
    first = tuple(1 if i == along % len(shape) else size for i, size in enumerate(shape))
    before = _placed(_part(out, along, slice(None, n - 1)), along, slice(1, None), shape)
    ones = _placed(np.ones(first, g.dtype), along, slice(None, 1), shape)
    return ((before + ones) * found).reshape(x.shape)


def _cumprod_of_numbers(g: Any, out: Any, x: Any, axis: int) -> Any:
    """The same in place, along a last axis."""
    n = x.shape[axis]
    found = np.moveaxis(g, axis, -1).copy()
    factor = np.zeros_like(found)
    factor[..., :-1] = np.moveaxis(x, axis, -1)[..., 1:]
    step = 1
    while step < n:
        found[..., :-step] += factor[..., :-step] * found[..., step:]
        factor[..., :-step] *= factor[..., step:]
        step *= 2
    found[..., 1:] *= np.moveaxis(out, axis, -1)[..., :-1]
    return np.moveaxis(found, -1, axis)


def _placed(g: Any, axis: int, part: slice, shape: tuple[int, ...]) -> Any:
    return put(g, (slice(None),) * (axis % len(shape)) + (part,), shape)


cumprod = operation(Operation(
    "cumprod", glyph="Π…",
    arrange=_running("cumprod"),
    forward=lambda x, axis: np.multiply.accumulate(x.reshape(x.size) if axis is None else x, axis=axis or 0)
    if x.ndim or axis is None else x.copy(),
    pullbacks=(_cumprod_back,), reads=("xo",),
    scalar=lambda x, axis: _running_scalars(lambda row: [*accumulate(row, GATES["mul"])], x, axis),
    says=("Σ upstream · Π of the others, from here on",), metaphor="a running product runs back",
    doc="""The running products along an axis, or of the flattened elements.

    The gradient is right where there are zeros.

    >>> import autograd
    >>> x = autograd.Tensor([2.0, 0.0, 4.0], requires_grad=True)
    >>> x.cumprod().sum().backward()
    >>> x.grad
    array([ 1., 10.,  0.])
    """,
))  # fmt: skip
