"""Stationary points, and what curvature does to a step."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import OperandError, Tensor, classify_stationary_point, hessian, predicted_vs_actual

from ..autograd.settings import thorough


@pytest.mark.spec("S-032", "S-373")
@pytest.mark.parametrize(
    ("f", "x", "kind"),
    [
        (lambda x: x[0] ** 2 - x[1] ** 2, [0.0, 0.0], "saddle"),
        (lambda x: x[0] ** 2 + x[1] ** 2, [0.0, 0.0], "minimum"),
        (lambda x: -(x[0] ** 2) - x[1] ** 2, [0.0, 0.0], "maximum"),
        (lambda x: -x.cos(), math.pi, "maximum"),
        (lambda x: -x.cos(), 0.0, "minimum"),
        (lambda x: x**3, 0.0, "inconclusive"),
        (lambda x: x**4, 0.0, "inconclusive"),
        (lambda x: x[0] ** 2 + x[1] ** 4, [0.0, 0.0], "inconclusive"),
        (lambda x: x[0] ** 2 - x[1] ** 2 + x[2] ** 4, [0.0, 0.0, 0.0], "saddle"),
        (lambda x: x**2, 0.5, "not stationary"),
        (lambda x: (x * x).sum(), np.zeros((2, 3)), "minimum"),
        (lambda x: (x * x).sum(), Tensor(np.zeros(3), requires_grad=True), "minimum"),
        (lambda x: x[0] * x[1], np.zeros(2), "saddle"),
        (lambda p: (p["a"] ** 2).sum() - p["b"] ** 2, {"a": np.zeros(2), "b": np.array(0.0)}, "saddle"),
    ],
)
def test_known_points(f: Any, x: Any, kind: str) -> None:
    assert classify_stationary_point(f, x) == kind


@pytest.mark.spec("S-032")
def test_one_way_off_the_saddle_is_down() -> None:
    f = lambda x: x[0] ** 2 - x[1] ** 2  # noqa: E731
    assert f([0.0, 1e-3]) < f([0.0, 0.0]) < f([1e-3, 0.0])


@pytest.mark.spec("S-032")
@thorough
@given(st.lists(st.sampled_from([-3.0, -0.5, 0.0, 0.25, 2.0]), min_size=1, max_size=4), st.integers(0, 2**32 - 1))
def test_quadratic_forms_with_known_eigenvalues(eigenvalues: list[float], seed: int) -> None:
    n = len(eigenvalues)
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]
    matrix = turn @ np.diag(eigenvalues) @ turn.T
    above, below = max(eigenvalues) > 0, min(eigenvalues) < 0
    expected = (
        "saddle" if above and below else "inconclusive" if 0.0 in eigenvalues else "minimum" if above else "maximum"
    )
    f = lambda x: x @ matrix @ x  # noqa: E731
    assert classify_stationary_point(f, np.zeros(n)) == expected
    np.testing.assert_allclose(hessian(f, np.zeros(n)), matrix + matrix.T, atol=1e-12)


def test_derivatives_that_are_not_finite_are_an_error() -> None:
    with np.errstate(all="ignore"), pytest.raises(OperandError, match="not finite"):
        classify_stationary_point(lambda x: x.sqrt(), 0.0)


@pytest.mark.spec("S-033")
def test_curvature_spoils_or_helps_a_step() -> None:
    bowl = predicted_vs_actual(lambda x: 0.5 * x * x, 1.0, 0.1)
    assert bowl == pytest.approx((-0.1, 0.005, -0.095), abs=1e-15)
    hill = predicted_vs_actual(lambda x: -0.5 * x * x, 1.0, 0.1)
    assert hill == pytest.approx((-0.1, -0.005, -0.105), abs=1e-15)
    flat = predicted_vs_actual(lambda x: 3.0 * x, 1.0, 0.1)
    assert flat.curvature == 0.0
    assert flat.actual == pytest.approx(flat.predicted, rel=1e-12)


@pytest.mark.spec("S-033")
@thorough
@given(st.integers(1, 4), st.floats(1e-3, 0.3), st.integers(0, 2**32 - 1))
def test_the_second_order_forecast_is_exact_for_quadratics(n: int, lr: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    a, b, x = random.normal(size=(n, n)), random.normal(size=n), random.normal(size=n)
    found = predicted_vs_actual(lambda x: x @ a @ x + b @ x, x, lr)
    g = (a + a.T) @ x + b
    assert found.predicted == pytest.approx(-lr * float(g @ g), rel=1e-12)
    assert found.curvature == pytest.approx(0.5 * lr**2 * float(g @ (a + a.T) @ g), rel=1e-9, abs=1e-12)
    assert found.actual == pytest.approx(found.predicted + found.curvature, rel=1e-9, abs=1e-9)


def test_structures_and_nodes() -> None:
    f = lambda p: (p["w"] ** 2).sum() + p["b"] ** 2  # noqa: E731
    found = predicted_vs_actual(f, {"w": np.array([1.0, 2.0]), "b": np.array(3.0)}, 0.1)
    assert found == pytest.approx((-5.6, 0.56, -5.04), rel=1e-12)
    assert predicted_vs_actual(lambda w: (w**2).sum(), Tensor([1.0], requires_grad=True), 0.1).predicted == -0.4
