"""One coordinate, or one set of parameters, at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from ..blocks import Array
from ..checks import positive
from ..errors import OptimizerError
from ..minimizing.packing import Problem
from ..second_order import Newton
from ..second_order.flat import get_vector, set_vector, slope_of

__all__ = ["AlternatingMinimization", "CoordinateDescent", "Sweeps"]

GOLDEN = (5**0.5 - 1) / 2


@dataclass(frozen=True)
class Sweeps:
    """What a descent along coordinates found.

    Attributes:
        x: Where it ended, built like the start.
        value: The function there.
        values: The function after each sweep, the start first.
        path: The points after each sweep, the start first, as vectors.
        stopped: Whether a whole sweep brought no progress.
    """

    x: Any
    value: float
    values: tuple[float, ...] = field(repr=False)
    path: tuple[Array, ...] = field(repr=False)
    stopped: bool = False


class CoordinateDescent:
    """Minimise along one coordinate after another, each exactly: for a quadratic that is Gauss–Seidel.

    A sweep that brings nothing means a stationary point only if the function is differentiable, or its kinks are along
    the axes: at others it can stall anywhere. Source: Wright, 2015.

    Args:
        rule: Which coordinate is next: "cyclic", "random" (a new order each sweep) or "greedy" (the one with the
            steepest slope).
        inexact: Takes the function along a coordinate, t ↦ f(x + t·e), and its slope at 0, and returns a step t; in
            place of exact minimisation.
        tol: A sweep that lowers the function by no more than this, as a share of its size, ends it.
        rng: Where random orders come from, a generator or a seed.

    Raises:
        OptimizerError: a setting makes no sense.

    >>> found = CoordinateDescent().minimize(lambda x: x[0] ** 2 + x[0] * x[1] + x[1] ** 2 - x[1], np.zeros(2))
    >>> found.x.round(6).tolist()
    [-0.333333, 0.666667]
    """

    def __init__(
        self, rule: Literal["cyclic", "random", "greedy"] = "cyclic",
        inexact: Callable[[Callable[[float], float], float], float] | None = None, *, tol: float = 1e-15,
        rng: np.random.Generator | int | None = None,
    ) -> None:  # fmt: skip
        if rule not in ("cyclic", "random", "greedy"):
            raise OptimizerError(f"CoordinateDescent: rule is 'cyclic', 'random' or 'greedy', not {rule!r}")
        positive("CoordinateDescent", "tol", tol, zero=True)
        self.rule, self.inexact, self.tol, self.rng = rule, inexact, tol, np.random.default_rng(rng)

    def minimize(self, f: Callable[[Any], Any], x0: Any, sweeps: int = 100) -> Sweeps:
        """Minimise a function of a number, an array or a structure of them, in at most so many sweeps."""
        if not isinstance(sweeps, (int, np.integer)) or sweeps < 0:
            raise OptimizerError(f"CoordinateDescent: sweeps must be a whole number from 0 on, not {sweeps!r}")
        problem = Problem("CoordinateDescent", f, x0)
        x = problem.start.copy()
        values, path = [problem.value(x)], [x.copy()]
        stopped = False
        for _ in range(sweeps):
            for i in self._order(problem, x):
                x[i] += self._along(problem, x, i)
            values.append(problem.value(x))
            path.append(x.copy())
            if values[-2] - values[-1] <= self.tol * max(abs(values[-1]), abs(values[-2])):
                stopped = True
                break
        return Sweeps(problem.built(x), values[-1], tuple(values), tuple(path), stopped)

    def _order(self, problem: Problem, x: Array) -> list[int]:
        if self.rule == "cyclic":
            return list(range(x.size))
        if self.rule == "random":
            return [int(i) for i in self.rng.permutation(x.size)]
        return [int(np.argmax(np.abs(problem.value_and_grad(x)[1])))]

    def _along(self, problem: Problem, x: Array, i: int) -> float:
        unit = np.zeros(x.size)
        unit[i] = 1.0
        if self.inexact is not None:
            slope = float(problem.value_and_grad(x)[1][i])
            return float(self.inexact(lambda t: problem.value(x + t * unit), slope))
        return _exact(problem, x, unit)


def _exact(problem: Problem, x: Array, unit: Array) -> float:
    """The t that makes f(x + t·unit) least: by Newton's method, or where that fails by golden sections."""
    t, value = 0.0, problem.value(x)
    i = int(np.argmax(unit))
    for _ in range(20):
        slope = float(problem.value_and_grad(x + t * unit)[1][i])
        curvature = float(problem.hvp(x + t * unit, unit)[i])
        if slope == 0 and curvature > 0:
            return t
        if not curvature > 0:
            break
        moved = t - slope / curvature
        there = problem.value(x + moved * unit)
        if not there <= value:
            break
        if moved == t or abs(moved - t) <= 1e-15 * max(abs(x[i] + t), 1e-300) or there == value:
            return moved if there < value else t
        t, value = moved, there
    return golden_section(lambda s: problem.value(x + s * unit), t)


def golden_section(f: Callable[[float], float], start: float, width: float = 1.0) -> float:
    """A point near `start` where f is least, to about the root of rounding; f has one minimum around there.

    Raises:
        OptimizerError: f falls without end.
    """
    left, right = start - width, start + width
    for _ in range(200):
        middle, low, high = f(start), f(left), f(right)
        if low >= middle <= high:
            break
        # One side is lower: go there, twice as far.
        start, width = (left if low < high else right), 2 * width
        left, right = start - width, start + width
    else:
        raise OptimizerError("a function falls without end along a coordinate; it has no minimum there")
    best = (middle, start)
    a, b = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
    at_a, at_b = f(a), f(b)
    while right - left > 1e-13 * max(abs(left), abs(right), 1e-3):
        best = min(best, (at_a, a), (at_b, b))
        if at_a <= at_b:
            right, b, at_b = b, a, at_a
            a = right - GOLDEN * (right - left)
            at_a = f(a)
        else:
            left, a, at_a = a, b, at_b
            b = left + GOLDEN * (right - left)
            at_b = f(b)
        if not left < a < b < right:
            break
    return best[1]


class AlternatingMinimization:
    """Minimise over one set of parameters while the others stay, then over the next, and so on.

    Each part may be easy where the whole is not: ‖A − uvᵀ‖² is quadratic in u and in v. A step that would raise the
    loss is not taken, so the loss never rises.

    Args:
        parts: Lists of leaf Values and Tensors.
        solver: Builds from such a list what takes a step: `step(closure)`, the closure returning the loss. By default
            `Newton`, which solves a quadratic part at once, lightly damped.
        steps: How many steps each part takes in its turn.

    Raises:
        OptimizerError: there are fewer than two parts, or one is empty.

    >>> from autograd import Value
    >>> a, b = Value(5.0), Value(1.0)
    >>> solver = AlternatingMinimization([[a], [b]])
    >>> losses = solver.minimize(lambda: (a * b - 6) ** 2 + (a - b) ** 2, rounds=100)
    >>> round(a.data, 4), round(b.data, 4)
    (2.4495, 2.4495)
    """

    def __init__(
        self, parts: Sequence[Sequence[Any]], solver: Callable[[list[Any]], Any] | None = None, steps: int = 1
    ) -> None:
        self.parts = [list(part) for part in parts]
        if len(self.parts) < 2:
            raise OptimizerError(
                f"AlternatingMinimization takes turns between two parts or more, not {len(self.parts)}"
            )
        if not isinstance(steps, (int, np.integer)) or steps < 1:
            raise OptimizerError(f"AlternatingMinimization: steps is a positive whole number, not {steps!r}")
        build = solver or (lambda part: Newton(part, damping=1e-12))
        self.solvers, self.steps = [build(part) for part in self.parts], steps

    def minimize(self, loss: Callable[[], Any], rounds: int = 100, tol: float = 0.0) -> tuple[float, ...]:
        """Take turns until a round brings no more than `tol`.

        Args:
            loss: Computes the loss from the parameters.
            rounds: The most rounds.
            tol: How small an improvement is none.

        Returns:
            The loss at the start and after each part's turn.
        """
        losses = [self._value(loss)]
        for _ in range(rounds):
            before = losses[-1]
            for part, solver in zip(self.parts, self.solvers, strict=True):
                for _ in range(self.steps):
                    here = get_vector(part)
                    solver.step(loss)
                    after = self._value(loss)
                    if not after <= losses[-1]:
                        set_vector(part, here)
                        break
                    losses.append(after)
            if before - losses[-1] <= tol:
                break
        return tuple(losses)

    def _value(self, loss: Callable[[], Any]) -> float:
        return slope_of("AlternatingMinimization", self.parts[0], loss, curvature=False).value
