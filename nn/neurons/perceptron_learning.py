"""The two perceptron learning algorithms, and the bound on how long they take."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import OperandError, ShapeError

from ..errors import DataError
from .rows import labelled_rows, turned

__all__ = ["Correction", "Course", "learn", "perceptron_bound"]

Weights = NDArray[np.float64]


class Correction(NamedTuple):
    """One change of the weights."""

    row: int
    """Which row of the data was wrong."""
    weights: Weights
    """(w0, w1, ..., wn) after the change."""


class Course(NamedTuple):
    """How learning went."""

    weights: Weights
    corrections: list[Correction]
    passes: int
    converged: bool


def learn(
    rows: NDArray[np.float64], classes: NDArray[np.int64], start: Weights, algorithm: str, order: str, max_iter: int,
    rng: np.random.Generator,
) -> Course:  # fmt: skip
    """Pass over the rows until none needs a correction, or `max_iter` times; see `Perceptron.fit`."""
    if algorithm not in ("pla", "negated"):
        raise OperandError(f'Perceptron.fit: algorithm is "pla" or "negated", not {algorithm!r}')
    if order not in ("cyclic", "random"):
        raise OperandError(f'Perceptron.fit: order is "cyclic" or "random", not {order!r}')
    if not isinstance(max_iter, (int, np.integer)) or max_iter < 1:
        raise OperandError(f"Perceptron.fit: max_iter must be a positive whole number, not {max_iter!r}")
    points = turned(rows, classes)
    # A row on the boundary is right only for class 1, which fires there; "negated" wants all strictly on their side.
    strict = (classes == 0) | (algorithm == "negated")
    weights, corrections = start.copy(), list[Correction]()
    for passes in range(1, max_iter + 1):
        before = len(corrections)
        for i in range(len(points)) if order == "cyclic" else rng.permutation(len(points)):
            side = points[i] @ weights
            if side < 0 or (strict[i] and side == 0):
                weights = weights + points[i]
                corrections.append(Correction(int(i), weights))
        if len(corrections) == before:
            return Course(weights, corrections, passes, True)
    return Course(weights, corrections, max_iter, False)


def perceptron_bound(
    inputs: ArrayLike, targets: ArrayLike, w_star: ArrayLike, *, start: ArrayLike | None = None,
    normalize: bool = False,
) -> float:  # fmt: skip
    """At most how many corrections the perceptron algorithm makes on data that w_star separates.

    With p = ±(1, x), R = max‖p‖ and the margin δ = min w*·p/‖w*‖: from weights 0 at most R²/δ². From other weights w,
    the largest k with w*·w + kδ ≤ √(‖w‖² + kR²). Any separating w* gives a bound; the one with the largest margin the
    least. Source: Novikoff, 1962.

    Args:
        inputs: Shape (m, n).
        targets: m classes, 0 and 1.
        w_star: (w0, w1, ..., wn) of any length above 0, right and off the boundary for every row.
        start: The weights that learning starts from, shape (n + 1,); zeros where None.
        normalize: Scale every p to length 1 first, for learning on inputs that were scaled so (R = 1).

    Returns:
        The bound, not rounded.

    Raises:
        DataError: w_star does not separate the classes, or the data is unusable as in `Perceptron.fit`.
        ShapeError: w_star or start has another size.

    >>> X = [[0, 0], [1, 0], [0, 1], [1, 1]]
    >>> round(perceptron_bound(X, [0, 0, 0, 1], [-3, 2, 2]), 6)
    51.0
    """
    points = turned(*labelled_rows(inputs, targets, "perceptron_bound"))
    if normalize:
        points /= np.linalg.norm(points, axis=1, keepdims=True)
    target = np.asarray(w_star, dtype=np.float64)
    initial = np.zeros(points.shape[1]) if start is None else np.asarray(start, dtype=np.float64)
    for what, vector in (("w_star", target), ("start", initial)):
        if vector.shape != points.shape[1:]:
            raise ShapeError(
                f"perceptron_bound: {what} has shape {vector.shape}, but a bias and {points.shape[1] - 1} weights are "
                f"{points.shape[1]} numbers"
            )
    length = float(np.linalg.norm(target))
    delta = float((points @ target).min()) / length if length else 0.0
    if not delta > 0:
        raise DataError("perceptron_bound: w_star is wrong about a row or has it on the boundary; no margin, no bound")
    radius2 = float((points**2).sum(axis=1).max())
    along, size2 = float(target @ initial) / length, float(initial @ initial)
    # k²δ² + k(2aδ − R²) + a² − ‖w‖² ≤ 0 up to its larger root, unless a + kδ is still below 0 there
    linear = 2 * along * delta - radius2
    root = (-linear + np.sqrt(linear**2 - 4 * delta**2 * (along**2 - size2))) / (2 * delta**2)
    return float(root)
