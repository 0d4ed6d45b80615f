"""Program: a plan, its numbers, and the back end that runs it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..compiling import can_compile
from ..errors import ReplayError
from .compiled import Compiled
from .plan import Plan

__all__ = ["BACKENDS", "DTYPES", "Program"]

BACKENDS = ("numba", "numpy")
DTYPES = ("float64", "float32")


class Backend(Protocol):
    """What runs a plan."""

    def forward(self, numbers: NDArray[Any]) -> None:
        """Compute every slot from the parameters, the inputs and the constants."""

    def backward(self, numbers: NDArray[Any], gradients: NDArray[Any], seed: float) -> None:
        """Compute the gradient of the result, times the seed, in every slot."""


class Program:
    """A plan with its numbers.

    Args:
        plan: What to compute.
        backend: "numba", "numpy", or None for the quickest that is installed.
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

    def __init__(self, plan: Plan, backend: str | None, dtype: str, learns: Sequence[bool]) -> None:
        started = time.perf_counter()
        self.backend, self._run = _backend(plan, backend, dtype)
        self.compiling = time.perf_counter() - started
        self.numbers: NDArray[Any] = plan.start.astype(dtype)
        self.gradients: NDArray[Any] = np.zeros_like(self.numbers)
        self.weights, self.slopes = self.numbers[: plan.parameters], self.gradients[: plan.parameters]
        last = plan.parameters + plan.inputs
        self.inputs, self.input_slopes = self.numbers[plan.parameters : last], self.gradients[plan.parameters : last]
        self.instructions = len(plan.op)
        self._root = plan.root
        self._fixed = np.flatnonzero(~np.array(learns, dtype=np.bool_))

    def forward(self) -> float:
        """Compute the result."""
        self._run.forward(self.numbers)
        return float(self.numbers[self._root])

    def backward(self, seed: float = 1.0) -> None:
        """Compute all gradients of the result, times the seed."""
        self._run.backward(self.numbers, self.gradients, seed)
        if len(self._fixed):  # a weighted sum sends gradients to all it is made of
            self.slopes[self._fixed] = 0


def _backend(plan: Plan, name: str | None, dtype: str) -> tuple[str, Backend]:
    if name != "numpy" and can_compile():
        try:
            return "numba", Compiled(plan, dtype)
        except ImportError as error:
            why = str(error)
    else:
        why = "it is not installed, or switched off by NUMBA_DISABLE_JIT"
    if name == "numba":
        raise ReplayError(f"replay: backend 'numba' needs numba, the extra fast (pip install 'backglow[fast]'): {why}")
    from .arrays import Arrays

    return "numpy", Arrays(plan, dtype)
