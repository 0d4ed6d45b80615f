"""Products of vectors and matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..gates.squashing import relu
from ..operation import Operation, operation
from .arguments import with_numbers_as_arrays
from .broadcast import ones, zero
from .scalars import each, products

__all__ = ["linear", "linear_relu", "matmul"]


LARGE = 16384
"""A result of so many numbers is quicker by `matmul`: `dot`, otherwise sooner with BLAS, fills it with zeros first."""


def _product(a: Any, b: Any) -> Any:
    """a @ b."""
    if type(a) is type(b) is np.ndarray and a.ndim == b.ndim == 2:
        return _of_matrices(a, b)
    return np.matmul(a, b)


def _of_matrices(a: Any, b: Any) -> Any:
    """a @ b of two matrices, the first of which is a Tensor if the second is."""
    return a.dot(b) if len(a) * b.shape[1] < LARGE else np.matmul(a, b)


def _left(g: Any, out: Any, a: Any, b: Any) -> Any:
    if b.ndim == 1:
        return g * b if a.ndim == 1 else g[..., None] * b
    if a.ndim == 1:
        return (b @ g[..., None])[..., 0]
    return _product(g, b.swapaxes(-1, -2))


def _right(g: Any, out: Any, a: Any, b: Any) -> Any:
    if a.ndim == 1:
        return a * g if b.ndim == 1 else a[:, None] * g[..., None, :]
    if b.ndim == 1:
        return (g[..., None, :] @ a)[..., 0, :]
    return _product(a.swapaxes(-1, -2), g)


matmul = operation(Operation(
    "matmul", glyph="@",
    forward=_product, scalar=products,
    pullbacks=(_left, _right), reads=("x", "x"),
    linear=True,
    says=("upstream · {1}ᵀ", "{0}ᵀ · upstream"), metaphor="a matrix product transposes the other factor",
    doc="""The matrix product a @ b: vectors, matrices, and stacks of matrices that broadcast.

    For Y = A·B the gradients are G·Bᵀ and Aᵀ·G; no array of more axes than the operands have is made.

    >>> import autograd
    >>> w = autograd.Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> (w @ [1.0, -1.0]).sum().backward()
    >>> w.grad
    array([[ 1., -1.],
           [ 1., -1.]])
    """,
))  # fmt: skip


def _linear(x: Any, weight: Any, bias: Any = None) -> Any:
    out = _of_matrices(x, weight.T) if x.ndim == 2 == weight.ndim else np.matmul(x, weight.T)
    if bias is None:
        return out
    if out.dtype is bias.dtype:
        out += bias
        return out
    return out + bias


def _linear_arguments(x: Any, weight: Any, bias: Any = None) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return with_numbers_as_arrays((x, weight) if bias is None else (x, weight, bias)), {}


def _affine(x: Any, weight: Any, *bias: Any) -> Any:
    out = x @ weight.T
    return out + bias[0] if bias else out


def _affine_scalars(x: Any, weight: Any, *bias: Any) -> Any:
    out = products(x, weight.T)
    return out + bias[0] if bias else out


def _bias_back(g: Any, out: Any, x: Any, weight: Any, bias: Any) -> Any:
    # What broadcasting asks for anyway, without the search for the axes.
    return ones(g.shape[0], g.dtype).dot(g) if g.ndim == 2 and bias.ndim == 1 and g.size else g


def _input_back(g: Any, out: Any, x: Any, weight: Any, *bias: Any) -> Any:
    if weight.ndim == 1:
        return g[..., None] * weight
    return _of_matrices(g, weight) if g.ndim == 2 else np.matmul(g, weight)


def _weight_back(g: Any, out: Any, x: Any, weight: Any, *bias: Any) -> Any:
    if weight.ndim == 1:
        return np.matmul(g.reshape(-1), x.reshape(-1, x.shape[-1]))
    if g.ndim != 2:
        g, x = g.reshape(-1, g.shape[-1]), x.reshape(-1, x.shape[-1])
    return _of_matrices(g.T, x)


_LINEAR_PULLBACKS = (_input_back, _weight_back, _bias_back)

linear = operation(Operation(
    "linear", glyph="x·Wᵀ + b",
    arrange=_linear_arguments, plain=(2, 3),
    forward=_linear,
    pullbacks=_LINEAR_PULLBACKS, reads=("x", "x", ""),
    definition=_affine, scalar=_affine_scalars,
    says=("upstream · {1}", "upstreamᵀ · {0}", "Σ upstream"),
    metaphor="a layer's weights get upstream times input",
    doc="""x·Wᵀ + b as one node: a layer's weighted sums, with PyTorch's shape of the weights, (outputs, inputs).

    Weights of shape (inputs,) make one output, whose axis is left out.

    >>> import autograd
    >>> autograd.linear(autograd.Tensor([1.0, 2.0]), autograd.Tensor([[3.0, 4.0]]), autograd.Tensor([0.5])).tolist()
    [11.5]
    """,
))  # fmt: skip


def _linear_relu(x: Any, weight: Any, bias: Any = None) -> Any:
    out = _linear(x, weight, bias)
    return np.maximum(out, 0, out=out) if isinstance(out, np.ndarray) else np.maximum(out, 0)


def _where_open(g: Any, out: Any, x: Any, weight: Any, *bias: Any) -> Any:
    """The gradient where the sum was positive; one that is not a number stays one."""
    passed = (out != zero(out.dtype)).astype(g.dtype)  # much quicker multiplied with than the condition itself
    return np.multiply(g, passed, out=passed)


linear_relu = operation(Operation(
    "linear_relu", glyph="relu(x·Wᵀ + b)",
    arrange=_linear_arguments, plain=(2, 3),
    forward=_linear_relu,
    before=_where_open,
    pullbacks=_LINEAR_PULLBACKS, reads=("xo", "xo", "o"),
    definition=lambda x, weight, *bias: relu(linear(x, weight, *bias)),
    scalar=lambda x, weight, *bias: each(relu, _affine_scalars(x, weight, *bias)),
    says=("(upstream where open) · {1}", "(upstream where open)ᵀ · {0}", "Σ (upstream where open)"),
    metaphor="open units get upstream times input",
    doc="""relu(x·Wᵀ + b) as one node: a layer and its activation in one go.

    >>> import autograd
    >>> autograd.linear_relu(autograd.Tensor([1.0, 2.0]), autograd.Tensor([[3.0, 4.0], [-1.0, 0.0]])).tolist()
    [11.0, 0.0]
    """,
))  # fmt: skip
