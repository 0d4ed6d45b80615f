"""Problems as plain numbers for workers that know nothing of backglow: `benchmarks.workloads`, recorded."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from .workloads import WORKLOADS

__all__ = ["write"]

NAMES = ["add", "mul", "relu", "tanh", "exp", "log"]
SIZES = (2, 16, 16, 1)


class Recorder:
    """An engine that computes nothing and notes what is asked of it.

    Attributes:
        leaves: What each leaf holds; leaves are negative in `rows` until all are known.
        rows: Gate, first and second operand of each gate.
        parameters: The leaves that are parameters, in the order of `MLP.parameters()`.
        constants: Numbers that were operands, in order.
    """

    def __init__(self) -> None:
        self.leaves: list[float] = []
        self.rows: list[tuple[int, int, int]] = []
        self.parameters: list[Any] = []
        self.constants: list[float] = []
        self.engine = SimpleNamespace(Value=self.value, MLP=self.network)

    def value(self, data: float) -> Node:
        self.leaves.append(data)
        return Node(self, -len(self.leaves))

    def gate(self, name: str, a: Node, b: Node | float) -> Node:
        if not isinstance(b, Node):
            self.constants.append(b)
            b = self.value(b)
        self.rows.append((NAMES.index(name), a.index, b.index))
        return Node(self, len(self.rows) - 1)

    def network(self, inputs: int, outputs: list[int]) -> Any:
        """micrograd's MLP: the same weights from the same random numbers, the same gates in the same order."""
        sizes = [inputs, *outputs]
        layers = []
        for i, width in enumerate(outputs):
            neurons = []
            for _ in range(width):
                weights = [self.value(random.uniform(-1, 1)) for _ in range(sizes[i])]
                bias = self.value(0.0)
                neurons.append((weights, bias))
                self.parameters += [*weights, bias]
            layers.append(neurons)

        def call(x: list[Node]) -> Any:
            for i, neurons in enumerate(layers):
                sums = []
                for weights, bias in neurons:
                    total = bias
                    for w, value in zip(weights, x, strict=True):
                        total = total + w * value
                    sums.append(total if i == len(layers) - 1 else total.relu())
                x = sums
            return x[0] if len(x) == 1 else x

        call.parameters = lambda: self.parameters  # type: ignore[attr-defined]
        return call

    def arrays(self, result: Node, wanted: list[Node], train: bool) -> dict[str, Any]:
        """The fields of a `peers.problem.Tape`."""
        assert result.index == len(self.rows) - 1
        table = np.array(self.rows, np.int64)
        a, b = (np.where(column < 0, -1 - column, column + len(self.leaves)) for column in (table[:, 1], table[:, 2]))
        return {
            "leaves": np.array(self.leaves, np.float64), "gates": table[:, 0].astype(np.uint8),
            "a": a.astype(np.uint32), "b": b.astype(np.uint32),
            "wanted": np.array([-1 - node.index for node in wanted], np.uint32), "train": np.array(train),
            "names": np.array(NAMES),
        }  # fmt: skip


class Node:
    """A node of a `Recorder`."""

    __slots__ = ("index", "recorder")

    def __init__(self, recorder: Recorder, index: int) -> None:
        self.recorder, self.index = recorder, index

    def __add__(self, other: Node | float) -> Node:
        return self.recorder.gate("add", self, other)

    def __mul__(self, other: Node | float) -> Node:
        return self.recorder.gate("mul", self, other)

    __radd__, __rmul__ = __add__, __mul__

    def __getattr__(self, name: str) -> Any:
        if name not in NAMES:
            raise AttributeError(name)
        return lambda: self.recorder.gate(name, self, self)


def write(folder: Path) -> None:
    """Write every workload as `peers.problem` reads it."""
    for name, make in WORKLOADS.items():
        recorder = Recorder()
        build = make(recorder.engine)
        known = len(recorder.leaves)
        result, _ = build()
        if name == "moons":
            wanted = by_layer(recorder.parameters)
            (folder / "moons.json").write_text(json.dumps(_moons(recorder, known, wanted)), encoding="utf-8")
        else:
            # Leaves that were values, not numbers that happened to be operands.
            wanted = [Node(recorder, -1 - i) for i in range(len(recorder.leaves) - len(recorder.constants))]
        np.savez(folder / f"{name}.npz", **recorder.arrays(result, wanted, train=name == "moons"))


def by_layer(parameters: list[Any]) -> list[Any]:
    """Parameters in the order of `MLP.parameters()` (each neuron's weights, then its bias), as workers answer."""
    found, start = [], 0
    for inputs, width in pairwise(SIZES):
        rows = [parameters[start + j * (inputs + 1) : start + (j + 1) * (inputs + 1)] for j in range(width)]
        found += [w for row in rows for w in row[:-1]] + [row[-1] for row in rows]
        start += width * (inputs + 1)
    return found


def _moons(recorder: Recorder, known: int, wanted: list[Node]) -> dict[str, Any]:
    """The data, read off the recording: coordinates are the leaves made on the way, labels what scores meet first."""
    count = 100
    points = np.reshape(recorder.leaves[known : known + 2 * count], (count, 2))
    labels = -np.array(recorder.constants[: 2 * count : 2])
    if set(labels.tolist()) != {1.0, -1.0}:
        raise ValueError("the moons workload is no longer recorded as expected: labels are not what scores meet first")
    flat = np.array([recorder.leaves[-1 - node.index] for node in wanted])
    weights, biases, start = [], [], 0
    for inputs, width in pairwise(SIZES):
        weights.append(flat[start : start + inputs * width].reshape(width, inputs).tolist())
        start += inputs * width
        biases.append(flat[start : start + width].tolist())
        start += width
    return {"points": points.tolist(), "labels": labels.tolist(), "weights": weights, "biases": biases}
