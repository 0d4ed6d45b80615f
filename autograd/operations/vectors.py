"""The products of vectors, and what numpy makes of them for arrays of more axes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..gate import GATES
from ..operation import Operation, operation
from .arguments import Arranged, with_numbers_as_arrays
from .scalars import each, products

__all__ = ["dot", "inner", "outer", "vdot"]


def _pair(a: Any, b: Any) -> Arranged:
    return with_numbers_as_arrays((a, b)), {}


def _rows(x: Any) -> Any:
    """All axes but the last as one; the last is summed."""
    return x.reshape(math.prod(x.shape[:-1]), x.shape[-1])


def _summed_first(b: Any) -> Any:
    """The axis that `dot` sums over, the last but one, in front, and the others as one."""
    if b.ndim > 2:
        b = b.transpose((b.ndim - 2, *range(b.ndim - 2), b.ndim - 1))
    return b.reshape(b.shape[0], math.prod(b.shape[1:]))


def _dot(a: Any, b: Any) -> Any:
    return np.dot(a, b) if a.ndim and b.ndim else np.multiply(a, b)


def _dot_left(g: Any, out: Any, a: Any, b: Any) -> Any:
    if not a.ndim or not b.ndim:
        return g * b
    matrix = _summed_first(b)
    return (g.reshape(math.prod(a.shape[:-1]), matrix.shape[1]) @ matrix.T).reshape(a.shape)


def _dot_right(g: Any, out: Any, a: Any, b: Any) -> Any:
    if not a.ndim or not b.ndim:
        return g * a
    rows = _rows(a)
    moved = (b.shape[-2], *b.shape[:-2], b.shape[-1]) if b.ndim > 1 else b.shape
    found = (rows.T @ g.reshape(rows.shape[0], math.prod(moved[1:]))).reshape(moved)
    return found.transpose((*range(1, b.ndim - 1), 0, b.ndim - 1)) if b.ndim > 2 else found


def _dot_scalars(a: Any, b: Any) -> Any:
    if not a.ndim or not b.ndim:
        return each(GATES["mul"], a, b)
    shape = a.shape[:-1] + (b.shape[:-2] + b.shape[-1:] if b.ndim > 1 else ())
    return products(_rows(a), _summed_first(b)).reshape(shape)


dot = operation(Operation(
    "dot", glyph="a·b",
    arrange=_pair,
    forward=_dot, scalar=_dot_scalars,
    pullbacks=(_dot_left, _dot_right), reads=("x", "x"),
    linear=True,
    says=("upstream · {1}", "{0} · upstream"), metaphor="a weighted sum swaps each pair",
    doc="""numpy's dot: the weighted sum of two vectors, or the sums over the last axis of a and the last but one of b.

    >>> import autograd
    >>> w = autograd.Tensor([2.0, 3.0], requires_grad=True)
    >>> autograd.dot(w, [5.0, 7.0]).backward()
    >>> w.grad
    array([5., 7.])
    """,
))  # fmt: skip


def _inner(a: Any, b: Any) -> Any:
    return np.inner(a, b) if a.ndim and b.ndim else np.multiply(a, b)


def _inner_left(g: Any, out: Any, a: Any, b: Any) -> Any:
    if not a.ndim or not b.ndim:
        return g * b
    rows = _rows(b)
    return (g.reshape(math.prod(a.shape[:-1]), rows.shape[0]) @ rows).reshape(a.shape)


def _inner_right(g: Any, out: Any, a: Any, b: Any) -> Any:
    if not a.ndim or not b.ndim:
        return g * a
    rows = _rows(a)
    return (g.reshape(rows.shape[0], math.prod(b.shape[:-1])).T @ rows).reshape(b.shape)


def _inner_scalars(a: Any, b: Any) -> Any:
    if not a.ndim or not b.ndim:
        return each(GATES["mul"], a, b)
    return products(_rows(a), _rows(b).T).reshape(a.shape[:-1] + b.shape[:-1])


inner = operation(Operation(
    "inner", glyph="⟨a, b⟩",
    arrange=_pair,
    forward=_inner, scalar=_inner_scalars,
    pullbacks=(_inner_left, _inner_right), reads=("x", "x"),
    linear=True,
    says=("upstream · {1}", "upstreamᵀ · {0}"), metaphor="a weighted sum swaps each pair",
    doc="""The sums of products over the last axis of both: `a @ b.T` for matrices.

    >>> import autograd
    >>> autograd.inner(autograd.Tensor([[1.0, 2.0], [0.0, 1.0]]), [3.0, 4.0]).tolist()
    [11.0, 4.0]
    """,
))  # fmt: skip


def _flat(x: Any) -> Any:
    return x.reshape(x.size)


outer = operation(Operation(
    "outer", glyph="a·bᵀ",
    arrange=_pair,
    forward=lambda a, b: _flat(a)[:, None] * _flat(b),
    scalar=lambda a, b: each(GATES["mul"], a.reshape(-1, 1), b.reshape(1, -1)),
    pullbacks=(
        lambda g, out, a, b: (g @ _flat(b)).reshape(a.shape),
        lambda g, out, a, b: (_flat(a) @ g).reshape(b.shape),
    ),
    reads=("x", "x"), linear=True,
    says=("upstream · {1}", "upstreamᵀ · {0}"), metaphor="an outer product sums along the other vector",
    doc="""Every product of an element of a with one of b, as a matrix; operands of more axes are flattened.

    >>> import autograd
    >>> autograd.outer(autograd.Tensor([1.0, 2.0]), [3.0, 4.0]).tolist()
    [[3.0, 4.0], [6.0, 8.0]]
    """,
))  # fmt: skip


def _vdot(a: Any, b: Any) -> Any:
    if a.size != b.size:
        raise ShapeError(f"vdot: operands of shapes {a.shape} and {b.shape} must have the same number of elements")
    return np.dot(_flat(a), _flat(b))


vdot = operation(Operation(
    "vdot", glyph="a·b",
    arrange=_pair,
    forward=_vdot, scalar=lambda a, b: _dot_scalars(a.reshape(-1), b.reshape(-1)),
    pullbacks=(
        lambda g, out, a, b: g * b.reshape(a.shape),
        lambda g, out, a, b: g * a.reshape(b.shape),
    ),
    reads=("x", "x"), linear=True,
    says=("upstream · {1}", "upstream · {0}"), metaphor="a weighted sum swaps each pair",
    doc="""The sum of the products of all elements of two arrays of the same size.

    >>> import autograd
    >>> autograd.vdot(autograd.Tensor([[1.0, 2.0]]), [[3.0, 4.0]]).item()
    11.0
    """,
))  # fmt: skip
