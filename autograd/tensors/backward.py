"""The backward pass over Tensors: each node once, deepest first, gradients added up where paths meet.

An array that arrives as the first contribution is kept, not copied; from the second on they are added into one array
that belongs to the pass. A leaf never shares its gradient with anything, so it may be changed in place.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from ..anomalies import quiet, watching
from ..errors import GraphError, ShapeError
from ..modes import ACTIVE
from ..operation import Array, Operation
from ..operations.broadcast import sum_to_shape
from .anomaly import check_backward
from .construction import as_array
from .describe import describe, shape_text

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = [
    "FREED", "backward_order", "contribution", "fit_graph", "graph_contributions", "graph_gradients", "graph_local",
    "hooked", "number_gradients", "require_unread", "sweep",
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


def require_unread(node: Tensor, operands_changed: bool) -> None:
    """Raise if a pullback of the node looks at something that has changed since the forward pass."""
    rule = node._rule
    assert rule is not None
    assert node._operands is not None
    needed = "".join(
        rule.reads_of(slot) or ("xo" if not rule.reads else "")
        for slot, p in enumerate(node._operands)
        if getattr(p, "_requires_grad", False)
    )
    if ("x" in needed and operands_changed) or ("o" in needed and node._version):
        who = "its result" if not operands_changed else _changed(node)
        raise GraphError(
            f"backward: {rule.name} needs {who} as it was on the forward pass, but it has been changed in place since; "
            "compute the result again after the change, or change a copy"
        )


def _changed(node: Tensor) -> str:
    assert node._operands is not None
    changed = {id(p): describe(p) for p in node._operands if getattr(p, "_version", 0)}
    return " or ".join(changed.values()) or "an operand"


def _fit(gradient: Any, array: Array) -> Any:
    """The gradient in the shape and the dtype of what it is the gradient of."""
    if gradient.shape != array.shape:
        gradient = sum_to_shape(gradient, array.shape)
    if gradient.dtype is not array.dtype and gradient.dtype != array.dtype:
        gradient = gradient.astype(array.dtype)
    return gradient


def _arrays(node: Tensor) -> list[Any]:
    kind = type(node)
    return [o._data if type(o) is kind else o for o in node._operands]  # type: ignore[union-attr]


def _extras(node: Tensor) -> dict[str, Any]:
    """What a pullback is given by name."""
    options = node._options
    if options is None:
        options = _NOTHING
    return {**options, "kept": node._kept} if node._rule.keeps else options  # type: ignore[union-attr]


def sweep(root: Tensor, seed: Array, retain_graph: bool) -> None:
    """Put into `.grad` of every node below the root its gradient in this pass; leaves add it to what they hold.

    Leaves are changed only after the whole pass has succeeded.
    """
    kind = type(root)
    watched = watching()
    arrived: dict[Tensor, Any] = {root: seed}
    owned: set[Tensor] = set()
    leaves: list[tuple[Tensor, Any]] = []
    buckets: list[list[Tensor]] = [[] for _ in range(root._depth + 1)]
    buckets[root._depth].append(root)
    while buckets:
        for node in buckets.pop():
            g = arrived.pop(node)
            if type(g) is not ndarray:
                g = np.asarray(g)
                owned.add(node)
            if node._hooks:
                g = hooked(node, g)
                owned.discard(node)
            rule = node._rule
            if rule is None:
                leaves.append((node, g))
                continue
            operands = node._operands
            if operands is FREED:
                raise _freed(node)
            node.grad = g
            arrays = []
            stamp = 0
            for p in operands:  # type: ignore[union-attr]
                if type(p) is kind:
                    arrays.append(p._data)
                    stamp += p._version
                else:
                    arrays.append(p)
            if stamp != node._stamp or node._version:
                require_unread(node, stamp != node._stamp)
            data = node._data
            options = _extras(node)
            if rule.before is not None:
                g = rule.before(g, data, *arrays, **options)
            pullbacks, variadic = rule.pullbacks, rule.variadic
            slot = -1
            for p in operands:  # type: ignore[union-attr]
                slot += 1
                if type(p) is not kind or not p._requires_grad:
                    continue
                if variadic:
                    c = pullbacks[0](g, data, *arrays, slot=slot, **options)  # type: ignore[misc]
                else:
                    pullback = pullbacks[slot]
                    if pullback is None:
                        continue
                    c = pullback(g, data, *arrays, **options)
                array = arrays[slot]
                if c.shape != array.shape or c.dtype is not array.dtype:
                    c = _fit(c, array)
                if watched:
                    check_backward(node, slot, node.grad, c)
                if p not in arrived:
                    arrived[p] = c
                    buckets[p._depth].append(p)
                    if c is not g and c.base is None:
                        owned.add(p)
                elif p in owned:
                    held = arrived[p]
                    held += c
                    arrived[p] = held
                else:
                    arrived[p] = arrived[p] + c
                    owned.add(p)
            if not retain_graph:
                node._operands = FREED
                node._options = node._kept = None
    for leaf, g in leaves:
        if leaf.grad is None:
            leaf.grad = g if leaf in owned else g.copy()
        else:
            leaf.grad = leaf.grad + g


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


def number_gradients(root: Tensor, seed: Array, stop: Collection[int] = ()) -> dict[int, Array]:
    """The gradient of every node below the root as arrays, by `id(node)`; nothing is freed and no `.grad` changes."""
    order = backward_order(root, stop)
    gradients: dict[int, Any] = {id(root): seed}
    kind = type(root)
    for node in order:
        g = gradients[id(node)] = np.asarray(gradients[id(node)])
        if not node._depth or id(node) in stop:
            continue
        for slot, p in enumerate(node._operands):  # type: ignore[arg-type]
            if type(p) is not kind or not p._requires_grad:
                continue
            c = contribution(node, slot, g)
            if c is not None:
                gradients[id(p)] = gradients[id(p)] + c if id(p) in gradients else c
    return gradients


def contribution(node: Tensor, slot: int, upstream: Array) -> Array | None:
    """What one use of an operand adds to its gradient; None where the operand takes none."""
    rule = node._rule
    assert rule is not None
    assert node._operands is not None
    pullback = rule.pullback(slot)
    if pullback is None:
        return None
    arrived = upstream
    options = _extras(node)
    if rule.before is not None:
        upstream = rule.before(upstream, node._data, *_arrays(node), **options)
    gradient: Array = _fit(
        np.asarray(pullback(upstream, node._data, *_arrays(node), **options)), node._operands[slot]._data
    )
    if ACTIVE and watching():
        check_backward(node, slot, arrived, gradient)
    return gradient


def graph_gradients(root: Tensor, seed: Tensor, stop: Collection[int] = ()) -> dict[int, Tensor]:
    """As `number_gradients`, but each gradient is a Tensor that can be differentiated: the pullbacks build a graph."""
    from ..modes import recording

    order = backward_order(root, stop)
    gradients: dict[int, Tensor] = {id(root): seed}
    kind = type(root)
    with recording():
        for node in order:
            g = gradients[id(node)]
            if node._hooks:
                g = gradients[id(node)] = hooked(node, g)
            if not node._depth or id(node) in stop:
                continue
            wanted = [i for i, p in enumerate(node._operands) if type(p) is kind and p._requires_grad]  # type: ignore[arg-type]
            for slot, c in zip(wanted, graph_contributions(node, g, wanted), strict=True):
                if c is None:
                    continue
                p = node._operands[slot]  # type: ignore[index]
                c = fit_graph(c, p)
                gradients[id(p)] = gradients[id(p)] + c if id(p) in gradients else c
    return gradients


def graph_contributions(node: Tensor, g: Tensor, wanted: list[int]) -> list[Any]:
    """What the uses of the operands in these positions add to their gradients, as graphs; None where nothing."""
    rule: Operation = node._rule  # type: ignore[assignment]
    operands: Any = node._operands
    if ACTIVE and watching():
        with quiet():
            found = graph_contributions(node, g, wanted)
        for slot, c in zip(wanted, found, strict=True):
            if c is not None:
                check_backward(node, slot, g._data, c._data)
        return found
    options = _extras(node)
    if rule.local is not None:
        derivatives = graph_local(rule, operands, node)
        return [derivatives[i] * g for i in wanted]
    if rule.definition is not None:
        return _through_definition(rule, operands, node._options or {}, g, wanted)
    pullbacks = [rule.pullback(i) for i in wanted]
    return [None if p is None else p(g, node, *operands, **options) for p in pullbacks]


def graph_local(rule: Operation, operands: Any, node: Tensor) -> tuple[Any, ...]:
    """An element-wise gate's local derivatives as nodes: its rule read on the operands themselves."""
    kind: Any = type(node)
    assert rule.local is not None
    # A rule tells the derivative by every operand; that of x ** 2 by its exponent, log(x), is not asked for.
    with np.errstate(all="ignore"):
        try:
            return rule.local(*operands, node)
        except (ArithmeticError, ValueError):
            # Python's own arithmetic on two plain numbers, such as 1 / 0; that of arrays answers inf or nan.
            return rule.local(*(o if type(o) is kind else kind(o) for o in operands), node)


def _through_definition(
    rule: Operation, operands: Any, options: dict[str, Any], g: Tensor, wanted: list[int]
) -> list[Any]:
    """The derivative of a fused operation as a graph: that of what it is short for."""
    assert rule.definition is not None
    inputs = list(operands)
    for i in wanted:
        inputs[i] = operands[i].view_as_node()
    handles = [inputs[i] for i in wanted]
    out = rule.definition(*inputs, **options)
    found = graph_gradients(out, g, stop={id(h) for h in handles})
    return [found.get(id(h)) for h in handles]


def fit_graph(gradient: Any, operand: Tensor) -> Tensor:
    """The gradient in the shape and the dtype of the operand, as a node."""
    from ..operations import astype, sum_to

    if gradient.shape != operand.shape:
        gradient = sum_to(gradient, shape=operand.shape)
    if gradient.dtype != operand.dtype:
        gradient = astype(gradient, dtype=operand.dtype)
    return gradient  # type: ignore[no-any-return]
