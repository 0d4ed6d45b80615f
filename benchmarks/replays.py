"""backglow's replay as a contender of `benchmarks.replay` and `benchmarks.demo`: the graph is recorded once."""

from __future__ import annotations

import importlib.util
import random
from types import SimpleNamespace
from typing import Any

import numpy as np

from .peers.problem import DECAY, Contender, Unable, read_moons
from .problems import by_layer
from .workloads import WORKLOADS

__all__ = ["REPLAYS", "find", "make"]

REPLAYS: dict[str, dict[str, Any]] = {
    "backglow replay, gates not fused": {"structure": "gates"},
    "backglow replay, gates not fused float32": {"structure": "gates", "dtype": "float32"},
    "backglow replay, weighted sums fused": {"structure": "sums"},
    "backglow replay, weighted sums fused float32": {"structure": "sums", "dtype": "float32"},
    "backglow replay, lanes": {"structure": "lanes"},
    "backglow replay, lanes float32": {"structure": "lanes", "dtype": "float32"},
    "backglow replay, batched sample": {"sample": True},
    "backglow replay, numpy only": {"backend": "numpy"},
    "backglow replay": {"backend": None},
}
"""Which there are: what `autograd.replay` is told besides the function, which with `sample` is of one sample."""


def find(name: str) -> None:
    """Raises ImportError where the contender is not installed: most need numba (extra `fast`)."""
    if REPLAYS[name].get("backend", "numba") == "numba" and importlib.util.find_spec("numba") is None:
        raise ImportError("No module named 'numba'")


def make(workload: str, name: str, folder: str) -> Contender:
    """One of `REPLAYS`."""
    options = {"backend": "numba", **REPLAYS[name]}
    sample = options.pop("sample", False)
    if workload == "moons":
        return _moons(folder, options, sample)
    if sample:
        raise Unable
    return _graph(workload, options)


def _moons(folder: str, options: dict[str, Any], sample: bool) -> Contender:
    """Points, labels and parameters are data of the replay; the network is `nn.MLP` of Values."""
    import autograd
    import nn

    problem = read_moons(folder)
    random.seed(1337)
    model = nn.MLP(2, [16, 16, 1])

    def penalty() -> Any:
        return DECAY * sum(p * p for p in model.parameters())

    def loss(points: Any, labels: Any) -> Any:
        scores = [model(point) for point in points]
        losses = [(1 + -label * score).relu() for label, score in zip(labels, scores, strict=True)]
        return sum(losses) * (1.0 / len(losses)) + penalty()

    def sample_loss(point: Any, label: Any) -> Any:
        return (1 + -label * model(point)).relu() + penalty()

    data = np.array(problem.points), np.array(problem.labels)
    if sample:
        replay = autograd.replay(sample_loss, **options).batched(*data, threads=1)
        replay()
    else:
        replay = autograd.replay(loss, **options)
        replay(*data)
    weights, gradients = replay.weights, replay.gradients
    place = {id(p): i for i, p in enumerate(replay.parameters)}
    order = [place[id(p)] for p in by_layer(model.parameters())]

    def step(rate: float) -> float:
        value = replay.run()
        np.subtract(weights, rate * gradients, out=weights)
        return float(value)

    step.timings = getattr(replay, "timings", {})  # type: ignore[attr-defined]
    return step, lambda: weights[order]


def _graph(workload: str, options: dict[str, Any]) -> Contender:
    import autograd

    leaves: list[Any] = []

    def value(data: float) -> Any:
        leaves.append(autograd.Value(data))
        return leaves[-1]

    result, _ = WORKLOADS[workload](SimpleNamespace(Value=value))()
    recorded = autograd.Replay.from_graph(result, parameters=leaves, **options)
    place = {id(p): i for i, p in enumerate(recorded.parameters)}
    order = [place[id(leaf)] for leaf in leaves]
    return lambda _rate: recorded.run(), lambda: recorded.gradients[order]
