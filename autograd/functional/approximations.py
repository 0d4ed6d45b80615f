"""A function near a point: the slope in a direction, the linear approximation, one-sided slopes at a kink."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..errors import OperandError
from ..numerical import numerical_derivative
from ..operand import as_number
from .paths import is_node
from .products import jvp
from .recorded import fitted, record_call
from .structures import flatten, match

__all__ = ["OneSided", "directional_derivative", "linearize", "one_sided_derivatives"]


def directional_derivative(f: Callable[[Any], Any], x: Any, u: Any, normalize: bool = True) -> Any:
    """The slope of f at x in the direction u: uᵀ∇f, by forward mode.

    Args:
        f: Function of one argument, returning a number, an array or a structure of them.
        x: Where: a number, an array, a Value, a Tensor, or a structure of them.
        u: The direction, built and shaped like x.
        normalize: Divide by ‖u‖, taken over all of its parts, so that the slope is per unit of length. Without it, the
            rate of change while x moves with velocity u.

    Returns:
        The slope of each number of the result, built and shaped like it: a float where f returns one number.

    Raises:
        OperandError: u has no direction: its length is 0 or not finite.
        OperandError, ShapeError: u does not fit x.

    >>> round(directional_derivative(lambda x: x[0] ** 2 + 3 * x[1], [1.0, 2.0], [3.0, 4.0]), 12)
    3.6
    """
    leaves, rebuild = flatten(x)
    parts = match(x, u, "directional_derivative: the direction")
    if normalize:
        length = _length([np.asarray(p.data if is_node(p) else p, dtype=float) for p in parts])
        if not 0 < length < math.inf:
            raise OperandError(f"directional_derivative: a direction of length {length:g} cannot be normalized")
        parts = [_part(p, leaf) / length for p, leaf in zip(parts, leaves, strict=True)]
        if any(map(is_node, parts)):  # of length 1 but for rounding; once more, so that a derivative sees the length
            squares = [(p * p).sum() if getattr(p, "shape", ()) else p * p for p in parts]
            length = sum(squares[1:], squares[0]) ** 0.5
            parts = [p / length for p in parts]
    return jvp(f, (x,), (rebuild(iter(parts)),))[1]


def _part(part: Any, leaf: Any) -> Any:
    """One part of a direction as something that can be divided."""
    return part if is_node(part) or not hasattr(leaf, "shape") else np.asarray(part, dtype=float)


def _length(arrays: list[Any]) -> float:
    """The Euclidean length over all parts, where the squares would be too small or too large for a float too."""
    largest = max((float(np.abs(a).max(initial=0.0)) for a in arrays), default=0.0)
    if not 0 < largest < math.inf:
        return largest
    return largest * math.sqrt(sum(float(np.sum(np.square(a / largest))) for a in arrays))


def linearize(f: Callable[[Any], Any], x: Any) -> tuple[Any, Callable[[Any], Any]]:
    """f at x, and the linear map Δ ↦ J·Δ that approximates how it changes: f(x + Δ) ≈ f(x) + J·Δ.

    Args:
        f: Function of one argument, returning a number, an array or a structure of them.
        x: Where: a number, an array, a Value, a Tensor, or a structure of them. Arrays are copied.

    Returns:
        (f(x), linear map). The map takes a Δ built and shaped like x, gives a change built and shaped like f(x), and
        may be used again and again: f is evaluated once only. For a differentiable f the error falls with ‖Δ‖².

    Raises:
        OperandError: x cannot be differentiated by.

    >>> value, change = linearize(lambda x: 0.5 * x + 1, 4.0)
    >>> value, change(0.01)
    (3.0, 0.005)
    """
    call = record_call("linearize", f, (x,), (0,), copy=True)
    paths = call.paths()

    def linear_map(change: Any) -> Any:
        directions = call.directions(x, change)
        graph = call.needs_graph(*directions)
        moved = paths.push(fitted(directions, call.inputs, graph), graph=graph)
        return call.rebuild(iter(call.plain(moved, graph)))

    return call.rebuild(iter(call.plain(call.outputs, call.nested))), linear_map


class OneSided(NamedTuple):
    """The slopes of a function on the two sides of a point.

    Attributes:
        left: The slope just below it.
        right: The slope just above it.
    """

    left: float
    right: float


def one_sided_derivatives(f: Callable[[Any], Any], x: float, h: float = 1e-5) -> OneSided:
    """The slopes of f just left and just right of x, by differences that never look at the other side.

    A function is smooth, C¹, where its derivative exists and is continuous; at a kink the two slopes differ, and
    backpropagation gives one number that is neither or either of them by convention: 0 for |x| and for relu at 0.

    Args:
        f: Function of one number.
        x: Where.
        h: The larger of the two steps on each side, in the units of x.

    Returns:
        (left, right), from steps h and h/2 extrapolated to 0 (Richardson, 1911): exact for quadratic functions up to
        rounding, which is about 1e-16·|f|/h.

    Raises:
        OperandError: h is not a positive finite number, or f does not return a number.

    >>> one_sided_derivatives(abs, 0.0)
    OneSided(left=-1.0, right=1.0)
    """
    x = as_number(x)
    slopes = {side: [numerical_derivative(f, x, step, side) for step in (h, h / 2)] for side in ("backward", "forward")}
    return OneSided(*(2 * near - far for far, near in slopes.values()))
