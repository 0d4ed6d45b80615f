"""Exercise: which numbers of a trace a reader is to find, in which order, and how each comes about."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from autograd import BackwardStep, Trace
from autograd.array_info import Quantity, number
from autograd.steps import Move
from autograd.text import format_number, signed

from ..captions import Role
from ..errors import PictureError

__all__ = ["GAP_SIGN", "MOST_BLANKS", "Blank", "Exercise", "exercise"]

MOST_BLANKS = 150
"""More than this nobody fills in."""
MOST_TERMS = 6
GAP_SIGN = "___"
"""Stands in a hint for a number to be written there."""

Use = tuple[int, int]
Place = tuple[Role, int, Use | None]


@dataclass(frozen=True, slots=True)
class Blank:
    """One number to find.

    Attributes:
        number: Counted from 1 in the order in which they can be found.
        place: What the number is: its role, its node, and for a number of a wire the use as (child, slot).
        question: What stands before the equals sign.
        hint: The shape of the working, with a gap for every number.
        working: The working with its numbers; empty while the answers are hidden.
        answer: The number as shown; empty while the answers are hidden.
    """

    number: int
    place: Place
    question: str
    hint: str
    working: str
    answer: str


@dataclass(frozen=True)
class Exercise:
    """A trace with blanks. Without answers, no hidden number is anywhere in it: in its place stands 0."""

    trace: Trace
    blanks: tuple[Blank, ...]
    answers: bool

    def without_answers(self) -> Exercise:
        """The exercise as a reader gets it."""
        blanks = tuple(replace(blank, working="", answer="") for blank in self.blanks)
        return Exercise(_masked(self.trace, {blank.place for blank in self.blanks}), blanks, False)


def exercise(trace: Trace, *, values: float = 0.0, derivatives: bool = False, seed: int = 0) -> Exercise:
    """Ask for every gradient of a trace but the result's own, which is 1 and given.

    Args:
        trace: What to ask about.
        values: Which part of the values that gates compute is asked for as well, from 0 to 1.
        derivatives: Ask for every local derivative as well. They are always asked for where values are: a local
            derivative often is the value of another wire.
        seed: Chooses which values.

    Raises:
        PictureError: there is nothing to ask, or far too much, or `values` is not a part.
    """
    if not 0 <= values <= 1:
        raise PictureError(f"values must be between 0 and 1, not {values!r}")
    if trace.of_tensors:
        raise PictureError(
            "a worksheet asks for single numbers and this is a graph of tensors: open a small one with to_values(), "
            "or draw it as .svg or .html"
        )
    if not trace.has_gradients:
        raise PictureError("a worksheet asks for gradients and this trace has none: make it with a backward pass")
    found = _Questions(trace, _chosen(trace, values, seed), derivatives or values > 0).blanks()
    if not found:
        raise PictureError("there is nothing to ask: the graph has no gate that passes a gradient on")
    if len(found) > MOST_BLANKS:
        raise PictureError(f"a worksheet has at most {MOST_BLANKS} blanks, not {len(found):,}: use a smaller graph")
    return Exercise(trace, tuple(found), True)


def _number(quantity: Quantity | None) -> float:
    """What is asked for is a number: traces of tensors are refused, and a move has all of its numbers."""
    assert quantity is not None
    return number(quantity)


def _chosen(trace: Trace, share: float, seed: int) -> set[int]:
    """The gates whose values are asked for."""
    gates = [step.node.id for step in trace.forward]
    generator = random.Random(f"blanks {seed}")
    order = sorted((generator.random(), gate) for gate in gates)
    return {gate for _, gate in order[: math.ceil(share * len(gates))]}


class _Questions:
    def __init__(self, trace: Trace, values: set[int], derivatives: bool) -> None:
        self.trace = trace
        self.values = values
        self.derivatives = derivatives
        self.numbers: dict[Place, int] = {}

    def blanks(self) -> list[Blank]:
        return [*self._values(), *self._locals(), *self._gradients()]

    def _blank(self, place: Place, question: str, hint: str, working: str, quantity: Quantity | None) -> Blank:
        self.numbers[place] = len(self.numbers) + 1
        answer = format_number(_number(quantity))
        working = "" if working == answer else working.removesuffix(f" = {answer}")
        return Blank(self.numbers[place], place, question, hint, working, answer)

    def _values(self) -> Iterator[Blank]:
        for step in self.trace.forward:
            if step.node.id in self.values:
                node = step.node
                yield self._blank(
                    ("value", node.id, None), f"{node.label} = {node.formula}", "", node.numbers, node.value
                )

    def _locals(self) -> Iterator[Blank]:
        if not self.derivatives:
            return
        for step in self.trace.backward:
            for move in step.moves:
                rule, _, working = step.rule(move).partition(" = ")
                place: Place = ("local", move.node.id, (move.edge.child, move.edge.slot))
                yield self._blank(place, rule + self._which(move), "", working, move.local)

    def _gradients(self) -> Iterator[Blank]:
        """In the order of the backward pass; a sum as soon as everything has arrived that it is the sum of."""
        missing = {
            node.id: sum(e.contribution is not None for e in self.trace.uses[node.id]) for node in self.trace.nodes
        }
        for step in self.trace.backward:
            for move in step.moves:
                yield self._passed_on(step, move)
            for node in dict.fromkeys(move.node.id for move in step.moves):
                missing[node] -= sum(move.node.id == node for move in step.moves)
                if missing[node] == 0 and len(self.trace.uses[node]) > 1:
                    yield self._sum(node)

    def _passed_on(self, step: BackwardStep, move: Move) -> Blank:
        node, use = move.node, (move.edge.child, move.edge.slot)
        question = f"∂{step.root}/∂{node.label}"
        place: Place = ("grad", node.id, None)
        if len(self.trace.uses[node.id]) > 1:
            question += f" through {step.node.label}{self._which(move)}"
            place = ("contribution", node.id, use)
        return self._blank(place, question, f"{GAP_SIGN} × {GAP_SIGN}", step.product(move), move.contribution)

    def _sum(self, node: int) -> Blank:
        terms = [edge for edge in self.trace.uses[node] if edge.contribution is not None]
        places: list[Place] = [("contribution", node, (edge.child, edge.slot)) for edge in terms]
        hint = _added([f"[{self.numbers[place]}]" for place in places])
        shown = [format_number(_number(terms[0].contribution)), *(signed(_number(e.contribution)) for e in terms[1:])]
        record = self.trace.nodes[node]
        assert record.grad is not None
        question = f"∂{self.trace.result.label}/∂{record.label}"
        return self._blank(("grad", node, None), question, hint, _added(shown), record.grad)

    def _which(self, move: Move) -> str:
        """Which input it is, where a gate has the same operand twice."""
        twice = sum(edge.parent == move.node.id for edge in self.trace.operands[move.edge.child]) > 1
        return f", input {move.edge.slot + 1}" if twice else ""


def _added(terms: list[str]) -> str:
    return " + ".join(terms if len(terms) <= MOST_TERMS else [*terms[:3], "…", terms[-1]])


def _masked(trace: Trace, places: set[Place]) -> Trace:
    """The trace with 0 for every hidden number, and without the texts that tell it."""
    nodes = tuple(
        replace(
            node,
            value=0.0 if ("value", node.id, None) in places else node.value,
            grad=0.0 if ("grad", node.id, None) in places else node.grad,
            numbers="",
            source=None,
        )
        for node in trace.nodes
    )
    edges = tuple(
        edge if edge.local is None else replace(
            edge,
            local=0.0 if ("local", edge.parent, (edge.child, edge.slot)) in places else edge.local,
            upstream=0.0,
            contribution=0.0,
            because="",
        )
        for edge in trace.edges
    )  # fmt: skip
    return replace(trace, nodes=nodes, edges=edges)
