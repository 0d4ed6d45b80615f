"""Many elements become one: sums, means, extremes."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from ..operation import Operation, operation
from .arguments import normal_axes, reduction
from .broadcast import stretch
from .scalars import extreme, over_axes, total

__all__ = ["amax", "amin", "mean", "sum"]


def _spread(g: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """The gradient of a reduction's result, its axes put back, ready to broadcast over the operand."""
    if keepdims or axis is None:
        return g
    return np.expand_dims(g, normal_axes(axis, x.ndim))


def _sum_back(g: Any, out: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return stretch(_spread(g, x, axis, keepdims), x.shape)


def _count(x: Any, axis: Any) -> int:
    if axis is None:
        return int(x.size)
    return math.prod(x.shape[a] for a in normal_axes(axis, x.ndim))


def _mean_back(g: Any, out: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return stretch(_spread(g, x, axis, keepdims) / _count(x, axis), x.shape)


sum = operation(Operation(
    "sum", glyph="Σ",
    arrange=reduction("sum"),
    forward=lambda x, axis=None, keepdims=False: np.add.reduce(x, axis=axis, keepdims=keepdims),
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

mean = operation(Operation(
    "mean", glyph="mean",
    arrange=reduction("mean"),
    forward=lambda x, axis=None, keepdims=False: np.add.reduce(x, axis=axis, keepdims=keepdims) / _count(x, axis),
    scalar=lambda x, axis=None, keepdims=False: over_axes(total, x, axis, keepdims) / _count(x, axis),
    pullbacks=(_mean_back,),
    linear=True,
    says=("upstream / n",), metaphor="mean distributes in equal parts",
    doc="""The mean of all elements, or along one axis or several.

    >>> import autograd
    >>> autograd.mean(autograd.Tensor([[1.0, 2.0], [3.0, 5.0]]), axis=1).tolist()
    [1.5, 4.0]
    """,
))  # fmt: skip


def _extreme_back(g: Any, out: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    chosen = x == _spread(out, x, axis, keepdims)
    mask = np.asarray(chosen).astype(x.dtype)
    return _spread(g, x, axis, keepdims) * (mask / mask.sum(axis=axis, keepdims=True))


def _extreme(name: str, reduce: Any, which: str) -> Operation:
    return operation(Operation(
        name, glyph=name[1:],
        arrange=reduction(name),
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


amax = _extreme("amax", np.max, "largest")
amin = _extreme("amin", np.min, "smallest")
