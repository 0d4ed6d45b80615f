"""A naive engine to compare with: derivatives of its own, and the chain rule by plain recursion over all uses."""

# ruff: noqa: ARG005 - a derivative is written as a function of all inputs, whichever it needs
from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from .points import TABLE

if TYPE_CHECKING:
    from .programs import Program

Inputs: TypeAlias = Sequence[float]
Partial: TypeAlias = Callable[[Inputs, int], float]
"""The derivative at these inputs in the input of that number."""


def _each(*derivatives: Callable[..., float]) -> Partial:
    return lambda x, i: float(derivatives[i](*x))


def _logistic(x: float) -> float:
    return TABLE["sigmoid"].f(x)


def _bell(x: float) -> float:
    return 1 / (2 + math.exp(x) + math.exp(-x))


def _wins(x: float, y: float) -> float:
    return 0.5 if x == y else float(x > y)


_none: Partial = lambda x, i: 0.0  # noqa: E731

PARTIALS: dict[str, Partial] = {
    "abs": _each(lambda x: (x > 0) - (x < 0)),
    "add": lambda x, i: 1.0,
    "atan": _each(lambda x: 1 / math.hypot(1, x) ** 2),
    "cos": _each(lambda x: -math.sin(x)),
    "div": _each(lambda x, y: 1 / y, lambda x, y: -x / y**2),
    "dot": lambda x, i: x[(i + len(x) // 2) % len(x)],
    "elu": _each(lambda x, a: 1 if x > 0 else a * math.exp(x), lambda x, a: 0 if x > 0 else math.expm1(x)),
    "eq": _none,
    "erf": _each(lambda x: 2 / math.sqrt(math.pi) * math.exp(-(x**2))),
    "exp": _each(math.exp),
    "expm1": _each(math.exp),
    "floordiv": _none,
    "ge": _none,
    "gt": _none,
    "identity": lambda x, i: 1.0,
    "inv": _each(lambda x: -1 / x**2),
    "le": _none,
    "leaky_relu": _each(lambda x, s: 1 if x > 0 else s, lambda x, s: min(x, 0)),
    "log": _each(lambda x: 1 / x),
    "log1p": _each(lambda x: 1 / (x + 1)),
    "lt": _none,
    "max": _each(_wins, lambda x, y: _wins(y, x)),
    "min": _each(lambda x, y: _wins(y, x), _wins),
    "mod": _each(lambda x, y: 1, lambda x, y: -math.floor(x / y)),
    "mul": lambda x, i: x[1 - i],
    "ne": _none,
    "neg": lambda x, i: -1.0,
    "pow": _each(lambda x, y: y * math.pow(x, y - 1), lambda x, y: math.pow(x, y) * math.log(x)),
    "relu": _each(lambda x: x > 0),
    "sigmoid": _each(_bell),
    "sign": _none,
    "silu": _each(lambda x: _logistic(x) + x * _bell(x)),
    "softsign": _each(lambda x: 1 / (1 + abs(x)) ** 2),
    "sin": _each(math.cos),
    "softplus": _each(_logistic),
    "sqrt": _each(lambda x: 0.5 / math.sqrt(x)),
    "step": _none,
    "sub": lambda x, i: (1.0, -1.0)[i],
    "sum": lambda x, i: 1.0,
    "tanh": _each(lambda x: 1 / math.cosh(x) ** 2),
    "where": _each(lambda c, x, y: 0, lambda c, x, y: c != 0, lambda c, x, y: c == 0),
}


def values(program: Program) -> list[float]:
    """Everything the program computes."""
    return program.run(program.leaves, lambda name, x: TABLE[name].f(*x))


def gradients(program: Program) -> tuple[list[float], list[float]]:
    """For everything computed, the gradient of the result and the size that its rounding is relative to.

    The size is the sum of the paths' sizes, with a little for the digits that slopes such as 1 - out*out lose.
    """
    numbers = values(program)
    first = len(program.leaves) + len(program.constants)
    last = len(numbers) - 1

    @functools.cache
    def total(i: int) -> tuple[float, float]:
        gradient = size = 1.0 if i == last else 0.0
        for step, (name, operands) in enumerate(program.steps):
            for slot, operand in enumerate(operands):
                if operand != i or not needed(first + step):
                    continue
                slope = PARTIALS[name]([numbers[o] for o in operands], slot)
                above = total(first + step)
                gradient += above[0] * slope
                size += above[1] * (abs(slope) + 1e-3)
        return gradient, size

    @functools.cache
    def needed(i: int) -> bool:
        """Whether the result depends on it."""
        return i == last or any(i in operands and needed(first + s) for s, (_, operands) in enumerate(program.steps))

    live = [i < len(program.leaves) for i in range(first)]
    for _, operands in program.steps:
        live.append(any(live[i] for i in operands))
    found = [total(i) if live[i] else (0.0, 0.0) for i in range(len(numbers))]
    return [g for g, _ in found], [s for _, s in found]
