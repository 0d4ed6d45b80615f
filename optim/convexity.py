"""Convexity tried on samples: one chord that fails is a proof against it, any number that hold are only evidence.

Source: Boyd and Vandenberghe, 2004, chapters 2 to 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import OperandError, Tensor, Value, hessian, no_grad

__all__ = ["Chord", "Convexity", "Segment", "is_concave", "is_convex", "is_convex_program", "is_convex_set_sample"]

Point = NDArray[np.float64]


@dataclass(frozen=True)
class Chord:
    """Two points between which a function rises above the straight line.

    Attributes:
        x, y: The ends.
        alpha: The share of x in the point between them, α·x + (1 - α)·y.
        value: f at that point.
        chord: α·f(x) + (1 - α)·f(y), which a convex function does not exceed.
    """

    x: Any
    y: Any
    alpha: float
    value: float
    chord: float


@dataclass(frozen=True)
class Segment:
    """Two points of a set, and one between them that is outside.

    Attributes:
        x, y: The ends, in the set.
        alpha: The share of x in the point between them.
        point: α·x + (1 - α)·y, not in the set.
    """

    x: Any
    y: Any
    alpha: float
    point: Any


@dataclass(frozen=True)
class Convexity:
    """The outcome of a trial of convexity; true where it held everywhere.

    Attributes:
        holds: Whether no violation was found.
        witness: A violation: a `Chord`, a `Segment`, or the point where a second derivative is negative.
        reason: What was found, in words.
        tried: How many chords, segments and Hessians were tried.
    """

    holds: bool
    witness: Any = None
    reason: str = ""
    tried: int = 0

    def __bool__(self) -> bool:
        return self.holds


def is_convex(
    f: Callable[[Any], Any], samples: Any, *, second_order: bool = False, chords: int = 10_000, tolerance: float = 1e-10
) -> Convexity:
    """Whether f looks convex on samples: f(αx + (1-α)y) ≤ αf(x) + (1-α)f(y) for pairs of them.

    Args:
        f: Function of one point returning one number; called with a Value for a sample that is a number, with a Tensor
            for one that is an array.
        samples: The points, two or more: a sequence of numbers, or of arrays (the rows of a matrix, say). They should
            come from a convex set: f is evaluated between them.
        second_order: Also test the second derivative at each sample: it, or the smallest eigenvalue of the Hessian,
            must not be negative. This finds what chords between the samples step over; f must be twice
            differentiable there. A kink shows in chords only.
        chords: How many chords to try at most; all pairs, each at α = ¼, ½ and ¾, if there are no more than that,
            else pairs drawn at random, the same every time.
        tolerance: How far above the chord f may be, as a share of the numbers involved: rounding.

    Returns:
        A `Convexity`: true, or false with a `Chord` (or the point where curvature is negative) as its witness. False
        is certain, true is not: no finite number of samples can prove that a function is convex.

    Raises:
        OperandError: fewer than two samples, or f does not return a number.

    A convex function has no local minima that are not global; it has a single minimum only if it is strictly convex.

    >>> bool(is_convex(lambda x: x * x, [-2.0, -1.0, 0.0, 3.0]))
    True
    >>> trial = is_convex(lambda x: x.sigmoid(), [-3.0, 0.0, 3.0])
    >>> trial.holds, trial.witness.x, trial.witness.y
    (False, -3.0, 3.0)
    """
    points = _points(samples)
    values = [_value(f, p) for p in points]
    tried = 0
    for i, j, alpha in _pairs(len(points), chords):
        tried += 1
        chord = alpha * values[i] + (1 - alpha) * values[j]
        value = _value(f, alpha * points[i] + (1 - alpha) * points[j])
        scale = max(abs(values[i]), abs(values[j]), abs(value), 1.0)
        if value - chord > tolerance * scale:
            witness = Chord(_shown(points[i]), _shown(points[j]), alpha, value, chord)
            return Convexity(False, witness, f"f is {value:g} where the chord is at {chord:g}", tried)
    if second_order:
        for p in points:
            tried += 1
            least = _least_curvature(f, p)
            if least < -tolerance:
                return Convexity(False, _shown(p), f"the curvature there is as low as {least:g}", tried)
    return Convexity(True, None, f"no violation in {tried} trials", tried)


def is_concave(f: Callable[[Any], Any], samples: Any, **options: Any) -> Convexity:
    """Whether f looks concave on samples: whether -f looks convex; see `is_convex`.

    >>> bool(is_concave(lambda x: x.log(), [0.5, 1.0, 4.0]))
    True
    """
    return is_convex(lambda point: -f(point), samples, **options)


def is_convex_set_sample(
    contains: Callable[[Any], Any], samples: Any, *, segments: int = 10_000, seed: int = 0
) -> Convexity:
    """Whether a set looks convex: whether segments between its points stay in it.

    Args:
        contains: Says of a point (a number, or a 1-D array) whether it is in the set.
        samples: Points to draw the ends of the segments from, a sequence of numbers or of arrays; those outside of the
            set are passed over.
        segments: How many segments to try, each at one point drawn at random.
        seed: Where the random numbers start; the same seed draws the same segments.

    Returns:
        A `Convexity`: true, or false with a `Segment` as its witness. As for functions, only false is certain.

    Raises:
        OperandError: fewer than two of the samples are in the set.

    >>> points = np.linspace(-2.0, 2.0, 41)
    >>> bool(is_convex_set_sample(lambda x: abs(x) <= 1, points))
    True
    >>> bool(is_convex_set_sample(lambda x: 0.5 <= abs(x) <= 1, points))
    False
    """
    points = [p for p in _points(samples) if contains(_shown(p))]
    if len(points) < 2:
        raise OperandError("is_convex_set_sample: give it at least two samples that are in the set")
    random = np.random.default_rng(seed)
    for tried in range(1, segments + 1):
        i, j = random.choice(len(points), 2, replace=False)
        alpha = float(random.uniform())
        between = alpha * points[i] + (1 - alpha) * points[j]
        if not contains(_shown(between)):
            witness = Segment(_shown(points[i]), _shown(points[j]), alpha, _shown(between))
            return Convexity(False, witness, "a point between two points of the set is outside", tried)
    return Convexity(True, None, f"no violation in {segments} segments", segments)


def is_convex_program(
    f: Callable[[Any], Any],
    samples: Any,
    inequalities: Sequence[Callable[[Any], Any]] = (),
    equalities: Sequence[Callable[[Any], Any]] = (),
    **options: Any,
) -> Convexity:
    """Whether "minimise f where every g ≤ 0 and every h = 0" looks like a convex programme on samples.

    Args:
        f: The objective, which must be convex.
        samples: Points, as for `is_convex`.
        inequalities: The functions g, each of which must be convex.
        equalities: The functions h, each of which must be affine: convex and concave.
        options: As for `is_convex`.

    Returns:
        A `Convexity`; where it is false, its reason names the part that failed. The points that such constraints allow
        form a convex set, and every local minimum is a global one.

    >>> bool(is_convex_program(lambda x: x * x, [-1.0, 0.0, 2.0], [lambda x: x - 1], [lambda x: 2 * x + 1]))
    True
    """
    parts = [("the objective is not convex", f, is_convex)]
    parts += [(f"inequality {i} is not convex", g, is_convex) for i, g in enumerate(inequalities)]
    for i, h in enumerate(equalities):
        parts += [(f"equality {i} is not affine", h, is_convex), (f"equality {i} is not affine", h, is_concave)]
    tried = 0
    for what, part, trial in parts:
        outcome = trial(part, samples, **options)
        tried += outcome.tried
        if not outcome:
            return Convexity(False, outcome.witness, f"{what}: {outcome.reason}", tried)
    return Convexity(True, None, f"no violation in {tried} trials", tried)


def _points(samples: Any) -> list[Point]:
    points = [np.asarray(getattr(p, "data", p) if isinstance(p, (Value, Tensor)) else p, float) for p in samples]
    if len(points) < 2:
        raise OperandError(f"convexity shows between points: give it two samples or more, not {len(points)}")
    return points


def _shown(point: Point) -> Any:
    """A point as its owner knows it: a float, or an array."""
    return float(point) if point.ndim == 0 else point


def _value(f: Callable[[Any], Any], point: Point) -> float:
    with no_grad():
        result = f(Value(float(point)) if point.ndim == 0 else Tensor(point))
    try:
        return float(result)
    except (TypeError, ValueError):
        raise OperandError(f"is_convex: f must return one number, not a {type(result).__name__}") from None


def _least_curvature(f: Callable[[Any], Any], point: Point) -> float:
    curvature = hessian(f, _shown(point))
    return float(np.linalg.eigvalsh(np.reshape(curvature, (point.size, point.size))).min())


def _pairs(count: int, chords: int) -> Iterator[tuple[int, int, float]]:
    """Which points to join, and where to look between them."""
    shares = (0.25, 0.5, 0.75)
    if count * (count - 1) // 2 * len(shares) <= chords:
        for i in range(count):
            for j in range(i + 1, count):
                for alpha in shares:
                    yield i, j, alpha
        return
    random = np.random.default_rng(0)
    for _ in range(chords):
        i, j = random.choice(count, 2, replace=False)
        yield int(i), int(j), float(random.uniform())
