"""Every number and sentence in the page is the engine's, at every step, before and after edits."""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings

from autograd import GATES, Trace, Value, trace
from autograd.text import format_number
from viz.page.bundle import script
from viz.page.payload import as_json, payload

from ...autograd.settings import thorough
from ...oracles.programs import seeded
from ..graphs import FAMILIES, graphs, plain_graph
from .driving import Visit, Visitor
from .telling import READ, compare


@pytest.fixture(scope="module")
def stand(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One page in which scenes are built one after another."""
    visitor = Visitor(browser, tmp_path_factory.mktemp("stand"), viewport={"width": 1000, "height": 700})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["viz.page.page"], "program", lambda _: script())  # with every gate
        visitor.open(Value(1.0, "x") * 2)
    yield visitor
    visitor.close()
    assert visitor.faults == []


def walk(stand: Visitor, record: Trace) -> list[dict[str, Any]]:
    places: list[dict[str, Any]] = stand.page.evaluate(READ, as_json(payload(record, start=0)))
    return places


@settings(thorough, max_examples=60)
@given(graphs(most_gates=9))
def test_random_graphs_at_every_place(stand: Visitor, output: Value) -> None:
    record = trace(output)
    compare(record, walk(stand, record))


@settings(thorough, max_examples=15)
@given(graphs(most_gates=6))
def test_random_graphs_without_a_backward_pass(stand: Visitor, output: Value) -> None:
    record = trace(output, backward=False)
    compare(record, walk(stand, record))


@pytest.mark.parametrize("family", ["leaf", "square", "neuron", "opened", "chain", "wide sum"])
def test_known_graphs_at_every_place(stand: Visitor, family: str) -> None:
    record = trace(FAMILIES[family]())
    compare(record, walk(stand, record))


@pytest.mark.parametrize("source", [plain_graph(5, 14, near=8), plain_graph(2, 10), FAMILIES["ladder"](5)],
                         ids=["tangle", "sum", "ladder"])  # fmt: skip
def test_sums_that_grow_over_several_steps(stand: Visitor, source: Value) -> None:
    record = trace(source)
    places = walk(stand, record)
    compare(record, places)
    assert any(text.endswith(" …") for place in places for text in place["drawn"].values()) or source.op == "add"


def test_a_trace_from_a_file(stand: Visitor) -> None:
    record = Trace.from_json(trace(FAMILIES["neuron"]()).to_json())
    compare(record, walk(stand, record))


# -------------------------------------------------------------------------------------------------------------- edits


NUMBERS = """
(([text, edits]) => {
  const write = (x) => (x === null ? null : Object.is(x, -0) ? "-0" : String(x));
  const state = (model) => ({
    value: model.value.map(write), grad: model.grad.map(write), local: model.local.map((row) => row.map(write)),
    formula: model.kind.split("").map((kind, i) => (kind === "g" ? model.formula(i) : "")),
    told: model.operands.map((row, child) => row.map((_, slot) => {
      const { formula, because } = model.derivative(child, slot);
      return model.local[child][slot] === null ? null : [formula, because];
    })),
    numbers: model.kind.split("").map((kind, i) => (kind === "g" ? model.numbers(i) : "")),
  });
  const Model = document.getElementById("backglow").backglow.model.constructor;
  const model = new Model(JSON.parse(text));
  const before = state(model);
  for (const [leaf, value] of edits) model.edit(leaf, Number(value));
  const after = state(model);
  model.reset();
  return { before, after, reset: state(model) };
})
"""


def near(found: str | None, wanted: float | None) -> bool:
    if found is None or wanted is None:
        return (found is None) == (wanted is None)
    x = float(found.replace("Infinity", "inf"))
    return x == wanted or (x != x and wanted != wanted) or abs(x - wanted) <= 1e-12 * max(abs(x), abs(wanted), 1e-3)


def check_state(state: dict[str, Any], record: Trace) -> None:
    for node in record.nodes:
        assert near(state["value"][node.id], node.value), node
        if record.has_gradients:
            assert near(state["grad"][node.id], node.grad), node
        assert state["formula"][node.id] == node.formula
        if all(format_number(float(state["value"][e.parent].replace("Infinity", "inf"))) ==
               format_number(record.nodes[e.parent].value) for e in record.operands[node.id]):  # fmt: skip
            assert state["numbers"][node.id] == node.numbers
        for edge in record.operands[node.id]:
            assert near(state["local"][node.id][edge.slot], edge.local), edge
            told = state["told"][node.id][edge.slot]
            assert told == (None if edge.local is None else [edge.formula, edge.because])


@pytest.mark.parametrize("seed", range(60))
def test_edited_programs_are_those_of_the_engine(stand: Visitor, seed: int) -> None:
    program = seeded(seed, most=25)
    source = random.Random(seed)

    def run(numbers: Sequence[float]) -> Trace:
        return trace(program.run([Value(x, f"x{i}") for i, x in enumerate(numbers)])[-1])

    record = run([source.uniform(-2, 2) for _ in program.leaves])
    edited = run(program.leaves)
    edits = [[leaf.id, repr(leaf.value)] for leaf in edited.leaves]
    told = stand.page.evaluate(NUMBERS, [as_json(payload(record, start=0)), edits])
    check_state(told["before"], record)
    check_state(told["after"], edited)
    assert told["reset"] == told["before"]


POINTS = ["0", "-0", "1", "-1", "2.5", "nan", "inf", "-inf"]


def branching(x: float, y: float) -> Trace:
    a, b = Value(x, "a"), Value(y, "b")
    result = GATES["max"](a, b) + a.relu() * GATES["where"](GATES["gt"](a, b), abs(a), b)
    return trace(result)  # type: ignore[arg-type]


def test_branches_follow_what_is_typed(visit: Visit) -> None:
    record = branching(1.0, 2.0)
    shown = visit(record)
    fields = shown.page.locator(".inputs input")
    for x, y in itertools.product(POINTS, POINTS[:4]):
        wanted = branching(float(x), float(y))
        for i, leaf in enumerate(wanted.leaves):
            fields.nth(i).fill({"a": x, "b": y}[leaf.label])
            fields.nth(i).press("Enter")
        root = wanted.result.label
        told = shown.page.evaluate(
            """(place) => {
              const app = document.getElementById("backglow").backglow, { panel, walk } = app, told = [];
              for (; place <= walk.length; place++) {
                app.go(place);
                const lines = [...panel.rules.querySelectorAll("p")].map((p) => p.textContent);
                told.push([panel.live.textContent, ...lines]);
              }
              return told;
            }""", len(wanted.forward) + 1)  # fmt: skip
        for step, lines in zip(wanted.backward, told, strict=True):
            assert lines[0] == step.sentence
            wanted_lines: list[str] = []
            for m in step.moves:
                product = f"upstream × local = {step.product(m)}"
                wanted_lines += [step.rule(m), product, f"∂{root}/∂{m.node.label} = {m.total}"]
            assert lines[2:] == wanted_lines
        title = f"{root} = {format_number(wanted.result.value)}"
        assert (shown.text("h1"), shown.page.title()) == (title, title)
