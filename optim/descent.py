"""The direction in which a function falls fastest."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from autograd import OperandError, Tensor, Value, grad

__all__ = ["steepest_descent_direction"]


def steepest_descent_direction(f: Callable[[Any], Any], x: Any) -> Any:
    """The unit vector along which f falls fastest at x: -∇f/‖∇f‖.

    Of all directions u of length 1, the slope uᵀ∇f lies between -‖∇f‖ and ‖∇f‖ (Cauchy-Schwarz), and is least where u
    points against the gradient, at 180°: that is why gradient descent steps there. Least per unit of Euclidean length,
    that is: another measure of length has another steepest direction. Source: Cauchy, 1847.

    Args:
        f: Function of one argument returning one number: a Value, or a Tensor of one element.
        x: Where: a number, an array, a list of numbers, or lists and dictionaries of them in each other. The length is
            taken over all parts together.

    Returns:
        The direction, built and shaped like x, with plain numbers and arrays.

    Raises:
        OperandError: the gradient is 0 or not finite, so no direction is the steepest.

    >>> steepest_descent_direction(lambda x: x[0] ** 2 + 2 * x[1], [1.5, 0.0])
    [-0.8320502943378437, -0.5547001962252291]
    """
    slope = _plain(grad(f)(x))
    largest = max((float(np.abs(part).max(initial=0.0)) for part in _parts(slope)), default=0.0)
    if not 0 < largest < math.inf:
        raise OperandError(f"steepest_descent_direction: the gradient has length {largest:g}; no direction is steepest")
    slope = _scaled(slope, 1 / largest)  # squares of its parts would be too small or too large for a float otherwise
    return _scaled(slope, -1 / math.sqrt(sum(float(np.sum(np.square(part))) for part in _parts(slope))))


def _plain(part: Any) -> Any:
    """The same with the numbers of Values and Tensors."""
    if isinstance(part, Mapping):
        return {key: _plain(inner) for key, inner in part.items()}
    if isinstance(part, (list, tuple)):
        return [_plain(inner) for inner in part]
    return part.data if isinstance(part, (Value, Tensor)) else part


def _parts(part: Any) -> Iterator[Any]:
    if isinstance(part, (Mapping, list)):
        for inner in part.values() if isinstance(part, Mapping) else part:
            yield from _parts(inner)
    else:
        yield part


def _scaled(part: Any, factor: float) -> Any:
    if isinstance(part, Mapping):
        return {key: _scaled(inner, factor) for key, inner in part.items()}
    if isinstance(part, list):
        return [_scaled(inner, factor) for inner in part]
    return part * factor
