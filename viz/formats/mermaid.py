"""Mermaid: the trace as a flowchart that GitHub, GitLab and many note-taking tools draw."""

from __future__ import annotations

from autograd import Trace
from autograd.text import visible
from autograd.trace_data import Edge, Node

from ..captions import box_text, edge_captions, node_captions
from ..errors import PictureError
from ..theme import LIGHT

__all__ = ["MOST_EDGES", "mermaid"]

MOST_EDGES = 500
"""Mermaid itself stops at this many edges, with a message that does not say so."""

_NOTHING = "#8203;"
"""A space of no width."""
_PLAIN = frozenset(" .,+-*/=_?!:°∇∂−×÷√Σσ·…⚠²³≤≥≠")


def mermaid(trace: Trace) -> str:
    """The trace as Mermaid text.

    Raises:
        PictureError: it has more edges than Mermaid draws.
    """
    if len(trace.edges) > MOST_EDGES:
        raise PictureError(
            f"Mermaid draws at most {MOST_EDGES} edges and this graph has {len(trace.edges):,}: use .svg or .html"
        )
    lines = ["flowchart LR"]
    lines += [f"  n{node.id}{_shape(trace, node)}:::{node.kind}" for node in trace.nodes]
    lines += [f"  n{edge.parent} -->{_edge_label(trace, edge)} n{edge.child}" for edge in trace.edges]
    lines += [
        f"  classDef leaf fill:{LIGHT.leaf},stroke:{LIGHT.border},color:{LIGHT.text}",
        f"  classDef gate fill:{LIGHT.gate},stroke:{LIGHT.border},color:{LIGHT.text}",
        f"  classDef constant fill:{LIGHT.background},stroke:{LIGHT.border},color:{LIGHT.text},stroke-dasharray:2 2",
    ]
    return "\n".join(lines) + "\n"


def _shape(trace: Trace, node: Node) -> str:
    lines = [box_text(trace, node), *(caption.text for caption in node_captions(node))]
    text = "<br/>".join(map(_escaped, lines))
    return f'(["{text}"])' if node.kind == "gate" else f'["{text}"]'


def _edge_label(trace: Trace, edge: Edge) -> str:
    captions = edge_captions(trace, edge)
    return f'|"{"<br/>".join(_escaped(caption.text) for caption in captions)}"|' if captions else ""


def _escaped(text: str) -> str:
    """Everything that means something to Mermaid, HTML or Markdown as a character code."""
    codes = "".join(c if c.isalnum() or c in _PLAIN else f"#{ord(c)};" for c in visible(text))
    # Mermaid looks for formulas ($$...$$) and icons (fa:fa-...) after it has decoded the codes.
    return codes.replace("#36;", f"#36;{_NOTHING}").replace(":", f":{_NOTHING}")
