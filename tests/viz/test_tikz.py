"""LaTeX: every node, use and number of the trace, in nothing but control sequences of ours."""

from __future__ import annotations

import math
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given

import autograd
import viz
from autograd import Trace, Value
from autograd.text import format_number
from viz.formats.latex_text import in_math

from ..autograd.settings import thorough
from .graphs import FAMILIES, graphs
from .hostile import HOSTILE
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


def test_a_bare_picture_is_the_picture_of_the_document() -> None:
    y = (Value(2.0, "w12") * Value(3.0, "rate") - 4).tanh()
    bare, document = viz.to_latex(y, standalone=False), viz.to_latex(y)
    start, end = r"\begin{tikzpicture}", r"\end{tikzpicture}"
    assert bare[bare.index(start) : bare.index(end)] == document[document.index(start) : document.index(end)]
    assert "documentclass" not in bare
    assert r"\begin{document}" not in bare
    assert bare.index(r"\begingroup") < bare.index(r"\definecolor") < bare.index(start)
    assert bare.endswith("\\end{tikzpicture}\n\\endgroup\n")
    assert control_sequences(bare) <= OURS


def test_print_is_black_on_white_or_grey() -> None:
    colours = re.findall(r"\{HTML\}\{(..)(..)(..)\}", viz.to_latex(Value(2.0, "x") * 3, theme="print"))
    assert len(colours) == 8
    assert all(red == green == blue for red, green, blue in colours)


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("a--b", r"\text{a-{}-b}"), ("x''", r"\text{x\textquotesingle{}{}\textquotesingle{}}"), ("θ", r"\theta"),
        ("θ12", r"\theta_{12}"), ("dθ", r"\text{d\ensuremath{\theta}}"), ("été", r"\text{été}"),
        ("損", r"\text{\bgchar{損}{640D}}"), ("w_1", "w_{1}"),
        ("l0.w", r"\text{l0.w}"), ("w٣", r"\text{w\bgchar{٣}{663}}"),
        ("a~b_c", r"\text{a\textasciitilde{}b\_c}"), ('"', r"\text{{\ttfamily\char34}}"),
    ],
)  # fmt: skip
def test_names_are_set_safely(name: str, latex: str) -> None:
    assert read(viz.to_latex(Value(1.0, name))).boxes == [("box,fill=bgleaf", f"${latex}$")]


@pytest.mark.needs("pdflatex", "pdftotext")
@pytest.mark.parametrize("which", ["plain", "hostile"])
def test_a_paper_with_the_picture_compiles(which: str, tmp_path: Path) -> None:
    names = list(HOSTILE.values()) if which == "hostile" else ["a--b", "θ1", "loss_x"]
    total = autograd.GATES["sum"](*[Value(1.5, name) for name in names])
    (tmp_path / "picture.tex").write_text(viz.to_latex(total, standalone=False), encoding="utf-8")
    (tmp_path / "paper.tex").write_text(
        r"\documentclass{article}\usepackage{amsmath,tikz}\usepackage[paperwidth=50cm,paperheight=100cm]{geometry}"
        r"\begin{document}\input{picture}\end{document}",
        encoding="utf-8",
    )
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper.tex"], cwd=tmp_path,
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-1500:]
    assert b"Missing character" not in done.stdout
    told = subprocess.run(["pdftotext", "-layout", tmp_path / "paper.pdf", "-"], capture_output=True, check=True)
    text = told.stdout.decode()
    assert text.count("1.5") == len(names)
    if which == "plain":
        assert "a--b" in text
