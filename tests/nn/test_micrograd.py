"""Programs written for micrograd run unchanged and compute the same numbers."""

from __future__ import annotations

import importlib
import random
from typing import Any

import pytest

import autograd
import nn

pytestmark = pytest.mark.needs("micrograd")

SIZES = (2, [16, 16, 1])


def moons(count: int = 20) -> tuple[list[list[float]], list[int]]:
    """Two noisy half circles, each reaching into the other."""
    import math

    rng = random.Random(7)
    points, labels = [], []
    for i in range(count):
        angle, label = math.pi * rng.random(), 1 if i % 2 else -1
        x, y = math.cos(angle), math.sin(angle)
        centre = (x, y) if label == 1 else (1 - x, 0.5 - y)
        points.append([c + rng.gauss(0, 0.1) for c in centre])
        labels.append(label)
    return points, labels


def both() -> tuple[tuple[type, Any], tuple[Any, Any]]:
    """Each library's Value, with a network made from the same random numbers."""
    engine, networks = importlib.import_module("micrograd.engine"), importlib.import_module("micrograd.nn")
    made = []
    for value, mlp in ((autograd.Value, nn.MLP), (engine.Value, networks.MLP)):
        random.seed(1337)
        made.append((value, mlp(*SIZES)))
    return made[0], made[1]


def train(value: Any, model: Any, steps: int) -> list[float]:
    """The training loop of micrograd's demo, word for word but for the data: losses after every step."""
    points, labels = moons()
    losses_seen = []
    for k in range(steps):
        inputs = [list(map(value, point)) for point in points]
        scores = list(map(model, inputs))
        losses = [(1 + -label * score).relu() for label, score in zip(labels, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        alpha = 1e-4
        reg_loss = alpha * sum(p * p for p in model.parameters())
        total_loss = data_loss + reg_loss
        model.zero_grad()
        total_loss.backward()
        learning_rate = 1.0 - 0.9 * k / 100
        for p in model.parameters():
            p.data -= learning_rate * p.grad
        losses_seen.append(total_loss.data)
    return losses_seen


def test_the_same_seed_gives_the_same_network() -> None:
    (_, ours), (_, theirs) = both()
    assert [p.data for p in ours.parameters()] == [p.data for p in theirs.parameters()]
    assert repr(ours) == repr(theirs)
    assert [repr(layer) for layer in ours.layers] == [repr(layer) for layer in theirs.layers]


def test_training_goes_the_same_way_number_for_number() -> None:
    (value, ours), (their_value, theirs) = both()
    losses, expected = train(value, ours, 5), train(their_value, theirs, 5)
    assert losses == pytest.approx(expected, rel=1e-12)
    assert losses[-1] < losses[0]
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert p.data == pytest.approx(q.data, rel=1e-12, abs=1e-14)
        assert p.grad == pytest.approx(q.grad, rel=1e-11, abs=1e-14)


def test_the_first_pass_is_the_same_to_the_last_bit() -> None:
    (value, ours), (their_value, theirs) = both()
    assert train(value, ours, 1) == train(their_value, theirs, 1)
