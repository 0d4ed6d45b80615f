"""Symbols printed as mathematics, in Unicode or LaTeX, from the written forms in the rule table."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from .gate import ATOM, GATES, POWER, PRODUCT, RELATION, SUM
from .symbol import NAME, NUMBER, RELATIONS, SELECT, Symbol
from .text import format_number

__all__ = ["FIRST_PLACEHOLDER", "Style", "written"]

Style: TypeAlias = Literal["unicode", "latex"]

FIRST_PLACEHOLDER = "\ue000"
"""Characters from this one on are names for text filled in later; every second one, for text that begins with a minus
sign."""


def written(symbol: Symbol, style: Style) -> str:
    """The expression as a person writes it, with the brackets it needs and no more.

    >>> x = Symbol.named("x")
    >>> written((x + 1) * x ** 2, "unicode"), written((x + 1) / x, "latex")
    ('(x + 1)·x²', '\\\\frac{x + 1}{x}')
    """
    return _print(symbol, style)[0]


_LEVELS = {"": RELATION, "sum": SUM, "product": PRODUCT, "power": POWER, "atom": ATOM}
_SLOT = re.compile(r"\{(\d)(?::(\w+))?\}")
_SUPERSCRIPT = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_RELATION_LATEX = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"}
_RELATION_UNICODE = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}


def _print(symbol: Symbol, style: Style) -> tuple[str, int]:
    """The expression's text and how tightly it binds."""
    if symbol.op == NAME:
        name = symbol.args[0]
        return name, SUM if name >= FIRST_PLACEHOLDER and ord(name[0]) % 2 else ATOM
    if symbol.op == NUMBER:
        return _print_number(symbol.args[0], style)
    parts = [_print(a, style) for a in symbol.args]
    if symbol.op == SELECT:
        return _print_select([text for text, _ in parts], style), ATOM
    if symbol.op == "and" or symbol.op in RELATIONS:
        return _print_relation(symbol.op, parts, style), RELATION
    gate = GATES.get(symbol.op)
    if symbol.op == "pow" and style == "unicode" and symbol.args[1].op == NUMBER:
        exponent = parts[1][0]
        if exponent.lstrip("−").isdigit():
            return _bracket(parts[0], ATOM, style) + exponent.translate(_SUPERSCRIPT), POWER
    template = (gate.unicode if style == "unicode" else gate.latex) if gate is not None else ""
    if not template:
        return _print_call(symbol.op, [text for text, _ in parts], style), ATOM
    assert gate is not None
    text = _SLOT.sub(lambda m: _bracket(parts[int(m[1])], _LEVELS[m[2] or ""], style), template)
    return text, gate.binds


def _print_number(x: float, style: Style) -> tuple[str, int]:
    text = format_number(x)
    if style == "latex":
        text = text.replace("−", "-").replace("inf", r"\infty").replace("nan", r"\mathrm{nan}")
        if "e" in text:
            mantissa, exponent = text.split("e")
            return rf"{mantissa} \times 10^{{{int(exponent)}}}", PRODUCT
    return text, SUM if text[0] in "-−" else ATOM


def _print_select(parts: list[str], style: Style) -> str:
    condition, chosen, otherwise = parts
    if style == "latex":
        return rf"\begin{{cases}}{chosen} & \text{{if }} {condition}\\ {otherwise} & \text{{else}}\end{{cases}}"
    return f"({chosen} if {condition} else {otherwise})"


def _print_relation(op: str, parts: list[tuple[str, int]], style: Style) -> str:
    left, right = (text for text, _ in parts)
    if op == "and":
        return rf"{left} \text{{ and }} {right}" if style == "latex" else f"{left} and {right}"
    return f"{left} {(_RELATION_LATEX if style == 'latex' else _RELATION_UNICODE)[op]} {right}"


def _print_call(name: str, parts: list[str], style: Style) -> str:
    if style == "latex":
        return rf"\operatorname{{{name.replace('_', chr(92) + '_')}}}\left({', '.join(parts)}\right)"
    return f"{name}({', '.join(parts)})"


def _bracket(part: tuple[str, int], level: int, style: Style) -> str:
    text, binds = part
    if binds >= level:
        return text
    return rf"\left({text}\right)" if style == "latex" else f"({text})"
