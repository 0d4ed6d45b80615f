"""The parts of a scene as SVG elements that carry what is seen and nothing more: no tooltips, no data."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from autograd.array_info import is_finite
from autograd.text import visible

from ..scene import Box, Label, Wire

__all__ = ["arrow", "box", "coordinate", "label", "path", "rectangle", "safe", "text"]


def box(shape: Box, *, warning: bool = False) -> str:
    """A node's box with its name, glyph or number in it."""
    radius = 6.0 if shape.kind != "gate" else min(shape.height / 2, shape.width / 2, 15.0)
    name = text("name warning" if warning else "name", shape.x, shape.y + 4.5, shape.text)
    return f'<g class="{shape.kind}">{rectangle("", shape, radius=radius)}{name}</g>'


def rectangle(kind: str, shape: Box, *, radius: float = 6.0, margin: float = 0.0) -> str:
    """The outline of a box, or of a frame `margin` pixels around it."""
    n = coordinate
    style = f' class="{kind}"' if kind else ""
    return (
        f'<rect{style} x="{n(shape.x - shape.width / 2 - margin)}" y="{n(shape.y - shape.height / 2 - margin)}" '
        f'width="{n(shape.width + 2 * margin)}" height="{n(shape.height + 2 * margin)}" rx="{n(radius + margin)}"/>'
    )


def label(caption: Label) -> str:
    """A caption on a wire."""
    fine = caption.number is None or is_finite(caption.number) or caption.role == "shape"
    kind = caption.role if fine else f"{caption.role} warning"
    return text(kind, caption.x, caption.y, caption.text)


def text(kind: str, x: float, y: float, words: str) -> str:
    """A text whose class decides its size, its colour and where it is anchored."""
    return f'<text class="{kind}" x="{coordinate(x)}" y="{coordinate(y)}">{safe(words)}</text>'


def path(pieces: Sequence[Wire]) -> str:
    """The path along consecutive pieces of wire."""
    n = coordinate
    x, y = pieces[0].points[0]
    parts = [f"M{n(x)} {n(y)}"]
    for piece in pieces:
        start, *bends, last = piece.points
        if bends and abs(start[1] - last[1]) >= 0.05:
            end = bends[0]
            middle = n((start[0] + end[0]) / 2)
            parts.append(f"C{middle} {n(start[1])} {middle} {n(end[1])} {n(end[0])} {n(end[1])}")
        parts.append(f"H{n(last[0])}")
    return "".join(parts)


def arrow(x: float, y: float) -> str:
    """The head of a wire that enters a gate."""
    return f'<path class="arrow" d="M{coordinate(x)} {coordinate(y)}l-6 -3v6z"/>'


def safe(words: str) -> str:
    """Text as character data of XML and HTML, with what does not print escaped."""
    return escape(visible(words))


def coordinate(x: float) -> str:
    """A coordinate with one decimal and no needless zeros."""
    return f"{x:.1f}".removesuffix(".0").replace("-0", "0") if abs(x) < 0.05 else f"{x:.1f}".removesuffix(".0")
