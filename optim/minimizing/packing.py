"""A function of numbers, arrays or structures of them as a function of one vector."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd import OperandError, Tensor, Value, hvp, no_grad, value_and_grad

from ..blocks import Array
from ..errors import OptimizerError

__all__ = ["Problem"]


class Problem:
    """A function to minimise, seen as one of a vector, with its derivatives.

    Args:
        who: Who asks, for error messages.
        f: Function of one argument, built like `x0`, returning one number.
        x0: A number, an array, or lists and dictionaries of them in each other.

    Attributes:
        start: x0 as a vector.
        evaluations, products: How often the function, and its Hessian times a vector, were computed.
    """

    def __init__(self, who: str, f: Callable[[Any], Any], x0: Any) -> None:
        self.who, self.f, self.template = who, f, x0
        self.start = vector_of(who, x0)
        if not self.start.size or not np.isfinite(self.start).all():
            raise OptimizerError(f"{who}: it starts from finite numbers, one or more, not from {x0!r:.60}")
        self.evaluations = self.products = 0
        self._both = value_and_grad(f)

    def value(self, vector: Array) -> float:
        """f there."""
        self.evaluations += 1
        with no_grad():
            result = self.f(_nodes(self.built(vector)))
        try:
            return float(result)
        except (TypeError, ValueError):
            raise OperandError(f"{self.who}: f must return one number, not a {type(result).__name__}") from None

    def value_and_grad(self, vector: Array) -> tuple[float, Array]:
        """f and its gradient there."""
        self.evaluations += 1
        value, slope = self._both(self.built(vector))
        return float(value), vector_of(self.who, slope)

    def hvp(self, vector: Array, direction: Array) -> Array:
        """The Hessian there, times a direction."""
        self.products += 1
        return vector_of(self.who, hvp(self.f, self.built(vector), self.built(direction)))

    def built(self, vector: Array) -> Any:
        """A vector built like x0, of plain numbers and arrays."""
        built, rest = _built(self.template, np.array(vector))
        assert not rest.size
        return built


def vector_of(who: str, x: Any) -> Array:
    """All numbers of a structure, one after another.

    Raises:
        OptimizerError: it holds something else.
    """
    if isinstance(x, Mapping):
        parts = [vector_of(who, part) for part in x.values()]
    elif isinstance(x, (list, tuple)):
        parts = [vector_of(who, part) for part in x]
    else:
        try:
            plain = x.data if isinstance(x, (Value, Tensor)) else x
            return np.ravel(np.array(plain, dtype=float))
        except (TypeError, ValueError):
            raise OptimizerError(f"{who} takes numbers, arrays and structures of them, not {x!r:.60}") from None
    return np.concatenate(parts) if parts else np.zeros(0)


def _built(template: Any, vector: Array) -> tuple[Any, Array]:
    if isinstance(template, Mapping):
        found = {}
        for key, part in template.items():
            found[key], vector = _built(part, vector)
        return found, vector
    if isinstance(template, (list, tuple)):
        listed = []
        for part in template:
            item, vector = _built(part, vector)
            listed.append(item)
        return listed, vector
    data = template.data if isinstance(template, (Value, Tensor)) else template
    if isinstance(data, np.ndarray):
        return vector[: data.size].reshape(data.shape), vector[data.size :]
    return float(vector[0]), vector[1:]


def _nodes(x: Any) -> Any:
    """The same with Values for numbers and Tensors for arrays."""
    if isinstance(x, dict):
        return {key: _nodes(part) for key, part in x.items()}
    if isinstance(x, list):
        return [_nodes(part) for part in x]
    return Tensor(x) if isinstance(x, np.ndarray) else Value(x)
