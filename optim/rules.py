"""Update rules written once, on arrays, and recorded so that they can be read as loops.

A rule is a function of `x`: the parameter `x.p`, its gradient `x.g`, what is remembered (`x.m`, by any name), and what
is the same for every element of a step: numbers (`x.lr`) and switches (`x.amsgrad`), which alone it may branch on. It
returns the new values of the parameter and of what is remembered, in numpy's words:

>>> def descent(x):
...     v = x.momentum * x.velocity + x.g
...     return {"p": x.p - x.lr * v, "velocity": v}

Given arrays, it computes. Given operands that write down what is done to them, it becomes a `Recipe`, which `loops`
spells as the same operations in the same order: numpy's functions into arrays that are there already, one compiled loop
over the elements, or a loop over Values. So all three give the same numbers, to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

__all__ = ["SPELLED", "Operation", "Recipe", "Rule", "place_of", "recipe_of"]

Rule = Callable[[Any], Mapping[str, Any]]

SPELLED: dict[str, str] = {
    "add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}", "negative": "-{}",
    "positive": "{}", "square": "{0} * {0}", "sqrt": "numpy.sqrt({})", "absolute": "abs({})",
    "maximum": "numpy.maximum({}, {})", "sign": "numpy.sign({})",
}  # fmt: skip
"""numpy's functions that a rule may use, and how they are written for one number."""


@dataclass(frozen=True)
class Operation:
    """One of numpy's functions, applied to every element."""

    function: str
    operands: tuple[str | float, ...]
    result: str


@dataclass(frozen=True, eq=False)  # looked up by identity, which is quick, since `recipe_of` makes each only once
class Recipe:
    """A rule as a list of operations.

    Attributes:
        numbers: The names of the numbers of a step, in the order they are given.
        states: The names of what is remembered.
        operations: What is done, in order; operands are "p", "g", states, numbers, earlier results, or literals.
        results: The parameter ("p") and the states, and which operand each becomes.
    """

    numbers: tuple[str, ...]
    states: tuple[str, ...]
    operations: tuple[Operation, ...]
    results: tuple[tuple[str, str], ...]


class _Operand(np.lib.mixins.NDArrayOperatorsMixin):
    """Something that a rule computes with, written down."""

    def __init__(self, name: str, operations: list[Operation]) -> None:
        self.name, self.operations = name, operations

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *operands: Any, **options: Any) -> _Operand:
        if ufunc.__name__ not in SPELLED or method != "__call__" or options:
            raise TypeError(f"an update rule may use {', '.join(SPELLED)}; not {ufunc.__name__} {method} {options}")
        named = tuple(x.name if isinstance(x, _Operand) else float(x) for x in operands)
        result = f"t{len(self.operations)}"
        self.operations.append(Operation(ufunc.__name__, named, result))
        return _Operand(result, self.operations)


class _Operands:
    """The `x` of a rule that is being recorded."""

    def __init__(self, numbers: tuple[str, ...], switches: dict[str, bool], *, negated: bool) -> None:
        self.operations: list[Operation] = []
        self.states: dict[str, _Operand] = {}
        self.known: dict[str, Any] = {name: _Operand(f"n_{name}", self.operations) for name in numbers}
        self.known.update(switches)
        self.known["p"] = _Operand("p", self.operations)
        g = _Operand("g", self.operations)
        self.known["g"] = -g if negated else g

    def __getattr__(self, name: str) -> Any:
        if name in self.known:
            return self.known[name]
        return self.states.setdefault(name, _Operand(f"s_{name}", self.operations))


def place_of(name: str) -> str:
    """The operand that a result replaces."""
    return name if name == "p" else f"s_{name}"


@lru_cache(maxsize=256)
def recipe_of(
    rule: Rule, numbers: tuple[str, ...], switches: tuple[tuple[str, bool], ...], negated: bool = False
) -> Recipe:
    """A rule as a recipe, for one setting of its switches.

    Args:
        rule: The rule.
        numbers: The names of the numbers of a step.
        switches: What the rule may branch on.
        negated: Whether to go up the gradient, not down.

    Raises:
        TypeError: the rule uses a function without a spelling.

    >>> recipe = recipe_of(lambda x: {"p": x.p - x.lr * x.g}, ("lr",), ())
    >>> [(step.function, step.operands) for step in recipe.operations]
    [('multiply', ('n_lr', 'g')), ('subtract', ('p', 't0'))]
    """
    x = _Operands(numbers, dict(switches), negated=negated)
    results = {}
    for name, operand in rule(x).items():
        # What is passed on from one place to another is an operation too.
        passed = operand.name in ("p", "g") or operand.name.startswith("s_")
        results[name] = (+operand if passed and operand.name != place_of(name) else operand).name
    states = dict.fromkeys([*x.states, *(name for name in results if name != "p")])
    return Recipe(numbers, tuple(states), tuple(x.operations), tuple(results.items()))
