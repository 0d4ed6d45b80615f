"""DOT text, parsed by Graphviz: every node once, one edge per use, gradients that follow from the numbers in it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings

import autograd
import viz
from autograd import Trace, Value
from autograd.text import visible

from ..autograd.settings import thorough
from .graphs import FAMILIES, graphs
from .graphviz_reading import drawn_texts, graph, unescaped
from .reading import same_bits

pytestmark = pytest.mark.needs("dot")


def example() -> Value:
    x, y, z = Value(2.0, "x"), Value(-4.0, "y"), Value(3.0, "z")
    return x * y + autograd.maximum(z, 0)


def number(attributes: dict[str, str], name: str) -> float | None:
    return float(attributes[name]) if name in attributes else None


def check(trace: Trace, text: str) -> None:
    nodes, edges = graph(text)
    assert set(nodes) == set(range(len(trace.nodes)))
    for node in trace.nodes:
        drawn = nodes[node.id]
        assert same_bits(number(drawn, "value"), node.value)
        assert same_bits(number(drawn, "grad"), node.grad)
        assert unescaped(drawn.get("fullname", "")) == visible(node.name or "")
    assert Counter((e["parent"], e["child"], int(e["slot"])) for e in edges) == Counter(
        (e.parent, e.child, e.slot) for e in trace.edges
    )
    drawn_edges = {(e["child"], int(e["slot"])): e for e in edges}
    for edge in trace.edges:
        for name in ("local", "upstream", "contribution"):
            assert same_bits(number(drawn_edges[edge.child, edge.slot], name), getattr(edge, name))


@pytest.mark.spec("S-315")
def test_the_gradients_of_the_example_follow_from_its_text() -> None:
    nodes, edges = graph(viz.to_dot(example()))
    assert [unescaped(nodes[i].get("fullname", "")) for i in sorted(nodes)] == ["x", "y", "", "z", "", "", ""]
    assert len(nodes) == 7  # x, y, x·y, z, 0, max, +
    assert len(edges) == 6  # each of three gates uses two numbers
    gradients: dict[int, float] = defaultdict(float)
    for edge in edges:
        if "local" in edge:
            product = float(edge["local"]) * float(edge["upstream"])
            assert product == float(edge["contribution"])
            assert edge["upstream"] == nodes[edge["child"]]["grad"]
            gradients[edge["parent"]] += product
    result = max(nodes)
    for node, attributes in nodes.items():
        if "grad" in attributes:
            assert float(attributes["grad"]) == (1.0 if node == result else gradients[node])
    by_name = {attributes.get("fullname"): attributes for attributes in nodes.values()}
    assert [by_name[name]["grad"] for name in "xyz"] == ["-4.0", "2.0", "1.0"]


@pytest.mark.spec("S-315")
def test_without_a_backward_pass_gradients_are_blank() -> None:
    nodes, edges = graph(viz.to_dot(example(), backward=False))
    assert len(nodes) == 7
    assert len(edges) == 6
    assert not [n for n in nodes.values() if "grad" in n or "∇" in n["label"]]
    assert not [e for e in edges if "upstream" in e or "contribution" in e or "∇" in e.get("label", "")]
    assert nodes[2]["value"] == "-8.0"


@settings(thorough, max_examples=40)
@given(graphs(most_gates=8))
def test_every_number_of_a_random_graph_is_in_the_text(output: Value) -> None:
    trace = autograd.trace(output)
    check(trace, viz.to_dot(trace))


@pytest.mark.parametrize("family", ["square", "ladder", "network", "opened"])
def test_every_number_of_a_known_graph_is_in_the_text(family: str) -> None:
    trace = autograd.trace(FAMILIES[family]())
    check(trace, viz.to_dot(trace))


def test_what_graphviz_draws_is_what_our_own_pictures_say() -> None:
    x = Value(2.0, "x")
    y = x * x
    y.name = "y"
    assert drawn_texts(viz.to_dot(y)) == ["x", "2", "∇ 4", "×", "y = 4", "∇ 1", *["∂ 2", "∇ 2"] * 2]


def test_numbers_that_are_not_finite_survive() -> None:
    x = Value(math.inf, "x")
    nodes, _ = graph(viz.to_dot(x - x))
    assert nodes[0]["value"] == "inf"
    assert nodes[1]["value"] == "nan"
    assert graph(viz.to_dot(-x))[0][1]["value"] == "-inf"


def test_the_graph_object_is_graphviz_own() -> None:
    import graphviz

    drawing = viz.to_graphviz(example())
    assert isinstance(drawing, graphviz.Digraph)
    assert drawing.source == viz.to_dot(example())
    assert drawing.pipe(format="svg").startswith(b"<?xml")
