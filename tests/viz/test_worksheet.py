"""Worksheets and their keys: every gradient asked, nothing told, every answer right and worked out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import partial
from html import unescape

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd
import viz
from autograd import GATES, Trace, Value
from autograd.text import format_number, signed
from viz.recompute import computed_again
from viz.worksheet.exercise import exercise
from viz.worksheet.redraw import with_new_inputs

from ..autograd.settings import thorough
from .graphs import FAMILIES, graphs, neuron
from .hostile import HOSTILE
from .worksheet_reading import Sheet


def odd() -> Value:
    """Numbers that no other part of a page shows by chance."""
    a, b, c = Value(2.137, "a"), Value(-3.559, "b"), Value(6.683, "c")
    out = (a * b + c).tanh() * a
    out.name = "out"
    return out


def spellings(x: float) -> set[str]:
    """How a number may be written: in full, shortened in every way, with either minus."""
    found = {repr(x), str(x), format_number(x), *(f"{x:.{d}f}" for d in range(3, 9))}
    found |= {f"{x:.{d}g}" for d in range(4, 18)} | {f"{x:.{d}e}" for d in range(3, 9)}
    found |= {x.hex()}
    plain = {text.replace("−", "-").lstrip("-") for text in found}
    return {text for text in plain if len(text.replace(".", "")) >= 4}


def hidden_numbers(trace: Trace, values: bool, derivatives: bool) -> set[float]:
    numbers = {node.grad for node in trace.nodes if node.grad is not None and node.id != trace.root}
    numbers |= {edge.contribution for edge in trace.edges if edge.contribution is not None}
    if values:
        numbers |= {node.value for node in trace.nodes if node.kind == "gate"}
    if values or derivatives:
        numbers |= {edge.local for edge in trace.edges if edge.local is not None}
    leaves = {abs(leaf.value) for leaf in trace.leaves}
    return {x for x in numbers if x is not None and abs(x) not in leaves}


@pytest.mark.parametrize(("values", "derivatives"), [(0.0, False), (0.0, True), (1.0, False), (1.0, True)])
def test_a_worksheet_tells_none_of_its_answers(values: float, derivatives: bool) -> None:
    trace = autograd.trace(odd())
    page = viz.worksheet(trace, values=values, derivatives=derivatives)
    key = viz.worksheet(trace, values=values, derivatives=derivatives, answers=True)
    shown = set() if values or derivatives else {abs(e.local) for e in trace.edges if e.local is not None}
    shown |= set() if values else {abs(node.value) for node in trace.nodes}
    hidden = {x for x in hidden_numbers(trace, values > 0, derivatives) if abs(x) not in shown}
    assert len(hidden) >= 4
    text = page.replace("−", "-")
    for number in hidden:
        for spelling in spellings(number):
            assert spelling not in text, (number, spelling)
        assert format_number(number) in key, "the search would have found it"


@pytest.mark.parametrize("values", [0.0, 0.5, 1.0])
def test_a_worksheet_does_not_change_with_its_answers(values: float) -> None:
    """Two traces that differ in hidden numbers only, even in how long they are, make the same page."""
    trace = autograd.trace(odd())
    hidden = Sheet(viz.worksheet(trace, values=values)).places
    nodes = tuple(
        replace(
            node,
            grad=1.23456e-205 if ("grad", node.id, None) in hidden else node.grad,
            value=-9.87654e111 if ("value", node.id, None) in hidden else node.value,
            numbers="123456·654321",
        )
        for node in trace.nodes
    )
    edges = tuple(
        edge if edge.local is None else replace(
            edge, upstream=4.5678e99, contribution=7.8912e88,
            local=5.43219e77 if ("local", edge.parent, (edge.child, edge.slot)) in hidden else edge.local,
        )
        for edge in trace.edges
    )  # fmt: skip
    assert viz.worksheet(replace(trace, nodes=nodes, edges=edges), values=values) == viz.worksheet(trace, values=values)


def expected_places(trace: Trace) -> set[tuple[str, int, tuple[int, int] | None]]:
    places: set[tuple[str, int, tuple[int, int] | None]] = set()
    for node in trace.nodes:
        if node.grad is not None and node.id != trace.root:
            places.add(("grad", node.id, None))
    for edge in trace.edges:
        if edge.contribution is not None and len(trace.uses[edge.parent]) > 1:
            places.add(("contribution", edge.parent, (edge.child, edge.slot)))
    return places


def check_key(trace: Trace, **options: float) -> None:
    sheet = Sheet(viz.worksheet(trace, **options))  # type: ignore[arg-type]
    key = Sheet(viz.worksheet(trace, answers=True, **options))  # type: ignore[arg-type]
    assert sheet.numbers == key.numbers == list(range(1, len(key.numbers) + 1))
    assert sheet.boxes == key.boxes, "the same boxes in the same places"
    assert sheet.answers == []
    assert len(key.answers) == len(key.boxes) == len(key.lines)
    asked = key.asked(trace, **options)
    assert expected_places(trace) <= set(asked)
    assert len(set(asked)) == len(asked) == len(key.lines)
    for place, line in zip(asked, key.lines, strict=True):
        role, node, use = place
        edge = next((e for e in trace.edges if (e.parent, (e.child, e.slot)) == (node, use)), None)
        number = {
            "value": trace.nodes[node].value, "grad": trace.nodes[node].grad,
            "local": edge and edge.local, "contribution": edge and edge.contribution,
        }[role]  # fmt: skip
        assert line.endswith(f"= {format_number(number)}")
        uses = [e for e in trace.uses[node] if e.contribution is not None]
        if (role == "grad" and len(trace.uses[node]) == 1) or role == "contribution":
            source = edge or uses[0]
            assert source.upstream is not None
            product = (
                f"{format_number(source.upstream)} × {signed(source.local)} = {format_number(source.contribution)}"
            )
            assert line.endswith(f"= {product}")
        elif role == "grad" and len(uses) <= 6:
            terms = [format_number(uses[0].contribution), *(signed(e.contribution) for e in uses[1:])]
            assert f"= {' + '.join(terms)} = " in line or len(terms) == 1
    assert Counter(key.answers) == Counter(line.rpartition(" = ")[2] for line in key.lines)


@thorough
@given(graphs(most_gates=6), st.sampled_from([0.0, 1.0]))
def test_the_key_answers_every_blank_of_a_random_graph(output: Value, values: float) -> None:
    trace = autograd.trace(output)
    assume(trace.has_gradients and any(step.moves for step in trace.backward))
    check_key(trace, values=values)


@pytest.mark.parametrize("family", ["square", "chain", "neuron", "opened", "network"])
def test_the_key_answers_every_blank_of_a_known_graph(family: str) -> None:
    check_key(autograd.trace(FAMILIES[family]()))


def test_the_key_of_a_square_says_where_the_two_comes_from() -> None:
    x = Value(3.0, "x")
    y = x * x
    y.name = "y"
    assert Sheet(viz.worksheet(y, answers=True)).lines == [
        "∂y/∂x through y, input 1 = 1 × 3 = 3", "∂y/∂x through y, input 2 = 1 × 3 = 3", "∂y/∂x = 3 + 3 = 6",
    ]  # fmt: skip
    assert Sheet(viz.worksheet(y)).lines[2] == "∂y/∂x = [1] + [2] ="


def test_a_share_of_the_values_is_chosen_by_the_seed() -> None:
    trace = autograd.trace(neuron())
    chosen = {seed: Sheet(viz.worksheet(trace, values=0.5, seed=seed)).values for seed in range(6)}
    assert {len(found) for found in chosen.values()} == {4}
    assert len({tuple(found) for found in chosen.values()}) > 1
    assert Sheet(viz.worksheet(trace, values=0.5, seed=1)).values == chosen[1]


@pytest.mark.parametrize("seed", [0, 1, 2, 12345])
def test_a_seed_makes_another_sheet_whose_answers_are_right(seed: int) -> None:
    trace = autograd.trace(odd())
    page, key = (viz.worksheet(trace, seed=seed, answers=answers) for answers in (False, True))
    assert f"sheet {seed}" in page
    assert page == viz.worksheet(odd(), seed=seed)
    inputs = dict(re.findall(r"(\w) = (−?\d+)", Sheet(page).inputs))
    assert inputs.keys() == {"a", "b", "c"}
    numbers = {name: float(text.replace("−", "-")) for name, text in inputs.items()}
    assert all(x in (-3, -2, -1, 1, 2, 3) for x in numbers.values())
    a, b, c = (Value(numbers[name], name) for name in "abc")
    out = (a * b + c).tanh() * a
    out.name = "out"
    # Everything but the sheet's number is as if the exercise had been written with those inputs.
    assert key.replace(f" · sheet {seed}", "") == viz.worksheet(out, answers=True)


def test_a_drawn_maximum_is_no_tie_and_the_inputs_differ() -> None:
    x, y, z = (Value(float(i), name) for i, name in enumerate("xyz", 1))
    output = autograd.maximum(x * y, z) * 2
    for seed in range(30):
        drawn = with_new_inputs(autograd.trace(output), seed)
        assert len({leaf.value for leaf in drawn.leaves}) == 3
        top = next(node for node in drawn.nodes if node.gate == "max")
        assert {edge.local for edge in drawn.operands[top.id]} == {0.0, 1.0}


def test_seeds_differ_and_domains_are_kept() -> None:
    pages = {viz.worksheet(odd(), seed=seed).split("Inputs:")[1][:60] for seed in range(20)}
    assert len(pages) > 10
    total = GATES["sum"](*[Value(2.0, f"x{i}").log() for i in range(12)])
    for seed in range(5):
        assert "nan" not in viz.worksheet(total, seed=seed, answers=True).replace("DejaVu Sans", "")


@pytest.mark.parametrize("name", sorted(GATES))
def test_every_gate_can_be_computed_again(name: str) -> None:
    gate = GATES[name]
    operands = [Value(0.5 + i, f"x{i}") for i in range(4 if gate.variadic else gate.arity)]
    output = gate(operands[:2], operands[2:]) if name == "dot" else gate(*operands)
    trace = autograd.trace(output)
    again = computed_again(trace, {})
    assert [(n.value, n.grad, n.label) for n in again.nodes] == [(n.value, n.grad, n.label) for n in trace.nodes]
    page = viz.worksheet(trace)
    assert trace.gates[name].glyph in unescape(page)


@thorough
@given(graphs(most_gates=8))
def test_a_random_graph_can_be_computed_again(output: Value) -> None:
    trace = autograd.trace(output)
    assume(trace.result.kind != "constant")
    again = computed_again(trace, {})
    found, wanted = (
        [(n.kind, repr(n.value), repr(n.grad), n.label) for n in t.nodes if n.kind != "constant"]
        for t in (again, trace)
    )
    assert found == wanted
    assert Counter(repr(n.value) for n in again.nodes) == Counter(repr(n.value) for n in trace.nodes)


def test_what_is_no_exercise_is_refused() -> None:
    x = Value(2.0, "x")
    with pytest.raises(viz.PictureError, match="with a backward pass"):
        viz.worksheet(autograd.trace(x * 2, backward=False))
    with pytest.raises(viz.PictureError, match="at most 150 blanks, not"):
        viz.worksheet(FAMILIES["tangle"]())
    for values in (-0.1, 1.5, float("nan")):
        with pytest.raises(viz.PictureError, match="values must be between 0 and 1"):
            viz.worksheet(x * 2, values=values)
    with pytest.raises(viz.PictureError, match="no small whole numbers"):
        viz.worksheet((x * 0 - 1).log() * x, seed=1)
    trace = autograd.trace(x * 2)
    nodes = tuple(replace(n, gate=n.gate and "strange") for n in trace.nodes)
    strange = replace(trace, nodes=nodes, gates={"strange": trace.gates["mul"]})
    assert "strange" not in viz.worksheet(strange)
    with pytest.raises(viz.PictureError, match="the gate 'strange' is not in the rule table"):
        viz.worksheet(strange, seed=1)


make = partial(viz.worksheet, values=0.5)


@pytest.mark.parametrize("answers", [False, True])
@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_is_text(name: str, answers: bool) -> None:
    result = Value(2.0, name) * 3
    result.name = name
    page = viz.worksheet(result, answers=answers, title=name)
    assert not re.search(r"[^\n -~\u00a1-\U0010ffff]", page)
    sheet = Sheet(page)  # which accepts no element and no attribute but ours
    label = autograd.trace(result).result.label
    assert sheet.lines[0].startswith(re.sub(" +", " ", f"∂{label}/∂{label} ="))
    assert sheet.inputs == f"{label} = 2"


@pytest.mark.parametrize("values", [0.0, 1.0])
def test_the_exercise_a_page_is_made_from_holds_no_answer(values: float) -> None:
    trace = autograd.trace(odd())
    hidden = exercise(trace, values=values).without_answers()
    assert all(blank.answer == blank.working == "" for blank in hidden.blanks)
    text = hidden.trace.to_json().replace("\\u2212", "-")
    given = {abs(node.value) for node in trace.nodes if not values or node.kind != "gate"}
    given |= set() if values else {abs(edge.local) for edge in trace.edges if edge.local is not None}
    for number in hidden_numbers(trace, values > 0, False):
        if abs(number) not in given:
            assert not [spelling for spelling in spellings(number) if spelling in text], number
