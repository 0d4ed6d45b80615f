"""Region: what stands directly in one group, laid out. Inner groups are boxes of it, finished before it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import groupby

from ..layout import Columns, Diagram, lay_out
from ..layout.levels import Level
from ..layout.placing import BEND_HEIGHT
from ..layout.ranks import Link
from .shapes import SMALL, text_width
from .sizes import Sizes

__all__ = ["MARGIN", "PADDING", "TITLE", "Region", "Uses"]

Uses = tuple[tuple[int, int], ...]

MARGIN = 16.0
PADDING = 10.0
"""Free space inside a frame's border."""
TITLE = 20.0
"""Height of the strip for a frame's title."""
CHANNEL = 12.0
WIDEST_CHANNEL = 70.0
FRAME_SHARE = 0.12
"""Room for the wires between frames, as a share of the frames' size."""


class Region:
    """One level with all its places, measured from its own top-left corner.

    Attributes:
        level: What stands in it.
        width, height: Its size: that of the frame, or of the whole picture.
        entries: How high each value comes in at the left border, by node.
        exits: How high each value leaves at the right border, by node.
        inside: The uses in here, or further in, of each value that comes in.
        shown: Nodes inside that have captions at the right border, as those of a closed group do.
    """

    def __init__(self, level: Level, sizes: Sizes, inner: Mapping[int, Region], title: str) -> None:
        self.level = level
        self.sizes = sizes
        self.inner = inner
        self.boxes: list[int | None] = [None] * len(level.entries) + level.items + [None] * len(level.exits)
        """Boxes of the diagram: a node, an inner group (~i), or None where a wire crosses the border."""
        self.diagram = self._diagram()
        placement = lay_out(self.diagram)
        self.columns: Columns = placement.columns
        self.shown: list[int] = []
        self.even = _even if level.group is not None or inner else float
        top = MARGIN if level.group is None else TITLE
        self.y = [self.even(y + top) for y in placement.y]
        lowest = max(self.y)  # perhaps a bend, below all boxes
        bottoms = (self.y[i] + h / 2 for i, h in enumerate(self.diagram.heights))
        self.height = (MARGIN if level.group is None else PADDING) + max(lowest, *bottoms)
        self._set_columns(title)
        count = len(level.entries)
        self.entries = dict(zip(level.entries, self.y[:count], strict=True))
        first_exit = len(self.boxes) - len(level.exits)
        self.exits = dict(zip(level.exits, self.y[first_exit : len(self.boxes)], strict=True))
        self.inside = {level.entries[box]: self._uses(links, {}) for (box, _), links in self.trunks() if box < count}

    def _diagram(self) -> Diagram:
        level = self.level
        index: dict[int, int] = {item: i for i, item in enumerate(self.boxes) if item is not None}
        entry = {value: i for i, value in enumerate(level.entries)}
        leave = {value: len(self.boxes) - len(level.exits) + i for i, value in enumerate(level.exits)}
        heights: list[float] = []
        ports: list[tuple[float, ...]] = []
        exits: dict[int, list[float]] = {}
        self.frame_ports: dict[int, list[int]] = {}
        """For each inner group the values that come in, from top to bottom."""
        self.frame_exits: dict[int, list[int]] = {}
        for i, item in enumerate(self.boxes):
            if item is None:
                heights.append(BEND_HEIGHT)
                ports.append(() if i < len(entry) else (0.0,))
            elif item >= 0:
                heights.append(self.sizes.row(item))
                ports.append(self.sizes.ports[item])
            else:
                region = self.inner[~item]
                heights.append(region.height)
                self.frame_ports[item] = sorted(region.entries, key=region.entries.__getitem__)
                self.frame_exits[item] = sorted(region.exits, key=region.exits.__getitem__)
                ports.append(tuple(region.entries[v] - region.height / 2 for v in self.frame_ports[item]))
                exits[i] = [region.exits[v] - region.height / 2 for v in self.frame_exits[item]]
        port = {(item, v): i for item, values in self.frame_ports.items() for i, v in enumerate(values)}
        number = {(item, v): i for item, values in self.frame_exits.items() for i, v in enumerate(values)}
        wires: list[tuple[int, int, int, int]] = []
        for value, source, target, slot in level.runs:
            start = entry[value] if source is None else index[source]
            leaving = number[source, value] if source is not None and source < 0 else 0
            if target is None:
                wires.append((start, leave[value], 0, leaving))
            else:
                wires.append((start, index[target], slot if target >= 0 else port[target, value], leaving))
        tallest = max((region.height for region in self.inner.values()), default=0.0)
        gap = max(Diagram.gap, FRAME_SHARE / 2 * tallest)
        return Diagram(heights, ports, wires, gap, entries=len(entry), exits=exits)

    def _set_columns(self, title: str) -> None:
        """Where each column's parts begin: what stands at inputs, boxes, what stands at outputs, then the curves."""
        self.inputs: list[float] = []
        self.middles: list[float] = []
        self.ends: list[float] = []
        within = self.level.group is not None
        x = 0.0 if self.level.entries else PADDING if within else MARGIN
        for number, column in enumerate(self.columns.order):
            found = [item for i in column if i < len(self.boxes) and (item := self.boxes[i]) is not None]
            nodes = [item for item in found if item >= 0]
            if number == 0 and self.level.entries:
                entry, width, leave = 0.0, 0.0, PADDING
            else:
                entry = max((self.sizes.entry_width(node) for node in nodes), default=0.0)
                width = max((self.box_width(item) for item in found), default=0.0)
                shown = [v for item in found if item < 0 for v in self.inner[~item].shown]
                leave = self.sizes.leave_width([*nodes, *shown])
            entry, width, leave = self.even(entry), self.even(width), self.even(leave)
            self.inputs.append(x)
            self.middles.append(x + entry + width / 2)
            self.ends.append(x + entry + width + leave)
            x = self.ends[-1] + self.even(self._channel(number))
        self.width = self.ends[-1] + (PADDING if within else MARGIN)
        if within:
            self.width = max(self.width, self.even(text_width(title, SMALL) + 2 * PADDING))

    def box_width(self, item: int) -> float:
        """Width of a node's box or of an inner group's frame."""
        return self.sizes.boxes[item][0] if item >= 0 else self.inner[~item].width

    def _channel(self, number: int) -> float:
        """Room for curves to the next column: more where they are steep."""
        steepest = 0.0
        frame = 0.0  # beside large frames a narrow channel could not be seen from far enough to see both
        for item in self.columns.order[number]:
            box = self.boxes[item] if item < len(self.boxes) else None
            frame = max(frame, self.inner[~box].width if box is not None and box < 0 else 0.0)
            for link in self.columns.right[item]:
                steepest = max(steepest, abs(self.entry_height(link) - self.exit_height(link)))
        return CHANNEL + min(max(WIDEST_CHANNEL, FRAME_SHARE * frame), 0.6 * steepest)

    def entry_height(self, link: Link) -> float:
        """How high a piece of wire ends."""
        return self.y[link.target] + (self.diagram.ports[link.target][link.port] if link.port >= 0 else 0.0)

    def exit_height(self, link: Link) -> float:
        """How high a piece of wire begins."""
        return self.y[link.source] + self.diagram.exit_offset(link.source, link.exit)

    def left(self, box: int) -> float:
        """Where the left side of a box of the diagram is."""
        item = self.boxes[box]
        assert item is not None  # a border has no side
        return self.middles[self.columns.rank[box]] - self.box_width(item) / 2

    def path(self, link: Link) -> tuple[tuple[tuple[float, float], ...], tuple[int, int] | None]:
        """The corners of a piece of wire, and the input (child, slot) it ends at, if it does."""
        column = self.columns.rank[link.target]
        start = (self.ends[self.columns.rank[link.source]], self.exit_height(link))
        bend = (self.inputs[column], self.entry_height(link))
        if link.port < 0:
            return (start, bend, (self.ends[column], bend[1])), None
        item = self.boxes[link.target]
        if item is None:
            return (start, bend, (self.width, bend[1])), None
        return (start, bend, (self.left(link.target), bend[1])), (item, link.port) if item >= 0 else None

    # --------------------------------------------------------------------------------------------------- who uses what

    def trunks(self) -> Iterator[tuple[tuple[int, int], list[Link]]]:
        """The pieces of each wire from left to right, with the box and the output it starts at."""
        for _, links in groupby(self.columns.links, key=lambda link: link.trunk):
            pieces = list(links)
            yield (pieces[0].source, pieces[0].exit), pieces

    def value(self, box: int, number: int) -> int:
        """The node whose value leaves a box of the diagram by this output."""
        item = self.boxes[box]
        if item is None:
            return self.level.entries[box]
        return item if item >= 0 else self.frame_exits[item][number]

    def reached(self, link: Link, outside: Mapping[int, Uses]) -> Uses:
        """The uses behind the end of a piece of wire; `outside` tells those of values that leave."""
        if link.port < 0:
            return ()
        item = self.boxes[link.target]
        if item is None:
            return outside[self.level.exits[link.target - len(self.boxes) + len(self.level.exits)]]
        if item >= 0:
            return ((item, link.port),)
        return self.inner[~item].inside[self.frame_ports[item][link.port]]

    def _uses(self, links: list[Link], outside: Mapping[int, Uses]) -> Uses:
        return tuple(use for link in links for use in self.reached(link, outside))

    def spans(self, links: list[Link], outside: Mapping[int, Uses]) -> tuple[Uses, list[tuple[int, int]]]:
        """All uses of a wire, and which of them each of its pieces leads to."""
        uses = self._uses(links, outside)
        spans: list[tuple[int, int]] = []
        start = 0
        for link in links:
            end = len(uses) if link.port < 0 else start + len(self.reached(link, outside))
            spans.append((start, end))
            start = start if link.port < 0 else end
        return uses, spans


def _even(x: float) -> float:
    """A coordinate up to a 256th of a pixel, so that sums of coordinates are exact and wires meet at frames."""
    return math.ceil(x * 256) / 256
