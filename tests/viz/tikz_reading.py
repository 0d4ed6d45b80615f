"""A TikZ document read back line by line, and its control sequences."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

POINT = r"\((-?[\d.]+),(-?[\d.]+)\)"
BOX = re.compile(
    rf"\\draw\[(box,fill=bggate|box,fill=bgleaf|box,dashed)\] {POINT} rectangle {POINT}; \\node at {POINT} \{{(.*)\}};"
)
FRAME = re.compile(
    rf"\\draw\[frame\] {POINT} rectangle {POINT}; "
    rf"\\node\[anchor=base west,inner sep=0pt,text=bgmuted\] at {POINT} \{{\\scriptsize (.*)\}};"
)
LABEL = re.compile(
    rf"\\node\[anchor=(base west|base east),inner sep=0pt,text=(bgvalue|bggrad|bgmuted)\] at {POINT} \{{\$(.*)\$\}};"
)
WIRE = re.compile(
    rf"\\draw\[wire(,-stealth)?\] {POINT}(?: \.\. controls {POINT} and {POINT} \.\. {POINT})? -- {POINT};"
)
_WORDS = r"""
documentclass usepackage definecolor begin end draw node footnotesize scriptsize nabla partial text textbackslash
textasciicircum
textasciitilde textless textgreater textbar textquotedbl textasciigrave cdot infty mathrm times div sqrt sum sigma ge
le ne { } $ & # % _ , begingroup endgroup providecommand bgchar ifdefined Umathcode else ttfamily tiny fi char
ensuremath textquotesingle textvisiblespace surd pm to ldots ell alpha beta gamma delta epsilon zeta eta theta iota
kappa lambda mu nu xi pi rho varsigma sigma tau upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma
Upsilon Phi Psi Omega
"""
OURS = set(_WORDS.split())


@dataclass(frozen=True)
class Document:
    head: list[str]
    boxes: list[tuple[str, str]]
    labels: list[tuple[str, str]]
    arrows: int
    frames: list[str]


def read(text: str) -> Document:
    """Boxes as (style, text), captions as (colour, formula), how many wires end at an input, and frames' titles."""
    lines = text.split("\n")
    assert lines[-3:] == [r"\end{tikzpicture}", r"\end{document}", ""]
    start = next(i for i, line in enumerate(lines) if line.endswith("rounded corners=5pt}]")) + 1
    found = Document(lines[:start], [], [], 0, [])
    arrows = 0
    for line in lines[start:-3]:
        if box := BOX.fullmatch(line):
            found.boxes.append((box[1], box[8]))
        elif label := LABEL.fullmatch(line):
            found.labels.append((label[2], label[5]))
        elif frame := FRAME.fullmatch(line):
            found.frames.append(frame[7])
        else:
            wire = WIRE.fullmatch(line)
            assert wire, line
            arrows += wire[1] is not None
    return Document(found.head, found.boxes, found.labels, arrows, found.frames)


_PRINTED = {
    r"\textbackslash{}": "\\", r"\textasciicircum{}": "^", r"\textasciitilde{}": "~", r"\textless{}": "<",
    r"\textgreater{}": ">", r"\textbar{}": "|", r"{\ttfamily\char34}": '"', r"\textasciigrave{}": "`",
    r"\textquotesingle{}": "'", r"\textvisiblespace{}": "␣", "{}": "", r"\ensuremath{-}": "−",
    **{"\\" + c: c for c in "{}$&#%_"},
}  # fmt: skip
_SPELLING = re.compile(
    r"\\bgchar\{(?P<character>[^{}])\}\{(?P<code>[0-9A-F]+)\}|"
    r"\\text[a-z]+\{\}|\\ensuremath\{[^{}]*\}|\{\\ttfamily\\char34\}|\{\}|\\[{}$&#%_]"
)


def printed(latex: str) -> str:
    """What LaTeX prints for a text that was spelled for it, characters it may lack included."""

    def read_one(found: re.Match[str]) -> str:
        if found["character"] is not None:
            assert int(found["code"], 16) == ord(found["character"])
            return found["character"]
        return _PRINTED.get(found[0], _OF_MATHEMATICS.get(found[0], f"?{found[0]}?"))

    return _SPELLING.sub(read_one, latex)


_LETTERS = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho varsigma sigma tau upsilon phi chi
psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
"""


def _greek(name: str) -> str:
    size = "CAPITAL" if name[0].isupper() else "SMALL"
    called = {"lambda": "lamda", "varsigma": "final sigma"}.get(name.lower(), name)
    return unicodedata.lookup(f"GREEK {size} LETTER {called.upper()}")


_OF_MATHEMATICS = {rf"\ensuremath{{\{name}}}": _greek(name) for name in _LETTERS.split()}
_OF_MATHEMATICS |= {
    rf"\ensuremath{{\{name}}}": letter
    for name, letter in {
        "partial": "∂", "nabla": "∇", "ldots": "…", "times": "×", "cdot": "·", "div": "÷", "surd": "√", "infty": "∞",
        "pm": "±", "le": "≤", "ge": "≥", "ne": "≠", "to": "→", "sum": "∑", "ell": "ℓ",
    }.items()
}  # fmt: skip
_OF_MATHEMATICS |= {rf"\ensuremath{{_{i}}}": digit for i, digit in enumerate("₀₁₂₃₄₅₆₇₈₉")}
_OF_MATHEMATICS |= {rf"\ensuremath{{^{i}}}": digit for i, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}


def control_sequences(text: str) -> set[str]:
    """Every control word and control symbol, without its backslash."""
    return set(re.findall(r"\\([A-Za-z]+|.)", text, re.DOTALL))


def is_balanced(text: str) -> bool:
    """Whether every brace that is not escaped is closed, and every $ too, line by line."""
    for line in re.sub(r"\\.", "", text).split("\n"):
        depth = 0
        for character in line:
            depth += (character == "{") - (character == "}")
            if depth < 0:
                return False
        if depth or line.count("$") % 2:
            return False
    return True
