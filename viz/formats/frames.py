"""Frames: the groups of a trace as rounded rectangles behind everything else in an SVG picture."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from autograd import Trace
from autograd.text import visible

from ..scene import SMALL, Frame, Scene
from ..scene.closed import members
from ..theme import Palette, Theme, themed

__all__ = ["draw_frames", "frame_style"]

TITLE_LEFT, TITLE_BASE = 9.0, 13.5
"""Where a title begins, from its frame's top-left corner."""
SHADES = 4
"""Frames nested deeper are not shaded: each shade takes some contrast from the texts on it."""
LONGEST = 2000
"""Characters of a group's name in a tooltip."""


def draw_frames(scene: Scene) -> Iterator[str]:
    """The frames as SVG elements, outermost first, so that inner ones lie on top; nothing where there are none."""
    if not scene.frames:
        return
    yield '<g class="frames">'
    counts = members(scene.trace)
    depth: dict[int | None, int] = {None: 0}
    for frame in scene.frames:
        depth[frame.group] = depth[frame.around] + 1
        sort = "frame closed" if frame.closed else "frame deep" if depth[frame.group] > SHADES else "frame"
        inside = ""
        if frame.closed:
            below = frame.y + TITLE_BASE + 1.4 * SMALL
            inside = f'<text x="{frame.x + TITLE_LEFT:.1f}" y="{below:.1f}">{_nodes(counts[frame.group])}</text>'
        yield (
            f'<g class="{sort}" data-group="{frame.group}">'
            f"<title>{_title(scene.trace, frame, counts[frame.group])}</title>"
            f'<rect x="{frame.x:.1f}" y="{frame.y:.1f}" width="{frame.width:.1f}" height="{frame.height:.1f}" rx="8"/>'
            f'<text x="{frame.x + TITLE_LEFT:.1f}" y="{frame.y + TITLE_BASE:.1f}">{_text(frame.text)}</text>'
            f"{inside}</g>"
        )
    yield "</g>"


def frame_style(theme: Theme, scope: str = ".backglow") -> str:
    """The frames' CSS; every rule starts with `scope`."""
    rules = f"{scope} .frame text{{font-size:{SMALL}px}}{scope} .frame rect{{stroke-width:1}}"
    return rules + themed(theme, lambda palette: _colours(palette, scope))


def _colours(palette: Palette, scope: str) -> str:
    # A veil of the wires' colour: the deeper a frame is nested, the more of it.
    return (
        f"{scope} .frame text{{fill:{palette.muted}}}"
        f"{scope} .frame rect{{fill:{palette.wire};fill-opacity:.05;stroke:{palette.wire};stroke-opacity:.7}}"
        f"{scope} .frame.deep rect{{fill:none}}"
        f"{scope} .frame.closed rect{{fill:{palette.gate};fill-opacity:1;stroke:{palette.border};stroke-opacity:1}}"
    )


def _title(trace: Trace, frame: Frame, count: int) -> str:
    group = trace.groups[frame.group]
    return _text(f"{visible(group.kind)[:LONGEST]} {visible(group.name)[:LONGEST]}: {_nodes(count)}")


def _nodes(count: int) -> str:
    return "1 node" if count == 1 else f"{count:,} nodes"


def _text(text: str) -> str:
    return escape(visible(text))
