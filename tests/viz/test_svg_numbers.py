"""An SVG picture shows every node, every use and every number of the trace, once each and to the last bit."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import viz
from autograd import Trace, Value
from autograd.text import format_number

from ..autograd.settings import thorough
from .graphs import FAMILIES, graphs
from .reading import Picture, same_bits


def shown(number: float) -> str:
    """A number as a picture writes it: anything not finite carries a warning sign."""
    return format_number(number) if math.isfinite(number) else f"⚠ {format_number(number)}"


def expected_labels(trace: Trace, all_names: bool) -> dict[tuple[str, int, tuple[int, int] | None], tuple[str, float]]:
    """Role, node and use of everything written on a wire, with its text and its number."""
    labels: dict[tuple[str, int, tuple[int, int] | None], tuple[str, float]] = {}
    for node in trace.nodes:
        if node.kind == "constant" and node.name is None:
            continue
        named = node.kind == "gate" and (all_names or node.name is not None)
        labels["value", node.id, None] = (f"{node.label} = " * named + shown(node.value), node.value)
        if node.grad is not None:
            labels["grad", node.id, None] = (f"∇ {shown(node.grad)}", node.grad)
    times_used = Counter(edge.parent for edge in trace.edges)
    for edge in trace.edges:
        if edge.local is None:
            continue
        labels["local", edge.parent, (edge.child, edge.slot)] = (f"∂ {shown(edge.local)}", edge.local)
        if edge.contribution is not None and times_used[edge.parent] > 1:
            where = edge.parent, (edge.child, edge.slot)
            labels["contribution", *where] = (f"∇ {shown(edge.contribution)}", edge.contribution)
    return labels


def check(trace: Trace, picture: Picture, all_names: bool = False) -> None:
    assert Counter(node.id for node in picture.nodes) == Counter(range(len(trace.nodes)))
    for drawn in picture.nodes:
        node = trace.nodes[drawn.id]
        assert drawn.kind == node.kind
        assert drawn.text == (node.label if node.gate is None else trace.gates[node.gate].glyph)
        assert drawn.warning == (not math.isfinite(node.value))
    assert Counter(picture.edges) == Counter((edge.parent, edge.child, edge.slot) for edge in trace.edges)
    expected = expected_labels(trace, all_names)
    assert Counter((lb.role, lb.node, lb.edge) for lb in picture.labels) == Counter(expected.keys())
    for label in picture.labels:
        text, number = expected[label.role, label.node, label.edge]
        assert same_bits(label.number, number)
        assert label.text == text
        assert label.warning == (not math.isfinite(number))


@thorough
@given(graphs(), st.booleans(), st.booleans())
def test_every_number_of_a_random_graph_is_drawn(output: Value, backward: bool, all_names: bool) -> None:
    trace = autograd.trace(output, backward=backward)
    check(trace, Picture(viz.svg(trace, show_labels=all_names)), all_names)


@pytest.mark.spec("S-315")
@pytest.mark.parametrize("family", FAMILIES)
def test_every_number_of_a_known_graph_is_drawn(family: str) -> None:
    trace = autograd.trace(FAMILIES[family]())
    check(trace, Picture(viz.svg(trace)))


def test_a_number_used_twice_by_one_gate_is_drawn_as_two_wires() -> None:
    x = Value(3.0, "x")
    picture = Picture(viz.svg(x * x))
    assert sorted(picture.edges) == [(0, 1, 0), (0, 1, 1)]
    assert [lb.text for lb in picture.labels if lb.role == "contribution"] == ["∇ 3", "∇ 3"]
    gradient = picture.label("grad", 0)
    assert gradient is not None
    assert gradient.number == 6.0


def test_a_ladder_of_doublings_is_drawn_rung_by_rung() -> None:
    picture = Picture(viz.svg(FAMILIES["ladder"]()))
    assert len(picture.nodes) == 61
    assert len([lb for lb in picture.labels if lb.role == "value"]) == 61
    assert Counter(picture.edges) == Counter((i, i + 1, slot) for i in range(60) for slot in (0, 1))
    top = picture.label("value", 60)
    assert top is not None
    assert top.number == 2.0**60


def test_a_picture_without_a_backward_pass_has_no_gradients() -> None:
    x = Value(3.0, "x")
    roles = Counter(lb.role for lb in Picture(viz.svg(x * x, backward=False)).labels)
    assert roles == {"value": 2, "local": 2}


def test_the_tooltips_hold_the_numbers_in_full() -> None:
    a, b = Value(0.1, "a"), Value(1 / 3, "b")
    trace = autograd.trace(a * b + a)
    picture = Picture(viz.svg(trace))
    title = picture.nodes[0].title
    assert title.splitlines() == [f"a = {0.1!r}", f"gradient {1 / 3 + 1!r}", f"= 1.0 + {1 / 3!r}"]
    edge = trace.operands[2][0]
    titles = [t.text for t in picture.root.iter("{http://www.w3.org/2000/svg}title")]
    assert f"∂v1/∂a = b = {1 / 3!r}\nupstream 1.0 × local {1 / 3!r} = {edge.contribution!r}" in titles
    assert titles[0] == f"v2 = {0.1 * (1 / 3) + 0.1!r}; ∂/∂a = {1 / 3 + 1!r}, ∂/∂b = 0.1"


def test_names_from_locals_reach_the_picture() -> None:
    a, b = Value(2.0), Value(3.0)
    product = a * b
    picture = Picture(viz.svg(product, names=locals()))
    assert [node.text for node in picture.nodes] == ["a", "b", "×"]
    value = picture.label("value", 2)
    assert value is not None
    assert value.text == "product = 6"


def test_drawing_leaves_the_gradients_of_the_graph_alone() -> None:
    a = Value(2.0)
    square = a * a
    viz.svg(square)
    viz.html(square)
    assert a.grad is None
    square.backward()
    viz.svg(square)
    assert a.grad == 4.0
