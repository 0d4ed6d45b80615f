"""A graph of Tensors written down as a trace: shapes, ranges, small arrays in full, and what every pullback does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..array_info import Quantity, number, short
from ..errors import GraphError
from ..formula import Blanks, Formula
from ..gate import GATES, Gate
from ..graph import evaluation_order
from ..latex import latex_name
from ..operation import Array, Operation
from ..recording import Recording, numbered, shown_label
from ..text import format_number
from ..trace_data import Edge, GateInfo, Node, Trace
from .backward import backward_order, contribution
from .describe import describe, shape_text
from .spelling import Spelling
from .summary import quantity

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["record"]


def record(
    output: Tensor, names: Mapping[str, Any], backward: bool, gradient: Any, arrays: Literal["small", "full"]
) -> Trace:
    """The trace of the graph that ends in a Tensor; see `autograd.trace`."""
    seed = None
    if backward and output._requires_grad:
        seed = _seed(output, gradient)
    return _TensorRecorder(output, names, seed, arrays == "full").trace()


def _seed(output: Tensor, gradient: Any) -> Array:
    if gradient is None and output.size != 1:
        raise GraphError(
            f"trace: {describe(output)} is not a single number: reduce it, e.g. with sum() or mean(), say with which "
            f"weights its elements count, gradient= of shape {shape_text(output.shape)}, or leave the gradients out "
            "with backward=False"
        )
    return output.seed(gradient)._data


class _TensorRecorder(Recording):
    def __init__(self, output: Tensor, names: Mapping[str, Any], seed: Array | None, full: bool) -> None:
        self.backward_order = backward_order(output)  # raises where the graph was freed
        super().__init__(evaluation_order(output), names, (type(output), np.ndarray))  # type: ignore[arg-type]
        self.kind = type(output)
        self.output = output
        self.full = full
        self.constants = numbered("c")
        self.arrays: dict[int, int] = {}
        """Ids of the arrays among the operands that have been met, by their own."""
        self.gates = {v._rule.name: v._rule for v in self.order if v._rule is not None}
        self.gradients: dict[int, Array] = {}
        self.sent: dict[tuple[int, int], tuple[Array, Array | None]] = {}
        """For each use, by the gate's `id()` and the slot: what it adds, and the sum where it is not the first."""
        if seed is not None:
            self._run_back(seed)

    def _run_back(self, seed: Array) -> None:
        """The backward pass, in the engine's own order of addition."""
        gradients = self.gradients
        gradients[id(self.output)] = seed
        for node in self.backward_order:
            if id(node) not in gradients:  # no pullback leads here
                gradients[id(node)] = np.zeros_like(node._data)
            if node._rule is None:
                continue
            upstream = np.asarray(gradients[id(node)])
            for slot, operand in enumerate(node.operands):
                if type(operand) is not self.kind or not operand._requires_grad:
                    continue
                part = contribution(node, slot, upstream)
                if part is None:
                    continue
                key = id(operand)
                total = gradients[key] + part if key in gradients else None
                self.sent[id(node), slot] = part, total
                gradients[key] = part if total is None else total

    def trace(self) -> Trace:
        for tensor in self.order:
            if tensor._rule is None:
                self._add_leaf(tensor)
            else:
                self._add_gate(tensor)
        return Trace(
            root=self.ids[id(self.output)],
            nodes=tuple(self.nodes),
            edges=tuple(self.edges),
            order=tuple(self.ids[id(v)] for v in self.backward_order if v._rule is not None),
            gates={n: GateInfo(g.glyph or n, g.metaphor, _domain(g)) for n, g in sorted(self.gates.items())},
            groups=tuple(self.group_infos()),
        )

    def _quantity(self, array: Any) -> Quantity:
        return quantity(np.asarray(array), self.full)

    # --------------------------------------------------------------------------------------------------------- nodes

    def _add_leaf(self, tensor: Tensor) -> None:
        name = self.name(tensor)
        if name is not None:
            label = shown_label(name)
        elif tensor._requires_grad:
            label = next(self.labels)
        else:
            label = self._constant_label(tensor._data)
        self._append(tensor, "leaf" if tensor._requires_grad else "constant", label, name, Formula("", ""), "")

    def _constant_label(self, array: Array) -> str:
        return format_number(float(array.item())) if array.size == 1 else next(self.constants)

    def _append(
        self, tensor: Tensor, kind: Literal["leaf", "constant", "gate"], label: str, name: str | None, text: Formula,
        numbers: str,
    ) -> None:  # fmt: skip
        gradient = self.gradients.get(id(tensor))
        self.ids[id(tensor)] = len(self.nodes)
        self.nodes.append(
            Node(
                id=len(self.nodes),
                kind=kind,
                label=label,
                name=name,
                gate=None if tensor._rule is None else tensor._rule.name,
                value=self._quantity(tensor._data),
                grad=None if gradient is None or kind == "constant" else self._quantity(gradient),
                formula=text.unicode,
                numbers=numbers,
                latex=text.latex,
                source=self.source(tensor),
                group=self.group(tensor),
                shape=tuple(map(int, tensor.shape)),
                dtype=tensor.dtype.name,
            )
        )
        self.latex.append(latex_name(label))

    def _add_constant(self, operand: Any, user: Tensor) -> int:
        """A number or an array among the operands; an array that is used again is the same constant."""
        if id(operand) in self.arrays:
            return self.arrays[id(operand)]
        group = self.group(user)
        place = len(self.nodes)
        if not isinstance(operand, np.ndarray):
            label = format_number(float(operand))
            self.nodes.append(Node(place, "constant", label, None, None, float(operand), None, group=group))
            self.latex.append(label.replace("−", "-"))
            return place
        name = self.given.get(id(operand))
        label = shown_label(name) if name is not None else self._constant_label(operand)
        self.nodes.append(
            Node(
                place, "constant", label, name, None, self._quantity(operand), None, group=group,
                shape=tuple(map(int, operand.shape)), dtype=operand.dtype.name,
            )
        )  # fmt: skip
        self.latex.append(latex_name(label))
        self.arrays[id(operand)] = place
        return place

    # --------------------------------------------------------------------------------------------------------- edges

    def _add_gate(self, tensor: Tensor) -> None:
        rule: Operation = tensor._rule  # type: ignore[assignment]
        operands = tensor.operands
        ids = [self.ids[id(o)] if type(o) is self.kind else self._add_constant(o, tensor) for o in operands]
        gate = GATES.get(rule.name) if rule.local is not None else None
        nodes = [self.nodes[i] for i in ids]
        plain = [number(n.value) if n.kind == "constant" and n.name is None and not n.is_array else None for n in nodes]
        labels, latex = [n.label for n in nodes], [self.latex[i] for i in ids]
        name = self.name(tensor)
        label = shown_label(name) if name is not None else next(self.labels)
        spelling = Spelling(rule, gate, labels, latex, plain, (label, latex_name(label)))
        options = dict(tensor._options or {})
        values = [str(n.shape) if n.is_array else short(n.value) for n in nodes]
        # One number from numbers alone: the chain rule is a product of numbers, as in a scalar graph.
        single = gate is not None and tensor.size == 1 and not any(n.is_array for n in nodes)
        if gate is not None and single:
            numbers = Blanks(values).text(gate)
        else:
            numbers = Spelling(rule, gate, values, values, [None] * len(nodes)).expression(options).unicode
        self._append(tensor, "gate", label, name, spelling.expression(options, single=single), numbers)
        summed = [self._stretched(gate, rule, tensor, n.shape or ()) for n in nodes]
        formulas = spelling.locals([number(n.value) for n in nodes] if single else ())
        pullbacks = [Formula("", "")] * len(nodes) if single else spelling.pullbacks(summed)
        locals_ = tensor.local if gate is not None else (None,) * len(nodes)
        child = self.ids[id(tensor)]
        for slot, (operand, parent) in enumerate(zip(operands, ids, strict=True)):
            takes = type(operand) is self.kind and operand._requires_grad and rule.pullback(slot) is not None
            if not takes:
                self.edges.append(Edge(parent, child, slot, None, None, None))
                continue
            part, total = self.sent.get((id(tensor), slot), (None, None))
            local = locals_[slot]
            self.edges.append(
                Edge(
                    parent, child, slot,
                    local=None if local is None else self._quantity(local),
                    upstream=self.nodes[child].grad,
                    contribution=self._arriving(part, operand, parent),
                    formula=formulas[slot].unicode, latex=formulas[slot].latex, because=formulas[slot].because,
                    pullback=pullbacks[slot].unicode, pullback_latex=pullbacks[slot].latex,
                    summed=() if single else tuple(summed[slot]),
                    so_far=self._arriving(total, operand, parent),
                )
            )  # fmt: skip

    def _arriving(self, array: Array | None, operand: Any, parent: int) -> Quantity | None:
        """What comes to an operand; where that is its whole gradient, what is known of it already."""
        if array is None:
            return None
        return self.nodes[parent].grad if array is self.gradients[id(operand)] else self._quantity(array)

    @staticmethod
    def _stretched(gate: Gate | None, rule: Operation, result: Tensor, shape: Sequence[int]) -> list[int]:
        """The axes of the result along which an operand of this shape was stretched."""
        if gate is not None:
            ndim, wide = result.ndim, result.shape
        elif rule.name == "matmul" and len(shape) >= 2:
            ndim, wide, shape = result.ndim - 2, result.shape[:-2], shape[:-2]
        else:
            return []
        extra = ndim - len(shape)
        return [a for a in range(ndim) if a < extra or (shape[a - extra] == 1 and wide[a] != 1)]


def _domain(rule: Operation) -> str:
    gate = GATES.get(rule.name) if rule.local is not None else None
    return "" if gate is None else gate.domain
