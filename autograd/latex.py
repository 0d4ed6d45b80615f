"""Names spelled for LaTeX, whatever they contain."""

from __future__ import annotations

import re

__all__ = ["escape_latex", "latex_name"]

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}",
}  # fmt: skip
_INDEXED = re.compile(r"([A-Za-z])_?(\d+)")


def escape_latex(text: str) -> str:
    """The text as LaTeX that prints it, in text mode.

    >>> escape_latex("50% of $x")
    '50\\\\% of \\\\$x'
    """
    return "".join(_SPECIAL.get(c, c) for c in text)


def latex_name(name: str) -> str:
    """A name for math mode: single letters as they are, a letter and digits as an index, anything else as text.

    >>> latex_name("w12"), latex_name("loss")
    ('w_{12}', '\\\\text{loss}')
    """
    if len(name) == 1 and name.isascii() and name.isalpha():
        return name
    indexed = _INDEXED.fullmatch(name)
    if indexed:
        return f"{indexed[1]}_{{{indexed[2]}}}"
    return rf"\text{{{escape_latex(name)}}}"
