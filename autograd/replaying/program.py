"""Program: a plan, its numbers, and the back end that runs it."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..compiling import can_compile
from ..errors import ReplayError
from .arrays import Arrays
from .compiled import Compiled
from .plan import Plan

__all__ = ["BACKENDS", "DTYPES", "Effort", "Program"]

BACKENDS = ("numba", "numpy")
DTYPES = ("float64", "float32")


ENOUGH = 300_000
"""Effort after which compiled loops are worth their price: about as many microseconds as loading them takes."""


class Backend(Protocol):
    """What runs a plan."""

    def forward(self, numbers: NDArray[Any]) -> None:
        """Compute every slot from the parameters, the inputs and the constants."""

    def backward(self, numbers: NDArray[Any], gradients: NDArray[Any], seed: float) -> None:
        """Compute the gradient of the result, times the seed, in every slot."""


class Effort:
    """Which back end to use: numpy, until so much has been run with it that compiled loops are worth their price.

    Work is counted in instructions and numbers, not in seconds, so that a program gives the same results every time.

    Args:
        backend: "numba" or "numpy" for always; None for numpy first, and then numba, where it is installed.

    Attributes:
        backend: Which it is now.
    """

    def __init__(self, backend: str | None) -> None:
        self._left = float(ENOUGH) if backend is None and can_compile() else math.inf
        self.backend = backend or "numpy"

    def spend(self, work: float) -> bool:
        """Count work about to be done; whether compiled loops have become worth their price by it."""
        self._left -= work
        return self._left <= 0

    def settle(self, backend: str) -> None:
        """Use this one from now on."""
        self._left = math.inf
        self.backend = backend


class Program:
    """A plan with its numbers.

    Args:
        plan: What to compute.
        backend: "numba" or "numpy".
        dtype: "float64" or "float32".
        learns: For each parameter whether it gets a gradient.

    Attributes:
        backend: Which one it is.
        numbers, gradients: A number and a gradient per slot, shape (slots,).
        weights, slopes: The part of them that belongs to the parameters, shape (parameters,).
        inputs, input_slopes: The part that belongs to the inputs.
        instructions: How many instructions it has.
        compiling: Seconds it took to get the back end ready.

    Raises:
        ReplayError: numba is asked for and missing.
    """

    def __init__(self, plan: Plan, backend: str, dtype: str, learns: Sequence[bool]) -> None:
        self.plan, self._dtype = plan, dtype
        self.compiling = 0.0
        self.use(backend)
        self.numbers: NDArray[Any] = plan.start.astype(dtype)
        self.gradients: NDArray[Any] = np.zeros_like(self.numbers)
        self.weights, self.slopes = self.numbers[: plan.parameters], self.gradients[: plan.parameters]
        last = plan.parameters + plan.inputs
        self.inputs, self.input_slopes = self.numbers[plan.parameters : last], self.gradients[plan.parameters : last]
        self.instructions = len(plan.op)
        self._fixed = np.flatnonzero(~np.array(learns, dtype=np.bool_))

    def use(self, backend: str) -> None:
        """Run by another back end from now on."""
        started = time.perf_counter()
        self._run = _backend(self.plan, backend, self._dtype)
        self.backend = backend
        self.compiling += time.perf_counter() - started

    def forward(self) -> float:
        """Compute the result."""
        self._run.forward(self.numbers)
        return float(self.numbers[self.plan.root])

    def backward(self, seed: float = 1.0) -> None:
        """Compute all gradients of the result, times the seed."""
        self._run.backward(self.numbers, self.gradients, seed)
        if len(self._fixed):  # a weighted sum sends gradients to all it is made of
            self.slopes[self._fixed] = 0


def _backend(plan: Plan, name: str, dtype: str) -> Backend:
    if name == "numpy":
        return Arrays(plan, dtype)
    why = "it is not installed, or switched off by NUMBA_DISABLE_JIT"
    if can_compile():
        try:
            return Compiled(plan, dtype)
        except ImportError as error:
            why = str(error)
    raise ReplayError(f"replay: backend 'numba' needs numba, the extra fast (pip install 'backglow[fast]'): {why}")
