"""Marks on a picture: the nodes something is said of, such as the place where a gradient dies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from autograd.text import visible

from ..scene import SMALL, Scene
from ..theme import Palette, Theme, themed

__all__ = ["draw_marks", "mark_style", "shown_marks"]

REACH = 5.0
"""How far a ring stands off its box."""
LONGEST = 2000
"""Characters of a remark in a tooltip."""


def shown_marks(scene: Scene, marks: Mapping[int, str]) -> dict[int, str]:
    """The marks whose nodes the scene shows, in the order of evaluation."""
    drawn = {box.node for box in scene.boxes}
    return {node: marks[node] for node in sorted(marks) if node in drawn}


def draw_marks(scene: Scene, marks: Mapping[int, str]) -> Iterator[str]:
    """A dashed ring and an exclamation mark at each node that is shown, with what is said of it as a tooltip."""
    shown = shown_marks(scene, marks)
    if not shown:
        return
    yield '<g class="marks">'
    for box in scene.boxes:
        if box.node not in shown:
            continue
        width, height = box.width + 2 * REACH, box.height + 2 * REACH
        x, y = box.x - width / 2, box.y - height / 2
        yield (
            f'<g data-node="{box.node}"><title>{escape(visible(shown[box.node])[:LONGEST])}</title>'
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8"/>'
            f'<circle cx="{x + width:g}" cy="{y:g}" r="7"/><text x="{x + width:g}" y="{y + 4:g}">!</text></g>'
        )
    yield "</g>"


def mark_style(theme: Theme, scope: str = ".backglow") -> str:
    """The marks' CSS; every rule starts with `scope`."""
    rules = f"{scope} .marks rect{{fill:none;stroke-width:2;stroke-dasharray:5 3}}"
    rules += f"{scope} .marks text{{font-size:{SMALL}px;font-weight:bold;text-anchor:middle}}"
    return rules + themed(theme, lambda palette: _colours(palette, scope))


def _colours(palette: Palette, scope: str) -> str:
    return (
        f"{scope} .marks rect{{stroke:{palette.warning}}}{scope} .marks circle{{fill:{palette.warning}}}"
        f"{scope} .marks text{{fill:{palette.background}}}"
    )
