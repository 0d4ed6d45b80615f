"""The backward pass of batch normalisation, written out: what the engine is held against."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd import ShapeError

__all__ = ["BatchNormGradients", "batchnorm_backward"]


class BatchNormGradients(NamedTuple):
    """What `batchnorm_backward` returns.

    Attributes:
        x: The gradient of the input, its shape; each column sums to 0.
        weight, bias: The gradients of γ and β, shape (features,).
    """

    x: NDArray[Any]
    weight: NDArray[Any]
    bias: NDArray[Any]


def batchnorm_backward(upstream: Any, x: Any, weight: Any = None, eps: float = 1e-5) -> BatchNormGradients:
    """The gradients of y = γ·x̂ + β with x̂ = (x − μ)/√(σ² + eps), μ and σ² those of the batch.

    dβ = Σ g, dγ = Σ g·x̂ and, with d = g·γ, dx = (d − mean(d) − x̂·mean(d·x̂)) / √(σ² + eps).

    Args:
        upstream: g = ∂L/∂y, shape (rows, features).
        x: The input of the forward pass, the same shape.
        weight: γ, shape (features,); ones if left out.
        eps: What was added to the variance.

    Source: Ioffe and Szegedy, 2015, section 3.

    Raises:
        ShapeError: the shapes do not go together.

    >>> batchnorm_backward([[1.0], [0.0]], [[1.0], [3.0]], eps=0.0).weight
    array([-1.])
    """
    g, x = np.asarray(upstream, dtype=float), np.asarray(x, dtype=float)
    if x.ndim != 2 or g.shape != x.shape or not len(x):
        raise ShapeError(
            f"batchnorm_backward: upstream and x are both (rows, features), not of shapes {g.shape} and {x.shape}"
        )
    gamma = np.ones(x.shape[1]) if weight is None else np.asarray(weight, dtype=float)
    if gamma.shape != x.shape[1:]:
        raise ShapeError(f"batchnorm_backward: {x.shape[1]} features need as many weights, not shape {gamma.shape}")
    spread = 1 / np.sqrt(x.var(axis=0) + eps)
    standard = (x - x.mean(axis=0)) * spread
    d = g * gamma
    along = (d * standard).mean(axis=0)
    return BatchNormGradients(
        x=spread * (d - d.mean(axis=0) - standard * along), weight=(g * standard).sum(axis=0), bias=g.sum(axis=0)
    )
