"""Simulated annealing: a walk that now and then goes up, less and less often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..blocks import Array
from ..checks import beta, positive
from ..errors import OptimizerError
from ..minimizing.packing import Problem

__all__ = ["Annealing", "SimulatedAnnealing"]


@dataclass(frozen=True)
class Annealing:
    """What an annealing found.

    Attributes:
        x: The best point met, built like the start.
        value: The function there.
        accepted: The share of proposals that were taken.
        values: The function along the walk.
    """

    x: Any
    value: float
    accepted: float
    values: Array = field(repr=False)


class SimulatedAnnealing:
    """Propose a random move; take it if it goes down, and with probability e^(−rise/temperature) if it goes up.

    While it is hot the walk crosses ridges, when it is cold it settles. It needs no gradient. (Lowering a learning rate
    is called annealing too, but is another thing.) Source: Metropolis and others, 1953; Kirkpatrick, Gelatt and
    Vecchi, 1983.

    Args:
        temperature: At the start; about the height of the ridges to cross.
        cooling: What the temperature is multiplied with after every step, below 1.
        scale: Standard deviation of a move in each coordinate.
        rng: Where random numbers come from, a generator or a seed.

    Raises:
        OptimizerError: a setting makes no sense.

    >>> found = SimulatedAnnealing(rng=0).minimize(lambda x: x**4 - 3 * x**2 + x, 1.1, steps=2000)
    >>> round(found.x, 1)
    -1.3
    """

    def __init__(
        self, temperature: float = 1.0, cooling: float = 0.995, scale: float = 0.5, *,
        rng: np.random.Generator | int | None = None,
    ) -> None:  # fmt: skip
        positive("SimulatedAnnealing", "temperature", temperature)
        positive("SimulatedAnnealing", "scale", scale)
        beta("SimulatedAnnealing", "cooling", cooling)
        self.temperature, self.cooling, self.scale = temperature, cooling, scale
        self.rng = np.random.default_rng(rng)

    def minimize(self, f: Callable[[Any], Any], x0: Any, steps: int = 2000) -> Annealing:
        """Walk so many steps from x0, a number, an array or a structure of them."""
        if not isinstance(steps, (int, np.integer)) or steps < 1:
            raise OptimizerError(f"SimulatedAnnealing: steps is a positive whole number, not {steps!r}")
        problem = Problem("SimulatedAnnealing", f, x0)
        x, value, heat, taken = problem.start, problem.value(problem.start), self.temperature, 0
        best = (value, x)
        values = np.empty(steps)
        for k in range(steps):
            moved = x + self.rng.normal(0.0, self.scale, x.size)
            there = problem.value(moved)
            rise = there - value
            # Both numbers are drawn in every step, so that runs with one seed stay comparable.
            luck = self.rng.uniform()
            if rise <= 0 or (heat > 0 and luck < np.exp(-rise / heat)):
                x, value, taken = moved, there, taken + 1
                if value < best[0]:
                    best = (value, x)
            values[k] = value
            heat *= self.cooling
        return Annealing(problem.built(best[1]), best[0], taken / steps, values)
