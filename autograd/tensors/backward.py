"""The backward pass over Tensors: each node once, deepest first, gradients added up where paths meet.

An array that arrives as the first contribution is kept, not copied; from the second on they are added into one array
that belongs to the pass. A leaf never shares its gradient with anything, so it may be changed in place.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from ..anomalies import watching
from ..errors import GraphError, ShapeError
from ..modes import ACTIVE
from ..operation import Array
from .anomaly import check_backward
from .construction import as_array
from .describe import describe, shape_text
from .fitting import fit, fit_graph
from .past import Past, past
from .stale import require_unread

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = [
    "FREED", "backward_order", "contribution", "extras", "hooked", "require_unread", "sweep",
]  # fmt: skip

ndarray = np.ndarray
_NOTHING: dict[str, Any] = {}
FREED: Any = ("freed",)
"""Stands in `_operands` of a node whose graph a backward pass has freed."""


def backward_order(root: Tensor, stop: Collection[int] = ()) -> list[Tensor]:
    """Every node below the root that takes a gradient, deepest first, leaves last.

    Args:
        root: Where to start.
        stop: Nodes, by `id`, whose own operands are of no interest.

    Raises:
        GraphError: part of the graph has been freed, or a tensor was changed since it was used.
    """
    buckets: list[list[Tensor]] = [[] for _ in range(root._depth + 1)]
    buckets[root._depth].append(root)
    seen = {id(root)}
    order: list[Tensor] = []
    kind = type(root)
    while buckets:
        for node in buckets.pop():
            order.append(node)
            if not node._depth or id(node) in stop:
                continue
            operands = node._operands
            if operands is FREED:
                raise _freed(node)
            stamp = 0
            for p in operands:  # type: ignore[union-attr]
                if type(p) is kind:
                    stamp += p._version
                    if p._requires_grad and id(p) not in seen:
                        seen.add(id(p))
                        buckets[p._depth].append(p)
            if stamp != node._stamp or node._version:
                require_unread(node, stamp != node._stamp)
    return order


def _arrays(node: Tensor) -> list[Any]:
    kind = type(node)
    return [o._data if type(o) is kind else o for o in node._operands]  # type: ignore[union-attr]


def extras(node: Tensor) -> dict[str, Any]:
    """What a pullback is given by name."""
    options = node._options
    if options is None:
        options = _NOTHING
    return {**options, "kept": node._kept} if node._rule.keeps else options  # type: ignore[union-attr]


def sweep(root: Tensor, seed: Array, retain_graph: bool) -> None:
    """Put into `.grad` of every node below the root its gradient in this pass; leaves add it to what they hold.

    Leaves are changed only after the whole pass has succeeded.
    """
    watched = bool(ACTIVE) and watching()
    arrived: dict[Tensor, Any] = {root: seed}
    shared = {root}
    buckets: list[list[Tensor]] = [[] for _ in range(root._depth + 1)]
    if root._depth:
        buckets[root._depth].append(root)
    while buckets:
        for node in buckets.pop():
            g = arrived.pop(node)
            if type(g) is not ndarray:
                g = np.asarray(g)
            if node._hooks:
                g = hooked(node, g)
            node.grad = g
            (node._past or _way(node))(node, g, arrived, shared, buckets, watched)
            if not retain_graph:
                node._operands = FREED
                node._options = node._kept = node._past = None
    # What is left are the leaves.
    for leaf in arrived:
        if leaf._hooks:
            arrived[leaf] = hooked(leaf, np.asarray(arrived[leaf]))
            shared.add(leaf)
    for leaf, g in arrived.items():
        if leaf.grad is None:
            leaf.grad = g if type(g) is ndarray and leaf not in shared else np.array(g, order="C")
        else:
            leaf.grad = leaf.grad + g


def _way(node: Tensor) -> Past:
    """The way past a node that does not know it.

    Raises:
        GraphError: its graph has been freed.
    """
    operands: Any = node._operands
    if operands is FREED:
        raise _freed(node)
    kind: Any = type(node)
    rule: Any = node._rule
    nodes = () if rule.variadic else tuple(type(p) is kind for p in operands)
    return past(kind, rule, nodes, node._options is not None)


def _freed(node: Tensor) -> GraphError:
    return GraphError(
        f"backward: the graph of {describe(node)} was freed by an earlier backward pass; compute the "
        "result again, or keep the graph with backward(retain_graph=True)"
    )


def hooked(node: Tensor, gradient: Any) -> Any:
    """The gradient after the node's hooks, in their order."""
    for hook in tuple(node._hooks.values()):  # type: ignore[union-attr]
        replaced = hook(gradient)
        if replaced is None:
            continue
        shape = np.shape(getattr(replaced, "_data", replaced))
        if shape != node._data.shape:
            raise ShapeError(
                f"a hook of {describe(node)} returned a gradient of shape {shape_text(shape)}; it must have the "
                f"tensor's own shape {shape_text(node._data.shape)}, or be None"
            )
        kind = type(node)
        if isinstance(gradient, kind):
            gradient = replaced if isinstance(replaced, kind) else kind(replaced)
            gradient = fit_graph(gradient, node)
        else:
            gradient = as_array(replaced, f"a hook of {describe(node)}: ", node._data.dtype)
    return gradient


def contribution(node: Tensor, slot: int, upstream: Array) -> Array | None:
    """What one use of an operand adds to its gradient; None where the operand takes none."""
    rule = node._rule
    assert rule is not None
    assert node._operands is not None
    pullback = rule.pullback(slot)
    if pullback is None:
        return None
    arrived = upstream
    options = extras(node)
    if rule.before is not None:
        upstream = rule.before(upstream, node._data, *_arrays(node), **options)
    gradient: Array = fit(
        np.asarray(pullback(upstream, node._data, *_arrays(node), **options)), node._operands[slot]._data
    )
    if ACTIVE and watching():
        check_backward(node, slot, arrived, gradient)
    return gradient
