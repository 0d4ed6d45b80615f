"""Stepper: walk through a trace like a debugger, forwards and back, with breakpoints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from .array_info import is_finite, size_of
from .errors import TraceError
from .steps import BackwardStep, ForwardStep
from .trace_data import Trace

__all__ = ["Breakpoint", "Step", "Stepper", "gradient_above", "not_finite"]

Step: TypeAlias = ForwardStep | BackwardStep
Breakpoint: TypeAlias = Callable[[Step], bool]


def gradient_above(limit: float) -> Breakpoint:
    """A breakpoint where a gradient arriving at a gate or leaving it is larger than `limit` in size.

    An array is as large as its largest element.
    """

    def met(step: Step) -> bool:
        if isinstance(step, ForwardStep):
            return False
        return any(size_of(g) > limit for g in (step.upstream, *(m.contribution for m in step.moves)))

    return met


def not_finite() -> Breakpoint:
    """A breakpoint where a value, a local derivative or a gradient is infinite or nan, or has an element that is."""

    def met(step: Step) -> bool:
        if isinstance(step, ForwardStep):
            return not is_finite(step.node.value)
        local = [m.local for m in step.moves if m.local is not None]
        return not all(map(is_finite, [step.upstream, *local, *(m.contribution for m in step.moves)]))

    return met


class Stepper:
    """A place in the sequence of all forward steps followed by all backward steps.

    Args:
        trace: What to walk through.
        breakpoints: Conditions at which `run` stops.

    Attributes:
        position: Index of the current step; -1 before the first.

    Raises:
        TraceError: the trace has no steps.

    >>> import autograd
    >>> x = autograd.Value(2.0, name="x")
    >>> stepper = Stepper(autograd.trace((x * x).exp()))
    >>> print(stepper.next())
    v1 = x·x = 2·2 = 4
    >>> print(stepper.run_to("v1").sentence)
    multiply swaps: x and x each get x × upstream
    """

    def __init__(self, trace: Trace, breakpoints: Sequence[Breakpoint] = ()) -> None:
        self.trace = trace
        self.breakpoints: list[Breakpoint] = list(breakpoints)
        self.position = -1
        self._forward = trace.forward
        self._backward = trace.backward
        if len(self) == 0:
            raise TraceError("stepper: a single number has no steps")

    def __len__(self) -> int:
        return len(self._forward) + len(self._backward)

    def __getitem__(self, index: int) -> Step:
        index = range(len(self))[index]  # counts a negative one from the end
        count = len(self._forward)
        return self._forward[index] if index < count else self._backward[index - count]

    @property
    def current(self) -> Step | None:
        """The step last taken; None before the first."""
        return None if self.position < 0 else self[self.position]

    @property
    def at_end(self) -> bool:
        """Whether the last step has been taken."""
        return self.position == len(self) - 1

    def go(self, position: int) -> Step:
        """Move to a step by its index, held within the sequence."""
        self.position = min(max(position, 0), len(self) - 1)
        return self[self.position]

    def next(self) -> Step:
        """Take one step; stays on the last."""
        return self.go(self.position + 1)

    def previous(self) -> Step:
        """Go back one step; stays on the first."""
        return self.go(self.position - 1)

    def first(self) -> Step:
        """Go to the first step."""
        return self.go(0)

    def last(self) -> Step:
        """Go to the last step."""
        return self.go(len(self) - 1)

    def run(self) -> Step:
        """Go on to the next step at which a breakpoint is met, or to the last."""
        return self._run(lambda step: any(met(step) for met in self.breakpoints))

    def run_to(self, label: str) -> Step:
        """Go on to the next step of the node of that name, forward or backward, or to the last.

        Raises:
            TraceError: there is no such node.
        """
        wanted = self.trace.find(label).id
        return self._run(lambda step: step.node.id == wanted)

    def _run(self, stop: Callable[[Step], bool]) -> Step:
        step = self.next()
        while not self.at_end and not stop(step):
            step = self.next()
        return step
