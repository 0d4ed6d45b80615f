"""The part of a graph that lies between some nodes and others, and derivatives sent through it in either direction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..tensors import Tensor
from ..value import Value
from . import arrays, scalars

__all__ = ["Paths", "depends", "is_node", "reachable", "zero_like"]


def is_node(thing: Any) -> bool:
    """Whether a thing is a Value or a Tensor."""
    return isinstance(thing, (Value, Tensor))


def _moves(node: Any) -> bool:
    """Whether derivatives travel through the node at all."""
    return not isinstance(node, Tensor) or node._requires_grad


def zero_like(node: Any) -> Any:
    """The derivative of something that has none: 0.0, or an array of zeros."""
    array = getattr(node, "_data", node)
    return np.zeros_like(array) if isinstance(array, np.ndarray) else 0.0


class Paths:
    """Every node on a way from one of `inputs` to one of `outputs`.

    A pass costs a time linear in these nodes and their links, and nothing of the rest of the graph is looked at.

    Args:
        outputs: What to differentiate. Anything that is not a node is a constant.
        inputs: What to differentiate by, leaves or not.
    """

    def __init__(self, outputs: Sequence[Any], inputs: Sequence[Any]) -> None:
        self.outputs = list(outputs)
        self.inputs = list(inputs)
        below = {id(node) for node in self.inputs}
        self.order: list[Any] = []
        for node in reversed(reachable(self.outputs, self.inputs)):
            if id(node) in below or any(id(p) in below for p in node.parents):
                below.add(id(node))
                self.order.append(node)
        self._within = {id(node) for node in self.order}
        self._given = {id(node) for node in self.inputs}

    def pull(self, seeds: Sequence[Any], *, graph: bool = False) -> list[Any]:
        """The gradient of Σ seed·output with respect to each input: reverse mode.

        Args:
            seeds: One per output, of its shape: a float or an array; a Value or a Tensor with `graph`. None for an
                output that is not to count.
            graph: Give back nodes that can be differentiated again (constants under `no_grad`).
        """
        arrived: dict[int, Any] = {}
        for node, seed in zip(self.outputs, seeds, strict=True):
            if seed is not None and (key := id(node)) in self._within:
                arrived[key] = arrived[key] + seed if key in arrived else seed
        for node in reversed(self.order):
            key = id(node)
            if key not in arrived or not node._depth:
                continue
            upstream = arrived[key] if key in self._given else arrived.pop(key)
            way = arrays if isinstance(node, Tensor) else scalars
            for target, part in way.pull(node, upstream, self._within, graph):
                arrived[target] = arrived[target] + part if target in arrived else part
        return [_found(arrived.get(id(node)), node, graph) for node in self.inputs]

    def push(self, tangents: Sequence[Any], *, graph: bool = False) -> list[Any]:
        """The rate at which each output changes when the inputs move along the tangents: forward mode.

        Args:
            tangents: One per input, of its shape; None for an input that stays where it is.
            graph: Give back nodes that can be differentiated again.
        """
        moved = {id(n): t for n, t in zip(self.inputs, tangents, strict=True) if t is not None}
        for node in self.order:
            if id(node) in self._given or not node._depth:
                continue
            way = arrays if isinstance(node, Tensor) else scalars
            tangent = way.push(node, moved, graph)
            if tangent is not None:
                moved[id(node)] = tangent
        return [_found(moved.get(id(out)) if is_node(out) else None, out, graph) for out in self.outputs]


def _found(derivative: Any, node: Any, graph: bool) -> Any:
    """The derivative as what was asked for: a number or an array, or a node."""
    if derivative is None:
        derivative = zero_like(node)
    array = isinstance(node, (Tensor, np.ndarray))
    if not graph:
        return np.asarray(derivative) if array else float(derivative)
    if is_node(derivative):
        return derivative
    return Tensor(derivative) if array else Value(float(derivative), requires_grad=False)


def reachable(outputs: Sequence[Any], inputs: Sequence[Any]) -> list[Any]:
    """Every node below the outputs that may depend on an input, deepest first.

    A node that depends on another is deeper, so what lies no deeper than all inputs need not be opened.
    """
    floor = min((node._depth for node in inputs), default=0)
    roots = [out for out in outputs if is_node(out) and out._depth >= floor and _moves(out)]
    buckets: list[list[Any]] = [[] for _ in range(1 + max((root._depth for root in roots), default=-1))]
    seen: set[int] = set()
    for root in roots:
        if id(root) not in seen:
            seen.add(id(root))
            buckets[root._depth].append(root)
    order: list[Any] = []
    while buckets:
        bucket = buckets.pop()
        if bucket and isinstance(bucket[0], Value):
            bucket.reverse()  # the order of that engine's own pass, so that sums of contributions round alike
        order += bucket
        if len(buckets) <= floor:
            continue
        for node in bucket:
            for parent in node.parents:
                key = id(parent)
                if key not in seen and (depth := parent._depth) >= floor and _moves(parent):
                    seen.add(key)
                    buckets[depth].append(parent)
    return order


def depends(outputs: Sequence[Any], variables: Sequence[Any]) -> bool:
    """Whether one of the outputs was computed from one of the variables."""
    if not variables:
        return False
    wanted = {id(v) for v in variables}
    return any(id(node) in wanted for node in reachable(outputs, variables))
