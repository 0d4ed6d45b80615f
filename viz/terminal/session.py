"""Session: one walk through one expression. The screen and the prompt both drive this and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from autograd import ExpressionError, Stepper, Trace, TraceError
from autograd.array_info import short
from autograd.stepper import Breakpoint, Step
from autograd.text import format_number
from autograd.trace_data import Node

from ..captions import is_plain_constant
from ..command.arguments import read_number, split_assignment
from ..errors import PictureError
from ..formats.tree import unique_labels
from ..pictures import draw
from .breakpoints import about, condition, find_node
from .known import Known

__all__ = ["LEAP", "Session"]

LEAP = 10
"""Steps that `J` and `K` take where the graph has no groups."""


class Session:
    """A place in a trace, with breakpoints, a selected node, and inputs that can be changed.

    Args:
        trace: What to walk through.
        title: What to call it.
        numbers: The inputs' numbers by name; empty where they cannot be changed.
        compute: Makes the trace anew for other numbers; None where that cannot be done.

    Attributes:
        trace: The trace for the numbers as they are now.
        stepper: The place in it.
        known: What is known there.
        labels: A label for every node that no other has.
        selected: id of the node chosen by searching or clicking; None where the current gate is meant.
        conditions: Breakpoints on numbers, by how they are shown.
        marked: ids of the nodes with a breakpoint.

    Raises:
        TraceError: the trace has no steps.

    >>> from autograd import parse, trace
    >>> f = parse("a * b")
    >>> session = Session(trace(f(a=2.0, b=-3.0)))
    >>> session.move(2).sentence
    'multiply swaps: a gets b × upstream, b gets a × upstream'
    """

    def __init__(
        self,
        trace: Trace,
        *,
        title: str = "",
        numbers: Mapping[str, float] | None = None,
        compute: Callable[[dict[str, float]], Trace] | None = None,
    ) -> None:
        self.title = title
        self.numbers = dict(numbers or {})
        self.compute = compute
        self.selected: int | None = None
        self.conditions: dict[str, Breakpoint] = {}
        self.marked: dict[int, None] = {}
        self.sought = ""
        self._use(trace, -1)

    def _use(self, trace: Trace, position: int) -> None:
        self.stepper = Stepper(trace)
        self._here: tuple[int, Step | None, frozenset[int]] = (-2, None, frozenset())
        self.stepper.position = min(position, len(self.stepper) - 1)
        self.trace = trace
        self.known = Known(trace)
        self.labels = unique_labels(trace)
        self.shown = [node.id for node in trace.nodes if not is_plain_constant(node)]

    # --------------------------------------------------------------------------------------------------- where it is

    @property
    def position(self) -> int:
        """Index of the current step; -1 before the first."""
        return self.stepper.position

    @property
    def step(self) -> Step | None:
        """The current step; None before the first."""
        return self._look()[0]

    def _look(self) -> tuple[Step | None, frozenset[int]]:
        """The current step and its operands, made once per place: a gate can have thousands."""
        position, step, operands = self._here
        if position != self.position:
            step = self.stepper.current
            operands = frozenset() if step is None else frozenset(e.parent for e in self.trace.operands[step.node.id])
            self._here = (self.position, step, operands)
        return step, operands

    @property
    def focus(self) -> Node | None:
        """The selected node, or the current step's."""
        if self.selected is not None:
            return self.trace.nodes[self.selected]
        return None if self.step is None else self.step.node

    @property
    def operands(self) -> frozenset[int]:
        """ids of the current gate's operands."""
        return self._look()[1]

    # -------------------------------------------------------------------------------------------------------- moving

    def move(self, count: int) -> Step:
        """Take so many steps forwards, or back where negative; held within the sequence."""
        return self.go(self.position + count)

    def go(self, position: int) -> Step:
        """Move to a step by its index, or by one counted from the end, held within the sequence."""
        self.selected = None
        return self.stepper.go(position)

    def last(self) -> Step:
        """Move to the last step."""
        return self.go(len(self.stepper) - 1)

    def leap(self, count: int) -> Step:
        """Move on (or back) to the next step in another group, so many times; ten steps each without groups."""
        if not self.trace.groups:
            return self.move(LEAP * count)
        way = 1 if count > 0 else -1
        for _ in range(min(abs(count), len(self.stepper))):
            here = None if self.step is None else self.step.node.group
            self.move(way)
            while not self._at_the_end(way) and self.step is not None and self.step.node.group == here:
                self.move(way)
        return self.stepper[max(self.position, 0)]

    def _at_the_end(self, way: int) -> bool:
        return self.position == (len(self.stepper) - 1 if way > 0 else 0)

    def go_on(self) -> str:
        """Move on to the next breakpoint, or to the last step; says which."""
        met = [*self.conditions.values(), *(about(self.trace, node) for node in self.marked)]
        if self.stepper.at_end:
            return "this is the last step"
        self.selected = None
        self.stepper.breakpoints = met
        step = self.stepper.run()
        reasons = [name for name, holds in self.conditions.items() if holds(step)]
        reasons += [self.labels[node] for node in self.marked if about(self.trace, node)(step)]
        if reasons:
            return f"stopped: {', '.join(reasons)}"
        return "the last step; no breakpoint was met" if met else "the last step; there are no breakpoints"

    def run_to(self, name: str) -> str:
        """Move on to the next step of a node, or for an input to the next step that uses it.

        Raises:
            TraceError: there is no such node, or no such step further on; nothing has moved then.
        """
        node = find_node(self.trace, self.labels, name)
        met = about(self.trace, node.id)
        for position in range(self.position + 1, len(self.stepper)):
            if met(self.stepper[position]):
                self.go(position)
                return ""
        raise TraceError(f"{self.labels[node.id]} has no step further on; g goes back to the first step")

    # ------------------------------------------------------------------------------------------- breakpoints, search

    def toggle(self, name: str = "") -> str:
        """Set or take away the breakpoint of that node, of that condition, or of the node in focus; says what there is.

        Raises:
            TraceError: there is no such node.
            ExpressionError: that is no condition.
        """
        if name.strip().startswith(">") or (name.strip() == "nan" and "nan" not in self.labels):
            return self.toggle_condition(name)
        node = find_node(self.trace, self.labels, name) if name.strip() else self.focus
        if node is None:
            raise TraceError("there is no current gate yet: take a step, or name a node")
        if node.id in self.marked:
            del self.marked[node.id]
        else:
            self.marked[node.id] = None
        return self.breakpoints

    def toggle_condition(self, text: str) -> str:
        """Set or take away a breakpoint on numbers; says what breakpoints there are.

        Raises:
            ExpressionError: that is no condition.
        """
        shown, met = condition(text)
        if self.conditions.pop(shown, None) is None:
            self.conditions[shown] = met
        return self.breakpoints

    @property
    def breakpoints(self) -> str:
        """The breakpoints there are, in words."""
        names = [*self.conditions, *(self.labels[node] for node in self.marked)]
        return f"breakpoints: {', '.join(names)}" if names else "no breakpoints"

    def search(self, text: str = "", way: int = 1) -> Node:
        """Select the next node (or the previous: `way` -1) whose name has the text in it; the last text where empty.

        Raises:
            TraceError: there is none.
        """
        self.sought = text.strip().casefold() or self.sought
        if not self.sought:
            raise TraceError("search for what? type / and a part of a name")
        places = self.shown
        here = self.focus
        start = places.index(here.id) if here is not None and here.id in places else (-1 if way > 0 else 0)
        for distance in range(1, len(places) + 1):
            node = self.trace.nodes[places[(start + way * distance) % len(places)]]
            names = (self.labels[node.id], node.name or "", node.gate or "")
            if any(self.sought in name.casefold() for name in names):
                self.selected = node.id
                return node
        raise TraceError(f"no node or gate has {self.sought!r} in its name")

    # ------------------------------------------------------------------------------------------------- edit and save

    def edit(self, assignment: str) -> str:
        """Change an input, typed as `NAME=NUMBER`, and compute everything anew; the place is kept.

        Raises:
            ExpressionError: it is not of that form, there is no such input, or that is no number; nothing has changed.
            TraceError: this trace's inputs cannot be changed.
        """
        name, equals, text = split_assignment(assignment)
        if self.trace.of_tensors:
            raise TraceError("the inputs of a graph of tensors cannot be changed here: compute it again in Python")
        if self.compute is None:
            raise TraceError("the inputs of a trace from a file cannot be changed: step through the expression itself")
        if name not in self.numbers:
            raise ExpressionError(f"there is no input {name!r}; there are {', '.join(self.numbers) or 'none'}")
        if not equals:
            raise ExpressionError(f"{assignment.strip()!r} is not of the form NAME=NUMBER")
        numbers = self.numbers | {name: read_number(name, text)}
        self._use(self.compute(numbers), self.position)
        self.numbers = numbers
        result = self.trace.result
        return f"{name} = {format_number(numbers[name])}; {result.label} is now {short(result.value)}"

    def save(self, path: str) -> str:
        """Write a picture; its ending says which kind.

        Raises:
            AutogradError: it cannot be made or written.
        """
        try:
            target = Path(path.strip()).expanduser()
        except RuntimeError as error:  # ~somebody without a home
            raise PictureError(f"cannot write {path.strip()!r}: {error}") from None
        return f"wrote {draw(self.trace, target)}"
