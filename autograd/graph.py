"""How nodes are linked, and the two orders in which a graph is walked. Nothing here recurses.

A node keeps its one or two parents in `_a` and `_b` and the local gradients beside them in `_ga` and `_gb`. Plain
numbers among the operands need no node of their own: a gate of one Value and one number keeps the number in `_gb`. A
gate of any number of inputs has `MANY` in `_b`, a tuple of parents in `_a`, a tuple of local gradients in `_ga`, and in
`_gb`, if some of its operands are numbers, these as pairs of place and number; `operands_of` puts all in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from .gate import Gate
from .modes import Group

if TYPE_CHECKING:
    from .tensors import Tensor
    from .value import Value

__all__ = [
    "END",
    "FROZEN",
    "MANY",
    "Called",
    "Form",
    "Info",
    "Named",
    "backward_order",
    "evaluation_order",
    "forms",
    "info_of",
    "operands_of",
]


@dataclass(frozen=True, eq=False)
class Form:
    """One way to apply a gate: which operands are Values (`v`) and which are plain numbers (`c`)."""

    gate: Gate
    pattern: str


class Info:
    """What is known about a node beyond its numbers; most nodes have none."""

    __slots__ = ("group", "name", "source")

    def __init__(self, name: str | None = None, source: str | None = None, group: Group | None = None) -> None:
        self.name = name
        self.source = source
        self.group = group


Called: TypeAlias = tuple[Any, Group | None, tuple[Any, ...]]
"""Stands in `_info` of the result of a quick call until somebody asks: what was called, inside what, with what.

Most results of a training run are never asked, so this costs one tuple.
"""


def info_of(node: Value | Tensor) -> Info | None:
    """What is known about a node beyond its numbers."""
    info = node._info
    if isinstance(info, tuple):
        info = node._info = Info(group=group_of(*info))
    return info


class Named:
    """Base of nodes: what they are called."""

    __slots__ = ()

    _info: Any

    @property
    def name(self) -> str | None:
        """What to call it, or None."""
        return None if (info := info_of(self)) is None else info.name  # type: ignore[arg-type]

    @name.setter
    def name(self, name: str | None) -> None:
        info = info_of(self)  # type: ignore[arg-type]
        if info is None:
            self._info = Info(name)
        else:
            info.name = name


def group_of(module: Any, around: Group | None, inputs: tuple[Any, ...]) -> Group:
    """The group of a call of a module."""
    return Group(str(module.name or type(module).__name__), str(module.kind), around, inputs)


END: Final[Any] = object()
"""Ends a linked list of nodes."""
MANY: Final[Any] = object()
"""Stands in `_b` of a node that keeps tuples."""
FROZEN: Final[Any] = object()
"""Stands in `_form` of a leaf that requires no gradient."""


_FORMS: dict[tuple[Gate, str], Form] = {}


def forms(gate: Gate, pattern: str) -> Form:
    """The one Form of this gate and pattern."""
    try:
        return _FORMS[gate, pattern]
    except KeyError:
        return _FORMS.setdefault((gate, pattern), Form(gate, pattern))


def operands_of(node: Value) -> tuple[Value | float, ...]:
    """Everything the node was computed from, plain numbers included, in the gate's order; empty for a leaf."""
    if node._b is MANY:
        if node._gb is None:
            parents: tuple[Value, ...] = node._a
            return parents
        many: list[Value | float] = list(node._a)
        for place, number in node._gb:
            many.insert(place, number)
        return tuple(many)
    if node._a is None:
        return ()
    if node._b is not None:
        return (node._a, node._b)
    pattern = node._form.pattern
    if pattern == "v":
        return (node._a,)
    return (node._a, node._gb) if pattern == "vc" else (node._gb, node._a)


def evaluation_order(root: Value) -> list[Value]:
    """Every node the root depends on, each after its operands, operands from left to right: the order of evaluation.

    For one expression this is the order in which its nodes were created.
    """
    order: list[Value] = []
    seen: set[int] = set()
    stack: list[Value] = [root]
    while stack:
        node = stack[-1]
        key = id(node)
        if key in seen:
            stack.pop()
            continue
        waiting = [p for p in node.parents if id(p) not in seen]
        if waiting:
            stack.extend(reversed(waiting))
        else:
            seen.add(key)
            order.append(node)
            stack.pop()
    return order


def backward_order(root: Value) -> list[Value]:
    """Every node the root depends on in the order the backward pass visits them: deepest first, leaves last.

    `Value.backward` walks the same order without making this list, so sums of contributions round alike in both.
    """
    buckets: list[list[Value]] = [[] for _ in range(root._depth + 1)]
    buckets[root._depth].append(root)
    seen = {id(root)}
    order: list[Value] = []
    while buckets:
        for node in reversed(buckets.pop()):
            order.append(node)
            for parent in node.parents:
                if id(parent) not in seen:
                    seen.add(id(parent))
                    buckets[parent._depth].append(parent)
    return order


def describe(node: Value) -> str:
    """A node in a few words for a message: its name or gate, and its number."""
    what = node.name or (node._form.gate.name if node._depth else "leaf")
    return f"{what} = {node.data:g}" if isinstance(node.data, (int, float)) else str(what)


def shown(operands: Sequence[Any]) -> str:
    """Operands in a few words for a message."""
    return ", ".join(describe(o) if hasattr(o, "_depth") else repr(o) for o in operands)
