"""A plan run in the plainest way: one result after the other, in float64, with the gates' number reading."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from autograd.gate import Gate
from autograd.replaying.plan import ALONG, INDEXED, ROWS, SUMS, Plan

Pair = tuple[int, int, bool, bool]
"""The slots of a weight and of a value, and whether each gets a gradient."""


def forward(plan: Plan, numbers: NDArray[np.float64]) -> list[float]:
    """All numbers after a run forward."""
    v = [float(x) for x in numbers]
    for i in range(len(plan.op)):
        what = plan.variants[plan.op[i]].what
        if isinstance(what, Gate):
            for out, operands in gate_results(plan, i):
                v[out] = what.number(*(v[k] for k in operands))[0]
        else:
            for out, pairs in sum_results(plan, i):
                v[out] = -0.0
                for w, x, _, _ in pairs:
                    v[out] += v[w] * v[x]
    return v


def backward(plan: Plan, numbers: NDArray[np.float64], seed: float) -> list[float]:
    """All gradients, from numbers that have been run forward."""
    v = [float(x) for x in numbers]
    g = [0.0] * plan.slots
    g[plan.root : plan.root + plan.width] = [seed] * plan.width
    for i in reversed(range(len(plan.op))):
        variant = plan.variants[plan.op[i]]
        if isinstance(variant.what, Gate):
            for out, operands in gate_results(plan, i):
                _, slopes = variant.what.number(*(v[k] for k in operands))
                for k, slope, wants in zip(operands, slopes, variant.wants, strict=True):
                    if wants == "1":
                        g[k] += slope * g[out]
        else:
            for out, pairs in sum_results(plan, i):
                for w, x, weighs, values in pairs:
                    if weighs:
                        g[w] += v[x] * g[out]
                    if values:
                        g[x] += v[w] * g[out]
    return g


def gate_results(plan: Plan, i: int) -> Iterator[tuple[int, list[int]]]:
    """The slot of each result of a gate's instruction, and those of its operands."""
    modes = plan.variants[plan.op[i]].modes
    arguments = plan.arguments[plan.at[i] : plan.at[i] + len(modes)].tolist()
    for e in range(int(plan.size[i])):
        operands = []
        for mode, argument in zip(modes, arguments, strict=True):
            if mode == INDEXED:
                operands.append(int(plan.index[argument + e]))
            else:
                operands.append(argument + e if mode == ALONG else argument)
        yield int(plan.out[i]) + e, operands


def sum_results(plan: Plan, i: int) -> Iterator[tuple[int, list[Pair]]]:
    """The slot of each result of an instruction for weighted sums, and its pairs in order."""
    what, out, size, at = plan.variants[plan.op[i]].what, int(plan.out[i]), int(plan.size[i]), int(plan.at[i])
    if what == SUMS:
        bounds, w, x = plan.arguments[at : at + 3].tolist()
        for r in range(size):
            places = range(int(plan.index[bounds + r]), int(plan.index[bounds + r + 1]))
            yield out + r, [(int(plan.index[w + k]), int(plan.index[x + k]), True, True) for k in places]
        return
    assert what == ROWS
    length, before, along, after, w, x, weighs, values = plan.arguments[at : at + 8].tolist()
    count = before + along + after
    for r in range(size):
        for e in range(length):
            pairs = []
            for k in range(count):
                weight, value = int(plan.index[w + r * count + k]), int(plan.index[x + r * count + k])
                if before <= k < before + along:
                    pairs.append((weight, value + e, bool(weighs), bool(values)))
                else:
                    pairs.append((weight, value, True, True))
            yield out + r * length + e, pairs


def constants(plan: Plan) -> NDArray[np.bool_]:
    """The slots that are neither given nor computed; what a back end leaves in their gradients is its own affair."""
    fixed = np.ones(plan.slots, dtype=np.bool_)
    fixed[: plan.parameters + plan.inputs] = False
    for i in range(len(plan.op)):
        results = gate_results if isinstance(plan.variants[plan.op[i]].what, Gate) else sum_results
        for out, _ in results(plan, i):
            fixed[out] = False
    return fixed
