"""trace: run a backward pass of one's own over a graph and write everything down as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from .array_info import number
from .backward import number_gradients
from .collector import paused_collector
from .errors import OperandError
from .formula import Blanks, Formula, Operand
from .graph import FROZEN, backward_order, evaluation_order, operands_of
from .latex import latex_name
from .recording import Recording, shown_label
from .text import format_number
from .trace_data import Edge, GateInfo, Node, Trace
from .value import Value

if TYPE_CHECKING:
    from .tensors import Tensor

__all__ = ["trace"]


@paused_collector()  # a trace of many nodes would be looked through again and again
def trace(
    output: Value | Tensor,
    *,
    names: Mapping[str, Any] | None = None,
    backward: bool = True,
    gradient: Any = None,
    arrays: Literal["small", "full"] = "small",
) -> Trace:
    """Record one pass over the graph that ends in `output`. No `.grad` is touched, and no hook is called.

    Args:
        output: The result to differentiate.
        names: Names for nodes that have none, e.g. `locals()`: every Value, Tensor and array counts.
        backward: Make the backward pass too; without it, gradients are None.
        gradient: For a Tensor that is not a single number, the gradient of its elements where the pass starts: an array
            of its shape, as for `Tensor.backward`.
        arrays: Which arrays are kept with all their elements: those of at most 64 ("small") or every one ("full"). Of
            others the trace has shape, range and a thumbnail; see `autograd.array_info.ArrayInfo`.

    Returns:
        The trace, with nodes in the order of evaluation. Plain numbers and arrays among the operands, and Tensors that
        require no gradient, appear as constants.

    Raises:
        OperandError: `output` is neither, or `gradient` is given for a Value.
        GraphError: a Tensor's graph has been freed, or it is not a single number and there is no `gradient`.
        ShapeError: `gradient` has another shape.

    >>> a, b = Value(2.0, name="a"), Value(-3.0, name="b")
    >>> record = trace(a * b)
    >>> [(node.label, node.value, node.grad) for node in record.nodes]
    [('a', 2.0, -3.0), ('b', -3.0, 2.0), ('v1', -6.0, 1.0)]
    >>> [(edge.formula, edge.local, edge.contribution) for edge in record.edges]
    [('b', -3.0, -3.0), ('a', 2.0, 2.0)]

    >>> from autograd import Tensor
    >>> W, x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True, name="W"), Tensor([1.0, -1.0], name="x")
    >>> record = trace((W @ x).sum())
    >>> print(record.find("W").grad, record.edges[0].pullback)
    (2, 2) −1…1 upstream · xᵀ
    """
    if hasattr(type(output), "_apply_operation_"):
        from .tensors.tracing import record

        return record(output, names or {}, backward, gradient, arrays)  # type: ignore[arg-type]
    if not isinstance(output, Value):
        raise OperandError(f"trace needs the Value or Tensor a computation ended in, not a {type(output).__name__}")
    if gradient is not None:
        raise OperandError("trace: gradient= is for Tensors; the pass from a Value starts at 1")
    return _Recorder(output, names or {}, backward).trace()


class _Recorder(Recording):
    def __init__(self, output: Value, names: Mapping[str, Any], backward: bool) -> None:
        super().__init__(evaluation_order(output), names, (Value,))
        self.output = output
        self.backward_order = backward_order(output)
        self.gradients = number_gradients(output, self.backward_order) if backward else None

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
            groups=tuple(self.group_infos()),
        )

    def _add_leaf(self, value: Value) -> None:
        name = self.name(value)
        frozen = value._form is FROZEN
        label = shown_label(name) if name is not None else format_number(value.data) if frozen else next(self.labels)
        self._append(value, "constant" if frozen else "leaf", label, name, Formula("", ""), "")

    def _add_gate(self, value: Value) -> None:
        gate = value._form.gate
        operands = operands_of(value)
        ids = [self.ids[id(o)] if isinstance(o, Value) else self._add_constant(o, value) for o in operands]
        shown: list[Operand] = [self._operand(i) for i in ids]
        spelled = [self.latex[i] for i in ids]
        values = [self._number(i) for i in ids]
        numbers = list(map(format_number, values))
        name = self.name(value)
        label = shown_label(name) if name is not None else next(self.labels)
        blanks = Blanks(shown, spelled)
        self._append(value, "gate", label, name, blanks.expression(gate), Blanks(numbers).text(gate))
        child = self.ids[id(value)]
        local = iter(value.local)
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
        return self._number(node) if record.kind == "constant" and record.name is None else record.label

    def _number(self, node: int) -> float:
        return number(self.nodes[node].value)

    def _add_constant(self, number: float, user: Value) -> int:
        label = format_number(float(number))
        group = self.group(user)
        self.nodes.append(Node(len(self.nodes), "constant", label, None, None, float(number), None, group=group))
        self.latex.append(label)
        return len(self.nodes) - 1

    def _append(self, value: Value, kind: Any, label: str, name: str | None, text: Formula, numbers: str) -> None:
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
                source=self.source(value),
                group=self.group(value),
            )
        )
        self.latex.append(latex_name(label))
