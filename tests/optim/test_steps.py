"""Steps: what is decided once is decided anew when it changes, and gradients are read as they are and left alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from optim import SGD, Adam, Optimizer, OptimizerError

SHAPES = ((3, 5), (), (7,), (1, 1), (150, 120))


def leaves(dtype: str = "float64") -> list[Tensor]:
    source = np.random.default_rng(0)
    return [Tensor(np.array(source.normal(size=s), dtype), requires_grad=True) for s in SHAPES]


def slopes(t: int, dtype: str = "float64") -> list[np.ndarray]:
    source = np.random.default_rng(100 + t)
    return [np.array(source.normal(size=s), dtype) for s in SHAPES]


def put(parameters: list[Tensor], gradients: list[Any]) -> None:
    for p, g in zip(parameters, gradients, strict=True):
        p.grad = g


def test_every_setting_may_change_between_steps() -> None:
    ours = leaves()
    optimizer = SGD(ours, lr=0.1)
    expected = [p.data.copy() for p in ours]
    for t, (lr, decay, up) in enumerate(
        [(0.1, 0.0, False), (0.2, 0.0, False), (0.2, 0.5, False), (0.2, 0.5, True)] * 2
    ):
        optimizer.param_groups[0].update(lr=lr, weight_decay=decay)
        optimizer.maximize = up
        put(ours, slopes(t))
        optimizer.step()
        for x, g in zip(expected, slopes(t), strict=True):
            x -= lr * ((-g if up else g) + decay * x)
        for p, x in zip(ours, expected, strict=True):
            np.testing.assert_allclose(p.data, x, rtol=1e-14)


def test_a_learning_rate_in_an_array_may_change_inside() -> None:
    p, rate = Tensor([1.0], requires_grad=True), np.array(0.5)
    optimizer = SGD([p])
    optimizer.param_groups[0]["lr"] = rate
    for _ in range(2):
        p.grad = np.array([1.0])
        optimizer.step()
        rate *= 0.5
    assert p.data.tolist() == [0.25]


def test_numbers_of_ones_own_are_asked_every_step_unless_they_are_steady() -> None:
    asked: list[int] = []

    class Fading(SGD):
        def numbers(self, block: Any, group: Mapping[str, Any]) -> dict[str, float]:
            asked.append(block.steps)
            return {**super().numbers(block, group), "lr": group["lr"] / block.steps}

    class Steady(SGD):
        steady = True

        def numbers(self, block: Any, group: Mapping[str, Any]) -> dict[str, float]:
            asked.append(block.steps)
            return super().numbers(block, group)

    for make, calls, end in ((Fading, [1, 2, 3], 1 - 0.6 * (1 + 1 / 2 + 1 / 3)), (Steady, [1], 1 - 0.6 * 3)):
        asked.clear()
        p = Tensor([1.0], requires_grad=True)
        optimizer = make([p], lr=0.6)
        for _ in range(3):
            p.grad = np.array([1.0])
            optimizer.step()
        assert asked == calls
        np.testing.assert_allclose(p.data, [end])


@pytest.mark.parametrize("make", [lambda p: SGD(p, lr=0.1, momentum=0.9), Adam], ids=["SGD", "Adam"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "dressed",
    [
        lambda g: np.repeat(g[..., None], 2, axis=-1)[..., 0],
        lambda g: np.array(g, order="F"),
        Tensor,
        lambda g: np.ma.masked_array(g),
        lambda g: np.lib.stride_tricks.as_strided(g, writeable=False),
        lambda g: g.astype(g.dtype.newbyteorder()),
    ],
    ids=["gaps", "columns", "Tensor", "masked", "frozen", "byte order"],
)
def test_gradients_in_any_dress_move_as_plain_ones_do_and_stay_as_they_are(
    make: Callable[[Any], Optimizer], dtype: str, dressed: Callable[[Any], Any]
) -> None:
    ours, plain = leaves(dtype), leaves(dtype)
    first, second = make(ours), make(plain)
    for t in range(4):
        given = slopes(t, dtype)
        put(ours, [dressed(g) for g in given] if t % 2 else given)
        put(plain, slopes(t, dtype))
        held = [p.grad for p in ours]
        first.step()
        second.step()
        for p, q, before, g in zip(ours, plain, held, slopes(t, dtype), strict=True):
            np.testing.assert_array_equal(p.data, q.data)
            assert p.grad is before
            np.testing.assert_array_equal(np.asarray(getattr(p.grad, "data", p.grad), dtype), g)


@pytest.mark.parametrize("dtype", ["float32", "int64", "float16"])
def test_a_gradient_of_another_dtype_is_taken_by_its_numbers(dtype: str) -> None:
    p, q = (Tensor(np.zeros(3), requires_grad=True) for _ in range(2))
    optimizer = SGD([p, q], lr=0.5)
    for _ in range(2):
        p.grad, q.grad = np.array([2, -4, 6], dtype), np.ones(3)
        optimizer.step()
    assert (p.data.tolist(), q.data.tolist()) == ([-2.0, 4.0, -6.0], [-1.0] * 3)


def test_parameters_that_lose_and_find_their_gradients() -> None:
    ours, alone = leaves(), leaves()
    together, single = SGD(ours, lr=0.1, momentum=0.9), [SGD([p], lr=0.1, momentum=0.9) for p in alone]
    for t in range(8):
        for k, (p, q, g) in enumerate(zip(ours, alone, slopes(t), strict=True)):
            p.grad = q.grad = g if (t + k) % 3 else None
        together.step()
        for optimizer in single:
            optimizer.step()
        for p, q in zip(ours, alone, strict=True):
            np.testing.assert_array_equal(p.data, q.data)


def test_parameters_that_get_other_arrays_and_groups_that_get_other_parameters() -> None:
    p, q, r = (Tensor(np.ones(2), requires_grad=True) for _ in range(3))
    optimizer = SGD([p, q], lr=1.0)
    for t in range(4):
        if t == 2:
            p.data = np.array([10.0, 20.0])
            optimizer.param_groups[0]["params"] = [p, r]
        p.grad = q.grad = r.grad = np.ones(2)
        optimizer.step()
    assert (p.data.tolist(), q.data.tolist(), r.data.tolist()) == ([8.0, 18.0], [-1.0, -1.0], [-1.0, -1.0])


def test_a_gradient_of_another_shape_changes_nothing() -> None:
    p, q = Tensor(np.ones((2, 3)), requires_grad=True), Tensor(np.ones(2), requires_grad=True)
    optimizer = SGD([q, p], lr=1.0)
    p.grad, q.grad = np.ones((2, 3)), np.ones(2)
    optimizer.step()
    p.grad = np.ones((3, 2))
    with pytest.raises(OptimizerError, match=r"has shape \(3, 2\), but the parameter \(2, 3\)"):
        optimizer.step()
    assert (p.data.tolist(), q.data.tolist()) == ([[0.0] * 3] * 2, [0.0, 0.0])
