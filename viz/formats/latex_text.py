"""Names set in LaTeX by any engine: what pdflatex has no letter for is spelled as mathematics or by its number."""

from __future__ import annotations

import re

from autograd.latex import escape_latex, latex_name
from autograd.text import visible

__all__ = ["CHARACTER_MACRO", "in_math", "in_text"]

CHARACTER_MACRO = r"\providecommand{\bgchar}[2]{\ifdefined\Umathcode#1\else{\ttfamily\tiny U+#2}\fi}"
"""Sets a character where the engine reads Unicode fonts (XeLaTeX, LuaLaTeX), and its number under pdflatex."""

_LOWER = """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma sigma tau
upsilon phi chi psi omega"""
_UPPER = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
_GREEK = {chr(0x3B1 + i): rf"\{name}" for i, name in enumerate(_LOWER.split()) if name != "omicron"}
_GREEK |= {letter: rf"\{name}" for letter, name in zip("ΓΔΘΛΞΠΣΥΦΨΩ", _UPPER.split(), strict=True)}
_SIGNS = {
    "∂": r"\partial", "∇": r"\nabla", "×": r"\times", "·": r"\cdot", "−": "-", "÷": r"\div", "√": r"\surd",
    "∞": r"\infty", "±": r"\pm", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "→": r"\to", "∑": r"\sum", "…": r"\ldots",
    "ℓ": r"\ell", "⊙": r"\odot", "⊗": r"\otimes", "←": r"\leftarrow", "↦": r"\mapsto", "ᵀ": r"^{\top}",
    "⚠": r"\triangle",
}  # fmt: skip
_SPELLED = {"'": r"\textquotesingle{}", '"': r"{\ttfamily\char34}", "␣": r"\textvisiblespace{}"}
"""The straight double quote is missing from LaTeX's first encoding, except in its typewriter font."""
_MATHEMATICS = _GREEK | _SIGNS
_MATHEMATICS |= {chr(0x2080 + digit): f"_{digit}" for digit in range(10)}
_MATHEMATICS |= {sign: f"^{digit}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
_ACCENTED = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŠšŽžŁłČčŘřĚěŮůŐőŰűĄąŚśŹźŻż")
"""What every LaTeX of the last years knows without a package."""
_LIGATURES = re.compile(r"(?<=[-'`,<>?!])(?=[-'`,<>])")
_INDEXED = re.compile(r"(.)_?(\d+)")


def in_text(text: str) -> str:
    """A text that prints as it is, in text mode, with no ligature made of its hyphens and quotes.

    >>> in_text("a--b_c"), in_text("θ"), in_text("🎈")
    ('a-{}-b\\\\_c', '\\\\ensuremath{\\\\theta}', '\\\\bgchar{🎈}{1F388}')
    """
    return "{}".join("".join(map(_set, part)) for part in _LIGATURES.split(visible(text)))


def in_math(name: str) -> str:
    """A name for math mode: a letter as it is, a letter and digits as an index, anything else as text.

    >>> in_math("w12"), in_math("θ1"), in_math("loss")
    ('w_{12}', '\\\\theta_{1}', '\\\\text{loss}')
    """
    if name in _GREEK:
        return _GREEK[name]
    indexed = _INDEXED.fullmatch(name)
    if indexed and indexed[1] in _GREEK and indexed[2].isascii():
        return f"{_GREEK[indexed[1]]}_{{{indexed[2]}}}"
    plain = latex_name(name)
    return rf"\text{{{in_text(name)}}}" if plain.startswith(r"\text{") or not plain.isascii() else plain


def _set(character: str) -> str:
    if character in _SPELLED:
        return _SPELLED[character]
    if character.isascii():
        return escape_latex(character)
    if character in _MATHEMATICS:
        return rf"\ensuremath{{{_MATHEMATICS[character]}}}"
    if character in _ACCENTED:
        return character
    return rf"\bgchar{{{character}}}{{{ord(character):X}}}"
