"""A loss of parameters as a function of one vector."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Tensor, Value

from ..blocks import Array
from ..errors import OptimizerError
from ..second_order.flat import get_vector, set_vector, slope_of, split

__all__ = ["ParameterProblem"]


class ParameterProblem:
    """The same as a `Problem`, of parameters in place: every evaluation changes their numbers.

    Args:
        who: Who asks, for error messages.
        loss: Computes the loss from the parameters.
        parameters: Leaf Values and Tensors.
    """

    def __init__(self, who: str, loss: Callable[[], Any], parameters: Sequence[Any]) -> None:
        if not parameters:
            raise OptimizerError(f"{who} was given no parameters")
        for p in parameters:
            if not isinstance(p, (Value, Tensor)) or p.op is not None or not p.requires_grad:
                raise OptimizerError(f"{who} changes leaf Values and Tensors that require a gradient, not {p!r:.60}")
        self.who, self.loss, self.parameters = who, loss, parameters
        self.start = get_vector(parameters)
        if not np.isfinite(self.start).all():
            raise OptimizerError(f"{who}: it starts from finite numbers, but a parameter holds others")
        self.evaluations = self.products = 0

    def value(self, vector: Array) -> float:
        """The loss there."""
        return self.value_and_grad(vector)[0]

    def value_and_grad(self, vector: Array) -> tuple[float, Array]:
        """The loss and its gradient there."""
        self.evaluations += 1
        set_vector(self.parameters, vector)
        slope = slope_of(self.who, self.parameters, self.loss, curvature=False)
        return slope.value, slope.gradient

    def hvp(self, vector: Array, direction: Array) -> Array:
        """The Hessian there, times a direction."""
        self.products += 1
        set_vector(self.parameters, vector)
        return slope_of(self.who, self.parameters, self.loss, curvature=True).hvp(direction)

    def built(self, vector: Array) -> list[Array]:
        """A vector in the shapes of the parameters."""
        return split(self.parameters, np.array(vector))
