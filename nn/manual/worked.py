"""Two gradients worked out by hand: one sigmoid neuron, and a network of one hidden layer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import ShapeError

from .functions import activation_named

__all__ = ["NeuronGradient", "TwoLayerGradient", "sigmoid_neuron_gradient", "two_layer_gradient"]

Array = NDArray[np.float64]
sigmoid = activation_named("sigmoid").function


class NeuronGradient(NamedTuple):
    """Output, loss and gradient of one sigmoid neuron."""

    output: float
    loss: float
    weights: Array
    """∂L/∂w, shape (n,)."""


def sigmoid_neuron_gradient(x: ArrayLike, w: ArrayLike, y: float) -> NeuronGradient:
    """h = σ(w·x), L = ½(y − h)²: ∂L/∂w_i = −(y − h)·h·(1 − h)·x_i.

    Args:
        x: Shape (n,).
        w: Shape (n,).
        y: The target.

    Raises:
        ShapeError: x and w are not rows of the same length.

    >>> sigmoid_neuron_gradient([1.0, 2.0], [0.0, 0.0], 1.0)
    NeuronGradient(output=0.5, loss=0.125, weights=array([-0.125, -0.25 ]))
    """
    inputs, weights = np.asarray(x, dtype=np.float64), np.asarray(w, dtype=np.float64)
    if inputs.ndim != 1 or inputs.shape != weights.shape:
        raise ShapeError(
            f"sigmoid_neuron_gradient: x and w have shapes {inputs.shape} and {weights.shape}, not one row each"
        )
    h = float(sigmoid(np.asarray(weights @ inputs)))
    return NeuronGradient(h, 0.5 * (y - h) ** 2, -(y - h) * h * (1 - h) * inputs)


class TwoLayerGradient(NamedTuple):
    """Output, loss and gradients of a network of one hidden layer."""

    hidden: Array
    output: float
    loss: float
    w1: Array
    """∂L/∂W1, shape (n, m)."""
    w2: Array
    """∂L/∂W2, shape (m,)."""


def two_layer_gradient(x: ArrayLike, w1: ArrayLike, w2: ArrayLike, y: float) -> TwoLayerGradient:
    """h1 = σ(x·W1), h2 = σ(h1·W2), L = ½(y − h2)², without biases.

    With δ2 = −(y − h2)·h2·(1 − h2): ∂L/∂W2 = h1ᵀ·δ2, ∂L/∂h1 = δ2·W2ᵀ, ∂L/∂W1 = xᵀ·(∂L/∂h1 ⊙ h1 ⊙ (1 − h1)). Samples are
    rows here, and weights (inputs, outputs).

    Args:
        x: Shape (n,).
        w1: Shape (n, m).
        w2: Shape (m,).
        y: The target.

    Raises:
        ShapeError: the shapes do not fit together.

    >>> result = two_layer_gradient([1.0], [[0.0, 0.0]], [1.0, -1.0], 1.0)
    >>> result.output, result.w2.tolist(), result.w1.tolist()
    (0.5, [-0.0625, -0.0625], [[-0.03125, 0.03125]])
    """
    row, first, second = (np.asarray(part, dtype=np.float64) for part in (x, w1, w2))
    if row.ndim != 1 or first.ndim != 2 or first.shape != (len(row), second.size) or second.ndim != 1:
        raise ShapeError(
            f"two_layer_gradient: x, W1 and W2 have shapes {row.shape}, {first.shape} and {second.shape}, but "
            "need (n,), (n, m) and (m,)"
        )
    h1 = sigmoid(row @ first)
    h2 = float(sigmoid(np.asarray(h1 @ second)))
    delta = -(y - h2) * h2 * (1 - h2)
    below = delta * second * h1 * (1 - h1)
    return TwoLayerGradient(h1, h2, 0.5 * (y - h2) ** 2, np.outer(row, below), h1 * delta)
