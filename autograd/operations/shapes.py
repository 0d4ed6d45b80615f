"""The same elements in another arrangement: gradients travel back by the opposite arrangement."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..operation import Operation, operation
from .arguments import Arranged
from .broadcast import sum_to_shape
from .scalars import over_axes, total

__all__ = ["alias", "astype", "broadcast_to", "expand_dims", "reshape", "sum_to", "swapaxes", "transpose"]


def _shape_arguments(x: Any, *shape: Any) -> Arranged:
    wanted = shape[0] if len(shape) == 1 and not isinstance(shape[0], (int, np.integer)) else shape
    return (x,), {"shape": tuple(int(n) for n in wanted)}


def _axes_arguments(x: Any, *order: Any, axes: Any = None) -> Arranged:
    given = order[0] if len(order) == 1 and not isinstance(order[0], (int, np.integer)) else order or axes
    return (x,), {"axes": tuple(given) if given else None}


def _inverse(axes: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """The order of axes that undoes another."""
    if axes is None:
        return None
    return tuple(int(i) for i in np.argsort([a % len(axes) for a in axes]))


def _sum_to(x: Any, shape: tuple[int, ...]) -> Any:
    return x if x.shape == shape else sum_to_shape(x, shape)


def _sum_to_scalars(x: Any, shape: tuple[int, ...]) -> Any:
    extra = x.ndim - len(shape)
    stretched = tuple(i for i, n in enumerate(shape, extra) if n != x.shape[i])
    return over_axes(total, x, (*range(extra), *stretched)).reshape(shape)


alias = operation(Operation(
    "alias",
    forward=lambda x: x[...],
    pullbacks=(lambda g, out, x: g,),
    linear=True, view=True,
    says=("upstream",), metaphor="a name of its own",
    doc="The same tensor as a node of its own.",
))  # fmt: skip

reshape = operation(Operation(
    "reshape",
    arrange=_shape_arguments,
    forward=lambda x, shape: x.reshape(shape),
    pullbacks=(lambda g, out, x, shape: g.reshape(x.shape),),
    linear=True, view=True,
    says=("reshape(upstream)",), metaphor="reshape back",
    doc="""The same elements in another shape; a size of -1 follows from the others.

    >>> import autograd
    >>> autograd.Tensor([1.0, 2.0, 3.0, 4.0]).reshape(2, -1).shape
    (2, 2)
    """,
))  # fmt: skip

transpose = operation(Operation(
    "transpose", glyph="ᵀ",
    arrange=_axes_arguments,
    forward=lambda x, axes: x.transpose(axes),
    pullbacks=(lambda g, out, x, axes: g.transpose(_inverse(axes)),),
    linear=True, view=True,
    says=("upstreamᵀ",), metaphor="transpose back",
    doc="""The axes in another order; reversed where none is given.

    >>> import autograd
    >>> autograd.Tensor([[1.0, 2.0, 3.0]]).T.shape
    (3, 1)
    """,
))  # fmt: skip

swapaxes = operation(Operation(
    "swapaxes", glyph="ᵀ",
    arrange=lambda x, first, second: ((x,), {"first": first, "second": second}),
    forward=lambda x, first, second: x.swapaxes(first, second),
    pullbacks=(lambda g, out, x, first, second: g.swapaxes(first, second),),
    linear=True, view=True,
    says=("upstreamᵀ",), metaphor="swap back",
    doc="""Two axes in each other's place.

    >>> import autograd
    >>> autograd.Tensor([[1.0, 2.0, 3.0]]).swapaxes(0, 1).shape
    (3, 1)
    """,
))  # fmt: skip

broadcast_to = operation(Operation(
    "broadcast_to",
    arrange=_shape_arguments,
    forward=np.broadcast_to,
    pullbacks=(lambda g, out, x, shape: sum_to(g, shape=x.shape),),
    linear=True, view=True,
    says=("Σ upstream",), metaphor="stretching sums back",
    doc="""The elements repeated along new or single axes to fill a shape; the gradient is the sum over the repeats.

    >>> import autograd
    >>> autograd.broadcast_to(autograd.Tensor([1.0, 2.0]), (3, 2)).shape
    (3, 2)
    """,
))  # fmt: skip

sum_to: Operation = operation(Operation(
    "sum_to", glyph="Σ",
    arrange=lambda x, shape: ((x,), {"shape": tuple(shape)}),
    forward=_sum_to, scalar=_sum_to_scalars,
    pullbacks=(lambda g, out, x, shape: np.broadcast_to(g, x.shape),),
    linear=True,
    says=("upstream",), metaphor="sum distributes",
    doc="""The sum over the axes along which `shape` would be stretched: what undoes broadcasting.

    >>> import autograd
    >>> autograd.operations.sum_to(autograd.Tensor([[1.0, 2.0], [3.0, 4.0]]), (1, 2)).tolist()
    [[4.0, 6.0]]
    """,
))  # fmt: skip

expand_dims = operation(Operation(
    "expand_dims",
    arrange=lambda x, axis: ((x,), {"axis": axis}),
    forward=np.expand_dims,
    pullbacks=(lambda g, out, x, axis: g.reshape(x.shape),),
    linear=True, view=True,
    says=("reshape(upstream)",), metaphor="reshape back",
    doc="""New axes of size 1 at the given places.

    >>> import autograd
    >>> autograd.expand_dims(autograd.Tensor([1.0, 2.0]), 0).shape
    (1, 2)
    """,
))  # fmt: skip

astype = operation(Operation(
    "astype",
    arrange=lambda x, dtype: ((x,), {"dtype": np.dtype(dtype)}),
    forward=lambda x, dtype: x.astype(dtype),
    pullbacks=(lambda g, out, x, dtype: g.astype(x.dtype),),
    scalar=lambda x, dtype: x,
    linear=True,
    says=("upstream",), metaphor="a change of precision passes",
    doc="""The same numbers with another dtype.

    >>> import numpy as np
    >>> import autograd
    >>> autograd.Tensor([1.0, 2.0]).astype(np.float32).dtype
    dtype('float32')
    """,
))  # fmt: skip
