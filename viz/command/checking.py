"""--grad-check: every gradient beside its finite difference."""

from __future__ import annotations

import math
from collections.abc import Callable

from rich.text import Text

from autograd import Expression, Trace, Value
from autograd.array_info import number
from autograd.checking import Tolerance
from autograd.numerical import numerical_derivative, rounding_noise, steps_for
from autograd.text import format_number

from ..formats.report import GRADIENT, WARNING

__all__ = ["check"]


def check(expression: Expression, numbers: dict[str, float], recorded: Trace) -> dict[int, tuple[bool, Text]]:
    """For each input, whether a central difference confirms its gradient, and a remark saying so."""
    checks = {}
    for leaf in recorded.leaves:
        if leaf.name is None or leaf.grad is None:
            continue
        function, x = _of_one(expression, numbers, leaf.name), numbers[leaf.name]
        slope, noise = _slope(function, x)
        agrees = Tolerance().allows(number(leaf.grad), slope, noise)
        shown = format_number(slope).replace("−", "-")
        remark = f"✓ finite difference {shown}" if agrees else f"✗ finite difference {shown}{_kink(function, x)}"
        checks[leaf.id] = (agrees, Text(remark, GRADIENT if agrees else WARNING))
    return checks


def _of_one(expression: Expression, numbers: dict[str, float], name: str) -> Callable[[Value], Value]:
    """The expression as a function of one of its variables."""
    return lambda moved: expression(**(numbers | {name: moved}))


def _kink(f: Callable[[Value], Value], x: float) -> str:
    """What to say where the two sides of a point have slopes of their own; empty where they have one."""
    if not math.isfinite(x):
        return ""
    h = steps_for(x)[0]
    left, right = (numerical_derivative(f, x, h, side) for side in ("backward", "forward"))
    if not math.isfinite(left + right) or abs(left - right) <= 1e-3 * max(abs(left), abs(right)):
        return ""
    sides = (format_number(slope).replace("−", "-") for slope in (left, right))
    return " (a kink: slope {} on its left, {} on its right)".format(*sides)


def _slope(f: Callable[[Value], Value], x: float) -> tuple[float, float]:
    """The finite difference at x, and how far it may be off because the function is rounded."""
    if not math.isfinite(x):
        return math.nan, 0.0
    for h in steps_for(x):
        slope, noise = numerical_derivative(f, x, h), rounding_noise(f, [x], h)
        if noise <= 1e-4 * abs(slope):
            break
    return slope, noise
