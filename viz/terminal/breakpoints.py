"""Breakpoints as people type them: a node's name, `> 1e3` for large gradients, `nan` for numbers not finite."""

from __future__ import annotations

import math

from autograd import ExpressionError, TraceError, gradient_above, not_finite
from autograd.stepper import Breakpoint, Step
from autograd.trace_data import Node, Trace

__all__ = ["about", "condition", "find_node"]


def condition(text: str) -> tuple[str, Breakpoint]:
    """A condition on the numbers of a step: how it is shown, and what tests it.

    Args:
        text: `> 1e3` (or just `1e3`): a gradient is larger in size; `nan` (or `inf`, `not finite`): a number is not
            finite.

    Raises:
        ExpressionError: it is neither.
    """
    words = text.strip().lower().replace("−", "-")
    if words in ("nan", "inf", "not finite"):
        return "not finite", not_finite()
    try:
        limit = float(words.removeprefix(">"))
    except ValueError:
        limit = math.nan
    if not limit >= 0:
        raise ExpressionError(f"{text.strip()!r} is no condition: type a limit such as > 1e3, or nan")
    return f"|∇| > {limit:g}", gradient_above(limit)


def about(trace: Trace, node: int) -> Breakpoint:
    """A breakpoint at the steps of a node: those of its own gate, or for an input those that use it."""

    def met(step: Step) -> bool:
        if trace.nodes[node].kind == "gate":
            return step.node.id == node
        return any(edge.parent == node for edge in trace.operands[step.node.id])

    return met


def find_node(trace: Trace, labels: list[str], text: str) -> Node:
    """The node of that name, label or label with number.

    Raises:
        TraceError: there is none; the message names some.
    """
    wanted = text.strip()
    for node in trace.nodes:
        if wanted == labels[node.id]:
            return node
    try:
        return trace.find(wanted)
    except TraceError:
        some = ", ".join(labels[n.id] for n in trace.nodes if n.kind != "constant")
        raise TraceError(f"no node is called {wanted!r}; there are {some[:200]}") from None
