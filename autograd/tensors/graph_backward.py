"""The backward pass over Tensors as a graph: what `create_graph=True` and derivatives of higher order need."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from ..anomalies import quiet, watching
from ..modes import ACTIVE, recording
from ..operation import Operation
from .anomaly import check_backward
from .backward import backward_order, extras, hooked
from .fitting import fit_graph

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["graph_contributions", "graph_gradients", "graph_local"]


def graph_gradients(root: Tensor, seed: Tensor, stop: Collection[int] = ()) -> dict[int, Tensor]:
    """The gradient of every node below the root, by `id(node)`, as Tensors that can be differentiated again.

    The pullbacks, read on Tensors, build that graph; nothing is freed and no `.grad` changes.
    """
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
    options = extras(node)
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
