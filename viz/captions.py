"""What a picture writes on boxes and wires, the same in every format.

Convention, from the Stanford course CS231n: the value stands above the wire, the gradient below it. The local
derivative stands where the wire enters a gate. Position and glyph carry the meaning; colour repeats it.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple, TypeAlias

from autograd import Trace
from autograd.text import format_number, visible
from autograd.trace_data import Edge, Node

__all__ = [
    "GRADIENT_GLYPH", "LEGEND", "LOCAL_GLYPH", "Caption", "Role", "box_text", "edge_captions", "headline",
    "node_captions",
]  # fmt: skip

Role: TypeAlias = Literal["value", "grad", "local", "contribution"]

GRADIENT_GLYPH = "∇"
LOCAL_GLYPH = "∂"
LEGEND = f"value above the wire · {GRADIENT_GLYPH} gradient below it · {LOCAL_GLYPH} local derivative at each input"


class Caption(NamedTuple):
    """A piece of text, what it is, and the number it shows, in full."""

    role: Role
    text: str
    number: float


def box_text(trace: Trace, node: Node) -> str:
    """What stands in a node's box: the gate's glyph, the leaf's name or the constant."""
    return node.label if node.gate is None else trace.gates[node.gate].glyph


def headline(trace: Trace) -> str:
    """The result and its value, as the title of a page about the trace."""
    return f"{visible(trace.result.label)} = {format_number(trace.result.value)}"


def is_plain_constant(node: Node) -> bool:
    """Whether the node is a nameless number, of which there is nothing more to say."""
    return node.kind == "constant" and node.name is None


def node_captions(node: Node, *, show_label: bool = False) -> list[Caption]:
    """Value and gradient of a node; a gate's value is introduced by its name, if it has one or `show_label`."""
    if is_plain_constant(node):
        return []
    named = node.kind == "gate" and (show_label or node.name is not None)
    value = _number(node.value)
    captions = [Caption("value", f"{node.label} = {value}" if named else value, node.value)]
    if node.grad is not None:
        captions.append(Caption("grad", f"{GRADIENT_GLYPH} {_number(node.grad)}", node.grad))
    return captions


def edge_captions(trace: Trace, edge: Edge) -> list[Caption]:
    """The local derivative of a use, and its contribution where that is only a part of the gradient."""
    if edge.local is None:
        return []
    captions = [Caption("local", f"{LOCAL_GLYPH} {_number(edge.local)}", edge.local)]
    if edge.contribution is not None and len(trace.uses[edge.parent]) > 1:
        captions.append(Caption("contribution", f"{GRADIENT_GLYPH} {_number(edge.contribution)}", edge.contribution))
    return captions


def _number(x: float) -> str:
    return format_number(x) if math.isfinite(x) else f"⚠ {format_number(x)}"
