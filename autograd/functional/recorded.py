"""One call of a function with nodes of our own in the place of its arguments, and results in the caller's terms.

Numbers become Values and arrays become Tensors; a Value or a Tensor is represented by a node of its own, so that the
derivative is by this use of it alone. What comes out is of the kind that went in: floats for numbers, arrays for
arrays, nodes for nodes. It stays connected to the graph around it exactly where a derivative around this one, or a
node that was given, needs that: derivatives nest to any order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import OperandError, ShapeError
from ..gates import identity
from ..modes import recording
from ..record import as_number
from ..tensors import Tensor
from ..tensors.construction import as_array
from ..tensors.describe import shape_text
from ..value import Value
from .paths import Paths, depends, is_node
from .structures import flatten, match

__all__ = ["Recorded", "fitted", "record_call"]


class _Outer(threading.local):
    handles: tuple[Any, ...] = ()


_outer = _Outer()
"""The variables of the derivatives being taken in this thread, outermost first."""


class Recorded:
    """What a call left behind.

    Attributes:
        what: The name of the derivative, for messages.
        given: The leaves of the arguments differentiated by, as the caller gave them.
        inputs: The node that stood in the place of each.
        outputs: The leaves of the result: nodes, or constants.
        rebuild: Puts leaves into the structure of the result.
        outer: The variables of the derivatives around this one.
        nested: Whether the results have to be nodes that can be differentiated again.
    """

    def __init__(self, what: str, given: list[Any], inputs: list[Any], result: Any, outer: tuple[Any, ...]) -> None:
        self.what = what
        self.given = given
        self.inputs = inputs
        self.outer = outer
        self.outputs, self.rebuild = flatten(result)
        self.nested = any(map(_connects, given)) or depends(self.outputs, outer)
        self._taken: set[int] = set()

    def paths(self) -> Paths:
        """The graph between the arguments and the result."""
        return Paths(self.outputs, self.inputs)

    def needs_graph(self, *more: Any) -> bool:
        """Whether derivatives along these directions have to be nodes."""
        return self.nested or any(map(_connects, more)) or depends(more, self.outer)

    def directions(self, pattern: Any, directions: Any) -> list[Any]:
        """What was given to go along each argument leaf, checked: floats and arrays, or nodes."""
        found = match(pattern, directions, f"{self.what}: tangents")
        return self._borrowed(
            _direction(self.what, "tangent", d, node) for d, node in zip(found, self.inputs, strict=True)
        )

    def seeds(self, pattern: Any, seeds: Any) -> list[Any]:
        """What was given as upstream gradient of each leaf of the result, checked."""
        found = match(pattern, seeds, f"{self.what}: upstream gradients")
        return self._borrowed(
            _direction(self.what, "upstream gradient", s, out) if is_node(out) else None
            for s, out in zip(found, self.outputs, strict=True)
        )

    def _borrowed(self, directions: Iterable[Any]) -> list[Any]:
        """The directions; results never share memory with them."""
        found = list(directions)
        self._taken.update(id(getattr(d, "_data", d)) for d in found)
        return found

    def as_given(self, derivatives: Sequence[Any], graph: bool) -> list[Any]:
        """Gradients in the caller's terms, one per argument leaf: float, array, Value or Tensor."""
        found = []
        for given, derivative in zip(self.given, derivatives, strict=True):
            if graph:
                found.append(derivative)
            elif isinstance(derivative, np.ndarray):
                own = self._own(derivative)
                found.append(Tensor(own) if isinstance(given, Tensor) else own)
            else:
                found.append(Value(derivative, requires_grad=False) if isinstance(given, Value) else derivative)
        return found

    def plain(self, results: Sequence[Any], graph: bool) -> list[Any]:
        """Results, or their rates of change, in the caller's terms: a single number in an array becomes a float."""
        if graph:
            return list(results)
        nodes = any(is_node(g) for g in self.given)
        return [self._plain(result, nodes) for result in results]

    def _plain(self, result: Any, nodes: bool) -> Any:
        if isinstance(result, Value):
            return result.detach() if nodes else result.data
        if isinstance(result, Tensor):
            result = result._data
        elif not isinstance(result, np.ndarray):
            return result
        if nodes:
            return Tensor(self._own(result))
        return result.item() if result.ndim == 0 else self._own(result)

    def _own(self, array: Any) -> Any:
        """The array, or a copy if anybody else may hold it."""
        shared = array.base is not None or not array.flags.writeable or id(array) in self._taken
        held = any(array is node._data for node in (*self.inputs, *self.outputs) if isinstance(node, Tensor))
        if shared or held:
            array = array.copy()
        self._taken.add(id(array))
        return array


def record_call(
    what: str,
    f: Callable[..., Any],
    arguments: Sequence[Any],
    numbers: Sequence[int],
    named: Mapping[str, Any] | None = None,
    *,
    copy: bool = False,
) -> Recorded:
    """Call f and keep the graph of what it did.

    Args:
        what: Who asks, for messages.
        f: Called with nodes in the places of the numbers and arrays of the arguments.
        arguments: What f is called with.
        numbers: Which of them to differentiate by.
        named: Its keyword arguments.
        copy: Copy the arrays, for a graph that is used after the call is over.

    Raises:
        OperandError: an argument cannot be differentiated by.
    """
    inputs = list(arguments)
    outer = _outer.handles
    given: list[Any] = []
    nodes: list[Any] = []
    # A no_grad() around the call is about what the caller does with the result; f is differentiated all the same.
    with recording():
        for n in numbers:
            leaves, rebuild = flatten(arguments[n])
            handles = [_handle(what, leaf, copy) for leaf in leaves]
            inputs[n] = rebuild(iter(handles))
            given += leaves
            nodes += handles
        _outer.handles = (*outer, *nodes)
        try:
            result = f(*inputs, **(named or {}))
        finally:
            _outer.handles = outer
    return Recorded(what, given, nodes, result, outer)


def _handle(what: str, leaf: Any, copy: bool) -> Any:
    """A node of our own for one number or array."""
    if isinstance(leaf, Value):
        return identity(leaf)
    if isinstance(leaf, (Tensor, np.ndarray)):
        if leaf.dtype.kind != "f":
            raise OperandError(
                f"{what}: the argument holds {leaf.dtype} numbers (shape {shape_text(leaf.shape)}), and only "
                "floating-point ones have derivatives: convert it with astype(float)"
            )
        if isinstance(leaf, Tensor):
            if leaf.requires_grad:
                return leaf.view_as_node()
            leaf = leaf._data
        return Tensor(leaf.copy() if copy else leaf, requires_grad=True)
    return Value(as_number(leaf))


def _connects(thing: Any) -> bool:
    """Whether a derivative by or along it has to stay connected to the graph around."""
    return isinstance(thing, Value) or (isinstance(thing, Tensor) and thing.requires_grad)


def _direction(what: str, role: str, direction: Any, node: Any) -> Any:
    """A tangent or an upstream gradient in the node's kind, shape and dtype; None stays None."""
    if direction is None or (isinstance(direction, Value) and isinstance(node, Value)):
        return direction
    if isinstance(node, Value):
        return as_number(direction)
    if not isinstance(direction, Tensor):
        direction = as_array(direction, f"{what}: the {role}: ")
    if direction.shape != node.shape:
        raise ShapeError(
            f"{what}: the {role} has shape {shape_text(direction.shape)}, but what it belongs to has shape "
            f"{shape_text(node.shape)}: they must be the same"
        )
    return direction if direction.dtype == node.dtype else direction.astype(node.dtype)


def fitted(directions: Sequence[Any], nodes: Sequence[Any], graph: bool) -> list[Any]:
    """Directions as `Paths` takes them: nodes with `graph`, numbers and arrays without."""
    found: list[Any] = []
    for direction, node in zip(directions, nodes, strict=True):
        if direction is None:
            found.append(None)
        elif isinstance(node, Tensor):
            array = direction._data if isinstance(direction, Tensor) else direction
            found.append(array if not graph else direction if isinstance(direction, Tensor) else Tensor(array))
        elif graph:
            found.append(direction if isinstance(direction, Value) else Value(direction, requires_grad=False))
        else:
            found.append(float(direction))
    return found
