"""The page's script and style in one piece each: its modules, the gates emitted from the rule table, the colours."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

from autograd import Gate, Trace
from autograd.gate import GATES
from autograd.javascript import gate_table

from ..scene import SMALL
from ..scene.heat import LEVELS
from ..theme import DARK, DARK_HEAT, FONTS, LIGHT, LIGHT_HEAT, PRINT, PRINT_HEAT, HeatPalette, Palette, Theme
from .build import built, joined, plain

__all__ = ["colours", "module", "program", "script", "style"]


def script(names: Collection[str] | None = None) -> str:
    """The page's program; it defines `App`.

    Args:
        names: The gates it must be able to compute; all there are by default.
    """
    return _gates(tuple(gate for name, gate in GATES.items() if names is None or name in names)) + _modules()


def program(trace: Trace) -> str:
    """The program of a page about this trace: it computes its gates, or shows tensors as they were recorded."""
    return script(()) + _tensors() if trace.of_tensors else script(trace.gates)


def module(trace: Trace) -> str:
    """The widget's as an ES module that follows anywidget's contract, `export default { render }`.

    A widget outlives what its page was made of, so this one knows all gates.
    """
    own = program(trace) if trace.of_tensors else script()
    return f"{own}{_widget()}export default {{ render }};\n"


@cache
def _modules() -> str:
    return built() or joined()


@cache
def _widget() -> str:
    return plain((Path(__file__).parent / "widget.js").read_text(encoding="utf-8"))


@cache
def _tensors() -> str:
    # In a block, so that none of its names meets one of the page's or the widget's.
    return f"{{\n{plain((Path(__file__).parent / 'tensors.js').read_text(encoding='utf-8'))}}}\n"


@cache
def _gates(gates: tuple[Gate, ...]) -> str:
    return gate_table({gate.name: gate for gate in gates}).replace("export const", "const")


@cache
def style(theme: Theme = "auto", *, tensors: bool = False) -> str:
    """The page's CSS with its colours; those of heat-maps too for a page about tensors."""
    text = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/\n?|\n *", "", text)
    page = ".backglow-page"
    light, dark, paper = (
        colours(p) + (f";{_shades(h)}" if tensors else "")
        for p, h in ((LIGHT, LIGHT_HEAT), (DARK, DARK_HEAT), (PRINT, PRINT_HEAT))
    )
    start = paper if theme == "print" else light
    rules = [f"{page}{{--mono:{FONTS};{start}}}", f'{page}[data-theme="dark"]{{{dark}}}']
    if theme != "print":
        rules.insert(1, f"@media screen and (prefers-color-scheme:dark){{{page}:not([data-theme]){{{dark}}}}}")
    rules.append(f"@media print{{{page},{page}[data-theme]{{color-scheme:light;{paper}}}}}")
    return "".join(rules) + text + (_cells(page) if tensors else "")


def _shades(heat: HeatPalette) -> str:
    """The colours of heat-maps as variables."""
    shades = [f"--{name}{i}:{c}" for name in ("n", "p") for i, c in enumerate(getattr(heat, _SIGNS[name]), 1)]
    return ";".join([f"--ground:{heat.zero}", *shades])


def _cells(page: str) -> str:
    """What heat-maps and lines that tell shapes look like."""
    rules = [f"{page} .heat .{name}{i}{{fill:var(--{name}{i})}}" for name in _SIGNS for i in range(1, LEVELS + 1)]
    rules += [
        f"{page} .heat .ground{{fill:var(--ground);stroke:none}}",
        f"{page} .heat .rim{{fill:none;stroke:var(--border);stroke-width:.8}}",
        f"{page} .heat .mark{{fill:none;stroke-width:1.2;stroke:var(--text)}}",
        f"{page} .heat .strong{{stroke:var(--background)}}{page} .heat .x{{stroke:var(--warning)}}",
        f"{page} text.shape{{font-size:{SMALL}px;fill:var(--muted)}}",
        f"{page} .panel dd{{white-space:pre-wrap;font-family:var(--mono)}}",
    ]
    return "".join(rules)


_SIGNS = {"n": "negative", "p": "positive"}


def colours(palette: Palette) -> str:
    """A palette as the variables the style uses."""
    names = {
        name: getattr(palette, name)
        for name in ("background", "text", "muted", "value", "grad", "wire", "gate", "leaf", "border", "warning")
    }
    names |= {"frame": palette.gate, "closed": palette.leaf, "note": palette.background, "accent": palette.value}
    return ";".join(f"--{name}:{colour}" for name, colour in names.items())
