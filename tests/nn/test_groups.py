"""Modules as groups: membership against a record kept while the program runs, and nothing left behind by it."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, trace
from nn import MLP, Layer, Module, Neuron

from ..autograd.settings import thorough

Path = tuple[str, ...]


class Witness:
    """Makes nodes and notes which modules are being called as it does."""

    def __init__(self) -> None:
        self.line: list[str] = []
        self.made: list[tuple[Value, Path]] = []  # holds the nodes, so that each id stays its own

    def note(self, value: Value) -> Value:
        self.made.append((value, tuple(self.line)))
        return value


class Noted(Module):
    """A module of a random body, whose every node takes part in its result."""

    def __init__(self, name: str, witness: Witness, body: list[Any]) -> None:
        self.name, self.witness, self.body = name, witness, body
        self.weight = Value(0.5, f"{name}.w")

    def forward(self, x: list[Value]) -> Any:
        self.witness.line.append(self.name)
        nodes = [*x]
        fresh: list[Value] = []
        for number, part in self.body:
            operand = nodes[number % len(nodes)]
            if isinstance(part, Noted):
                made = part([operand, nodes[-1]])
            elif part == "explicit":
                with autograd.group(f"{self.name}!{number}"):
                    self.witness.line.append(f"{self.name}!{number}")
                    made = self.witness.note(operand * self.weight)
                    self.witness.line.pop()
            else:
                made = self.witness.note(operand.tanh() if part == "tanh" else operand * self.weight)
            fresh.append(made)
            nodes.append(made)
        total = self.witness.note(nodes[0] * self.weight)
        for value in fresh:
            total = self.witness.note(total + value)
        self.witness.line.pop()
        return total


@st.composite
def modules(draw: st.DrawFn) -> tuple[Noted, Witness]:
    witness = Witness()
    counter = iter(range(1000))

    def module(depth: int) -> Noted:
        name = f"m{next(counter)}"
        kinds = st.sampled_from(["tanh", "mul", "explicit", *["inner"] * (depth < 3)])
        body: list[Any] = []
        for kind in draw(st.lists(kinds, max_size=4)):
            body.append((draw(st.integers(0, 9)), module(depth + 1) if kind == "inner" else kind))
        return Noted(name, witness, body)

    return module(0), witness


def lines(record: autograd.Trace) -> dict[int, Path]:
    found: dict[int, Path] = {}
    for node in record.nodes:
        line: list[str] = []
        group = node.group
        while group is not None:
            line.append(record.groups[group].name)
            group = record.groups[group].parent
        found[node.id] = tuple(reversed(line))
    return found


@thorough
@given(modules(), st.sampled_from(["plain", "sources", "around"]))
def test_every_node_is_in_the_call_that_made_it(case: tuple[Noted, Witness], mode: str) -> None:
    module, witness = case
    x, y = Value(0.3, "x"), Value(0.7, "y")
    before = witness.note(x * y)
    if mode == "sources":
        with autograd.record_sources():
            out = module([before, y])
    elif mode == "around":
        with autograd.group("around"):
            witness.line.append("around")
            out = module([before, y])
            witness.line.pop()
    else:
        out = module([before, y])
    after = witness.note(out * x)
    for i, (value, _) in enumerate(witness.made):
        value.name = f"node {i}"
    record = trace(after)
    where = lines(record)
    for node in record.nodes:
        if node.kind == "gate":
            assert node.name is not None
            assert where[node.id] == witness.made[int(node.name.removeprefix("node "))][1], node


def test_layers_neurons_and_parameters() -> None:
    model = MLP(2, [2, 1], rng=random.Random(0))
    record = trace(model([Value(1.0, "x0"), Value(2.0, "x1")]))
    where = lines(record)
    assert {(g.name, g.kind) for g in record.groups} == {
        ("MLP", "mlp"), ("l0", "layer"), ("l1", "layer"), ("l0.n0", "neuron"), ("l0.n1", "neuron"), ("l1.n0", "neuron"),
    }  # fmt: skip
    for leaf in record.leaves:
        assert leaf.name is not None
        neuron = leaf.name.rpartition(".")[0]
        assert where[leaf.id] == (("MLP", neuron[:2], neuron) if neuron else ())
    assert all(where[node.id][:1] == ("MLP",) for node in record.nodes if node.kind == "gate")


def test_weights_shared_by_samples_are_outside_and_calls_are_numbered() -> None:
    model = MLP(2, [2, 1], rng=random.Random(0))
    record = trace(model([1.0, 2.0]) + model([3.0, 4.0]))
    where = lines(record)
    assert {where[leaf.id] for leaf in record.leaves} == {()}
    assert {line[0] for line in where.values() if line} == {"MLP #1", "MLP #2"}


def test_an_inner_value_used_again_stays_inside() -> None:
    neuron = Neuron(2, rng=random.Random(0), name="n")
    out = neuron([Value(1.0), Value(2.0)])
    inner = out.parents[0]
    record = trace(out * inner)
    assert sum(line == ("n",) for line in lines(record).values()) == 3 + 2 + 2 + 1
    (slope,) = autograd.gradients(out, [neuron.w[0]], create_graph=True)
    assert trace(slope * out).groups[0].name == "n"


def test_what_is_only_used_and_not_given_is_no_cycle() -> None:
    class Captures(Module):
        def forward(self, x: Value) -> Value:
            return x * shared

    a = Value(2.0, "a")
    shared = a * 3
    record = trace(Captures()(shared + 1))
    assert record.groups[0].name == "Captures"
    where = lines(record)
    assert [where[n.id] for n in record.nodes if n.kind == "gate"] == [(), (), ("Captures",)], "made before the call"


def test_a_micrograd_module_works_untouched() -> None:
    class Old(Module):
        def __init__(self) -> None:
            self.inner = Layer(2, 2, name="deep", rng=random.Random(0))

        def __call__(self, x: list[float]) -> Value:
            return sum(self.inner(x), Value(0.0))

    assert trace(Old()([1.0, 2.0])).groups[0].name == "deep"


def test_results_that_are_inputs_or_parameters_are_not_marked() -> None:
    class Same(Module):
        def __init__(self) -> None:
            self.w = Value(2.0, "w")

        def forward(self, x: Value) -> dict[str, Any]:
            return {"same": x, "leaf": self.w, "new": [x * self.w]}

    x = Value(1.0, "x") + 1
    found = Same()(x)
    assert found["same"] is x
    assert trace(found["same"]).groups == ()
    assert found["leaf"].name == "w"
    assert [node.group for node in trace(found["new"][0]).nodes][-1] == 0


@pytest.mark.parametrize("mode", [nullcontext, autograd.record_sources])
def test_an_exception_leaves_nothing_behind(mode: Callable[[], Any]) -> None:
    class Fails(Module):
        def forward(self, x: Value) -> Value:
            Neuron(1)([x])
            raise RuntimeError("inside")

    with mode(), pytest.raises(RuntimeError, match="inside"):
        Fails()(Value(1.0))
    assert trace(Value(1.0) * 2).groups == ()
    assert [g.name for g in trace(Neuron(1, name="n")([2.0])).groups] == ["n"]
    with pytest.raises(NotImplementedError, match="define forward"):
        Module()(1.0)
    assert trace(Value(1.0) * 2).groups == ()


def test_without_recording_a_result_is_a_constant_made_there() -> None:
    with autograd.no_grad():
        out = MLP(2, [2, 1])([1.0, 2.0])
    assert (out.name, out.parents) == (None, ())
    x = Value(2.0)
    record = trace(out * x)
    assert [node.kind for node in record.nodes if node.group is not None] == ["constant"]


def test_threads_have_groups_of_their_own() -> None:
    barrier = threading.Barrier(4)

    class Waits(Module):
        def __init__(self, name: str) -> None:
            self.name = name

        def forward(self, x: Value) -> Value:
            barrier.wait(10)
            out: Value = Neuron(1, name=f"{self.name}.n")([x])
            barrier.wait(10)
            return out * 2

    results: dict[int, Value] = {}

    def run(i: int) -> None:
        results[i] = Waits(f"t{i}")(Value(1.0))

    threads = [threading.Thread(target=run, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    for i in range(4):
        assert sorted(g.name for g in trace(results[i]).groups) == [f"t{i}", f"t{i}.n"]


def test_names_of_results_can_be_set_and_read() -> None:
    out = Neuron(1, name="n")([2.0])
    assert out.name is None
    out.name = "score"
    record = trace(out)
    assert record.result.name == "score"
    assert record.groups[0].name == "n"


def test_nested_inputs_are_outside() -> None:
    class Reads(Module):
        def forward(self, rows: list[list[Value]], *, more: dict[str, Value]) -> Value:
            return rows[0][1] * more["k"]

    a, b = Value(1.0, "a").exp(), Value(2.0, "b").exp()
    record = trace(Reads()([[a, b]], more={"k": a}))
    assert [node.group for node in record.nodes if node.kind == "gate"] == [None, None, 0]
