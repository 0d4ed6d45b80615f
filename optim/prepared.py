"""Recipes made ready for a block, so that a step does nothing but what changes from step to step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .loops import array_loop
from .rules import Recipe

__all__ = ["Prepared"]

Array = NDArray[Any]


class Prepared:
    """A recipe with the arrays that it computes in, and with its numbers as arrays.

    Args:
        recipe: What to do.
        dtype: Of the parameters.
        scratch: Gives the i-th spare array.
    """

    def __init__(self, recipe: Recipe, dtype: np.dtype[Any], scratch: Callable[[int], Array]) -> None:
        self.recipe = recipe
        self._dtype = dtype
        self._loop, spare = array_loop(recipe)
        self._spare = list(map(scratch, range(spare)))
        self._known: tuple[float, ...] | None = None
        self._row = np.zeros(len(recipe.numbers), dtype)
        # numpy takes a number from an array of its own dtype in a third of the time that it takes one from a float.
        self._single = [self._row[i : i + 1].reshape(()) for i in range(len(recipe.numbers))]

    def row(self, numbers: tuple[float, ...]) -> Array:
        """The recipe's numbers as one array of the parameters' dtype; the same one every time."""
        if numbers != self._known:
            self._row[:] = numbers
            self._known = numbers
        return self._row

    def run(self, p: Array, g: Array, numbers: tuple[float, ...], states: Sequence[Array]) -> None:
        """Change parameters and states in place by gradients, with numpy's functions."""
        given: Sequence[Any] = numbers
        if g.dtype == self._dtype:
            self.row(numbers)
            given = self._single
        self._loop(p, g, given, *states, *self._spare)
