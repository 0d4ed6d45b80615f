"""The best of several runs from random starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor, enable_grad

from .errors import OptimizerError
from .optimizer import Optimizer
from .sgd import SGD

__all__ = ["Restarts", "random_restarts"]


@dataclass(frozen=True)
class Restarts:
    """What `random_restarts` found.

    Attributes:
        x: Where the best run ended.
        value: The function there.
        starts, ends: Where each run started and ended, shape (restarts, ...).
        values: The function at each end; nan or inf where a run diverged.
    """

    x: NDArray[Any]
    value: float
    starts: NDArray[Any] = field(repr=False)
    ends: NDArray[Any] = field(repr=False)
    values: NDArray[Any] = field(repr=False)


def random_restarts(
    function: Callable[[Tensor], Any], start: Callable[[np.random.Generator], Any], restarts: int = 20,
    steps: int = 200, *, optimizer: Callable[[list[Tensor]], Optimizer] | None = None,
    rng: np.random.Generator | int | None = None,
) -> Restarts:  # fmt: skip
    """Minimise a function from several random starting points and keep the best end.

    Descent finds the minimum of the valley it starts in; of many starts some are in the deepest one. A random start is
    also next to never a saddle.

    Args:
        function: Of one Tensor, returning one number as a Tensor.
        start: Draws a starting point from a generator.
        restarts: How many runs.
        steps: How many steps each run takes.
        optimizer: Builds the optimizer of a run from the list of its one parameter; `SGD(…, lr=0.01)` by default.
        rng: Where starting points come from, a generator or a seed.

    Raises:
        OptimizerError: no runs are asked for, or all of them diverged.

    >>> found = random_restarts(lambda x: (x**4 - 3 * x**2 + x).sum(), lambda rng: rng.uniform(-2, 2), rng=0)
    >>> round(float(found.x), 4)
    -1.3008
    """
    for what, number in (("restarts", restarts), ("steps", steps)):
        if not isinstance(number, (int, np.integer)) or number < 1:
            raise OptimizerError(f"random_restarts: {what} is a positive whole number, not {number!r}")
    source = np.random.default_rng(rng)
    starts, ends, values = [], [], []
    for _ in range(restarts):
        begin = np.array(start(source), dtype=float)
        x = Tensor(begin, requires_grad=True)
        run = SGD([x], lr=0.01) if optimizer is None else optimizer([x])
        with enable_grad(), np.errstate(all="ignore"):  # a run that diverges is one that is not kept
            for _ in range(steps):
                run.zero_grad()
                function(x).backward()
                run.step()
            values.append(float(function(x)))
        starts.append(begin)
        ends.append(np.array(x.data))
    found = np.array(values)
    if not np.isfinite(found).any():
        raise OptimizerError(f"random_restarts: all {restarts} runs diverged; take smaller steps")
    best = int(np.nanargmin(np.where(np.isfinite(found), found, np.nan)))
    return Restarts(ends[best], float(found[best]), np.array(starts), np.array(ends), found)
