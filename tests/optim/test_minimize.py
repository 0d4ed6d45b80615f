"""minimize and line searches: minima that are known, the reasons for stopping, scipy's own answers."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value
from optim import (
    MissingExtraError,
    OptimizerError,
    armijo_step,
    exact_step,
    line_search,
    minimize,
    minimize_parameters,
    strong_wolfe_step,
)

METHODS = ["bfgs", "l-bfgs", "cg", "newton-cg"]


def rosenbrock(x: Any) -> Any:
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def spd(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    half = rng.normal(size=(n, n))
    return half @ half.T + np.eye(n), rng.normal(size=n)


@pytest.mark.spec("S-206")
@pytest.mark.parametrize("lr", [None, 0.02])
def test_the_gradient_is_small_where_it_says_so(lr: float | None) -> None:
    a, b = spd(4)
    found = minimize(lambda x: 0.5 * (x @ (Tensor(a) @ x)) - (x * b).sum(), np.zeros(4), gtol=1e-7, lr=lr)
    assert found.reason == "gradient"
    assert found.success
    assert np.abs(a @ found.x - b).max() == pytest.approx(found.gradient_norm, abs=1e-12)
    assert found.gradient_norm <= 1e-7
    np.testing.assert_allclose(found.x, np.linalg.solve(a, b), atol=1e-6)
    assert list(found.values) == sorted(found.values, reverse=True)
    assert found.iterations == len(found.values) - 1


@pytest.mark.spec("S-206")
def test_every_reason_for_stopping() -> None:
    def parabola(x: Any) -> Any:
        return x * x

    assert minimize(parabola, 0.0).reason == "gradient"
    assert minimize(parabola, 3.0, lr=0.1, max_iter=5).reason == "max_iter"
    assert minimize(parabola, 3.0, lr=0.1, max_iter=5).x == pytest.approx(0.98304, rel=1e-12)
    slow = minimize(parabola, 3.0, lr=0.1, gtol=0.0, ftol=1e-3)
    assert slow.reason == "loss"
    assert slow.values[-2] - slow.values[-1] <= 1e-3 < slow.values[-3] - slow.values[-2]
    assert minimize(parabola, 3.0, lr=1.0, gtol=0.0).reason == "loss", "a cycle: it no longer falls"
    assert minimize(lambda x: -(x**3), 1.0, lr=1.0).reason == "diverged"
    assert minimize(lambda x: x.log(), -1.0).reason == "diverged"
    assert minimize(abs, 0.3, gtol=0.0).reason in ("stuck", "gradient")
    default = minimize(lambda x: x * x * 1e-6, 1e3, lr=0.1, gtol=1e-12)
    assert (default.reason, default.iterations) == ("max_iter", 1000)


@pytest.mark.spec("S-245", "S-246", "S-247")
@pytest.mark.needs("scipy")
@pytest.mark.parametrize("method", METHODS)
def test_rosenbrock(method: Any) -> None:
    seen: list[Any] = []
    found = minimize(rosenbrock, np.array([-1.2, 1.0]), method, gtol=1e-8, callback=seen.append)
    np.testing.assert_allclose(found.x, [1, 1], atol=1e-6)
    assert (found.reason, found.success) == ("gradient", True)
    assert found.gradient_norm <= 1e-8
    assert len(seen) == found.iterations == len(found.values) - 1 < 150
    assert (found.products > 0) == (method == "newton-cg")
    assert minimize(rosenbrock, np.array([-1.2, 1.0]), method, max_iter=3).reason == "max_iter"
    assert minimize(rosenbrock, np.array([-1.2, 1.0]), method, gtol=0.0, ftol=10.0).reason == "loss"
    assert minimize(rosenbrock, np.array([1.0, 1.0]), method).iterations == 0


@pytest.mark.spec("S-245", "S-246")
@pytest.mark.needs("scipy")
@pytest.mark.parametrize(("method", "theirs"), [("bfgs", "BFGS"), ("l-bfgs", "L-BFGS-B")])
def test_as_many_steps_as_scipy_with_derivatives_by_hand(method: Any, theirs: str) -> None:
    from scipy import optimize

    reference = optimize.minimize(
        optimize.rosen, np.array([-1.2, 1.0, 0.5]), jac=optimize.rosen_der, method=theirs, options={"gtol": 1e-6}
    )
    found = minimize(
        lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum(), np.array([-1.2, 1.0, 0.5]), method,
        history_size=10,
    )  # fmt: skip
    np.testing.assert_allclose(found.x, reference.x, atol=1e-5)
    assert abs(found.iterations - reference.nit) <= 2


@pytest.mark.spec("S-247")
@pytest.mark.needs("scipy")
@pytest.mark.parametrize("n", [2, 5, 12])
def test_conjugate_gradients_need_n_products(n: int) -> None:
    """With our Hessian-vector products for the matrix, scipy's linear solver is done after n of them."""
    from scipy.sparse.linalg import LinearOperator, cg

    from autograd import hvp

    a, b = spd(n, n)

    def f(x: Any) -> Any:
        return 0.5 * (x @ (Tensor(a) @ x)) - (x * b).sum()

    products: list[int] = []

    def product(v: np.ndarray) -> np.ndarray:
        products.append(1)
        found: np.ndarray = hvp(f, np.zeros(n), v.ravel())
        return found

    x, failed = cg(LinearOperator((n, n), matvec=product, dtype=float), b, rtol=1e-8, maxiter=n + 1)
    assert not failed
    assert len(products) <= n + 2
    np.testing.assert_allclose(x, np.linalg.solve(a, b), atol=1e-6)
    whole = minimize(f, np.zeros(n), "newton-cg", gtol=1e-8)
    np.testing.assert_allclose(whole.x, x, atol=1e-6)


@pytest.mark.needs("scipy")
def test_structures_go_in_and_come_out() -> None:
    found = minimize(
        lambda p: ((p["w"] - 1) ** 2).sum() + (p["b"] - 2) ** 2 + ((p["c"][0] - 3) ** 2).sum(),
        {"w": np.zeros((2, 3)), "b": np.zeros(()), "c": [np.zeros(1)]}, "bfgs",
    )  # fmt: skip
    np.testing.assert_allclose(found.x["w"], np.ones((2, 3)), atol=1e-6)
    assert float(found.x["b"]) == pytest.approx(2.0, abs=1e-6)
    np.testing.assert_allclose(found.x["c"][0], [3.0], atol=1e-6)
    numbers = minimize(lambda p: (p["a"] - 1) ** 2 + (p["b"][0] * p["a"] - 2) ** 2, {"a": 0.5, "b": [0.0]}, "cg")
    assert (numbers.x["a"], numbers.x["b"][0]) == (pytest.approx(1, abs=1e-5), pytest.approx(2, abs=1e-5))


@pytest.mark.spec("S-236")
def test_the_exact_step_on_a_quadratic() -> None:
    a, b = spd(3)

    def f(x: Any) -> Any:
        return 0.5 * (x @ (Tensor(a) @ x)) - (x * b).sum()

    w = np.array([1.0, -2.0, 0.5])
    g = a @ w - b
    step = exact_step(f, w)
    assert step.size == pytest.approx(g @ g / (g @ a @ g), rel=1e-12)
    grid = line_search(f, w, candidates=np.linspace(1e-3, 3 * step.size, 3000).tolist())
    assert grid.size == pytest.approx(step.size, rel=2e-3)
    assert grid.value >= step.value
    d = np.array([-1.0, 0.5, 0.2]) * np.sign(g @ [1.0, -0.5, -0.2])
    assert exact_step(f, w, d).size == pytest.approx(-(g @ d) / (d @ a @ d), rel=1e-12)
    assert exact_step(lambda x: -x * x, 1.0).size == 0.0, "no minimum along there"


@pytest.mark.spec("S-236")
@pytest.mark.parametrize("seed", range(30))
def test_no_search_accepts_an_increase(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shift, w, d = rng.normal(size=3), rng.normal(size=3), rng.normal(size=3)

    def f(x: Any) -> Any:
        return (x * 3 + shift).sin().sum() + 0.1 * (x**2).sum()

    def at(t: float) -> float:
        return float(f(Tensor(w + t * d)))

    slope = float((3 * np.cos(3 * w + shift) + 0.2 * w) @ d)
    for search in (line_search, exact_step, armijo_step, strong_wolfe_step):
        step = search(f, w, d)
        assert step.value == pytest.approx(at(step.size), rel=1e-12)
        assert step.value <= at(0.0)
        assert step.size >= 0
        if slope >= 0 and search is not line_search:
            assert step.size == 0.0
    if slope < 0:
        armijo = armijo_step(f, w, d, start=2.0)
        assert armijo.value <= at(0.0) + 1e-4 * armijo.size * slope
        longer = 2 * armijo.size
        assert longer > 2.0 or not at(longer) <= at(0.0) + 1e-4 * longer * slope
        wolfe = strong_wolfe_step(f, w, d, start=0.01, c2=0.3)
        along = float((3 * np.cos(3 * (w + wolfe.size * d) + shift) + 0.2 * (w + wolfe.size * d)) @ d)
        assert wolfe.value <= at(0.0) + 1e-4 * wolfe.size * slope
        assert abs(along) <= 0.3 * abs(slope)


def test_the_default_candidates_and_a_rising_direction() -> None:
    assert line_search(lambda x: x * x, 3.0).size == 0.1
    assert line_search(lambda x: x * x, 3.0, 1.0).size == 0.0
    assert line_search(lambda x: x * x, 3.0, 1.0).value == 9.0


def test_settings_that_make_no_sense() -> None:
    def f(x: Any) -> Any:
        return x * x

    for call in (
        lambda: minimize(f, 1.0, "steepest"), lambda: minimize(f, 1.0, max_iter=-1),  # type: ignore[arg-type]
        lambda: minimize(f, 1.0, gtol=-1), lambda: minimize(f, 1.0, lr=0.0), lambda: minimize(f, 1.0, "bfgs", lr=0.1),
        lambda: minimize(f, float("nan")), lambda: minimize(f, []), lambda: minimize(f, "x"),
        lambda: line_search(f, 1.0, candidates=[]), lambda: line_search(f, 1.0, candidates=[-1.0]),
        lambda: line_search(f, 1.0, [1.0, 2.0]), lambda: strong_wolfe_step(f, 1.0, c1=0.9, c2=0.1),
        lambda: armijo_step(f, 1.0, shrink=1.0),
    ):  # fmt: skip
        with pytest.raises(OptimizerError):
            call()


def test_without_scipy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name.startswith("scipy"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(MissingExtraError, match=r"pip install 'backglow\[sklearn\]'"):
        minimize(lambda x: x * x, 1.0, "bfgs")
    assert minimize(lambda x: x * x, 1.0).success, "descent needs nothing"


@pytest.mark.needs("scipy")
@pytest.mark.parametrize("method", ["gradient descent", *METHODS])
@pytest.mark.parametrize("kind", ["tensors", "values"])
def test_a_network_in_place(method: Any, kind: str) -> None:
    """Logistic regression, whose minimum is one: the gradient there is that of the formula, and about 0."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(12, 2)), np.array([1.0, 0.0] * 6)
    if kind == "tensors":
        leaves: list[Any] = [Tensor(np.zeros(2), requires_grad=True), Tensor(np.zeros(1), requires_grad=True)]
    else:
        leaves = [Value(0.0) for _ in range(3)]

    def loss() -> Any:
        if kind == "tensors":
            scores = Tensor(x) @ leaves[0] + leaves[1]
            return (scores.softplus() - scores * y).mean() + 0.05 * (leaves[0] ** 2).sum()
        total = Value(0.0)
        for row, target in zip(x.tolist(), y.tolist(), strict=True):
            score = leaves[0] * row[0] + leaves[1] * row[1] + leaves[2]
            total = total + (score.softplus() - score * target) / len(y)
        return total + 0.05 * (leaves[0] ** 2 + leaves[1] ** 2)

    found = minimize_parameters(loss, leaves, method, gtol=1e-6)
    assert found.reason == "gradient"
    w = np.concatenate([np.ravel(p.data) for p in leaves])
    np.testing.assert_array_equal(w, np.concatenate([np.ravel(part) for part in found.x]))
    error = 1 / (1 + np.exp(-(x @ w[:2] + w[2]))) - y
    slope = np.array([*(x.T @ error / 12 + 0.1 * w[:2]), error.mean()])
    assert np.abs(slope).max() <= 1e-6 + 1e-12
    assert all(p.grad is None or p.grad == 0 for p in leaves)


def test_parameters_are_put_back_after_an_error() -> None:
    w = Tensor([1.0], requires_grad=True)
    calls = []

    def loss() -> Any:
        calls.append(1)
        if len(calls) > 3:
            raise RuntimeError("no data")
        return (w * w).sum()

    with pytest.raises(RuntimeError, match="no data"):
        minimize_parameters(loss, [w], "gradient descent", lr=0.1)
    assert w.tolist() == [1.0]
    for parameters in ([], [1.0], [w * 2], [Tensor([1.0])]):
        with pytest.raises(OptimizerError):
            minimize_parameters(loss, parameters)
