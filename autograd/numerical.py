"""Derivatives by finite differences: slow and approximate, and independent of every rule in the table."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, overload

import numpy as np

from .errors import OperandError
from .modes import no_grad
from .record import as_number
from .value import Value

__all__ = ["Scheme", "is_array", "numerical_derivative", "numerical_grad", "rounding_noise", "steps_for"]

Scheme: TypeAlias = Literal["central", "forward", "backward"]

_OFFSETS: dict[str, tuple[float, float]] = {"central": (1.0, -1.0), "forward": (1.0, 0.0), "backward": (0.0, -1.0)}


def numerical_derivative(f: Callable[[Any], Any], x: float, h: float = 1e-6, scheme: Scheme = "central") -> float:
    """Slope of f at x from two evaluations.

    Args:
        f: Function of one Value, returning a Value or a number.
        x: Where.
        h: Step, in the units of x. The error falls with h (forward, backward) or h² (central) until rounding, of
            about 1e-16·|f|/h, takes over.
        scheme: "central" (f(x+h) - f(x-h))/2h, "forward" (f(x+h) - f(x))/h or "backward" (f(x) - f(x-h))/h.

    Raises:
        OperandError: h is not a positive finite number, the scheme is unknown or f does not return a number.

    >>> round(numerical_derivative(lambda x: x * x, 3.0, h=1e-3, scheme="forward"), 9)
    6.001
    """
    after, before, width = _ends(lambda *inputs: f(inputs[0]), [float(x)], 0, h, scheme)
    return (after - before) / width


@overload
def numerical_grad(f: Callable[..., Any], inputs: float, h: float = 1e-6, scheme: Scheme = "central") -> float: ...
@overload
def numerical_grad(
    f: Callable[..., Any], inputs: Sequence[Any], h: float = 1e-6, scheme: Scheme = "central"
) -> list[Any]: ...
@overload
def numerical_grad(f: Callable[..., Any], inputs: Any, h: float = 1e-6, scheme: Scheme = "central") -> Any: ...
def numerical_grad(f: Callable[..., Any], inputs: Any, h: float = 1e-6, scheme: Scheme = "central") -> Any:
    """Gradient of f by one finite difference per number in its inputs: 2n evaluations for n numbers.

    Args:
        f: Function of `len(inputs)` Values and Tensors, returning one number: a Value, a Tensor of one element or a
            number.
        inputs: Where: a sequence of numbers and float64 arrays (or Values and Tensors, of which the numbers are used),
            or a single one.
        h: Step; see `numerical_derivative`.
        scheme: "central", "forward" or "backward".

    Returns:
        One slope per input, an array of its shape for an array; a single one if `inputs` was a single one.

    Raises:
        OperandError: f does not return one number, h or the scheme is unusable, or an array holds whole numbers or
            float32, beside which a small step is mostly rounding.

    >>> [round(d, 6) for d in numerical_grad(lambda x, y: x * y, [3.0, -2.0])]
    [-2.0, 3.0]
    >>> numerical_grad(lambda x: (x * x).sum(), np.array([1.0, 2.0])).round(6)
    array([2., 4.])
    """
    if is_array(inputs):
        return _array_gradient(f, [inputs], h, scheme)[0]
    if not isinstance(inputs, Sequence):
        return numerical_derivative(f, as_number(inputs), h, scheme)
    if any(map(is_array, inputs)):
        return _array_gradient(f, inputs, h, scheme)
    point = [as_number(x) for x in inputs]
    slopes = []
    for i in range(len(point)):
        after, before, width = _ends(f, point, i, h, scheme)
        slopes.append((after - before) / width)
    return slopes


def is_array(x: Any) -> bool:
    """Whether an input is an array or a Tensor."""
    return isinstance(x, np.ndarray) or hasattr(type(x), "_apply_operation_")


def _array_gradient(f: Callable[..., Any], inputs: Sequence[Any], h: float, scheme: str) -> list[Any]:
    from .functional.differences import array_gradient

    return array_gradient(f, inputs, h, scheme)


def _ends(f: Callable[..., Any], point: Sequence[float], i: int, h: float, scheme: str) -> tuple[float, float, float]:
    """f at both ends of the difference along input i, and the distance between the ends as it came out in floats."""
    if scheme not in _OFFSETS:
        raise OperandError(f"finite differences: scheme must be one of {', '.join(_OFFSETS)}, not {scheme!r}")
    if not (h > 0 and math.isfinite(h)):
        raise OperandError(f"finite differences: h must be a positive number, not {h!r}")
    high, low = (point[i] + h * offset for offset in _OFFSETS[scheme])
    if high == low:
        raise OperandError(f"finite differences: a step of {h:g} vanishes beside {point[i]:g}; use a larger h")
    values = []
    for x in (high, low):
        moved = list(point)
        moved[i] = x
        values.append(_number(f, moved))
    return values[0], values[1], high - low


def _number(f: Callable[..., Any], point: Sequence[float]) -> float:
    """f at a point, called with Values so that it may use their methods, but recording nothing."""
    with no_grad():
        return as_number(f(*(Value(x, requires_grad=False) for x in point)))


def steps_for(x: float, eps: float = 1e-6) -> tuple[float, float]:
    """Two steps for a central difference at x, to be tried in turn: a cautious one and the usual `eps`.

    Both are larger beside a number so large that they would vanish. The first is smaller beside one so small that
    `eps` would reach zero, where functions such as log bend most; there rounding may drown the difference.

    >>> steps_for(3.0), steps_for(1e-5)
    ((1e-06, 1e-06), (1e-08, 1e-06))
    """
    least = 4 * math.ulp(x)
    return max(min(eps, abs(x) / 1000 or eps), least), max(eps, least)


def rounding_noise(f: Callable[..., Any], point: Sequence[float], h: float = 1e-6) -> float:
    """How far a finite difference of step h may be off because f itself is rounded."""
    size = abs(_number(f, point))
    return 4 * math.ulp(size) / h if math.isfinite(size) else 0.0
