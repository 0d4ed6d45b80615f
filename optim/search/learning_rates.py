"""A learning rate found by trying: on a logarithmic grid, then finer around the best."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ..checks import positive
from ..errors import OptimizerError

__all__ = ["LearningRates", "lr_range_search"]


@dataclass(frozen=True)
class LearningRates:
    """What `lr_range_search` found.

    Attributes:
        best: The rate that led to the lowest loss.
        loss: That loss.
        tried: Every rate tried with its loss, by rate; inf where the run diverged.
    """

    best: float
    loss: float
    tried: tuple[tuple[float, float], ...] = field(repr=False)


def lr_range_search(
    train: Callable[[float], float], low: float = 1e-4, high: float = 1.0, candidates: int = 5, refinements: int = 1
) -> LearningRates:
    """Train shortly with rates spread evenly on a logarithmic scale; then again with as many around the best.

    Args:
        train: Trains anew, for a few epochs, with the rate it is given, and returns the loss it comes to.
        low, high: The least and the largest rate.
        candidates: How many rates per round, 2 or more; 5 gives 0.0001, 0.001, 0.01, 0.1 and 1.
        refinements: How many rounds follow the first, each between the neighbours of the best so far.

    Raises:
        OptimizerError: the settings make no sense, or every run diverged.

    >>> found = lr_range_search(lambda lr: (1 - 2 * lr) ** 20)
    >>> [lr for lr, _ in found.tried[:3]], 0.3 < found.best < 0.7
    ([0.0001, 0.001, 0.01], True)
    """
    positive("lr_range_search", "low", low)
    positive("lr_range_search", "high", high)
    if low >= high:
        raise OptimizerError(f"lr_range_search: low must be below high, not {low!r} and {high!r}")
    for what, count, least in (("candidates", candidates, 2), ("refinements", refinements, 0)):
        if not isinstance(count, (int, np.integer)) or count < least:
            raise OptimizerError(f"lr_range_search: {what} is a whole number from {least} on, not {count!r}")
    tried: dict[float, float] = {}
    ends = math.log10(low), math.log10(high)
    rates = [float(f"{r:.12g}") for r in np.logspace(*ends, candidates)]
    for _ in range(refinements + 1):
        for rate in rates:
            if rate not in tried:
                with np.errstate(all="ignore"):
                    loss = float(train(rate))
                tried[rate] = loss if math.isfinite(loss) else math.inf
        best = min(tried, key=lambda rate: (tried[rate], rate))
        known = sorted(tried)
        k = known.index(best)
        around = known[max(k - 1, 0)], known[min(k + 1, len(known) - 1)]
        rates = [float(f"{r:.12g}") for r in np.geomspace(*around, candidates + 2)[1:-1]]
    if tried[best] == math.inf:
        raise OptimizerError(f"lr_range_search: every run diverged, that with lr={known[0]:g} too; lower `low`")
    return LearningRates(best, tried[best], tuple((rate, tried[rate]) for rate in known))
