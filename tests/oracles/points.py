"""One table for all oracles: every gate as a plain function of floats, and the points at which to test it.

A gate is tested by its entry here. `Case.f` is written with `math` alone and shares nothing with the engine.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from autograd import GATES

Point: TypeAlias = tuple[float, ...]

NAMES = sorted(GATES)
"""The gates that there are when the tests are collected: one without an entry in TABLE fails every oracle test."""

inf, nan = math.inf, math.nan


@dataclass(frozen=True)
class Case:
    """A gate's function and points.

    Attributes:
        f: The function on floats; it may raise at hard points.
        ordinary: Points of everyday size where it is smooth.
        smooth: Points hard on floating point (tails, scales) where finite differences still work.
        hard: Kinks, ties, poles, overflows, infinities, nan, and outside the domain.
        step: How far a finite difference may reach from a coordinate: a part of the distance over which f bends.
    """

    f: Callable[..., float]
    ordinary: tuple[Point, ...]
    smooth: tuple[Point, ...] = ()
    hard: tuple[Point, ...] = ()
    step: Callable[[float], float] = lambda x: 0.1 * abs(x)

    @property
    def points(self) -> tuple[Point, ...]:
        return self.ordinary + self.smooth + self.hard


def apply(name: str, operands: Sequence[Any]) -> Any:
    """The engine's gate of that name applied to a flat list of operands."""
    if name == "sum":
        return GATES[name](list(operands))
    if name == "dot":
        half = len(operands) // 2
        return GATES[name](operands[:half], operands[half:])
    return GATES[name](*operands)


def _fifth(_: float) -> float:
    return 0.2


def _ones(*xs: float) -> tuple[Point, ...]:
    return tuple((x,) for x in xs)


EVERYWHERE = (
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 5e-324, -5e-324, 1e-300, -1e-300, 1e-9, -1e-9, 20.5, -20.5, 36.9, -37.5,
    354.5, 709.7, 710.0, -708.3, -745.2, 1000.0, -1000.0, 1e9, -1e9, 1e155, 1e300, -1e300, 1.7e308, inf, -inf, nan,
)  # fmt: skip
"""Numbers that trouble one function of one variable or another."""

ONES = _ones(*EVERYWHERE)

_CORNERS = (0.0, -0.0, 0.5, 1.0, -1.0, -2.0, 3.0, 1e-200, 1e200, -1e200, inf, -inf, nan)
PAIRS: tuple[Point, ...] = (
    *itertools.product(_CORNERS, repeat=2),
    (5e-324, 5e-324), (-5e-324, 2.0), (1.7e308, 1.7e308), (-1.7e308, 1.7e308), (1.7e308, 0.1), (1e308, -10.0),
    (-2.0, 0.1), (-8.0, 1 / 3), (0.1, 1100.0), (-10.0, 309.0), (-10.0, 308.5), (2.0, 1024.0), (1 + 1e-15, 1e18),
)  # fmt: skip
"""Zeros of both signs, ties, poles, 0**0, (-2)**0.5, 0**-1, overflows, underflows."""

_BRANCHES = ((2.0, -5.0), (0.0, inf), (nan, 1.0), (-inf, nan))
TRIPLES: tuple[Point, ...] = tuple((c, x, y) for c in (0.0, -0.0, 1.0, -3.0, 5e-324, inf, nan) for x, y in _BRANCHES)


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _softplus(x: float) -> float:
    return x + math.log1p(math.exp(-x)) if x > 0 else math.log1p(math.exp(x))


def _dot(*both: float) -> float:
    half = len(both) // 2
    total = both[0] * both[half]
    for i in range(1, half):
        total += both[i] * both[half + i]
    return total


def _sum(*terms: float) -> float:
    total = terms[0]
    for term in terms[1:]:
        total += term
    return total


_LINE = _ones(-3.7, -1.0, -0.3, 0.2, 0.9, 2.0, 4.1)
_RIGHT = _ones(0.07, 0.5, 0.7, 1.0, 2.5, 40.0)
_PLANE = ((0.7, 2.0), (-1.3, 0.4), (3.1, -2.2), (-0.2, -5.0))
_APART = ((2.0, -1.0), (-3.0, 1.5), (-0.2, -5.0), (0.7, 9.0))
_WIDE = ((1e150, 3.0), (-1e-150, 2e-150), (1e8, -1e-8))


def _comparison(f: Callable[[float, float], bool]) -> Case:
    return Case(lambda x, y: float(f(x, y)), _APART, hard=PAIRS)


TABLE: dict[str, Case] = {
    "add": Case(lambda x, y: x + y, _PLANE, ((1e150, 3e150), (-1e-150, 2e-150)), PAIRS),
    "sub": Case(lambda x, y: x - y, _PLANE, ((1e150, 3e150), (-1e-150, 2e-150)), PAIRS),
    "mul": Case(lambda x, y: x * y, _PLANE, _WIDE, PAIRS),
    "div": Case(lambda x, y: x / y, _PLANE, ((1e150, 3.0), (2e-150, -1e-150), (3.0, 1e-60)), PAIRS),
    "neg": Case(lambda x: -x, _LINE, _ones(1e200, -1e-200), ONES),
    "inv": Case(lambda x: 1 / x, _LINE + _ones(4.0), _ones(1e-60, -1e60), ONES),
    "pow": Case(
        math.pow,
        ((1.5, 2.0), (0.4, -1.3), (2.2, 0.5), (7.0, 3.0), (0.9, 0.2)),
        ((1e-20, 2.5), (1e60, 1.5), (1.0, 300.0)),
        PAIRS,
    ),
    "sqrt": Case(math.sqrt, _RIGHT, _ones(1e-80, 1e200), ONES),
    # Away from their jumps these two are flat, or straight, so differences of a small step are exact enough.
    "floordiv": Case(lambda x, y: x // y, ((7.3, 2.0), (-7.3, 2.0), (7.3, -2.1), (0.4, 3.0)), hard=PAIRS),
    "mod": Case(lambda x, y: x % y, ((7.3, 2.0), (-7.3, 2.0), (7.3, -2.1), (0.4, 3.0)), hard=PAIRS),
    "identity": Case(lambda x: x, _LINE, _ones(1e200), ONES),
    "exp": Case(math.exp, (*_LINE, (1.4,)), _ones(-700.0, 700.0, -30.0, 1e-12), ONES, _fifth),
    "expm1": Case(math.expm1, _LINE, _ones(700.0, 1e-12, -1e-9, -5.0), ONES, _fifth),
    "log": Case(math.log, _RIGHT, _ones(1e-80, 1e100), ONES),
    "log1p": Case(
        math.log1p, _ones(-0.9, -0.3, 0.2, 0.9, 4.1), _ones(1e-10, 1e60, -1 + 1e-6), ONES, lambda x: 0.1 * (1 + x)
    ),
    "sin": Case(math.sin, _LINE, _ones(1e-10, 100.0), ONES, _fifth),
    "cos": Case(math.cos, _LINE, _ones(100.0, 30.5), ONES, _fifth),
    "atan": Case(math.atan, _LINE, _ones(1e-10, 40.0), ONES + _ones(1e200), _fifth),
    "erf": Case(math.erf, _ones(-1.7, -1.0, -0.3, 0.2, 0.9, 2.0), _ones(1e-10, -2.5), ONES + _ones(6.0, -30.0), _fifth),
    "max": Case(lambda x, y: x if x > y else y, _APART, hard=PAIRS),
    "min": Case(lambda x, y: x if x < y else y, _APART, hard=PAIRS),
    "abs": Case(lambda x: -x if x < 0 else x, _LINE, _ones(1e200, -1e-200), ONES),
    "sign": Case(lambda x: float(x > 0) - float(x < 0), _LINE, hard=ONES),
    "step": Case(lambda x: 1.0 if x >= 0 else 0.0, _LINE, hard=ONES),
    "where": Case(lambda c, x, y: x if c else y, ((1.0, 2.0, -3.0), (-0.5, 0.3, 4.0)), hard=TRIPLES),
    "gt": _comparison(lambda x, y: x > y),
    "ge": _comparison(lambda x, y: x >= y),
    "lt": _comparison(lambda x, y: x < y),
    "le": _comparison(lambda x, y: x <= y),
    "eq": _comparison(lambda x, y: x == y),
    "ne": _comparison(lambda x, y: x != y),
    "relu": Case(lambda x: x if x > 0 else 0.0, _LINE, _ones(1e200, 1e-200), ONES),
    "leaky_relu": Case(
        lambda x, slope: x if x > 0 else slope * x, ((2.0, 0.1), (-2.0, 0.1), (-0.3, 1.5), (-4.0, -0.2)), hard=PAIRS
    ),
    "elu": Case(
        lambda x, alpha: x if x > 0 else alpha * math.expm1(x),
        ((2.0, 1.0), (-2.0, 1.0), (-0.3, 1.5), (-4.0, -0.2)),
        ((-1e-3, 3.0), (-20.0, 1e9)),
        (*PAIRS, (-1e-9, 3.0), (-1000.0, 1.0), (1000.0, 1.0), (1000.0, 0.0), (-40.0, 2.0)),
    ),
    "sigmoid": Case(_sigmoid, _LINE, _ones(-30.0, -300.0, 6.0), ONES, _fifth),
    "tanh": Case(
        math.tanh, _ones(-2.5, -1.0, -0.3, 0.2, 0.9, 2.0), _ones(1e-10, 5.0), ONES + _ones(19.2, -25.0), _fifth
    ),
    "softplus": Case(_softplus, _LINE, _ones(-30.0, -300.0, 6.0), ONES, _fifth),
    "softsign": Case(lambda x: x / (1 + abs(x)), _LINE, _ones(-1e-9, 1e3), ONES),
    "silu": Case(lambda x: x * _sigmoid(x), _LINE, _ones(-30.0, -300.0, 6.0), ONES, _fifth),
    "sum": Case(
        _sum,
        ((2.0,), (1.0, -2.5), (0.1, 0.2, 0.3, 0.4)),
        ((1e150, 2e150, -5e150),),
        ((inf, -inf), (nan, 1.0), (1e308, 1e308), (0.0, -0.0), (-0.0,), (1e16, 1.0, -1e16), (1.0,) * 12),
    ),
    "dot": Case(
        _dot,
        ((2.0, 3.0), (0.5, -1.0, 3.0, 4.0), (1.0, 2.0, 3.0, -4.0, 5.0, 6.0)),
        ((1e100, 2e-100, 3e-90, 4e90),),
        ((0.0, inf), (nan, 1.0), (1e200, 1e200), (0.0, 1.0, inf, 2.0), (inf, -inf, 1.0, 1.0), (1.0,) * 12),
    ),
}
