"""Jacobians and Hessians, whole and by products."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd
from autograd import (
    OperandError,
    ShapeError,
    Tensor,
    Value,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    tensor_derivative,
)

from ..autograd.settings import thorough
from .functions import SCALAR, VECTOR, Function, names

vector = pytest.mark.parametrize("function", VECTOR, ids=names(VECTOR))
scalar = pytest.mark.parametrize("function", SCALAR, ids=names(SCALAR))


def example(x: Any) -> Any:
    return [x[0] * x[1], x[1] + x[2] ** 2]


@pytest.mark.spec("S-026")
def test_the_example_in_every_kind_of_number() -> None:
    expected = [[2.0, 1.0, 0.0], [0.0, 1.0, 6.0]]
    assert jacobian(example, [1.0, 2.0, 3.0]) == expected
    assert jacobian(example, [1.0, 2.0, 3.0], mode="forward") == expected
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(jacobian(lambda x: autograd.stack(example(x)), x), expected)
    np.testing.assert_array_equal(np.stack(jacobian(example, x)), expected)
    values = jacobian(example, [Value(1.0), Value(2.0), Value(3.0)])
    assert [[v.data for v in row] for row in values] == expected
    assert jacobian(lambda x: x**2, 3.0) == 6.0
    assert jacobian(lambda x: x[0] * x[1], [3.0, 4.0]) == [4.0, 3.0], "the row gradient"


@pytest.mark.spec("S-026")
@pytest.mark.needs("torch")
@vector
@pytest.mark.parametrize("mode", ["reverse", "forward", None])
def test_as_pytorch(function: Function, mode: Any) -> None:
    import torch

    ours = jacobian(function.f, function.x, mode=mode)
    theirs = torch.autograd.functional.jacobian(function.f, torch.tensor(function.x)).numpy()
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-13)


@pytest.mark.spec("S-026")
def test_small_changes_are_the_jacobian_times_the_step() -> None:
    f, x = VECTOR[1].f, VECTOR[1].x
    matrix = jacobian(f, x)
    step = 1e-6 * np.array([1.0, -2.0, 0.5])
    with autograd.no_grad():
        change = f(Tensor(x + step)).data - f(Tensor(x)).data
    np.testing.assert_allclose(matrix @ step, change, rtol=1e-4)


@pytest.mark.spec("S-025")
@vector
def test_the_layouts_are_each_others_transpose(function: Function) -> None:
    numerator = jacobian(function.f, function.x)
    denominator = jacobian(function.f, function.x, layout="denominator")
    axes = numerator.ndim - function.x.ndim
    assert denominator.shape == function.x.shape + numerator.shape[:axes]
    order = (*range(axes, numerator.ndim), *range(axes))
    np.testing.assert_array_equal(denominator, numerator.transpose(order))


@pytest.mark.spec("S-025")
def test_the_layouts_of_a_linear_map() -> None:
    w = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    x = np.array([0.5, -1.0, 2.0])
    np.testing.assert_array_equal(jacobian(lambda x: w @ x, x), w)
    np.testing.assert_array_equal(jacobian(lambda x: w @ x, x, layout="denominator"), w.T)
    rows = lambda x: [2.0 * x[0] + x[1], x[1]]  # noqa: E731
    assert jacobian(rows, [1.0, 1.0]) == [[2.0, 1.0], [0.0, 1.0]]
    assert jacobian(rows, [1.0, 1.0], layout="denominator") == [[2.0, 0.0], [1.0, 1.0]]
    assert grad(lambda w: (w @ x).sum())(w).shape == w.shape, ".grad is in denominator layout"


def test_structures_of_blocks() -> None:
    w, b = np.ones((2, 3)), np.ones(2)
    x = np.array([1.0, 2.0, 3.0])
    found = jacobian(lambda p: {"y": p["w"] @ x + p["b"]}, {"w": w, "b": b})
    assert found["y"]["w"].shape == (2, 2, 3)
    np.testing.assert_array_equal(found["y"]["b"], np.eye(2))
    turned = jacobian(lambda p: {"y": p["w"] @ x + p["b"]}, {"w": w, "b": b}, layout="denominator")
    assert turned["w"]["y"].shape == (2, 3, 2)


def test_jacobians_nest() -> None:
    f = lambda x: (x * x).sum() * x  # noqa: E731
    x = np.array([1.0, 2.0])
    second = jacobian(lambda x: jacobian(f, x), x)
    expected = np.zeros((2, 2, 2))
    eye = np.eye(2)
    for i, j, k in np.ndindex(2, 2, 2):
        expected[i, j, k] = 2 * eye[j, k] * x[i] + 2 * x[j] * eye[i, k] + 2 * x[k] * eye[i, j]
    np.testing.assert_allclose(second, expected, rtol=1e-13)
    for mode in ("reverse", "forward"):
        np.testing.assert_allclose(
            jacobian(lambda x, m=mode: jacobian(f, x, mode=m), x, mode="forward"), expected, rtol=1e-13
        )
    slope = grad(lambda x: jacobian(f, x).sum())(x)
    np.testing.assert_allclose(slope, expected.sum((0, 1)), rtol=1e-13)
    w = Tensor(x, requires_grad=True)
    np.testing.assert_allclose(gradients(jacobian(f, w).sum(), [w])[0], expected.sum((0, 1)), rtol=1e-13)


@pytest.mark.spec("S-029")
@thorough
@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_the_vector_chain_rule(m: int, n: int, p: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    a, b, x = random.normal(size=(n, m)), random.normal(size=(p, n)), random.normal(size=m)
    inner = lambda x: (a @ x).tanh() + x.sum()  # noqa: E731
    outer = lambda y: (b @ y).sin() * y[0]  # noqa: E731
    whole = lambda x: outer(inner(x))  # noqa: E731
    y = inner(Tensor(x)).data
    np.testing.assert_allclose(jacobian(whole, x), jacobian(outer, y) @ jacobian(inner, x), rtol=1e-12, atol=1e-12)
    turned = jacobian(whole, x, layout="denominator")
    assert turned.shape == (m, p)
    by_parts = jacobian(inner, x, layout="denominator") @ jacobian(outer, y, layout="denominator")
    np.testing.assert_allclose(turned, by_parts, rtol=1e-12, atol=1e-12)


@pytest.mark.spec("S-013")
def test_an_element_wise_function_has_a_diagonal_jacobian() -> None:
    x = np.linspace(-2, 2, 7)
    g = np.linspace(1, 3, 7)
    for f, slope in (
        (lambda x: x.tanh(), 1 - np.tanh(x) ** 2),
        (lambda x: x.exp(), np.exp(x)),
        (lambda x: x.relu(), (x > 0) * 1.0),
    ):
        np.testing.assert_allclose(jacobian(f, x), np.diag(slope), rtol=1e-13)
        t = Tensor(x, requires_grad=True)
        f(t).backward(g)
        np.testing.assert_allclose(t.grad, np.diag(slope) @ g, rtol=1e-13)


@pytest.mark.spec("S-030")
def test_the_derivative_of_a_vector_by_a_matrix() -> None:
    random = np.random.default_rng(0)
    w, x, g = random.normal(size=(3, 4)), random.normal(size=4), random.normal(size=3)
    whole = tensor_derivative(lambda w: w @ x, w)
    assert whole.shape == (3, 4, 3)
    for k in range(3):
        for i in range(3):
            np.testing.assert_array_equal(whole[i, :, k], x if i == k else np.zeros(4))
    np.testing.assert_array_equal(whole @ g, np.outer(g, x))
    y = random.normal(size=3)
    np.testing.assert_array_equal(tensor_derivative(lambda w: y - w @ x, w), -whole)
    z = random.normal(size=(4, 2))
    assert tensor_derivative(lambda w: w @ z, w).shape == (3, 4, 3, 2)


class Watched(np.ndarray):
    """An array that notes the number of axes of everything computed from it."""

    most = 0

    def __array_finalize__(self, obj: Any) -> None:
        Watched.most = max(Watched.most, self.ndim)


@pytest.mark.spec("S-031")
@pytest.mark.parametrize("layer", [lambda w, x: w @ x, lambda w, x: autograd.linear(x, w)])
def test_the_outer_product_replaces_the_tensor(layer: Any) -> None:
    """No array of three axes is made on the way back, and no memory of that size is taken; the result is the same."""
    random = np.random.default_rng(0)
    m, n = 300, 400
    w, x, g = random.normal(size=(m, n)), random.normal(size=n), random.normal(size=m)
    leaf = Tensor(w, requires_grad=True)
    out = layer(leaf, x)
    tracemalloc.start()
    out.backward(g)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    np.testing.assert_allclose(leaf.grad, np.outer(g, x), rtol=1e-14)
    assert peak < 4 * w.nbytes, "the whole derivative would take 300 times the matrix"
    Watched.most = 0
    for slot, pullback in enumerate(autograd.OPERATIONS["matmul"].pullbacks):
        assert pullback is not None
        part = pullback(g.view(Watched), out.data, w.view(Watched), x.view(Watched))
        assert part.shape == (w, x)[slot].shape
    assert Watched.most == 2
    small = w[:3, :4]
    whole = tensor_derivative(lambda w: layer(w, x[:4]), small)
    np.testing.assert_allclose(whole @ g[:3], np.outer(g[:3], x[:4]), rtol=1e-14)


@pytest.mark.spec("S-027")
def test_hessians_by_hand() -> None:
    assert hessian(lambda x: x[0] ** 2 - x[1] ** 2, [0.3, 0.4]) == [[2.0, 0.0], [0.0, -2.0]]
    assert hessian(lambda x: x[0] ** 2 * x[1], [1.0, 2.0]) == [[4.0, 2.0], [2.0, 0.0]]
    np.testing.assert_array_equal(hessian(lambda x: x[0] ** 2 * x[1], np.array([1.0, 2.0])), [[4.0, 2.0], [2.0, 0.0]])
    np.testing.assert_array_equal(hessian(lambda x: (x * 2.0).sum(), np.ones(2)), np.zeros((2, 2)))
    assert hessian(lambda x: x**3, 2.0) == 12.0
    assert hessian(lambda x: 5.0, [1.0]) == [[0.0]]  # noqa: ARG005
    blocks = hessian(lambda p: (p["a"] * p["a"]).sum() * p["b"], {"a": np.array([1.0, 2.0]), "b": np.array(3.0)})
    np.testing.assert_array_equal(blocks["a"]["a"], 6 * np.eye(2))
    np.testing.assert_array_equal(blocks["a"]["b"], [2.0, 4.0])
    np.testing.assert_array_equal(blocks["b"]["a"], [2.0, 4.0])
    assert blocks["b"]["b"] == 0.0


@pytest.mark.spec("S-027")
@pytest.mark.needs("torch")
@scalar
@pytest.mark.parametrize("mode", ["reverse", "forward", None])
def test_hessians_as_pytorch(function: Function, mode: Any) -> None:
    import torch

    ours = hessian(function.f, function.x, mode=mode)
    theirs = torch.autograd.functional.hessian(function.f, torch.tensor(function.x)).numpy()
    np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-12)
    matrix = ours.reshape(function.x.size, function.x.size)
    np.testing.assert_allclose(matrix, matrix.T, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(ours, jacobian(grad(function.f), function.x), rtol=1e-11, atol=1e-12)


def small_network(theta: Any) -> Any:
    """The mean squared error of a network of 2, 5 and 1 units, of 21 parameters."""
    x = np.random.default_rng(3).normal(size=(8, 2))
    w1, b1, w2, b2 = theta[:10].reshape(2, 5), theta[10:15], theta[15:20], theta[20]
    return (((x @ w1 + b1).tanh() @ w2 + b2 - x[:, 0] * x[:, 1]) ** 2).mean()


@pytest.mark.spec("S-028")
def test_a_hessian_vector_product_is_the_product() -> None:
    random = np.random.default_rng(4)
    theta = random.normal(size=21)
    matrix = hessian(small_network, theta)
    for _ in range(5):
        v = random.normal(size=21)
        product = hvp(small_network, theta, v)
        np.testing.assert_allclose(product, matrix @ v, rtol=1e-9, atol=1e-12)
        h = 1e-5
        slopes = [grad(small_network)(theta + s * h * v) for s in (1, -1)]
        np.testing.assert_allclose(product, (slopes[0] - slopes[1]) / (2 * h), rtol=1e-6, atol=1e-8)


@pytest.mark.spec("S-028")
@thorough
@given(hnp.arrays(float, st.integers(1, 5), elements=st.floats(-2, 2)), st.integers(0, 2**32 - 1))
def test_products_with_any_vector(x: np.ndarray, seed: int) -> None:
    random = np.random.default_rng(seed)
    a, v = random.normal(size=(len(x), len(x))), random.normal(size=len(x))
    f = lambda x: ((a @ x).tanh() * x).sum()  # noqa: E731
    s = np.tanh(a @ x)
    d = 1 - s * s
    # By hand: f = Σ xᵢ tanh(aᵢ·x).
    expected = a.T @ (d * v) + d * (a @ v) - 2 * a.T @ (x * s * d * (a @ v))
    np.testing.assert_allclose(hvp(f, x, v), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.spec("S-028")
def test_no_matrix_is_formed() -> None:
    """Of a million numbers the Hessian would fill 8 TB; the product takes a few times the memory of the vector."""
    n = 1_000_000
    x, v = np.linspace(-1, 1, n), np.ones(n)
    f = lambda x: (x**4).sum() + (x.sum()) ** 2  # noqa: E731
    tracemalloc.start()
    product = hvp(f, x, v)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    np.testing.assert_allclose(product, 12 * x * x + 2 * n, rtol=1e-12)
    assert peak < 60 * x.nbytes


def test_products_with_the_hessian_nest_and_keep_structures() -> None:
    f = lambda x: (x**4).sum()  # noqa: E731
    x, v = np.array([1.0, 2.0]), np.array([1.0, -1.0])
    np.testing.assert_allclose(grad(lambda x: hvp(f, x, v).sum())(x), 24 * x * v)
    np.testing.assert_allclose(grad(lambda v: hvp(f, x, v).sum())(v), 12 * x * x)
    assert hvp(lambda x: x**3, 2.0, 1.0) == 12.0
    p = hvp(lambda p: (p["a"] * p["b"]).sum(), {"a": x, "b": x}, {"a": v, "b": 0 * v})
    np.testing.assert_array_equal(p["a"], [0.0, 0.0])
    np.testing.assert_array_equal(p["b"], v)
    assert isinstance(hvp(f, Tensor(x), v), Tensor)


def test_errors_say_what_to_do() -> None:
    with pytest.raises(OperandError, match="'numerator' or 'denominator', not 'row'"):
        jacobian(lambda x: x, 1.0, layout="row")  # type: ignore[arg-type]
    with pytest.raises(OperandError, match="'reverse' or 'forward', not 'fast'"):
        jacobian(lambda x: x, 1.0, mode="fast")  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match=r"hessian: .*shape \(2,\)"):
        hessian(lambda x: x, np.ones(2))
    with pytest.raises(ShapeError, match=r"hvp: the tangent has shape \(3,\)"):
        hvp(lambda x: x.sum(), np.ones(2), np.ones(3))
