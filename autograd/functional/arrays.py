"""How derivatives pass one operation on Tensors, from its result to its operands and the other way.

Forward mode has four ways past an operation. An element-wise gate multiplies each operand's tangent by the local
derivative of the rule table. An operation that is linear in each operand is applied with the tangent in the operand's
place. Any other is opened into its definition or, where it has none, knows its pullback u ↦ Jᵀu only: that is linear in
u, so pulled back once more, by u, it gives t ↦ Jt (Townsend, 2017, "A new trick for calculating Jacobian vector
products").
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from ..modes import recording
from ..operation import Operation
from ..tensors import Tensor
from ..tensors.backward import contribution, hooked, require_unread
from ..tensors.fitting import fit_graph
from ..tensors.graph_backward import graph_contributions, graph_local
from ..tensors.record import record

__all__ = ["pull", "push"]


def pull(node: Tensor, upstream: Any, wanted: Collection[int], graph: bool) -> list[tuple[int, Any]]:
    """What the node adds to the gradient of each of its operands that is wanted, by `id`: reverse mode.

    Args:
        node: The result of an operation.
        upstream: Its gradient, of its shape: an array, or a Tensor with `graph`.
        wanted: The nodes of interest, by `id`.
        graph: Apply the pullbacks to Tensors, so that the contributions are nodes.

    Raises:
        GraphError: something a pullback looks at was changed in place since the forward pass.
    """
    slots = _slots(node, wanted)
    _check_unchanged(node)
    if node._hooks:
        upstream = hooked(node, upstream)
    operands: Any = node._operands
    found: list[tuple[int, Any]] = []
    if graph:
        for slot, part in zip(slots, graph_contributions(node, upstream, slots), strict=True):
            if part is not None:
                found.append((id(operands[slot]), fit_graph(part, operands[slot])))
        return found
    for slot in slots:
        part = contribution(node, slot, upstream)
        if part is not None:
            found.append((id(operands[slot]), part))
    return found


def push(node: Tensor, moved: Mapping[int, Any], graph: bool) -> Any:
    """The tangent of the node, given those of its operands by `id`: forward mode.

    Raises:
        GraphError: an operand was changed in place since the forward pass.
    """
    slots = _slots(node, moved)
    _check_unchanged(node)
    rule: Operation = node._rule  # type: ignore[assignment]
    tangents = [moved[id(node._operands[slot])] for slot in slots]  # type: ignore[index]
    if rule.local is not None:
        parts = _by_local(node, rule, slots, tangents, graph)
    elif rule.linear:
        parts = _by_itself(node, rule, slots, tangents, graph)
    elif rule.definition is not None:
        parts = _by_definition(node, rule, slots, tangents, graph)
    else:
        parts = [_by_transpose(node, rule, slot, t, graph) for slot, t in zip(slots, tangents, strict=True)]
    total: Any = None
    for part in parts:
        if part is not None:
            part = _shaped(part, node, graph)
            total = part if total is None else total + part
    return total


def _slots(node: Tensor, wanted: Collection[int] | Mapping[int, Any]) -> list[int]:
    return [slot for slot, o in enumerate(node._operands) if id(o) in wanted]  # type: ignore[arg-type]


def _check_unchanged(node: Tensor) -> None:
    operands: Any = node._operands
    stamp = sum([o._version for o in operands if type(o) is Tensor])
    if stamp != node._stamp or node._version:
        require_unread(node, stamp != node._stamp)


def _operands(node: Tensor, graph: bool) -> list[Any]:
    operands: Any = node._operands
    return list(operands) if graph else [o._data if type(o) is Tensor else o for o in operands]


def _by_local(node: Tensor, rule: Operation, slots: list[int], tangents: list[Any], graph: bool) -> list[Any]:
    """Local derivative × tangent, element by element."""
    operands = _operands(node, graph)
    if graph:
        local = graph_local(rule, operands, node)
        return [local[slot] * t for slot, t in zip(slots, tangents, strict=True)]
    parts = []
    for slot, t in zip(slots, tangents, strict=True):
        pullback = rule.pullback(slot)
        # As far as one element is concerned, a gate's pullback is a product like any other.
        parts.append(None if pullback is None else pullback(_stretched(t, node), node._data, *operands))
    return parts


def _stretched(tangent: Any, node: Tensor) -> Any:
    return tangent if tangent.shape == node.shape else np.broadcast_to(tangent, node.shape)


def _by_itself(node: Tensor, rule: Operation, slots: list[int], tangents: list[Any], graph: bool) -> list[Any]:
    """The operation with the tangent in the operand's place."""
    operands = _operands(node, graph)
    parts = []
    for slot, t in zip(slots, tangents, strict=True):
        inputs = [*operands[:slot], t, *operands[slot + 1 :]]
        if graph:
            parts.append(record(Tensor, rule, tuple(inputs), node._options))
        else:
            out = rule.forward(*map(np.asarray, inputs), **(node._options or {}))
            parts.append(out[0] if rule.keeps else out)
    return parts


def _by_definition(node: Tensor, rule: Operation, slots: list[int], tangents: list[Any], graph: bool) -> list[Any]:
    """The operation taken apart into simpler ones."""
    from .paths import Paths

    assert rule.definition is not None
    inputs: list[Any] = list(node._operands)  # type: ignore[arg-type]
    with recording():
        for slot, operand in enumerate(inputs):
            if graph and slot in slots:
                inputs[slot] = operand.view_as_node()
            elif not graph and isinstance(operand, Tensor):  # constants too: a definition applies gates to them
                inputs[slot] = Tensor(operand._data, requires_grad=slot in slots)
        out = rule.definition(*inputs, **(node._options or {}))
    return Paths([out], [inputs[slot] for slot in slots]).push(tangents, graph=graph)


def _by_transpose(node: Tensor, rule: Operation, slot: int, tangent: Any, graph: bool) -> Any:
    """The pullback, differentiated by its upstream."""
    from .paths import Paths

    pullback = rule.pullback(slot)
    if pullback is None:
        return None
    operand: Any = node._operands[slot]  # type: ignore[index]
    operands = _operands(node, graph)
    out = node if graph else node._data
    options = dict(node._options or {})
    if rule.keeps:
        options["kept"] = node._kept
    with recording(), np.errstate(all="ignore"):  # only the graph matters, not what it computes for 0
        upstream = Tensor(np.zeros_like(node._data), requires_grad=True)
        sent = upstream if rule.before is None else rule.before(upstream, out, *operands, **options)
        pulled = pullback(sent, out, *operands, **options)
        if not isinstance(pulled, Tensor):
            return None
        pulled = fit_graph(pulled, operand)
    return Paths([pulled], [upstream]).pull([tangent], graph=graph)[0]


def _shaped(part: Any, node: Tensor, graph: bool) -> Any:
    """The tangent in the shape and the dtype of the node."""
    if graph:
        from ..operations import astype, broadcast_to

        if part.shape != node.shape:
            part = broadcast_to(part, node.shape)
        return part if part.dtype == node.dtype else astype(part, node.dtype)
    part = np.asarray(part)
    if part.shape != node.shape:
        part = np.broadcast_to(part, node.shape)
    return part if part.dtype == node.dtype else part.astype(node.dtype)
