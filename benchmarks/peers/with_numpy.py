"""numpy by hand: the moons step on arrays, and any graph level by level."""

from __future__ import annotations

import numpy as np
from problem import DECAY, Contender, Tape, Unable, read_moons, read_tape


def make(workload: str, folder: str, dtype: str = "float64", levels: bool = False) -> Contender:
    """The step written out, or with `levels` the graph a level and a gate at a time."""
    if levels:
        return _levels(read_tape(folder, workload), dtype)
    if workload != "moons":
        raise Unable
    return _moons(folder, dtype)


def _moons(folder: str, dtype: str) -> Contender:
    problem = read_moons(folder)
    x, y = np.array(problem.points, dtype), np.array(problem.labels, dtype)[:, None]
    flat = np.concatenate(
        [np.ravel(part) for pair in zip(problem.weights, problem.biases, strict=True) for part in pair]
    ).astype(dtype)
    parts, start = [], 0
    for weights in problem.weights:
        for shape in (np.shape(weights), (len(weights),)):
            size = int(np.prod(shape))
            parts.append(flat[start : start + size].reshape(shape))  # views: the update is one operation
            start += size
    w1, b1, w2, b2, w3, b3 = parts
    share = -y / len(y)

    def step(rate: float) -> float:
        h1 = x @ w1.T
        h1 += b1
        np.maximum(h1, 0, out=h1)
        h2 = h1 @ w2.T
        h2 += b2
        np.maximum(h2, 0, out=h2)
        score = h2 @ w3.T
        score += b3
        margin = 1 - y * score
        np.maximum(margin, 0, out=margin)
        loss = margin.mean() + DECAY * flat.dot(flat)
        g3 = (margin > 0) * share
        g2 = g3 @ w3
        g2 *= h2 > 0
        g1 = g2 @ w2
        g1 *= h1 > 0
        slopes = (g1.T @ x, g1.sum(0), g2.T @ h1, g2.sum(0), g3.T @ h2, g3.sum(0))
        slope = np.concatenate([part.ravel() for part in slopes])
        slope += 2 * DECAY * flat
        slope *= rate
        np.subtract(flat, slope, out=flat)
        return loss

    return step, lambda: flat


def _levels(tape: Tape, dtype: str) -> Contender:
    leaves, size = len(tape.leaves), len(tape.leaves) + len(tape.gates)
    values, slopes = np.zeros(size, dtype), np.zeros(size, dtype)
    values[:leaves] = tape.leaves
    level = [0] * size
    for i, (a, b) in enumerate(zip(tape.a.tolist(), tape.b.tolist(), strict=True), leaves):
        level[i] = 1 + max(level[a], level[b])
    keys = np.array(level[leaves:]) * len(tape.names) + tape.gates
    order = np.argsort(keys, kind="stable")
    batches = []
    for chosen in np.split(order, np.flatnonzero(np.diff(keys[order])) + 1):
        name = tape.names[tape.gates[chosen[0]]]
        a, b = tape.a[chosen], tape.b[chosen]
        parents = np.concatenate([a, b]) if name in ("add", "mul") else a
        sort = np.argsort(parents, kind="stable")
        unique, starts = np.unique(parents[sort], return_index=True)
        # Slopes that meet at one parent stand side by side; where all parents differ, nothing is summed.
        batches.append((name, a, b, leaves + chosen, sort, unique, None if len(unique) == len(parents) else starts))
    forward = {"relu": lambda x: np.maximum(x, 0), "tanh": np.tanh, "exp": np.exp, "log": np.log}
    backward = {
        "relu": lambda _, out, up: up * (out > 0), "tanh": lambda _, out, up: (1 - out * out) * up,
        "exp": lambda _, out, up: out * up, "log": lambda x, _, up: up / x,
    }  # fmt: skip

    def step(rate: float) -> float:
        for name, a, b, out, *_ in batches:
            if name == "add":
                values[out] = values[a] + values[b]
            elif name == "mul":
                values[out] = values[a] * values[b]
            else:
                values[out] = forward[name](values[a])
        slopes.fill(0)
        slopes[-1] = 1
        for name, a, b, out, sort, unique, starts in reversed(batches):
            up = slopes[out]
            if name == "add":
                parts = np.concatenate([up, up])
            elif name == "mul":
                parts = np.concatenate([values[b] * up, values[a] * up])
            else:
                parts = backward[name](values[a], values[out], up)
            parts = parts[sort]
            slopes[unique] += parts if starts is None else np.add.reduceat(parts, starts)
        if tape.train:
            values[tape.wanted] -= rate * slopes[tape.wanted]
        return values[-1]

    return step, lambda: (values if tape.train else slopes)[tape.wanted]
