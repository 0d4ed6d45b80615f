"""grad and value_and_grad: functions of functions, to any order, with nothing left behind."""

# ruff: noqa: ARG005 - functions of an input they do not use are what some of these tests are about
from __future__ import annotations

import math
from typing import Any

import pytest

import autograd
from autograd import OperandError, Value, grad, gradients, trace, value_and_grad


def test_three_orders() -> None:
    def f(x: Any) -> Any:
        return x**4 + autograd.sin(x) * autograd.exp(x)

    x = 0.7
    s, c, e = math.sin(x), math.cos(x), math.exp(x)
    assert math.isclose(grad(f)(x), 4 * x**3 + e * (s + c))
    assert math.isclose(grad(grad(f))(x), 12 * x**2 + 2 * e * c)
    assert math.isclose(grad(grad(grad(f)))(x), 24 * x + 2 * e * (c - s))


def test_value_and_gradient_together() -> None:
    value, slope = value_and_grad(lambda x: x**3)(2.0)
    assert (value, slope) == (8.0, 12.0)
    assert type(value) is type(slope) is float
    assert value_and_grad(lambda x: x * 2, argnums=(0,))(5) == (10.0, (2.0,))


def test_argnums() -> None:
    def f(x: Any, y: Any, z: Any) -> Any:
        return x * y * y + z

    assert grad(f)(2.0, 3.0, 5.0) == 9.0
    assert grad(f, argnums=1)(2.0, 3.0, 5.0) == 12.0
    assert grad(f, argnums=(2, 0))(2.0, 3.0, 5.0) == (1.0, 9.0)
    assert grad(lambda x, k=3.0: x * k)(2.0, k=7.0) == 7.0


def test_lists_of_numbers() -> None:
    def f(weights: list[Any], bias: Any) -> Any:
        return autograd.dot(weights, [1.0, 10.0, 100.0]) * bias

    assert grad(f)([1.0, 2.0, 3.0], 2.0) == [2.0, 20.0, 200.0]
    assert grad(f, argnums=(0, 1))((1.0, 2.0, 3.0), 2.0) == ([2.0, 20.0, 200.0], 321.0)
    ((first, *_), bias) = grad(f, argnums=(0, 1))([Value(1.0), 2.0, 3.0], 2.0)
    assert first == 2.0
    assert bias == 321.0


def test_closed_over_values_are_left_alone() -> None:
    w = Value(3.0)
    w.grad = 7.0
    slope = grad(lambda x: w * x * x)(2.0)
    assert slope == 12.0
    assert type(slope) is float, "numbers in, numbers out"
    assert w.grad == 7.0


def test_arguments_keep_their_own_graphs() -> None:
    x = Value(2.0)
    y = x * x
    slope = grad(lambda v: v**3)(y)
    assert isinstance(slope, Value)
    assert slope == 48.0
    assert x.grad is y.grad is None
    # The result still hangs on x: d/dx 3(x²)² = 12x³.
    assert gradients(slope, [x]) == [96.0]


def test_the_derivative_is_by_the_argument_only() -> None:
    x = Value(2.0)
    # x takes part twice, once as the argument and once closed over; only the first counts.
    assert grad(lambda v: v * x)(x) == 2.0
    both = grad(lambda u, v: u * u * v, argnums=(0, 1))(x, x)
    assert both == (8.0, 4.0)


# The classic trap of nested derivatives: mixing up whose variable is whose.
def test_no_perturbation_confusion() -> None:
    def inner_at_x(x: Any) -> Any:
        return x * grad(lambda y: x * y)(x)

    def inner_at_number(x: Any) -> Any:
        return x * grad(lambda y: x * y)(1.0)

    def inner_sum(x: Any) -> Any:
        return x * grad(lambda y: x + y)(1.0)

    assert grad(inner_at_x)(3.0) == 6.0
    assert grad(inner_at_number)(3.0) == 6.0
    assert grad(inner_sum)(3.0) == 1.0
    assert grad(grad(inner_at_number))(3.0) == 2.0
    assert grad(grad(grad(inner_at_number)))(3.0) == 0.0


def test_an_inner_derivative_between_two_outer_ones() -> None:
    # d/dx of  ∂/∂y (x²·y³·z) at y = 2, z = x, that is of x²·12·x = 12x³
    def f(x: Any) -> Any:
        return grad(lambda y: grad(lambda z: x * x * y**3 * z)(1.0) * x)(2.0)

    assert grad(f)(1.5) == 3 * 12 * 1.5**2


def test_functions_that_do_not_depend_on_the_input() -> None:
    assert grad(lambda x: 5.0)(1.0) == 0.0
    assert grad(lambda x: Value(2.0) * 3.0)(1.0) == 0.0
    assert value_and_grad(lambda x: 5)(1.0) == (5.0, 0.0)
    assert grad(grad(lambda x: 5.0))(1.0) == 0.0
    assert grad(grad(grad(lambda x: 2 * x)))(1.0) == 0.0
    assert grad(lambda x, y: y * y, argnums=(0, 1))(1.0, 3.0) == (0.0, 6.0)


def test_the_identity_and_a_constant_of_the_same_object() -> None:
    assert grad(lambda x: x)(4.0) == 1.0
    x = Value(4.0)
    assert grad(lambda v: x)(x) == 0.0


def test_results_that_are_not_numbers() -> None:
    with pytest.raises(OperandError, match="not a tuple of 2"):
        grad(lambda x: (x, x))(1.0)
    with pytest.raises(OperandError, match="not a NoneType"):
        grad(lambda x: None)(1.0)
    with pytest.raises(OperandError, match="not the text 'a'"):
        grad(lambda x: x)("a")
    with pytest.raises(OperandError, match="argnums names argument 2, but the call has 1"):
        grad(lambda x: x, argnums=2)(1.0)
    with pytest.raises(OperandError, match="argnums names argument -1"):
        grad(lambda x: x, argnums=-1)(1.0)


def test_a_call_is_over_when_it_is_over() -> None:
    kept = []

    def keeps(x: Any) -> Any:
        kept.append(x)
        return x * x

    def fails(x: Any) -> Any:
        kept.append(x)
        raise RuntimeError("inside")

    grad(keeps)(2.0)
    with pytest.raises(RuntimeError, match="inside"):
        grad(fails)(2.0)
    # The variables of finished derivatives are numbers like any other: nothing nests in them any more.
    assert [type(grad(lambda y, v=v: v * y)(3.0)) for v in kept] == [float, float]


def test_wrapping_keeps_name_and_text() -> None:
    def energy(x: Any) -> Any:
        """Half the square."""
        return x * x * 0.5

    assert grad(energy).__name__ == "energy"
    assert value_and_grad(energy).__doc__ == "Half the square."


def test_the_graph_of_a_derivative_can_be_traced() -> None:
    x = Value(2.0, name="x")
    slope = grad(lambda v: v**3)(x)
    record = trace(slope)
    assert record.find("x").grad == 12.0
