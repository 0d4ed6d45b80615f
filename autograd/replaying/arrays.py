"""The back end that is always there: a plan run by numpy, an instruction at a time.

What to expect: an instruction costs a few microseconds however few its results, so wide instructions run at numpy's
speed (a layer on many samples at that of its matrix products), and graphs as narrow as a chain at that of Python: about
a tenth of a microsecond per gate forward and two tenths back.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .arrays_blocks import Numbers, Pass
from .arrays_gates import Gates
from .arrays_numbers import FEWEST, OneByOne, find_short
from .arrays_rows import rows
from .arrays_sums import Sums
from .plan import ROWS, SUMS, Plan

__all__ = ["Arrays"]


class _Step(Protocol):
    """An instruction, or several, ready to be bound to arrays."""

    def forward(self, numbers: Numbers) -> Pass:
        """What computes the results."""

    def backward(self, numbers: Numbers, gradients: Numbers, fresh: NDArray[np.bool_]) -> Pass | None:
        """What sends their gradients on; None where nobody wants them.

        Args:
            numbers: All numbers.
            gradients: All gradients.
            fresh: Which slots have got no gradient yet when this runs; brought up to date.
        """


class Arrays:
    """Runs a plan with numpy alone.

    What is made for an array on the first call is kept for the next ones, so hand in the same arrays each time.

    Args:
        plan: The plan.
        dtype: Of its numbers: "float64" or "float32".
    """

    def __init__(self, plan: Plan, dtype: str) -> None:
        self._dtype = np.dtype(dtype)
        self._steps = list(_steps(plan))
        self._root = slice(plan.root, plan.root + plan.width)
        self._numbers: Numbers | None = None
        self._gradients: Numbers | None = None
        self._forward: list[Pass] = []
        self._backward: list[Pass] = []

    def forward(self, numbers: Numbers) -> None:
        """Compute every slot from the parameters, the inputs and the constants.

        Raises:
            TypeError: the array is of another dtype than the plan was made ready for.
        """
        if numbers is not self._numbers:
            self._bind(numbers)
        with np.errstate(all="ignore"):
            for run in self._forward:
                run()

    def backward(self, numbers: Numbers, gradients: Numbers, seed: float) -> None:
        """Compute the gradient of the result, times the seed, in every slot."""
        if numbers is not self._numbers:
            self._bind(numbers)
        if gradients is not self._gradients:
            self._bind_back(numbers, gradients)
        gradients.fill(0)
        gradients[self._root] = seed
        with np.errstate(all="ignore"):
            for run in self._backward:
                run()

    def _bind(self, numbers: Numbers) -> None:
        if numbers.dtype != self._dtype:
            raise TypeError(f"this plan runs on {self._dtype}, not {numbers.dtype}")
        self._forward = [step.forward(numbers) for step in self._steps]
        self._numbers, self._gradients = numbers, None

    def _bind_back(self, numbers: Numbers, gradients: Numbers) -> None:
        fresh = np.ones(len(gradients), dtype=np.bool_)
        fresh[self._root] = False
        passes = (step.backward(numbers, gradients, fresh) for step in reversed(self._steps))
        self._backward = [run for run in passes if run is not None]
        self._gradients = gradients


def _steps(plan: Plan) -> Iterator[_Step]:
    fixed = _constants(plan)
    short = find_short(plan).tolist()
    for alike, group in groupby(range(len(short)), short.__getitem__):
        run = list(group)
        if alike and len(run) >= FEWEST:
            yield OneByOne(plan, run)
            continue
        for i in run:
            what = plan.variants[plan.op[i]].what
            if what == ROWS:
                yield from rows(plan, i, fixed)
            else:
                yield Sums(plan, i, fixed) if what == SUMS else Gates(plan, i)


def _constants(plan: Plan) -> NDArray[np.bool_]:
    """The slots that nothing computes and nobody sets."""
    of_rows = np.array([v.what == ROWS for v in plan.variants], dtype=np.bool_)[plan.op]
    sizes = plan.size.copy()
    sizes[of_rows] *= plan.arguments[plan.at[of_rows]]
    edges = np.zeros(plan.slots + 1, dtype=np.int64)
    np.add.at(edges, plan.out, 1)
    np.add.at(edges, plan.out + sizes, -1)
    edges[0] += 1
    edges[plan.parameters + plan.inputs] -= 1
    fixed: NDArray[np.bool_] = np.cumsum(edges)[:-1] == 0
    return fixed
