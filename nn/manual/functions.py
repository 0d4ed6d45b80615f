"""The functions of the written-out algorithms, each with its derivative."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd import OperandError

__all__ = ["ACTIVATIONS", "Activation", "activation_named", "output_named"]

Array = NDArray[np.float64]


class Activation(NamedTuple):
    """An element-wise function and its derivative, both of the weighted sums a."""

    function: Callable[[Array], Array]
    derivative: Callable[[Array], Array]


def _sigmoid(a: Array) -> Array:
    e = np.exp(-np.abs(a))  # never overflows
    return np.asarray(np.where(a >= 0, 1.0, e) / (1 + e), dtype=np.float64)


def _softmax(a: Array) -> Array:
    e = np.exp(a - a.max())
    return np.asarray(e / e.sum())


ACTIVATIONS = {
    "identity": Activation(lambda a: a, np.ones_like),
    "sigmoid": Activation(_sigmoid, lambda a: _sigmoid(a) * (1 - _sigmoid(a))),
    "tanh": Activation(np.tanh, lambda a: 1 - np.tanh(a) ** 2),
    "relu": Activation(lambda a: np.maximum(a, 0), lambda a: (a > 0).astype(np.float64)),
}
"""Activations by name; relu's derivative at 0 is 0."""

OUTPUTS: dict[str, Callable[[Array], Array]] = {"softmax": _softmax} | {n: a.function for n, a in ACTIVATIONS.items()}


def activation_named(name: str) -> Activation:
    """An activation and its derivative.

    Raises:
        OperandError: there is none of that name.
    """
    _check(ACTIVATIONS, name, "activation")
    return ACTIVATIONS[name]


def output_named(name: str) -> Callable[[Array], Array]:
    """An output function: any activation, or softmax."""
    _check(OUTPUTS, name, "output")
    return OUTPUTS[name]


def _check(table: Mapping[str, object], name: str, what: str) -> None:
    if name not in table:
        raise OperandError(f"nn.manual knows the {what} {', '.join(sorted(table))}, not {name!r}")
