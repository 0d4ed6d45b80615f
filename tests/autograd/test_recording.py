"""What a node remembers from the forward pass, before any backward pass."""

from __future__ import annotations

import math

import pytest

import autograd
from autograd import GATES, Value, trace


@pytest.mark.spec("S-001")
def test_local_gradients_are_recorded_on_the_way_forward() -> None:
    x, y = Value(3.0, name="x"), Value(-2.0, name="y")
    f = x * y
    assert f.local == (-2.0, 3.0)
    assert f.parents == (x, y)
    assert all(one is other for one, other in zip(f.parents, (x, y), strict=True))
    assert (f.op, f.data, f.grad, x.grad) == ("mul", -6.0, None, None)
    f.backward(5.0)
    assert (x.grad, y.grad) == (-10.0, 15.0)


@pytest.mark.spec("S-001")
def test_upstream_is_on_the_node_and_local_on_the_edge() -> None:
    x, y = Value(3.0, name="x"), Value(-2.0, name="y")
    record = trace((x * y) * 5.0)
    edges = [e for e in record.edges if record.nodes[e.child].formula == "x·y"]
    assert [(e.local, e.upstream, e.contribution) for e in edges] == [(-2.0, 5.0, -10.0), (3.0, 5.0, 15.0)]


@pytest.mark.spec("S-004")
def test_a_number_used_twice_by_one_gate_is_two_parents() -> None:
    x = Value(3.0)
    square = x * x
    assert len(square.parents) == 2
    assert square.parents[0] is square.parents[1] is x
    square.backward()
    assert x.grad == 6.0


def test_plain_numbers_are_operands_but_not_parents() -> None:
    x = Value(3.0)
    assert (2 - x).operands == (2.0, x)
    assert (2 - x).parents == (x,)
    assert (2 - x).local == (-1.0,)
    total = autograd.sum([1.0, x, 2.0, x])
    assert total.operands == (1.0, x, 2.0, x)
    assert total.parents == (x, x)
    total.backward()
    assert x.grad == 2.0


def test_a_leaf_has_no_history() -> None:
    x = Value(3)
    assert (x.op, x.parents, x.local, x.operands, x.grad, x.name) == (None, (), (), (), None, None)
    assert type(x.data) is float
    x.backward()
    assert x.grad == 1.0


# A plain whole number among the operands must leave floats behind like any other number.
@pytest.mark.parametrize("name", [n for n, gate in GATES.items() if gate.arity == 2])
def test_whole_numbers_become_floats(name: str) -> None:
    for node in (GATES[name](Value(1.0), 3), GATES[name](3, Value(1.0)), GATES[name](Value(1.0), 2**53 + 1)):
        assert type(node.data) is float
        assert all(type(o) is float for o in node.operands if not isinstance(o, Value))


def test_the_engine_does_not_clamp() -> None:
    assert Value(0.0).log().data == -math.inf
    assert math.isnan(Value(-1.0).log().data)
    assert Value(0.0).log().local == (math.inf,)


def test_names_are_only_names() -> None:
    x = Value(1.0, name="x")
    y = x + 1
    assert y.name is None
    y.name = "y"
    assert (x.name, y.name) == ("x", "y")
    assert repr(y) == "Value(data=2.0, grad=None, name='y')"
    assert repr(Value(-0.0)) == "Value(data=-0.0, grad=None)"
