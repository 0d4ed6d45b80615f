"""Parts of arrays: gradients are added back where the elements came from."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..operation import Array, Operation, operation
from .arguments import Arranged, axis_options
from .axes import one_axis
from .scalars import objects, total

__all__ = ["gather", "getitem", "index_along", "plain_index", "put", "take", "take_along_axis"]

FEW = 1000
"""Up to so many elements, working out where they are takes longer than numpy's plain way of adding them."""


def plain_index(index: Any, kept: bool = False) -> Any:
    """An index with the arrays of Tensors in it, and its lists as arrays.

    Args:
        index: As in `x[index]`.
        kept: Whether it is needed again later, so that arrays the caller may change meanwhile are copied.
    """
    if type(index) is slice or type(index) is int:
        return index
    if isinstance(index, tuple):
        return tuple([plain_index(part, kept) for part in index])
    if isinstance(index, list):
        array = np.asarray([getattr(part, "_data", part) for part in index])
        return array if array.size else array.astype(np.intp)
    index = getattr(index, "_data", index)
    return index.copy() if kept and isinstance(index, np.ndarray) else index


def _repeats(index: Any) -> bool:
    """Whether an index may name an element twice: it holds arrays of whole numbers."""
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(p, (list, np.ndarray)) and np.asarray(p).dtype != bool for p in parts)


def _positions(index: Any, shape: tuple[int, ...]) -> Array:
    """Where the elements at an index stand in the flattened array, in the shape of what the index selects."""
    parts = index if isinstance(index, tuple) else (index,)
    if all(isinstance(p, np.ndarray) and p.dtype.kind in "iu" for p in parts):
        rows: Any = 0
        for part, n in zip(parts, shape, strict=False):
            rows = rows * n + np.where(part < 0, part.astype(np.intp) + n, part)
        width = math.prod(shape[len(parts) :])
        return rows if width == 1 else np.asarray(rows)[..., None] * width + np.arange(width)
    size = math.prod(shape)
    positions: Array = np.arange(size).reshape(shape)[index]
    return positions


def _put(g: Any, index: Any, shape: tuple[int, ...], distinct: bool = False) -> Any:
    whole = np.zeros(shape, g.dtype)
    if distinct or not _repeats(index):
        whole[index] = g
    elif len(shape) == 1 and isinstance(index, np.ndarray):
        np.add.at(whole, index.reshape(-1), g.reshape(-1))
    elif g.size <= FEW:
        np.add.at(whole, index, g)
    else:
        # numpy adds along one flat axis several times as fast as through an index of several axes.
        np.add.at(whole.reshape(-1), _positions(index, shape).reshape(-1), np.ascontiguousarray(g).reshape(-1))
    return whole


def _put_scalars(g: Any, index: Any, shape: tuple[int, ...], distinct: bool = False) -> Any:
    """Each place gets the sum of what is put there."""
    arriving: list[list[Any]] = [[] for _ in range(math.prod(shape))]
    places = np.arange(len(arriving)).reshape(shape)[index]
    for place, value in zip(places.ravel().tolist(), objects(g).ravel().tolist(), strict=True):
        arriving[place].append(value)
    whole = np.empty(len(arriving), object)
    whole[:] = list(map(total, arriving))
    return whole.reshape(shape)


def _part(x: Any, index: Any) -> Any:
    part = x[index]
    if type(part) is np.ndarray:
        return part
    # One element comes as a number: an array of no axes is a view, as every other part is.
    return x[(*index, ...) if isinstance(index, tuple) else (index, ...)]


def _put_arguments(g: Any, index: Any, shape: Any, distinct: bool = False) -> Arranged:
    options = {"index": plain_index(index), "shape": tuple(shape)}
    return (g,), (options | {"distinct": True} if distinct else options)


def _put_back(g: Any, out: Any, x: Any, index: Any, shape: Any, distinct: bool = False) -> Any:
    return getitem(g, index)


put = operation(Operation(
    "put", glyph="[·] +=",
    arrange=_put_arguments,
    forward=_put, scalar=_put_scalars,
    pullbacks=(_put_back,), reads=("",),
    linear=True,
    says=("upstream[index]",), metaphor="scattering gathers back",
    doc="""An array of zeros with elements added at an index: the gradient of indexing.

    `put(g, index, shape)`; with `distinct=True` no element is named twice by the index, which is quicker.

    >>> import numpy as np
    >>> from autograd.operations import put
    >>> put(np.array([1.0, 2.0, 3.0]), [0, 2, 0], (4,))
    array([4., 0., 2., 0.])
    """,
))  # fmt: skip


getitem: Operation = operation(Operation(
    "getitem", glyph="[·]",
    arrange=lambda x, index: ((x,), {"index": plain_index(index, getattr(x, "_requires_grad", False))}),
    forward=_part,
    pullbacks=(lambda g, out, x, index: put(g, index=index, shape=x.shape),), reads=("",),
    linear=True, view=True,
    says=("upstream put at the index",), metaphor="indexing scatters back",
    doc="""Elements by numpy's indexing of every kind; an element taken twice gets both gradients.

    >>> import autograd
    >>> x = autograd.Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> x[[0, 0, 2]].sum().backward()
    >>> x.grad
    array([2., 0., 1.])
    """,
))  # fmt: skip


def index_along(shape: tuple[int, ...], indices: Array, axis: int) -> tuple[Array, ...]:
    """The full index behind `take_along_axis`: `indices` along one axis, every place of its own along the others.

    >>> index_along((2, 3), np.array([[0], [2]]), 1)
    (array([[0],
           [1]]), array([[0],
           [2]]))
    """
    axis %= len(shape)
    one = [1] * len(shape)
    return tuple(
        indices if d == axis else np.arange(n).reshape([*one[:d], n, *one[d + 1 :]]) for d, n in enumerate(shape)
    )


def _along_arguments(x: Any, indices: Any, axis: Any = -1, **named: Any) -> Arranged:
    axis, _ = axis_options("take_along_axis", axis, named)
    if axis is None:
        x, axis = x.reshape(-1), 0
    return (x,), {"indices": plain_index(indices, kept=True), "axis": axis}


def _along_back(g: Any, out: Any, x: Any, indices: Any, axis: int) -> Any:
    return put(g, index=index_along(x.shape, indices, axis), shape=x.shape)


take_along_axis = operation(Operation(
    "take_along_axis", glyph="[·]",
    arrange=_along_arguments,
    forward=lambda x, indices, axis: np.take_along_axis(x, np.asarray(indices), axis),
    pullbacks=(_along_back,), reads=("",),
    linear=True,
    says=("upstream put along the axis",), metaphor="picking scatters back",
    doc="""Along one axis, the elements at places that differ from row to row, e.g. those `argsort` gives.

    The other axes of `indices` are as long as those of x, or 1. (`gather` is PyTorch's name, with its arguments.)

    >>> import autograd
    >>> x = autograd.Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    >>> autograd.take_along_axis(x, [[2], [0]], axis=1).tolist()
    [[3.0], [4.0]]
    """,
))  # fmt: skip


def gather(x: Any, dim: int, index: Any) -> Any:
    """PyTorch's gather: `out[i, j] = x[i, index[i, j]]` for dim 1. `index` may be shorter than x along other axes.

    >>> import autograd
    >>> autograd.gather(autograd.Tensor([[1.0, 2.0], [3.0, 4.0]]), 1, [[1, 0]]).tolist()
    [[2.0, 1.0]]
    """
    places = np.asarray(plain_index(index, kept=True))
    axis = one_axis("gather", dim, np.shape(x))
    if places.ndim != np.ndim(x):
        raise ShapeError(
            f"gather: index has the shape {places.shape}, which needs as many axes as the {np.ndim(x)} of {np.shape(x)}"
        )
    return getitem(x, index_along(places.shape, places, axis))


def take(x: Any, indices: Any, axis: int | None = None, **named: Any) -> Any:
    """The slices of x at the given places along one axis, or of the flattened x; a place may come twice.

    >>> import autograd
    >>> autograd.take(autograd.Tensor([[1.0, 2.0, 3.0]]), [2, 2, 0], axis=1).tolist()
    [[3.0, 3.0, 1.0]]
    """
    axis, _ = axis_options("take", axis, named)
    if axis is None:
        return getitem(x.reshape(-1), indices)
    return getitem(x, (*(slice(None),) * one_axis("take", axis, x.shape), indices))
