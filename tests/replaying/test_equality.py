"""Replay equals the eager engine: any graph, any gate, any numbers."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Gate, Replay, Value, register, unregister
from autograd.fold import Fold
from tests.autograd.settings import EXAMPLES, thorough
from tests.oracles.points import EVERYWHERE
from tests.oracles.programs import Program, grow, programs

from .graphs import STRUCTURES, built, close, eager, most_users, plan_of, replanned, same, slacks

HARD = st.one_of(st.sampled_from(EVERYWHERE), st.floats(-4, 4))


def _compare(program: Program, structure: str, numbers: list[float]) -> None:
    """Planned at the program's own numbers, run at others."""
    leaves, root = built(program, program.leaves)
    run = replanned(root, structure)
    for leaf, number in zip(leaves, numbers, strict=True):
        leaf.data = number
    fresh, result = built(program, numbers)
    value, gradients = eager(result, fresh)
    again, regained = run(leaves)
    assert same(value, again)
    exact = most_users(result) <= 2
    for leaf, gradient, slack in zip(leaves, gradients, slacks(result, fresh), strict=True):
        other = regained.get(id(leaf), 0.0)
        assert same(gradient, other) if exact else close(gradient, other, slack)


@pytest.mark.parametrize("structure", STRUCTURES)
@settings(thorough, max_examples=max(EXAMPLES // 2, 1))
@given(program=programs(40), data=st.data())
def test_plans_of_random_graphs(structure: str, program: Program, data: st.DataObject) -> None:
    numbers = data.draw(st.lists(HARD, min_size=len(program.leaves), max_size=len(program.leaves)))
    _compare(program, structure, numbers)
    _compare(program, structure, list(program.leaves))


@pytest.mark.parametrize("structure", STRUCTURES)
@settings(thorough, max_examples=max(EXAMPLES // 2, 1))
@given(program=programs(60, names=["add", "mul", "sum", "dot"]), data=st.data())
def test_plans_of_sums_and_products(structure: str, program: Program, data: st.DataObject) -> None:
    _compare(program, structure, data.draw(st.lists(HARD, min_size=len(program.leaves), max_size=len(program.leaves))))


@settings(thorough, max_examples=max(EXAMPLES // 2, 1))
@given(program=programs(25), data=st.data())
def test_replay_by_numpy(program: Program, data: st.DataObject) -> None:
    """Through the front door: from_graph, its inputs given anew, gradients of parameters and inputs."""
    leaves, root = built(program, program.leaves)
    split = data.draw(st.integers(0, len(leaves)))
    structure = data.draw(st.sampled_from(STRUCTURES))
    step = Replay.from_graph(
        root, inputs=[leaves[:split]] if split else [], parameters=leaves[split:], backend="numpy",
        structure=structure, constants="keep", input_gradients=True,
    )  # fmt: skip
    numbers = data.draw(st.lists(HARD, min_size=len(leaves), max_size=len(leaves)))
    for leaf, number in zip(leaves[split:], numbers[split:], strict=True):
        leaf.data = number
    value = step(*([numbers[:split]] if split else []))
    step.backward()
    fresh, result = built(program, numbers)
    expected, gradients = eager(result, fresh)
    inside = all(abs(n.data) < 1e100 for n in autograd.graph.evaluation_order(result))
    assert same(value, expected) or math.isclose(value, expected, rel_tol=1e-12, abs_tol=1e-12) or not inside
    found = [*(step.input_gradients[0] if split else ()), *(leaf.grad for leaf in leaves[split:])]
    for leaf, gradient, slack, ours in zip(fresh, gradients, slacks(result, fresh), found, strict=True):
        assert close(gradient, float(ours), slack) or (not inside and leaf is not None)


# ---------------------------------------------------------------------------------------------- compiled, bit for bit


def _programs(count: int, names: list[str]) -> list[Program]:
    """Programs without constants: every operand learns, so that there are few kinds of instruction to compile."""
    made = []
    for seed in range(count):
        source = random.Random(seed)
        leaves = [source.choice([0.0, 1.0, -1.0, 2.0, source.uniform(-3, 3)]) for _ in range(source.randint(1, 5))]
        made.append(grow(source.randrange, leaves, (), source.randint(1, 40), names))
    return made


def _together(programs: list[Program]) -> tuple[list[Value], list[list[Value]], Value]:
    """Many programs in one graph: the sum of their results, each times a factor whose gradient is that result."""
    leaves, results = zip(*(built(program, program.leaves) for program in programs), strict=True)
    factors = [Value(1.0) for _ in results]
    return factors, list(leaves), sum(f * r for f, r in zip(factors, results, strict=True))


FAMILIES = {
    "mixed": ["add", "mul", "sum", "dot", "exp", "log", "max", "where", "gt", "pow", "div"],
    "sums": ["add", "mul", "sum", "dot", "sub", "relu"],
}


@pytest.mark.needs("numba")
@pytest.mark.parametrize(
    ("structure", "family"), [("gates", "mixed"), ("gates", "sums"), ("sums", "sums"), ("lanes", "mixed")]
)
def test_compiled_graphs_bit_for_bit(structure: str, family: str) -> None:
    programs = _programs(120, FAMILIES[family])
    factors, leaves, loss = _together(programs)
    step = Replay.from_graph(loss, backend="numba", structure=structure, constants="keep")
    rng = random.Random(5)
    for hard in (False, True):
        for program, mine in zip(programs, leaves, strict=True):
            for leaf, usual in zip(mine, program.leaves, strict=True):
                leaf.data = rng.choice(EVERYWHERE) if hard else usual
        step()
        step.backward()
        for number, (program, factor, mine) in enumerate(zip(programs, factors, leaves, strict=True)):
            fresh, result = built(program, [leaf.data for leaf in mine])
            value, gradients = eager(result, fresh)
            assert same(factor.grad, value), (number, hard)
            exact = most_users(result) <= 2
            for leaf, gradient, slack in zip(mine, gradients, slacks(result, fresh), strict=True):
                assert same(gradient, leaf.grad) if exact else close(gradient, leaf.grad, slack), (number, hard)
                leaf.grad = None
            factor.grad = None


@pytest.mark.needs("numba")
def test_compiled_single_precision() -> None:
    programs = _programs(60, FAMILIES["sums"])
    factors, leaves, loss = _together(programs)
    step = Replay.from_graph(loss, backend="numba", dtype="float32", constants="keep")
    assert step.weights.dtype == step.gradients.dtype == np.float32
    step()
    step.backward()
    for program, factor, mine in zip(programs, factors, leaves, strict=True):
        fresh, result = built(program, [float(np.float32(leaf.data)) for leaf in mine])
        value, gradients = eager(result, fresh)
        assert math.isclose(factor.grad, value, rel_tol=1e-4, abs_tol=1e-4)
        for leaf, gradient, slack in zip(mine, gradients, slacks(result, fresh, 1e-4), strict=True):
            assert close(gradient, leaf.grad, slack + 1e-4)


# ---------------------------------------------------------------------------------------------------- particular graphs


@pytest.fixture
def custom() -> Iterator[dict[str, Any]]:
    """Three gates that came later: of one input, a Fold, and of any number of inputs without one."""
    made = {
        "swish2": Gate("swish2", value=lambda x: x * autograd.sigmoid(2 * x),
                       local=lambda x, out: (autograd.sigmoid(2 * x) * (1 + 2 * (x - out)),)),
        "distances": Gate("distances", arrange=lambda left, right: (*left, *right),
                          value=(fold := Fold(term=lambda a, b: (a - b) * (a - b),
                                              local=lambda a, b: (2 * (a - b), -2 * (a - b)))), local=fold.local),
        "product": Gate("product", arrange=lambda *terms: terms, value=lambda *terms: math.prod(terms),
                        local=lambda *all: tuple(math.prod(all[:i] + all[i + 1 : -1]) for i in range(len(all) - 1))),
    }  # fmt: skip
    for gate in made.values():
        register(gate)
    yield made
    for name in made:
        unregister(name)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_gates_that_came_later(custom: dict[str, Any], structure: str) -> None:
    rng = random.Random(2)
    leaves = [Value(rng.uniform(-2, 2)) for _ in range(12)]

    def loss() -> Value:
        left, right = leaves[:6], leaves[6:]
        distance = custom["distances"](left, [*right[:5], 0.5])
        terms = [custom["swish2"](x * y + 0.25) for x, y in zip(left, right, strict=True)]
        folded = custom["distances"]([1.0], [distance])
        return custom["product"](*terms[:3], 2.0) + autograd.sum(terms) * distance + folded

    root = loss()
    run = replanned(root, structure)
    for leaf in leaves:
        leaf.data += rng.uniform(-1, 1)
    result = loss()
    value, gradients = eager(result, leaves)
    again, regained = run(leaves)
    assert math.isclose(value, again, rel_tol=1e-14)
    for leaf, gradient, slack in zip(leaves, gradients, slacks(result, leaves), strict=True):
        assert close(gradient, regained[id(leaf)], slack)


@pytest.mark.parametrize("backend", ["numpy", pytest.param("numba", marks=pytest.mark.needs("numba"))])
def test_a_graph_of_one_leaf(backend: str) -> None:
    x = Value(3.0)
    step = Replay.from_graph(x, backend=backend)
    assert step() == 3.0
    step.backward()
    assert x.grad == 1.0
    given = Replay.from_graph(x, inputs=[x], backend=backend, input_gradients=True)
    assert given(-2.5) == -2.5
    assert given.run(4.0) == 4.0
    assert given.parameters == ()
    assert given.input_gradients[0] == 1.0


@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_repeated_operand_and_a_result_used_inside(structure: str) -> None:
    x, y = Value(1.5), Value(-0.5)
    square = x * x
    total = square + x * y + square * y + y
    root = total * total + square / square + autograd.dot([x, x], [x, y]) + autograd.sum([x, x, x, total, total])
    run = replanned(root, structure)
    value, gradients = eager(root, [x, y])
    again, regained = run([x, y])
    assert again == value
    for leaf, gradient, slack in zip((x, y), gradients, slacks(root, [x, y], 1e-15), strict=True):
        assert close(gradient, regained[id(leaf)], slack)


@pytest.mark.parametrize("backend", ["numpy", pytest.param("numba", marks=pytest.mark.needs("numba"))])
@pytest.mark.parametrize("structure", STRUCTURES)
def test_leaves_that_do_not_learn_get_no_gradient(backend: str, structure: str) -> None:
    """Not in `.grad`, and not in the array either, from which a loop would take a step."""
    w, b, frozen, undeclared = Value(0.5), Value(0.25), Value(2.0, requires_grad=False), Value(3.0)
    root = (w * 2.0 + frozen * 3.0 + b + undeclared * frozen + autograd.dot([w, frozen], [undeclared, b])).tanh()
    step = Replay.from_graph(root, backend=backend, structure=structure)
    step.run()
    slopes = dict(zip(map(id, step.parameters), step.gradients.tolist(), strict=True))
    assert slopes[id(frozen)] == 0.0
    assert slopes[id(undeclared)] != 0.0
    step.backward()
    assert frozen.grad is None
    for leaf in (w, b, undeclared):
        leaf.grad = None
    declared = Replay.from_graph(root, parameters=[w], backend=backend, structure=structure)
    declared.run()
    assert declared.parameters[0] is w
    assert declared.gradients[1:].tolist() == [0.0] * (len(declared.parameters) - 1)
    declared.backward()
    assert b.grad is None
    assert undeclared.grad is None
    assert w.grad is not None


def test_numbers_that_are_not_finite_as_constants() -> None:
    """To the left and to the right of an operator; zeros of both signs too."""
    for structure, c in itertools.product(STRUCTURES, (0.0, -0.0, math.inf, -math.inf, math.nan, 1e-320)):
        x = Value(-2.0)
        root = ((c - x) * (x - c) + c / x + x / c) * autograd.max(x, c) + autograd.where(c, x, c) + (x + c + -0.0)
        value, (gradient,) = eager(root, [x])
        again, regained = replanned(root, structure)([x])
        assert same(value, again)
        assert close(gradient, regained[id(x)], slacks(root, [x], 1e-15)[0])


def test_frozen_parts_of_a_graph_cost_nothing_on_the_way_back() -> None:
    x, w = Value(2.0, requires_grad=False), Value(3.0)
    tape, plan = plan_of((x.exp().tanh() * w).relu() + x.sin(), "gates")
    wants = {v.what.name: v.wants for v in plan.variants if isinstance(v.what, Gate)}
    assert wants["exp"] == wants["tanh"] == wants["sin"] == "0"
    assert wants["mul"] == "01"
    assert not tape.learns[[v is x for v in tape.nodes]].any()
