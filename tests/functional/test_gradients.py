"""grad on arrays and structures: shapes, kinds, nesting, and nothing shared or left behind."""

# ruff: noqa: ARG005 - functions of an input they do not use are what some of these tests are about
from __future__ import annotations

import threading
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd
from autograd import (
    GraphError,
    OperandError,
    ShapeError,
    Tensor,
    Value,
    grad,
    gradients,
    no_grad,
    value_and_grad,
)

from .functions import SCALAR, Function, names

scalar = pytest.mark.parametrize("function", SCALAR, ids=names(SCALAR))


@pytest.mark.needs("torch")
@scalar
def test_three_orders_as_pytorch(function: Function) -> None:
    """The gradient, and twice more the gradient of its sum of squares."""
    import torch

    def ours(x: Any) -> Any:
        return (grad(function.f)(x) ** 2).sum()

    def theirs(x: Any) -> Any:
        return (torch.func.grad(function.f)(x) ** 2).sum()

    x, t = function.x, torch.tensor(function.x)
    for f, g in ((function.f, function.f), (ours, theirs)):
        np.testing.assert_allclose(grad(f)(x), torch.func.grad(g)(t).numpy(), rtol=1e-10, atol=1e-12)
    third = grad(lambda x: (grad(ours)(x) ** 2).sum())(x)
    expected = torch.func.grad(lambda t: (torch.func.grad(theirs)(t) ** 2).sum())(t)
    np.testing.assert_allclose(third, expected.numpy(), rtol=1e-9, atol=1e-10)


def test_kinds_in_kinds_out() -> None:
    f = lambda x: (x * x).sum() if hasattr(x, "shape") else x * x  # noqa: E731
    x = np.array([1.0, 2.0])
    value, slope = value_and_grad(f)(x)
    assert type(value) is float
    assert type(slope) is np.ndarray
    assert slope.flags.writeable
    value, slope = value_and_grad(f)(Tensor(x))
    assert type(value) is type(slope) is Tensor
    assert not value.requires_grad
    assert not slope.requires_grad
    value, slope = value_and_grad(f)(Tensor(x, requires_grad=True))
    assert value.requires_grad
    assert slope.requires_grad
    assert grad(f)(np.array(3.0)).shape == ()
    assert type(grad(f)(np.float64(3.0))) is float
    assert grad(f)(x.astype(np.float32)).dtype == np.float32


class Layer(NamedTuple):
    weight: Any
    bias: Any


def test_structures_come_back_as_they_went_in() -> None:
    def f(p: dict[str, Any]) -> Any:
        assert type(p["layers"][0]) is Layer
        first, (w, b) = p["layers"][0], p["layers"][1]
        return (first.weight * 2.0).sum() + (first.bias * w * b).sum()

    ones = np.ones(2)
    found = grad(f)({"layers": [Layer(np.ones((2, 2)), 3 * ones), (4 * ones, 5 * ones)]})
    assert list(found) == ["layers"]
    first, second = found["layers"]
    assert type(first) is Layer
    assert type(second) is tuple
    np.testing.assert_array_equal(first.weight, 2 * np.ones((2, 2)))
    np.testing.assert_array_equal(first.bias, 20 * ones)
    np.testing.assert_array_equal(second, [15 * ones, 12 * ones])


def test_numbers_beside_arrays() -> None:
    slopes = grad(lambda p: p["a"] * p["a"])({"a": 3.0, "unused": np.ones(3)})
    assert slopes["a"] == 6.0
    np.testing.assert_array_equal(slopes["unused"], np.zeros(3))
    values = np.array([Value(1.0), Value(2.0)], dtype=object)
    (first, second) = grad(lambda v: v[0] * v[1] * v[1])(values)
    assert (first, second) == (4.0, 4.0)


def test_argnums_and_keywords() -> None:
    a, b = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    ga, gb = grad(lambda a, b, k=1.0: (a * b * k).sum(), argnums=(0, 1))(a, b, k=2.0)
    np.testing.assert_array_equal(ga, 2 * b)
    np.testing.assert_array_equal(gb, 2 * a)


def test_no_perturbation_confusion_with_arrays() -> None:
    """The variable of an outer derivative, closed over by an inner one."""

    def f(x: Any) -> Any:
        inner = grad(lambda y: (x * y).sum())(np.ones(2))  # = x
        return (inner * x).sum()  # = ‖x‖²

    np.testing.assert_allclose(grad(f)(np.array([3.0, 5.0])), [6.0, 10.0])
    np.testing.assert_allclose(grad(lambda x: grad(f)(x).sum())(np.array([3.0, 5.0])), [2.0, 2.0])
    same = grad(lambda x: (x * grad(lambda y: (x + y).sum())(np.ones(2))).sum())(np.array([3.0, 5.0]))
    np.testing.assert_allclose(same, [1.0, 1.0])


def test_the_derivative_is_by_this_use_alone() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    np.testing.assert_array_equal(grad(lambda y: (y * x).sum())(x).data, x.data)
    assert x.grad is None
    slope = grad(lambda y: (y**3).sum())(x * x)
    np.testing.assert_allclose(gradients(slope.sum(), [x])[0], 12 * x.data**3)


def test_results_share_no_memory_with_anything() -> None:
    x, c = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    for f in (lambda x: x.sum(), lambda x: (x + c).sum(), lambda x: (x * c).sum(), lambda x: x @ c):
        slope = grad(f)(x)
        slope += 100.0
    np.testing.assert_array_equal(x, [1.0, 2.0])
    np.testing.assert_array_equal(c, [3.0, 4.0])
    one, two = grad(lambda a, b: (a + b).sum(), argnums=(0, 1))(x, c)
    assert not np.shares_memory(one, two)


def test_constants_have_gradient_zero() -> None:
    np.testing.assert_array_equal(grad(lambda x: 5.0)(np.ones(2)), np.zeros(2))
    np.testing.assert_array_equal(grad(lambda x: Tensor(2.0))(np.ones((2, 1))), np.zeros((2, 1)))
    np.testing.assert_array_equal(grad(lambda x: x.detach().sum())(np.ones(2)), np.zeros(2))
    assert grad(grad(lambda x: (x * 2.0).sum()))(np.array(3.0)) == 0.0


def test_it_works_under_no_grad_and_then_gives_constants() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    with no_grad():
        slope = grad(lambda x: (x**3).sum())(x)
        second = grad(lambda x: grad(lambda y: (y**3).sum())(x).sum())(np.array([1.0, 2.0]))
    np.testing.assert_allclose(slope.data, [3.0, 12.0])
    assert not slope.requires_grad
    np.testing.assert_allclose(second, [6.0, 12.0])


def test_gradients_of_nodes() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * x
    z = y.exp()
    found = gradients(z, [x, y], grad_output=[1.0, 10.0])
    np.testing.assert_allclose(found[1], z.data * [1.0, 10.0])
    np.testing.assert_allclose(found[0], 2 * x.data * z.data * [1.0, 10.0])
    assert x.grad is y.grad is None
    (slope,) = gradients(z.sum(), [x], create_graph=True)
    (second,) = gradients(slope.sum(), [x])
    np.testing.assert_allclose(second, (2 + 4 * x.data**2) * z.data)
    assert gradients(Value(2.0) * 3.0, [v := Value(1.0)], grad_output=5.0) == [0.0]
    assert gradients(v * 3.0, [v], grad_output=5.0) == [15.0]


def test_only_the_way_to_the_inputs_is_walked() -> None:
    """Nodes beside the way cost nothing, however many."""
    w = Tensor(np.ones(2), requires_grad=True)
    calls = []
    beside = w * 1.0
    beside.register_hook(lambda g: calls.append(g))
    x = Tensor(np.ones(2), requires_grad=True)
    gradients((beside * x).sum(), [x])
    assert calls == []
    gradients((beside * x).sum(), [w])
    assert len(calls) == 1


def test_gradients_equal_those_of_backward_bit_by_bit() -> None:
    rng = np.random.default_rng(0)
    a, b = (Tensor(rng.normal(size=(5, 5)), requires_grad=True) for _ in range(2))
    c = a
    for _ in range(6):
        c = (c @ b).tanh() + c * a + c.sum(axis=0)
    out = (c * c).mean()
    found = gradients(out, [a, b])
    out.backward()
    np.testing.assert_array_equal(found[0], a.grad)
    np.testing.assert_array_equal(found[1], b.grad)


def test_a_long_chain_needs_no_recursion() -> None:
    def f(x: Any) -> Any:
        for _ in range(20_000):
            x = x + 1e-4
        return x.sum() if hasattr(x, "sum") and hasattr(x, "shape") else x

    assert grad(f)(1.0) == 1.0
    np.testing.assert_array_equal(grad(f)(np.ones(2)), np.ones(2))


def test_errors_say_what_to_do() -> None:
    with pytest.raises(ShapeError, match=r"a Tensor of shape \(3,\)|of shape \(3,\).*jacobian"):
        grad(lambda x: x * 2.0)(np.ones(3))
    with pytest.raises(OperandError, match=r"int64 numbers \(shape \(2,\)\).*astype\(float\)"):
        grad(lambda x: x.sum())(np.array([1, 2]))
    with pytest.raises(OperandError, match=r"gradients\(output, \[x\]\)"):
        gradients(Value(1.0), Value(2.0))  # type: ignore[arg-type]
    with pytest.raises(OperandError, match="not a float"):
        gradients(Value(1.0), [2.0])  # type: ignore[list-item]
    x = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(GraphError, match="not a single number"):
        gradients(x * x, [x])
    with pytest.raises(ShapeError, match=r"\(3,\)"):
        gradients(x * x, [x], np.ones(3))
    with pytest.raises(GraphError, match="requires no gradient"):
        gradients((x * x).sum(), [Tensor([1.0])])
    y = (x * x).sum()
    y.backward()
    with pytest.raises(GraphError, match="freed"):
        gradients(y, [x])


@pytest.mark.spec("S-038")
def test_argmax_has_no_gradient_and_says_so() -> None:
    scores = np.array([0.3, 2.0, -1.0])
    with pytest.raises(OperandError, match=r"a whole number \(int64\), which has no derivative: argmax"):
        grad(lambda s: s.argmax())(scores)
    chosen = Tensor(scores, requires_grad=True).argmax()
    assert not chosen.requires_grad
    with pytest.raises(GraphError, match="argmax"):
        chosen.backward()
    for seed in range(50):
        s = np.random.default_rng(seed).normal(size=5)
        assert int(autograd.argmax(Tensor(s))) == int(autograd.argmax(autograd.softmax(Tensor(s), axis=0)))
        two = Tensor(s[:2])
        assert int(two.argmax()) == (0 if s[0] > s[1] else 1)


def test_threads_do_not_see_each_others_variables() -> None:
    """A derivative being taken in one thread does not make those of another into nodes."""
    inside, done = threading.Event(), threading.Event()
    found: list[Any] = []

    def slow(x: Any) -> Any:
        inside.set()
        assert done.wait(10)
        return x * x

    thread = threading.Thread(target=lambda: found.append(grad(slow)(3.0)))
    thread.start()
    assert inside.wait(10)
    assert type(grad(lambda x: x * x)(5.0)) is float
    done.set()
    thread.join(10)
    assert found == [6.0]


def test_a_changed_operand_is_noticed() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = (x * x).sum()
    with no_grad():
        x += 1.0
    with pytest.raises(GraphError, match="changed in place"):
        gradients(y, [x])


@pytest.mark.spec("S-022")
def test_a_linear_form() -> None:
    theta = np.array([2.0, -3.0, 0.5])
    z = np.array([1.5, 4.0, -1.0])
    np.testing.assert_array_equal(grad(lambda x: autograd.Tensor(theta) @ x)(z), theta)
    np.testing.assert_array_equal(grad(lambda t: z @ t)(theta), z)


@pytest.mark.spec("S-023")
def test_a_quadratic_form() -> None:
    a = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(grad(lambda x: x @ a @ x)(np.array([1.0, -1.0])), [-3.0, -3.0])
    rng = np.random.default_rng(1)
    for n in (1, 2, 5):
        a, x = rng.normal(size=(n, n)), rng.normal(size=n)
        np.testing.assert_allclose(grad(lambda x, a=a: x @ a @ x)(x), (a + a.T) @ x, rtol=1e-12)
        s = a + a.T
        np.testing.assert_allclose(grad(lambda x, s=s: x @ s @ x)(x), 2 * s @ x, rtol=1e-12)


@pytest.mark.spec("S-024")
def test_the_gradient_by_a_matrix_has_its_shape() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    trace = lambda a: ((b.T @ a) * np.eye(4)).sum()  # noqa: E731
    slope = grad(trace)(a)
    assert slope.shape == a.shape
    np.testing.assert_array_equal(slope, b)


@pytest.mark.spec("S-014")
def test_the_product_rule() -> None:
    product = grad(lambda x: x * x.exp())
    for x in (1.0, np.array(1.0)):
        assert float(product(x)) == pytest.approx(2 * np.e, rel=1e-15)
    x = np.array([0.3, -1.2])
    u, v = (lambda x: x.sin()), (lambda x: (x * x).exp())
    both = grad(lambda x: (u(x) * v(x)).sum())(x)
    np.testing.assert_allclose(both, np.sin(x) * 2 * x * np.exp(x * x) + np.exp(x * x) * np.cos(x), rtol=1e-13)


@pytest.mark.spec("S-373")
def test_a_saddle_by_numbers() -> None:
    def f(x: Any) -> Any:
        return x[0] ** 2 - x[1] ** 2

    assert grad(f)([1.0, 2.0]) == [2.0, -4.0]
    np.testing.assert_array_equal(grad(f)(np.array([1.0, 2.0])), [2.0, -4.0])
    assert f([0.0, 0.1]) == pytest.approx(-0.01)
    assert f([0.0, 0.1]) < f([0.0, 0.0])
