"""Recipes of update rules as functions: over whole arrays, over the elements in machine code, and over Values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from autograd import can_compile, compile_loops

from .rules import SPELLED, Operation, Recipe, place_of

__all__ = ["array_loop", "machine_loop", "value_loop"]

PLAIN = frozenset({"add", "subtract", "multiply", "negative"})
"""What Python's floats do as numpy does, without raising at zeros and infinities."""


@lru_cache(maxsize=256)
def array_loop(recipe: Recipe) -> tuple[Callable[..., Callable[[Any, Any], None]], int]:
    """A recipe as calls of numpy's functions, each of which puts its result in an array that is there already.

    Returns:
        A function of (numbers, *states, *spare), all but the numbers arrays of one shape, which returns one of (p, g)
        that changes p and the states in place; and how many spare arrays it needs. Numbers are floats or, which is
        quicker, arrays of shape () and of p's dtype.
    """
    places = _Places(recipe)
    lines = []
    for i, step in enumerate(recipe.operations):
        operands = ", ".join(map(places.of, step.operands))
        lines.append(f"        {step.function}({operands}, out={places.for_result(i, step)})")
    lines += [f"        copyto({name}, {place})" for name, place in places.misplaced()]
    spare = [f"w{i}" for i in range(places.spare)]
    source = [
        f"def bind({', '.join(['n', *_states(recipe), *spare])}):",
        *([f"    {_unpacked(recipe)} = n"] if recipe.numbers else []),
        "    def step(p, g):",
        *(lines or ["        pass"]),
        "    return step",
    ]
    scope: dict[str, Any] = {"copyto": np.copyto, **{name: getattr(np, name) for name in SPELLED}}
    exec("\n".join(source), scope)
    return scope["bind"], places.spare


class _Places:
    """Which array holds which operand: a result goes where an operand it is made of is needed no longer."""

    def __init__(self, recipe: Recipe) -> None:
        self.results = {place_of(name): operand for name, operand in recipe.results}
        self.wanted = {operand: place for place, operand in self.results.items()}
        self.last = {x: i for i, step in enumerate(recipe.operations) for x in step.operands if isinstance(x, str)}
        self.holds: dict[str, str] = {x: x for x in ("p", "g", *_states(recipe))}
        kept = [*self.wanted, *(place for place in self.holds if place not in self.results)]
        self.last.update(dict.fromkeys(kept, len(recipe.operations)))
        self.spare = 0

    def of(self, operand: str | float) -> str:
        """Where an operand is."""
        if isinstance(operand, float):
            return repr(operand)
        return next((place for place, held in self.holds.items() if held == operand), operand)

    def for_result(self, i: int, step: Operation) -> str:
        """Where the result of operation i goes."""
        free = [place for place, held in self.holds.items() if self.last.get(held, -1) <= i]
        spare = [place for place in free if place not in self.results]
        reused = [place for place in map(self.of, step.operands) if place in free]
        target = self.wanted.get(step.result)
        choice = [target] if target in free else spare if target else reused or spare
        if not choice:
            choice = [f"w{self.spare}"]
            self.spare += 1
        self.holds[choice[0]] = step.result
        return choice[0]

    def misplaced(self) -> list[tuple[str, str]]:
        """Which arrays have to be filled at the end, and from where."""
        return [(place, self.of(operand)) for place, operand in self.results.items() if self.holds[place] != operand]


@lru_cache(maxsize=256)
def machine_loop(recipe: Recipe, dtype: str) -> Callable[..., None] | None:
    """A recipe as one compiled loop over the elements of arrays of a dtype, "float32" or "float64".

    Returns:
        A function of (p, g, numbers, *states), all one-dimensional arrays of that dtype, contiguous and writable, and
        all but the numbers of one length; None where numba is missing.
    """
    if not can_compile():
        return None
    arrays = ["p", "g", "n", *_states(recipe)]
    source = [f'@jit("void({", ".join([f"{dtype}[::1]"] * len(arrays))})")', f"def step({', '.join(arrays)}):"]
    source += [f"    n_{name} = n[{i}]" for i, name in enumerate(recipe.numbers)]
    source += ["    for i in range(p.shape[0]):"]

    def spelled(operand: str | float) -> str:
        if isinstance(operand, float):
            return f"numpy.{dtype}({operand!r})"
        return f"{operand}[i]" if operand in arrays else operand

    for step in recipe.operations:
        source.append(f"        {step.result} = {SPELLED[step.function].format(*map(spelled, step.operands))}")
    # All are read before any is written: one may become another.
    source += [f"        r{k} = {spelled(operand)}" for k, (_, operand) in enumerate(recipe.results)]
    source += [f"        {place_of(name)}[i] = r{k}" for k, (name, _) in enumerate(recipe.results)]
    try:
        made: Callable[..., None] = compile_loops("\n".join(source) + "\n")["step"]
    except ImportError:
        return None
    return made


@lru_cache(maxsize=256)
def value_loop(recipe: Recipe) -> Callable[..., None] | None:
    """A recipe that remembers nothing as a loop over Values; None where numpy's functions serve better.

    Returns:
        A function of (values, numbers); those without a gradient stay as they are.
    """
    if recipe.states or not {step.function for step in recipe.operations} <= PLAIN:
        return None
    uses = Counter(x for step in recipe.operations for x in step.operands)
    spelled: dict[Any, str] = {"p": "value.data"}
    body = []
    for step in recipe.operations:
        text = SPELLED[step.function].format(*(spelled.get(x, str(x)) for x in step.operands))
        if uses[step.result] > 1:
            body.append(f"        {step.result} = {text}")
        else:  # storing what is used once would cost as much as an operation
            spelled[step.result] = f"({text})"
    result = dict(recipe.results)["p"]
    lines = [
        "def step(values, n):",
        *([f"    {_unpacked(recipe)} = n"] if recipe.numbers else []),
        "    for value in values:",
        "        g = value.grad",
        "        if g is None:",
        "            continue",
        "        g = float(g)",  # it is a Value where the backward pass was recorded
        *body,
        f"        value.data = {spelled.get(result, result)}",
    ]
    scope: dict[str, Any] = {}
    exec("\n".join(lines), scope)
    made: Callable[..., None] = scope["step"]
    return made


def _states(recipe: Recipe) -> list[str]:
    return [f"s_{name}" for name in recipe.states]


def _unpacked(recipe: Recipe) -> str:
    return "".join(f"n_{name}, " for name in recipe.numbers)
