"""A tensor expression opened into its scalar graph: every number a Value, every operation the gates it consists of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import GraphError, OperandError
from ..graph import Info, evaluation_order, info_of
from ..modes import Group, state, switched
from ..operation import Array, Operation
from ..operations.contractions import product_count
from ..operations.scalars import objects
from ..text import shorten
from ..value import Value
from .describe import describe

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["LIMIT", "ScalarGraph", "scalar_graph"]

LIMIT = 20_000
"""How many Values a graph opens into at most, unless more are allowed."""
NAME_WIDTH = 200
"""How much of a tensor's name its elements keep."""


@dataclass(frozen=True, eq=False)
class ScalarGraph:
    """The scalar graph of a tensor expression. `opened[t]` are the Values of any Tensor `t` of it.

    Attributes:
        values: The result: a Value for a single number without axes, otherwise an array of Values of the same shape.
        leaves: The Values of each leaf that takes part, in the order of evaluation; those of a leaf that requires no
            gradient are constants.
    """

    values: Any
    leaves: Mapping[Tensor, Any]
    _opened: Mapping[Tensor, Any]

    def __getitem__(self, tensor: Tensor) -> Any:
        if tensor not in self._opened:
            raise OperandError(f"{describe(tensor)} is not part of this graph")
        return _plain(self._opened[tensor])


def scalar_graph(
    tensor: Tensor, *, names: Mapping[str, Any] | None = None, primitives: bool = False, limit: int = LIMIT
) -> ScalarGraph:
    """Open a (small) tensor expression into Values with the same graph, the same numbers and the same gradients.

    Args:
        tensor: The result of the expression.
        names: Names for tensors that have none, e.g. `locals()`. The Values of `W` are called "W[0,1]" and so on.
        primitives: Open composite gates and fused operations as far down as they go, as `autograd.primitives()`.
        limit: How many Values there may be.

    Returns:
        The result's Values, with those of every tensor on the way. The Values that one operation consists of are a
        group named after it. A float32 graph opens into float64, the only precision Values have.

    Raises:
        GraphError: there would be more than `limit` Values, the graph was freed by a backward pass, or a tensor was
            changed in place since it was used.
        OperandError: an operation of the expression has no reading on scalars.

    >>> from autograd import Tensor
    >>> w, x = Tensor([[1.0, 2.0]], requires_grad=True, name="w"), Tensor([3.0, 4.0], name="x")
    >>> opened = scalar_graph((w @ x).sum())
    >>> print(opened.values.tree(backward=False))
    v3 = v1 + v2 = 11
    ├─ v1 = w[0,0]·x[0] = 3   (local ∂ 1)
    │  ├─ w[0,0] = 1   (local ∂ 3)
    │  └─ x[0] = 3
    └─ v2 = w[0,1]·x[1] = 8   (local ∂ 1)
       ├─ w[0,1] = 2   (local ∂ 4)
       └─ x[1] = 4
    >>> opened.values.backward()
    >>> [v.grad for v in opened.leaves[w].ravel()]
    [3.0, 4.0]
    """
    opener = _Opener(names or {}, limit, primitives or state.primitives)
    with switched(grad_enabled=True, group=None, sources=False, anomaly=None, primitives=opener.primitives):
        opener.open(tensor)
    leaves = {leaf: _plain(opener.opened[id(leaf)]) for leaf in opener.leaves}
    opened = {node: opener.opened[id(node)] for node in opener.met}
    return ScalarGraph(_plain(opened[tensor]), leaves, opened)


class _Opener:
    def __init__(self, names: Mapping[str, Any], limit: int, primitives: bool) -> None:
        self.names = {id(t): n for n, t in names.items() if hasattr(t, "_apply_operation_")}
        self.limit = limit
        self.primitives = primitives
        self.opened: dict[int, Array] = {}
        self.leaves: list[Tensor] = []
        self.met: list[Tensor] = []
        self.known: set[int] = set()
        self.keep: list[Any] = []  # the tensors whose ids are keys above

    def open(self, root: Tensor, around: Group | None = None, within: bool = False) -> None:
        """Open everything below the root, operands first; `within` a definition, whose leaves are nobody's business."""
        order: list[Any] = evaluation_order(root)  # type: ignore[arg-type]
        self.keep.extend(order)
        if not within:
            self.met.extend(order)
        self._count(sum(_least(node) for node in order if id(node) not in self.opened))
        for node in order:
            if id(node) in self.opened:
                continue
            if node.is_leaf:
                self.opened[id(node)] = self._leaf(node)
                if not within:
                    self.leaves.append(node)
            else:
                _require_fresh(node)
                self.opened[id(node)] = self._operation(node, around)

    def _count(self, more: int) -> None:
        size = len(self.known) + more
        if size > self.limit:
            raise GraphError(
                f"to_values: this graph opens into at least {size:,} scalars, more than {self.limit:,}: open a smaller "
                f"part of it or smaller tensors, or allow more with limit={size:,}"
            )

    def _name(self, tensor: Tensor) -> str | None:
        return tensor.name if tensor.name is not None else self.names.get(id(tensor))

    def _leaf(self, leaf: Tensor) -> Array:
        name = self._name(leaf)
        values = np.empty(leaf.shape, object)
        for index in np.ndindex(leaf.shape):
            values[index] = value = Value(
                float(leaf._data[index]), _indexed(name, index), requires_grad=leaf.requires_grad
            )
            self.known.add(id(value))
        return values

    def _operation(self, node: Tensor, around: Group | None) -> Array:
        rule, info, name = node._rule, info_of(node), self._name(node)
        assert rule is not None
        if info is not None and info.group is not None:
            around = info.group
        operands = [self.opened[id(o)] if isinstance(o, type(node)) else objects(o) for o in node.operands]
        inputs = tuple(v for a in operands for v in a.ravel().tolist() if isinstance(v, Value))
        title = rule.name if name is None else f"{name} = {rule.name}"
        group = Group(title, "operation", around, inputs)
        if rule.definition is not None and rule.local is None and (self.primitives or rule.scalar is None):
            values = self._through_definition(node, rule, operands, group)
        else:
            values = _scalar_reading(node, rule, operands)
        made = self._made(values)
        self._count(0)
        # A single gate is the operation itself: a box around it would say nothing more.
        own = group if len(made) > 1 else around
        source = None if info is None else info.source
        for value in made:
            if own is not None or source is not None:
                value._info = Info(source=source, group=own)
        if name is not None:
            given = set(map(id, inputs))
            for index in np.ndindex(values.shape):
                result = values[index]
                if isinstance(result, Value) and id(result) not in given and result.name is None:
                    result.name = _indexed(name, index)
        return values

    def _through_definition(self, node: Tensor, rule: Operation, operands: list[Array], group: Group) -> Array:
        """The Values of a fused operation: those of what it is short for."""
        assert rule.definition is not None
        kind = type(node)
        inputs: list[Any] = list(node.operands)
        for i, operand in enumerate(inputs):
            if isinstance(operand, kind):
                inputs[i] = kind(operand._data, requires_grad=operand.requires_grad)
                self.opened[id(inputs[i])] = operands[i]
        self.keep.extend(inputs)
        out = rule.definition(*inputs, **(node._options or {}))
        self.keep.append(out)
        self.open(out, group, within=True)
        return self.opened[id(out)]

    def _made(self, values: Array) -> list[Value]:
        """The Values that are new since the last time, and are counted now."""
        made: list[Value] = []
        stack = [v for v in values.ravel().tolist() if isinstance(v, Value)]
        while stack:
            value = stack.pop()
            if id(value) not in self.known:
                self.known.add(id(value))
                made.append(value)
                stack.extend(value.parents)
        return made


def _scalar_reading(node: Tensor, rule: Operation, operands: list[Array]) -> Array:
    """The operation applied to arrays of Values.

    Raises:
        OperandError: it cannot be; or what comes out is not of the tensor's shape.
    """
    options = node._options or {}
    try:
        # numpy reports what happens inside Values; the tensor itself has come by the same numbers in silence.
        with np.errstate(all="ignore"):
            if rule.scalar is not None:
                values = rule.scalar(*operands, **options)
            else:
                values = rule.forward(*operands, **options)
                values = values[0] if rule.keeps else values
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        raise OperandError(f"{_unreadable(rule)}: {error}") from None
    values = objects(values)
    if values.shape != node.shape:
        raise OperandError(f"{_unreadable(rule)}: it gave shape {values.shape} in place of {node.shape}")
    return values


def _unreadable(rule: Operation) -> str:
    return (
        f"to_values: the operation {rule.name} has no reading on scalars; give its entry scalar= or a definition= in "
        "simpler operations"
    )


def _least(node: Tensor) -> int:
    """How many Values a tensor opens into, at least."""
    rule = node._rule
    if rule is None:
        return node.size
    if rule.view:
        return 0
    shapes = [np.shape(getattr(o, "_data", o)) for o in node.operands]
    if rule.name in ("matmul", "linear", "linear_relu"):
        return int(node.size * shapes[0][-1])
    if rule.name == "einsum":
        return product_count(node._options["equation"], shapes)  # type: ignore[index]
    if rule.name in ("dot", "inner", "tensordot"):
        # Every axis but those summed is in one operand and the result, and those are in both operands.
        return math.isqrt(math.prod(map(math.prod, (*shapes, node.shape))))
    return node.size


def _require_fresh(node: Tensor) -> None:
    versions = sum(o._version for o in node.operands if isinstance(o, type(node)))
    if versions != node._stamp or node._version:
        raise GraphError(
            f"to_values: {describe(node)} or an operand of it has been changed in place since it was computed, so that "
            "its scalars would no longer come to it; compute it again first"
        )


def _indexed(name: str | None, index: tuple[int, ...]) -> str | None:
    if name is None or not index:
        return name
    # Thousands of elements may have this name: a very long one is cut.
    return f"{shorten(name, NAME_WIDTH)}[{','.join(map(str, index))}]"


def _plain(values: Array) -> Any:
    """For the reader: Values only, and a single one by itself."""
    whole = np.empty(values.shape, object)
    for index in np.ndindex(values.shape):
        value = values[index]
        whole[index] = value if isinstance(value, Value) else Value(float(value), requires_grad=False)
    return whole if whole.ndim else whole[()]
