"""The perceptron: a weighted sum of real inputs against a threshold, and what that looks like in space."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import OperandError, ShapeError

from ..errors import DataError
from .perceptron_learning import Correction, learn
from .rows import labelled_rows, real_numbers

__all__ = ["Perceptron"]


class Perceptron:
    """1 if w0 + w·x ≥ 0, else 0; on the boundary itself 1.

    The threshold is folded into the bias: w·x ≥ θ is w0 + w·x ≥ 0 with w0 = −θ, as if there were an input x0 = 1.
    Source: Rosenblatt, 1958.

    Args:
        w0: The bias, −θ.
        w: A weight for each input; none before `fit`.

    Attributes:
        converged: Whether the last `fit` ended with a pass without a correction; None before.
        passes: How many passes over the data it made, the clean one included.
        history: Its `Correction`s, in order.

    >>> unit = Perceptron(-1.5, (1.0, 1.0))  # AND
    >>> unit([[0, 0], [1, 0], [0, 1], [1, 1]]).tolist(), unit.theta
    ([0, 0, 0, 1], 1.5)
    """

    def __init__(self, w0: float = 0.0, w: ArrayLike = ()) -> None:
        self.w0 = float(w0)
        self.w = np.array(w, dtype=np.float64)
        if self.w.ndim != 1 or not np.isfinite([self.w0, *self.w]).all():
            raise OperandError(f"Perceptron: w must be a row of finite numbers and w0 one, not {w!r:.60} and {w0!r}")
        self.converged: bool | None = None
        self.passes = 0
        self.history: list[Correction] = []

    @classmethod
    def from_threshold(cls, theta: float, w: ArrayLike) -> Self:
        """The perceptron that fires where w·x ≥ theta."""
        return cls(0.0 - theta, w)

    @property
    def theta(self) -> float:
        """The threshold, −w0."""
        return 0.0 - self.w0

    @property
    def weights(self) -> NDArray[np.float64]:
        """(w0, w1, ..., wn), shape (n + 1,)."""
        return np.concatenate([[self.w0], self.w])

    def net(self, x: ArrayLike) -> Any:
        """w0 + w·x, before the threshold.

        Args:
            x: Shape (..., n).

        Returns:
            Shape (...).

        Raises:
            ShapeError: there are not as many inputs as weights.
        """
        rows = real_numbers(x, "Perceptron")
        if not rows.ndim or rows.shape[-1] != len(self.w):
            raise ShapeError(f"{self!r} takes rows of {len(self.w)} inputs, not an array of shape {rows.shape}")
        return rows @ self.w + self.w0

    def __call__(self, x: ArrayLike) -> Any:
        """0 or 1: an int for one row of inputs, an array for several."""
        fires = np.asarray(self.net(x) >= 0).astype(np.int64)
        return int(fires) if not fires.ndim else fires

    def angle(self, x: ArrayLike) -> Any:
        """The angle between (w0, w) and (1, x): below a right angle exactly where w0 + w·x > 0.

        Args:
            x: Shape (..., n).

        Returns:
            Radians from 0 to π, shape (...).

        Raises:
            ShapeError: there are not as many inputs as weights.
            DataError: all weights are 0, so there is no direction.

        >>> float(np.degrees(Perceptron(0.0, (1.0, 0.0)).angle([0.0, 5.0])))
        90.0
        """
        length = np.linalg.norm(self.weights)
        if not length:
            raise DataError(f"angle: all weights of {self!r} are 0, so they point nowhere; fit it or set them first")
        rows = real_numbers(x, "Perceptron")
        cosine = self.net(rows) / (length * np.sqrt(1 + (rows**2).sum(axis=-1)))
        return np.arccos(np.clip(cosine, -1, 1))

    def distance(self, x: ArrayLike) -> Any:
        """How far points are from the boundary, above 0 on the side where it fires: (w0 + w·x)/‖w‖.

        >>> float(Perceptron(-5.0, (3.0, 4.0)).distance([3.0, 4.0]))
        4.0
        """
        length = np.linalg.norm(self.w)
        if not length:
            raise DataError(f"distance: the weights of {self!r} are 0, so it has no boundary")
        return self.net(x) / length

    def fit(
        self, inputs: ArrayLike, targets: ArrayLike, algorithm: str = "pla", *, order: str = "cyclic",
        init: str = "zeros", max_iter: int = 1000, rng: np.random.Generator | int | None = None,
    ) -> Self:  # fmt: skip
        """Learn to tell rows of class 1 from rows of class 0.

        Both algorithms go over the rows again and again until a whole pass needs no correction, which on separable
        data comes after finitely many. They treat the bias as the weight of an input that is always 1.

        Args:
            inputs: Shape (m, n).
            targets: m classes, 0 and 1.
            algorithm: "pla": add a row of class 1 that gets w·x < 0, subtract one of class 0 that gets w·x ≥ 0.
                "negated": turn the rows of class 0 around, p = −x, and add every row with w·p ≤ 0. (With "<" instead
                of "≤" all weights 0 would count as solved.)
            order: "cyclic": as they are given. "random": another order in every pass.
            init: "zeros", "random" (standard normal) or "current" (go on from the present weights).
            max_iter: After how many passes to give up; data that no line separates never ends.
            rng: For "random"; a new unseeded generator by default.

        Returns:
            Itself, with `converged`, `passes` and `history` filled in.

        Raises:
            DataError: there are no rows, other classes than 0 and 1, numbers that are not finite, or as many targets
                as rows are missing.
            OperandError: an option is unknown.

        Source: Rosenblatt, 1962.

        >>> X = [[0, 0], [1, 0], [0, 1], [1, 1]]
        >>> unit = Perceptron().fit(X, [0, 0, 0, 1])
        >>> unit.weights.tolist(), len(unit.history), unit.passes
        ([-3.0, 1.0, 2.0], 11, 6)
        >>> Perceptron().fit(X, [0, 1, 1, 0]).converged
        False
        """
        rng = np.random.default_rng(rng)
        rows, classes = labelled_rows(inputs, targets, "Perceptron.fit")
        size = rows.shape[1] + 1
        if init not in ("zeros", "random", "current"):
            raise OperandError(f'Perceptron.fit: init is "zeros", "random" or "current", not {init!r}')
        start = self.weights if init == "current" else rng.standard_normal(size) if init == "random" else np.zeros(size)
        if len(start) != size:
            raise ShapeError(f"Perceptron.fit: {self!r} cannot go on with rows of {size - 1} inputs")
        course = learn(rows, classes, start, algorithm, order, max_iter, rng)
        self.w0, self.w = float(course.weights[0]), course.weights[1:]
        self.converged, self.passes, self.history = course.converged, course.passes, course.corrections
        return self

    def __repr__(self) -> str:
        return f"Perceptron(w0={self.w0:g}, w=({', '.join(f'{w:g}' for w in self.w[:8])}{', ...' * (len(self.w) > 8)}))"
