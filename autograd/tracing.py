"""trace: run a backward pass of one's own over a graph and write everything down as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .backward import number_gradients
from .errors import OperandError
from .formula import Blanks, Formula, Operand
from .graph import FROZEN, backward_order, evaluation_order, info_of, operands_of
from .latex import latex_name
from .membership import memberships, titles
from .modes import Group
from .text import format_number, shorten, visible
from .trace_data import Edge, GateInfo, GroupInfo, Node, Trace
from .value import Value

__all__ = ["trace"]


def trace(output: Value, *, names: Mapping[str, Any] | None = None, backward: bool = True) -> Trace:
    """Record one pass over the graph that ends in `output`. No `.grad` is touched.

    Args:
        output: The result to differentiate.
        names: Names for nodes that have none, e.g. `locals()`: every entry that is a Value counts.
        backward: Make the backward pass too; without it, gradients are None.

    Returns:
        The trace, with nodes in the order of evaluation. Plain numbers among the operands appear as constants.

    Raises:
        OperandError: `output` is not a Value.

    >>> a, b = Value(2.0, name="a"), Value(-3.0, name="b")
    >>> record = trace(a * b)
    >>> [(node.label, node.value, node.grad) for node in record.nodes]
    [('a', 2.0, -3.0), ('b', -3.0, 2.0), ('v1', -6.0, 1.0)]
    >>> [(edge.formula, edge.local, edge.contribution) for edge in record.edges]
    [('b', -3.0, -3.0), ('a', 2.0, 2.0)]
    """
    if not isinstance(output, Value):
        raise OperandError(f"trace needs the Value a computation ended in, not a {type(output).__name__}")
    return _Recorder(output, names or {}, backward).trace()


class _Recorder:
    def __init__(self, output: Value, names: Mapping[str, Any], backward: bool) -> None:
        self.output = output
        self.order = evaluation_order(output)
        self.given = {id(v): n for n, v in names.items() if isinstance(v, Value)}
        self.backward_order = backward_order(output)
        self.gradients = number_gradients(output, self.backward_order) if backward else None
        self.ids: dict[int, int] = {}
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.latex: list[str] = []
        self.groups: dict[Group, int] = {}
        self.members = dict(zip(map(id, self.order), memberships(self.order), strict=True))
        taken = {n for v in self.order if (n := self._name(v)) is not None}
        self.labels = (label for label in _numbered() if label not in taken)

    def trace(self) -> Trace:
        for value in self.order:
            if value._depth:
                self._add_gate(value)
            else:
                self._add_leaf(value)
        gates = {v._form.gate.name: v._form.gate for v in self.order if v._depth}
        return Trace(
            root=self.ids[id(self.output)],
            nodes=tuple(self.nodes),
            edges=tuple(self.edges),
            order=tuple(self.ids[id(v)] for v in self.backward_order if v._depth),
            gates={n: GateInfo(g.glyph or n, g.metaphor, g.domain) for n, g in sorted(gates.items())},
            groups=tuple(
                GroupInfo(name, group.kind, None if group.parent is None else self.groups[group.parent])
                for group, name in zip(self.groups, titles(list(self.groups)), strict=True)
            ),
        )

    def _name(self, value: Value) -> str | None:
        return value.name if value.name is not None else self.given.get(id(value))

    def _add_leaf(self, value: Value) -> None:
        name = self._name(value)
        frozen = value._form is FROZEN
        label = _label(name) if name is not None else format_number(value.data) if frozen else next(self.labels)
        self._append(value, "constant" if frozen else "leaf", label, name, Formula("", ""), "")

    def _add_gate(self, value: Value) -> None:
        gate = value._form.gate
        operands = operands_of(value)
        ids = [self.ids[id(o)] if isinstance(o, Value) else self._add_constant(o, value) for o in operands]
        shown: list[Operand] = [self._operand(i) for i in ids]
        spelled = [self.latex[i] for i in ids]
        numbers = [format_number(self.nodes[i].value) for i in ids]
        name = self._name(value)
        label = _label(name) if name is not None else next(self.labels)
        blanks = Blanks(shown, spelled)
        self._append(value, "gate", label, name, blanks.expression(gate), Blanks(numbers).text(gate))
        child = self.ids[id(value)]
        local = iter(value.local)
        values = [self.nodes[i].value for i in ids]
        upstream = None if self.gradients is None else self.gradients[id(value)]
        formulas = blanks.derivatives(gate, values)
        for slot, (operand, parent, text) in enumerate(zip(operands, ids, formulas, strict=True)):
            number = next(local) if isinstance(operand, Value) else None
            if number is None or self.nodes[parent].kind == "constant":
                self.edges.append(Edge(parent, child, slot, None, None, None))
                continue
            contribution = None if upstream is None else number * upstream
            self.edges.append(Edge(parent, child, slot, number, upstream, contribution, *text))

    def _operand(self, node: int) -> Operand:
        """How a formula shows a node: a nameless constant takes part as the number it is."""
        record = self.nodes[node]
        return record.value if record.kind == "constant" and record.name is None else record.label

    def _add_constant(self, number: float, user: Value) -> int:
        label = format_number(float(number))
        group = self._group(self.members[id(user)])
        self.nodes.append(Node(len(self.nodes), "constant", label, None, None, float(number), None, group=group))
        self.latex.append(label)
        return len(self.nodes) - 1

    def _append(self, value: Value, kind: Any, label: str, name: str | None, text: Formula, numbers: str) -> None:
        info = info_of(value)
        grad = None if self.gradients is None or kind == "constant" else self.gradients[id(value)]
        self.ids[id(value)] = len(self.nodes)
        self.nodes.append(
            Node(
                id=len(self.nodes),
                kind=kind,
                label=label,
                name=name,
                gate=value._form.gate.name if kind == "gate" else None,
                value=float(value.data),
                grad=grad,
                formula=text.unicode,
                numbers=numbers,
                latex=text.latex,
                source=None if info is None else info.source,
                group=self._group(self.members[id(value)]),
            )
        )
        self.latex.append(latex_name(label))

    def _group(self, group: Group | None) -> int | None:
        if group is None:
            return None
        line: list[Group] = []
        around: Group | None = group
        while around is not None and around not in self.groups:
            line.append(around)
            around = around.parent
        for member in reversed(line):
            self.groups[member] = len(self.groups)
        return self.groups[group]


def _label(name: str) -> str:
    return shorten(visible(name)) or "␣"


def _numbered() -> Iterator[str]:
    count = 0
    while True:
        count += 1
        yield f"v{count}"
