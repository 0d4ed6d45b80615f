"""Projections, soft thresholds and penalties that find their own strength."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, Value
from optim import (
    SGD,
    OptimizerError,
    dual_ascent,
    lagrangian,
    project_l2_ball_,
    project_max_norm_,
    proximal_l1_,
)

from ..autograd.settings import thorough

numbers = st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=3, max_size=3)


def projected(x: Any, radius: float) -> np.ndarray:
    w = Tensor(np.array(x), requires_grad=True)
    project_l2_ball_(w, radius)
    return w.data


@pytest.mark.spec("S-158")
@thorough
@given(numbers, numbers, st.floats(1e-3, 1e3))
def test_projecting_on_a_ball(x: list[float], y: list[float], radius: float) -> None:
    once, other = projected(x, radius), projected(y, radius)
    np.testing.assert_array_equal(projected(once, radius), once, err_msg="idempotent")
    assert np.linalg.norm(once) <= radius * (1 + 1e-15 * 4)
    distance = np.linalg.norm(np.subtract(x, y))
    assert np.linalg.norm(once - other) <= distance * (1 + 1e-12) + 1e-9, "never further apart"
    if np.linalg.norm(x) < radius * (1 - 1e-12):
        np.testing.assert_array_equal(once, x)


@pytest.mark.spec("S-158")
def test_zero_and_several_parameters() -> None:
    assert projected([0.0, 0.0], 1.0).tolist() == [0.0, 0.0]
    a, b = Tensor([3.0], requires_grad=True), Value(4.0)
    assert project_l2_ball_([a, b], 2.5) == 5.0
    assert (float(a), b.data) == (1.5, 2.0)
    older = (a * a).sum()
    project_l2_ball_([a], 0.1)
    with pytest.raises(Exception, match="changed in place"):
        older.backward()


def ridge_problem() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(30, 4)), rng.normal(size=30)


def ridge(strength: float) -> np.ndarray:
    """The minimum of ½‖Xw − y‖²/n + ½ strength ‖w‖²."""
    x, y = ridge_problem()
    found: np.ndarray = np.linalg.solve(x.T @ x / len(y) + strength * np.eye(4), x.T @ y / len(y))
    return found


def squares(w: Any) -> Any:
    x, y = ridge_problem()
    return ((Tensor(x) @ w - y) ** 2).sum() * (0.5 / len(y))


@pytest.mark.spec("S-157", "S-242")
@pytest.mark.parametrize("strength", [0.05, 0.3, 2.0])
def test_a_norm_penalty_is_a_norm_constraint(strength: float) -> None:
    target = ridge(strength)
    radius = float(np.linalg.norm(target))
    w = Tensor(np.zeros(4), requires_grad=True)
    optimizer = SGD([w], lr=0.3)
    for _ in range(500):
        optimizer.zero_grad()
        squares(w).backward()
        optimizer.step()
        project_l2_ball_(w, radius)
    np.testing.assert_allclose(w.data, target, atol=1e-12)
    found = dual_ascent(squares, lambda w: 0.5 * (w * w).sum(), 0.5 * radius**2, np.zeros(4), rate=2.0)
    assert found.alpha == pytest.approx(strength, rel=2e-3)
    np.testing.assert_allclose(found.x, target, atol=1e-5)
    assert abs(found.alpha * found.violation) <= 2e-6


@pytest.mark.spec("S-157")
def test_a_constraint_that_does_not_bind_costs_nothing() -> None:
    radius = 2 * float(np.linalg.norm(ridge(0.0)))
    found = dual_ascent(squares, lambda w: 0.5 * (w * w).sum(), 0.5 * radius**2, np.zeros(4))
    assert (found.alpha, found.rounds) == (0.0, 0)
    np.testing.assert_allclose(found.x, ridge(0.0), atol=1e-7)
    alphas = [dual_ascent(lambda w: (w - 3) ** 2, lambda w: w * w, k, 0.0, rate=0.5).alpha for k in (4.0, 1.0, 0.25)]
    assert alphas == sorted(alphas), "the tighter the stronger"
    assert lagrangian(lambda w: (w - 3) ** 2, lambda w: w * w, 1.0)(2.0, 0.5) == 1 + 0.5 * 3
    with pytest.raises(OptimizerError, match="not settled"):
        dual_ascent(lambda w: (w - 3) ** 2, lambda w: w * w, 1.0, 0.0, max_rounds=2)


@pytest.mark.spec("S-159")
def test_each_unit_has_a_bound_of_its_own() -> None:
    start = np.full((5, 4), 0.01)
    start[2, 1] = 3.0
    w = Tensor(start.copy(), requires_grad=True)
    project_l2_ball_(w, 4.0)
    np.testing.assert_array_equal(w.data, start, err_msg="the whole is within its bound")
    assert project_max_norm_(w, 1.0) == 1
    assert np.linalg.norm(w.data[2]) == pytest.approx(1.0, rel=1e-12)
    np.testing.assert_array_equal(np.delete(w.data, 2, 0), np.delete(start, 2, 0))
    assert project_max_norm_(w, 1.0) == 0, "idempotent"
    columns = Tensor(start.T.copy(), requires_grad=True)
    project_max_norm_(columns, 1.0, axis=0)
    np.testing.assert_allclose(columns.data, w.data.T, rtol=1e-15)


@pytest.mark.needs("sklearn")
def test_proximal_steps_solve_the_lasso() -> None:
    from sklearn.linear_model import Lasso

    x, y = ridge_problem()
    w = Tensor(np.zeros(4), requires_grad=True)
    optimizer = SGD([w], lr=0.3)
    for _ in range(500):
        optimizer.zero_grad()
        squares(w).backward()
        optimizer.step()
        proximal_l1_(w, 0.3 * 0.1)
    expected = Lasso(alpha=0.1, fit_intercept=False, tol=1e-14).fit(x, y).coef_
    np.testing.assert_allclose(w.data, expected, atol=1e-8)
    assert (w.data == 0).tolist() == (expected == 0).tolist()
    assert (w.data == 0).any()


def test_bounds_that_make_no_sense() -> None:
    w = Tensor([1.0], requires_grad=True)
    for call in (
        lambda: project_l2_ball_(w, 0.0), lambda: project_l2_ball_(w * 2, 1.0), lambda: proximal_l1_(w, -1.0),
        lambda: project_max_norm_(w, 1.0), lambda: project_l2_ball_([1.0], 1.0),
    ):  # fmt: skip
        with pytest.raises(OptimizerError):
            call()
