"""Batch normalisation's backward pass in closed form."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import ShapeError

from ..errors import DataError

__all__ = ["BatchNormGradient", "batchnorm_backward"]


class BatchNormGradient(NamedTuple):
    """Gradients of a batch normalisation."""

    x: NDArray[np.float64]
    """∂L/∂x, shape (m, n)."""
    gamma: NDArray[np.float64]
    """∂L/∂γ, shape (n,)."""
    beta: NDArray[np.float64]
    """∂L/∂β, shape (n,)."""


def batchnorm_backward(x: ArrayLike, gamma: ArrayLike, upstream: ArrayLike, eps: float = 1e-5) -> BatchNormGradient:
    """Gradients of y = γ·x̂ + β in training, x̂ = (x − μ)/√(σ² + ε) with the batch's mean and biased variance.

    With g = ∂L/∂y: ∂L/∂β = Σ g, ∂L/∂γ = Σ g·x̂ and, for d = g·γ, ∂L/∂x = (d − mean d − x̂·mean(d·x̂))/√(σ² + ε): what is
    left of d after its mean and its part along x̂ are taken out. Source: Ioffe and Szegedy, 2015, section 3.

    Args:
        x: The batch, shape (m, n).
        gamma: The scales, shape (n,).
        upstream: ∂L/∂y, shape (m, n).
        eps: Added to the variance.

    Raises:
        ShapeError: the shapes do not fit together.
        DataError: the batch is empty.

    >>> batchnorm_backward([[1.0], [3.0]], [2.0], [[1.0], [0.0]]).gamma.round(4).tolist()
    [-1.0]
    """
    rows, scales, g = (np.asarray(part, dtype=np.float64) for part in (x, gamma, upstream))
    if rows.ndim != 2 or scales.shape != rows.shape[1:] or g.shape != rows.shape:
        raise ShapeError(
            f"batchnorm_backward: x, gamma and upstream have shapes {rows.shape}, {scales.shape} and {g.shape}, but "
            "need (m, n), (n,) and (m, n)"
        )
    if not len(rows):
        raise DataError("batchnorm_backward: an empty batch has no mean")
    width = np.sqrt(rows.var(axis=0) + eps)
    normal = (rows - rows.mean(axis=0)) / width
    d = g * scales
    dx = (d - d.mean(axis=0) - normal * (d * normal).mean(axis=0)) / width
    return BatchNormGradient(dx, (g * normal).sum(axis=0), g.sum(axis=0))
