"""A layer that uses another layer's weights the other way round."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import OperandError, ShapeError, Tensor, linear

from ..module import Module, Parameter
from .linear import Linear

__all__ = ["TiedLinear"]


class TiedLinear(Module):
    """x·W + b with the weights W of a `Linear` layer, which computes x·Wᵀ: from its outputs back to its inputs.

    There is one W: `parameters()` of a network of both lists it once, and its gradient is the sum of both uses.

    Args:
        layer: Whose weights to use.
        bias: Whether a bias of its own is added, at first 0.

    Attributes:
        weight: The very weights of that layer.
        bias: Shape (layer.in_features,); None without.

    Raises:
        OperandError: that is no `Linear` layer.
        ShapeError: the input has another number of features.

    Source: Vincent and others, 2010, section 2.

    >>> down = Linear(8, 2, rng=np.random.default_rng(0))
    >>> up = TiedLinear(down)
    >>> up(down(Tensor(np.ones((5, 8))))).shape, up.weight is down.weight
    ((5, 8), True)
    """

    kind = "layer"

    def __init__(self, layer: Linear, bias: bool = True) -> None:
        if not isinstance(layer, Linear):
            raise OperandError(f"TiedLinear shares the weights of a Linear layer, not of a {type(layer).__name__}")
        self.in_features, self.out_features = layer.out_features, layer.in_features
        self.weight = layer.weight
        self.bias = Parameter(np.zeros(self.out_features, layer.weight.dtype), name="b") if bias else None

    def forward(self, x: Any) -> Tensor:
        """The weighted sums of each row of x."""
        shape = np.shape(getattr(x, "data", x))
        if not shape or shape[-1] != self.in_features:
            raise ShapeError(f"{self!r} takes inputs with {self.in_features} features, but got shape {shape}")
        result: Tensor = linear(x, self.weight.T, self.bias)
        return result

    def extra_repr(self) -> str:
        """The sizes."""
        return f"{self.in_features} → {self.out_features}, shared weights{'' if self.bias is not None else ', no bias'}"
