"""A trace may come from a file that somebody else wrote: every text in it is shown as text, none of it is obeyed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

import autograd
import viz
from autograd import Trace, Value
from autograd.text import visible
from autograd.trace_data import GateInfo, GroupInfo
from viz.formats.tables import steps
from viz.notebook.output import output

from .graphviz_reading import clusters, drawn_texts, graph
from .hostile import HOSTILE
from .html_reading import ATTRIBUTES, TAGS, Page
from .mermaid_reading import read as read_mermaid
from .reading import Picture
from .tikz_reading import OURS, control_sequences, is_balanced, read

hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
UNPRINTABLE = re.compile(r"[^\n -~\u00a1-\U0010ffff]")


def poisoned(text: str) -> Trace:
    """A trace in which every text is the given one."""
    trace = autograd.trace(autograd.maximum(Value(2.0, "x"), Value(1.0, "y")) * 3)
    nodes = tuple(
        replace(node, label=text, name=text, formula=text, numbers=text, latex=text, source=text, group=0)
        for node in trace.nodes
    )
    edges = tuple(replace(edge, formula=text, latex=text, because=text) for edge in trace.edges)
    gates = {name: GateInfo(glyph=text, metaphor=text, domain=text) for name in trace.gates}
    made = Trace(trace.root, nodes, edges, trace.order, gates, (GroupInfo(text, text),))
    return Trace.from_json(made.to_json())


@hostile
def test_svg(text: str) -> None:
    drawn = viz.svg(poisoned(text), show_labels=True)
    assert not UNPRINTABLE.search(drawn)
    picture = Picture(drawn)
    for element in picture.root.iter():
        assert element.tag.removeprefix("{http://www.w3.org/2000/svg}") in TAGS
        assert {attribute.lower() for attribute in element.attrib} <= ATTRIBUTES
    assert len(picture.nodes) == 5
    for node in picture.nodes:
        assert node.text.replace("\n", "") == "".join(visible(line) for line in text.split("\n"))


@hostile
def test_html(text: str) -> None:
    page = steps(poisoned(text))
    assert not UNPRINTABLE.search(page)
    tables = Page(page).tables
    assert [row[0] for row in tables["Forward"][1:]] == [visible(text)] * 2
    assert [row[3] for row in tables["Backward"][1:]] == [
        f"∂{visible(text)}/∂{visible(text)} = {visible(text)} = {number}" for number in ("3", "1", "0")
    ]


@hostile
def test_mermaid(text: str) -> None:
    nodes, edges = read_mermaid(viz.to_mermaid(poisoned(text)))
    assert [lines[0] for _, lines in nodes.values()] == [visible(text).replace("\u200b", "")] * 5
    assert len(edges) == 4


@pytest.mark.needs("dot")
@hostile
def test_dot(text: str) -> None:
    source = viz.to_dot(poisoned(text))
    nodes, edges = graph(source)
    assert len(nodes) == 5
    assert len(edges) == 4
    assert [len(inside) for inside in clusters(source).values()] == [5]
    if text.strip():
        drawn = drawn_texts(source)[0]
        assert drawn.split() == visible(text)[: len(drawn)].split()


@hostile
def test_latex(text: str) -> None:
    source = viz.to_latex(poisoned(text))
    assert not UNPRINTABLE.search(source)
    document = read(source)
    assert len(document.boxes) == 5
    assert len(document.frames) == 1
    assert control_sequences(source) <= OURS
    assert is_balanced("\n".join(source.split("\n")[len(document.head) :]))


@hostile
def test_text(text: str) -> None:
    told = viz.text(poisoned(text))
    assert not UNPRINTABLE.search(told)
    assert told.count("\n") == viz.text(poisoned("x")).count("\n")


@hostile
@pytest.mark.parametrize("make", [viz.to_json, viz.svg, viz.html, viz.to_mermaid, viz.to_latex, viz.text, output])
def test_every_format_can_be_written_to_a_file(make: Callable[[Trace], str], text: str) -> None:
    make(poisoned(text)).encode("utf-8")
