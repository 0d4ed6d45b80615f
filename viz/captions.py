"""What a picture writes on boxes and wires, the same in every format.

Convention, from the Stanford course CS231n: the value stands above the wire, the gradient below it. The local
derivative stands where the wire enters a gate. Position and glyph carry the meaning; colour repeats it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from autograd import Trace
from autograd.array_info import ArrayInfo, Quantity, is_finite, short
from autograd.text import format_number, shorten, visible
from autograd.trace_data import Edge, Node

__all__ = [
    "BACK_GLYPH", "GRADIENT_GLYPH", "LEGEND", "LOCAL_GLYPH", "Caption", "Role", "box_text", "edge_captions", "headline",
    "legend_of", "node_captions",
]  # fmt: skip

Role: TypeAlias = Literal["value", "grad", "local", "contribution", "shape"]

GRADIENT_GLYPH = "∇"
LOCAL_GLYPH = "∂"
BACK_GLYPH = "←"
WIDEST = 40
"""Character cells of a pullback that a picture shows."""
MOST_INDEX = 16
"""Character cells of an index that a box shows."""
LEGEND = f"value above the wire · {GRADIENT_GLYPH} gradient below it · {LOCAL_GLYPH} local derivative at each input"


LEGEND_OF_TENSORS = (
    f"value above the wire · {GRADIENT_GLYPH} gradient below it · {BACK_GLYPH} what each input gets back · "
    "cells: stronger is larger, − is negative"
)


class Caption(NamedTuple):
    """A piece of text, what it is, and the number or the array it tells of, in full; None for a linear map."""

    role: Role
    text: str
    number: Quantity | None


def box_text(trace: Trace, node: Node) -> str:
    """What stands in a node's box: the gate's glyph, the leaf's name or the constant; for parts of arrays the index."""
    if node.gate is None:
        return node.label
    if node.gate == "getitem" and node.formula.endswith("]"):
        index = node.formula.removeprefix(trace.nodes[trace.operands[node.id][0].parent].label)
        return shorten(visible(index), MOST_INDEX)
    return trace.gates[node.gate].glyph


def headline(trace: Trace) -> str:
    """The result and its value, as the title of a page about the trace."""
    return f"{visible(trace.result.label)} = {short(trace.result.value)}"


def legend_of(trace: Trace) -> str:
    """What explains the notation of a picture of this trace."""
    return LEGEND_OF_TENSORS if trace.of_tensors else LEGEND


def is_plain_constant(node: Node) -> bool:
    """Whether the node is a nameless number, of which there is nothing more to say."""
    return node.kind == "constant" and node.name is None and not node.is_array


def node_captions(node: Node, *, show_label: bool = False) -> list[Caption]:
    """Value and gradient of a node; a gate's value is introduced by its name, if it has one or `show_label`.

    A tensor has its shape and the kind of its numbers in a line of their own, unless it is one number like any other.
    """
    if is_plain_constant(node):
        return []
    named = node.kind == "gate" and (show_label or node.name is not None)
    value = _number(node.value)
    captions = [Caption("value", f"{node.label} = {value}" if named else value, node.value)]
    if node.shape is not None and (node.shape or node.dtype != "float64"):
        captions.append(Caption("shape", f"{node.shape} {node.dtype}", node.value))
    if node.grad is not None:
        captions.append(Caption("grad", f"{GRADIENT_GLYPH} {_number(node.grad)}", node.grad))
    return captions


def edge_captions(trace: Trace, edge: Edge) -> list[Caption]:
    """The local derivative of a use, and its contribution where that is only a part of the gradient.

    For arrays the pullback stands in place of the local derivative.
    """
    if not edge.passes:
        return []
    if edge.pullback or edge.local is None:
        captions = [Caption("local", f"{BACK_GLYPH} {shorten(edge.pullback, WIDEST)}", edge.local)]
    else:
        captions = [Caption("local", f"{LOCAL_GLYPH} {_number(edge.local)}", edge.local)]
    if edge.contribution is not None and len(trace.uses[edge.parent]) > 1:
        captions.append(Caption("contribution", f"{GRADIENT_GLYPH} {_number(edge.contribution)}", edge.contribution))
    return captions


def _number(x: Quantity) -> str:
    if isinstance(x, ArrayInfo):
        return x.range  # which marks what is not finite itself; the shape stands beside it
    return format_number(x) if is_finite(x) else f"⚠ {format_number(x)}"
