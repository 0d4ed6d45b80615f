"""Recipes made ready for a block, so that a step does nothing but what changes from step to step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .loops import array_loop
from .rules import Recipe

__all__ = ["Prepared", "Run"]

Array = NDArray[Any]
Run: TypeAlias = Callable[[Any, Any], None]
"""What changes parameters in place, given them and their gradient."""


class Prepared:
    """A recipe with the arrays that it computes in, and with its numbers as arrays.

    Args:
        recipe: What to do.
        machine: The recipe as a compiled loop, which is used where the arrays suit it.
        p: The parameters, or others of their shape and dtype.
        states: What is remembered, in the recipe's order.
        scratch: Gives the i-th spare array.

    Attributes:
        run: Changes parameters and states by a gradient of the parameters' dtype.
    """

    def __init__(
        self, recipe: Recipe, machine: Callable[..., None] | None, p: Array, states: Sequence[Array],
        scratch: Callable[[int], Array],
    ) -> None:  # fmt: skip
        self.recipe, self.machine, self.states = recipe, machine, list(states)
        self._loop, spare = array_loop(recipe)
        self._arrays = [*states, *map(scratch, range(spare))]
        self.numbers: tuple[float, ...] | None = None
        self._row = np.zeros(len(recipe.numbers), p.dtype)
        # numpy takes a number from an array of its own dtype in a third of the time that it takes one from a float.
        single = [self._row[i : i + 1].reshape(()) for i in range(len(recipe.numbers))]
        self.run: Run = self._loop(single, *self._arrays)
        if machine is not None and all(_suits(a) and (a.shape, a.dtype) == (p.shape, p.dtype) for a in states):
            self.run = _compiled(machine, self._row, [a.reshape(-1) for a in states], self.run)

    def take(self, numbers: tuple[float, ...]) -> None:
        """Let `run` go by other numbers."""
        if numbers != self.numbers:
            self._row[:] = numbers
            self.numbers = numbers

    def run_mixed(self, p: Array, g: Array) -> None:
        """Do what `run` does by a gradient of another dtype: numbers are floats then, and leave the dtype to it."""
        self._loop(self.numbers, *self._arrays)(p, g)


def _compiled(machine: Callable[..., None], row: Array, states: list[Array], otherwise: Run) -> Run:
    """A compiled loop over arrays of any shape, where they suit it."""

    def run(p: Array, g: Array) -> None:
        if _suits(p) and _suits(g):
            machine(p.reshape(-1), g.reshape(-1), row, *states)
        else:
            otherwise(p, g)

    return run


def _suits(array: Array) -> bool:
    """Whether a compiled loop can run over an array as it lies in memory."""
    return array.flags.carray
