"""Data to learn from that needs no network: shapes in the plane, and scikit-learn's small real sets."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, MissingExtraError

__all__ = ["circles", "digits", "iris", "moons", "spirals"]

Pair = tuple[NDArray[np.float64], NDArray[np.intp]]


def _finish(points: NDArray[Any], labels: NDArray[Any], noise: float, rng: np.random.Generator) -> Pair:
    order = rng.permutation(len(labels))
    return (points + rng.normal(scale=noise, size=points.shape) if noise else points)[order], labels[order].astype(
        np.intp
    )


def _halves(n: int, name: str) -> tuple[int, int]:
    if not isinstance(n, (int, np.integer)) or n < 2:
        raise DataError(f"{name}: needs at least 2 points, not {n!r}")
    return n // 2, n - n // 2


def moons(n: int = 100, noise: float = 0.1, rng: np.random.Generator | int | None = None) -> Pair:
    """Two interleaving half circles, labels 0 and 1.

    Args:
        n: How many points, about half of each.
        noise: Standard deviation of what is added to every coordinate.
        rng: Where it comes from, a generator or a seed.

    Returns:
        Points (n, 2) and labels (n,).

    >>> points, labels = moons(6, rng=0)
    >>> points.shape, sorted(labels.tolist())
    ((6, 2), [0, 0, 0, 1, 1, 1])
    """
    first, second = _halves(n, "moons")
    a, b = np.linspace(0, np.pi, first), np.linspace(0, np.pi, second)
    points = np.concatenate([np.c_[np.cos(a), np.sin(a)], np.c_[1 - np.cos(b), 0.5 - np.sin(b)]])
    return _finish(points, np.repeat([0, 1], [first, second]), noise, np.random.default_rng(rng))


def circles(
    n: int = 100, noise: float = 0.05, factor: float = 0.5, rng: np.random.Generator | int | None = None
) -> Pair:
    """A circle of radius 1 (label 0) around one of radius `factor` (label 1); the rest as `moons`.

    >>> points, labels = circles(6, noise=0, rng=0)
    >>> (np.hypot(*points.T).round(12) == np.where(labels == 0, 1.0, 0.5)).all()
    np.True_
    """
    outer, inner = _halves(n, "circles")
    a, b = (np.linspace(0, 2 * np.pi, k, endpoint=False) for k in (outer, inner))
    points = np.concatenate([np.c_[np.cos(a), np.sin(a)], factor * np.c_[np.cos(b), np.sin(b)]])
    return _finish(points, np.repeat([0, 1], [outer, inner]), noise, np.random.default_rng(rng))


def spirals(
    n: int = 300, arms: int = 3, noise: float = 0.05, turns: float = 0.75, rng: np.random.Generator | int | None = None
) -> Pair:
    """Spirals that start at the centre, labels 0 to arms - 1; the rest as `moons`.

    >>> points, labels = spirals(9, arms=3, rng=0)
    >>> np.bincount(labels).tolist()
    [3, 3, 3]
    """
    if n < arms or arms < 1:
        raise DataError(f"spirals: {arms!r} arms need at least as many points, not {n!r}")
    counts = [n // arms + (i < n % arms) for i in range(arms)]
    points, labels = [], []
    for arm, count in enumerate(counts):
        radius = np.linspace(0.05, 1, count)
        angle = 2 * np.pi * (arm / arms + turns * radius)
        points.append(np.c_[radius * np.cos(angle), radius * np.sin(angle)])
        labels.append(np.full(count, arm))
    return _finish(np.concatenate(points), np.concatenate(labels), noise, np.random.default_rng(rng))


def _bunch(name: str) -> Any:
    try:
        from sklearn import datasets
    except ImportError:
        raise MissingExtraError(
            f"nn.data.{name} is scikit-learn's: pip install 'backglow[sklearn]' brings it"
        ) from None
    return getattr(datasets, f"load_{name}")()


def digits() -> Pair:
    """1,797 handwritten digits of 8×8 pixels as rows of 64 numbers from 0 to 1, and which digit each is.

    Source: Alpaydin and Kaynak, 1998, as shipped with scikit-learn.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    found = _bunch("digits")
    return found.data / 16.0, found.target.astype(np.intp)


def iris() -> Pair:
    """150 flowers: four measures in cm, and which of three species. Source: Fisher, 1936, as shipped with scikit-learn.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    found = _bunch("iris")
    return found.data.astype(np.float64), found.target.astype(np.intp)
