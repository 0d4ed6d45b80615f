"""Random computations: the engine and its naive twin agree at every node, in every way of running a pass."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given

from autograd import Value, gradients, primitives
from tests.oracles import twin
from tests.oracles.points import NAMES
from tests.oracles.programs import Program, programs

from .settings import thorough


def _reached(nodes: Sequence[Any]) -> list[tuple[int, Value]]:
    """The nodes that the last pass gave a gradient, with their positions."""
    return [(i, node) for i, node in enumerate(nodes) if isinstance(node, Value) and node.grad is not None]


def _assert_gradients(program: Program, nodes: Sequence[Any], *, times: float = 1.0, leaves_only: bool = False) -> None:
    expected, size = twin.gradients(program)
    reached = _reached(nodes)
    assert reached
    for i, node in reached:
        if not leaves_only or i < len(program.leaves):
            assert abs(node.grad - times * expected[i]) <= 1e-11 * abs(times) * size[i], (
                i,
                node.op,
                node.grad,
                expected[i],
            )


@pytest.mark.spec("S-002", "S-010")
@thorough
@given(programs())
def test_every_node_has_the_value_and_gradient_of_the_twin(program: Program) -> None:
    nodes = program.run([Value(x) for x in program.leaves])
    nodes[-1].backward()
    for node, expected in zip(nodes, twin.values(program), strict=True):
        assert math.isclose(float(node), expected, rel_tol=1e-12, abs_tol=1e-14)
    _assert_gradients(program, nodes)
    _, size = twin.gradients(program)
    unreached = {i for i, n in enumerate(nodes) if isinstance(n, Value)} - {i for i, _ in _reached(nodes)}
    assert all(size[i] == 0 for i in unreached)


@thorough
@given(programs(most=30))
def test_a_second_pass_repeats_inner_gradients_and_doubles_the_leaves(program: Program) -> None:
    nodes = program.run([Value(x) for x in program.leaves])
    nodes[-1].backward()
    once = {i: node.grad for i, node in _reached(nodes)}
    nodes[-1].backward()
    for i, node in _reached(nodes):
        assert node.grad == (2 * once[i] if i < len(program.leaves) else once[i])


@thorough
@given(programs(most=20), programs(most=20))
def test_leaves_add_up_the_passes_of_several_results(first: Program, second: Program) -> None:
    shared = [Value(0.5), Value(-1.5)]
    for program in (first, second):
        leaves = [shared[i % 2] if i < 2 else Value(x) for i, x in enumerate(program.leaves)]
        again = Program(tuple(leaf.data for leaf in leaves), program.constants, program.steps)
        nodes = again.run(leaves)
        before = [0.0 if leaf.grad is None else leaf.grad for leaf in leaves]
        alone = gradients(nodes[-1], leaves)
        nodes[-1].backward()
        for leaf, held, added in zip(leaves, before, alone, strict=True):
            assert leaf.grad == held + added or math.isnan(held + added)


@thorough
@given(programs(most=30))
def test_a_seed_scales_every_gradient(program: Program) -> None:
    nodes = program.run([Value(x) for x in program.leaves])
    nodes[-1].backward(-2.0)
    _assert_gradients(program, nodes, times=-2.0)


@thorough
@given(programs(most=30))
def test_gradients_as_graphs_have_the_same_numbers(program: Program) -> None:
    nodes = program.run([Value(x) for x in program.leaves])
    live = [n for n in nodes if isinstance(n, Value)]
    graphs = gradients(nodes[-1], live, create_graph=True)
    assert [g.data for g in graphs] == gradients(nodes[-1], live)
    nodes[-1].backward(create_graph=True)
    assert all(node.grad == graph for node, graph in zip(live, graphs, strict=True) if node.grad is not None)


# Opened definitions are the textbook formulas: they lose digits where the gates do not, and the slope of a tie or a
# kink comes out of them differently, so numbers that are not given exactly stay clear of both.
@thorough
@given(programs(most=12, names=[n for n in NAMES if n not in ("floordiv", "mod")]))
def test_opened_gates_have_the_same_numbers(program: Program) -> None:
    closed = program.run([Value(x) for x in program.leaves])
    with primitives():
        opened = program.run([Value(x) for x in program.leaves])
    assert math.isclose(opened[-1].data, closed[-1].data, rel_tol=1e-6, abs_tol=1e-6)
    opened[-1].backward()
    expected, size = twin.gradients(program)
    for i in range(len(program.leaves)):
        grad = opened[i].grad
        assert grad is None or abs(grad - expected[i]) <= 1e-6 * (1 + size[i]), (i, grad, expected[i])
