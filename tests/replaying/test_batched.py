"""A function of one sample over many: equal to the engine's mean or sum, whatever the blocks and the threads."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
from autograd import ReplayError, Value, replay
from autograd.replaying.inputs import Inputs
from autograd.replaying.recording import Settings, planned
from autograd.replaying.tape import record_tape
from tests.autograd.settings import EXAMPLES, thorough
from tests.oracles.points import EVERYWHERE
from tests.oracles.programs import Program, programs

from .graphs import STRUCTURES, array_of, built, close, eager, interpreted, same, slacks

BACKENDS = ["numpy", pytest.param("numba", marks=pytest.mark.needs("numba"))]


def _problem(n: int) -> tuple[Any, Any, np.ndarray, np.ndarray]:
    random.seed(2)
    model = nn.MLP(2, [4, 1])
    shared = Value(0.5)

    def one(x: Any, y: Any) -> Any:
        return (1 - y * model(x) * shared.tanh()).relu() + 0.001 * shared * shared

    rng = np.random.default_rng(n)
    return model, one, rng.normal(size=(n, 2)), rng.choice([-1.0, 1.0], size=n)


def _eager(one: Any, x: np.ndarray, y: np.ndarray, parameters: Any, mean: bool) -> tuple[float, np.ndarray]:
    total = autograd.sum([one([float(a) for a in row], float(b)) for row, b in zip(x, y, strict=True)])
    result = total * (1 / len(x)) if mean else total
    result.backward()
    gradients = np.array([p.grad for p in parameters])
    for p in parameters:
        p.grad = None
    return result.data, gradients


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("n", [1, 7, 512, 513, 1500])
def test_means_and_sums(backend: str, n: int) -> None:
    _, one, x, y = _problem(n)
    batches = [
        replay(one, backend=backend).batched(x, y, reduction=reduction, threads=threads)
        for reduction, threads in (("mean", 1), ("mean", 2), ("sum", 1))
    ]
    for batch in batches:
        value = batch.run()
        expected, gradients = _eager(one, x, y, batch.parameters, batch is not batches[2])
        np.testing.assert_allclose(value, expected, rtol=1e-12)
        np.testing.assert_allclose(batch.gradients, gradients, rtol=1e-11, atol=1e-12 * abs(gradients).max())
        assert batch() == value
    assert batches[0].run() == batches[1].run()
    assert batches[0].gradients.tobytes() == batches[1].gradients.tobytes()


@pytest.mark.parametrize("backend", BACKENDS)
def test_other_data_of_another_length(backend: str) -> None:
    _, one, x, y = _problem(700)
    batch = replay(one, backend=backend).batched(x[:100], y[:100])
    for part in (slice(0, 100), slice(100, 113), slice(50, 700), slice(3, 4)):
        value = batch.run(x[part], y[part])
        expected, gradients = _eager(one, x[part], y[part], batch.parameters, True)
        np.testing.assert_allclose(value, expected, rtol=1e-12)
        np.testing.assert_allclose(batch.gradients, gradients, rtol=1e-11, atol=1e-12)
        assert batch.samples == part.stop - part.start
        assert batch.run() == value


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("block", [1, 3])
def test_small_blocks(backend: str, block: int) -> None:
    _, one, x, y = _problem(7)
    whole, blocks = (replay(one, backend=backend).batched(x, y, block=b) for b in (512, block))
    np.testing.assert_allclose(blocks.run(), whole.run(), rtol=1e-13)
    np.testing.assert_allclose(blocks.gradients, whole.gradients, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("structure", ["gates", "sums", "lanes"])
def test_through_values(backend: str, structure: str) -> None:
    model, one, x, y = _problem(20)
    batch = replay(one, backend=backend, structure=structure).batched(x, y)
    value = batch()
    batch.backward()
    ours = [p.grad for p in model.parameters()]
    expected, _ = _eager(one, x, y, [], True)
    np.testing.assert_allclose(value, expected, rtol=1e-12)
    wanted = [p.grad - g for p, g in zip(model.parameters(), ours, strict=True)]  # _eager has added its own
    np.testing.assert_allclose(ours, wanted, rtol=1e-10, atol=1e-12)
    before = batch()
    for p in model.parameters():
        p.data -= 0.1 * p.grad
    assert batch() != before
    batch.weights[:] = 0.0
    batch.store()
    assert all(p.data == 0.0 for p in model.parameters())


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_result_that_needs_no_sample(backend: str) -> None:
    """A loss in which the inputs cancel, or do not come in at all, still counts once per sample."""
    w = Value(3.0)
    batch = replay(lambda x: w * w, backend=backend).batched([1.0, 2.0, 3.0, 4.0], reduction="sum", block=3)  # noqa: ARG005
    assert batch.run() == 36.0
    assert batch.gradients.tolist() == [24.0]
    mean = replay(lambda x: w * w, backend=backend).batched([1.0, 2.0, 3.0, 4.0])  # noqa: ARG005
    assert mean.run() == 9.0
    assert mean.gradients.tolist() == [6.0]
    data = replay(lambda x: x * 1.0, backend=backend).batched([1.0, 2.0, 3.0, 4.0])
    assert data.run() == 2.5
    assert data.parameters == ()


def test_several_inputs_of_several_shapes() -> None:
    w = Value(0.5)
    rng = np.random.default_rng(0)
    a, b, c = rng.normal(size=(11, 2, 3)), rng.normal(size=(11,)), rng.normal(size=(11, 4))

    def one(a: Any, b: Any, power: int, c: Any) -> Any:
        return w * a[0, 2] * a[1, 0] + b**power - c[3] * w * w

    batch = replay(one, static=["power"], backend="numpy").batched(a, b, 2, c, block=4)
    expected = 0.5 * a[:, 0, 2] * a[:, 1, 0] + b**2 - 0.25 * c[:, 3]
    np.testing.assert_allclose(batch(), expected.mean(), rtol=1e-13)
    lists = replay(lambda rows: w * rows[0] - rows[1], backend="numpy").batched([(1.0, 2.0), (3.0, 4.0)])
    assert lists() == 0.5 * 2 - 3


def test_frozen_leaves_of_a_batch() -> None:
    w, frozen = Value(2.0), Value(3.0, requires_grad=False)
    batch = replay(lambda x: w * x + frozen * x + frozen, backend="numpy").batched([1.0, 2.0])
    batch.run()
    assert dict(zip(map(id, batch.parameters), batch.gradients.tolist(), strict=True)) == {id(w): 1.5, id(frozen): 0.0}
    batch.backward()
    assert frozen.grad is None
    assert w.grad == 1.5


@pytest.mark.parametrize(
    ("inputs", "options", "message"),
    [
        (([1.0, 2.0], [1.0]), {}, "different numbers of samples: x has 2, y has 1"),
        (([], []), {}, "at least one sample"),
        ((1.0, [1.0]), {}, "x is one number, and a batch needs an axis of samples"),
        (([1.0], [1.0]), {"reduction": "max"}, "'mean' or 'sum', not 'max'"),
        (([1.0], [1.0]), {"block": 0}, "block and threads must be 1 or more"),
        (([1.0], [1.0]), {"threads": 0}, "block and threads must be 1 or more"),
        (([1.0],), {}, "missing a required argument: 'y'"),
        (([[1.0], [2.0, 3.0]], [1.0, 2.0]), {}, "x must be a number or an array of real numbers"),
    ],
)
def test_batches_that_cannot_be(inputs: Any, options: Any, message: str) -> None:
    w = Value(1.0)
    with pytest.raises(ReplayError, match=message):
        replay(lambda x, y: w * x * y, backend="numpy").batched(*inputs, **options)


def test_samples_of_another_shape() -> None:
    w = Value(1.0)
    batch = replay(lambda x: w * x[0], backend="numpy").batched([[1.0, 2.0]])
    with pytest.raises(ReplayError, match=r"a sample is shaped \(\(2,\),\), not \(\(3,\),\)"):
        batch([[1.0, 2.0, 3.0]])
    assert batch() == 1.0
    with pytest.raises(ReplayError, match="no gradients of its inputs"):
        replay(lambda x: w * x, input_gradients=True).batched([1.0])


@pytest.mark.parametrize("structure", STRUCTURES)
@settings(thorough, max_examples=max(EXAMPLES // 3, 1))
@given(program=programs(25), data=st.data())
def test_random_functions_of_a_sample(structure: str, program: Program, data: st.DataObject) -> None:
    """Every lane has its own numbers and gradients; what depends on no input is computed once."""
    leaves, root = built(program, program.leaves)
    split, n = data.draw(st.integers(0, len(leaves))), data.draw(st.sampled_from([1, 2, 9]))
    source = data.draw(st.randoms(use_true_random=False))
    parameters, inputs = leaves[split:], leaves[:split]
    arranged = Inputs([array_of([inputs]).reshape(-1)] if inputs else [], batched=True)
    tape = record_tape(root, inputs, parameters, wanted=True)
    plan = planned(tape, arranged, Settings(structure=structure, constants="keep"), "test", n)
    numbers = [source.choice([*EVERYWHERE, *program.leaves, 0.3, -1.7]) for _ in parameters]
    samples = [[source.choice([*EVERYWHERE, *program.leaves, 0.7, 1.9]) for _ in range(n)] for _ in inputs]
    value, gradients = interpreted(plan)([*numbers, *(x for column in samples for x in column)])
    total, ours = 0.0, np.array(gradients[len(parameters) :]).reshape(len(inputs), n)
    wanted, allowed = np.zeros(len(parameters)), np.zeros(len(parameters))
    for lane in range(n):
        fresh, result = built(program, [*(column[lane] for column in samples), *numbers])
        one, slopes = eager(result, fresh)
        slack = slacks(result, fresh, seed=float(n))  # all lanes' gradients come together in what they share
        total += one
        for gradient, expected, room in zip(ours[:, lane], slopes, slack, strict=False):
            assert close(float(gradient), expected, room)
        with np.errstate(all="ignore"):
            wanted += slopes[split:]
            allowed += slack[split:]
    assert same(value, total) or abs(value - total) <= 1e-14 * n * abs(total)
    for gradient, expected, room in zip(gradients, wanted, allowed, strict=False):
        assert close(gradient, float(expected), float(room))
