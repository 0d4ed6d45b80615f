"""What a trace writes down is, bit for bit, what the engine does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Trace, Value, primitives, trace
from autograd.trace_data import Node
from tests.oracles.programs import Program, programs

from .settings import thorough


def _named(program: Program) -> list[Any]:
    """The program's numbers, every node with its position for a name."""
    nodes = program.run([Value(x) for x in program.leaves])
    for i, node in enumerate(nodes):
        if isinstance(node, Value):
            node.name = f"n{i}"
    return nodes


def _of(record: Trace, nodes: Sequence[Any]) -> list[tuple[Node, Value]]:
    """The nodes of a trace with the Values they are the record of, constants left out."""
    return [(node, nodes[int(node.name[1:])]) for node in record.nodes if node.name is not None]


@pytest.mark.spec("S-001", "S-002")
@thorough
@given(programs())
def test_a_trace_repeats_the_engine_bit_for_bit(program: Program) -> None:
    nodes = _named(program)
    record = trace(nodes[-1])
    assert all(n.grad is None for n in nodes if isinstance(n, Value)), "a trace must leave every .grad alone"
    nodes[-1].backward()
    seen = _of(record, nodes)
    assert len(seen) == sum(1 for n in nodes if isinstance(n, Value) and n.grad is not None)
    for node, value in seen:
        assert repr(node.value) == repr(value.data)
        assert repr(node.grad) == repr(value.grad)
        edges = [e for e in record.operands[node.id] if e.local is not None]
        assert tuple(e.local for e in edges) == value.local
        assert [record.nodes[e.parent].name for e in edges] == [p.name for p in value.parents]


@pytest.mark.spec("S-001", "S-010")
@thorough
@given(programs())
def test_contributions_are_products_and_add_up_in_the_order_they_arrive(program: Program) -> None:
    record = trace(_named(program)[-1])
    for edge in record.edges:
        if edge.local is None:
            assert record.nodes[edge.parent].kind == "constant"
            assert edge.contribution is edge.upstream is None
        else:
            assert edge.contribution == edge.upstream * edge.local
            assert edge.upstream == record.nodes[edge.child].grad
    for node in record.nodes:
        arriving = [e.contribution for e in record.uses[node.id] if e.contribution is not None]
        if node.kind == "constant" or node.id == record.root:
            assert not arriving
            continue
        total = arriving[0]
        for contribution in arriving[1:]:
            total += contribution
        assert repr(total) == repr(node.grad)


@thorough
@given(programs())
def test_nodes_come_in_an_order_of_evaluation_and_gates_in_one_of_the_backward_pass(program: Program) -> None:
    nodes = _named(program)
    record = trace(nodes[-1])
    place = {node: i for i, node in enumerate(record.order)}
    for edge in record.edges:
        assert edge.parent < edge.child
        if edge.parent in place:
            assert place[edge.child] < place[edge.parent]
    assert sorted(place) == [n.id for n in record.nodes if n.kind == "gate"]


@thorough
@given(programs(most=25), st.booleans(), st.booleans())
def test_json_brings_back_the_very_same_trace(program: Program, backward: bool, opened: bool) -> None:
    if opened:
        with primitives():
            nodes = program.run([Value(x) for x in program.leaves])
    else:
        nodes = program.run([Value(x) for x in program.leaves])
    record = trace(nodes[-1], backward=backward)
    again = Trace.from_json(record.to_json())
    # repr and not ==: it tells -0.0 from 0.0, and nan is itself.
    assert repr(again) == repr(record)
    assert Trace.from_json(record.to_json(indent=2)).to_json() == record.to_json()
    assert record.has_gradients == backward
