"""Program: a plan, its numbers, and the back end that runs it."""

from __future__ import annotations

import time
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..compiling import can_compile
from ..errors import ReplayError
from .compiled import Compiled
from .plan import Plan

__all__ = ["BACKENDS", "Program"]

BACKENDS = ("numba", "numpy")


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

    Attributes:
        backend: Which one it is.
        numbers, gradients: A number and a gradient per slot, shape (slots,).
        weights, slopes: The part of them that belongs to the parameters, shape (parameters,).
        inputs, input_slopes: The part that belongs to the inputs.
        instructions: How many instructions it has.
        compiling: Seconds it took to get the back end ready.

    Raises:
        ReplayError: there is no such back end or dtype, or numba is asked for and missing.
    """

    def __init__(self, plan: Plan, backend: str | None, dtype: str) -> None:
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

    def forward(self) -> float:
        """Compute the result."""
        self._run.forward(self.numbers)
        return float(self.numbers[self._root])

    def backward(self, seed: float = 1.0) -> None:
        """Compute all gradients of the result, times the seed."""
        self._run.backward(self.numbers, self.gradients, seed)


def _backend(plan: Plan, name: str | None, dtype: str) -> tuple[str, Backend]:
    if name not in (None, *BACKENDS):
        raise ReplayError(f"replay: backend is one of {', '.join(map(repr, BACKENDS))} or None, not {name!r}")
    if dtype not in ("float64", "float32"):
        raise ReplayError(f"replay: dtype is 'float64' or 'float32', not {dtype!r}")
    if name == "numba" or (name is None and can_compile()):
        try:
            return "numba", Compiled(plan, dtype)
        except ImportError as error:
            if name is not None:
                raise ReplayError(
                    f"replay: backend 'numba' needs the extra fast (pip install 'backglow[fast]'): {error}"
                ) from None
    from .arrays import Arrays

    return "numpy", Arrays(plan, dtype)
