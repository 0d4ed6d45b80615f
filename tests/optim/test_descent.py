"""The direction of steepest descent, and the worked examples of descent on x²."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import OperandError, Tensor, Value, grad
from optim import SGD, steepest_descent_direction

from ..autograd.settings import thorough


def hills(x: Any) -> Any:
    return (x[0] * x[1]).sin() + x[2] ** 2 * x[0] - (x[1] * 0.5).exp()


@pytest.mark.spec("S-021")
def test_no_other_direction_goes_down_as_fast() -> None:
    x = np.array([0.4, -1.2, 0.8])
    slope = grad(hills)(x)
    best = steepest_descent_direction(hills, x)
    assert float(np.linalg.norm(best)) == pytest.approx(1.0, rel=1e-14)
    length = float(np.linalg.norm(slope))
    assert best @ slope == pytest.approx(-length, rel=1e-12), "at 180°, the least of all"
    assert best @ slope / (np.linalg.norm(best) * length) == pytest.approx(-1.0, rel=1e-12)
    others = np.random.default_rng(0).normal(size=(10_000, 3))
    others /= np.linalg.norm(others, axis=1, keepdims=True)
    assert (others @ slope).min() >= best @ slope
    h = 1e-4
    assert hills_at(x + h * best) < min(hills_at(x + h * u) for u in others[:500])


def hills_at(x: np.ndarray) -> float:
    return float(hills(Tensor(x)))


@pytest.mark.spec("S-021")
@thorough
@given(st.lists(st.floats(-10, 10), min_size=3, max_size=3), st.lists(st.floats(-10, 10), min_size=3, max_size=3))
def test_slopes_lie_between_the_bounds_of_cauchy_and_schwarz(x: list[float], u: list[float]) -> None:
    slope = np.array(grad(lambda x: x[0] ** 2 + x[0] * x[1] + 3 * x[2])(x))
    bound = math.hypot(*u) * math.hypot(*slope)
    assert -bound * (1 + 1e-12) <= float(np.dot(u, slope)) <= bound * (1 + 1e-12)


def test_every_kind_of_argument() -> None:
    assert steepest_descent_direction(lambda x: x * x, 3.0) == -1.0
    assert steepest_descent_direction(lambda x: x * x, Value(-3.0)) == 1.0
    found = steepest_descent_direction(lambda x: (x * x).sum(), Tensor([3.0, 4.0], requires_grad=True))
    np.testing.assert_allclose(found, [-0.6, -0.8])
    parts = steepest_descent_direction(lambda p: 3 * p["a"].sum() + 4 * p["b"], {"a": np.ones(1), "b": np.array(1.0)})
    np.testing.assert_allclose([parts["a"][0], parts["b"]], [-0.6, -0.8])
    with pytest.raises(OperandError, match="length 0; no direction is steepest"):
        steepest_descent_direction(lambda x: x * x, 0.0)


def descent(start: float, lr: float, steps: int) -> list[float]:
    """Gradient descent on x², by the optimizer."""
    x = Value(start)
    optimizer = SGD([x], lr=lr)
    path = [x.data]
    for _ in range(steps):
        optimizer.zero_grad()
        (x * x).backward()
        optimizer.step()
        path.append(x.data)
    return path


@pytest.mark.spec("S-350")
def test_steps_that_overshoot_and_still_arrive() -> None:
    path = descent(-4.0, 0.8, 30)
    assert path[1:6] == pytest.approx([2.4, -1.44, 0.864, -0.5184, 0.31104], rel=1e-12)
    assert path == pytest.approx([-4.0 * (-0.6) ** k for k in range(31)], rel=1e-12)
    assert f"{path[30]:.5e}" == "-8.84296e-07"


@pytest.mark.spec("S-351")
def test_a_hiker_who_walks_down() -> None:
    path = descent(3.0, 0.1, 5)
    assert path[1:3] == pytest.approx([2.4, 1.92], rel=1e-12)
    assert path == pytest.approx([3.0 * 0.8**k for k in range(6)], rel=1e-12)
    assert path[5] == pytest.approx(0.98304, rel=1e-12)
