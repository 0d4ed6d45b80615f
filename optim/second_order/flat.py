"""Parameters as one vector, and the gradient and curvature of a loss by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Tensor, Value, enable_grad, gradients, increment_version

from ..blocks import Array
from ..errors import OptimizerError

__all__ = ["Slope", "get_vector", "set_vector", "slope_of", "split"]


def get_vector(parameters: Sequence[Any]) -> Array:
    """All numbers of the parameters, one after another, as float64."""
    return np.concatenate([np.ravel(p.data).astype(float) for p in parameters])


def set_vector(parameters: Sequence[Any], vector: Array) -> None:
    """Put the numbers back."""
    for p, part in zip(parameters, split(parameters, vector), strict=True):
        if isinstance(p, Value):
            p.data = float(part)
        else:
            if not p.data.flags.writeable:
                p.data = p.data.copy()
            p.data[...] = part
    increment_version([p for p in parameters if isinstance(p, Tensor)])


def split(parameters: Sequence[Any], vector: Array) -> list[Array]:
    """A vector in the shapes of the parameters."""
    parts, start = [], 0
    for p in parameters:
        count = int(np.size(p.data))
        parts.append(vector[start : start + count].reshape(np.shape(p.data)))
        start += count
    return parts


class Slope:
    """A loss at the parameters' present numbers: its value, its gradient, and its Hessian times vectors.

    Attributes:
        loss: What the closure returned.
        value: That as a float.
        gradient: ∂loss/∂parameters as one vector.
    """

    def __init__(self, parameters: Sequence[Any], loss: Any, *, curvature: bool) -> None:
        self.parameters = list(parameters)
        self.loss = loss
        self.value = float(loss)
        found = gradients(loss, self.parameters, create_graph=curvature)
        self._nodes = found if curvature else []
        self.gradient = get_vector(found) if curvature else np.concatenate([np.ravel(g).astype(float) for g in found])

    def hvp(self, vector: Array) -> Array:
        """The Hessian times a vector."""
        total = np.zeros(self.gradient.size)
        for kind in (Value, Tensor):
            terms: list[Any] = [
                g * float(v) if isinstance(g, Value) else (g * v.astype(g.dtype)).sum()
                for g, v in zip(self._nodes, split(self.parameters, vector), strict=True)
                if isinstance(g, kind)
            ]
            if not terms:
                continue
            product = terms[0]
            for term in terms[1:]:
                product = product + term
            if product.requires_grad:
                found = gradients(product, self.parameters)
                total += np.concatenate([np.ravel(part).astype(float) for part in found])
        return total

    def hessian(self) -> Array:
        """The whole Hessian, a product per row: only for few parameters."""
        n = self.gradient.size
        rows = np.empty((n, n))
        unit = np.zeros(n)
        for i in range(n):
            unit[i] = 1.0
            rows[i] = self.hvp(unit)
            unit[i] = 0.0
        return (rows + rows.T) / 2


def slope_of(who: str, parameters: Sequence[Any], closure: Callable[[], Any] | None, *, curvature: bool) -> Slope:
    """Call a closure and take the slope of what it returns.

    Raises:
        OptimizerError: there is no closure, or it does not return the loss.
    """
    if closure is None:
        raise OptimizerError(f"{who} needs the loss itself: step(lambda: loss(...)), without a backward pass")
    with enable_grad():
        loss = closure()
    if not isinstance(loss, (Value, Tensor)) or np.size(loss.data) != 1:
        raise OptimizerError(f"{who}: the closure must return the loss, one number as a Value or Tensor, not {loss!r}")
    return Slope(parameters, loss, curvature=curvature)
