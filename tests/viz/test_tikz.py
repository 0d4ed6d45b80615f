"""LaTeX: every node, use and number of the trace, in nothing but control sequences of ours."""

from __future__ import annotations

import math
import re
from collections import Counter

import pytest
from hypothesis import given

import autograd
import viz
from autograd import Trace, Value
from autograd.text import format_number
from viz.formats.latex_text import in_math

from ..autograd.settings import thorough
from .graphs import FAMILIES, graphs
from .tikz_reading import OURS, control_sequences, is_balanced, read


def number(text: str) -> str:
    """A number in LaTeX as `format_number` writes it."""
    if text.startswith("{-"):
        text = text[1:-1]
    text = text.replace(r"\infty", "inf").replace(r"\mathrm{nan}", "nan")
    if power := re.fullmatch(r"(.*)\\cdot 10\^\{(-?)(\d+)\}", text):
        text = f"{power[1]}e{power[2] or '+'}{int(power[3]):02}"
    return text.replace("-", "−")


def expected(trace: Trace) -> list[tuple[str, str]]:
    """Colour and text of every caption."""
    captions = []
    for node in trace.nodes:
        if node.kind == "constant" and node.name is None:
            continue
        name = f"{in_math(node.label)} = " if node.kind == "gate" and node.name is not None else ""
        captions.append(("bgvalue", name + format_number(node.value)))
        if node.grad is not None:
            captions.append(("bggrad", rf"\nabla\,{format_number(node.grad)}"))
    for edge in trace.edges:
        if edge.local is not None:
            captions.append(("bgmuted", rf"\partial\,{format_number(edge.local)}"))
            if edge.contribution is not None and len(trace.uses[edge.parent]) > 1:
                captions.append(("bggrad", rf"\nabla\,{format_number(edge.contribution)}"))
    return captions


def spoken(formula: str) -> str:
    """A caption with its number as `format_number` writes it."""
    sign, digits = re.fullmatch(r"(.* = |\\nabla\\,|\\partial\\,|)(.*)", formula, re.DOTALL).groups()  # type: ignore[union-attr]
    return str(sign) + number(digits)


def check(trace: Trace) -> None:
    text = viz.to_latex(trace)
    document = read(text)
    kinds = {"gate": "box,fill=bggate", "leaf": "box,fill=bgleaf", "constant": "box,dashed"}
    assert Counter(style for style, _ in document.boxes) == Counter(kinds[node.kind] for node in trace.nodes)
    assert document.arrows == len(trace.edges)
    assert Counter((colour, spoken(formula)) for colour, formula in document.labels) == Counter(expected(trace))
    assert control_sequences(text) <= OURS
    assert is_balanced("\n".join(text.split("\n")[len(document.head) :]))


@thorough
@given(graphs())
def test_every_number_of_a_random_graph_is_in_the_document(output: Value) -> None:
    check(autograd.trace(output))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_number_of_a_known_graph_is_in_the_document(family: str) -> None:
    check(autograd.trace(FAMILIES[family]()))


@pytest.mark.parametrize(
    ("value", "latex"),
    [
        (0.5, "0.5"), (-3.0, "-3"), (1e-7, r"1\cdot 10^{-7}"), (-123456.0, r"-1.235\cdot 10^{5}"),
        (math.inf, r"\infty"), (-math.inf, r"-\infty"), (math.nan, r"\mathrm{nan}"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_mathematics(value: float, latex: str) -> None:
    assert read(viz.to_latex(Value(value, "x"))).labels[0] == ("bgvalue", latex)


def test_boxes_hold_names_and_signs_as_mathematics() -> None:
    y = autograd.sqrt(Value(2.0, "w12") * Value(3.0, "rate") + 0.25)
    texts = [text for _, text in read(viz.to_latex(y)).boxes]
    assert Counter(texts) == Counter(["$w_{12}$", r"$\text{rate}$", r"$\times$", "0.25", "$+$", r"$\sqrt{\cdot}$"])


@pytest.mark.parametrize("gate", sorted(autograd.GATES))
def test_every_gate_has_a_sign_that_latex_can_set(gate: str) -> None:
    rule = autograd.GATES[gate]
    count = 4 if rule.variadic else len(rule.parameters)
    operands = [Value(0.5 + i, f"x{i}") for i in range(count)]
    output = rule(operands[:2], operands[2:]) if gate == "dot" else rule(*operands)
    text = viz.to_latex(output)
    assert control_sequences(text) <= OURS
    assert text.isascii(), "no character that pdflatex may lack"
