"""What the workers read: the moons problem as plain numbers, graphs as arrays."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["DECAY", "Contender", "Moons", "Tape", "Unable", "read_moons", "read_tape"]

DECAY = 1e-4
"""What the sum of squared parameters is multiplied by in the loss."""

Contender = tuple[Callable[[float], Any], Callable[[], Any]]
"""A step and what it leads to.

The step takes a rate, goes forward and backward, updates where the problem has parameters, and returns the loss. The
other function returns the parameters afterwards, layer by layer, weights (a row per neuron) before biases; or, where
nothing is trained, the gradients of the leaves. The step may have an attribute `timings`, the seconds of what came
before it, by name.
"""


class Unable(Exception):  # noqa: N818 - not a mistake
    """A contender does not do this workload."""


class Moons(NamedTuple):
    """Points with labels 1 or -1, and the starting weights: a row per neuron."""

    points: list[list[float]]
    labels: list[float]
    weights: list[list[list[float]]]
    biases: list[list[float]]


class Tape(NamedTuple):
    """A scalar graph in the order of its creation: leaves first; gate i computes node len(leaves) + i.

    Attributes:
        leaves: Their values, float64.
        gates: Indices into `names`, uint8.
        a: First operand of each gate, uint32.
        b: Second operand; the first again where there is none.
        wanted: Leaves whose gradients are asked for (or, if `train`, that are trained), uint32.
        train: Whether wanted leaves are updated.
        names: The gates' names.
    """

    leaves: Any
    gates: Any
    a: Any
    b: Any
    wanted: Any
    train: bool
    names: list[str]


def read_moons(folder: str) -> Moons:
    """The problem `benchmarks.problems` wrote there."""
    return Moons(**json.loads((Path(folder) / "moons.json").read_text(encoding="utf-8")))


def read_tape(folder: str, workload: str) -> Tape:
    """The graph `benchmarks.problems` wrote there."""
    import numpy as np

    with np.load(Path(folder) / f"{workload}.npz") as found:
        arrays = {name: found[name] for name in found.files}
    return Tape(**{**arrays, "train": bool(arrays["train"]), "names": [str(name) for name in arrays["names"]]})
