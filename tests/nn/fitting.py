"""What the tests of fit share: data, networks, and the same training written out on Values."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from autograd import Value, exp, log
from nn import MLP
from nn.data import moons

BACKENDS = [pytest.param("numba", marks=pytest.mark.needs("numba")), "numpy"]

POINTS, LABELS = moons(22, noise=0.1, rng=1)
SIGNS = 2.0 * LABELS - 1


def network(*sizes: int, seed: int = 7, **options: Any) -> MLP:
    return MLP(2, sizes or (6, 5, 1), rng=random.Random(seed), **options)


def numbers(model: MLP) -> list[float]:
    return [p.data for p in model.parameters()]


def hinge(score: Any, target: float) -> Any:
    return (1 - target * score).relu()


def squares(score: Any, target: float) -> Any:
    return (score - target) * (score - target)


def log_loss(score: Any, target: float) -> Any:
    return -(target * log(score.sigmoid()) + (1 - target) * log(1 - score.sigmoid()))


def cross_entropy(scores: Any, target: float) -> Any:
    return -log(exp(scores[int(target)]) / sum(exp(score) for score in scores))


def train_on_values(
    model: MLP, x: Any, y: Any, loss: Callable[[Any, float], Any], *, epochs: int, lr: Callable[[int], float] | float,
    alpha: float = 0.0, momentum: float = 0.0, batches: Callable[[], Sequence[Any]] | None = None,
) -> list[float]:  # fmt: skip
    """micrograd's loop. Returns the mean of the losses before the updates of each epoch, weighted by samples."""
    parameters = model.parameters()
    velocity: dict[Value, float] = {}
    losses = []
    for epoch in range(epochs):
        rate = lr(epoch) if callable(lr) else lr
        seen = []
        for chosen in [range(len(x))] if batches is None else batches():
            terms = [loss(model(x[i].tolist()), float(y[i])) for i in chosen]
            total = sum(terms) * (1 / len(terms)) + alpha * sum(p * p for p in parameters)
            model.zero_grad()
            total.backward()
            for p in parameters:
                assert p.grad is not None
                velocity[p] = momentum * velocity[p] + p.grad if p in velocity else p.grad
                p.data -= rate * velocity[p]
            seen.append((len(terms), total.data))
        losses.append(sum(n * value for n, value in seen) / sum(n for n, _ in seen))
    return losses


def batches_of(size: int, count: int, seed: int) -> Callable[[], Sequence[Any]]:
    """The batches that a shuffle with a generator of this seed gives, epoch after epoch."""
    rng = np.random.default_rng(seed)

    def epoch() -> Sequence[Any]:
        order = rng.permutation(count)
        return [order[i : i + size] for i in range(0, count, size)]

    return epoch
