"""Real functions of floats that answer as IEEE 754 does: inf or nan, never an exception.

Python's own `/`, `**` and `math.*` raise at poles, overflows and outside a domain. A gradient that is infinite or
undefined there is something a reader should see in the picture, so these return what numpy and PyTorch return.
"""

from __future__ import annotations

import math

__all__ = [
    "atan", "cos", "div", "erf", "exp", "expm1", "floor", "floordiv", "log", "log1p", "mod", "power", "sign", "sin",
    "sqrt", "tanh",
]  # fmt: skip

inf = math.inf
nan = math.nan

atan = math.atan
erf = math.erf
tanh = math.tanh


def div(x: float, y: float) -> float:
    """x / y; a zero divisor gives a signed infinity, or nan for 0/0."""
    try:
        return x / y
    except ZeroDivisionError:
        if x == 0 or x != x:
            return nan
        return math.copysign(inf, x) * math.copysign(1.0, y)


def power(x: float, y: float) -> float:
    """x to the y, as C's pow: nan for a negative base with a fractional exponent, infinities at poles and overflow."""
    try:
        return math.pow(x, y)
    except OverflowError:
        return -inf if x < 0 and y % 2 == 1 else inf
    except ValueError:
        if x != 0:
            return nan
        return math.copysign(inf, x) if y % 2 == 1 else inf


def exp(x: float) -> float:
    """e to the x; inf on overflow."""
    try:
        return math.exp(x)
    except OverflowError:
        return inf


def expm1(x: float) -> float:
    """e to the x, minus one, accurate near 0; inf on overflow."""
    try:
        return math.expm1(x)
    except OverflowError:
        return inf


def log(x: float) -> float:
    """Natural logarithm; -inf at 0 and nan below."""
    try:
        return math.log(x)
    except ValueError:
        return -inf if x == 0 else nan


def log1p(x: float) -> float:
    """log(1 + x), accurate near 0; -inf at -1 and nan below."""
    try:
        return math.log1p(x)
    except ValueError:
        return -inf if x == -1 else nan


def sqrt(x: float) -> float:
    """Square root; nan below 0."""
    try:
        return math.sqrt(x)
    except ValueError:
        return nan


def sin(x: float) -> float:
    """Sine of x in radians; nan at infinity."""
    try:
        return math.sin(x)
    except ValueError:
        return nan


def cos(x: float) -> float:
    """Cosine of x in radians; nan at infinity."""
    try:
        return math.cos(x)
    except ValueError:
        return nan


def floor(x: float) -> float:
    """Largest whole number not above x, as a float; inf and nan stay as they are."""
    try:
        return float(math.floor(x))
    except (OverflowError, ValueError):
        return x


def mod(x: float, y: float) -> float:
    """Remainder with the sign of the divisor, as Python's %; nan for a zero divisor."""
    try:
        return x % y
    except ZeroDivisionError:
        return nan


def floordiv(x: float, y: float) -> float:
    """Floor of x / y, as Python's //; as x / y for a zero divisor."""
    try:
        return x // y
    except ZeroDivisionError:
        return div(x, y)


def sign(x: float) -> float:
    """-1, 0 or 1; 0 for nan, as PyTorch."""
    return 1.0 if x > 0 else -1.0 if x < 0 else 0.0
