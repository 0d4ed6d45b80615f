"""The chain rule of a deep network, told as stages: talk to the output, to each hidden layer, to the weights."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd import OperandError

from ..errors import DataError
from .forward import Forward
from .functions import activation_named

__all__ = ["Stage", "stages"]


class Stage(NamedTuple):
    """One bracket of the product."""

    name: str
    """Whom the loss talks to."""
    formula: str
    jacobian: NDArray[np.float64]
    """What the bracket multiplies to, in numerator layout."""


def stages(passed: Forward, label: int, layer: int = 1) -> list[Stage]:
    """Jacobians whose product is the gradient of −log ŷ_label by the weights of a layer.

    ∂L/∂W_k = (∂L/∂ŷ · ∂ŷ/∂a_L) · (∂a_L/∂h_{L−1} · ∂h_{L−1}/∂a_{L−1}) · ... · (∂a_k/∂W_k).

    Args:
        passed: What `forward` with output="softmax" returned.
        label: The right class, counted from 0.
        layer: k, from 1 to the number of layers.

    Returns:
        The stages from the loss to the weights. The last Jacobian is by the weights row after row, so the product,
        reshaped to the weights' shape, is the gradient.

    Raises:
        OperandError: the network ends in something else than softmax, or there is no such layer.
        DataError: there is no such class.

    >>> from nn.manual import forward
    >>> passed = forward([1.0, 2.0], [np.eye(2), np.eye(2)], activation="tanh", output="softmax")
    >>> for stage in stages(passed, label=0):
    ...     print(stage.name, stage.formula, stage.jacobian.shape)
    talk to the output layer ∂L/∂ŷ · ∂ŷ/∂a2 (1, 2)
    talk to the hidden layer 1 ∂a2/∂h1 · ∂h1/∂a1 (2, 2)
    talk to the weights ∂a1/∂W1 (2, 4)
    """
    if passed.output_function != "softmax":
        raise OperandError(f'stages: the pass ends in "{passed.output_function}": call forward with output="softmax"')
    depth = len(passed.weights)
    if not isinstance(layer, (int, np.integer)) or not 1 <= layer <= depth:
        raise OperandError(f"stages: the layers are 1 to {depth}; there is no {layer!r}")
    y = passed.output
    if not isinstance(label, (int, np.integer)) or not 0 <= label < len(y):
        raise DataError(f"stages: the label must be a class from 0 to {len(y) - 1}, not {label!r}")
    by_output = np.zeros((1, len(y)))
    by_output[0, label] = -1 / y[label]
    softmax = np.diag(y) - np.outer(y, y)
    told = [Stage("talk to the output layer", f"∂L/∂ŷ · ∂ŷ/∂a{depth}", by_output @ softmax)]
    slope = activation_named(passed.activation).derivative
    for k in range(depth, layer, -1):
        bracket = passed.weights[k - 1] * slope(passed.sums[k - 2])  # W_k times a diagonal matrix
        told.append(Stage(f"talk to the hidden layer {k - 1}", f"∂a{k}/∂h{k - 1} · ∂h{k - 1}/∂a{k - 1}", bracket))
    rows, given = len(passed.weights[layer - 1]), passed.hidden[layer - 1]
    by_weights = np.asarray(np.kron(np.eye(rows), given), dtype=np.float64)
    return [*told, Stage("talk to the weights", f"∂a{layer}/∂W{layer}", by_weights)]
