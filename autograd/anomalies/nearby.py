"""The graph around a node, as copies that nobody else changes or frees: for the text of a message and for a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .figures import figures, label

__all__ = ["LEVELS", "copied", "tree"]

LEVELS = 2
"""How many levels of operands are shown below the node."""


def copied(
    root: Any,
    operands: Callable[[Any], Iterable[Any]],
    leaf: Callable[[Any], Any],
    gate: Callable[[Any, list[Any]], Any],
) -> Any:
    """The node and what it was computed from, copied down to LEVELS levels.

    Args:
        root: Where to start.
        operands: Gives a node's operands, numbers among them; none for a leaf.
        leaf: Makes the copy of a node where the copying ends.
        gate: Makes the copy of a node from those of its operands.
    """
    level = {id(root): 0}
    nodes = [root]
    for node in nodes:  # grows on the way: breadth first
        if level[id(node)] < LEVELS:
            for operand in operands(node):
                if hasattr(operand, "_depth") and id(operand) not in level:
                    level[id(operand)] = level[id(node)] + 1
                    nodes.append(operand)
    copies: dict[int, Any] = {}
    for node in sorted(nodes[1:], key=lambda n: n._depth):
        inner = list(operands(node)) if level[id(node)] < LEVELS else []
        copies[id(node)] = gate(node, [copies.get(id(o), o) for o in inner]) if inner else leaf(node)
    return gate(root, [copies.get(id(o), o) for o in operands(root)])


def tree(root: Any, operands: Callable[[Any], Iterable[Any]]) -> list[str]:
    """The lines of a text tree of a (small) graph, the node first and its operands below it."""
    lines: list[str] = []
    seen: set[int] = set()
    stack: list[tuple[Any, str, str]] = [(root, "", "")]
    while stack:
        node, start, below = stack.pop()
        if not hasattr(node, "_depth"):
            lines.append(start + figures(node))
            continue
        again = id(node) in seen
        seen.add(id(node))
        called = label(node.name) or node.op or ("leaf" if node.requires_grad else "constant")
        lines.append(f"{start}{called} = {figures(node.data)}{' (as above)' if again else ''}")
        inner = [] if again else list(operands(node))
        ends = [("├─ ", "│  ")] * (len(inner) - 1) + [("└─ ", "   ")]
        for operand, (arm, bar) in reversed(list(zip(inner, ends, strict=False))):
            stack.append((operand, below + arm, below + bar))
    return lines
