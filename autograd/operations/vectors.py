"""The products of vectors, and what numpy makes of them for arrays of more axes."""

from __future__ import annotations

import math
import string
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..gate import GATES
from ..operation import Operation, operation
from .arguments import Arranged, with_numbers_as_arrays
from .contractions import pull_back, scalar_sums
from .scalars import each, products

__all__ = ["dot", "inner", "outer", "tensordot", "vdot"]


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


def _tensordot_axes(a: Any, b: Any, axes: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The axes of each operand that are summed, each from 0 on."""
    ranks = (np.ndim(a), np.ndim(b))
    if isinstance(axes, (int, np.integer)):
        count = int(axes)
        if not 0 <= count <= min(ranks):
            raise ShapeError(f"tensordot: cannot sum over {count} axes of operands with {ranks[0]} and {ranks[1]} axes")
        return tuple(range(ranks[0] - count, ranks[0])), tuple(range(count))
    left, right = (((part,) if isinstance(part, (int, np.integer)) else tuple(part)) for part in axes)
    if len(left) != len(right):
        raise ShapeError(f"tensordot: {len(left)} axes of the first operand against {len(right)} of the second")
    for part, rank in ((left, ranks[0]), (right, ranks[1])):
        if any(not -rank <= i < rank for i in part) or len({i % rank for i in part}) < len(part):
            raise ShapeError(f"tensordot: axes {part} of an operand with {rank} axes: name existing axes, each once")
    return tuple(int(i) % ranks[0] for i in left), tuple(int(i) % ranks[1] for i in right)


def _tensordot_arguments(a: Any, b: Any, axes: Any = 2, dims: Any = None) -> Arranged:
    operands = with_numbers_as_arrays((a, b))
    return operands, {"axes": _tensordot_axes(operands[0], operands[1], axes if dims is None else dims)}


def _as_equation(a: Any, b: Any, axes: Any) -> str:
    """The einsum a tensordot is."""
    letters = string.ascii_letters
    if a.ndim + b.ndim > len(letters):
        raise ShapeError("tensordot: too many axes")
    right = list(letters[a.ndim : a.ndim + b.ndim])
    for i, j in zip(*axes, strict=True):
        right[j] = letters[i]
    left = letters[: a.ndim]
    kept = [c for i, c in enumerate(left) if i not in axes[0]] + [c for j, c in enumerate(right) if j not in axes[1]]
    return f"{left},{''.join(right)}->{''.join(kept)}"


def _tensordot(a: Any, b: Any, axes: Any) -> Any:
    for i, j in zip(*axes, strict=True):
        if a.shape[i] != b.shape[j]:
            raise ShapeError(
                f"tensordot: axis {i} of the first operand has {a.shape[i]} elements, axis {j} of the second has "
                f"{b.shape[j]} (shapes {a.shape} and {b.shape}): summed axes must have the same length"
            )
    return np.tensordot(a, b, axes)


tensordot = operation(Operation(
    "tensordot", glyph="Σ",
    arrange=_tensordot_arguments,
    forward=_tensordot,
    pullbacks=(
        lambda g, out, a, b, axes: pull_back(g, out, a, b, slot=0, equation=_as_equation(a, b, axes)),
        lambda g, out, a, b, axes: pull_back(g, out, a, b, slot=1, equation=_as_equation(a, b, axes)),
    ),
    reads=("x", "x"), linear=True,
    scalar=lambda a, b, axes: scalar_sums(a, b, equation=_as_equation(a, b, axes)),
    says=("Σ upstream · {1}", "Σ {0} · upstream"), metaphor="a sum of products swaps its factors",
    doc="""The sum of products over pairs of axes: the last `axes` of a with the first of b, or the pairs named.

    Args:
        a, b: The operands.
        axes: A number, or two lists of axes, those of a and those of b. (`dims` is PyTorch's name.)

    >>> import numpy as np
    >>> import autograd
    >>> a, b = autograd.Tensor(np.ones((2, 3, 4))), autograd.Tensor(np.ones((4, 3, 5)))
    >>> autograd.tensordot(a, b, axes=([1, 2], [1, 0])).shape
    (2, 5)
    """,
))  # fmt: skip
