"""Newton's method and its relatives on functions whose minimum is known."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, hessian
from optim import (
    SGD,
    AdaHessian,
    DiagonalNewton,
    GaussNewton,
    Newton,
    OptimizerError,
    hessian_memory,
    hutchinson_diag,
)

H = np.array([[2.0, 1.0], [1.0, 3.0]])
B = np.array([1.0, 1.0])


def quadratic(x: Any) -> Any:
    """½ xᵀHx − bᵀx, of a Tensor or of Values."""
    return x[0] * x[0] + x[0] * x[1] + 1.5 * x[1] * x[1] - x[0] - x[1]


def saddle(x: Any) -> Any:
    return x[0] * x[0] - x[1] * x[1]


@pytest.mark.spec("S-231")
def test_a_quadratic_takes_one_step() -> None:
    x = Tensor([3.0, -2.0], requires_grad=True)
    loss = Newton([x]).step(lambda: quadratic(x))
    assert float(loss) == pytest.approx(float(0.5 * np.array([3, -2]) @ H @ [3, -2] - B @ [3, -2]))
    np.testing.assert_allclose(x.data, [0.4, 0.2], atol=1e-12)
    np.testing.assert_allclose(x.data, np.linalg.solve(H, B), atol=1e-12)
    assert x.grad is None
    values = [Value(3.0), Value(-2.0)]
    Newton(values).step(lambda: quadratic(values))
    assert [v.data for v in values] == pytest.approx([0.4, 0.2], abs=1e-12)
    parts = [Tensor([3.0], requires_grad=True), Tensor([[-2.0]], requires_grad=True)]
    Newton(parts).step(lambda: quadratic([parts[0].sum(), parts[1].sum()]))
    assert [float(p) for p in parts] == pytest.approx([0.4, 0.2], abs=1e-12)


@pytest.mark.spec("S-231", "S-243")
@pytest.mark.parametrize("start", [(3.0, -2.0), (-1.0, 0.5), (1e-3, 1e3)])
def test_newton_jumps_to_a_saddle_and_damping_avoids_it(start: tuple[float, float]) -> None:
    x = Tensor(start, requires_grad=True)
    Newton([x]).step(lambda: saddle(x))
    np.testing.assert_allclose(x.data, [0, 0], atol=1e-12)
    x = Tensor(start, requires_grad=True)
    damped = Newton([x], damping=2.5)
    for _ in range(5):
        damped.step(lambda: saddle(x))
    assert abs(x.data[1]) > abs(start[1]), "away from the saddle along the direction that falls"
    assert abs(x.data[0]) < abs(start[0])
    x = Tensor(start, requires_grad=True)
    Newton([x], damping=1.5).step(lambda: saddle(x))
    assert abs(x.data[1]) >= abs(start[1]) or np.sign(x.data[1]) != np.sign(start[1]), "too little damping overshoots"


@pytest.mark.spec("S-231")
def test_newton_converges_quadratically_and_to_maxima_where_asked() -> None:
    x = Tensor([0.5], requires_grad=True)
    newton, errors = Newton([x]), []
    for _ in range(5):
        errors.append(abs(float(x) - np.log(2)))
        newton.step(lambda: (x.exp() - 2 * x).sum())
    assert all(later <= 0.6 * earlier**2 + 1e-15 for earlier, later in pairwise(errors))
    y = Tensor([0.3], requires_grad=True)
    Newton([y], maximize=True, damping=0.0).step(lambda: (1 - y * y).sum())
    assert float(y) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.spec("S-243")
def test_the_hessian_is_too_large_for_many_parameters() -> None:
    assert hessian_memory(2) == np.zeros((2, 2)).nbytes
    assert hessian_memory(100_000) == 80_000_000_000
    x = Tensor(np.zeros(20_000), requires_grad=True)
    with pytest.raises(OptimizerError, match=r"takes 3,200,000,000 bytes; use DiagonalNewton"):
        Newton([x]).step(lambda: (x * x).sum())


@pytest.mark.spec("S-232")
def test_along_the_axes_one_step_where_descent_needs_many() -> None:
    scales = np.array([1.0, 100.0])
    x = Tensor([3.0, -2.0], requires_grad=True)
    DiagonalNewton([x], lr=1.0).step(lambda: (x * x * scales).sum() * 0.5)
    np.testing.assert_allclose(x.data, [0, 0], atol=1e-12)
    best = 2 / (scales.min() + scales.max())
    y = Tensor([3.0, -2.0], requires_grad=True)
    descent, steps = SGD([y], lr=best), 0
    while np.abs(y.data).max() > 1e-6:
        descent.zero_grad()
        ((y * y * scales).sum() * 0.5).backward()
        descent.step()
        steps += 1
    assert steps > 300


@pytest.mark.spec("S-232")
def test_negative_curvature_does_not_climb() -> None:
    x = Tensor([1.0, 0.5], requires_grad=True)
    DiagonalNewton([x], lr=0.5).step(lambda: saddle(x))
    np.testing.assert_allclose(x.data, [0.5, 0.75], atol=1e-12)
    path = [np.array([3.0, -2.0])]
    x = Tensor(path[0].copy(), requires_grad=True)
    for _ in range(3):
        DiagonalNewton([x], lr=0.5).step(lambda: quadratic(x))
        path.append(x.data.copy())
    for before, after in pairwise(path):
        np.testing.assert_allclose(after, before - 0.5 * (H @ before - B) / np.diag(H), rtol=1e-12)
    with pytest.raises(OptimizerError, match="give damping"):
        DiagonalNewton([x]).step(lambda: x.sum())
    y = Tensor([1.0, 1.0], requires_grad=True)
    DiagonalNewton([y], samples=1, rng=0).step(lambda: (y * y * [1.0, 50.0]).sum())
    np.testing.assert_allclose(y.data, [0, 0], atol=1e-12)


@pytest.mark.spec("S-233", "S-368")
def test_hutchinson() -> None:
    four = [[1, 1], [1, -1], [-1, 1], [-1, -1]]
    assert hutchinson_diag(quadratic, [0.0, 0.0], vectors=four).tolist() == [2.0, 3.0]
    singles = {tuple(hutchinson_diag(quadratic, [0.7, 0.1], rng=seed).tolist()) for seed in range(20)}
    assert singles == {(1.0, 2.0), (3.0, 4.0)}
    for seed in range(5):
        diagonal = hutchinson_diag(lambda x: (x**4).sum(), np.array([1.0, 2.0, -3.0]), rng=seed)
        np.testing.assert_allclose(diagonal, [12, 48, 108], rtol=1e-12)
    rng = np.random.default_rng(0)
    a = rng.normal(size=(5, 5))

    def f(x: Any) -> Any:
        return (Tensor(a) @ x).tanh().sum() + (x**2).sum()

    x = rng.normal(size=5)
    exact = np.diag(hessian(f, x))
    off = hessian(f, x) - np.diag(exact)
    estimate = hutchinson_diag(f, x, 2000, rng=1)
    assert np.all(np.abs(estimate - exact) <= 5 * np.sqrt((off**2).sum(axis=1) / 2000) + 1e-9)
    with pytest.raises(OptimizerError, match="n_samples"):
        hutchinson_diag(f, x, 0)
    with pytest.raises(OptimizerError, match="no vector"):
        hutchinson_diag(f, x, vectors=[])


@pytest.mark.spec("S-368")
@pytest.mark.parametrize("seed", range(5))
def test_the_terms_of_hutchinson_written_out(seed: int) -> None:
    a, b, d = np.random.default_rng(seed).normal(size=3)
    for z1, z2 in [(1, 1), (1, -1), (-1, 1), (-1, -1), (2, -3)]:
        found = hutchinson_diag(
            lambda x: a * x[0] ** 2 / 2 + b * x[0] * x[1] + d * x[1] ** 2 / 2, [0.0, 0.0], vectors=[[z1, z2]]
        )
        np.testing.assert_allclose(found, [a * z1**2 + b * z1 * z2, b * z1 * z2 + d * z2**2], rtol=1e-12)


@pytest.mark.spec("S-234")
@pytest.mark.parametrize("kind", ["tensor", "values"])
def test_adahessian_without_memory_is_a_newton_step(kind: str) -> None:
    start, scales = np.array([3.0, -2.0]), np.array([1.0, 50.0])
    x: Any = Tensor(start, requires_grad=True) if kind == "tensor" else [Value(v) for v in start]
    optimizer = AdaHessian([x] if kind == "tensor" else x, lr=1.0, betas=(0.0, 0.0), eps=1e-4, rng=0)
    optimizer.step(lambda: 0.5 * (scales[0] * x[0] * x[0] + scales[1] * x[1] * x[1]))
    found = np.array([float(v) for v in x])
    assert np.all(np.abs(found) < 1e-3 * np.abs(start))
    np.testing.assert_allclose(found, start - scales * start / (scales + 1e-4), rtol=1e-9, atol=1e-12)


@pytest.mark.spec("S-234")
def test_adahessian_goes_down_where_curvature_is_negative_and_trains() -> None:
    x = Tensor([1.0, 0.5], requires_grad=True)
    optimizer = AdaHessian([x], lr=0.1, rng=0)
    losses = [float(optimizer.step(lambda: saddle(x))) for _ in range(20)]
    assert all(later < earlier for earlier, later in pairwise(losses))
    assert x.data[1] > 0.5
    y = Tensor([-1.2, 1.0, 3.0], requires_grad=True)
    optimizer = AdaHessian([y], lr=0.15, rng=0)
    for _ in range(300):
        optimizer.step(lambda: ((y - 1) ** 2 * [1e-2, 1.0, 1e4]).sum())
    np.testing.assert_allclose(y.data, [1, 1, 1], atol=1e-3, err_msg="curvatures a million times apart")
    state = optimizer.state_dict()
    assert sorted(state["state"][0]) == ["m", "step", "v"]


@pytest.mark.spec("S-234")
def test_adahessian_step_by_step() -> None:
    """Three steps beside the formulas, with the diagonal known exactly."""
    x, scales = Tensor([1.0, -2.0, 0.5], requires_grad=True), np.array([1.0, 4.0, 9.0])
    optimizer = AdaHessian([x], lr=0.2, betas=(0.8, 0.9), eps=1e-3, weight_decay=0.1, hessian_power=0.5, rng=3)
    twin, m, v = x.data.copy(), np.zeros(3), np.zeros(3)
    for t in range(1, 4):
        optimizer.step(lambda: (x**4 * scales).sum() / 12)
        g, d = twin**3 * scales / 3, twin**2 * scales
        m, v = 0.8 * m + 0.2 * g, 0.9 * v + 0.1 * d * d
        twin = twin * (1 - 0.2 * 0.1)
        twin = twin - 0.2 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.9**t)) ** 0.5 + 1e-3)
        np.testing.assert_allclose(x.data, twin, rtol=1e-12)


@pytest.mark.spec("S-244")
def test_gauss_newton_solves_a_linear_problem_at_once() -> None:
    rng = np.random.default_rng(0)
    a, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    w = Tensor(rng.normal(size=3), requires_grad=True)
    GaussNewton([w]).step(lambda: Tensor(a) @ w - y)
    np.testing.assert_allclose(w.data, np.linalg.lstsq(a, y, rcond=None)[0], rtol=1e-10)
    values = [Value(0.0), Value(0.0)]
    GaussNewton(values).step(lambda: [values[0] + k * values[1] - (1 + 2 * k) for k in range(4)])
    assert [v.data for v in values] == pytest.approx([1.0, 2.0], abs=1e-12)


@pytest.mark.spec("S-244")
@pytest.mark.needs("scipy")
def test_gauss_newton_fits_a_curve_as_scipy_does() -> None:
    from scipy.optimize import least_squares

    t = np.linspace(0, 3, 30)
    y = 2.5 * np.exp(-1.3 * t) + 0.05 * np.random.default_rng(0).normal(size=30)
    p = Tensor([1.0, 1.0], requires_grad=True)
    solver = GaussNewton([p], damping=1e-3)
    for _ in range(30):
        solver.step(lambda: p[0] * (-p[1] * t).exp() - y)
    expected = least_squares(lambda q: q[0] * np.exp(-q[1] * t) - y, [1.0, 1.0], xtol=1e-14, ftol=1e-14).x
    np.testing.assert_allclose(p.data, expected, rtol=1e-6)


def test_what_second_order_refuses() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    for optimizer in (Newton([x]), DiagonalNewton([x]), AdaHessian([x])):
        with pytest.raises(OptimizerError, match="needs the loss itself"):
            optimizer.step()
        with pytest.raises(OptimizerError, match="must return the loss"):
            optimizer.step(lambda: x * 2)
    with pytest.raises(OptimizerError, match="needs the residuals"):
        GaussNewton([x]).step()
    with pytest.raises(OptimizerError, match="must return the residuals"):
        GaussNewton([x]).step(lambda: 3.0)
    with pytest.raises(OptimizerError, match="singular"):
        Newton([x]).step(lambda: (x[0] - x[1]) ** 2)
    for make in (
        lambda: Newton([x], damping=-1.0), lambda: AdaHessian([x], hessian_power=2.0), lambda: Newton([x], lr=-1),
        lambda: AdaHessian([x], n_samples=0), lambda: DiagonalNewton([x], samples=0), lambda: AdaHessian([x], eps=-1),
        lambda: GaussNewton([x], damping=float("nan")),
    ):  # fmt: skip
        with pytest.raises(OptimizerError):
            make()
    before = x.data.copy()
    with pytest.raises(OptimizerError, match="not finite"), np.errstate(all="ignore"):
        Newton([x], damping=1.0).step(lambda: (x * autograd.Tensor([np.nan, 1.0])).sum())
    np.testing.assert_array_equal(x.data, before)
