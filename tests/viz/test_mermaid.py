"""Mermaid text: every node once, one arrow per use, the numbers shown."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given

import autograd
import viz
from autograd import Trace, Value
from viz.captions import box_text, edge_captions, node_captions

from ..autograd.settings import thorough
from .graphs import FAMILIES, graphs, ladder
from .mermaid_reading import read


def check(trace: Trace) -> None:
    nodes, edges = read(viz.to_mermaid(trace))
    assert set(nodes) == set(range(len(trace.nodes)))
    for node in trace.nodes:
        expected = [box_text(trace, node), *(caption.text for caption in node_captions(node))]
        assert nodes[node.id] == (node.kind, expected)
    assert Counter((parent, child, tuple(text)) for parent, child, text in edges) == Counter(
        (edge.parent, edge.child, tuple(caption.text for caption in edge_captions(trace, edge))) for edge in trace.edges
    )


@thorough
@given(graphs())
def test_every_number_of_a_random_graph_is_in_the_text(output: Value) -> None:
    check(autograd.trace(output))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_number_of_a_known_graph_is_in_the_text(family: str) -> None:
    check(autograd.trace(FAMILIES[family]()))


def test_a_small_graph_in_full() -> None:
    x = Value(2.0, "x")
    assert viz.to_mermaid(x * 3).splitlines()[:5] == [
        "flowchart LR",
        '  n0["x<br/>2<br/>∇ 3"]:::leaf',
        '  n1["3"]:::constant',
        '  n2(["×<br/>6<br/>∇ 1"]):::gate',
        '  n0 -->|"∂ 3"| n2',
    ]


@pytest.mark.parametrize("name", ["$$x^2$$", "$$$", "fa:fa-car", "x fab:fa-y"])
def test_mermaid_finds_no_formula_and_no_icon_in_a_name(name: str) -> None:
    """It looks for them after decoding; a space of no width keeps their parts apart."""
    text = re.sub(r"#(\d+);", lambda code: chr(int(code[1])), viz.to_mermaid(Value(2.0, name) * 3))
    assert name.replace("$", "$\u200b").replace(":", ":\u200b") in text
    assert "$$" not in text
    assert ":fa-" not in text


def test_more_edges_than_mermaid_draws_are_refused_with_advice() -> None:
    viz.to_mermaid(ladder(250))
    with pytest.raises(viz.PictureError, match=r"at most 500 edges and this graph has 502: use \.svg or \.html"):
        viz.to_mermaid(ladder(251))
