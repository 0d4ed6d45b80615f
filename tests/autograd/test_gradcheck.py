"""gradcheck passes what is right and fails what is wrong by very little, saying which number is which."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import autograd
from autograd import GATES, Gate, GradcheckError, OperandError, Value, grad, gradcheck, no_grad, register, unregister
from autograd.source import Native
from tests.oracles.points import NAMES, TABLE, apply

# ruff: noqa: ARG005 - planted rules name their inputs, whichever they use


def _gate(name: str) -> Callable[..., Any]:
    return lambda *inputs: apply(name, inputs)


@pytest.mark.spec("S-004", "S-006", "S-017", "S-040")
@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("name", NAMES)
def test_every_gate_passes(name: str, order: int) -> None:
    for point in TABLE[name].ordinary:
        assert gradcheck(_gate(name), list(point), order=order)


@pytest.fixture
def plant() -> Iterator[Callable[..., Gate]]:
    """Registers gates for one test."""
    planted: list[str] = []

    def register_for_now(name: str, **entry: Any) -> Gate:
        planted.append(name)
        return register(Gate(name, **entry))

    yield register_for_now
    for name in planted:
        unregister(name)


Plant = Callable[..., Gate]


def _fails(f: Callable[..., Any], point: list[Any], **options: Any) -> str:
    assert gradcheck(f, point, raise_exception=False, **options) is False
    with pytest.raises(GradcheckError) as caught:
        gradcheck(f, point, **options)
    return str(caught.value)


@pytest.mark.spec("S-017")
def test_a_wrong_sign_fails_and_both_numbers_are_told(plant: Plant) -> None:
    wrong = plant("wrong_inv", value=lambda x: 1 / x, local=lambda x, out: (out * out,))
    message = _fails(wrong, [4.0])
    assert message.startswith("gradcheck: ∂f/∂x is 0.0625 by backpropagation but -0.0624999")
    assert message.endswith("at (4)")


@pytest.mark.spec("S-017")
@pytest.mark.parametrize("factor", [1.001, 0.999])
@pytest.mark.parametrize("name", [n for n in NAMES if GATES[n].arity in (1, 2)])
def test_a_tenth_of_a_percent_fails(plant: Plant, name: str, factor: float) -> None:
    right = GATES[name]
    names = ", ".join(p.name for p in right.parameters)
    # Built by eval so that the planted rule has the inputs' own names.
    local = eval(f"lambda {names}, out: tuple({factor} * d for d in rule({names}, out))", {"rule": right.local})
    wrong = plant(f"wrong_{name}", value=right.value, native=right.native, local=local)
    caught = 0
    for point in TABLE[name].ordinary:
        slopes = [apply(name, [Value(x) for x in point]).local]
        if not any(slopes[0]):
            assert gradcheck(wrong, list(point))  # 0 times anything is right
            continue
        message = _fails(wrong, list(point))
        first = next(p.name for p, slope in zip(right.parameters, slopes[0], strict=True) if slope)
        assert re.match(r"gradcheck: ∂f/∂\w+ is (\S+) by backpropagation but (\S+) by finite differences", message)
        assert f"∂f/∂{first} " in message
        caught += 1
    flat = ("sign", "step", "floordiv", "gt", "ge", "lt", "le", "eq", "ne")
    assert caught or name in flat


@pytest.mark.spec("S-017")
def test_a_wrong_second_derivative_fails_at_order_2_only(plant: Plant) -> None:
    # The slope of x² is the right number 2x, but that number's own slope is recorded as 1.
    plant("double", native=Native(lambda x: 2 * x, "(2 * {0})"), local=lambda x, out: (1,))
    square = plant("square", value=lambda x: x * x, local=lambda x, out: (GATES["double"](x),))
    assert gradcheck(square, [3.0])
    message = _fails(lambda weight: square(weight), [3.0], order=2)
    assert message.startswith("gradcheck: ∂²f/∂weight∂weight is 1.0 by backpropagation but 2.0")


def test_mixed_second_derivatives_are_checked(plant: Plant) -> None:
    plant("frozen", native=Native(lambda y: y, "{0}"), local=lambda y, out: (0,))
    product = plant("product", value=lambda x, y: x * y, local=lambda x, y, out: (GATES["frozen"](y), x))
    assert gradcheck(product, [2.0, 3.0])
    assert "∂²f/∂x∂y is 0.0" in _fails(product, [2.0, 3.0], order=2)


def test_the_parameter_is_named(plant: Plant) -> None:
    wrong = plant("off", value=lambda x: x * 3, local=lambda x, out: (3.1,))

    def f(bias: Value, weight: Value) -> Value:
        return bias + wrong(weight)

    assert "∂f/∂weight is 3.1" in _fails(f, [1.0, 2.0])
    assert "∂f/∂rate is 3.1" in _fails(f, [Value(1.0), Value(2.0, name="rate")])
    assert "∂f/∂x1 is 3.1" in _fails(lambda *v: v[0] + wrong(v[1]), [1.0, 2.0])


def test_an_infinite_derivative_is_not_taken_on_trust() -> None:
    with pytest.raises(GradcheckError, match="∂f/∂x is inf"):
        gradcheck(lambda x: x.sqrt(), [0.0])


def test_outside_of_the_domain_nan_agrees_with_nan() -> None:
    assert gradcheck(lambda x: x.sqrt(), [-1.0], order=2)
    assert "∂f/∂x is -1.0 by backpropagation but nan" in _fails(lambda x: x.log(), [-1.0])


def test_it_works_where_nothing_is_recorded_and_on_derivatives() -> None:
    assert gradcheck(grad(autograd.sin), [0.7])
    assert gradcheck(grad(grad(lambda x: x**4)), [0.7], order=2)
    with no_grad():
        assert gradcheck(autograd.sin, 0.7, order=2)
        assert gradcheck(grad(autograd.sin), 0.7)


def test_it_leaves_no_gradient_behind() -> None:
    x, w = Value(2.0), Value(3.0)
    assert gradcheck(lambda v: v * w, [x], order=2)
    assert x.grad is w.grad is None


def test_unusable_arguments() -> None:
    with pytest.raises(OperandError, match="order must be 1 or 2, not 3"):
        gradcheck(autograd.sin, [1.0], order=3)
    with pytest.raises(OperandError, match="must return a Value, not float"):
        gradcheck(lambda x: 2.0, [1.0])
    with pytest.raises(OperandError, match="not the text 'a'"):
        gradcheck(autograd.sin, ["a"])
