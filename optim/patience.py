"""Patience: when compiling a rule begins to pay."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from .rules import Recipe

__all__ = ["COMPILED", "Patience"]

CALL = 4096
"""How many elements take as long as calling one of numpy's functions."""
COMPILED = {np.dtype(np.float32): "float32", np.dtype(np.float64): "float64"}
"""Of which arrays there are compiled loops, and what numba calls them."""
STARTING_NUMBA, COMPILING = 3_000_000_000, 500_000_000
"""How many operations on elements take as long as loading numba and compiling a rule, and as compiling it alone."""


class Patience:
    """An optimizer's account of what its steps have cost without a compiled loop.

    To go the slow way until that has cost as much as the fast one's start is never more than twice as dear.
    """

    def __init__(self) -> None:
        self.spent = 0

    @staticmethod
    def cost(recipe: Recipe, p: np.ndarray[Any, Any]) -> int:
        """What a step costs, in operations on elements."""
        return len(recipe.operations) * (p.size + CALL)

    def lasts(self, cost: int) -> bool:
        """Whether to go on the slow way, at that cost."""
        self.spent += cost
        return self.spent < (COMPILING if "numba" in sys.modules else STARTING_NUMBA)
