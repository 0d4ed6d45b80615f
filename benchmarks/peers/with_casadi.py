"""CasADi: expressions of scalars (SX) or of matrices (MX) with their gradient, run by its virtual machine."""

from __future__ import annotations

from typing import Any

import casadi as ca
import numpy as np
from problem import DECAY, Contender, Tape, Unable, read_moons, read_tape


def make(workload: str, folder: str, kind: str) -> Contender:
    """`kind` is "SX" or "MX"."""
    if workload == "moons":
        return _moons(folder, getattr(ca, kind))
    if kind == "MX":
        raise Unable
    return _graph(read_tape(folder, workload))


def _moons(folder: str, kind: Any) -> Contender:
    problem = read_moons(folder)
    flat = np.concatenate(
        [np.ravel(part) for pair in zip(problem.weights, problem.biases, strict=True) for part in pair]
    )
    count = len(problem.points)
    p, x, y, rate = (kind.sym(*of) for of in (("p", len(flat)), ("x", 2, count), ("y", 1, count), ("rate",)))
    h, start, squares = x, 0, ca.dot(p, p)
    for i, weights in enumerate(problem.weights):
        rows, columns = len(weights), len(weights[0])
        size = rows * columns
        w = ca.reshape(p[start : start + size], columns, rows).T
        h = ca.mtimes(w, h) + ca.repmat(p[start + size : start + size + rows], 1, count)
        start += size + rows
        if i < len(problem.weights) - 1:
            h = ca.fmax(h, 0)
    loss = ca.sum2(ca.fmax(1 - y * h, 0)) / count + DECAY * squares
    update = ca.Function("update", [p, x, y, rate], [loss, p - rate * ca.gradient(loss, p)])
    now, after, value, speed = flat, np.empty_like(flat), np.empty(1), np.empty(1)
    columns_of_x = np.ascontiguousarray(problem.points, np.float64)  # CasADi's matrices are by columns
    labels = np.array(problem.labels, np.float64)
    run = _buffer(update, [now, columns_of_x, labels, speed], [value, after])

    def step(rate: float) -> float:
        speed[0] = rate
        run()
        now[:] = after
        return value[0]

    return step, lambda: now


def _graph(tape: Tape) -> Contender:
    functions = [lambda a, b: a + b, lambda a, b: a * b, lambda a, _: ca.fmax(a, 0), lambda a, _: ca.tanh(a),
                 lambda a, _: ca.exp(a), lambda a, _: ca.log(a)]  # fmt: skip
    leaves = ca.SX.sym("leaves", len(tape.leaves))
    values = list(ca.vertsplit(leaves))
    for gate, a, b in zip(tape.gates.tolist(), tape.a.tolist(), tape.b.tolist(), strict=True):
        values.append(functions[gate](values[a], values[b]))
    derivative = ca.Function("derivative", [leaves], [values[-1], ca.gradient(values[-1], leaves)])
    value, slopes = np.empty(1), np.empty(len(tape.leaves))
    run = _buffer(derivative, [np.array(tape.leaves)], [value, slopes])

    def step(_rate: float) -> float:
        run()
        return value[0]

    return step, lambda: slopes[tape.wanted]


def _buffer(function: Any, arguments: list[Any], results: list[Any]) -> Any:
    """How CasADi calls a function with the least overhead: arrays given once."""
    buffer, run = function.buffer()
    for i, array in enumerate(arguments):
        buffer.set_arg(i, memoryview(array))
    for i, array in enumerate(results):
        buffer.set_res(i, memoryview(array))
    run.kept = buffer, arguments, results  # it only points to them
    return run
