"""vjp and jvp: each other's transpose, PyTorch's numbers, and nested in each other."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import OperandError, ShapeError, Tensor, Value, grad, jvp, vjp

from ..autograd.settings import thorough
from ..oracles.points import NAMES, TABLE, apply
from ..tensors.cases import CASES
from ..tensors.harness import Case, numbers, weights_for
from .functions import SCALAR, VECTOR, Function, names

SMOOTH = [case for case in CASES if case.smooth]
vector = pytest.mark.parametrize("function", VECTOR, ids=names(VECTOR))


def directions(case: Case) -> list[Any]:
    return [numbers(*x.shape, seed=5) if x.shape else np.array(0.7) for x in case.inputs]


def shifted(case: Case, h: float) -> Any:
    with autograd.no_grad():
        moved = [Tensor(x + h * t) for x, t in zip(case.inputs, directions(case), strict=True)]
        return np.asarray(case.ours(*moved).data)


@pytest.mark.parametrize("case", SMOOTH, ids=[case.name for case in SMOOTH])
def test_forward_mode_through_every_operation(case: Case) -> None:
    """The tangent is the rate of change along the direction, and agrees with reverse mode; as numbers and as nodes."""
    tangents = directions(case)
    out, moved = jvp(case.ours, case.inputs, tangents)
    assert np.shape(out) == np.shape(moved)
    h = 1e-6
    np.testing.assert_allclose(moved, (shifted(case, h) - shifted(case, -h)) / (2 * h), rtol=2e-5, atol=1e-7)
    _, pullback = vjp(case.ours, *case.inputs)
    upstream = weights_for(np.shape(out))
    pulled = pullback(upstream)
    rate = sum(float(np.sum(g * t)) for g, t in zip(pulled, tangents, strict=True))
    assert float(np.sum(upstream * moved)) == pytest.approx(rate, rel=1e-10, abs=1e-11)
    nodes = jvp(case.ours, [Tensor(x, requires_grad=True) for x in case.inputs], tangents)[1]
    np.testing.assert_allclose(nodes.data, moved, rtol=1e-9, atol=1e-11)


def along(name: str, point: tuple[float, ...], tangents: list[float], speed: Any) -> Any:
    """The rate of change of a gate when its inputs move along the tangents with that speed."""
    return jvp(lambda *x: apply(name, x), point, [speed * t for t in tangents])[1]


@pytest.mark.parametrize("name", NAMES)
def test_forward_mode_through_every_gate_of_values(name: str) -> None:
    for point in TABLE[name].ordinary:
        tangents = [0.3 + 0.4 * i for i in range(len(point))]
        _, rate = jvp(lambda *x: apply(name, x), point, tangents)
        leaves = [Value(x) for x in point]
        slopes = autograd.gradients(apply(name, leaves), leaves)
        expected = sum(s * t for s, t in zip(slopes, tangents, strict=True))
        assert rate == pytest.approx(expected, rel=1e-12, abs=1e-300)
        nested = grad(partial(along, name, point, tangents))(1.0)
        assert nested == pytest.approx(expected, rel=1e-12, abs=1e-300)


@pytest.mark.needs("torch")
@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*:DeprecationWarning")  # PyTorch's own, on its first jvp
@vector
def test_as_pytorch(function: Function) -> None:
    import torch

    x, t = function.x, numbers(*function.x.shape, seed=9) if function.x.shape else np.array(1.7)
    tx, tt = torch.tensor(x), torch.tensor(t)
    out, rate = jvp(function.f, (x,), (t,))
    theirs, their_rate = torch.func.jvp(function.f, (tx,), (tt,))
    np.testing.assert_allclose(out, theirs.numpy(), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(rate, their_rate.numpy(), rtol=1e-12, atol=1e-13)
    u = weights_for(np.shape(out))
    _, pullback = vjp(function.f, x)
    _, their_pullback = torch.func.vjp(function.f, tx)
    np.testing.assert_allclose(pullback(u)[0], their_pullback(torch.tensor(u))[0].numpy(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("function", SCALAR, ids=names(SCALAR))
def test_the_four_ways_to_a_second_derivative(function: Function) -> None:
    """Forward or reverse mode, over forward or reverse mode."""
    f, x = function.f, function.x
    v = numbers(*x.shape, seed=9) if x.shape else np.array(1.7)
    zero = np.zeros_like(x)
    slope = lambda x: jvp(f, (x,), (v,))[1]  # noqa: E731
    forward_over_reverse = jvp(grad(f), (x,), (v,))[1]
    reverse_over_reverse = grad(lambda x: (grad(f)(x) * v).sum())(x)
    reverse_over_forward = grad(slope)(x)
    for other in (reverse_over_reverse, reverse_over_forward):
        np.testing.assert_allclose(other, forward_over_reverse, rtol=1e-10, atol=1e-11)
    forward_over_forward = jvp(slope, (x,), (v,))[1]
    assert forward_over_forward == pytest.approx(float((forward_over_reverse * v).sum()), rel=1e-10, abs=1e-11)
    assert jvp(slope, (x,), (zero,))[1] == 0.0


def test_third_order_forward() -> None:
    def slope(f: Any) -> Any:
        return lambda x: jvp(f, (x,), (1.0,))[1]

    f = lambda x: x**4 + x.sin()  # noqa: E731
    assert slope(slope(slope(f)))(0.7) == pytest.approx(24 * 0.7 - np.cos(0.7), rel=1e-12)


def test_no_perturbation_confusion_between_modes() -> None:
    def inner(x: Any) -> Any:
        return x * jvp(lambda y: x * y, (1.0,), (1.0,))[1]  # = x²

    assert jvp(inner, (3.0,), (1.0,))[1] == 6.0
    assert grad(inner)(3.0) == 6.0
    assert grad(lambda x: x * vjp(lambda y: x + y, 1.0)[1](1.0)[0])(3.0) == 1.0
    # A tangent that depends on the outer variable.
    assert grad(lambda x: jvp(lambda y: y * y, (3.0,), (x * x,))[1])(2.0) == 24.0
    assert jvp(lambda x: jvp(lambda y: y * y, (3.0,), (x * x,))[1], (2.0,), (1.0,))[1] == 24.0


def test_structures_and_several_results() -> None:
    def f(p: dict[str, Any], s: Any) -> Any:
        return {"sum": p["w"] * s, "parts": [p["w"].sum(), s * 2.0], "fixed": 7.0}

    w, s = np.array([1.0, 2.0]), np.array(3.0)
    out, pullback = vjp(f, {"w": w}, s)
    assert out["parts"] == [3.0, 6.0]
    assert out["fixed"] == 7.0
    (gp, gs) = pullback({"sum": np.array([1.0, 10.0]), "parts": [100.0, 1000.0], "fixed": None})
    np.testing.assert_array_equal(gp["w"], [103.0, 130.0])
    assert gs == 2021.0
    out, rate = jvp(f, ({"w": w}, s), ({"w": np.array([1.0, -1.0])}, None))
    np.testing.assert_array_equal(rate["sum"], [3.0, -3.0])
    assert rate["parts"] == [0.0, 0.0]
    assert rate["fixed"] == 0.0


def test_a_pullback_keeps_to_the_numbers_of_the_call() -> None:
    x = np.array([1.0, 2.0])
    _, pullback = vjp(lambda x: (x * x).sum(), x)
    x[:] = 100.0
    np.testing.assert_array_equal(pullback()[0], [2.0, 4.0])
    np.testing.assert_array_equal(pullback(10.0)[0], [20.0, 40.0])
    assert vjp(lambda x: x * math.inf, np.array(1.0))[1]()[0] == math.inf


def test_results_share_no_memory_with_what_was_given() -> None:
    x, t = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    for f in (lambda x: x, lambda x: x + 1.0, lambda x: x.reshape(2, 1), lambda x: x.T):
        out, rate = jvp(f, (x,), (t,))
        assert not np.shares_memory(out, x)
        assert not np.shares_memory(rate, t)
        u = np.ones(np.shape(out))
        assert not np.shares_memory(vjp(f, x)[1](u)[0], u)
        assert rate.flags.writeable


@thorough
@given(st.lists(st.floats(-3, 3), min_size=1, max_size=6), st.integers(0, 2**32 - 1))
def test_reverse_is_the_transpose_of_forward(xs: list[float], seed: int) -> None:
    random = np.random.default_rng(seed)
    x = np.array(xs)
    matrix = random.normal(size=(4, len(xs)))
    f = lambda x: ((matrix @ x).tanh() * (x * x).sum()).exp()[[0, 2, 2]]  # noqa: E731
    t, u = random.normal(size=x.shape), random.normal(size=3)
    _, rate = jvp(f, (x,), (t,))
    (pulled,) = vjp(f, x)[1](u)
    left, right = float(u @ rate), float(pulled @ t)
    assert left == pytest.approx(right, rel=1e-9, abs=1e-9 * float(np.abs(u * rate).sum() + np.abs(pulled * t).sum()))


def test_float32_stays_float32() -> None:
    x = np.ones(3, np.float32)
    out, rate = jvp(lambda x: (x * 2.0).exp(), (x,), ([1.0, 2.0, 3.0],))
    assert out.dtype == rate.dtype == np.float32
    assert vjp(lambda x: x.sin(), x)[1](np.ones(3))[0].dtype == np.float32


def test_errors_say_what_to_do() -> None:
    x = np.ones(3)
    with pytest.raises(OperandError, match="primals is a tuple"):
        jvp(lambda x: x, x, (x,))  # type: ignore[arg-type]
    with pytest.raises(OperandError, match="1 primals need as many tangents, not 2"):
        jvp(lambda x: x, (x,), (x, x))
    with pytest.raises(ShapeError, match=r"the tangent has shape \(2,\), but what it belongs to has shape \(3,\)"):
        jvp(lambda x: x, (x,), (np.ones(2),))
    with pytest.raises(OperandError, match="keys 'a', 'b'"):
        jvp(lambda p: p["a"], ({"a": x, "b": x},), ({"a": x},))
    with pytest.raises(OperandError, match="give a list of 2"):
        jvp(lambda p: p[0], ([x, x],), ([x],))
    _, pullback = vjp(lambda x: x * 2.0, x)
    with pytest.raises(OperandError, match="give the pullback an upstream gradient"):
        pullback()
    with pytest.raises(ShapeError, match=r"the upstream gradient has shape \(2,\)"):
        pullback(np.ones(2))
    with pytest.raises(OperandError, match="int64"):
        vjp(lambda x: x, np.array([1, 2]))


def test_a_parameter_changed_between_call_and_pullback_is_noticed() -> None:
    w = Tensor([1.0, 2.0], requires_grad=True)
    _, pullback = vjp(lambda x: (x * w).sum(), np.ones(2))
    with autograd.no_grad():
        w += 1.0
    with pytest.raises(autograd.GraphError, match="changed in place"):
        pullback()
