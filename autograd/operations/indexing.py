"""Parts of arrays: gradients are added back where the elements came from."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..operation import Operation, operation
from .scalars import objects, total

__all__ = ["getitem", "plain_index", "put"]


def plain_index(index: Any) -> Any:
    """An index with the arrays of Tensors in it."""
    if isinstance(index, tuple):
        return tuple(map(plain_index, index))
    return getattr(index, "_data", index)


def _repeats(index: Any) -> bool:
    """Whether an index may name an element twice: it holds arrays of whole numbers."""
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(p, (list, np.ndarray)) and np.asarray(p).dtype != bool for p in parts)


def _put(g: Any, index: Any, shape: tuple[int, ...]) -> Any:
    whole = np.zeros(shape, g.dtype)
    if _repeats(index):
        np.add.at(whole, index, g)
    else:
        whole[index] = g
    return whole


def _put_scalars(g: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Each place gets the sum of what is put there."""
    arriving: list[list[Any]] = [[] for _ in range(math.prod(shape))]
    places = np.arange(len(arriving)).reshape(shape)[index]
    for place, value in zip(places.ravel().tolist(), objects(g).ravel().tolist(), strict=True):
        arriving[place].append(value)
    whole = np.empty(len(arriving), object)
    whole[:] = list(map(total, arriving))
    return whole.reshape(shape)


put = operation(Operation(
    "put", glyph="[·] +=",
    arrange=lambda g, index, shape: ((g,), {"index": index, "shape": shape}),
    forward=_put, scalar=_put_scalars,
    pullbacks=(lambda g, out, x, index, shape: g[index],),
    linear=True,
    says=("upstream[index]",), metaphor="scattering gathers back",
    doc="An array of zeros with elements added at an index: the gradient of indexing.",
))  # fmt: skip

getitem = operation(Operation(
    "getitem", glyph="[·]",
    arrange=lambda x, index: ((x,), {"index": plain_index(index)}),
    forward=lambda x, index: x[index],
    pullbacks=(lambda g, out, x, index: put(g, index=index, shape=x.shape),),
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
