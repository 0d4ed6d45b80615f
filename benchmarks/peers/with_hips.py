"""HIPS autograd, whose package has the same name as backglow's: only an environment without backglow has it."""

from __future__ import annotations

import autograd.numpy as np
from problem import DECAY, Contender, Unable, read_moons

from autograd import value_and_grad


def make(workload: str, folder: str) -> Contender:
    """The batch as arrays."""
    if workload != "moons":
        raise Unable
    problem = read_moons(folder)
    x, y = np.array(problem.points), np.array(problem.labels)[:, None]
    parameters = [np.array(part) for pair in zip(problem.weights, problem.biases, strict=True) for part in pair]

    def loss(parameters):  # type: ignore[no-untyped-def]
        w1, b1, w2, b2, w3, b3 = parameters
        h = np.maximum(np.dot(x, w1.T) + b1, 0)
        h = np.maximum(np.dot(h, w2.T) + b2, 0)
        score = np.dot(h, w3.T) + b3
        return np.mean(np.maximum(1 - y * score, 0)) + DECAY * sum([np.sum(p * p) for p in parameters])

    derivative = value_and_grad(loss)

    def step(rate: float) -> float:
        value, slopes = derivative(parameters)
        for p, g in zip(parameters, slopes, strict=True):
            p -= rate * g
        return value

    return step, lambda: np.concatenate([p.ravel() for p in parameters])
