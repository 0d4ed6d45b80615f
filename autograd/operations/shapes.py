"""The same elements in another arrangement: gradients travel back by the opposite arrangement."""

from __future__ import annotations

from operator import index
from typing import Any

import numpy as np

from ..errors import IndexingError, OperandError, ShapeError
from ..operation import Operation, operation
from .arguments import Arranged, axis_options
from .axes import one_axis
from .broadcast import sum_to_shape
from .scalars import over_axes, total

__all__ = [
    "alias", "astype", "broadcast_to", "clone", "expand_dims", "flatten", "flip", "moveaxis", "ravel", "reshape",
    "roll", "squeeze", "sum_to", "swapaxes", "transpose",
]  # fmt: skip


def _shape_arguments(name: str) -> Any:
    def arrange(x: Any, *shape: Any, **named: Any) -> Arranged:
        if named:
            shape = (named.pop("shape", shape),)
            if named:
                raise OperandError(
                    f"{name} has no option {next(iter(named))!r}: give a shape; elements stay in order, row by row"
                )
        wanted = shape[0] if len(shape) == 1 and not isinstance(shape[0], (int, np.integer)) else shape
        try:
            return (x,), {"shape": tuple(map(index, wanted))}
        except TypeError:
            raise OperandError(f"{name}: a shape is made of whole numbers, not {wanted!r}") from None

    return arrange


def _axis_arguments(name: str) -> Any:
    def arrange(x: Any, axis: Any = None, **named: Any) -> Arranged:
        axis, _ = axis_options(name, named.pop("dims", axis), named)
        return (x,), {"axis": axis}

    return arrange


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
    pullbacks=(lambda g, out, x: g,), reads=("",),
    linear=True, view=True,
    says=("upstream",), metaphor="a name of its own",
    doc="The same tensor as a node of its own.",
))  # fmt: skip

clone = operation(Operation(
    "clone",
    forward=lambda x: x.copy(),
    pullbacks=(lambda g, out, x: g,), reads=("",),
    linear=True,
    says=("upstream",), metaphor="a copy passes",
    doc="""The same numbers in memory of their own: what is changed in place later does not touch them.

    >>> import autograd
    >>> x = autograd.Tensor([1.0, 2.0])
    >>> y = x.clone()
    >>> x += 1
    >>> y.tolist()
    [1.0, 2.0]
    """,
))  # fmt: skip

reshape = operation(Operation(
    "reshape",
    arrange=_shape_arguments("reshape"),
    forward=lambda x, shape: x.reshape(shape),
    pullbacks=(lambda g, out, x, shape: g.reshape(x.shape),), reads=("",),
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
    pullbacks=(lambda g, out, x, axes: g.transpose(_inverse(axes)),), reads=("",),
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
    pullbacks=(lambda g, out, x, first, second: g.swapaxes(first, second),), reads=("",),
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
    arrange=_shape_arguments("broadcast_to"),
    forward=np.broadcast_to,
    pullbacks=(lambda g, out, x, shape: sum_to(g, shape=x.shape),), reads=("",),
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
    pullbacks=(lambda g, out, x, shape: np.broadcast_to(g, x.shape),), reads=("",),
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
    arrange=_axis_arguments("expand_dims"),
    forward=lambda x, axis: np.expand_dims(x, axis),
    pullbacks=(lambda g, out, x, axis: g.reshape(x.shape),), reads=("",),
    linear=True, view=True,
    says=("reshape(upstream)",), metaphor="reshape back",
    doc="""New axes of size 1 at the given places of the result. (`unsqueeze` is PyTorch's name.)

    >>> import autograd
    >>> autograd.expand_dims(autograd.Tensor([1.0, 2.0]), 0).shape
    (1, 2)
    """,
))  # fmt: skip

astype = operation(Operation(
    "astype",
    arrange=lambda x, dtype: ((x,), {"dtype": np.dtype(dtype)}),
    forward=lambda x, dtype: x.astype(dtype),
    pullbacks=(lambda g, out, x, dtype: g.astype(x.dtype),), reads=("",),
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

squeeze = operation(Operation(
    "squeeze",
    arrange=_axis_arguments("squeeze"),
    forward=lambda x, axis: x.squeeze(axis),
    pullbacks=(lambda g, out, x, axis: g.reshape(x.shape),), reads=("",),
    linear=True, view=True,
    says=("reshape(upstream)",), metaphor="reshape back",
    doc="""Without the axes of size 1, or without those given, which must have size 1.

    >>> import autograd
    >>> autograd.squeeze(autograd.Tensor([[[1.0], [2.0]]]), 0).shape
    (2, 1)
    """,
))  # fmt: skip

flip = operation(Operation(
    "flip", glyph="⇄",
    arrange=_axis_arguments("flip"),
    forward=lambda x, axis: np.flip(x, axis),
    pullbacks=(lambda g, out, x, axis: np.flip(g, axis),), reads=("",),
    linear=True, view=True,
    says=("flip(upstream)",), metaphor="flip back",
    doc="""The elements in reversed order along one axis, several, or all.

    >>> import autograd
    >>> autograd.flip(autograd.Tensor([1.0, 2.0, 3.0])).tolist()
    [3.0, 2.0, 1.0]
    """,
))  # fmt: skip


def _roll_arguments(x: Any, shift: Any, axis: Any = None, **named: Any) -> Arranged:
    axis, _ = axis_options("roll", named.pop("dims", axis), named)
    return (x,), {"shift": tuple(shift) if isinstance(shift, (list, tuple)) else shift, "axis": axis}


def _roll_back(g: Any, out: Any, x: Any, shift: Any, axis: Any) -> Any:
    back = tuple(-n for n in shift) if isinstance(shift, tuple) else -shift
    return np.roll(g, back, axis)


roll = operation(Operation(
    "roll", glyph="↻",
    arrange=_roll_arguments,
    forward=lambda x, shift, axis: np.roll(x, shift, axis),
    pullbacks=(_roll_back,), reads=("",),
    linear=True,
    says=("roll(upstream) back",), metaphor="roll back",
    doc="""The elements moved along an axis (or several, or the flattened array); what falls off comes in at the front.

    >>> import autograd
    >>> autograd.roll(autograd.Tensor([1.0, 2.0, 3.0]), 1).tolist()
    [3.0, 1.0, 2.0]
    """,
))  # fmt: skip


def moveaxis(x: Any, source: Any, destination: Any) -> Any:
    """Some axes at other places, the rest in their order: a transpose.

    >>> import numpy as np
    >>> import autograd
    >>> autograd.moveaxis(autograd.Tensor(np.ones((2, 3, 4))), 0, -1).shape
    (3, 4, 2)
    """
    ndim = np.ndim(x)
    try:
        # What numpy does to an array whose axes have lengths 0, 1, 2, ... tells the order.
        order = np.moveaxis(np.broadcast_to(0, range(1, ndim + 1)), source, destination).shape
    except ValueError as error:
        kind = IndexingError if isinstance(error, np.exceptions.AxisError) else ShapeError
        raise kind(f"moveaxis from {source} to {destination} in the shape {np.shape(x)}: {error}") from None
    return transpose(x, tuple(n - 1 for n in order))


def ravel(x: Any) -> Any:
    """All elements along one axis, in the order of a nested loop over the axes.

    >>> import autograd
    >>> autograd.ravel(autograd.Tensor([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [1.0, 2.0, 3.0, 4.0]
    """
    return reshape(x, (-1,))


def flatten(x: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """The axes from start_dim to end_dim, both included, as one; all of them by default.

    >>> import numpy as np
    >>> import autograd
    >>> autograd.flatten(autograd.Tensor(np.ones((5, 2, 3))), start_dim=1).shape
    (5, 6)
    """
    shape = np.shape(x)
    if not shape:
        return reshape(x, (1,))
    first, last = one_axis("flatten", start_dim, shape), one_axis("flatten", end_dim, shape)
    if first > last:
        raise ShapeError(f"flatten: there are no axes from {start_dim} to {end_dim} in the shape {shape}")
    return reshape(x, (*shape[:first], int(np.prod(shape[first : last + 1])), *shape[last + 1 :]))
