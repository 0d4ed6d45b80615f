"""One replay, many kinds of call: shapes, static arguments, recordings that share their parameters."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from autograd import Replay, ReplayError, ReplayWarning, Value, replay

from .graphs import eager


def test_every_shape_is_recorded_once() -> None:
    w, calls = Value(0.5, name="w"), []

    @replay(backend="numpy")
    def loss(xs: Any) -> Any:
        calls.append(len(xs))
        return sum((w * x - 1) ** 2 for x in xs)

    for n in (2, 5, 2, 5, 3, 2):
        xs = [0.5 * i for i in range(n)]
        assert loss(xs) == sum((0.5 * x - 1) ** 2 for x in xs)
    assert calls == [2, 2, 5, 5, 3, 3]  # twice each: the second time with other numbers


def test_all_recordings_follow_the_same_array() -> None:
    """The order of the parameters does not depend on the shape, and numbers set in place go along."""
    a, b = Value(1.0, name="a"), Value(2.0, name="b")
    step = replay(
        lambda xs: a * xs[0] + b * xs[1] if len(xs) == 2 else b * xs[0] + a * a * xs[1] * xs[2], backend="numpy"
    )
    assert step.run([1.0, 10.0]) == 21.0
    order = step.parameters
    step.weights[:] = [5.0, 7.0] if order[0] is a else [7.0, 5.0]
    assert step.run([1.0, 1.0, 2.0]) == 57.0
    assert step.parameters == order
    assert step.run([1.0, 1.0]) == 12.0
    assert (a.data, b.data) == (1.0, 2.0)
    step.store()
    assert (a.data, b.data) == (5.0, 7.0)


def test_a_parameter_that_only_a_later_shape_uses_learns_too() -> None:
    layers = [Value(0.5), Value(0.25), Value(2.0)]

    def deep(x: Any, depth: int) -> Any:
        for layer in layers[:depth]:
            x = (layer * x).tanh()
        return x * 1.0

    step = replay(deep, static=["depth"], backend="numpy")
    for depth in (1, 3, 2, 1):
        value = step(0.75, depth)
        step.backward()
        got = [p.grad for p in layers[:depth]]
        for p in layers:
            p.grad = None
        expected, wanted = eager(deep(Value(0.75), depth), layers[:depth])
        assert abs(value - expected) < 1e-15
        assert np.allclose(got, wanted, rtol=1e-13)


def test_switching_recordings_undoes_no_step_of_an_optimizer() -> None:
    layers = [Value(0.5), Value(0.25)]
    step = replay(lambda x, depth: layers[0] * x if depth == 1 else layers[0] * x * layers[1], static=["depth"],
                  backend="numpy")  # fmt: skip
    assert step(2.0, 1) == 1.0
    layers[0].data = 3.0
    assert step(2.0, 2) == 1.5
    assert layers[0].data == 3.0
    layers[0].data = 4.0
    assert step(2.0, 1) == 8.0
    step.weights[:] = 1.0
    assert step.run(2.0, 2) == 0.5
    assert layers[0].data == 1.0


def test_arguments_that_are_no_data() -> None:
    w = Value(2.0)

    def scored(x: Any, how: str, scale: Any = None, *rest: Any) -> Any:
        y = w * x
        y = y.tanh() if how == "tanh" else y
        return y if scale is None else y * scale + sum(rest)

    step = replay(scored, backend="numpy")
    assert step(3.0, "id") == 6.0
    assert step(0.0, "tanh") == 0.0
    assert step(3.0, "id", 2.0) == 12.0
    assert step(3.0, "id", scale=0.5) == 3.0
    assert step(3.0, "id", 0.5, 1.0, 2.0) == 6.0
    assert step(x=4.0, how="id") == 8.0


def test_inputs_as_they_are_given() -> None:
    """Arrays stay arrays, tuples tuples, lists lists, numbers numbers; of every type of number."""
    w, seen = Value(2.0), []

    def loss(x: Any, pair: Any, rows: Any, one: Any) -> Any:
        seen.append((type(x), x.shape, type(pair), type(rows), type(one)))
        return w * x.sum() + pair[0] * pair[1] + rows[1][0] * one

    step = replay(loss, backend="numpy")
    value = step(
        np.arange(6, dtype=np.int32).reshape(2, 3), (np.float32(0.5), 3), [[1.0, 2.0], [3.0, 4.0]], np.array(2.0)
    )
    assert value == 2 * 15 + 1.5 + 6
    assert seen[0] == (np.ndarray, (2, 3), tuple, list, Value)
    assert step(np.ones((2, 3)) * 2, (1, 1), [(0, 0), (1, 1)], 1) == 26.0


def test_empty_data() -> None:
    w = Value(2.0)
    step = replay(lambda xs: sum((w * x for x in xs), w * 1.0), backend="numpy")
    assert step([]) == 2.0
    assert step([3.0]) == 8.0
    assert step(np.zeros((0, 4))) == 2.0


def test_very_many_shapes_are_worth_a_warning() -> None:
    w = Value(2.0)
    step = replay(lambda xs: sum(w * x for x in xs), backend="numpy", check=False, structure="gates")
    for n in range(1, 32):
        assert step([1.0] * n) == 2.0 * n
    with pytest.warns(ReplayWarning, match=r"recorded 32 times.*batched") as caught:
        step([1.0] * 32)
    assert caught[0].filename == __file__
    assert step([1.0] * 33) == 66.0  # once is enough


def test_what_is_held_is_not_the_data() -> None:
    """A recording keeps no array it was made for."""
    import gc
    import weakref

    w = Value(2.0)
    step = replay(lambda xs, names: w * xs[0] + float(len(names)), static=["names"], backend="numpy")
    xs = np.ones(3)
    gone = weakref.ref(xs)
    step(xs, {"a": 1})
    del xs
    gc.collect()
    assert gone() is None


def test_a_graph_takes_inputs_of_its_own_shape_only() -> None:
    x, y, w = [Value(1.0), Value(2.0)], Value(3.0), Value(4.0)
    loss = w * x[0] * x[1] + y
    step = Replay.from_graph(loss, inputs=[x, y], backend="numpy")
    assert step() == 11.0
    assert step([2.0, 2.0], 0.5) == 16.5
    assert step(np.array([1.0, 0.0]), 1) == 1.0
    for wrong, message in [
        (([1.0, 2.0, 3.0], 1.0), r"shaped \(\(2,\), \(\)\), not \(\(3,\), \(\)\)"),
        (([1.0, 2.0],), r"takes 2 input\(s\), not 1"),
        (([1.0, [2.0]], 1.0), "input 0 must be a number or an array of real numbers"),
        (([1.0, "2"], 1.0), "input 0 must be a number or an array of real numbers"),
        (([1.0, 2j], 1.0), "input 0 must be a number or an array of real numbers"),
        (([1.0, 2.0], None), "not"),
    ]:
        with pytest.raises(ReplayError, match=message):
            step(*wrong)
    with pytest.raises(ReplayError, match="functions of one sample"):
        step.batched([1.0])


def test_a_decorated_function_keeps_its_name() -> None:
    w = Value(2.0)

    @replay
    def loss(x: float) -> Any:
        """What it is for."""
        return w * x

    assert (loss.__name__, loss.__doc__, loss.__module__) == ("loss", "What it is for.", __name__)
    assert "loss" in repr(loss)
    assert "not recorded" in repr(loss)
    assert isinstance(loss, Replay)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert loss.__wrapped__(3.0).data == 6.0
