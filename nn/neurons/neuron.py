"""The artificial neuron of any activation, on tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd import OperandError, ShapeError, Tensor, linear

from ..module import Module, Parameter
from ..operands import as_tensor

__all__ = ["Neuron"]


class Neuron(Module):
    """y = f(W·x + b): one neuron where the weights are a row, several side by side where they are a matrix.

    (`nn.Neuron` is the one of scalars, of which a picture shows every wire.) Source: Rosenblatt, 1958.

    Args:
        weight: Shape (n,) for one neuron, (m, n) for m.
        bias: A number, or shape (m,); none where None.
        activation: The function f of tensors, e.g. `autograd.tanh`; the identity where None.

    Attributes:
        weight: The weights, as a parameter.
        bias: The bias, as a parameter, or None.

    Raises:
        OperandError: the weights are neither a row nor a matrix.
        ShapeError: the bias does not fit them.

    >>> import autograd
    >>> Neuron([1.0, 2.0], bias=-3.0, activation=autograd.relu)([[2.0, 2.0], [1.0, 0.5]]).tolist()
    [3.0, 0.0]
    >>> Neuron([[1.0, 2.0], [0.0, 1.0]])([1.0, 1.0]).tolist()
    [3.0, 1.0]
    """

    kind = "neuron"

    def __init__(
        self, weight: ArrayLike, bias: ArrayLike | None = None, activation: Callable[[Any], Any] | None = None
    ) -> None:
        weights = np.array(weight, dtype=np.float64)
        if weights.ndim not in (1, 2) or not weights.size:
            raise OperandError(f"Neuron: the weights are a row or a matrix, not an array of shape {weights.shape}")
        biases = None if bias is None else np.array(bias, dtype=np.float64)
        if biases is not None and biases.shape != weights.shape[:-1]:
            raise ShapeError(
                f"Neuron: weights of shape {weights.shape} need a bias shaped {weights.shape[:-1]}, not {biases.shape}"
            )
        self.weight = Parameter(weights, name="w" if weights.ndim == 1 else "W")
        self.bias = None if biases is None else Parameter(biases, name="b")
        self.activation = activation

    def net(self, x: Any) -> Tensor:
        """W·x + b for each row of x, before the activation."""
        x = as_tensor(x)
        if not x.ndim or x.shape[-1] != self.weight.shape[-1]:
            raise ShapeError(
                f"{type(self).__name__} has {self.weight.shape[-1]} weights per neuron and takes rows of as many "
                f"inputs, not shape {x.shape}"
            )
        if self.weight.ndim == 2:
            several: Tensor = linear(x, self.weight, self.bias)
            return several
        one: Tensor = x @ self.weight
        return one if self.bias is None else one + self.bias

    def forward(self, x: Any) -> Tensor:
        """The output for each row of x.

        Args:
            x: Shape (..., n).

        Returns:
            Shape (...) for one neuron, (..., m) for m.

        Raises:
            ShapeError: the rows have another length.
        """
        net = self.net(x)
        result: Tensor = net if self.activation is None else self.activation(net)
        return result

    def extra_repr(self) -> str:
        """Sizes and activation."""
        several = 1 if self.weight.ndim == 1 else self.weight.shape[0]
        name = getattr(self.activation, "name", None) or getattr(self.activation, "__name__", "identity")
        return f"{self.weight.shape[-1]} → {several}, {name}"
