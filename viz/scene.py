"""Scene: everything a picture of a trace shows, with its place and its text. Renderers only draw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograd import Trace
from autograd.text import cell_width
from autograd.trace_data import Edge, Node

from .captions import Caption, Role, box_text, edge_captions, is_plain_constant, node_captions
from .layout import Columns, Diagram, lay_out

__all__ = ["FONT_SIZE", "SMALL", "Box", "Label", "Scene", "Wire", "build_scene", "text_width"]

FONT_SIZE = 12.0
SMALL = 10.5
CHARACTER = 0.61
"""Width of a character of a monospaced font, in units of its size; a little generous."""

MARGIN = 16.0
PORT_STEP = 30.0
BOX_HEIGHT = 30.0
LABELS_HEIGHT = 40.0
CHANNEL = 12.0
LABEL_PADDING = 14.0
STUB = 12.0


@dataclass(frozen=True, slots=True)
class Box:
    """A node's box. x and y are its middle; `kind` is "leaf", "constant" or "gate"."""

    node: int
    kind: str
    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Wire:
    """A piece of wire.

    Attributes:
        node: id of the node whose value it carries.
        points: Two points for a straight piece; three for a curve from the first to the second, then straight on.
        edge: (child, slot) if the piece ends at a gate's input, else None.
    """

    node: int
    points: tuple[tuple[float, float], ...]
    edge: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Label:
    """A caption on a wire. A node's starts at x; an edge's, by (child, slot), ends there. y is the baseline."""

    role: Role
    x: float
    y: float
    text: str
    number: float
    node: int
    edge: tuple[int, int] | None = None


@dataclass(frozen=True)
class Scene:
    """A laid-out picture, in pixels, y downwards."""

    trace: Trace
    width: float
    height: float
    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]
    labels: tuple[Label, ...]


def build_scene(trace: Trace, *, show_labels: bool = False) -> Scene:
    """Lay out a trace.

    Args:
        trace: What to draw.
        show_labels: Name every wire, also those the user gave no name (v1, v2, ...).
    """
    return _Builder(trace, show_labels).scene()


def text_width(text: str, size: float = FONT_SIZE) -> float:
    """Width of a text in pixels."""
    return cell_width(text) * size * CHARACTER


class _Builder:
    def __init__(self, trace: Trace, show_labels: bool) -> None:
        self.trace = trace
        self.ports = [_port_offsets(len(edges)) for edges in trace.operands]
        self.sizes = [self._box_size(node) for node in trace.nodes]
        # A nameless constant sits at the very input it feeds, if no caption does; everything else is laid out.
        self.inline = {
            e.parent for e in trace.edges
            if is_plain_constant(trace.nodes[e.parent]) and len(trace.uses[e.parent]) == 1 and e.local is None
        }  # fmt: skip
        self.laid_out = [node.id for node in trace.nodes if node.id not in self.inline]
        item = {node: i for i, node in enumerate(self.laid_out)}
        diagram = Diagram(
            heights=[max(self.sizes[node][1], LABELS_HEIGHT) for node in self.laid_out],
            ports=[self.ports[node] for node in self.laid_out],
            wires=[(item[e.parent], item[e.child], e.slot) for e in trace.edges if e.parent in item],
        )
        placement = lay_out(diagram)
        self.columns: Columns = placement.columns
        self.item_y = [y + MARGIN for y in placement.y]
        self.column = {node: placement.rank[i] for i, node in enumerate(self.laid_out)}
        self.y = {node: self.item_y[i] for i, node in enumerate(self.laid_out)}
        lowest = max(self.item_y)  # perhaps a bend, below all boxes
        self.height = MARGIN + max(lowest, *(self.item_y[i] + h / 2 for i, h in enumerate(diagram.heights)))
        self.outgoing = [node_captions(node, show_label=show_labels) for node in trace.nodes]
        self.incoming = [[edge_captions(trace, e) for e in edges] for edges in trace.operands]
        self._set_columns()

    def _box_size(self, node: Node) -> tuple[float, float]:
        text = box_text(self.trace, node)
        if node.kind == "constant":
            return text_width(text, FONT_SIZE + 1) + 8, 20.0
        height = max(BOX_HEIGHT, (len(self.ports[node.id]) - 1) * PORT_STEP + 20)
        return max(text_width(text, FONT_SIZE + 1) + 16, 34.0), height

    def _set_columns(self) -> None:
        """Where each column's parts begin: what stands at inputs, boxes, what stands at outputs, then the curves."""
        self.inputs: list[float] = []
        self.middles: list[float] = []
        self.ends: list[float] = []
        x = MARGIN
        for number, column in enumerate(self.columns.order):
            nodes = [self.laid_out[i] for i in column if i < len(self.laid_out)]
            entry = max((self._entry_width(node) for node in nodes), default=0.0)
            width = max((self.sizes[node][0] for node in nodes), default=0.0)
            leave = _widest([label for node in nodes for label in self.outgoing[node]], FONT_SIZE)
            self.inputs.append(x)
            self.middles.append(x + entry + width / 2)
            self.ends.append(x + entry + width + leave)
            x = self.ends[-1] + self._channel(number)
        self.width = self.ends[-1] + MARGIN

    def _entry_width(self, node: int) -> float:
        labels = _widest([label for found in self.incoming[node] for label in found], SMALL)
        constants = [self.sizes[e.parent][0] + STUB for e in self.trace.operands[node] if e.parent in self.inline]
        return max(labels, *constants) if constants else labels

    def _channel(self, number: int) -> float:
        """Room for curves to the next column: more where they are steep."""
        steepest = 0.0
        for item in self.columns.order[number]:
            for link in self.columns.right[item]:
                steepest = max(steepest, abs(self._entry_height(link.target, link.port) - self.item_y[item]))
        return CHANNEL + min(70.0, 0.6 * steepest)

    def _entry_height(self, item: int, port: int) -> float:
        return self.item_y[item] + (self.ports[self.laid_out[item]][port] if port >= 0 else 0.0)

    def _left(self, node: int) -> float:
        """Where a box's left side is."""
        return self.middles[self.column[node]] - self.sizes[node][0] / 2

    def scene(self) -> Scene:
        boxes: list[Box] = []
        wires: list[Wire] = []
        labels: list[Label] = []
        for node in (self.trace.nodes[i] for i in self.laid_out):
            (width, height), y = self.sizes[node.id], self.y[node.id]
            x = self._left(node.id) + width / 2
            boxes.append(Box(node.id, node.kind, x, y, width, height, box_text(self.trace, node)))
            wires.append(Wire(node.id, ((x + width / 2, y), (self.ends[self.column[node.id]], y)), None))
            labels += self._place_outgoing(node, x + width / 2, y)
            for edge in self.trace.operands[node.id]:
                if edge.parent in self.inline:
                    box = self._inline_box(edge)
                    boxes.append(box)
                    corners = ((box.x + box.width / 2, box.y), (self._left(node.id), box.y))
                    wires.append(Wire(edge.parent, corners, (edge.child, edge.slot)))
                labels += self._place_incoming(edge)
        wires += [self._wire(link.source, link.target, link.port) for link in self.columns.links]
        return Scene(self.trace, self.width, self.height, tuple(boxes), tuple(wires), tuple(labels))

    def _inline_box(self, edge: Edge) -> Box:
        width, height = self.sizes[edge.parent]
        y = self.y[edge.child] + self.ports[edge.child][edge.slot]
        x = self._left(edge.child) - STUB - width / 2
        return Box(edge.parent, "constant", x, y, width, height, box_text(self.trace, self.trace.nodes[edge.parent]))

    def _place_outgoing(self, node: Node, x: float, y: float) -> list[Label]:
        offsets = {"value": -5.0, "grad": FONT_SIZE + 2.0}
        return [
            Label(role, x + LABEL_PADDING / 2, y + offsets[role], text, number, node.id)
            for role, text, number in self.outgoing[node.id]
        ]

    def _place_incoming(self, edge: Edge) -> list[Label]:
        offsets = {"local": -4.0, "contribution": SMALL + 1.0}
        x = self._left(edge.child) - LABEL_PADDING / 2 - 2
        y = self.y[edge.child] + self.ports[edge.child][edge.slot]
        return [
            Label(role, x, y + offsets[role], text, number, edge.parent, (edge.child, edge.slot))
            for role, text, number in self.incoming[edge.child][edge.slot]
        ]

    def _wire(self, source: int, target: int, port: int) -> Wire:
        owner = self.laid_out[self.columns.owner[source]]
        start = (self.ends[self.columns.rank[source]], self.item_y[source])
        column = self.columns.rank[target]
        bend = (self.inputs[column], self._entry_height(target, port))
        if port < 0:
            return Wire(owner, (start, bend, (self.ends[column], bend[1])), None)
        child = self.laid_out[target]
        return Wire(owner, (start, bend, (self._left(child), bend[1])), (child, port))


def _port_offsets(count: int) -> tuple[float, ...]:
    return tuple((i - (count - 1) / 2) * PORT_STEP for i in range(count))


def _widest(captions: Sequence[Caption], size: float) -> float:
    widest = max((text_width(caption.text, size) for caption in captions), default=0.0)
    return widest + LABEL_PADDING if captions else 4.0
