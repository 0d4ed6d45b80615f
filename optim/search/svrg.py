"""SVRG: stochastic gradients whose noise dies away by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..blocks import Array
from ..checks import positive
from ..errors import OptimizerError
from ..optimizer import Optimizer
from ..second_order.flat import get_vector, set_vector, slope_of

__all__ = ["SVRG"]


class SVRG(Optimizer):
    """parameter −= lr · (∇ℓᵢ(w) − ∇ℓᵢ(w̃) + ∇L(w̃)): one sample's gradient, corrected by what is known at a snapshot w̃.

    The correction's mean is right and its variance goes to 0 as w and w̃ reach the minimum, so a constant rate
    converges linearly where plain stochastic gradients keep jumping. Source: Johnson and Zhang, 2013.

    Args:
        parameters: The leaves to change.
        loss: From a sample to its loss, one number.
        samples: All samples; the whole loss is the mean of theirs.
        lr: Learning rate; below 1/(largest curvature of a sample's loss).
        inner: Steps per snapshot; twice the number of samples by default.
        rng: Where the order comes from, a generator or a seed.

    Raises:
        OptimizerError: a setting or a parameter is unusable, or there are no samples.

    >>> from autograd import Value
    >>> w = Value(0.0)
    >>> solver = SVRG([w], lambda sample: (w - sample) ** 2, [1.0, 2.0, 6.0], lr=0.1, rng=0)
    >>> for _ in range(20):
    ...     loss = solver.epoch()
    >>> round(w.data, 9)
    3.0
    """

    def __init__(
        self, parameters: Iterable[Any], loss: Callable[[Any], Any], samples: Sequence[Any], lr: float = 0.01,
        inner: int | None = None, *, rng: np.random.Generator | int | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parameters, {"lr": lr})
        self.loss, self.samples = loss, list(samples)
        if not self.samples:
            raise OptimizerError("SVRG was given no samples")
        if inner is not None and (not isinstance(inner, (int, np.integer)) or inner < 1):
            raise OptimizerError(f"SVRG: inner is a positive whole number, not {inner!r}")
        self.inner, self.rng = inner or 2 * len(self.samples), np.random.default_rng(rng)

    def check(self, group: Any) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""
        positive("SVRG", "lr", group["lr"], zero=True)

    def epoch(self) -> float:
        """Take a snapshot, then the steps that belong to it; return the whole loss at the snapshot."""
        parameters, lr = self.parameters, self.lr
        there = get_vector(parameters)
        slopes = [self._slope(sample) for sample in self.samples]
        known = np.array([gradient for _, gradient in slopes])
        mean = known.mean(axis=0)
        w = there.copy()
        for i in self.rng.integers(0, len(self.samples), size=self.inner):
            set_vector(parameters, w)
            w -= lr * (self._slope(self.samples[i])[1] - known[i] + mean)
        set_vector(parameters, w)
        return float(np.mean([value for value, _ in slopes]))

    def step(self, closure: Callable[[], Any] | None = None) -> float:  # noqa: ARG002 - it knows its loss
        """The same as `epoch`."""
        return self.epoch()

    def _slope(self, sample: Any) -> tuple[float, Array]:
        slope = slope_of("SVRG", self.parameters, lambda: self.loss(sample), curvature=False)
        return slope.value, slope.gradient
