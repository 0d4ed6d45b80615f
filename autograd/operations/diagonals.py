"""Diagonals and triangles of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ShapeError
from ..operation import Array, Operation, operation
from .arguments import Arranged, axis_options
from .indexing import put
from .joins import as_operand

__all__ = ["diag", "diagonal", "trace", "tril", "triu"]


def _diagonal_arguments(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, **named: Any) -> Arranged:
    options = {"offset": offset, "axis1": named.pop("dim1", axis1), "axis2": named.pop("dim2", axis2)}
    if named:
        axis_options("diagonal", None, named)
    return (x,), options


def _diagonal_index(shape: tuple[int, ...], offset: int, axis1: int, axis2: int) -> tuple[Any, ...]:
    """Index arrays at the two axes, whole slices at the others."""
    rows, columns = max(-offset, 0), max(offset, 0)
    along = np.arange(max(0, min(shape[axis1] - rows, shape[axis2] - columns)))
    index: list[Any] = [slice(None)] * len(shape)
    index[axis1], index[axis2] = along + rows, along + columns
    return tuple(index)


def _diagonal_back(g: Any, out: Any, x: Any, offset: int, axis1: int, axis2: int) -> Any:
    axis1, axis2 = axis1 % x.ndim, axis2 % x.ndim
    # numpy puts what two neighbouring index arrays select in their place, and otherwise in front.
    place = min(axis1, axis2) if abs(axis1 - axis2) == 1 else 0
    index = _diagonal_index(x.shape, offset, axis1, axis2)
    return put(np.moveaxis(g, -1, place), index=index, shape=x.shape, distinct=True)


diagonal = operation(Operation(
    "diagonal", glyph="⋱",
    arrange=_diagonal_arguments,
    forward=np.diagonal,
    pullbacks=(_diagonal_back,), reads=("",),
    linear=True, view=True,
    says=("upstream on the diagonal",), metaphor="a diagonal goes back on it",
    doc="""The elements on a diagonal of the matrices in two axes, as the last axis of the result.

    `offset` counts from the main diagonal, upwards. Its sum is the trace of linear algebra, `np.trace(t)`.

    >>> import autograd
    >>> autograd.diagonal(autograd.Tensor([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [1.0, 4.0]
    """,
))  # fmt: skip


def _diag(v: Array, k: int) -> Array:
    if v.ndim != 1:
        raise ShapeError(f"diag makes a matrix of a vector, not of something of shape {v.shape}: see diagonal")
    return np.diag(v, k)


_diag_matrix = operation(Operation(
    "diag", glyph="⋱",
    forward=_diag,
    pullbacks=(lambda g, out, v, k: diagonal(g, offset=k),), reads=("",),
    linear=True,
    says=("diagonal of upstream",), metaphor="a diagonal comes back from it",
    doc="The matrix with a vector on its diagonal.",
))  # fmt: skip


def diag(v: Any, k: int = 0, **named: Any) -> Any:
    """The square matrix with the vector on its k-th diagonal; of a matrix, its k-th diagonal.

    >>> import autograd
    >>> autograd.diag(autograd.Tensor([1.0, 2.0])).tolist()
    [[1.0, 0.0], [0.0, 2.0]]
    """
    k = named.pop("diagonal", k)
    if named:
        axis_options("diag", None, named)
    v = as_operand(v)
    return diagonal(v, offset=k) if v.ndim == 2 else _diag_matrix(v, k=k)


def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The sum of a matrix's diagonal, as in linear algebra. (`autograd.trace` records a pass.)

    >>> import autograd
    >>> autograd.operations.trace(autograd.Tensor([[1.0, 2.0], [3.0, 4.0]])).item()
    5.0
    """
    return diagonal(x, offset, axis1, axis2).sum(axis=-1)


def _triangle_arguments(name: str) -> Any:
    def arrange(x: Any, k: int = 0, **named: Any) -> Arranged:
        k = named.pop("diagonal", k)
        if named:
            axis_options(name, None, named)
        return (x,), {"k": k}

    return arrange


def _triangle(name: str, cut: Any, which: str, shown: str) -> Operation:
    def forward(x: Array, k: int) -> Array:
        if x.ndim < 2:
            raise ShapeError(f"{name} takes matrices: something of shape {x.shape} has too few axes")
        kept: Array = cut(x, k)
        return kept

    return operation(Operation(
        name, glyph="◺" if name == "tril" else "◹",
        arrange=_triangle_arguments(name),
        forward=forward,
        pullbacks=(lambda g, out, x, k: cut(g, k),), reads=("",),
        linear=True,
        says=(f"{name}(upstream)",), metaphor="zeros block",
        doc=f"""The {which} triangle of a matrix (or of each in a stack), zeros elsewhere.

    `k` says up to which diagonal, 0 for the main one.

    >>> import autograd
    >>> autograd.{name}(autograd.Tensor([[1.0, 2.0], [3.0, 4.0]])).tolist()
    {shown}
    """,
    ))  # fmt: skip


tril = _triangle("tril", np.tril, "lower", "[[1.0, 0.0], [3.0, 4.0]]")
triu = _triangle("triu", np.triu, "upper", "[[1.0, 2.0], [0.0, 4.0]]")
