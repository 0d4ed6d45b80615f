"""How derivatives pass one gate of Values, from its result to its operands and the other way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..anomalies import quiet, watching
from ..anomalies.values import check_gradient
from ..backward import check_fresh, graph_local, times
from ..graph import operands_of
from ..modes import ACTIVE
from ..value import Value

__all__ = ["pull", "push"]


def pull(node: Value, upstream: Any, wanted: Collection[int], graph: bool) -> list[tuple[int, Any]]:
    """What the node adds to the gradient of each of its operands that is wanted, by `id`: reverse mode.

    Args:
        node: The result of a gate.
        upstream: Its gradient: a float, or a Value with `graph`.
        wanted: The nodes of interest, by `id`.
        graph: Read the rule on the Values themselves, so that the contributions are nodes.
    """
    if ACTIVE and watching():
        check_gradient(node, float(upstream))
        with quiet():
            return pull(node, upstream, wanted, graph)
    if not graph:
        return [(id(p), d * upstream) for p, d in zip(node.parents, node.local, strict=True) if id(p) in wanted]
    return [(key, times(local, upstream)) for key, local in _local(node, wanted, graph)]


def push(node: Value, moved: Mapping[int, Any], graph: bool) -> Any:
    """The tangent of the node, given those of its operands by `id`: local × tangent, summed. Forward mode."""
    total: Any = None
    for key, local in _local(node, moved, graph):
        part = times(local, moved[key])
        total = part if total is None else total + part
    return 0.0 if total is None else total


def _local(node: Value, wanted: Collection[int] | Mapping[int, Any], graph: bool) -> list[tuple[int, Any]]:
    """The operands that are wanted, and the node's local derivative by each."""
    if not graph:
        return [(id(p), local) for p, local in zip(node.parents, node.local, strict=True) if id(p) in wanted]
    operands = operands_of(node)
    check_fresh(node, operands)
    return [(id(o), local) for o, local in zip(operands, graph_local(node, operands), strict=True) if id(o) in wanted]
