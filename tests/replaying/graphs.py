"""What the tests of replay compare with: the eager engine, and how far rounding may carry a gradient away from it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Value
from autograd.graph import evaluation_order
from autograd.replaying.inputs import Inputs, objects
from autograd.replaying.plan import Plan
from autograd.replaying.recording import Settings, planned
from autograd.replaying.tape import Tape, record_tape
from tests.oracles.plan_interpreter import backward, constants, forward
from tests.oracles.points import apply
from tests.oracles.programs import Program

STRUCTURES = ("gates", "sums", "lanes")
BACKENDS = ("numpy", "numba")


def same(a: float, b: float) -> bool:
    """Equal, or both nan."""
    return a == b or (a != a and b != b)


def close(a: float, b: float, slack: float) -> bool:
    """No further apart than the slack; anything goes where the slack is beyond all numbers."""
    return same(a, b) or not math.isfinite(slack) or abs(a - b) <= slack


def eager(root: Value, leaves: Sequence[Value]) -> tuple[float, list[float]]:
    """The engine's result and gradients; 0 for leaves out of reach. No leaf keeps its gradient."""
    root.backward()
    gradients = [0.0 if leaf.grad is None else float(leaf.grad) for leaf in leaves]
    for leaf in leaves:
        leaf.grad = None
    return root.data, gradients


def slacks(root: Value, leaves: Sequence[Value], unit: float = 1e-12, seed: float = 1.0) -> list[float]:
    """For each leaf the sum of |contribution| over all ways from the result, times a unit of rounding."""
    size = {id(root): seed}
    for node in reversed(evaluation_order(root)):
        for parent, local in zip(node.parents, node.local, strict=True):
            size[id(parent)] = size.get(id(parent), 0.0) + abs(local) * size.get(id(node), 0.0)
    return [unit * size.get(id(leaf), 0.0) for leaf in leaves]


def most_users(root: Value) -> int:
    """How many operands the most used node is."""
    users: dict[int, int] = {}
    for node in evaluation_order(root):
        for parent in node.parents:
            users[id(parent)] = users.get(id(parent), 0) + 1
    return max(users.values(), default=0)


def built(program: Program, numbers: Sequence[float]) -> tuple[list[Value], Value]:
    """A program's leaves with these numbers, and its result."""
    leaves = [Value(x) for x in numbers]
    return leaves, program.run(leaves, apply)[-1]


def plan_of(
    root: Value, structure: str, inputs: Sequence[NDArray[Any]] = (), parameters: Sequence[Value] | None = None
) -> tuple[Tape, Plan]:
    """The tape and the plan of a graph."""
    arranged = Inputs(inputs)
    tape = record_tape(root, arranged.leaves, parameters, wanted=True)
    return tape, planned(tape, arranged, Settings(structure=structure, constants="keep"), "test")


def interpreted(plan: Plan) -> Callable[[Sequence[float]], tuple[float, list[float]]]:
    """The result and the gradients of the first slots (parameters, then inputs) that a plan gives for some numbers."""

    def run(given: Sequence[float]) -> tuple[float, list[float]]:
        numbers = np.where(constants(plan), plan.start, math.nan)  # what is read before it is computed spoils all
        numbers[: plan.parameters + plan.inputs] = given
        results = np.array(forward(plan, numbers))
        return float(results[plan.root]), backward(plan, results, 1.0)[: plan.parameters + plan.inputs]

    return run


def replanned(root: Value, structure: str) -> Callable[[Sequence[Value]], tuple[float, dict[int, float]]]:
    """A graph planned and interpreted; the numbers come from the leaves, the gradients go by the leaf's id."""
    tape, plan = plan_of(root, structure)
    leaves = tape.parameters
    run = interpreted(plan)

    def again(numbers: Sequence[Value]) -> tuple[float, dict[int, float]]:
        del numbers
        value, gradients = run([leaf.data for leaf in leaves])
        return value, {id(leaf): g for leaf, g in zip(leaves, gradients, strict=True)}

    return again


def array_of(rows: Sequence[Sequence[Value]]) -> NDArray[Any]:
    """Rows of leaves as an array."""
    return objects([leaf for row in rows for leaf in row], (len(rows), len(rows[0])))
