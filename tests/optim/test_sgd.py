"""Gradient descent: as PyTorch computes it, downhill where theory says so, and no setting that makes no sense."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import OperandError, Value
from optim import SGD, Optimizer

from ..autograd.settings import thorough


def bowl(x: list[Any]) -> Any:
    """A function with curvature of several sizes and mixed terms; works for Values and tensors."""
    return (x[0] - 1) ** 2 + 3 * (x[1] + 0.5) ** 2 + 0.5 * x[0] * x[1] + (x[2] * x[0]).tanh()


@pytest.mark.needs("torch")
@pytest.mark.parametrize(("lr", "momentum"), [(0.05, 0.0), (0.02, 0.9), (0.1, 0.5), (1e-3, 0.99)])
def test_fifty_steps_are_those_of_pytorch(lr: float, momentum: float) -> None:
    import torch

    start = [2.0, -1.5, 0.7]
    ours = [Value(v) for v in start]
    theirs = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in start]
    optimizer = SGD(ours, lr=lr, momentum=momentum)
    reference = torch.optim.SGD(theirs, lr=lr, momentum=momentum)
    for _ in range(50):
        optimizer.zero_grad()
        reference.zero_grad()
        bowl(ours).backward()
        bowl(theirs).backward()
        optimizer.step()
        reference.step()
        for p, q in zip(ours, theirs, strict=True):
            assert p.data == pytest.approx(q.item(), rel=1e-12, abs=1e-12)


@pytest.mark.spec("S-015")
def test_a_step_goes_against_the_gradient() -> None:
    w = Value(3.0)
    optimizer = SGD([w], lr=0.25)
    (w * w).backward()
    optimizer.step()
    assert w.data == 3.0 - 0.25 * 6.0
    assert w.grad == 6.0, "the gradient itself stays"


def quadratic(x: list[Value], a: np.ndarray, b: np.ndarray) -> Value:
    """½ xᵀAx - bᵀx."""
    total = Value(0.0)
    for i, row in enumerate(a):
        for j, entry in enumerate(row):
            total = total + 0.5 * float(entry) * x[i] * x[j]
        total = total - float(b[i]) * x[i]
    return total


@pytest.mark.spec("S-015")
@pytest.mark.parametrize("seed", range(100))
def test_a_small_enough_step_lowers_a_quadratic(seed: int) -> None:
    """With lr below 1/λmax, a step from anywhere but the minimum goes strictly down."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 5))
    half = rng.normal(size=(n, n))
    a, b = half @ half.T + 0.1 * np.eye(n), rng.normal(size=n)
    x = [Value(float(v)) for v in rng.normal(scale=3, size=n)]
    lr = float(rng.uniform(0.05, 0.99) / np.linalg.eigvalsh(a)[-1])
    before = quadratic(x, a, b)
    before.backward()
    SGD(x, lr=lr).step()
    assert quadratic(x, a, b).data < before.data


@pytest.mark.spec("S-011")
@thorough
@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3))
def test_gradients_double_without_clearing_and_agree_with_it(start: list[float]) -> None:
    x = [Value(v) for v in start]
    optimizer = SGD(x, lr=0.1)
    bowl(x).backward()
    first = [p.grad for p in x]
    bowl(x).backward()
    assert [p.grad for p in x] == [2 * g for g in first]
    optimizer.zero_grad()
    assert [p.grad for p in x] == [0.0] * 3
    bowl(x).backward()
    assert [p.grad for p in x] == first


def test_momentum_keeps_a_share_of_the_last_velocity() -> None:
    x = Value(0.0)
    optimizer = SGD([x], lr=1.0, momentum=0.5)
    for expected in (-1.0, -2.5, -4.25):
        optimizer.zero_grad()
        (x * 1.0).backward()
        optimizer.step()
        assert x.data == expected


def test_a_parameter_without_a_gradient_stays() -> None:
    used, unused = Value(1.0), Value(2.0)
    optimizer = SGD([used, unused], lr=0.5, momentum=0.9)
    (used * 3).backward()
    optimizer.step()
    assert (used.data, unused.data) == (-0.5, 2.0)


def test_a_gradient_that_is_a_value_itself_will_do() -> None:
    x = Value(3.0)
    (x * x).backward(create_graph=True)
    SGD([x], lr=0.5).step()
    assert x.data == 0.0
    assert type(x.data) is float


def test_parameters_may_come_from_a_generator() -> None:
    x = [Value(1.0), Value(2.0)]
    assert SGD((p for p in x), lr=0.1).parameters == x


@pytest.mark.parametrize("lr", [-0.1, float("nan"), float("inf")])
def test_a_learning_rate_that_makes_no_sense_is_refused(lr: float) -> None:
    with pytest.raises(OperandError, match=r"^SGD: lr must be a non-negative number, not "):
        SGD([Value(1.0)], lr=lr)


@pytest.mark.parametrize("momentum", [-0.1, 1.0, 2.0, float("nan"), float("inf")])
def test_a_momentum_that_makes_no_sense_is_refused(momentum: float) -> None:
    with pytest.raises(OperandError, match=r"^SGD: momentum must be at least 0 and below 1, not "):
        SGD([Value(1.0)], lr=0.1, momentum=momentum)


def test_parameters_that_make_no_sense_are_refused() -> None:
    x = Value(1.0)
    for parameters, message in (
        ([], "was given no parameters"),
        ([x, x], "was given the same parameter twice"),
        ([x * 2], "changes leaf Values and Tensors, not "),
        ([1.0], "changes leaf Values and Tensors, not 1.0"),
    ):
        with pytest.raises(OperandError, match=f"^SGD {message}"):
            SGD(parameters, lr=0.1)


def test_an_optimizer_of_ones_own_says_what_a_step_is() -> None:
    class Sign(Optimizer):
        def update(self, block: Any, group: Any) -> None:  # noqa: ARG002
            block.p -= 0.5 * np.sign(block.g)

    x = Value(3.0)
    optimizer = Sign([x])
    (x * x).backward()
    optimizer.step()
    assert x.data == 2.5
    optimizer.zero_grad()
    assert x.grad == 0.0
    with pytest.raises(TypeError, match="Optimizer does not say what a step is"):
        Optimizer([x]).step()


def test_training_finds_the_minimum() -> None:
    rng = random.Random(0)
    x = [Value(rng.uniform(-2, 2)) for _ in range(2)]
    optimizer = SGD(x, lr=0.1, momentum=0.5)
    for _ in range(200):
        optimizer.zero_grad()
        ((x[0] - 3) ** 2 + 2 * (x[1] + 1) ** 2).backward()
        optimizer.step()
    assert [p.data for p in x] == pytest.approx([3.0, -1.0], abs=1e-9)
