"""A text tree: the result at the top, below each number the numbers it was computed from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from autograd import Trace
from autograd.array_info import short
from autograd.text import visible
from autograd.trace_data import Edge, Node

from ..captions import BACK_GLYPH, GRADIENT_GLYPH, LOCAL_GLYPH, is_plain_constant

__all__ = ["Branch", "Telling", "branches", "tree", "unique_labels"]

DEEPEST = 16
"""Levels of indentation after which a branch goes on further down, at the left edge: no text grows as depth squared."""

Telling: TypeAlias = Literal["told", "above", "below", "cut"]


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of a tree.

    Attributes:
        node: The number it is about.
        edge: Its use by the gate the line hangs on; None at the left edge.
        stems: For each level between the left edge and this line, whether that level goes on further down.
        last: Whether it is the last operand of its gate.
        telling: "told" here with its operands below; "above" where an earlier line has told it; "below" where a later
            line at the left edge tells it; "cut" where its operands are left out.
    """

    node: Node
    edge: Edge | None
    stems: tuple[bool, ...]
    last: bool
    telling: Telling

    def lead(self, *, indent: int = 3, ascii_only: bool = False) -> str:
        """The lines drawn in front of it, `indent` cells for each level."""
        if self.edge is None:
            return ""
        down, fork, end, across = "||`-" if ascii_only else "│├└─"
        stems = "".join((down if stem else " ").ljust(indent) for stem in self.stems)
        return stems + (end if self.last else fork) + across * (indent - 2) + " "


def branches(trace: Trace, *, depth: int | None = None, deepest: int = DEEPEST) -> Iterator[Branch]:
    """The lines of the tree, from the top. Every gate is opened once, so there is about one line for each wire.

    Args:
        trace: What to tell.
        depth: Levels below the result to show; all of them where None.
        deepest: Levels of indentation to allow.
    """
    opened = [False] * len(trace.nodes)
    promised = [False] * len(trace.nodes)
    starts: list[tuple[int, int]] = [(trace.root, 0)]  # nodes told at the left edge, and how deep they are in truth
    stack: list[tuple[int, Edge | None, tuple[bool, ...], bool, int]] = []
    done = 0
    while done < len(starts):
        start, level = starts[done]
        done += 1
        if opened[start]:
            continue
        stack.append((start, None, (), True, level))
        while stack:
            at, edge, stems, last, level = stack.pop()
            node = trace.nodes[at]
            below = [e for e in trace.operands[at] if not is_plain_constant(trace.nodes[e.parent])]
            if opened[at]:
                yield Branch(node, edge, stems, last, "above")
            elif promised[at] and edge is not None:
                yield Branch(node, edge, stems, last, "below")
            elif below and depth is not None and level >= depth:
                yield Branch(node, edge, stems, last, "cut")
            elif below and edge is not None and len(stems) + 1 >= deepest:
                promised[at] = True
                starts.append((at, level))
                yield Branch(node, edge, stems, last, "below")
            else:
                opened[at] = True
                yield Branch(node, edge, stems, last, "told")
                inner = () if edge is None else (*stems, not last)
                for place in range(len(below) - 1, -1, -1):
                    use = below[place]
                    stack.append((use.parent, use, inner, place == len(below) - 1, level + 1))


def unique_labels(trace: Trace) -> list[str]:
    """A label for every node that no other has: where several share one, `#` and the node's number tell them apart."""
    first: dict[str, int] = {}
    shared: set[str] = set()
    for node in trace.nodes:
        if not is_plain_constant(node) and first.setdefault(node.label, node.id) != node.id:
            shared.add(node.label)
    return [visible(f"{node.label}#{node.id}" if node.label in shared else node.label) for node in trace.nodes]


def tree(trace: Trace, *, depth: int | None = None, limit: int | None = None, ascii_only: bool = False) -> str:
    """The trace as a text tree.

    Args:
        trace: What to tell.
        depth: Levels below the result to show; all of them where None. ` …` marks what was cut.
        limit: Most lines to show; all of them where None.
        ascii_only: Use nothing but ASCII.
    """
    labels = unique_labels(trace)
    lines: list[str] = []
    more = 0
    for branch in branches(trace, depth=depth):
        if limit is None or len(lines) < limit:
            lines.append(branch.lead(ascii_only=ascii_only) + _told(branch, labels))
        else:
            more += 1
    if more:
        lines.append(f"… and {more:,} more line{'s' * (more > 1)}")
    text = "\n".join(line.rstrip().replace("−", "-") for line in lines)
    return _in_ascii(text) if ascii_only else text


def _told(branch: Branch, labels: list[str]) -> str:
    node, edge = branch.node, branch.edge
    label = labels[node.id]
    local = _local(edge)
    if branch.telling in ("above", "below"):
        return f"{'↑' if branch.telling == 'above' else '↓'} {label}{local}"
    value = short(node.value)
    shown = f"{label} = {visible(node.formula)} = {value}" if node.gate is not None else f"{label} = {value}"
    if is_plain_constant(node):
        shown = value
    if node.grad is not None:
        shown += f"   {GRADIENT_GLYPH} {short(node.grad)}"
    return shown + local + (" …" if branch.telling == "cut" else "")


def _local(edge: Edge | None) -> str:
    """The local derivative of a use; for arrays what it sends back."""
    if edge is None or not edge.passes:
        return ""
    if edge.pullback:
        return f"   ({BACK_GLYPH} {visible(edge.pullback)})"
    return f"   (local {LOCAL_GLYPH} {short(edge.local)})"


_ASCII = str.maketrans({
    "−": "-", "·": "*", "×": "*", "÷": "/", "√": "sqrt ", GRADIENT_GLYPH: "grad", LOCAL_GLYPH: "d", "↑": "^", "↓": "->",
    "…": "...", "≤": "<=", "≥": ">=", "≠": "!=", "Σ": "sum", "σ": "sigmoid", "⌊": "floor(", "⌋": ")", "␣": "_",
    "⊙": "*", "⊗": "outer", "ᵀ": "^T", BACK_GLYPH: "<-", "⚠": "!", "↦": "->",
    **{sign: f"_{digit}" for digit, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    **{sign: f"^{digit}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
})  # fmt: skip


def _in_ascii(text: str) -> str:
    return text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")
