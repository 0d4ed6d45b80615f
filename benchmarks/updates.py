"""The updates that `benchmarks.optim` times: the same parameters and gradients for every contender, each in its idiom.

Only `step()` is timed: gradients are there already and stay what they are, and nothing is computed forward or back.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["CONTENDERS", "RULES", "WORKLOADS", "make"]

Array = NDArray[Any]
Made = tuple[Callable[[], Any], Callable[[], list[Array]]]

RULES: dict[str, tuple[str, dict[str, Any]]] = {
    "SGD": ("SGD", {"lr": 0.01}),
    "SGD momentum": ("SGD", {"lr": 0.01, "momentum": 0.9}),
    "Adam": ("Adam", {"lr": 0.001}),
}


class Workload(NamedTuple):
    """Shapes of the parameters, their dtype, and whether they are scalars of their own."""

    shapes: list[tuple[int, ...]]
    dtype: str = "float32"
    scalars: bool = False


def _layers(*sizes: int) -> list[tuple[int, ...]]:
    shapes: list[tuple[int, ...]] = []
    for inputs, outputs in pairwise(sizes):
        shapes += [(outputs, inputs), (outputs,)]
    return shapes


WORKLOADS = {
    "6 small tensors (337)": Workload(_layers(2, 16, 16, 1)),
    "100 small tensors": Workload([(16, 16), (16,)] * 50),
    "784-128-64-10": Workload(_layers(784, 128, 64, 10)),
    "784-128-64-10 float64": Workload(_layers(784, 128, 64, 10), "float64"),
    "one tensor of 1,000,000": Workload([(1000, 1000)]),
    "337 scalars": Workload([()] * 337, "float64", scalars=True),
}


def _numbers(work: Workload) -> tuple[list[Array], list[Array]]:
    source = np.random.default_rng(7)
    start = [np.asarray(source.normal(size=shape), work.dtype) for shape in work.shapes]
    return start, [np.asarray(source.normal(size=shape), work.dtype) for shape in work.shapes]


def _ours(fused: bool) -> Callable[[Workload, str], Made]:
    def make_one(work: Workload, rule: str) -> Made:
        import optim
        from autograd import Tensor, Value

        start, slopes = _numbers(work)
        leaves: list[Any] = [Value(float(x)) if work.scalars else Tensor(x, requires_grad=True) for x in start]
        for leaf, slope in zip(leaves, slopes, strict=True):
            leaf.grad = float(slope) if work.scalars else slope
        name, options = RULES[rule]
        optimizer = getattr(optim, name)(leaves, **options)
        optimizer.fused = fused
        return optimizer.step, lambda: [np.asarray(leaf.data) for leaf in leaves]

    return make_one


def _torch(**how: bool) -> Callable[[Workload, str], Made]:
    def make_one(work: Workload, rule: str) -> Made:
        import torch

        torch.set_num_threads(1)
        start, slopes = _numbers(work)
        leaves = [torch.tensor(x, requires_grad=True) for x in start]
        for leaf, slope in zip(leaves, slopes, strict=True):
            leaf.grad = torch.tensor(slope)
        name, options = RULES[rule]
        optimizer = getattr(torch.optim, name)(leaves, **options, **how)
        return optimizer.step, lambda: [leaf.detach().numpy() for leaf in leaves]

    return make_one


class _Scalar:
    """A number and its gradient."""

    __slots__ = ("data", "grad")

    def __init__(self, data: float, grad: float) -> None:
        self.data, self.grad = data, grad


def _python(work: Workload, rule: str) -> Made:
    """The loop that one writes by hand, as in micrograd's demo."""
    start, slopes = _numbers(work)
    leaves = [_Scalar(float(x), float(g)) for x, g in zip(start, slopes, strict=True)]
    velocity = [0.0] * len(leaves)
    m, v = [0.0] * len(leaves), [0.0] * len(leaves)
    steps = 0

    def sgd() -> None:
        for p in leaves:
            p.data -= 0.01 * p.grad

    def momentum() -> None:
        for i, p in enumerate(leaves):
            velocity[i] = 0.9 * velocity[i] + p.grad
            p.data -= 0.01 * velocity[i]

    def adam() -> None:
        nonlocal steps
        steps += 1
        first, second = 1 - 0.9**steps, 1 - 0.999**steps
        for i, p in enumerate(leaves):
            m[i] = 0.9 * m[i] + 0.1 * p.grad
            v[i] = 0.999 * v[i] + 0.001 * p.grad * p.grad
            p.data -= 0.001 * (m[i] / first) / ((v[i] / second) ** 0.5 + 1e-8)

    return {"SGD": sgd, "SGD momentum": momentum, "Adam": adam}[rule], lambda: [np.array(p.data) for p in leaves]


CONTENDERS: dict[str, Callable[[Workload, str], Made]] = {
    "backglow": _ours(fused=False),
    "backglow compiled": _ours(fused=True),
    "PyTorch default": _torch(foreach=False),
    "PyTorch foreach": _torch(foreach=True),
    "PyTorch fused": _torch(fused=True),
    "plain Python": _python,
}


def make(contender: str, workload: str, rule: str) -> Made | None:
    """The step, and a function that returns the parameters; None where the contender has no such thing."""
    work = WORKLOADS[workload]
    if (contender == "plain Python") > work.scalars or (contender.startswith("PyTorch") and work.scalars):
        return None
    return CONTENDERS[contender](work, rule)
