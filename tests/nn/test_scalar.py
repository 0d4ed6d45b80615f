"""Scalar networks: what they compute, what their parameters are and are called, what they refuse."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import viz
from autograd import OperandError, Value, trace
from nn import MLP, Layer, Module, Neuron

from ..autograd.settings import thorough

sizes = st.integers(1, 4)
inputs = st.lists(st.floats(-3, 3), min_size=1, max_size=4)


def forward(model: MLP, x: list[float]) -> list[float]:
    """The same network in numpy."""
    for i, layer in enumerate(model.layers):
        weights = np.array([[w.data for w in n.w] for n in layer.neurons])
        out = weights @ np.array(x) + np.array([n.b.data for n in layer.neurons])
        x = list(out if i == len(model.layers) - 1 else np.maximum(out, 0))
    return [float(value) for value in x]


@thorough
@given(inputs, st.lists(sizes, min_size=1, max_size=3), st.integers(0, 99))
def test_a_network_computes_what_its_formula_says(x: list[float], layers: list[int], seed: int) -> None:
    model = MLP(len(x), layers, rng=random.Random(seed))
    found = model(x)
    values = [found] if isinstance(found, Value) else found
    assert len(values) == layers[-1]
    assert [v.data for v in values] == pytest.approx(forward(model, x), abs=1e-12)


@thorough
@given(inputs, st.lists(sizes, min_size=1, max_size=3), st.integers(0, 99), st.booleans())
def test_a_fused_network_has_the_same_numbers(x: list[float], layers: list[int], seed: int, leaves: bool) -> None:
    answers = []
    for fused in (False, True):
        model = MLP(len(x), layers, rng=random.Random(seed), fused=fused)
        given_ = [Value(v) for v in x] if leaves else x
        found = model(given_)
        values = [found] if isinstance(found, Value) else found
        total = sum(v * v for v in values)
        total.backward()
        slopes = [p.grad for p in [*model.parameters(), *(given_ if leaves else [])]]
        answers.append(([v.data for v in values], slopes))
    (open_data, open_slopes), (data, slopes) = answers
    assert data == open_data  # to the last bit; terms of gradients may be added up in another order
    assert slopes == pytest.approx(open_slopes, rel=1e-12, abs=1e-300)


def test_a_fused_neuron_is_one_node_and_opens() -> None:
    model = MLP(2, [3, 1], rng=random.Random(0), fused=True)
    x = [Value(1.0, "x0"), Value(2.0, "x1")]
    record = trace(model(x))
    gates = [n.gate for n in record.nodes if n.kind == "gate"]
    assert gates == ["dot", "relu"] * 3 + ["dot"]
    assert [(g.name, g.kind) for g in record.groups] == [
        (g.name, g.kind) for g in trace(MLP(2, [3, 1], rng=random.Random(0))(x)).groups
    ]
    with autograd.primitives():
        opened = trace(model(x))
    assert {n.gate for n in opened.nodes if n.kind == "gate"} == {"add", "mul", "gt", "where"}
    assert opened.result.value == record.result.value
    assert Neuron(2, fused=True)([1.0, 2.0]).op == "relu"
    assert Neuron(2, nonlin=False, fused=True)([1.0, 2.0]).op == "dot"
    assert "l1.n0.b·1 + l1.n0.w0·" in viz.text(model(x))


def test_a_fused_layer_keeps_to_what_its_neurons_are() -> None:
    class Loud(Neuron):
        def __call__(self, x: Any) -> Value:
            return super().__call__(x) * 10.0

    layer = Layer(2, 3, rng=random.Random(0), fused=True)
    plain = [v.data for v in layer([1.0, 2.0])]
    layer.neurons[1].__class__ = Loud
    assert [v.data for v in layer([1.0, 2.0])] == [plain[0], 10.0 * plain[1], plain[2]]
    layer.neurons[1].__class__ = Neuron
    layer.neurons[0].fused = False
    assert [v.op for v in layer([1.0, 2.0])] == ["relu"] * 3
    layer.neurons[0].w[0] = Value(0.5).exp()  # computed from something
    found = layer([1.0, 2.0])
    assert found[0].parents[0].op == "add"
    layer.neurons[0].fused = True
    assert layer([1.0, 2.0])[0].data == found[0].data


def test_gradients_of_a_network_are_right() -> None:
    model = MLP(3, [4, 1], rng=random.Random(3))
    for neuron in model.layers[0].neurons:
        neuron.b.data = 0.7  # away from the kinks
    x = [Value(v) for v in (0.3, -0.2, 0.5)]

    def loss() -> Value:
        result: Value = model(x)
        return result * result

    loss().backward()
    for parameter in [*model.parameters(), *x]:
        at, h = parameter.data, 1e-6
        ends = []
        for parameter.data in (at + h, at - h):
            ends.append(loss().data)
        parameter.data = at
        assert parameter.grad == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-6, abs=1e-9)
        assert parameter.grad != 0.0


def test_parameters_come_in_a_fixed_order_with_telling_names() -> None:
    model = MLP(2, [2, 1])
    assert [p.name for p in model.parameters()] == [
        "l0.n0.w0", "l0.n0.w1", "l0.n0.b", "l0.n1.w0", "l0.n1.w1", "l0.n1.b", "l1.n0.w0", "l1.n0.w1", "l1.n0.b",
    ]  # fmt: skip
    assert [p.name for p in Neuron(2).parameters()] == ["w0", "w1", "b"]
    assert [id(p) for p in model.parameters()] == [id(p) for layer in model.layers for p in layer.parameters()]
    assert all(p.b.data == 0.0 and all(-1 <= w.data < 1 for w in p.w) for layer in model.layers for p in layer.neurons)


def test_weights_come_from_the_given_source_and_nowhere_else() -> None:
    random.seed(5)
    state = random.getstate()
    first, second = (MLP(3, [4, 2], rng=random.Random(1)) for _ in range(2))
    assert random.getstate() == state
    assert [p.data for p in first.parameters()] == [p.data for p in second.parameters()]
    generator = MLP(3, [4, 2], rng=np.random.default_rng(1))
    assert all(type(p.data) is float for p in generator.parameters())


def test_the_last_layer_has_no_relu() -> None:
    model = MLP(1, [1, 1])
    assert repr(model) == "MLP of [Layer of [ReLUNeuron(1)], Layer of [LinearNeuron(1)]]"
    assert model([1.0]).op == "add"
    assert Neuron(1)([1.0]).op == "relu"
    assert Neuron(1, nonlin=False)([1.0]).op == "add"


@pytest.mark.parametrize("x", [[], [1.0], [1.0, 2.0, 3.0], (Value(1.0),), 3.0, None, np.zeros(3)])
@pytest.mark.parametrize("fused", [False, True])
def test_the_wrong_number_of_inputs_is_refused(x: Any, fused: bool) -> None:
    with pytest.raises(OperandError, match=r"^ReLUNeuron\(2\) takes 2 inputs, not \d$"):
        MLP(2, [3, 1], fused=fused)(x)


@pytest.mark.parametrize("x", ["ab", [1.0, "b"], [1.0, None], [[1.0], [2.0]]])
@pytest.mark.parametrize("fused", [False, True])
def test_inputs_that_are_no_numbers_are_refused(x: Any, fused: bool) -> None:
    with pytest.raises(OperandError, match="takes Values and real numbers"):
        MLP(2, [3, 1], fused=fused)(x)


@pytest.mark.parametrize(
    "x", [(1.0, -2.0), np.array([1.0, -2.0]), np.array([1, -2]), [Value(1.0), -2], range(1, -3, -3)]
)
@pytest.mark.parametrize("fused", [False, True])
def test_inputs_may_come_in_any_sequence(x: Any, fused: bool) -> None:
    model = MLP(2, [3, 1], rng=random.Random(0), fused=fused)
    assert model(x).data == model([1.0, -2.0]).data


def test_a_network_of_one_input_takes_a_number() -> None:
    model = MLP(1, [2, 1], rng=random.Random(0))
    assert model(2.0).data == model([2.0]).data == model(Value(2.0)).data


def test_a_layer_of_one_gives_a_value_and_others_a_list() -> None:
    assert isinstance(Layer(2, 1)([1.0, 2.0]), Value)
    assert [type(v) for v in Layer(2, 3)([1.0, 2.0])] == [Value] * 3


@pytest.mark.spec("S-011")
def test_zero_grad_clears_every_parameter() -> None:
    model = MLP(2, [2, 1], rng=random.Random(0))
    model([1.0, 2.0]).backward()
    first = [p.grad for p in model.parameters()]
    model([1.0, 2.0]).backward()
    assert [p.grad for p in model.parameters()] == [2 * g if g else g for g in first]
    model.zero_grad()
    assert [p.grad for p in model.parameters()] == [0.0] * 9


def test_a_module_of_ones_own() -> None:
    class Line(Module):
        def __init__(self) -> None:
            self.slope = Value(2.0, "slope")

        def parameters(self) -> list[Value]:
            return [self.slope]

    line = Line()
    (line.slope * 3).backward()
    assert line.slope.grad == 3.0
    line.zero_grad()
    assert line.slope.grad == 0.0
    assert Module().parameters() == []


def test_every_wire_of_a_small_network_can_be_traced() -> None:
    model = MLP(2, [2, 1], rng=random.Random(0))
    recorded = trace(model([Value(1.0, "x0"), Value(2.0, "x1")]))
    assert {n.name for n in recorded.leaves} == {p.name for p in model.parameters()} | {"x0", "x1"}
    assert math.isfinite(recorded.result.value)
