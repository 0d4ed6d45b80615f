"""The compiled back end: a plan run by two loops of machine code."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..compiling import compile_loops
from .kernels import kernel_source
from .plan import ROWS, Plan, Variant

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
        self._forward_code, forward = _packed(plan, forward=True)
        self._backward_code, backward = _packed(plan, forward=False)
        loops = compile_loops(kernel_source(forward, backward, dtype))
        self._forward, self._backward = loops["forward"], loops["backward"]
        self._index = plan.index
        self._root = plan.root

    def forward(self, numbers: NDArray[np.floating]) -> None:
        """Compute every slot from the parameters, the inputs and the constants."""
        self._forward(numbers, self._forward_code, self._index)

    def backward(self, numbers: NDArray[np.floating], gradients: NDArray[np.floating], seed: float) -> None:
        """Compute the gradient of the result, times the seed, in every slot."""
        self._backward(numbers, gradients, self._backward_code, self._index, self._root, seed)


def _packed(plan: Plan, *, forward: bool) -> tuple[NDArray[np.uint64], list[Variant]]:
    """All the integers of one way through a plan, and the kinds of instruction they number.

    First how many instructions there are, then four integers of each, in the order of the way, then the arguments.
    """
    kinds: dict[Variant, int] = {}
    number = [kinds.setdefault(replace(v, wants="") if forward else v, len(kinds)) for v in plan.variants]
    order = slice(None) if forward else slice(None, None, -1)
    count, arguments = len(plan.op), plan.arguments.copy()
    for i in np.flatnonzero(np.array([v.what == ROWS for v in plan.variants], dtype=np.bool_)[plan.op]).tolist():
        at = plan.at[i]
        before, along, after, _, values = arguments[at + 1 : at + 6]
        rows = plan.index[values : values + plan.size[i] * (before + along + after)].reshape(plan.size[i], -1)
        arguments[at + 6] = (rows == rows[0])[:, before : before + along].all()
    code = np.array(number, dtype=np.int64)[plan.op], plan.out, plan.size, plan.at + 1 + 4 * count
    whole = np.concatenate(([count], np.stack(code, axis=1)[order].ravel(), arguments))
    return whole.astype(np.uint64), list(kinds)
