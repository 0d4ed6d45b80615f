"""Eager engines of scalars as contenders of `benchmarks.replay`: the graph is built anew in every step."""

from __future__ import annotations

import gc
from types import SimpleNamespace
from typing import Any

from .engines import load
from .peers.problem import Contender, Unable
from .problems import by_layer
from .workloads import WORKLOADS

__all__ = ["SCALARS", "make"]

SCALARS: dict[str, dict[str, Any]] = {
    "micrograd": {"engine": "micrograd"},
    "micrograd, GC off": {"engine": "micrograd", "collect": False},
    "backglow eager": {"engine": "backglow"},
    "backglow eager, GC off": {"engine": "backglow", "collect": False},
    "backglow eager, a node per neuron": {"engine": "backglow", "network": {"fused": True}},
}
"""Which there are: the engine, whether the cyclic collector runs, what its MLP is given besides sizes."""


def make(workload: str, name: str) -> Contender:
    """One of `SCALARS`."""
    options = SCALARS[name]
    if workload != "moons" and "network" in options:
        raise Unable
    engine = load(options["engine"])
    made: list[Any] = []
    models: list[Any] = []

    def value(data: float) -> Any:
        made.append(engine.Value(data))
        return made[-1]

    def network(*sizes: Any) -> Any:
        models.append(engine.MLP(*sizes, **options.get("network", {})))
        return models[-1]

    build = WORKLOADS[workload](SimpleNamespace(Value=value, MLP=network))
    if not options.get("collect", True):
        gc.disable()
    parameters = by_layer(models[0].parameters()) if models else []

    def step(rate: float) -> float:
        made.clear()
        result, _ = build()
        for p in parameters:
            p.grad = 0.0
        result.backward()
        for p in parameters:
            p.data -= rate * p.grad
        return float(result.data)

    return step, lambda: [p.data for p in parameters] if parameters else [leaf.grad for leaf in made]
