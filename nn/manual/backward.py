"""Backpropagation, written out: the matrix form for softmax and cross-entropy, and the δ rule for squared errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import OperandError, ShapeError

from ..errors import DataError
from .forward import Forward, forward
from .functions import activation_named

__all__ = ["Backward", "backward", "delta_backprop"]

Array = NDArray[np.float64]


class Backward(NamedTuple):
    """A loss and its gradients, layer by layer."""

    loss: float
    weights: list[Array]
    """∇W_1, ..., ∇W_L, of the weights' shapes."""
    biases: list[Array]
    """∇b_1, ..., ∇b_L."""
    sums: list[Array]
    """∇a_1, ..., ∇a_L, by the weighted sums: the δ of each layer."""
    hidden: list[Array]
    """∇h_0, ..., ∇h_{L−1}, by what each layer was given; the first by the input."""


def backward(passed: Forward, label: int) -> Backward:
    """Gradients of the cross-entropy −log ŷ_label of a softmax network, in matrix form.

    ∇a_L = −(e_label − ŷ); then for k = L, ..., 1, from the output layer on: ∇W_k = ∇a_k·h_{k−1}ᵀ, ∇b_k = ∇a_k,
    ∇h_{k−1} = W_kᵀ·∇a_k, ∇a_{k−1} = ∇h_{k−1} ⊙ g′(a_{k−1}). Source: Rumelhart, Hinton and Williams, 1986.

    Args:
        passed: What `forward` with output="softmax" returned.
        label: The right class, counted from 0.

    Raises:
        OperandError: the network ends in something else than softmax.
        DataError: there is no such class.

    >>> result = backward(forward([1.0], [[[0.0], [0.0]]], output="softmax"), label=0)
    >>> round(result.loss, 6), result.weights[0].tolist()
    (0.693147, [[-0.5], [0.5]])
    """
    if passed.output_function != "softmax":
        raise OperandError(
            f'backward differentiates softmax and cross-entropy, but the pass ends in "{passed.output_function}": call '
            'forward with output="softmax", or use delta_backprop'
        )
    if not isinstance(label, (int, np.integer)) or not 0 <= label < len(passed.output):
        raise DataError(f"backward: the label must be a class from 0 to {len(passed.output) - 1}, not {label!r}")
    a = passed.sums[-1]
    top = a.max()
    loss = float(top + np.log(np.exp(a - top).sum()) - a[label])  # −log ŷ, also where ŷ underflows
    correct = np.zeros_like(a)
    correct[label] = 1
    return _downwards(passed, loss, -(correct - passed.output))


def delta_backprop(
    x: ArrayLike, y: ArrayLike, weights: Sequence[ArrayLike], biases: Sequence[ArrayLike] | None = None, *,
    activation: str = "sigmoid", output: str | None = None,
) -> Backward:  # fmt: skip
    """Gradients of ½‖h(x) − y‖² for one sample, by the δ rule.

    δ of the output layer is −(y − h) ⊙ f′(z); of a layer below, (Wᵀ·δ of the layer above) ⊙ f′(z). Then
    ∇W = δ·(what the layer was given)ᵀ and ∇b = δ. Weights are (outputs, inputs), so Wᵀ is the only transpose.
    Source: Rumelhart, Hinton and Williams, 1986.

    Args:
        x: Shape (n_0,).
        y: The target, shape (n_L,).
        weights: W_k of shape (n_k, n_{k−1}).
        biases: b_k of shape (n_k,); none where None.
        activation: f of the hidden layers: "identity", "sigmoid", "tanh" or "relu".
        output: f of the output layer; the same where None.

    Raises:
        ShapeError: shapes do not fit together.
        OperandError: a function is unknown.

    >>> result = delta_backprop([2.0], [0.0], [[[3.0]]], activation="identity")
    >>> result.loss, result.weights[0].tolist(), result.hidden[0].tolist()
    (18.0, [[12.0]], [18.0])
    """
    output = activation if output is None else output
    last = activation_named(output)
    passed = forward(x, weights, biases, activation=activation, output=output)
    target = np.asarray(y, dtype=np.float64)
    if target.shape != passed.output.shape:
        raise ShapeError(f"delta_backprop: the output has shape {passed.output.shape}, the target {target.shape}")
    error = passed.output - target
    return _downwards(passed, 0.5 * float(error @ error), error * last.derivative(passed.sums[-1]))


def _downwards(passed: Forward, loss: float, delta: Array) -> Backward:
    """From the gradient by the last weighted sums to all the others."""
    slope = activation_named(passed.activation).derivative
    weights, sums, hidden = list[Array](), list[Array](), list[Array]()
    for k in range(len(passed.weights) - 1, -1, -1):
        sums.append(delta)
        weights.append(np.outer(delta, passed.hidden[k]))
        hidden.append(passed.weights[k].T @ delta)
        if k:
            delta = hidden[-1] * slope(passed.sums[k - 1])
    for part in (weights, sums, hidden):
        part.reverse()
    return Backward(loss, weights, [delta.copy() for delta in sums], sums, hidden)
