"""A function near a point: linear and Taylor approximations, slopes in a direction and on both sides of a kink."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import (
    OperandError,
    Tensor,
    Value,
    directional_derivative,
    grad,
    linearize,
    no_grad,
    numerical_derivative,
    one_sided_derivatives,
    taylor,
)

from ..autograd.settings import thorough
from .functions import SCALAR, VECTOR, Function, names

functions = pytest.mark.parametrize("function", SCALAR + VECTOR, ids=names(SCALAR + VECTOR))


def at(function: Function, x: Any) -> Any:
    with no_grad():
        return function.f(Tensor(x)).data


@pytest.mark.spec("S-018", "S-363")
def test_a_slope_of_a_half() -> None:
    value, change = linearize(lambda x: 0.5 * x + 3.0, 2.0)
    assert value == 4.0
    assert change(0.01) == pytest.approx(0.005, rel=1e-15)
    assert grad(lambda x: 0.5 * x)(2.0) * 0.01 == pytest.approx(0.005, rel=1e-15)


@pytest.mark.spec("S-018")
@functions
def test_the_error_of_the_linear_approximation_falls_with_the_square(function: Function) -> None:
    x = function.x
    value, change = linearize(function.f, x)
    step = 0.02 * np.cos(1 + np.arange(x.size)).reshape(x.shape)
    errors = []
    for _ in range(4):
        errors.append(float(np.abs(at(function, x + step) - (value + change(step))).max()))
        step = step / 2
    if errors[0] < 1e-13:  # a linear function
        return
    for before, after in pairwise(errors):
        assert after < 0.3 * before


@pytest.mark.spec("S-018")
def test_the_map_is_linear_and_evaluates_the_function_no_more() -> None:
    calls = []

    def f(p: dict[str, Any]) -> Any:
        calls.append(1)
        return (p["w"] * p["s"]).sum()

    x = {"w": np.array([1.0, 2.0]), "s": np.array([3.0, 4.0]), "n": 1.0}
    value, change = linearize(f, x)
    one = {"w": np.array([1.0, 0.0]), "s": np.array([0.0, 1.0]), "n": 5.0}
    two = {key: 2 * part for key, part in one.items()}
    x["w"][:] = 100.0
    assert (value, change(one), change(two)) == (11.0, 5.0, 10.0)
    assert len(calls) == 1
    # ∂y/∂x₁Δx₁ + ∂y/∂x₂Δx₂ + ...
    gradient = grad(lambda v: v[0] * v[1] + v[2] ** 2)([2.0, 3.0, 4.0])
    step = [0.1, -0.2, 0.3]
    _, change = linearize(lambda v: v[0] * v[1] + v[2] ** 2, [2.0, 3.0, 4.0])
    assert change(step) == pytest.approx(sum(g * d for g, d in zip(gradient, step, strict=True)), rel=1e-14)


@pytest.mark.spec("S-019")
def test_the_polynomial_of_exp() -> None:
    for x0 in (0.0, np.array(0.0)):
        coefficients, polynomial = taylor(autograd.exp, x0, 5)
        assert coefficients == [1.0, 1.0, 0.5, 1 / 6, 1 / 24, 1 / 120]
        assert float(polynomial(1.0)) == pytest.approx(2.7166666666666667, rel=1e-15)
    assert taylor(autograd.exp, 0.3, 0).polynomial(5.0) == math.exp(0.3)


@pytest.mark.spec("S-019")
@pytest.mark.parametrize(
    ("f", "x0", "derivatives"),
    [
        (lambda x: x.sin(), 0.4, [math.sin(0.4 + k * math.pi / 2) for k in range(8)]),
        (lambda x: x.log(), 2.0, [math.log(2)] + [(-1) ** (k - 1) * math.factorial(k - 1) / 2**k for k in range(1, 8)]),
        (lambda x: 1 / x, -2.0, [math.factorial(k) * (-1) ** k / (-2.0) ** (k + 1) for k in range(8)]),
        (lambda x: x.sqrt(), 4.0, [2.0, 1 / 4, -1 / 32, 3 / 256, -15 / 2048, 105 / 16384]),
        (lambda x: x.tanh(), 0.0, [0.0, 1.0, 0.0, -2.0, 0.0, 16.0, 0.0, -272.0]),
        (lambda x: x.sigmoid(), 0.0, [0.5, 0.25, 0.0, -1 / 8, 0.0, 1 / 4]),
        (lambda x: x.softplus(), 0.0, [math.log(2), 0.5, 0.25, 0.0, -1 / 8, 0.0, 1 / 4]),
        (lambda x: (x * x).exp(), 0.0, [1.0, 0.0, 2.0, 0.0, 12.0, 0.0, 120.0]),
    ],
    ids=["sin", "log", "1/x", "sqrt", "tanh", "sigmoid", "softplus", "exp of square"],
)
def test_derivatives_of_high_order(f: Any, x0: float, derivatives: list[float]) -> None:
    """Against closed forms, for numbers and for arrays without axes."""
    n = len(derivatives) - 1
    expected = [d / math.factorial(k) for k, d in enumerate(derivatives)]
    for start in (x0, np.array(x0)):
        assert taylor(f, start, n).coefficients == pytest.approx(expected, rel=1e-12, abs=1e-14)


@pytest.mark.spec("S-019")
@thorough
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=6), st.integers(-3, 3), st.floats(-3, 3))
def test_it_is_exact_for_polynomials(coefficients: list[int], x0: int, x: float) -> None:
    def f(x: Any) -> Any:
        total = x * 0.0
        for c in reversed(coefficients):
            total = total * x + c
        return total

    _, polynomial = taylor(f, float(x0), len(coefficients) - 1)
    scale = sum(abs(c) for c in coefficients) * 6.0 ** len(coefficients) + 1
    assert polynomial(x) == pytest.approx(f(x), abs=1e-12 * scale)


@pytest.mark.spec("S-019")
def test_second_order_in_many_variables() -> None:
    def f(x: Any) -> Any:
        return x[0] ** 2 * 3 + x[0] * x[1] - x[1] ** 2 + 2 * x[0] + 5

    for x0 in ([1.0, -2.0], np.array([1.0, -2.0])):
        found, polynomial = taylor(f, x0, 2)
        assert found[0] == 4.0
        np.testing.assert_array_equal(found[1], [6.0, 5.0])
        np.testing.assert_array_equal(found[2], [[6.0, 1.0], [1.0, -2.0]])
        assert polynomial([3.0, 4.0]) == f([3.0, 4.0]) if isinstance(x0, list) else True
        assert polynomial(np.array([3.0, 4.0])) == f([3.0, 4.0])
    line = taylor(f, [1.0, -2.0], 1).polynomial
    assert line([2.0, -1.0]) == 4.0 + 6.0 + 5.0
    matrix = np.array([[1.0, 2.0], [3.0, 4.0]])
    square = taylor(lambda w: (w * w).sum(), matrix, 2).polynomial
    assert square(2 * matrix) == pytest.approx(4 * float((matrix**2).sum()))


def test_a_polynomial_can_be_differentiated() -> None:
    _, polynomial = taylor(autograd.exp, 0.0, 3)
    assert grad(polynomial)(2.0) == 1 + 2.0 + 2.0
    slope = grad(lambda c: taylor(lambda x: (c * x).exp(), 0.0, 2).polynomial(1.0))(3.0)
    assert slope == 1.0 + 3.0


@pytest.mark.spec("S-020")
def test_the_slope_in_a_direction() -> None:
    def f(x: Any) -> Any:
        return x[0] ** 2 + 3 * x[1]

    for x, u in (([1.0, 2.0], [0.6, 0.8]), (np.array([1.0, 2.0]), np.array([0.6, 0.8]))):
        assert directional_derivative(f, x, u) == pytest.approx(3.6, rel=1e-15)
        assert directional_derivative(f, x, [6.0, 8.0]) == pytest.approx(3.6, rel=1e-15)
        assert directional_derivative(f, x, [6.0, 8.0], normalize=False) == pytest.approx(36.0, rel=1e-15)
    along = numerical_derivative(lambda h: f([1.0 + 0.6 * h, 2.0 + 0.8 * h]), 0.0)
    assert along == pytest.approx(3.6, rel=1e-8)
    assert directional_derivative(lambda x: x**2, 3.0, -2.0) == -6.0
    assert directional_derivative(f, [1.0, 2.0], [6e-200, 8e-200]) == pytest.approx(3.6, rel=1e-15)
    with pytest.raises(OperandError, match="length 0 cannot be normalized"):
        directional_derivative(f, [1.0, 2.0], [0.0, 0.0])


@pytest.mark.spec("S-020")
@functions
def test_it_is_the_gradient_times_the_direction(function: Function) -> None:
    x = function.x
    u = np.cos(1 + np.arange(x.size)).reshape(x.shape)
    h = 1e-6
    unit = u / np.linalg.norm(u)
    difference = (at(function, x + h * unit) - at(function, x - h * unit)) / (2 * h)
    np.testing.assert_allclose(directional_derivative(function.f, x, u), difference, rtol=1e-6, atol=1e-8)


def test_a_direction_keeps_what_it_depends_on() -> None:
    slope = grad(lambda a: directional_derivative(lambda x: a * x[0] ** 2, [1.0, 0.0], [1.0, 0.0]))(5.0)
    assert slope == 2.0
    # D_u of x₀² + 3x₁ at (1, 2) along u = (s, 1): (2s + 3)/√(s² + 1), whose slope at s = 1 is (2 - 3)/√8.
    f = lambda x: x[0] ** 2 + 3 * x[1]  # noqa: E731
    turn = grad(lambda s: directional_derivative(f, [1.0, 2.0], [s, 1.0]))(1.0)
    assert turn == pytest.approx(-1 / math.sqrt(8), rel=1e-12)
    stretch = grad(lambda s: directional_derivative(f, [1.0, 2.0], [s, 1.0], normalize=False))(1.0)
    assert stretch == 2.0
    unit = np.array([1.0, 0.0])
    turned = grad(lambda s: directional_derivative(f, np.array([1.0, 2.0]), s * unit + unit[::-1]))(np.array(1.0))
    assert turned == pytest.approx(-1 / math.sqrt(8), rel=1e-12)


@pytest.mark.spec("S-036")
@pytest.mark.parametrize(
    ("f", "left", "right"),
    [
        (abs, -1.0, 1.0),
        (lambda x: x.relu(), 0.0, 1.0),
        (lambda x: x * x, 0.0, 0.0),
        (lambda x: x.leaky_relu(0.1), 0.1, 1.0),
    ],
    ids=["abs", "relu", "square", "leaky_relu"],
)
def test_both_sides_of_a_kink(f: Any, left: float, right: float) -> None:
    found = one_sided_derivatives(f, 0.0)
    assert found.left == pytest.approx(left, abs=1e-15)
    assert found.right == pytest.approx(right, abs=1e-15)
    convention = grad(f)(0.0)
    assert min(left, right) <= convention <= max(left, right), "what backpropagation says lies between them"


@pytest.mark.spec("S-036")
def test_smooth_functions_have_one_slope() -> None:
    for x in (-1.3, 0.2, 2.5):
        left, right = one_sided_derivatives(lambda x: x.sin() * x.exp(), x)
        slope = math.exp(x) * (math.sin(x) + math.cos(x))
        assert left == pytest.approx(slope, rel=1e-7)
        assert right == pytest.approx(slope, rel=1e-7)
    assert one_sided_derivatives(lambda x: x.relu() ** 2, 0.0) == (0.0, 0.0), "C¹, though not C²"


@pytest.mark.spec("S-372")
def test_an_average_slope() -> None:
    """24 up on 15 along: the slope of the chord."""
    f = lambda x: 10.0 + 1.6 * x  # noqa: E731
    assert numerical_derivative(f, 5.0, h=15.0, scheme="forward") == pytest.approx(24 / 15, rel=1e-14)
    assert 24 / 15 == 1.6


def test_unusable_degrees() -> None:
    for n in (-1, 1.5, "2", True):
        with pytest.raises(OperandError, match="whole number from 0 on"):
            taylor(autograd.exp, 0.0, n)  # type: ignore[arg-type]
    with pytest.raises(OperandError, match="2 at most, not 3"):
        taylor(lambda x: x[0], [1.0, 2.0], 3)
    assert isinstance(taylor(autograd.exp, Value(0.0), 2).coefficients[2], Value)
