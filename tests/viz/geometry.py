"""Rectangles and lines of a laid-out scene, measured with the widths of a real font rather than the layout's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from autograd.text import cell_width
from viz.scene import FONT_SIZE, SMALL, Label, Scene

ADVANCE = 0.602
"""Width of a character of DejaVu Sans Mono, in units of its size; wide characters are 1."""
ASCENT, DESCENT = 0.76, 0.24


class Rectangle(NamedTuple):
    what: Hashable
    left: float
    top: float
    right: float
    bottom: float


def width_of(text: str, size: float) -> float:
    """Width of a text in pixels."""
    return sum(size * (1.0 if cell_width(c) == 2 else ADVANCE * cell_width(c)) for c in text)


def box_rectangles(scene: Scene) -> list[Rectangle]:
    return [
        Rectangle(
            ("box", b.node), b.x - b.width / 2, b.y - b.height / 2, b.x + b.width / 2, b.y + b.height / 2
        )
        for b in scene.boxes
    ]  # fmt: skip


def label_rectangle(label: Label) -> Rectangle:
    size = FONT_SIZE if label.edge is None else SMALL
    width = width_of(label.text, size)
    left = label.x if label.edge is None else label.x - width
    what = ("label", label.role, label.node, label.edge)
    return Rectangle(what, left, label.y - ASCENT * size, left + width, label.y + DESCENT * size)


def overlaps(rectangles: Sequence[Rectangle], cell: float = 64.0) -> Iterator[tuple[Rectangle, Rectangle]]:
    """Every pair that shares some area, found by sorting them into a grid."""
    grid: dict[tuple[int, int], list[Rectangle]] = defaultdict(list)
    for r in rectangles:
        for i in range(int(r.left // cell), int(r.right // cell) + 1):
            for j in range(int(r.top // cell), int(r.bottom // cell) + 1):
                for other in grid[i, j]:
                    if r.left < other.right and other.left < r.right and r.top < other.bottom and other.top < r.bottom:
                        yield other, r
                grid[i, j].append(r)


class Segment(NamedTuple):
    """A straight, level piece of the wire that carries a node's value."""

    node: int
    left: float
    right: float
    y: float


def level_segments(scene: Scene) -> list[Segment]:
    return [Segment(w.node, w.points[-2][0], w.points[-1][0], w.points[-1][1]) for w in scene.wires]


def crossed(
    segments: Sequence[Segment], rectangles: Sequence[Rectangle], cell: float = 64.0
) -> Iterator[tuple[Segment, Rectangle]]:
    """Every straight piece of wire that runs through the inside of a rectangle."""
    grid: dict[tuple[int, int], list[Rectangle]] = defaultdict(list)
    for r in rectangles:
        for i in range(int(r.left // cell), int(r.right // cell) + 1):
            for j in range(int(r.top // cell), int(r.bottom // cell) + 1):
                grid[i, j].append(r)
    for s in segments:
        for i in range(int(s.left // cell), int(s.right // cell) + 1):
            for r in grid[i, int(s.y // cell)]:
                if r.top < s.y < r.bottom and s.left < r.right - 1e-6 and r.left + 1e-6 < s.right:
                    yield s, r
