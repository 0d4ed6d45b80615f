"""TikZ: the scene as a LaTeX picture that can be edited and takes the fonts of the paper around it."""

from __future__ import annotations

from collections.abc import Iterator

from autograd import Trace
from autograd.text import format_number, visible
from autograd.trace_data import Node

from ..captions import BACK_GLYPH
from ..scene import Box, Frame, Heat, Scene, Wire, build_scene
from ..scene.heat import LEVELS, level
from ..theme import Theme, heat_palette_of, palette_of
from .latex_text import CHARACTER_MACRO, in_math, in_text

__all__ = ["tikz"]

_GLYPHS = {
    "×": r"\times", "÷": r"\div", "−x": "-x", "√": r"\sqrt{\cdot}", "Σ": r"\sum", "Σ w·x": r"\sum w x", "σ": r"\sigma",
    "xʸ": "x^y", "|x|": "|x|", "1/x": "1/x", "≥": r"\ge", "≤": r"\le", "≠": r"\ne", "−": "-", "+": "+", ">": ">",
    "<": "<", "=": "=",
}  # fmt: skip
_COLOURS = {"value": "bgvalue", "grad": "bggrad", "contribution": "bggrad", "local": "bgmuted", "shape": "bgmuted"}
_SIGNS = {"value": "", "grad": r"\nabla\,", "contribution": r"\nabla\,", "local": r"\partial\,"}


def tikz(trace: Trace, *, standalone: bool = True, theme: Theme = "light") -> str:
    r"""The trace as TikZ.

    Args:
        trace: What to draw.
        standalone: A LaTeX document for the class `standalone`; otherwise one `tikzpicture` for `\input` into a paper
            that loads amsmath and tikz. It defines its colours itself, and they are forgotten after it.
        theme: "light" (or "auto"), "dark", or "print" (black on white).
    """
    scene = build_scene(trace)
    palette = palette_of(theme)
    picture = [
        r"\begin{tikzpicture}[x=0.75pt,y=-0.75pt,font=\footnotesize,every node/.style={text=bgtext},",
        r"  wire/.style={draw=bgwire,line width=0.7pt},",
        r"  box/.style={draw=bgborder,rounded corners=3pt},",
        r"  frame/.style={draw=bgwire,densely dotted,rounded corners=5pt}]",
        *(_frame(frame) for frame in scene.frames),
        *(_wire(wire) for wire in scene.wires),
        *(_box(scene, box) for box in scene.boxes),
        *_labels(scene),
        *(line for heat in scene.heats for line in _heat(heat)),
        r"\end{tikzpicture}",
    ]
    colours = [
        rf"\definecolor{{bg{name}}}{{HTML}}{{{getattr(palette, name)[1:].upper()}}}"
        for name in ("value", "grad", "muted", "wire", "gate", "leaf", "border", "text")
    ]
    if scene.heats:
        heat = heat_palette_of(theme)
        for letter, shades in (("n", heat.negative), ("p", heat.positive)):
            colours += [rf"\definecolor{{bg{letter}{i}}}{{HTML}}{{{c[1:].upper()}}}" for i, c in enumerate(shades, 1)]
        colours.append(rf"\definecolor{{bgbackground}}{{HTML}}{{{palette.background[1:].upper()}}}")
    if standalone:
        head = [r"\documentclass[tikz,border=2pt]{standalone}", r"\usepackage{amsmath}", CHARACTER_MACRO, *colours]
        lines = [*head, r"\begin{document}", *picture, r"\end{document}"]
    else:
        lines = [
            r"% needs \usepackage{amsmath,tikz}",
            r"\begingroup",
            CHARACTER_MACRO,
            *colours,
            *picture,
            r"\endgroup",
        ]
    return "\n".join(lines) + "\n"


def _point(x: float, y: float) -> str:
    return f"({x:.1f},{y:.1f})"


def _frame(frame: Frame) -> str:
    corners = f"{_point(frame.x, frame.y)} rectangle {_point(frame.x + frame.width, frame.y + frame.height)}"
    title = rf"\node[anchor=base west,inner sep=0pt,text=bgmuted] at {_point(frame.x + 9, frame.y + 13.5)}"
    return rf"\draw[frame] {corners}; {title} {{\scriptsize {in_text(frame.text)}}};"


def _wire(wire: Wire) -> str:
    start, *bends, last = wire.points
    tip = "[wire,-stealth]" if wire.edge is not None else "[wire]"
    if not bends:
        return rf"\draw{tip} {_point(*start)} -- {_point(*last)};"
    bend = bends[0]
    middle = (start[0] + bend[0]) / 2
    curve = f".. controls {_point(middle, start[1])} and {_point(middle, bend[1])} .. {_point(*bend)}"
    return rf"\draw{tip} {_point(*start)} {curve} -- {_point(*last)};"


def _box(scene: Scene, box: Box) -> str:
    style = {"gate": "box,fill=bggate", "leaf": "box,fill=bgleaf", "constant": "box,dashed"}[box.kind]
    left, top = box.x - box.width / 2, box.y - box.height / 2
    rectangle = f"{_point(left, top)} rectangle {_point(left + box.width, top + box.height)}"
    text = _box_text(scene.trace.nodes[box.node], box)
    return rf"\draw[{style}] {rectangle}; \node at {_point(box.x, box.y)} {{{text}}};"


def _box_text(node: Node, box: Box) -> str:
    if node.gate is None and (node.kind == "leaf" or node.name is not None):
        return f"${in_math(visible(node.label))}$"
    if box.text in _GLYPHS:
        return f"${_GLYPHS[box.text]}$"
    return in_text(box.text)


def _labels(scene: Scene) -> Iterator[str]:
    for label in scene.labels:
        anchor = "base west" if label.role in ("value", "grad", "shape") else "base east"
        if not isinstance(label.number, float) or label.role == "shape" or label.text.startswith(BACK_GLYPH):
            where, colour = _point(label.x, label.y), _COLOURS[label.role]
            size = r"\scriptsize " if label.role in ("shape", "local") else ""
            yield rf"\node[anchor={anchor},inner sep=0pt,text={colour}] at {where} {{{size}{in_text(label.text)}}};"
            continue
        name = ""
        node = scene.trace.nodes[label.node]
        if label.role == "value" and node.kind == "gate" and node.name is not None:
            name = f"{in_math(visible(node.label))} = "
        sign, number = _SIGNS[label.role], _number(label.number)
        if sign and number.startswith("-"):
            number = f"{{{number}}}"  # a minus that changes a sign, not one that subtracts
        text = f"${name}{sign}{number}$"
        where = _point(label.x, label.y)
        yield rf"\node[anchor={anchor},inner sep=0pt,text={_COLOURS[label.role]}] at {where} {{{text}}};"


def _heat(heat: Heat) -> Iterator[str]:
    """The cells of a heat-map; a dash in every negative one, a cross for nan."""
    side, scale = heat.cell, heat.scale
    for row, numbers in enumerate(heat.array.thumbnail):
        for column, x in enumerate(numbers):
            left, top = heat.x + column * side, heat.y + row * side
            step = level(x, scale)
            if step is None:
                yield rf"\node[inner sep=0pt] at {_point(left + side / 2, top + side / 2)} {{\tiny$\times$}};"
            elif step:
                corners = f"{_point(left, top)} rectangle {_point(left + side, top + side)}"
                yield rf"\fill[bg{'n' if step < 0 else 'p'}{abs(step)}] {corners};"
                if step < 0:
                    colour = "bgtext" if step >= -LEVELS / 2 else "bgbackground"
                    ends = _point(left + side / 2 - 1.5, top + side / 2), _point(left + side / 2 + 1.5, top + side / 2)
                    yield rf"\draw[{colour},line width=0.6pt] {ends[0]} -- {ends[1]};"
    corner = _point(heat.x + heat.width, heat.y + heat.height)
    yield rf"\draw[bgborder,line width=0.4pt] {_point(heat.x, heat.y)} rectangle {corner};"


def _number(number: float) -> str:
    text = format_number(number).replace("−", "-")
    if "e" in text:
        mantissa, exponent = text.split("e")
        return rf"{mantissa}\cdot 10^{{{int(exponent)}}}"
    return text.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}")
