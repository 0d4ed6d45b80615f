"""Copies of one sub-graph are found however the function is written; and where there are none, nothing goes wrong."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
from autograd import Replay, Value, replay
from autograd.replaying.plan import ROWS
from autograd.replaying.tape import NODE
from tests.autograd.settings import EXAMPLES, thorough

from .graphs import STRUCTURES, array_of, close, eager, interpreted, plan_of, same, slacks

Loss = Callable[[list[list[Any]], list[Any]], Value]
HIDDEN = 5


class Network:
    """Two layers of weights, 2-5-1, and ways to write the same network down."""

    def __init__(self) -> None:
        rng = random.Random(3)
        self.w1 = [[Value(rng.uniform(-1, 1)) for _ in range(2)] for _ in range(HIDDEN)]
        self.b1 = [Value(rng.uniform(-1, 1)) for _ in range(HIDDEN)]
        self.w2 = [Value(rng.uniform(-1, 1)) for _ in range(HIDDEN)]
        self.b2 = Value(0.1)
        self.leaves = [*sum(self.w1, []), *self.b1, *self.w2, self.b2]  # noqa: RUF017 - five short lists

    def forward(self, x: Sequence[Any], neuron: Callable[[Sequence[Any], Sequence[Any], Any], Any]) -> Any:
        return neuron(self.w2, [neuron(w, x, b).tanh() for w, b in zip(self.w1, self.b1, strict=True)], self.b2)


def _chain(w: Sequence[Any], x: Sequence[Any], b: Any) -> Any:
    return sum((wi * xi for wi, xi in zip(w, x, strict=True)), b)


def _bias_last(w: Sequence[Any], x: Sequence[Any], b: Any) -> Any:
    return sum(xi * wi for wi, xi in zip(w, x, strict=True)) + b


def _right(w: Sequence[Any], x: Sequence[Any], b: Any) -> Any:
    total = b
    for wi, xi in reversed(list(zip(w, x, strict=True))):
        total = xi * wi + total
    return total


def _sum_gate(w: Sequence[Any], x: Sequence[Any], b: Any) -> Any:
    return autograd.sum([b, *(wi * xi for wi, xi in zip(w, x, strict=True))])


def _dot_gate(w: Sequence[Any], x: Sequence[Any], b: Any) -> Any:
    return autograd.dot([b, *w], [1.0, *x])


def _dot_swapped(w: Sequence[Any], x: Sequence[Any], b: Any) -> Any:
    return autograd.dot(list(x), list(w)) + b


WAYS = [_chain, _bias_last, _right, _sum_gate, _dot_gate, _dot_swapped]


def _hinge(scores: Sequence[Any], ys: Sequence[Any]) -> Any:
    return sum((1 - y * s).relu() for s, y in zip(scores, ys, strict=True)) * (1 / len(ys))


def _data(n: int) -> tuple[list[list[float]], list[float]]:
    rng = random.Random(8)
    return [[rng.gauss(0, 1), rng.gauss(0, 1)] for _ in range(n)], [rng.choice([-1.0, 1.0]) for _ in range(n)]


def _planned(
    function: Loss, n: int, leaves: Sequence[Value], nodes: int = 14
) -> tuple[int, int, float, list[float], Value]:
    """Instructions, of which rows; result and gradients from the plan; the graph."""
    xs, ys = _data(n)
    x, y = [[Value(a) for a in row] for row in xs], [Value(a) for a in ys]
    root = function(x, y)
    arrays = [array_of(x), array_of([y]).reshape(-1)]
    tape, plan = plan_of(root, "lanes", arrays, parameters=leaves)
    start = plan.start[: plan.parameters + plan.inputs]
    value, gradients = interpreted(plan)(start)
    rows = sum(plan.variants[op].what == ROWS for op in plan.op)
    assert (tape.kind == NODE).sum() > nodes * n
    return len(plan.op), rows, value, gradients[: len(leaves)], root


def _check(function: Loss, leaves: Sequence[Value], *, most: int, exact: bool = True, rows: int = 2) -> None:
    few, _, *_ = _planned(function, 40, leaves)
    many, found, value, gradients, root = _planned(function, 173, leaves)
    assert few == many <= most
    assert found >= rows
    expected, wanted = eager(root, leaves)
    assert same(value, expected) if exact else math.isclose(value, expected, rel_tol=1e-12)
    for ours, theirs, slack in zip(gradients, wanted, slacks(root, leaves), strict=True):
        assert close(ours, theirs, slack)


@pytest.mark.parametrize("way", WAYS)
def test_ways_of_writing_a_network(way: Callable[..., Any]) -> None:
    network = Network()
    _check(lambda xs, ys: _hinge([network.forward(x, way) for x in xs], ys), network.leaves, most=20)


def test_layer_by_layer_and_sample_by_sample_are_alike() -> None:
    """The order in which a loop makes the nodes does not matter."""
    network = Network()

    def by_layer(xs: list[list[Any]], ys: list[Any]) -> Any:
        hidden: list[list[Any]] = [[] for _ in xs]
        for w, b in zip(network.w1, network.b1, strict=True):
            for x, h in zip(xs, hidden, strict=True):
                h.append(_chain(w, x, b).tanh())
        return _hinge([_chain(network.w2, h, network.b2) for h in hidden], ys)

    _check(by_layer, network.leaves, most=20)


def test_what_all_samples_share_is_computed_once() -> None:
    network = Network()

    def normalised(xs: list[list[Any]], ys: list[Any]) -> Any:
        length = sum(w * w for w in network.w2) ** 0.5
        weights = [w / length for w in network.w2]
        scores = [_chain(weights, [_chain(w, x, b).tanh() for w, b in zip(network.w1, network.b1, strict=True)], 0.0)
                  for x in xs]  # fmt: skip
        return _hinge(scores, ys) + 0.01 * sum(p * p for p in network.leaves[:15])

    _check(normalised, network.leaves, most=45, rows=1)


def test_statistics_of_the_batch_in_every_sample() -> None:
    network = Network()

    def batch_normalised(xs: list[list[Any]], ys: list[Any]) -> Any:
        hidden = [[_chain(w, x, b) for w, b in zip(network.w1, network.b1, strict=True)] for x in xs]
        columns = list(zip(*hidden, strict=True))
        means = [sum(c) * (1 / len(xs)) for c in columns]
        spreads = [
            (sum((h - m) ** 2 for h in c) * (1 / len(xs)) + 1e-5) ** 0.5 for c, m in zip(columns, means, strict=True)
        ]
        units = [[((h - m) / s).tanh() for h, m, s in zip(row, means, spreads, strict=True)] for row in hidden]
        scores = [_chain(network.w2, row, network.b2) for row in units]
        return _hinge(scores, ys)

    _check(batch_normalised, network.leaves, most=60)


def test_modules_of_nn() -> None:
    random.seed(4)
    model = nn.MLP(2, [6, 6, 1])
    leaves = list(model.parameters())
    _check(lambda xs, ys: _hinge([model(x) for x in xs], ys), leaves, most=16, rows=3)


def test_constants_that_differ_from_sample_to_sample() -> None:
    """Targets as plain numbers: still lanes, still right, and the warning says that they look like data."""
    network = Network()
    targets = _data(200)[1]

    def fixed(xs: list[list[Any]], ys: list[Any]) -> Any:
        return _hinge([network.forward(x, _chain) for x in xs], targets[: len(ys)])

    few, _, *_ = _planned(fixed, 40, network.leaves)
    many, rows, value, gradients, root = _planned(fixed, 173, network.leaves)
    assert few == many <= 14
    assert rows >= 2
    expected, wanted = eager(root, network.leaves)
    assert value == expected
    for ours, theirs, slack in zip(gradients, wanted, slacks(root, network.leaves), strict=True):
        assert close(ours, theirs, slack)


def test_fixed_weights_that_differ_between_stretches_of_samples() -> None:
    """Rows have one set of weights for all samples, and these samples have not."""

    def weighted(xs: list[list[Any]], ys: list[Any]) -> Any:
        sums = [autograd.dot([0.5, -1.0 if i < 20 else 2.0], x) for i, x in enumerate(xs)]
        return autograd.sum([(s * y).tanh() * w for s, y in zip(sums, ys, strict=True)])

    w = Value(0.75)
    _, _, value, gradients, root = _planned(weighted, 40, [w], nodes=4)
    expected, (gradient,) = eager(root, [w])
    assert value == expected
    assert close(gradients[0], gradient, 1e-12)


# ------------------------------------------------------------------------------------------------------- no way to find


@st.composite
def _tangles(draw: st.DrawFn) -> tuple[int, list[list[int]], list[int]]:
    """Samples whose features are read in orders of their own, partly each other's."""
    n = draw(st.integers(2, 30))
    source = draw(st.randoms(use_true_random=False))
    orders = [[source.randrange(n * 3) if source.random() < 0.2 else i * 3 + k for k in range(3)] for i in range(n)]
    order = list(range(n))
    if source.random() < 0.5:
        source.shuffle(order)
    return n, orders, order


@pytest.mark.parametrize("structure", STRUCTURES)
@settings(thorough, max_examples=max(EXAMPLES // 6, 1))
@given(tangle=_tangles(), data=st.data())
def test_tangled_samples(structure: str, tangle: tuple[int, list[list[int]], list[int]], data: st.DataObject) -> None:
    n, reads, order = tangle
    source = data.draw(st.randoms(use_true_random=False))
    x = [[Value(source.uniform(-2, 2)) for _ in range(3)] for _ in range(n)]
    flat = [leaf for row in x for leaf in row]
    w = [Value(source.uniform(-1, 1)) for _ in range(4)]
    shared = w[0] * w[1]
    hidden: list[Value] = [
        _chain(w[:3], [flat[k] for k in reads[i]], w[3] if source.random() < 0.9 else shared) for i in order
    ]
    other = [h * hidden[(i * 7 + 1) % n] if source.random() < 0.8 else h.relu() for i, h in enumerate(hidden)]
    mixed = [
        a * shared + hidden[-1 - i] if i % 3 else a - b for i, (a, b) in enumerate(zip(other, hidden, strict=True))
    ]
    kept = [m * float(i % 2) + 0.5 for i, m in enumerate(mixed)]
    root = sum(kept) + autograd.sum(mixed) * (1 / n) + autograd.dot(hidden, other) + autograd.max(mixed[0], mixed[-1])
    tape, plan = plan_of(root, structure, [array_of(x)], parameters=w)
    numbers = [leaf.data for leaf in w] + [0.0] * (3 * n)
    inputs = np.array([[leaf.data for leaf in row] for row in x])
    numbers[len(w) :] = inputs.T.ravel().tolist()  # a column's numbers side by side
    value, gradients = interpreted(plan)(numbers)
    expected, wanted = eager(root, [*w, *flat])
    assert same(value, expected)
    ours = [*gradients[: len(w)], *np.array(gradients[len(w) :]).reshape(3, n).T.ravel()]
    for one, other_one, slack in zip(ours, wanted, slacks(root, [*w, *flat]), strict=True):
        assert close(float(one), other_one, slack)
    assert tape.root == len(tape.kind) - 1


@pytest.mark.parametrize("backend", ["numpy", pytest.param("numba", marks=pytest.mark.needs("numba"))])
def test_copies_in_every_order_run(backend: str) -> None:
    """Interleaved, permuted and partly shared copies, through the back ends."""
    rng = random.Random(6)
    network = Network()
    xs, ys = _data(60)

    def loss(xs: list[list[Any]], ys: list[Any]) -> Any:
        order = list(range(len(xs)))
        random.Random(1).shuffle(order)
        hidden = {i: [_chain(w, xs[i], b).tanh() for w, b in zip(network.w1, network.b1, strict=True)] for i in order}
        scores = [_chain(network.w2, hidden[i], network.b2) for i in range(len(xs))]
        pairs = sum(scores[i] * scores[(i * 11) % len(xs)] for i in range(len(xs)))
        return _hinge(scores, ys) + pairs * 0.01 + _chain(hidden[0], hidden[1], hidden[2][0])

    step = replay(loss, backend=backend, constants="keep")
    for _ in range(3):
        value = step(xs, ys)
        step.backward()
        got = [p.grad for p in network.leaves]
        for p in network.leaves:
            p.grad = None
        root = loss([[Value(a) for a in row] for row in xs], [Value(a) for a in ys])
        expected, wanted = eager(root, network.leaves)
        assert value == expected if backend == "numba" else math.isclose(value, expected, rel_tol=1e-12)
        for ours, theirs, slack in zip(got, wanted, slacks(root, network.leaves), strict=True):
            assert close(ours, theirs, slack)
        xs, ys = [[rng.gauss(0, 1) for _ in row] for row in xs], [rng.choice([-1.0, 1.0]) for _ in ys]
        for p in network.leaves:
            p.data += rng.uniform(-0.1, 0.1)


def test_the_number_of_instructions_is_told() -> None:
    w = Value(0.5)
    step = replay(lambda xs: sum((w * x).tanh() for x in xs), backend="numpy")
    step([0.1] * 50)
    assert "instructions" in repr(step)
    assert isinstance(step, Replay)
