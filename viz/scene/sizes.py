"""How much room the parts of a picture need: boxes, the captions around them, and the inputs of a gate."""

from __future__ import annotations

from collections.abc import Sequence
from operator import add

from autograd import Trace
from autograd.text import cell_width
from autograd.trace_data import Node

from ..captions import Caption, Role, box_text, edge_captions, is_plain_constant, node_captions
from .heat import GAP, heat_size
from .shapes import CHARACTER, FONT_SIZE, SMALL, text_width

__all__ = ["LABEL_PADDING", "STUB", "Sizes"]

PORT_STEP = 30.0
BOX_HEIGHT = 30.0
LABELS_HEIGHT = 40.0
TWO_LINES = 66.0
"""Height of the captions of a node that has two lines above its wire."""
LABEL_PADDING = 14.0
STUB = 12.0


class Sizes:
    """Captions and sizes of every node of a trace.

    Args:
        trace: What to draw.
        show_labels: Name every wire.
        groups: Whether a constant of another group than its gate's stands there.
        reserve: Least width, in characters, kept for the number of a caption.
    """

    def __init__(self, trace: Trace, show_labels: bool, groups: bool, reserve: float) -> None:
        self.trace = trace
        self.reserve = reserve
        self.ports = [_port_offsets(len(edges)) for edges in trace.operands]
        self.boxes = [self._box(node) for node in trace.nodes]
        # A nameless constant sits at the very input it feeds, if no caption does; everything else is laid out.
        self.inline = {
            e.parent for e in trace.edges
            if is_plain_constant(trace.nodes[e.parent]) and len(trace.uses[e.parent]) == 1 and not e.passes
            and (not groups or trace.nodes[e.parent].group in (None, trace.nodes[e.child].group))
        }  # fmt: skip
        self.outgoing = [node_captions(node, show_label=show_labels) for node in trace.nodes]
        self.incoming = [[edge_captions(trace, e) for e in edges] for edges in trace.operands]

    def _box(self, node: Node) -> tuple[float, float]:
        text = box_text(self.trace, node)
        if node.kind == "constant":
            return text_width(text, FONT_SIZE + 1) + 8, 20.0
        height = max(BOX_HEIGHT, (len(self.ports[node.id]) - 1) * PORT_STEP + 20)
        return max(text_width(text, FONT_SIZE + 1) + 16, 34.0), height

    def row(self, node: int) -> float:
        """Height kept for a node with its captions."""
        return max(self.boxes[node][1], self.captions_height(node))

    def captions_height(self, node: int) -> float:
        """Height kept for the captions above and below a node's wire, as much above as below."""
        record = self.trace.nodes[node]
        tallest = max(heat_size(record.value)[1], heat_size(record.grad)[1])
        two_lines = any(caption.role == "shape" for caption in self.outgoing[node])
        return max(LABELS_HEIGHT, 2 * (tallest + GAP + 2) if tallest else 0.0, TWO_LINES if two_lines else 0.0)

    def shift(self, node: int, role: Role) -> float:
        """How far a caption of a node stands to the right, beside a heat-map."""
        record = self.trace.nodes[node]
        width = heat_size(record.grad if role == "grad" else record.value)[0]
        return width + GAP if width else 0.0

    def entry_width(self, node: int) -> float:
        """Room to the left of a node's box: captions and constants at its inputs."""
        labels = self._widest([label for found in self.incoming[node] for label in found], SMALL)
        constants = [self.boxes[e.parent][0] + STUB for e in self.trace.operands[node] if e.parent in self.inline]
        return max(labels, *constants) if constants else labels

    def leave_width(self, nodes: Sequence[int]) -> float:
        """Room to the right of the boxes of a column: the captions of their values."""
        found = [(label, self.shift(node, label.role)) for node in nodes for label in self.outgoing[node]]
        return self._widest([label for label, _ in found], FONT_SIZE, [shift for _, shift in found])

    def _widest(self, captions: Sequence[Caption], size: float, shifts: Sequence[float] = ()) -> float:
        widths = [text_width(c.text, size) + self._missing(c.text) * size * CHARACTER for c in captions]
        widest = max(map(add, widths, shifts) if shifts else widths, default=0)
        return widest + LABEL_PADDING if captions else 4.0

    def _missing(self, text: str) -> float:
        """Characters to add for the number of a caption, its last word, to take up what is reserved."""
        return max(0.0, self.reserve - cell_width(text.rpartition(" ")[2])) if self.reserve else 0.0


def _port_offsets(count: int) -> tuple[float, ...]:
    return tuple((i - (count - 1) / 2) * PORT_STEP for i in range(count))
