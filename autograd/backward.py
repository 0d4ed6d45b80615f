"""The backward pass: one sweep from the result to the leaves, each node once, after everything that uses it.

Nodes wait in one linked list per depth (the longest way to a leaf), threaded through the nodes themselves, so a pass
allocates nothing per node and a chain of a million gates needs no recursion. Reverse mode: Linnainmaa, 1970;
Rumelhart, Hinton and Williams, 1986.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .anomalies import quiet, watching
from .anomalies.values import check_pass
from .errors import GraphError
from .graph import END, FROZEN, MANY, backward_order, describe, operands_of
from .modes import ACTIVE

if TYPE_CHECKING:
    from .gate import Gate
    from .value import Value

__all__ = ["check_fresh", "graph_gradients", "graph_local", "number_gradients", "sweep", "times"]


def sweep(root: Value, seed: float) -> None:
    """Put into `.grad` of every node below the root its gradient in this pass; leaves add it to what they hold."""
    if ACTIVE and watching():
        check_pass(root, seed)
    heads: list[Any] = [END] * (root._depth + 1)
    heads[root._depth] = root
    leaves: list[tuple[Value, Any]] = []
    if root._depth == 0:
        leaves.append((root, root.grad))
    root.grad = seed
    root._next = END
    node: Any = END
    try:
        for node in reversed(heads):
            while node is not END:
                b = node._b
                if b is MANY:
                    g = node.grad
                    for p, local in zip(node._a, node._ga):  # noqa: B905 - asking for strict takes time per node
                        if p._next is None:
                            depth = p._depth
                            p._next = heads[depth]
                            heads[depth] = p
                            if not depth:
                                leaves.append((p, p.grad))
                            p.grad = local * g
                        else:
                            p.grad += local * g
                elif (p := node._a) is not None:
                    g = node.grad
                    if p._next is None:
                        depth = p._depth
                        p._next = heads[depth]
                        heads[depth] = p
                        if not depth:
                            leaves.append((p, p.grad))
                        p.grad = node._ga * g
                    else:
                        p.grad += node._ga * g
                    if b is not None:
                        if b._next is None:
                            depth = b._depth
                            b._next = heads[depth]
                            heads[depth] = b
                            if not depth:
                                leaves.append((b, b.grad))
                            b.grad = node._gb * g
                        else:
                            b.grad += node._gb * g
                following = node._next
                node._next = None
                node = following
    except BaseException:
        _unlink(node, heads)
        for leaf, held in leaves:
            leaf.grad = held
        raise
    for leaf, held in leaves:
        if leaf._form is FROZEN:
            leaf.grad = held
        elif held is not None:
            leaf.grad = held + leaf.grad


def _unlink(node: Any, heads: list[Any]) -> None:
    """Leave no node waiting, so that the next pass finds the graph as this one did before it was interrupted."""
    for head in (node, *heads):
        while head is not END and head is not None:
            following = head._next
            head._next = None
            head = following


def number_gradients(root: Value, order: Sequence[Value] | None = None) -> dict[int, float]:
    """The gradient of every node below the root, by `id(node)`, without touching any `.grad`.

    Args:
        root: The node to differentiate.
        order: What `backward_order` says of it, where that is at hand.
    """
    gradients: dict[int, float] = {id(root): 1.0}
    for node in backward_order(root) if order is None else order:
        upstream = gradients[id(node)]
        for parent, local in zip(node.parents, node.local, strict=True):
            key = id(parent)
            contribution = local * upstream
            gradients[key] = gradients[key] + contribution if key in gradients else contribution
    return gradients


def graph_gradients(root: Value, seed: Value | float = 1.0) -> dict[int, Value | float]:
    """As `number_gradients`, but each gradient is itself a node that can be differentiated.

    The rule of each gate is read once more, this time on the Values themselves.

    Raises:
        GraphError: a value was changed after the forward pass, so the recorded graph no longer describes it.
    """
    if ACTIVE and watching():
        check_pass(root, float(seed))
        with quiet():
            return graph_gradients(root, seed)
    gradients: dict[int, Value | float] = {id(root): seed}
    for node in backward_order(root):
        upstream = gradients[id(node)]
        if not node._depth:
            continue
        operands = operands_of(node)
        check_fresh(node, operands)
        for operand, derivative in zip(operands, graph_local(node, operands), strict=True):
            if not hasattr(operand, "_depth"):
                continue
            key = id(operand)
            contribution = times(derivative, upstream)
            gradients[key] = gradients[key] + contribution if key in gradients else contribution
    return gradients


def graph_local(node: Value, operands: tuple[Any, ...]) -> tuple[Any, ...]:
    """The gate's local derivatives as nodes: its rule read on the operands themselves."""
    gate: Gate = node._form.gate
    try:
        return gate.local(*operands, node)
    except (ArithmeticError, ValueError):
        # Python's own arithmetic on two plain numbers, such as 1 / 0; that of Values answers inf or nan.
        cls: Any = node._nodes
        return gate.local(*(o if isinstance(o, cls) else cls(o, requires_grad=False) for o in operands), node)


def times(derivative: Value | float, upstream: Value | float) -> Value | float:
    """Their product, without a node for multiplying by one."""
    for one, other in ((derivative, upstream), (upstream, derivative)):
        if isinstance(one, (int, float)) and one == 1:
            return other
    return derivative * upstream


def check_fresh(node: Value, operands: tuple[Any, ...]) -> None:
    """Compute the gate once more from its operands' numbers: it must come to what was recorded, local gradients too."""
    gate: Gate = node._form.gate
    result, local = gate.number(*map(float, operands))
    recorded = iter(node.local)
    for operand, now in zip(operands, local, strict=True):
        if hasattr(operand, "_depth") and _differ(now, then := next(recorded)):
            raise GraphError(
                f"{gate.name}: its operand {describe(operand)} was changed after the forward pass "
                f"(local gradient {then:g} then, {now:g} now); compute the result again before differentiating it"
            )
    # A change may leave the local gradients alone, as that from 2 to -2 does in x³.
    if _differ(result, node.data):
        raise GraphError(
            f"{describe(node)} would be {result:g} now: an operand was changed after the forward pass; "
            "compute the result again before differentiating it"
        )


def _differ(x: float, y: float) -> bool:
    return x != y and (x == x or y == y)
