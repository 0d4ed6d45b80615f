"""What belongs together in a network: its depth in layers, and its last activation with its loss."""

from __future__ import annotations

from typing import NamedTuple

from autograd import OperandError

from .layers import Linear
from .module import Module
from .scalar import Layer

__all__ = ["OutputPairing", "depth", "output_pairing"]


class OutputPairing(NamedTuple):
    """How a kind of target is predicted and judged."""

    task: str
    output: str
    """The function on the last weighted sums, by its name in `nn`."""
    loss: str
    """What is minimised over its outputs."""
    criterion: str
    """The loss in `nn` that takes the weighted sums themselves and includes the output function, where it is safer."""


PAIRINGS = {
    "regression": OutputPairing("regression", "Identity", "squared error", "MSELoss"),
    "classification": OutputPairing("classification", "Softmax", "cross-entropy", "CrossEntropyLoss"),
    "binary": OutputPairing("binary", "Sigmoid", "binary cross-entropy", "BCEWithLogitsLoss"),
}
"""Pairs for which the gradient by the last weighted sums is output − target, times a constant."""


def output_pairing(task: str) -> OutputPairing:
    """The output activation and the loss for a kind of target.

    Real values: linear (the last weighted sums as they are) and squared error. One of several classes: softmax and
    cross-entropy. Yes or no: sigmoid and binary cross-entropy. Each is the likelihood of a distribution, normal,
    categorical and Bernoulli, so that the gradient by the last weighted sums is output − target up to a constant.

    Args:
        task: "regression", "classification" or "binary".

    Raises:
        OperandError: the task is another.

    Source: Goodfellow, Bengio and Courville, 2016, section 6.2.2.

    >>> output_pairing("classification").output, output_pairing("classification").criterion
    ('Softmax', 'CrossEntropyLoss')
    """
    if task not in PAIRINGS:
        raise OperandError(f"output_pairing: the tasks are {', '.join(PAIRINGS)}; there is no {task!r}")
    return PAIRINGS[task]


def depth(module: Module) -> int:
    """How many layers of weights a network has: hidden ones and the output, not the input.

    Args:
        module: Of scalars (`Layer`s count) or of tensors (`Linear`s count). A layer used twice counts once.

    >>> from nn import MLP, Sequential
    >>> depth(MLP(3, [4, 4, 2])), depth(Sequential(Linear(3, 4), Linear(4, 2)))
    (3, 2)
    """
    return sum(isinstance(part, (Linear, Layer)) for part in module.modules())
