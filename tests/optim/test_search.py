"""Coordinates in turn, parts in turn, less noise, chance, and learning rates by trying."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value
from optim import (
    SGD,
    SVRG,
    AlternatingMinimization,
    CoordinateDescent,
    OptimizerError,
    SimulatedAnnealing,
    armijo_step,
    lr_range_search,
)

H = np.array([[2.0, 1.0], [1.0, 3.0]])


def quadratic(x: Any) -> Any:
    return x[0] * x[0] + x[0] * x[1] + 1.5 * x[1] * x[1] - x[0] - x[1]


def gauss_seidel(a: np.ndarray, b: np.ndarray, sweeps: int) -> list[np.ndarray]:
    x = np.zeros(len(b))
    path = [x.copy()]
    for _ in range(sweeps):
        for i in range(len(b)):
            x[i] = (b[i] - a[i] @ x + a[i, i] * x[i]) / a[i, i]
        path.append(x.copy())
    return path


@pytest.mark.spec("S-235")
@pytest.mark.parametrize("start", [np.zeros(2), [0.0, 0.0]], ids=["tensor", "values"])
def test_exact_cyclic_descent_is_gauss_seidel(start: Any) -> None:
    found = CoordinateDescent().minimize(quadratic, start, sweeps=60)
    expected = gauss_seidel(H, np.ones(2), 3)
    for ours, theirs in zip(found.path, expected, strict=False):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found.path[1:4], [(0.5, 0.1667), (0.4167, 0.1944), (0.4028, 0.1991)], atol=5e-5)
    np.testing.assert_allclose(found.x, [0.4, 0.2], atol=1e-8)
    assert found.stopped
    assert all(b <= a for a, b in pairwise(found.values))


@pytest.mark.spec("S-235")
@pytest.mark.parametrize("rule", ["random", "greedy", "cyclic"])
def test_other_orders_get_there_too(rule: Any) -> None:
    rng = np.random.default_rng(1)
    half = rng.normal(size=(4, 4))
    a, b = half @ half.T + np.eye(4), rng.normal(size=4)
    found = CoordinateDescent(rule, rng=0).minimize(
        lambda x: 0.5 * (x @ (Tensor(a) @ x)) - (x * b).sum(), np.zeros(4), sweeps=1000
    )
    np.testing.assert_allclose(found.x, np.linalg.solve(a, b), atol=1e-5)
    assert all(later <= before for before, later in pairwise(found.values))


@pytest.mark.spec("S-235")
def test_it_stalls_at_a_kink_that_is_not_along_the_axes() -> None:
    def kinked(x: Any) -> Any:
        return abs(x[0] + x[1]) + 3 * abs(x[0] - x[1])

    found = CoordinateDescent().minimize(kinked, [1.0, 1.0])
    assert found.stopped
    assert found.x == pytest.approx([1.0, 1.0], abs=1e-5)
    assert found.value == pytest.approx(2.0, abs=1e-5)
    assert kinked([0.0, 0.0]) == 0.0, "the minimum is elsewhere"
    separable = CoordinateDescent().minimize(lambda x: abs(x[0] - 1) + 2 * abs(x[1] + 3), [5.0, 5.0])
    assert separable.x == pytest.approx([1.0, -3.0], abs=1e-6)


@pytest.mark.spec("S-235")
def test_an_inexact_step_and_functions_without_a_minimum() -> None:
    def step(along: Any, slope: float) -> float:
        return float(np.sign(-slope)) * armijo_step(lambda t: float_of(along, t, slope), 0.0, 1.0).size

    def float_of(along: Any, t: Any, slope: float) -> Any:
        """A number whose derivative is the slope that is known at 0."""
        direction = float(np.sign(-slope))
        return Value(along(direction * t.data)) + (t - t.data) * (direction * slope)

    found = CoordinateDescent(inexact=step).minimize(quadratic, [3.0, -2.0], sweeps=200)
    assert found.x == pytest.approx([0.4, 0.2], abs=1e-3)
    with pytest.raises(OptimizerError, match="falls without end"):
        CoordinateDescent().minimize(lambda x: x[0] + x[1], [0.0, 0.0])
    for bad in (lambda: CoordinateDescent("zigzag"), lambda: CoordinateDescent(tol=-1.0)):  # type: ignore[arg-type]
        with pytest.raises(OptimizerError):
            bad()


@pytest.mark.spec("S-237")
@pytest.mark.parametrize("curvature", [0.5, 3.0, 40.0])
def test_the_rate_that_beats_all_others(curvature: float) -> None:
    def train(lr: float) -> float:
        x = Value(1.0)
        optimizer = SGD([x], lr=lr)
        for _ in range(10):
            optimizer.zero_grad()
            (0.5 * curvature * x * x).backward()
            optimizer.step()
        return 0.5 * curvature * x.data * x.data

    found = lr_range_search(train)
    assert [lr for lr in (1e-4, 1e-3, 1e-2, 1e-1, 1.0) if lr not in dict(found.tried)] == []
    assert all(found.loss <= loss for _, loss in found.tried)
    assert found.loss == train(found.best)
    finer = lr_range_search(train, refinements=4)
    assert finer.loss <= found.loss
    assert finer.best == pytest.approx(min(1 / curvature, 1.0), rel=0.1)


def test_rates_that_all_diverge() -> None:
    with pytest.raises(OptimizerError, match="every run diverged"):
        lr_range_search(lambda _: float("nan"))
    for options in ({"low": 2.0}, {"candidates": 1}, {"low": -1.0}, {"refinements": -1}):
        with pytest.raises(OptimizerError):
            lr_range_search(lambda lr: lr, **options)  # type: ignore[arg-type]


@pytest.mark.spec("S-241")
@pytest.mark.parametrize("seed", range(5))
def test_annealing_crosses_the_ridge(seed: int) -> None:
    """From the bottom of the shallow well to that of the deep one, where descent stays where it is."""
    roots = sorted(np.roots([4, 0, -6, 1]).real)
    found = SimulatedAnnealing(temperature=3.0, rng=seed).minimize(lambda x: x**4 - 3 * x**2 + x, roots[2], steps=2500)
    assert found.x == pytest.approx(roots[0], abs=0.05)
    assert 0 < found.accepted < 1
    again = SimulatedAnnealing(temperature=3.0, rng=seed).minimize(lambda x: x**4 - 3 * x**2 + x, roots[2], steps=2500)
    assert again.x == found.x
    cold = SimulatedAnnealing(temperature=1e-9, scale=0.1, rng=seed).minimize(lambda x: x**4 - 3 * x**2 + x, roots[2])
    assert cold.x == pytest.approx(roots[2], abs=0.05)
    assert all(b <= a for a, b in pairwise(cold.values)), "without heat it never goes up"


@pytest.mark.spec("S-248")
def test_svrg_converges_at_a_constant_rate_where_sgd_does_not() -> None:
    rng = np.random.default_rng(0)
    n, strength = 40, 0.1
    a, y = rng.normal(size=(n, 3)), rng.normal(size=n)
    exact = np.linalg.solve(a.T @ a / n + strength * np.eye(3), a.T @ y / n)

    def loss(w: Tensor, i: int) -> Any:
        return 0.5 * ((w * a[i]).sum() - y[i]) ** 2 + 0.5 * strength * (w * w).sum()

    w = Tensor(np.zeros(3), requires_grad=True)
    solver = SVRG([w], lambda i: loss(w, i), range(n), lr=0.03, rng=1)
    errors = []
    for _ in range(40):
        solver.epoch()
        errors.append(float(np.abs(w.data - exact).max()))
    assert errors[-1] < 1e-8
    early, late = np.log(errors[5] / errors[15]), np.log(errors[15] / errors[25])
    assert early > 1
    assert late > 0.5 * early, "every snapshot gains about the same factor"
    v = Tensor(np.zeros(3), requires_grad=True)
    plain = SGD([v], lr=0.03)
    for _ in range(40):
        for i in rng.integers(0, n, size=2 * n):
            plain.zero_grad()
            loss(v, int(i)).backward()
            plain.step()
    assert np.abs(v.data - exact).max() > 1e-3
    for make in (lambda: SVRG([w], lambda i: w.sum(), []), lambda: SVRG([w], lambda i: w.sum(), [1], inner=0)):  # noqa: ARG005
        with pytest.raises(OptimizerError):
            make()


@pytest.mark.spec("S-249")
def test_a_factorisation_never_gets_worse() -> None:
    rng = np.random.default_rng(0)
    a = np.outer(rng.normal(size=5), rng.normal(size=4)) + 0.1 * rng.normal(size=(5, 4))
    u, v = Tensor(rng.normal(size=(5, 1)), requires_grad=True), Tensor(rng.normal(size=(1, 4)), requires_grad=True)
    losses = AlternatingMinimization([[u], [v]]).minimize(lambda: ((Tensor(a) - u @ v) ** 2).sum(), rounds=60)
    assert all(later <= before for before, later in pairwise(losses))
    singular = np.linalg.svd(a)[1]
    assert losses[-1] == pytest.approx(float((singular[1:] ** 2).sum()), rel=1e-6)
    with pytest.raises(OptimizerError, match="two parts"):
        AlternatingMinimization([[u]])
