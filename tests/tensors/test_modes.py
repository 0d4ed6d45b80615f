"""What is recorded and what is not: no_grad, enable_grad, detach, and threads that do not disturb one another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import GraphError, Tensor, enable_grad, is_grad_enabled, no_grad
from autograd.modes import ACTIVE


def leaf(*numbers: float) -> Tensor:
    return Tensor(np.array(numbers), requires_grad=True)


# ------------------------------------------------------------------------------------------------------------ no_grad


def test_no_grad_records_nothing() -> None:
    x = leaf(1.0, 2.0)
    with no_grad():
        assert not is_grad_enabled()
        results = [x * 2, x.exp(), x @ x, x.sum(), x[0], x.reshape(2, 1), autograd.where(x > 1, x, 0.0)]
    for y in results:
        assert y.is_leaf
        assert not y.requires_grad
        assert y.parents == ()
    assert is_grad_enabled()
    assert (x * 2).requires_grad
    with no_grad():
        assert Tensor([1.0], requires_grad=True).requires_grad


def test_switches_nest_and_come_back_after_an_error() -> None:
    x = leaf(1.0)
    with no_grad():
        with enable_grad():
            assert (x * 2).requires_grad
            with no_grad():
                assert not (x * 2).requires_grad
        assert not (x * 2).requires_grad
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert is_grad_enabled()
    assert not ACTIVE


def test_as_decorators() -> None:
    @no_grad()
    def predict(x: Tensor) -> Tensor:
        return train(x) if x.size > 1 else x * 2

    @enable_grad()
    def train(x: Tensor) -> Tensor:
        return x * 2

    assert not predict(leaf(1.0)).requires_grad
    assert predict(leaf(1.0, 2.0)).requires_grad


def test_a_pass_may_be_made_under_no_grad() -> None:
    x = leaf(3.0)
    y = (x * x).sum()
    with no_grad():
        y.backward(create_graph=True)
    assert x.grad.requires_grad
    x_grad, _ = x.grad, x.zero_grad()
    with no_grad():
        x_grad.sum().detach()
    x_grad.sum().backward()
    np.testing.assert_array_equal(x.grad, [2.0])


def test_leaves_are_updated_under_no_grad_only() -> None:
    x = leaf(1.0, 2.0)
    with pytest.raises(GraphError, match=r"do it under no_grad\(\)"):
        x -= 0.1
    with pytest.raises(GraphError, match=r"do it under no_grad\(\)"):
        x[0] = 5.0
    before = x.data
    with no_grad():
        x -= 0.5
        x[1] = 7.0
    assert x.data is before
    np.testing.assert_array_equal(x.data, [0.5, 7.0])
    assert x.requires_grad
    assert x.is_leaf


# ------------------------------------------------------------------------------------------------------------- detach


def test_detach_shares_numbers_and_no_gradient() -> None:
    x = leaf(1.0, 2.0)
    y = x * 2
    z = y.detach()
    assert z.is_leaf
    assert not z.requires_grad
    assert np.shares_memory(z.data, y.data)
    (z * x).sum().backward()
    np.testing.assert_array_equal(x.grad, [2.0, 4.0])
    assert y.grad is None
    x.zero_grad()
    (y * y.detach()).sum().backward()
    np.testing.assert_array_equal(x.grad, [4.0, 8.0])


# ------------------------------------------------------------------------------------------------------------ threads


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run functions in threads of their own, started at once; what they return, in order."""
    found: list[Any] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(i: int) -> None:
        start.wait()
        try:
            found[i] = works[i]()
        except BaseException as error:
            found[i] = error

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in found:
        if isinstance(result, BaseException):
            raise result
    return found


def test_no_grad_in_one_thread_is_nobody_elses() -> None:
    x = leaf(1.0)
    inside, done = threading.Event(), threading.Event()

    def without() -> bool:
        with no_grad():
            inside.set()
            assert done.wait(10)
            return (x * 2).requires_grad

    def with_grad() -> bool:
        assert inside.wait(10)
        recorded = [(x * 2).requires_grad, (x.exp() @ x).requires_grad, is_grad_enabled()]
        done.set()
        return all(recorded)

    assert together(without, with_grad) == [False, True]
    assert not ACTIVE


def test_threads_that_switch_all_the_time_record_what_they_should() -> None:
    x = leaf(1.0, 2.0)

    def switching() -> int:
        wrong = 0
        for _ in range(300):
            with no_grad():
                wrong += (x * 2).requires_grad
                with enable_grad():
                    wrong += not (x * 2).requires_grad
            wrong += not (x * 2).requires_grad
        return wrong

    def recording() -> int:
        return sum(not (x * 2).requires_grad for _ in range(1000))

    assert together(switching, recording, switching, recording) == [0, 0, 0, 0]
    assert not ACTIVE


def test_eight_threads_train_each_its_own() -> None:
    def train(seed: int) -> tuple[float, ...]:
        source = np.random.default_rng(seed)
        x, target = source.normal(size=(8, 3)), source.normal(size=8)
        w = Tensor(source.normal(size=3), requires_grad=True)
        for _ in range(60):
            loss = ((x @ w - target) ** 2).mean()
            loss.backward()
            with no_grad():
                w -= 0.1 * w.grad
            w.zero_grad()
        return tuple(w.tolist())

    alone = [train(seed) for seed in range(8)]
    assert together(*(lambda seed=seed: train(seed) for seed in range(8))) == alone
    assert not ACTIVE


def test_threads_may_pass_over_one_kept_graph_that_has_leaves_of_its_own() -> None:
    x = leaf(1.0, 2.0)
    shared = x.exp()

    def gradient(k: int) -> Any:
        w = leaf(float(k), float(k))
        (shared.detach() * w).sum().backward()
        return w.grad

    for found in together(*(lambda k=k: gradient(k) for k in range(8))):
        np.testing.assert_allclose(found, np.exp([1.0, 2.0]))
    assert x.grad is None


def test_primitives_open_operations_on_arrays_too() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    with autograd.primitives():
        y = (x - np.array([3.0, 5.0])).sum()
    y.backward()
    assert float(y) == -5.0
    np.testing.assert_array_equal(x.grad, [1.0, 1.0])
