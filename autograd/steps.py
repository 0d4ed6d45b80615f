"""Steps: a trace told one gate at a time, each with its sentence, its formulas and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, overload

from .array_info import ArrayInfo, Quantity, number, short
from .text import format_number, signed
from .trace_data import Edge, Node, Trace

__all__ = ["BackwardStep", "ForwardStep", "Move", "backward_steps", "forward_steps", "is_loose"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Move:
    """What one step sends to one operand: `upstream × local = contribution`, or for arrays what the pullback says.

    Attributes:
        edge: The use it travels back along.
        node: The operand that receives it.
        before: What the operand's gradient had come to before this contribution; None if it is the first.
        after: What it comes to with it.
    """

    edge: Edge
    node: Node
    before: Quantity | None
    after: Quantity

    @property
    def local(self) -> Quantity | None:
        """The local derivative; None for an operation that is not element-wise."""
        return self.edge.local

    @property
    def contribution(self) -> Quantity:
        """local × upstream, or what the pullback makes of upstream."""
        assert self.edge.contribution is not None
        return self.edge.contribution

    @property
    def of_arrays(self) -> bool:
        """Whether it is told by its pullback, and not as a product of two numbers."""
        return self.edge.pullback != ""

    @property
    def total(self) -> str:
        """The receiver's gradient with this contribution in it, as a sum where it is one: `6 + (−2) = 4`."""
        total = short(self.after)
        if self.before is None:
            return total
        return f"{short(self.before)} + {_term(self.contribution)} = {total}"

    def phrase(self, receiver: str = "", verb: str = "gets") -> str:
        """What happens to this operand, in words, e.g. "a gets b × upstream"."""
        return f"{receiver or self.node.label} {verb} {self._what()}"

    def _what(self) -> str:
        if self.of_arrays:
            return f"{self.edge.pullback}{self._how_summed()}, {self.node.shape}"
        formula = self.edge.formula
        why = f" because {self.edge.because}" if self.edge.because else ""
        if formula == "1":
            return f"upstream{why}"
        if formula == "−1":
            return f"−upstream{why}"
        if formula == "0":
            return f"nothing{why}"
        factor = f"({formula})" if is_loose(formula) else formula
        return f"{factor} × upstream{why}"

    def _how_summed(self) -> str:
        axes = self.edge.summed
        if not axes:
            return ""
        named = f"axis {axes[0]}" if len(axes) == 1 else f"axes {', '.join(map(str, axes))}"
        return f" (summed over {named})"


@dataclass(frozen=True, slots=True)
class ForwardStep:
    """One gate computing its value.

    Attributes:
        index: Position among the forward steps, from 0.
        node: The node computed.
        operands: The nodes it is computed from, constants included, by slot.
    """

    index: int
    node: Node
    operands: tuple[Node, ...]

    @property
    def formula(self) -> str:
        """What is computed and from which numbers, e.g. `v1 = a·b = 2·(−3) = −6`."""
        return f"{self.node.label} = {self.node.formula} = {self.node.numbers} = {short(self.node.value)}"

    @property
    def sentence(self) -> str:
        """The step in plain words."""
        inputs = _listed([operand.label for operand in self.operands])
        return f"{self.node.gate} of {inputs} is {short(self.node.value)}"

    def __str__(self) -> str:
        return self.formula.replace("−", "-")


@dataclass(frozen=True, slots=True)
class BackwardStep:
    """One gate passing its gradient on to its operands.

    Attributes:
        index: Position among the backward steps, from 0.
        node: The gate's node.
        upstream: ∂root/∂node.
        arrived: The contributions that `upstream` is the sum of, in the order they arrived; empty for the root.
        moves: What the gate sends to each operand that takes a gradient, by slot.
        metaphor: What the gate does, in two or three words.
        root: Label of the result.
    """

    index: int
    node: Node
    upstream: Quantity
    arrived: tuple[Edge, ...]
    moves: tuple[Move, ...]
    metaphor: str
    root: str

    @property
    def sentence(self) -> str:
        """The step in plain words, e.g. "multiply swaps: a gets b × upstream, b gets a × upstream"."""
        name = self.metaphor or self.node.gate or ""
        if not self.moves:
            return f"{name}: nothing here takes a gradient"
        kinds = {(m.edge.formula, m.edge.because, m.edge.pullback, m.of_arrays and m.node.shape) for m in self.moves}
        if len(self.moves) > 1 and len(kinds) == 1:
            together = _listed([m.node.label for m in self.moves])
            return f"{name}: {self.moves[0].phrase(together, 'each get')}"
        between = "; " if any(m.of_arrays for m in self.moves) else ", "
        return f"{name}: {between.join(m.phrase() for m in self.moves)}"

    def rule(self, move: Move) -> str:
        """The local derivative along a wire as a formula, and as a number where that says more: `∂v/∂a = b = −3`.

        For an operation that is not element-wise, the map that takes its place: `upstream ↦ xᵀ · upstream`.
        """
        if move.local is None:
            return f"upstream ↦ {move.edge.pullback}"
        rule = f"∂{self.node.label}/∂{move.node.label} = {move.edge.formula}"
        if isinstance(move.local, ArrayInfo):
            return f"{rule}, element by element"
        local = format_number(move.local)
        return rule if move.edge.formula == local else f"{rule} = {local}"

    def product(self, move: Move) -> str:
        """What travels back along a wire: `upstream × local = contribution`, or the pullback and its result."""
        if move.of_arrays or move.local is None:
            return f"{move.edge.pullback} = {short(move.contribution)}"
        return f"{short(self.upstream)} × {_term(move.local)} = {short(move.contribution)}"

    def lines(self) -> list[str]:
        """The chain rule on each wire: formula, product and the running sum."""
        return [
            f"{self.rule(move)};  {self.product(move)};  ∂{self.root}/∂{move.node.label} = {move.total}"
            for move in self.moves
        ]

    def __str__(self) -> str:
        head = f"{self.node.label} = {self.node.formula}, upstream ∂{self.root}/∂{self.node.label}"
        text = "\n".join([
            f"{head} = {short(self.upstream)}",
            f"  {self.sentence}",
            *(f"  {line}" for line in self.lines()),
        ])  # fmt: skip
        return text.replace("−", "-")


def _term(x: Quantity) -> str:
    """A quantity as a factor or a term of a longer line."""
    return str(x) if isinstance(x, ArrayInfo) else signed(x)


def is_loose(formula: str) -> bool:
    """Whether a formula needs brackets before it can be multiplied: it has a sum, or cases, outside all brackets."""
    depth = 0
    for i, character in enumerate(formula):
        depth += (character == "(") - (character == ")")
        if depth == 0 and formula.startswith((" + ", " − ", " if "), i):
            return True
    return False


def _listed(labels: Sequence[str]) -> str:
    if len(labels) > 6:
        return f"{', '.join(labels[:3])}, … and {labels[-1]}"
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


class _Lazy(Sequence[T], Generic[T]):
    """A sequence whose items are made when they are looked at."""

    def __init__(self, length: int, make: Callable[[int], T]) -> None:
        self._length = length
        self._make = make

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return [self._make(i) for i in range(*index.indices(self._length))]
        if not -self._length <= index < self._length:
            raise IndexError(f"step {index} of {self._length}")
        return self._make(index % self._length)


def forward_steps(trace: Trace) -> Sequence[ForwardStep]:
    """One step per gate, in the order of evaluation."""
    gates = [node for node in trace.nodes if node.kind == "gate"]

    def make(i: int) -> ForwardStep:
        edges = trace.operands[gates[i].id]
        return ForwardStep(i, gates[i], tuple(trace.nodes[e.parent] for e in edges))

    return _Lazy(len(gates), make)


def backward_steps(trace: Trace) -> Sequence[BackwardStep]:
    """One step per gate, in the order of the backward pass; none if the trace has no backward pass."""
    if not trace.has_gradients:
        return []
    running = _running_sums(trace)

    def make(i: int) -> BackwardStep:
        node = trace.nodes[trace.order[i]]
        assert node.gate is not None
        assert node.grad is not None
        moves = tuple(
            Move(edge, trace.nodes[edge.parent], *running[edge.child, edge.slot])
            for edge in trace.operands[node.id]
            if edge.contribution is not None
        )
        metaphor = trace.gates[node.gate].metaphor
        return BackwardStep(i, node, node.grad, trace.uses[node.id], moves, metaphor, trace.result.label)

    return _Lazy(len(trace.order), make)


def _running_sums(trace: Trace) -> dict[tuple[int, int], tuple[Quantity | None, Quantity]]:
    """For each use, the operand's gradient before and after its contribution arrives."""
    sums: dict[tuple[int, int], tuple[Quantity | None, Quantity]] = {}
    for edges in trace.uses:
        before: Quantity | None = None
        for edge in edges:
            if edge.contribution is None:
                continue
            after = edge.contribution if before is None else _sum(before, edge)
            sums[edge.child, edge.slot] = (before, after)
            before = after
    return sums


def _sum(before: Quantity, edge: Edge) -> Quantity:
    if edge.so_far is not None:
        return edge.so_far
    # A trace without `so_far` has numbers here, which can be added up again.
    assert edge.contribution is not None
    return number(before) + number(edge.contribution)
