"""The diagonal of the Hessian from products with random vectors of signs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import hvp

from ..blocks import Array
from ..errors import OptimizerError

__all__ = ["hutchinson_diag", "signs"]


def signs(rng: np.random.Generator, shape: Any) -> Array:
    """±1 with equal chances (Rademacher)."""
    drawn: Array = 2.0 * rng.integers(0, 2, size=shape) - 1.0
    return drawn


def hutchinson_diag(
    f: Callable[[Any], Any], w: Any, n_samples: int = 1, *, rng: np.random.Generator | int | None = None,
    vectors: Iterable[Any] | None = None,
) -> Array:  # fmt: skip
    """Estimate the diagonal of the Hessian of f at w: the mean of z ⊙ (Hz) over random z of ±1.

    For a diagonal Hessian one sample is exact; else the error of an entry has the variance Σ of the squares of the
    others in its row, divided by `n_samples`. Source: Hutchinson, 1990; Bekas, Kokiopoulou and Saad, 2007.

    Args:
        f: Function of one array, as a Tensor, returning one number.
        w: Where: an array.
        n_samples: How many vectors to draw.
        rng: Where they come from, a generator or a seed.
        vectors: The vectors themselves, in place of random ones.

    Returns:
        An array shaped like w.

    Raises:
        OptimizerError: `n_samples` is not positive, or no vector was given.

    >>> f = lambda x: x[0] ** 2 + x[0] * x[1] + 1.5 * x[1] ** 2
    >>> hutchinson_diag(f, [0.0, 0.0], vectors=[[1, 1], [1, -1], [-1, 1], [-1, -1]])
    array([2., 3.])
    """
    point = np.asarray(w, dtype=float)
    if not isinstance(n_samples, (int, np.integer)) or n_samples < 1:
        raise OptimizerError(f"hutchinson_diag: n_samples is a positive whole number, not {n_samples!r}")
    source = np.random.default_rng(rng)
    drawn = (signs(source, point.shape) for _ in range(n_samples)) if vectors is None else vectors
    products = [z * hvp(f, point, z) for z in (np.asarray(z, dtype=float) for z in drawn)]
    if not products:
        raise OptimizerError("hutchinson_diag: no vector was given")
    mean: Array = np.mean(products, axis=0)
    return mean
