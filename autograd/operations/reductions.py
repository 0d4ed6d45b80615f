"""Many elements become one: sums, means, extremes."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from ..operation import Operation, operation
from .arguments import normal_axes, reduction
from .broadcast import stretch, sum_to_shape
from .scalars import extreme, over_axes, total

__all__ = ["amax", "amin", "count_along", "mean", "spread", "sum"]


def spread(g: Any, x: Any, axis: Any, keepdims: Any) -> Any:
    """The gradient of a reduction's result, its axes put back, ready to broadcast over the operand."""
    if keepdims or axis is None:
        return g
    axes = normal_axes(axis, x.ndim)
    return g.reshape([1 if i in axes else n for i, n in enumerate(x.shape)])


def _sum_back(g: Any, out: Any, x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return stretch(spread(g, x, axis, keepdims), x.shape)


def count_along(x: Any, axis: Any) -> int:
    """How many elements a reduction along these axes makes one of."""
    if axis is None:
        return int(x.size)
    return math.prod(x.shape[a] for a in normal_axes(axis, x.ndim))


def _sum(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    if axis == 0 and x.ndim == 2 and not keepdims:
        return sum_to_shape(x, x.shape[1:])
    return np.add.reduce(x, axis=axis, keepdims=keepdims)


def _mean(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    total, n = _sum(x, axis, keepdims), count_along(x, axis)
    # The mean of nothing is nan, without a warning.
    return total / n if n else total * np.nan


def _mean_back(g: Any, out: Any, x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return stretch(spread(g, x, axis, keepdims) / max(count_along(x, axis), 1), x.shape)


sum = operation(Operation(
    "sum", glyph="Σ",
    arrange=reduction("sum"), plain=(1,),
    forward=_sum,
    scalar=lambda x, axis=None, keepdims=False: over_axes(total, x, axis, keepdims),
    pullbacks=(_sum_back,),
    linear=True,
    says=("upstream",), metaphor="sum distributes",
    doc="""The sum of all elements, or along one axis or several.

    >>> import autograd
    >>> autograd.sum(autograd.Tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0).tolist()
    [4.0, 6.0]
    """,
))  # fmt: skip


def _mean_scalars(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    summed, count = over_axes(total, x, axis, keepdims), count_along(x, axis)
    return summed if count == 1 else summed / (count or math.nan)


mean = operation(Operation(
    "mean", glyph="mean",
    arrange=reduction("mean"), plain=(1,),
    forward=_mean,
    scalar=_mean_scalars,
    pullbacks=(_mean_back,),
    linear=True,
    says=("upstream / n",), metaphor="mean distributes in equal parts",
    doc="""The mean of all elements, or along one axis or several.

    >>> import autograd
    >>> autograd.mean(autograd.Tensor([[1.0, 2.0], [3.0, 5.0]]), axis=1).tolist()
    [1.5, 4.0]
    """,
))  # fmt: skip


def _extreme_back(g: Any, out: Any, x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    mask = np.asarray(x == spread(out, x, axis, keepdims)).astype(x.dtype)
    # An extreme that is not a number is nobody's, and there is nothing to share it by.
    with np.errstate(invalid="ignore"):
        share = mask / np.add.reduce(mask, axis=axis, keepdims=True)
    return spread(g, x, axis, keepdims) * share


def _extreme(name: str, reduce: Any, which: str) -> Operation:
    return operation(Operation(
        name, glyph=name[1:],
        arrange=reduction(name), plain=(1,),
        forward=lambda x, axis=None, keepdims=False: reduce(x, axis=axis, keepdims=keepdims),
        scalar=lambda x, axis=None, keepdims=False: over_axes(partial(extreme, name[1:]), x, axis, keepdims),
        pullbacks=(_extreme_back,), reads=("xo",),
        says=("upstream where {0} is the " + which,), metaphor=f"{name[1:]} routes",
        doc=f"""The {which} element of all, or along one axis or several. Equal ones share the gradient evenly.

    nan if there is one. (`torch.{name}`; PyTorch's `max(dim)` gives the whole gradient to the first instead.)

    >>> import autograd
    >>> autograd.{name}(autograd.Tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0).tolist()
    [{"3.0, 4.0" if which == "largest" else "1.0, 2.0"}]
    """,
    ))  # fmt: skip


amax = _extreme("amax", np.maximum.reduce, "largest")
amin = _extreme("amin", np.minimum.reduce, "smallest")
