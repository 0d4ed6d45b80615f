"""Finite differences: their values, their orders of error, and what they cost beside backpropagation."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import OperandError, Value, is_grad_enabled, numerical_derivative, numerical_grad
from autograd.numerical import Scheme


def _square(x: Any) -> Any:
    return x * x


@pytest.mark.spec("S-016")
def test_the_quotients_of_a_square() -> None:
    # (x+h)² - x² over h is 2x + h before the limit; the central one has no h in it at all.
    assert math.isclose(numerical_derivative(_square, 3.0, h=1e-3, scheme="forward"), 6.001, abs_tol=1e-9)
    assert math.isclose(numerical_derivative(_square, 3.0, h=1e-3, scheme="backward"), 5.999, abs_tol=1e-9)
    assert math.isclose(numerical_derivative(_square, 3.0, h=1e-3), 6.0, abs_tol=1e-9)


@pytest.mark.spec("S-016")
def test_a_secant_is_the_average_slope() -> None:
    # A line that rises by 24 over a width of 15, and a square between 0 and 4.
    assert math.isclose(numerical_derivative(lambda x: 1.6 * x + 7.0, 2.0, h=15.0, scheme="forward"), 24 / 15)
    assert numerical_derivative(_square, 0.0, h=4.0, scheme="forward") == 4.0


@pytest.mark.spec("S-016")
@pytest.mark.parametrize(("scheme", "order"), [("forward", 1), ("backward", 1), ("central", 2)])
def test_the_order_of_the_error(scheme: Scheme, order: int) -> None:
    def error(h: float) -> float:
        return abs(numerical_derivative(autograd.sin, 1.0, h=h, scheme=scheme) - math.cos(1.0))

    for h in (1e-1, 1e-2, 1e-3):
        assert math.isclose(math.log10(error(h) / error(h / 10)), order, abs_tol=0.02)


@pytest.mark.spec("S-016")
def test_the_limit_is_the_derivative() -> None:
    for x in (-2.0, 0.5, 3.0):
        assert math.isclose(numerical_derivative(autograd.exp, x), math.exp(x), rel_tol=1e-8)


def _counting(f: Callable[..., Any]) -> tuple[Callable[..., Any], list[tuple[float, ...]]]:
    calls: list[tuple[float, ...]] = []

    def counted(*inputs: Any) -> Any:
        calls.append(tuple(float(x) for x in inputs))
        return f(*inputs)

    return counted, calls


@pytest.mark.spec("S-017")
@pytest.mark.parametrize("n", [1, 2, 7])
def test_two_evaluations_per_input_beside_one_in_all(n: int) -> None:
    def f(*inputs: Any) -> Any:
        return autograd.sum(x * x * (i + 1.0) for i, x in enumerate(inputs))

    point = [0.5 + i for i in range(n)]
    counted, calls = _counting(f)
    slopes = numerical_grad(counted, point)
    assert len(calls) == 2 * n
    counted, calls = _counting(f)
    leaves = [Value(x) for x in point]
    counted(*leaves).backward()
    assert len(calls) == 1
    for leaf, slope in zip(leaves, slopes, strict=True):
        assert math.isclose(leaf.grad, slope, rel_tol=1e-8)


def test_one_coordinate_moves_at_a_time() -> None:
    counted, calls = _counting(lambda x, y: x * y)
    numerical_grad(counted, [3.0, -2.0], h=0.5)
    assert calls == [(3.5, -2.0), (2.5, -2.0), (3.0, -1.5), (3.0, -2.5)]
    counted, calls = _counting(_square)
    numerical_derivative(counted, 3.0, h=0.5, scheme="backward")
    assert calls == [(3.0,), (2.5,)]


def test_nothing_is_recorded_and_nothing_left_behind() -> None:
    seen = []

    def f(x: Value) -> Value:
        seen.append(is_grad_enabled())
        return x.exp()

    x = Value(1.0)
    numerical_grad(f, [x])
    assert seen == [False, False]
    assert x.grad is None


def test_a_single_number_in_and_out() -> None:
    assert math.isclose(numerical_grad(_square, 3.0), 6.0, rel_tol=1e-9)
    assert math.isclose(numerical_grad(_square, Value(3.0)), 6.0, rel_tol=1e-9)
    assert numerical_grad(_square, [3.0]) == [numerical_grad(_square, 3.0)]
    assert numerical_grad(lambda: 1.0, []) == []


def test_the_width_is_what_the_floats_make_of_it() -> None:
    # Near 1e9 a step of 1e-6 comes out as a multiple of 1.2e-7; dividing by 2h instead would be 5 % off.
    assert math.isclose(numerical_derivative(lambda x: x * 1.0, 1e9), 1.0, rel_tol=1e-12)


def test_unusable_arguments() -> None:
    with pytest.raises(OperandError, match="scheme must be one of central, forward, backward, not 'left'"):
        numerical_derivative(_square, 1.0, scheme="left")  # type: ignore[arg-type]
    for h in (0.0, -1e-6, math.inf, math.nan):
        with pytest.raises(OperandError, match="h must be a positive number"):
            numerical_grad(_square, [1.0], h=h)
    with pytest.raises(OperandError, match=r"a step of 1e-06 vanishes beside 1e\+20"):
        numerical_derivative(_square, 1e20)
    with pytest.raises(OperandError, match="not a list of 1"):
        numerical_derivative(lambda x: [x], 1.0)
