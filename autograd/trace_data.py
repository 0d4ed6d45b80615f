"""Trace: one forward and backward pass as plain data, which pictures, pages and files are made from.

A trace knows nothing of the engine: it can come from a file, another machine or another program.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from .array_info import ArrayInfo, Quantity, is_finite, short
from .errors import TraceError

if TYPE_CHECKING:
    from .steps import BackwardStep, ForwardStep

__all__ = ["ArrayInfo", "Edge", "GateInfo", "GroupInfo", "Kind", "Node", "Quantity", "Trace"]

Kind: TypeAlias = Literal["leaf", "constant", "gate"]


@dataclass(frozen=True, slots=True)
class Node:
    """One number of the computation, or one array.

    Attributes:
        id: Position in the order of evaluation, from 0.
        kind: "leaf" (an input), "constant" (a number or an array that gets no gradient) or "gate".
        label: What a picture calls it: its name made printable and short, the constant itself, or v1, v2, ...
        name: Its name exactly as given, or None.
        gate: Name of the gate or operation that computed it; None for a leaf or a constant.
        value: The number, or of an array that does not have exactly one element what there is to know.
        grad: The gradient of the root with respect to it, a number where `value` is one and else an array of its shape;
            None for a constant, or where no pass was made.
        formula: What it was computed as over its operands' labels, e.g. `a·b`; empty for a leaf or a constant.
        numbers: The same over their values, e.g. `2·(−3)`, or over the shapes of arrays.
        latex: `formula` in LaTeX.
        source: File and line that created it, where recorded.
        group: Index into `Trace.groups`, or None.
        shape: The number of elements along each axis of a tensor; None for a plain number.
        dtype: The kind of a tensor's numbers, e.g. "float32"; empty for a plain number.
    """

    id: int
    kind: Kind
    label: str
    name: str | None
    gate: str | None
    value: Quantity
    grad: Quantity | None
    formula: str = ""
    numbers: str = ""
    latex: str = ""
    source: str | None = None
    group: int | None = None
    shape: tuple[int, ...] | None = None
    dtype: str = ""

    @property
    def is_array(self) -> bool:
        """Whether it is an array of other than one element."""
        return isinstance(self.value, ArrayInfo)


@dataclass(frozen=True, slots=True)
class Edge:
    """One use of a number or an array by a gate.

    What travels back along it is `local × upstream`, a product of numbers, or where there are arrays what `pullback`
    says: `local ⊙ upstream` element by element, or the linear map of an operation that has no local derivative of the
    operand's shape, such as `xᵀ · upstream`.

    Attributes:
        parent: id of the node used.
        child: id of the gate's node using it.
        slot: Which operand of the gate it is, from 0.
        local: ∂child/∂parent through this operand, recorded on the forward pass: for arrays that of every element of
            the child. None for a constant, and for an operation that is not element-wise.
        upstream: ∂root/∂child; None for a constant or where no backward pass was made.
        contribution: What this use adds to the parent's gradient: for one number local × upstream.
        formula: The local derivative over the operands' labels, e.g. `b`; empty where there is none.
        latex: The same in LaTeX.
        because: The comparison the formula depends on, e.g. `a > b`, or empty.
        pullback: For arrays, what travels back over the operands' labels, e.g. `b ⊙ upstream`; else empty.
        pullback_latex: The same in LaTeX.
        summed: Axes of the child over which the contribution was summed, since the parent was stretched along them.
        so_far: In a trace of tensors, what the parent's gradient has come to with this contribution where others came
            before it; else None, as sums of plain numbers can be made again.
    """

    parent: int
    child: int
    slot: int
    local: Quantity | None
    upstream: Quantity | None
    contribution: Quantity | None
    formula: str = ""
    latex: str = ""
    because: str = ""
    pullback: str = ""
    pullback_latex: str = ""
    summed: tuple[int, ...] = ()
    so_far: Quantity | None = None

    @property
    def passes(self) -> bool:
        """Whether a gradient travels back along it when there is a backward pass: not to a constant."""
        return self.local is not None or self.pullback != ""


@dataclass(frozen=True, slots=True)
class GateInfo:
    """What pictures say of a gate: the glyph in its box and its metaphor."""

    glyph: str
    metaphor: str
    domain: str = ""


@dataclass(frozen=True, slots=True)
class GroupInfo:
    """A named part of the computation; `parent` is the index of the group around it."""

    name: str
    kind: str
    parent: int | None = None


@dataclass(frozen=True)
class Trace:
    """One pass over one graph. Make one with `autograd.trace`, or read one with `Trace.from_json`.

    Attributes:
        root: id of the result.
        nodes: All nodes in the order of evaluation; `nodes[i].id == i`.
        edges: All uses, by child and then slot.
        order: ids of the gate nodes in the order the backward pass visits them.
        gates: What pictures say of each gate that occurs.
        groups: The named parts that occur.

    Raises:
        TraceError: the parts do not fit together.
    """

    root: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    order: tuple[int, ...]
    gates: dict[str, GateInfo]
    groups: tuple[GroupInfo, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.nodes)
        if any(node.id != i for i, node in enumerate(self.nodes)):
            raise TraceError("trace: nodes must be numbered 0, 1, 2, ... in order")
        if not 0 <= self.root < count:
            raise TraceError(f"trace: root {self.root} is not one of its {count} nodes")
        gate_ids = [node.id for node in self.nodes if node.kind == "gate"]
        if sorted(self.order) != gate_ids:
            raise TraceError("trace: the backward order must name every gate node once")
        unknown = {n.gate for n in self.nodes if n.gate is not None} - set(self.gates)
        if unknown:
            raise TraceError(f"trace: nothing is said of the gate {min(unknown)!r}")
        if any(n.group is not None and not 0 <= n.group < len(self.groups) for n in self.nodes):
            raise TraceError(f"trace: a node is in a group beyond the {len(self.groups)} given")
        if any(g.parent is not None and not 0 <= g.parent < i for i, g in enumerate(self.groups)):
            raise TraceError("trace: a group must come after the group around it")
        _check_nodes(self)
        _check_edges(self)

    # --------------------------------------------------------------------------------------------------- looking up

    @cached_property
    def operands(self) -> tuple[tuple[Edge, ...], ...]:
        """For each node, the edges from its operands, by slot."""
        found: list[list[Edge]] = [[] for _ in self.nodes]
        for edge in self.edges:
            found[edge.child].append(edge)
        return tuple(tuple(sorted(edges, key=lambda e: e.slot)) for edges in found)

    @cached_property
    def uses(self) -> tuple[tuple[Edge, ...], ...]:
        """For each node, the edges to the gates that use it, in the order their contributions arrive."""
        found: list[list[Edge]] = [[] for _ in self.nodes]
        for child in self.order:
            for edge in self.operands[child]:
                found[edge.parent].append(edge)
        return tuple(map(tuple, found))

    @property
    def leaves(self) -> tuple[Node, ...]:
        """The inputs, in the order of evaluation."""
        return tuple(node for node in self.nodes if node.kind == "leaf")

    @property
    def result(self) -> Node:
        """The root node."""
        return self.nodes[self.root]

    @property
    def has_gradients(self) -> bool:
        """Whether the trace holds a backward pass."""
        return self.result.grad is not None

    def find(self, label: str) -> Node:
        """The first node of that name or label.

        Raises:
            TraceError: there is none; the message lists some that there are.
        """
        for node in self.nodes:
            if label in (node.name, node.label):
                return node
        some = ", ".join(n.label for n in self.nodes if n.kind != "constant")
        raise TraceError(f"trace: no node is called {label!r}; there are {some[:200]}")

    @cached_property
    def of_tensors(self) -> bool:
        """Whether it is a trace of tensors, which may have arrays in it."""
        return any(node.shape is not None for node in self.nodes)

    # ----------------------------------------------------------------------------------------------------- stepping

    @property
    def forward(self) -> Sequence[ForwardStep]:
        """One step per gate in the order of evaluation."""
        from .steps import forward_steps

        return forward_steps(self)

    @property
    def backward(self) -> Sequence[BackwardStep]:
        """One step per gate in the order of the backward pass."""
        from .steps import backward_steps

        return backward_steps(self)

    # ------------------------------------------------------------------------------------------------------- saving

    def summary(self) -> str:
        """The trace in a few lines: how many nodes of which gates, the result, and anything not finite.

        >>> import autograd
        >>> print(autograd.trace(autograd.Value(2.0, name="x") * 3).summary())
        3 nodes: 1 gate, 1 leaf, 1 constant; 2 edges
        gates: mul 1
        result v1 = 6
        """
        kinds = Counter(node.kind for node in self.nodes)
        gates = Counter(node.gate for node in self.nodes if node.gate is not None)
        counts = ", ".join(_plural(kinds[kind], kind) for kind in _KINDS if kinds[kind])
        lines = [f"{_plural(len(self.nodes), 'node')}: {counts}; {_plural(len(self.edges), 'edge')}"]
        if gates:
            lines.append("gates: " + ", ".join(f"{gate} {n}" for gate, n in sorted(gates.items())))
        lines.append(f"result {self.result.label} = {short(self.result.value)}")
        origin = self.not_finite
        if origin is not None:
            lines.append(f"not finite since {origin.label} = {origin.formula or origin.label}")
        return "\n".join(lines)

    @cached_property
    def not_finite(self) -> Node | None:
        """The first node in the order of evaluation whose value is infinite or nan."""
        return next((node for node in self.nodes if not is_finite(node.value)), None)

    def to_json(self, indent: int | None = None) -> str:
        """The trace as JSON text following `autograd/trace.schema.json`."""
        from .trace_json import dump

        return dump(self, indent)

    @classmethod
    def from_json(cls, text: str) -> Trace:
        """Read what `to_json` wrote.

        Raises:
            TraceError: the text is not such a trace.
        """
        from .trace_json import load

        return load(text)


def _check_nodes(trace: Trace) -> None:
    with_gradients = trace.has_gradients
    for node in trace.nodes:
        if (node.kind == "gate") != (node.gate is not None):
            raise TraceError(f"trace: node {node.id} is a {node.kind}, but its gate is {node.gate!r}")
        if (node.grad is not None) != (with_gradients and node.kind != "constant"):
            has = "no gradient" if node.grad is None else "a gradient"
            raise TraceError(f"trace: node {node.id} has {has}, unlike the others")
        for quantity in (node.value, node.grad):
            if isinstance(quantity, ArrayInfo):
                if quantity.shape != node.shape or quantity.size == 1:
                    raise TraceError(f"trace: node {node.id} has an array that is not of its shape {node.shape}")
            elif quantity is not None and node.shape is not None and math.prod(node.shape) != 1:
                raise TraceError(f"trace: node {node.id} of shape {node.shape} is not one number")


def _check_edges(trace: Trace) -> None:
    count = len(trace.nodes)
    with_gradients = trace.has_gradients
    place = {node: i for i, node in enumerate(trace.order)}
    child, slot, children = -1, 0, 0
    for edge in trace.edges:
        if not 0 <= edge.parent < edge.child < count:
            raise TraceError(f"trace: edge {edge.parent} → {edge.child} does not lead from a node to a later one")
        if edge.child not in place or place.get(edge.parent, count) < place[edge.child]:
            raise TraceError(f"trace: the backward order does not go from node {edge.child} to node {edge.parent}")
        if edge.child != child:
            children += 1
        slot = slot + 1 if edge.child == child else 0
        if edge.child < child or edge.slot != slot:
            raise TraceError("trace: edges must come by child, and those of one child by slot: 0, 1, 2, ...")
        child = edge.child
        passes = with_gradients and edge.passes
        if (edge.upstream is not None) != passes or (edge.contribution is not None) != passes:
            raise TraceError(f"trace: edge {edge.parent} → {edge.child} has some of its numbers but not all")
        _check_shapes(trace, edge)
    if children != len(place):
        raise TraceError("trace: a gate without operands")
    for edges in trace.uses:
        late = [edge for edge in edges if edge.contribution is not None][1:]
        if any(isinstance(edge.contribution, ArrayInfo) and edge.so_far is None for edge in late):
            raise TraceError(f"trace: nobody can tell what the gradient of node {late[0].parent} comes to on the way")


def _check_shapes(trace: Trace, edge: Edge) -> None:
    """What travels along a wire has the shape of what is at its end."""
    parent, child = trace.nodes[edge.parent].shape, trace.nodes[edge.child].shape
    whose = ((edge.local, child), (edge.upstream, child), (edge.contribution, parent), (edge.so_far, parent))
    for quantity, shape in whose:
        one = shape is None or math.prod(shape) == 1
        if quantity is not None and (quantity.shape != shape if isinstance(quantity, ArrayInfo) else not one):
            raise TraceError(f"trace: edge {edge.parent} → {edge.child} has an array that is not of the shape {shape}")


_KINDS: tuple[Kind, ...] = ("gate", "leaf", "constant")


def _plural(count: int, name: str) -> str:
    if count == 1:
        return f"{count} {name}"
    return f"{count:,} {'leaves' if name == 'leaf' else name + 's'}"
