"""The page's script and style in one piece each: its modules, the gates emitted from the rule table, the colours."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

from autograd import Gate
from autograd.gate import GATES
from autograd.javascript import gate_table

from ..theme import DARK, FONTS, LIGHT, PRINT, Palette, Theme
from .build import built, joined, plain

__all__ = ["colours", "module", "script", "style"]


def script(names: Collection[str] | None = None) -> str:
    """The page's program; it defines `App`.

    Args:
        names: The gates it must be able to compute; all there are by default.
    """
    return _gates(tuple(gate for name, gate in GATES.items() if names is None or name in names)) + _modules()


def module() -> str:
    """The same as an ES module that follows anywidget's contract, `export default { render }`."""
    return f"{script()}{_widget()}export default {{ render }};\n"


@cache
def _modules() -> str:
    return built() or joined()


@cache
def _widget() -> str:
    return plain((Path(__file__).parent / "widget.js").read_text(encoding="utf-8"))


@cache
def _gates(gates: tuple[Gate, ...]) -> str:
    return gate_table({gate.name: gate for gate in gates}).replace("export const", "const")


@cache
def style(theme: Theme = "auto") -> str:
    """The page's CSS with its colours."""
    text = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/\n?|\n *", "", text)
    page = ".backglow-page"
    light, dark = colours(LIGHT), colours(DARK)
    start = colours(PRINT) if theme == "print" else light
    rules = [f"{page}{{--mono:{FONTS};{start}}}", f'{page}[data-theme="dark"]{{{dark}}}']
    if theme != "print":
        rules.insert(1, f"@media screen and (prefers-color-scheme:dark){{{page}:not([data-theme]){{{dark}}}}}")
    rules.append(f"@media print{{{page},{page}[data-theme]{{color-scheme:light;{colours(PRINT)}}}}}")
    return "".join(rules) + text


def colours(palette: Palette) -> str:
    """A palette as the variables the style uses."""
    names = {
        name: getattr(palette, name)
        for name in ("background", "text", "muted", "value", "grad", "wire", "gate", "leaf", "border", "warning")
    }
    names |= {"frame": palette.gate, "closed": palette.leaf, "note": palette.background, "accent": palette.value}
    return ";".join(f"--{name}:{colour}" for name, colour in names.items())
