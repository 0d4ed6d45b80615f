"""What is timed: graphs built in the same way with any engine that has a scalar Value."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

__all__ = ["EAGER", "WORKLOADS", "Workload"]

Workload = Callable[[], tuple[Any, int]]
"""Builds a graph with fresh nodes and returns its result and the number of gate nodes in it."""


def chain(engine: Any) -> Workload:
    """10,000 alternating multiplications and additions, one after another."""

    def build() -> tuple[Any, int]:
        value, factor, term = engine.Value(1.0), engine.Value(1.0000001), engine.Value(1e-7)
        for _ in range(5000):
            value = value * factor
            value = value + term
        return value, 10_000

    return build


def dag(engine: Any) -> Workload:
    """50,249 gates over + tanh exp × log relu in layers of 750, every one of which reaches the result."""
    width, depth = 750, 66
    rng = random.Random(1)
    partners = [[rng.randrange(width) for _ in range(width)] for _ in range(depth)]
    start = [rng.uniform(0.5, 1.5) for _ in range(width)]

    def build() -> tuple[Any, int]:
        layer = [engine.Value(x) for x in start]
        for row, others in enumerate(partners):
            # In this order no gate leaves its domain or overflows, however deep the graph.
            layer = [_LAYERS[row % 6](value, layer[other]) for value, other in zip(layer, others, strict=True)]
        total = layer[0]
        for value in layer[1:]:
            total = total + value
        return total, width * depth + width - 1

    return build


_LAYERS: tuple[Callable[[Any, Any], Any], ...] = (
    lambda a, b: a + b,
    lambda a, _: a.tanh(),
    lambda a, _: a.exp(),
    lambda a, b: a * b,
    lambda a, _: a.log(),
    lambda a, _: a.relu(),
)


def moons(engine: Any) -> Workload:
    """One pass of micrograd's demo: MLP(2, [16, 16, 1]) on 100 points, hinge loss and L2 term."""
    rng = random.Random(1337)
    points = []
    for i in range(100):
        angle, upper = math.pi * (i // 2) / 49, i % 2 == 0
        x = math.cos(angle) if upper else 1 - math.cos(angle)
        y = math.sin(angle) if upper else 0.5 - math.sin(angle)
        points.append(([x + rng.gauss(0, 0.1), y + rng.gauss(0, 0.1)], 1 if upper else -1))
    random.seed(1337)
    model = engine.MLP(2, [16, 16, 1])

    def build() -> tuple[Any, int]:
        scores = [model([engine.Value(x) for x in point]) for point, _ in points]
        losses = [(1 + -label * score).relu() for (_, label), score in zip(points, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        penalty = 1e-4 * sum(p * p for p in model.parameters())
        return data_loss + penalty, 65_000

    return build


def neurons(engine: Any) -> Workload:
    """As `moons`, with a node per weighted sum where the engine can; the nodes counted are those of `moons`."""
    return moons(SimpleNamespace(Value=engine.Value, MLP=getattr(engine, "FusedMLP", engine.MLP)))


WORKLOADS: dict[str, Callable[[Any], Workload]] = {"chain": chain, "dag": dag, "moons": moons}
EAGER: dict[str, Callable[[Any], Workload]] = {**WORKLOADS, "neurons": neurons}
