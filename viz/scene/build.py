"""A trace laid out: its boxes, wires, captions and frames put where they go, group by group."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from autograd import Trace
from autograd.text import shorten, visible
from autograd.trace_data import Edge, Node

from ..captions import box_text
from ..layout.levels import Level, build_levels
from .closed import ClosedRegion
from .heat import GAP, Heat, cell_of, heat_of, heat_size
from .region import Region, Uses
from .shapes import FONT_SIZE, SMALL, Box, Frame, Label, Scene, Wire
from .sizes import LABEL_PADDING, STUB, Sizes

__all__ = ["build_scene"]


def build_scene(
    trace: Trace, *, show_labels: bool = False, groups: bool = True, reserve: float = 0.0, closed: Collection[int] = ()
) -> Scene:
    """Lay out a trace.

    Args:
        trace: What to draw.
        show_labels: Name every wire, also those the user gave no name (v1, v2, ...).
        groups: Give each group of the trace a frame. A group that depends on itself through things outside it, as
            one in a trace from elsewhere may, gets none, and its nodes stand in the group around it.
        reserve: Least width, in characters, kept for the number of every caption, so that numbers can change later
            and nothing need move.
        closed: Groups of which only a small box is laid out. (A frame that a reader opens and closes in place is
            laid out open, and what is inside hidden.)

    >>> from autograd import Value, group, trace
    >>> x = Value(2.0, name="x")
    >>> with group("twice"):
    ...     y = x * 2
    >>> scene = build_scene(trace(y + x))
    >>> [frame.text for frame in scene.frames], [box.group for box in scene.boxes if box.kind == "gate"]
    (['twice'], [None, 0])
    """
    return _Builder(trace, Sizes(trace, show_labels, groups, reserve), groups, closed).scene()


class _Builder:
    def __init__(self, trace: Trace, sizes: Sizes, groups: bool, closed: Collection[int]) -> None:
        self.trace = trace
        self.sizes = sizes
        uses = [(e.parent, e.child, e.slot) for e in trace.edges if e.parent not in sizes.inline]
        levels = build_levels(
            nodes=[node.id for node in trace.nodes if node.id not in sizes.inline],
            member=[node.group if groups else None for node in trace.nodes],
            parents=[group.parent for group in trace.groups],
            uses=uses,
        )
        inside = _close(levels, frozenset(closed), trace.root, uses) if closed else {}
        self.titles = {i: shorten(visible(trace.groups[i].name)) for i in levels if i is not None}
        self.order = list(levels)
        self.regions: dict[int | None, Region] = {}
        for group in reversed(self.order):
            if group is not None and group in inside:
                self.regions[group] = ClosedRegion(levels[group], sizes, *inside[group], self.titles[group])
                continue
            inner = {~item: self.regions[~item] for item in levels[group].items if item < 0}
            title = "" if group is None else self.titles[group]
            self.regions[group] = Region(levels[group], sizes, inner, title)
        self.boxes: list[Box] = []
        self.wires: list[Wire] = []
        self.labels: list[Label] = []
        self.frames: list[Frame] = []
        self.heats: list[Heat] = []
        self.corner: dict[int | None, tuple[float, float]] = {None: (0.0, 0.0)}
        self.outside: dict[int | None, dict[int, Uses]] = {None: {}}
        """For each group the uses outside it of the values that leave it."""

    def scene(self) -> Scene:
        for group in self.order:  # each after the one around it
            self._add(self.regions[group])
        whole = self.regions[None]
        parts = tuple(self.boxes), tuple(self.wires), tuple(self.labels), tuple(self.frames), tuple(self.heats)
        return Scene(self.trace, whole.width, whole.height, *parts)

    def _add(self, region: Region) -> None:
        group = region.level.group
        x, y = self.corner[group]
        self._add_frames(region, x, y)
        trunks = {start: region.spans(links, self.outside[group]) for start, links in region.trunks()}
        for box, item in enumerate(region.boxes):
            if item is not None and item >= 0:
                self._add_node(region, box, self.trace.nodes[item], trunks.get((box, 0), ((), []))[0])
        for (box, number), (uses, _) in trunks.items():
            self._add_start(region, box, number, uses)
        for start, links in region.trunks():
            uses, spans = trunks[start]
            value = region.value(*start)
            for link, span in zip(links, spans, strict=True):
                points, edge = region.path(link)
                moved = tuple((px + x, py + y) for px, py in points)
                self.wires.append(Wire(value, moved, edge, group, uses, span))

    def _add_frames(self, region: Region, x: float, y: float) -> None:
        around = region.level.group
        for box, item in enumerate(region.boxes):
            if item is None or item >= 0:
                continue
            inner = region.inner[~item]
            self.corner[~item] = (x + region.left(box), y + region.y[box] - inner.height / 2)
            self.outside[~item] = {}
            place = (*self.corner[~item], inner.width, inner.height)
            closed = isinstance(inner, ClosedRegion)
            self.frames.append(Frame(~item, *place, self.titles[~item], around, closed))
            if isinstance(inner, ClosedRegion):
                self._add_results(inner, region, box)

    def _add_results(self, inner: ClosedRegion, region: Region, box: int) -> None:
        """Captions of what comes out of a closed group; the whole result has nobody who draws its wire."""
        (left, top), group = self.corner[inner.level.group], region.level.group
        end = self.corner[group][0] + region.ends[region.columns.rank[box]]
        for value in inner.shown:
            x, y = left + inner.width, top + inner.exits[value]
            self._label_node(self.trace.nodes[value], x, y, group)
            if value not in inner.level.exits:
                self.wires.append(Wire(value, ((x, y), (end, y)), None, group))

    def _add_start(self, region: Region, box: int, number: int, uses: Uses) -> None:
        """The first piece of a wire that comes in at the border or leaves an inner group."""
        item = region.boxes[box]
        if item is not None and item >= 0:
            return
        value = region.value(box, number)
        left, height = 0.0, region.y[box]
        if item is not None:
            self.outside[~item][value] = uses
            left = region.left(box) + region.box_width(item)
            height += region.diagram.exit_offset(box, number)
        x, y = self.corner[region.level.group]
        end = region.ends[region.columns.rank[box]]
        points = ((x + left, y + height), (x + end, y + height))
        self.wires.append(Wire(value, points, None, region.level.group, uses, (0, len(uses))))

    def _add_node(self, region: Region, box: int, node: Node, uses: Uses) -> None:
        group = region.level.group
        corner_x, corner_y = self.corner[group]
        width, height = self.sizes.boxes[node.id]
        left, y = corner_x + region.left(box), corner_y + region.y[box]
        x = left + width / 2
        self.boxes.append(Box(node.id, node.kind, x, y, width, height, box_text(self.trace, node), group))
        end = corner_x + region.ends[region.columns.rank[box]]
        self.wires.append(Wire(node.id, ((x + width / 2, y), (end, y)), None, group, uses, (0, len(uses))))
        self._label_node(node, x + width / 2, y, group)
        for edge in self.trace.operands[node.id]:
            height = y + self.sizes.ports[node.id][edge.slot]
            if edge.parent in self.sizes.inline:
                self._add_inline(edge, left, height, group)
            self._label_edge(edge, left, height, group)

    def _add_inline(self, edge: Edge, left: float, y: float, group: int | None) -> None:
        width, height = self.sizes.boxes[edge.parent]
        x = left - STUB - width / 2
        text = box_text(self.trace, self.trace.nodes[edge.parent])
        self.boxes.append(Box(edge.parent, "constant", x, y, width, height, text, group))
        use = (edge.child, edge.slot)
        self.wires.append(Wire(edge.parent, ((x + width / 2, y), (left, y)), use, group, (use,), (0, 1)))

    def _label_node(self, node: Node, x: float, y: float, group: int | None) -> None:
        offsets = {"value": -5.0, "grad": FONT_SIZE + 2.0, "shape": -6.0 - FONT_SIZE}
        for role, text, number in self.sizes.outgoing[node.id]:
            left = x + LABEL_PADDING / 2 + self.sizes.shift(node.id, role)
            self.labels.append(Label(role, left, y + offsets[role], text, number, node.id, group=group))
            array = heat_of(number)
            if array is not None and role != "shape":
                above = heat_size(array)[1] + GAP
                place = (x + LABEL_PADDING / 2, y - above if role == "value" else y + GAP)
                self.heats.append(Heat(role, node.id, *place, cell_of(array), array, group))

    def _label_edge(self, edge: Edge, left: float, y: float, group: int | None) -> None:
        offsets = {"local": -4.0, "contribution": SMALL + 1.0}
        x = left - LABEL_PADDING / 2 - 2
        use = (edge.child, edge.slot)
        for role, text, number in self.sizes.incoming[edge.child][edge.slot]:
            self.labels.append(Label(role, x, y + offsets[role], text, number, edge.parent, use, group))


def _close(
    levels: dict[int | None, Level], closed: frozenset[int], root: int, uses: Sequence[tuple[int, int, int]]
) -> dict[int | None, tuple[dict[int, Uses], int | None]]:
    """Take the levels inside closed groups out. For each closed group: who uses what comes in, and the result if there.

    Of closed groups inside one another, the outermost counts.
    """
    box: dict[int, int] = {}  # for nodes and groups (~i) inside a closed group: which
    for group in list(levels):
        around = group if group in closed and ~group not in box else box.get(~group) if group is not None else None
        if group is None or around is None:
            continue
        box.update(dict.fromkeys(levels[group].items, around))
        if around != group:
            del levels[group]
    found: dict[int | None, tuple[dict[int, Uses], int | None]] = {
        group: ({}, root if box.get(root) == group else None) for group in closed if group in levels
    }
    inside: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for value, user, slot in uses:
        if user in box and box.get(value) != box[user]:
            inside.setdefault((box[user], value), []).append((user, slot))
    for (group, value), used in inside.items():
        found[group][0][value] = tuple(used)
    return found
