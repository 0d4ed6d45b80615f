"""The compiled back end: a plan run by two loops of machine code."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..compiling import compile_loops
from .kernels import kernel_source
from .plan import Plan
from .tape import Indices

__all__ = ["Compiled"]


class Compiled:
    """Runs a plan in machine code.

    Args:
        plan: The plan.
        dtype: Of its numbers: "float64" or "float32".

    Raises:
        ImportError: numba is missing.
    """

    def __init__(self, plan: Plan, dtype: str) -> None:
        loops = compile_loops(kernel_source(plan.variants, dtype))
        self._forward, self._backward = loops["forward"], loops["backward"]
        self._code = _packed(plan)
        self._index = plan.index
        self._root = plan.root

    def forward(self, numbers: NDArray[np.floating]) -> None:
        """Compute every slot from the parameters, the inputs and the constants."""
        self._forward(numbers, self._code, self._index)

    def backward(self, numbers: NDArray[np.floating], gradients: NDArray[np.floating], seed: float) -> None:
        """Compute the gradient of the result, times the seed, in every slot."""
        self._backward(numbers, gradients, self._code, self._index, self._root, seed)


def _packed(plan: Plan) -> Indices:
    """All the integers of a plan in one array: how many instructions, four numbers of each, then the arguments."""
    count = len(plan.op)
    at = plan.at + 1 + 4 * count
    return np.concatenate(([count], np.stack((plan.op, plan.out, plan.size, at), axis=1).ravel(), plan.arguments))
