"""Gradients that can be differentiated again, and the errors of a graph that no longer fits its numbers."""

from __future__ import annotations

import math

import pytest

import autograd
from autograd import GATES, GraphError, Value, gradients, no_grad, primitives


def test_gradients_become_values() -> None:
    x = Value(3.0)
    (x * x * x).backward(create_graph=True)
    first = x.grad
    assert isinstance(first, Value)
    assert first == 27.0
    x.grad = None
    first.backward(create_graph=True)
    second = x.grad
    assert second == 18.0
    x.grad = None
    second.backward()
    assert x.grad == 6.0
    assert isinstance(x.grad, float)


def test_leaves_add_up_and_inner_nodes_do_not() -> None:
    x = Value(3.0)
    inner = x * x
    result = inner * 2.0
    for _ in range(2):
        result.backward(create_graph=True)
    assert x.grad == 24.0
    assert inner.grad == 2.0
    # A number held from a plain pass takes part too, and the sum can still be differentiated.
    x.grad = 100.0
    result.backward(create_graph=True)
    total, x.grad = x.grad, None
    assert total == 112.0
    total.backward()
    assert x.grad == 4.0


def test_a_seed_and_frozen_leaves() -> None:
    x, c = Value(3.0), Value(2.0, requires_grad=False)
    (x * c).backward(-1.5, create_graph=True)
    assert x.grad == -3.0
    assert c.grad is None


def test_a_gradient_penalty() -> None:
    # d/dw (∂(w·x)²/∂x)² = d/dw (2w²x)² = 16 w³ x²
    w, x = Value(0.5), Value(3.0)
    (slope,) = gradients((w * x) ** 2, [x], create_graph=True)
    (slope**2).backward()
    assert math.isclose(w.grad, 16 * 0.5**3 * 9)


def test_constant_slopes_are_values_too() -> None:
    x, y = Value(3.0), Value(1.0)
    slopes = gradients(x * 4.0 + 1.0, [x, y], create_graph=True)
    assert all(isinstance(s, Value) for s in slopes)
    assert slopes == [4.0, 0.0]
    assert gradients(slopes[0], [x]) == gradients(slopes[1], [x]) == [0.0]


@pytest.mark.parametrize("name", [n for n, gate in GATES.items() if gate.arity == 2])
def test_a_zero_beside_a_value_raises_nothing(name: str) -> None:
    # The rules divide and take powers: of two plain numbers that is Python's own arithmetic, which raises at 0.
    for node in (
        GATES[name](x := Value(2.0), 0.0),
        GATES[name](0.0, x := Value(2.0)),
        GATES[name](x := Value(0.0), -1),
    ):
        (slope,) = gradients(node, [x], create_graph=True)
        (plain,) = gradients(node, [x])
        assert slope == plain or (math.isnan(plain) and math.isnan(slope.data))


def test_no_node_is_made_for_multiplying_by_one() -> None:
    x = Value(3.0)
    (slope,) = gradients(x + 1.0, [x], create_graph=True)
    assert slope.op is None


# ----------------------------------------------------------------------------------------------------------- staleness


def test_a_changed_leaf_is_noticed() -> None:
    x = Value(3.0, name="x")
    y = x * x
    x.data = 4.0
    with pytest.raises(GraphError, match=r"mul: its operand x = 4 was changed after the forward pass.*3 then, 4 now"):
        y.backward(create_graph=True)
    with pytest.raises(GraphError, match="changed after the forward pass"):
        gradients(y, [x], create_graph=True)
    # A plain pass needs recorded numbers only, and describes the old ones.
    y.backward()
    assert x.grad == 6.0


def test_a_change_that_leaves_the_slope_alone_is_noticed() -> None:
    # x³ has the slope 12 at 2 and at -2, but not the same second derivative.
    x = Value(2.0)
    y = x**3
    x.data = -2.0
    with pytest.raises(GraphError, match="pow = 8 would be -8 now"):
        y.backward(create_graph=True)


def test_a_changed_inner_node_is_noticed() -> None:
    x = Value(2.0)
    inner = x * 3.0
    y = inner.exp()
    inner.data = 0.0
    with pytest.raises(GraphError, match="changed after the forward pass"):
        gradients(y, [x], create_graph=True)


def test_nan_and_infinity_are_not_mistaken_for_changes() -> None:
    for number in (math.nan, math.inf, -math.inf, 0.0, -0.0):
        x = Value(number)
        for name, gate in GATES.items():
            operands = [x] * (gate.arity or 2)
            node = gate([x], [x]) if name == "dot" else gate(*operands)
            assert len(gradients(node, [x], create_graph=True)) == 1


def test_modes_of_the_second_pass() -> None:
    x = Value(0.3)
    y = x.silu().softplus() * x.tanh()
    plain = gradients(y, [x])
    with primitives():
        opened = gradients(y, [x], create_graph=True)
    assert math.isclose(opened[0].data, plain[0], rel_tol=1e-14)
    with no_grad():
        (frozen,) = gradients(y, [x], create_graph=True)
    assert frozen == plain[0]
    assert not frozen.requires_grad


@pytest.mark.parametrize("number", [-2.5, -0.7, 0.1, 0.35, 1.9, 3.3])
def test_opening_gates_is_not_mistaken_for_a_change(number: float) -> None:
    # Opened rules round differently; that is no reason to refuse a graph recorded with closed ones.
    for name in ("silu", "softplus", "elu", "expm1", "sigmoid", "tanh", "div", "sqrt", "pow"):
        x = Value(number)
        gate = GATES[name]
        y = gate(x, 1.7) if gate.arity == 2 else gate(x)
        with primitives():
            (slope,) = gradients(y, [x], create_graph=True)
        (plain,) = gradients(y, [x])
        assert math.isclose(slope.data, plain, rel_tol=1e-12) or math.isnan(plain)


def test_a_rule_of_many_inputs() -> None:
    w, x = [Value(1.5), Value(-2.0)], [Value(3.0), 4.0]
    slopes = gradients(autograd.dot(w, x), [*w, x[0]], create_graph=True)
    assert slopes == [3.0, 4.0, 1.5]
    assert gradients(slopes[0], [x[0]]) == [1.0]
