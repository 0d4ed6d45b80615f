"""Forward propagation, written out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import ShapeError

from .functions import activation_named, output_named

__all__ = ["Forward", "forward"]

Array = NDArray[np.float64]


class Forward(NamedTuple):
    """Everything a forward pass computed, for one sample."""

    x: Array
    """The input, h_0."""
    weights: list[Array]
    """W_1, ..., W_L, each (outputs, inputs)."""
    sums: list[Array]
    """The weighted sums a_1, ..., a_L."""
    hidden: list[Array]
    """h_0 = x, h_1, ..., h_{L−1}: what each layer is given."""
    output: Array
    """ŷ = O(a_L)."""
    activation: str
    """The name of g."""
    output_function: str
    """The name of O."""


def forward(
    x: ArrayLike, weights: Sequence[ArrayLike], biases: Sequence[ArrayLike] | None = None, *,
    activation: str = "sigmoid", output: str = "identity",
) -> Forward:  # fmt: skip
    """A feed-forward network on one sample: a_k = b_k + W_k·h_{k−1}, h_k = g(a_k), ŷ = O(a_L).

    Args:
        x: Shape (n_0,).
        weights: W_k of shape (n_k, n_{k−1}), as in `nn.Linear`.
        biases: b_k of shape (n_k,); none where None.
        activation: g: "identity", "sigmoid", "tanh" or "relu".
        output: O: one of those or "softmax".

    Raises:
        ShapeError: the shapes do not fit together; the message names the layer.
        OperandError: a function is unknown.

    >>> forward([1.0, 2.0], [[[1.0, 1.0]]], [[0.5]]).output.tolist()
    [3.5]
    """
    h = np.asarray(x, dtype=np.float64)
    matrices = [np.asarray(w, dtype=np.float64) for w in weights]
    offsets = [np.zeros(len(w)) for w in matrices] if biases is None else [np.asarray(b, np.float64) for b in biases]
    if h.ndim != 1 or not matrices or len(offsets) != len(matrices):
        raise ShapeError(
            f"forward takes one sample, shape (n,), and a bias per weight matrix, at least one; it was given shape "
            f"{h.shape}, {len(matrices)} weights and {len(offsets)} biases"
        )
    size = len(h)
    for k, (w, b) in enumerate(zip(matrices, offsets, strict=True), 1):
        if w.ndim != 2 or w.shape[1] != size or b.shape != w.shape[:1]:
            raise ShapeError(
                f"forward: layer {k} is given {size} numbers, but its weights have shape {w.shape} and its bias "
                f"{b.shape}; weights are (outputs, inputs)"
            )
        size = len(w)
    g = activation_named(activation).function
    final = output_named(output)
    sums, hidden = list[Array](), [h]
    for k, (w, b) in enumerate(zip(matrices, offsets, strict=True), 1):
        sums.append(b + w @ hidden[-1])
        if k < len(matrices):
            hidden.append(g(sums[-1]))
    return Forward(h, matrices, sums, hidden, final(sums[-1]), activation, output)
