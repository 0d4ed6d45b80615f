"""Finite differences to about ten digits: Ridders' extrapolation (1982), on plain functions of floats.

Independent of `autograd.numerical`, which takes one difference of a fixed step.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

Function: TypeAlias = Callable[..., float]

_SHRINK = 1.4
_LEVELS = 24
_ROUNDING = 2.0**-53


def _extrapolate(difference: Callable[[float], tuple[float, float]], step: float) -> tuple[float, float]:
    """The limit of a difference with an error in even powers of the step, and an estimate of its error.

    The difference comes with the rounding to expect in it, so that two equally rounded ones are not taken for a limit.
    """
    above: list[float] = []
    best, error = math.nan, math.inf
    for _ in range(_LEVELS):
        start, noise = difference(step)
        row = [start]
        factor = _SHRINK**2
        for previous in above:
            row.append((row[-1] * factor - previous) / (factor - 1))
            factor *= _SHRINK**2
        for i in range(1, len(row)):
            doubt = max(abs(row[i] - row[i - 1]), abs(row[i] - above[i - 1]), noise)
            if doubt < error:
                best, error = row[i], doubt
        above = row
        step /= _SHRINK
    return best, error


def _moved(point: Sequence[float], i: int, x: float) -> list[float]:
    moved = list(point)
    moved[i] = x
    return moved


def first(f: Function, point: Sequence[float], i: int, step: float) -> tuple[float, float]:
    """∂f/∂xᵢ and an estimate of its error, from differences that reach no further than `step`."""
    x = point[i]

    def difference(h: float) -> tuple[float, float]:
        high, low = x + h, x - h
        up, down = f(*_moved(point, i, high)), f(*_moved(point, i, low))
        return (up - down) / (high - low), _ROUNDING * abs(up) / h

    return _extrapolate(difference, step)


def second(f: Function, point: Sequence[float], i: int, j: int, steps: Sequence[float]) -> tuple[float, float]:
    """∂²f/∂xᵢ∂xⱼ and an estimate of its error; one step for each coordinate."""
    middle = f(*point)

    def straight(h: float) -> tuple[float, float]:
        up, down = f(*_moved(point, i, point[i] + h)), f(*_moved(point, i, point[i] - h))
        return ((up - middle) - (middle - down)) / h / h, _ROUNDING * abs(middle) / h / h

    if i == j:
        return _extrapolate(straight, steps[i])
    across = steps[j] / steps[i]

    def mixed(h: float) -> tuple[float, float]:
        k = h * across

        def corner(a: int, b: int) -> float:
            return f(*_moved(_moved(point, i, point[i] + a * h), j, point[j] + b * k))

        total = corner(1, 1) - corner(1, -1) - corner(-1, 1) + corner(-1, -1)
        return total / (4 * h) / k, _ROUNDING * abs(middle) / h / k

    return _extrapolate(mixed, steps[i])
