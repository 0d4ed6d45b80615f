"""Whatever a name contains, it comes out as text in every format, and the format's own parser gives it back."""

from __future__ import annotations

import io
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

import viz
from autograd import Trace, Value, trace
from autograd.text import shorten, visible
from viz.formats.dot import LONGEST
from viz.formats.report import report
from viz.formats.tables import steps

from ..autograd.settings import thorough
from .graphviz_reading import drawn_texts, graph, unescaped
from .hostile import HOSTILE
from .html_reading import ATTRIBUTES, TAGS, Page
from .mermaid_reading import read as read_mermaid
from .reading import Picture
from .tikz_reading import OURS, control_sequences, is_balanced, printed, read

any_name = st.text(st.characters(), max_size=40)  # lone surrogates included
hostile = pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())


def named(name: str) -> Trace:
    """A trace in which an input and a gate have the name."""
    result = Value(2.0, name) * 3
    result.name = name
    return trace(result)


def label_of(name: str) -> str:
    return shorten(visible(name)) or "␣"


def squeezed(text: str) -> str:
    """With one space for several, as columns are padded with spaces."""
    return re.sub(" +", " ", text)


def check_svg(name: str) -> None:
    text = viz.svg(named(name))
    assert not re.search(r"[^\n -~\u00a1-\U0010ffff]", text), "no control character"
    picture = Picture(text)
    for element in picture.root.iter():
        assert element.tag.removeprefix("{http://www.w3.org/2000/svg}") in TAGS
        assert {attribute.lower() for attribute in element.attrib} <= ATTRIBUTES
    assert [node.text for node in picture.nodes] == [label_of(name), "×", "3"]
    first, gate, _ = (node.title for node in picture.nodes)
    assert first.startswith(f"{visible(name) or '␣'} = 2.0\n")
    assert gate.startswith(f"{visible(name) or '␣'} = 6.0\n")
    value = picture.label("value", 2)
    assert value is not None
    assert value.text == f"{label_of(name)} = 6"


def check_html(name: str) -> None:
    page = Page(steps(named(name)))
    label = label_of(name)
    assert page.tables[f"Gradients of {label}"][1] == [label, "2", "3"]
    assert page.tables["Forward"][1][0] == label
    assert page.tables["Backward"][1][2] == label


def check_mermaid(name: str) -> None:
    nodes, _ = read_mermaid(viz.to_mermaid(named(name)))
    label = label_of(name)
    assert nodes[0] == ("leaf", [label, "2", "∇ 3"])
    assert nodes[2] == ("gate", ["×", f"{label} = 6", "∇ 1"])


def check_json(name: str) -> None:
    text = viz.to_json(named(name))
    assert text.isascii()
    nodes = json.loads(text)["nodes"]
    assert [node.get("name") for node in nodes] == [name, None, name]
    assert nodes[0]["label"] == label_of(name)


def check_text(name: str) -> None:
    text = viz.text(named(name))
    assert not re.search(r"[^\n -~\u00a1-\U0010ffff]", text), "no control character"
    label = label_of(name)
    assert text.count("\n") == len(viz.text(named("x")).split("\n")) - 1
    operand = label.replace("−", "-")  # in formulas a minus sign is written so that it can be typed
    operand = f"({operand})" if label.startswith("−") else operand
    told = squeezed(text)
    assert squeezed(f"\n {label} = 2\n {label} = {operand}·3 = 2·3 = 6\n") in told
    assert squeezed(f"\n ∂{label}/∂{label} = 3 at {label} = 2\n") in told


def check_terminal(name: str) -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, color_system="truecolor", soft_wrap=True, highlight=False,
                      markup=False, emoji=False)  # fmt: skip
    for line in report(named(name)):
        console.print(line)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())  # our own colours
    assert [line.rstrip() for line in plain.split("\n")] == viz.text(named(name)).split("\n")


def latex_text(latex: str) -> str:
    """What LaTeX prints for a name in math mode: a letter, a letter with an index, or text."""
    if text := re.fullmatch(r"\\text\{(.*)\}", latex):
        return printed(text[1])
    letter = re.fullmatch(r"(?:([A-Za-z])|(\\[A-Za-z]+))(?:_\{(\d+)\})?", latex)
    assert letter, latex
    return (letter[1] or printed(rf"\ensuremath{{{letter[2]}}}")) + (letter[3] or "")


def check_latex(name: str) -> None:
    text = viz.to_latex(named(name))
    document = read(text)
    assert control_sequences(text) <= OURS
    assert is_balanced("\n".join(text.split("\n")[len(document.head) :]))
    assert not re.search(r"[^\n -~\u00a1-\U0010ffff]", text)
    label = label_of(name)
    boxes = [latex_text(box.strip("$")) for _, box in document.boxes if box not in (r"$\times$", "3")]
    assert boxes == [label] or boxes == [label.replace("_", "", 1)], "w_1 is w with an index"
    values = [formula for _, formula in document.labels if formula.endswith(" = 6")]
    assert [latex_text(formula.removesuffix(" = 6")) for formula in values] == boxes


CHECKS = [check_svg, check_html, check_mermaid, check_json, check_text, check_terminal, check_latex]


@hostile
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
def test_a_hostile_name_is_text(check: object, name: str) -> None:
    assert callable(check)
    check(name)


@settings(thorough, max_examples=60)
@given(any_name)
def test_any_name_is_text(name: str) -> None:
    for check in CHECKS:
        check(name)


@pytest.mark.needs("dot")
@hostile
def test_graphviz_reads_and_draws_a_hostile_name_as_text(name: str) -> None:
    text = viz.to_dot(named(name))
    nodes, edges = graph(text)
    assert sorted(nodes) == [0, 1, 2]
    assert sorted((e["parent"], e["child"]) for e in edges) == [(0, 2), (1, 2)]
    assert unescaped(nodes[0].get("fullname", "")) == visible(name)[:LONGEST]
    drawn = drawn_texts(text)
    assert squeezed(drawn[0]) == squeezed(label_of(name))
    assert drawn[1:3] == ["2", "∇ 3"]
    assert f"{label_of(name)} = 6" in drawn


@pytest.mark.needs("dot")
@settings(thorough, max_examples=25)
@given(any_name)
def test_graphviz_reads_any_name(name: str) -> None:
    nodes, _ = graph(viz.to_dot(named(name)))
    assert unescaped(nodes[0].get("fullname", "")) == visible(name)


def test_hostile_names_all_in_one_picture() -> None:
    total = sum(Value(1.0, name) for name in HOSTILE.values())
    assert isinstance(total, Value)
    picture = Picture(viz.svg(total))
    labels = [node.text for node in picture.nodes if node.kind == "leaf"]
    assert sorted(labels) == sorted(map(label_of, HOSTILE.values()))
    assert len(picture.edges) == 2 * len(HOSTILE)
