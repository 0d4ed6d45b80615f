"""Tensors of zeros, ones, counts and random numbers, by numpy's and PyTorch's names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import index
from typing import Any

import numpy as np

from ..errors import OperandError
from .construction import as_array, real_dtype
from .tensor import Tensor

__all__ = ["arange", "eye", "full", "full_like", "linspace", "ones", "ones_like", "rand", "randn", "zeros",
           "zeros_like"]  # fmt: skip


def _shape(name: str, shape: tuple[Any, ...]) -> tuple[int, ...]:
    """The shape meant by `f(2, 3)` and by `f((2, 3))`."""
    given: Sequence[Any] = shape[0] if len(shape) == 1 and isinstance(shape[0], (list, tuple)) else shape
    try:
        sizes = tuple(map(index, given))
    except TypeError:
        raise OperandError(f"{name}: a shape is made of whole numbers, not {tuple(given)!r}") from None
    if any(n < 0 for n in sizes):
        raise OperandError(f"{name}: a shape has no negative lengths: {sizes}")
    return sizes


def _dtype(name: str, dtype: Any) -> Any:
    return None if dtype is None else real_dtype(dtype, f"{name}: ")


def _counted(name: str, make: Callable[..., Any], *bounds: Any, dtype: Any) -> Any:
    """What one of numpy's makers of sequences makes of the bounds."""
    wanted = _dtype(name, dtype)
    try:
        return make(*(getattr(b, "_data", b) for b in bounds), dtype=wanted)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise OperandError(f"{name} of {', '.join(map(repr, bounds))}: {error}") from None


def zeros(*shape: Any, dtype: Any = None, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """Zeros, float64 unless another dtype is given.

    >>> import autograd
    >>> autograd.zeros(2, 3).shape
    (2, 3)
    """
    return Tensor(np.zeros(_shape("zeros", shape), _dtype("zeros", dtype)), requires_grad, name=name)


def ones(*shape: Any, dtype: Any = None, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """Ones, float64 unless another dtype is given.

    >>> import autograd
    >>> autograd.ones((2,)).tolist()
    [1.0, 1.0]
    """
    return Tensor(np.ones(_shape("ones", shape), _dtype("ones", dtype)), requires_grad, name=name)


def full(
    shape: Any, fill_value: float, dtype: Any = None, requires_grad: bool = False, name: str | None = None
) -> Tensor:
    """One number everywhere.

    >>> import autograd
    >>> autograd.full(2, 0.5).tolist()
    [0.5, 0.5]
    """
    sizes = _shape("full", shape if isinstance(shape, tuple) else (shape,))
    return Tensor(np.full(sizes, fill_value, _dtype("full", dtype)), requires_grad, name=name)


def eye(n: int, m: int | None = None, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """The identity matrix of n rows and m columns, as many as rows where None.

    >>> import autograd
    >>> autograd.eye(2).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return Tensor(np.eye(n, m, dtype=_dtype("eye", float if dtype is None else dtype)), requires_grad)


def arange(*bounds: float, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Numbers from a start (0) up to, and without, a stop, in steps (of 1): whole ones if all bounds are.

    >>> import autograd
    >>> autograd.arange(1, 4).tolist()
    [1, 2, 3]
    """
    if not 1 <= len(bounds) <= 3:
        raise OperandError(f"arange takes (stop), (start, stop) or (start, stop, step), not {len(bounds)} numbers")
    return Tensor(_counted("arange", np.arange, *bounds, dtype=dtype), requires_grad)


def linspace(start: float, stop: float, num: int, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """So many numbers at equal distances, from start to stop, both included.

    >>> import autograd
    >>> autograd.linspace(0, 1, 3).tolist()
    [0.0, 0.5, 1.0]
    """
    return Tensor(_counted("linspace", np.linspace, start, stop, num, dtype=dtype), requires_grad)


def rand(*shape: Any, generator: Any = None, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Random numbers, evenly spread from 0 to 1.

    Args:
        shape: The number of elements along each axis.
        generator: A numpy Generator or the seed of one; another one at every call where None.
        dtype: float64 by default.
        requires_grad: Whether a backward pass gives it a gradient.

    >>> import autograd
    >>> autograd.rand(2, generator=0).tolist()
    [0.6369616873214543, 0.2697867137638703]
    """
    numbers = np.random.default_rng(generator).random(_shape("rand", shape))
    return Tensor(numbers, requires_grad, dtype=dtype)


def randn(*shape: Any, generator: Any = None, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Random numbers of the normal distribution with mean 0 and variance 1; the arguments are those of `rand`.

    >>> import autograd
    >>> autograd.randn(2, 3, generator=0).shape
    (2, 3)
    """
    numbers = np.random.default_rng(generator).standard_normal(_shape("randn", shape))
    return Tensor(numbers, requires_grad, dtype=dtype)


def zeros_like(other: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros in the shape and the dtype of another tensor or array.

    >>> import autograd
    >>> autograd.zeros_like(autograd.Tensor([[1.0, 2.0]])).tolist()
    [[0.0, 0.0]]
    """
    return Tensor(np.zeros_like(as_array(other, "zeros_like: "), _dtype("zeros_like", dtype)), requires_grad)


def ones_like(other: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones in the shape and the dtype of another tensor or array.

    >>> import autograd
    >>> autograd.ones_like(autograd.Tensor([[1.0, 2.0]])).tolist()
    [[1.0, 1.0]]
    """
    return Tensor(np.ones_like(as_array(other, "ones_like: "), _dtype("ones_like", dtype)), requires_grad)


def full_like(other: Any, fill_value: float, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """One number everywhere, in the shape and the dtype of another tensor or array.

    >>> import autograd
    >>> autograd.full_like(autograd.Tensor([[1.0, 2.0]]), 7).tolist()
    [[7.0, 7.0]]
    """
    return Tensor(np.full_like(as_array(other, "full_like: "), fill_value, _dtype("full_like", dtype)), requires_grad)
