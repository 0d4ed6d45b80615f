"""Initialisers that do not look at the size of the layer."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import numpy as np

from autograd import OperandError, ShapeError

from .targets import put, shape_of

__all__ = [
    "Random",
    "constant_",
    "eye_",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "zeros_",
]

T = TypeVar("T")
Random: TypeAlias = "np.random.Generator | int | None"
"""A generator or a seed; None for a new unseeded generator."""


def constant_(target: T, val: float) -> T:
    """Fill with one number.

    All units of a layer then start alike, get the same gradient and stay alike: their symmetry is never broken.

    >>> from autograd import Tensor
    >>> constant_(Tensor([1.0, 2.0]), 0.01).tolist()
    [0.01, 0.01]
    """
    return put(target, np.full(shape_of(target, "constant_"), float(val)))


def zeros_(target: T) -> T:
    """Fill with 0. As weights of a tanh network: no weight ever gets a gradient, only the last bias can move.

    >>> from autograd import Value
    >>> zeros_([Value(1.0), Value(2.0)])[1].data
    0.0
    """
    return put(target, np.zeros(shape_of(target, "zeros_")))


def ones_(target: T) -> T:
    """Fill with 1."""
    return put(target, np.ones(shape_of(target, "ones_")))


def eye_(target: T) -> T:
    """Fill with the identity matrix.

    Raises:
        ShapeError: the target has not two axes.
    """
    shape = shape_of(target, "eye_")
    if len(shape) != 2:
        raise ShapeError(f"nn.init.eye_ fills a matrix, not a shape of {shape}")
    return put(target, np.eye(*shape))


def uniform_(target: T, a: float = 0.0, b: float = 1.0, *, rng: Random = None) -> T:
    """Fill from the uniform distribution between a and b; its variance is (b - a)²/12.

    Raises:
        OperandError: b is below a, or one is not finite.

    >>> from autograd import Tensor
    >>> bool((abs(uniform_(Tensor([0.0] * 9), -10, 10, rng=0).data) <= 10).all())
    True
    """
    if not (np.isfinite(a) and np.isfinite(b) and a <= b):
        raise OperandError(f"nn.init.uniform_: a and b are finite and a is not above b, unlike {a!r} and {b!r}")
    return put(target, np.random.default_rng(rng).uniform(a, b, shape_of(target, "uniform_")))


def normal_(target: T, mean: float = 0.0, std: float = 1.0, *, rng: Random = None) -> T:
    """Fill from a normal distribution. `std` is its standard deviation, not its variance.

    For "small random numbers" std=0.01 is meant, a variance of 0.0001: through ten tanh layers of 500 units the signal
    then fades to 3e-7 of itself, while with a variance of 0.01 it does not.

    Raises:
        OperandError: std is negative or not finite.

    >>> from autograd import Tensor
    >>> normal_(Tensor([0.0, 0.0]), std=0.01, rng=0).data.round(6).tolist()
    [0.001257, -0.001321]
    """
    _check_std("normal_", std)
    return put(target, np.random.default_rng(rng).normal(mean, std, shape_of(target, "normal_")))


def _check_std(name: str, std: Any) -> None:
    if not (np.isfinite(std) and std >= 0):
        raise OperandError(f"nn.init.{name}: std is a finite number from 0 on, not {std!r}")


def trunc_normal_(
    target: T, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, *, rng: Random = None
) -> T:
    """Fill from a normal distribution, numbers outside [a, b] drawn again.

    Raises:
        OperandError: std is negative, or next to nothing of the distribution lies between a and b.
    """
    _check_std("trunc_normal_", std)
    if not a < b or mean + 6 * std < a or mean - 6 * std > b:
        raise OperandError(f"nn.init.trunc_normal_: N({mean}, {std}²) has nothing between {a!r} and {b!r}")
    source, shape = np.random.default_rng(rng), shape_of(target, "trunc_normal_")
    found = source.normal(mean, std, shape)
    while (outside := (found < a) | (found > b)).any():
        found = np.where(outside, source.normal(mean, std, shape), found)
    return put(target, found)


def orthogonal_(target: T, gain: float = 1.0, *, rng: Random = None) -> T:
    """Fill with a random matrix whose rows (or columns, if there are fewer) are orthonormal, times gain.

    Axes after the first count as one. Source: Saxe, McClelland and Ganguli, 2014.

    Raises:
        ShapeError: fewer than two axes.

    >>> from autograd import Tensor
    >>> w = orthogonal_(Tensor(np.zeros((2, 3))), rng=0).data
    >>> bool(np.allclose(w @ w.T, np.eye(2)))
    True
    """
    shape = shape_of(target, "orthogonal_")
    if len(shape) < 2:
        raise ShapeError(f"nn.init.orthogonal_ fills at least a matrix, not a shape of {shape}")
    rows, columns = shape[0], int(np.prod(shape[1:]))
    q, r = np.linalg.qr(np.random.default_rng(rng).normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.where(np.diag(r) < 0, -1.0, 1.0)  # so that every orthogonal matrix is equally likely
    return put(target, gain * (q if rows >= columns else q.T).reshape(shape))


def sparse_(target: T, sparsity: float, std: float = 0.01, *, rng: Random = None) -> T:
    """Fill a matrix from N(0, std²), then in each column set a share of the rows to 0. Source: Martens, 2010.

    Raises:
        ShapeError: the target has not two axes.
        OperandError: sparsity is no share.
    """
    shape = shape_of(target, "sparse_")
    if len(shape) != 2:
        raise ShapeError(f"nn.init.sparse_ fills a matrix, not a shape of {shape}")
    if not 0 <= sparsity <= 1:
        raise OperandError(f"nn.init.sparse_: sparsity is a share from 0 to 1, not {sparsity!r}")
    _check_std("sparse_", std)
    source = np.random.default_rng(rng)
    found = source.normal(0, std, shape)
    order = source.random(shape).argsort(axis=0)
    return put(target, np.where(order < int(np.ceil(sparsity * shape[0])), 0.0, found))
