"""Mermaid text, read line by line by a grammar of its own: every node once, one arrow per use, the numbers shown."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given

import autograd
import viz
from autograd import Trace, Value
from viz.captions import box_text, edge_captions, node_captions

from .graphs import FAMILIES, graphs, ladder

NODE = re.compile(r'  n(\d+)(\(\["([^"]*)"\]\)|\["([^"]*)"\]):::(leaf|gate|constant)')
EDGE = re.compile(r'  n(\d+) -->(\|"([^"]*)"\|)? n(\d+)')
CLASS = re.compile(
    r"  classDef (leaf|gate|constant) fill:#[0-9a-f]{6},stroke:#[0-9a-f]{6},color:#[0-9a-f]{6}(,[a-z0-9: -]+)?"
)
SAFE = re.compile(r"(?:[^\W_]|[ .,+\-*/=_?!:°∇∂−×÷√Σσ·…⚠²³≤≥≠]|#\d+;|<br/>)*")


def lines_of(quoted: str) -> list[str]:
    """What a reader sees of a quoted text: Mermaid decodes #65; to A, and spaces without width are not seen."""
    assert SAFE.fullmatch(quoted), quoted
    return [
        re.sub(r"#(\d+);", lambda code: chr(int(code[1])), line).replace("\u200b", "") for line in quoted.split("<br/>")
    ]


def read(text: str) -> tuple[dict[int, tuple[str, list[str]]], list[tuple[int, int, list[str]]]]:
    """Kind and lines of every node, and both ends and lines of every edge; anything else in the text is an error."""
    assert text.endswith("\n")
    head, *body = text[:-1].split("\n")
    assert head == "flowchart LR"
    nodes: dict[int, tuple[str, list[str]]] = {}
    edges = []
    for line in body:
        if node := NODE.fullmatch(line):
            assert int(node[1]) not in nodes
            assert (node[3] is not None) == (node[5] == "gate"), "gates are round"
            nodes[int(node[1])] = node[5], lines_of(node[3] if node[3] is not None else node[4])
        elif edge := EDGE.fullmatch(line):
            edges.append((int(edge[1]), int(edge[4]), lines_of(edge[3]) if edge[3] else []))
        else:
            assert CLASS.fullmatch(line), line
    return nodes, edges


def check(trace: Trace) -> None:
    nodes, edges = read(viz.to_mermaid(trace))
    assert set(nodes) == set(range(len(trace.nodes)))
    for node in trace.nodes:
        expected = [box_text(trace, node), *(caption.text for caption in node_captions(node))]
        assert nodes[node.id] == (node.kind, expected)
    assert Counter((parent, child, tuple(text)) for parent, child, text in edges) == Counter(
        (edge.parent, edge.child, tuple(caption.text for caption in edge_captions(trace, edge))) for edge in trace.edges
    )


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


def test_more_edges_than_mermaid_draws_are_refused_with_advice() -> None:
    viz.to_mermaid(ladder(250))
    with pytest.raises(viz.PictureError, match=r"at most 500 edges and this graph has 502: use \.svg or \.html"):
        viz.to_mermaid(ladder(251))
