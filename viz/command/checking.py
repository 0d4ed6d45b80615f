"""--grad-check: every gradient beside its finite difference."""

from __future__ import annotations

import math

from rich.text import Text

from autograd import Expression, Trace, Value
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
        slope, noise = _slope(expression, numbers, leaf.name)
        agrees = Tolerance().allows(leaf.grad, slope, noise)
        shown = format_number(slope).replace("−", "-")
        remark = f"✓ finite difference {shown}" if agrees else f"✗ finite difference {shown}"
        checks[leaf.id] = (agrees, Text(remark, GRADIENT if agrees else WARNING))
    return checks


def _slope(expression: Expression, numbers: dict[str, float], name: str) -> tuple[float, float]:
    """The finite difference in one variable, and how far it may be off because the expression is rounded."""
    x = numbers[name]
    if not math.isfinite(x):
        return math.nan, 0.0

    def f(moved: Value) -> Value:
        return expression(**(numbers | {name: moved}))

    for h in steps_for(x):
        slope, noise = numerical_derivative(f, x, h), rounding_noise(f, [x], h)
        if noise <= 1e-4 * abs(slope):
            break
    return slope, noise
