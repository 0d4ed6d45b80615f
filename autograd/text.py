"""Numbers and names as they are shown to people, in every picture, page and terminal alike."""

from __future__ import annotations

import math
import unicodedata

__all__ = ["LABEL_WIDTH", "cell_width", "format_number", "shorten", "signed", "visible"]

LABEL_WIDTH = 24
"""How many character cells of a name a picture shows; the whole name stays in the data and in the tooltip."""


def format_number(x: float | None, digits: int = 4) -> str:
    """A number for reading: `digits` significant digits, no trailing zeros, a real minus sign; empty for None.

    Zero is 0 whatever its sign, which matters to nobody who reads; the number in full keeps it.

    >>> [format_number(x) for x in (0.73105858, -3.0, 1e-7, 123456.0, -0.0, float("nan"))]
    ['0.7311', '−3', '1e−07', '1.235e+05', '0', 'nan']
    """
    if x is None:
        return ""
    if not math.isfinite(x):
        return str(x).replace("-", "−")
    return "0" if x == 0 else f"{x:.{digits}g}".replace("-", "−")


def signed(x: float | None) -> str:
    """The number as `format_number` has it, in brackets where it is negative: a factor or a term of a longer line."""
    shown = format_number(x)
    return f"({shown})" if shown.startswith("−") else shown


def visible(text: str) -> str:
    """The text with everything that does not print (controls, line ends, direction marks, lone halves) escaped.

    >>> visible("a\\nb"), visible("péché 🎈")
    ('a\\\\nb', 'péché 🎈')
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c if c == "\u200d" or unicodedata.category(c)[0] not in "CZ" or c == " " else _escape(c) for c in text
    )


def _escape(character: str) -> str:
    if unicodedata.category(character) == "Zs":
        return " "
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")


def cell_width(text: str) -> int:
    """How many character cells a terminal or a monospaced font gives the text; wide characters and emoji take two."""
    if text.isascii():
        return len(text)
    return sum(_character_cells(c) for c in text)


def _character_cells(character: str) -> int:
    if unicodedata.combining(character) or character in "\u200d\ufe0e\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shorten(text: str, width: int = LABEL_WIDTH) -> str:
    """The text cut to `width` cells, the last one an ellipsis where something was cut.

    >>> shorten("abcdefgh", 5)
    'abcd…'
    """
    if cell_width(text) <= width:
        return text
    used = 0
    for i, character in enumerate(text):
        used += _character_cells(character)
        if used > width - 1:
            return text[:i] + "…"
    return text
