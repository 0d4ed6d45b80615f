"""How far to go along a direction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..blocks import Array
from ..checks import beta, positive
from ..errors import OptimizerError
from .packing import Problem, vector_of

__all__ = ["Step", "armijo_step", "backtrack", "exact_step", "line_search", "strong_wolfe_step"]


@dataclass(frozen=True)
class Step:
    """How far a line search goes.

    Attributes:
        size: The factor of the direction; 0 where no step goes down.
        value: The function there.
        evaluations: How often it was computed.
    """

    size: float
    value: float
    evaluations: int


def line_search(f: Callable[[Any], Any], w: Any, d: Any = None, candidates: Iterable[float] | None = None) -> Step:
    """Try several step sizes along a direction and keep the one with the lowest value.

    Args:
        f: Function of one argument returning one number.
        w: Where to start: a number, an array, or a structure of them.
        d: The direction, built like w; minus the gradient by default.
        candidates: The step sizes; 0.0001, 0.001, ..., 1 by default.

    Returns:
        A `Step`; of size 0 where every candidate leads to a value that is not lower.

    Raises:
        OptimizerError: a step size is not positive, or the direction does not fit.

    >>> line_search(lambda x: x * x, 3.0, candidates=[0.1, 0.4, 0.7]).size
    0.4
    """
    sizes = [1e-4, 1e-3, 1e-2, 1e-1, 1.0] if candidates is None else list(candidates)
    if not sizes:
        raise OptimizerError("line_search: there is no candidate")
    for size in sizes:
        positive("line_search", "a candidate", size)
    problem, x, way, value, _ = _begin("line_search", f, w, d)
    best = (value, 0.0)
    with np.errstate(all="ignore"):
        for size in sizes:
            there = problem.value(x + size * way)
            if there < best[0]:
                best = (there, size)
    return Step(best[1], best[0], problem.evaluations)


def exact_step(f: Callable[[Any], Any], w: Any, d: Any = None) -> Step:
    """The step to the minimum of the quadratic that fits f along the direction: −gᵀd / dᵀHd.

    For a quadratic function that is the minimum itself; along minus the gradient the size is gᵀg / gᵀHg.

    Args:
        f, w, d: As for `line_search`.

    Returns:
        A `Step`; of size 0 where it would not go down: curvature along the direction is not positive, or f is no
        quadratic and the step goes too far.

    >>> exact_step(lambda x: 5 * x * x, 3.0).size
    0.1
    """
    problem, x, way, value, slope = _begin("exact_step", f, w, d)
    curvature = float(way @ problem.hvp(x, way))
    size = -float(slope @ way) / curvature if curvature > 0 else 0.0
    there = problem.value(x + size * way) if size > 0 else value
    return Step(size, there, problem.evaluations) if there < value else Step(0.0, value, problem.evaluations)


def armijo_step(
    f: Callable[[Any], Any], w: Any, d: Any = None, start: float = 1.0, shrink: float = 0.5, c1: float = 1e-4
) -> Step:
    """The first of start, start·shrink, ... that lowers f by at least c1 of what the slope promises. Armijo, 1966.

    Args:
        f, w, d: As for `line_search`.
        start: The longest step.
        shrink: By how much it is shortened each time, below 1.
        c1: Which share of the promised decrease is enough.

    Returns:
        A `Step`; of size 0 where the direction does not go down.

    >>> armijo_step(lambda x: x * x, 3.0, start=4.0).size
    0.5
    """
    positive("armijo_step", "start", start)
    beta("armijo_step", "shrink", shrink)
    beta("armijo_step", "c1", c1)
    problem, x, way, value, slope = _begin("armijo_step", f, w, d)
    with np.errstate(all="ignore"):
        size = backtrack(problem.value, x, way, value, float(slope @ way), start, shrink, c1)
        there = problem.value(x + size * way) if size else value
    return Step(size, there, problem.evaluations)


def backtrack(
    f: Callable[[Array], float], x: Array, way: Array, value: float, slope: float, start: float, shrink: float = 0.5,
    c1: float = 1e-4,
) -> float:  # fmt: skip
    """The step of `armijo_step`, of a function of a vector; 0 where there is none above rounding."""
    if not slope < 0 or not shrink:
        return 0.0
    size = start
    while not np.array_equal(x + size * way, x):
        there = f(x + size * way)
        if there <= value + c1 * size * slope and there < value:
            return size
        size *= shrink
    return 0.0


def strong_wolfe_step(
    f: Callable[[Any], Any], w: Any, d: Any = None, start: float = 1.0, c1: float = 1e-4, c2: float = 0.9,
    max_evaluations: int = 60,
) -> Step:  # fmt: skip
    """A step that lowers f enough and leaves a slope of at most c2 times the first: the strong conditions of Wolfe.

    Source: Wolfe, 1969; Nocedal and Wright, 2006, algorithms 3.5 and 3.6, with bisection for interpolation.

    Args:
        f, w, d: As for `line_search`.
        start: The first step tried; longer ones follow if that is too short.
        c1, c2: The shares of the slope, 0 < c1 < c2 < 1.
        max_evaluations: When to give up; the best point so far is returned then.

    Returns:
        A `Step`; of size 0 where the direction does not go down.

    Raises:
        OptimizerError: the settings make no sense.

    >>> strong_wolfe_step(lambda x: x * x, 3.0, start=0.01, c2=0.1).size
    0.48
    """
    positive("strong_wolfe_step", "start", start)
    if not 0 < c1 < c2 < 1:
        raise OptimizerError(f"strong_wolfe_step: 0 < c1 < c2 < 1 must hold, not c1={c1!r} and c2={c2!r}")
    problem, x, way, value, gradient = _begin("strong_wolfe_step", f, w, d)
    first = float(gradient @ way)
    if not first < 0:
        return Step(0.0, value, problem.evaluations)
    low, low_value, high = 0.0, value, np.inf
    best = (value, 0.0)
    size = start
    with np.errstate(all="ignore"):
        while problem.evaluations < max_evaluations:
            there, slope = problem.value_and_grad(x + size * way)
            if there < best[0]:
                best = (there, size)
            along = float(slope @ way)
            if not there <= value + c1 * size * first or there >= low_value:
                high = size  # too far: the interval between low and here holds a good step
            elif abs(along) <= -c2 * first:
                return Step(size, there, problem.evaluations)
            elif along >= 0:
                high = size
            else:
                low, low_value = size, there
            size = 2 * size if high == np.inf else (low + high) / 2
            if not np.isfinite(size) or size in (low, high):
                break
    return Step(best[1], best[0], problem.evaluations)


def _begin(who: str, f: Callable[[Any], Any], w: Any, d: Any) -> tuple[Problem, Array, Array, float, Array]:
    problem = Problem(who, f, w)
    value, slope = problem.value_and_grad(problem.start)
    way = -slope if d is None else vector_of(who, d)
    if way.shape != problem.start.shape:
        raise OptimizerError(f"{who}: the direction has {way.size} numbers and the point {problem.start.size}")
    return problem, problem.start, way, value, slope
