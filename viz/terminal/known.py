"""What is known at a step: nothing is shown before the pass has reached it."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from autograd import Trace
from autograd.array_info import Quantity, short
from autograd.trace_data import Node

__all__ = ["UNKNOWN", "Gradient", "Known"]

UNKNOWN = "?"
"""What stands where a number is not known yet."""


class Gradient(NamedTuple):
    """A gradient so far: the sum of the contributions that have arrived, and how many of all that is."""

    sum: Quantity
    arrived: int
    awaited: int

    @property
    def complete(self) -> bool:
        """Whether nothing more will arrive."""
        return self.arrived == self.awaited

    def __str__(self) -> str:
        shown = short(self.sum)
        return shown if self.complete else f"{shown} + {UNKNOWN}"


class Known:
    """The numbers of a trace as they become known along its steps, each looked up in logarithmic time.

    Args:
        trace: The trace that is stepped through.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.gates = len(trace.order)
        self._computed = [-1] * len(trace.nodes)  # at which forward step; -1 for what is given
        for step in trace.forward:
            self._computed[step.node.id] = step.index
        self._times: list[list[int]] = [[] for _ in trace.nodes]
        self._sums: list[list[Quantity]] = [[] for _ in trace.nodes]
        for back in trace.backward:
            for move in back.moves:
                self._times[move.node.id].append(back.index)
                self._sums[move.node.id].append(move.after)

    def value(self, node: Node, position: int) -> Quantity | None:
        """The node's value, or None before the step that computes it."""
        return node.value if self._computed[node.id] <= position else None

    def gradient(self, node: Node, position: int) -> Gradient | None:
        """The node's gradient so far, or None where nothing of it has arrived; the root's is there from the start."""
        done = position - self.gates
        if node.grad is None or done < 0:
            return None
        if node.id == self.trace.root:
            return Gradient(node.grad, 1, 1)
        times = self._times[node.id]
        arrived = bisect_right(times, done)
        return Gradient(self._sums[node.id][arrived - 1], arrived, len(times)) if arrived else None

    def locals(self, node: Node, position: int) -> list[str] | None:
        """The local derivatives of a gate to its operands, recorded by the forward step that computed it.

        For arrays what it will send back stands in their place.
        """
        if self._computed[node.id] > position:
            return None
        return [edge.pullback or short(edge.local) for edge in self.trace.operands[node.id] if edge.passes]

    def shown_value(self, node: Node, position: int) -> str:
        """The value as text."""
        value = self.value(node, position)
        return UNKNOWN if value is None else short(value)

    def shown_gradient(self, node: Node, position: int) -> str:
        """The gradient so far as text: `6`, `6 + ?` where more is to come, `?` where none has come, empty for none."""
        if node.grad is None:
            return ""
        gradient = self.gradient(node, position)
        return UNKNOWN if gradient is None else str(gradient)

    def shown_locals(self, node: Node, position: int) -> str:
        """The local derivatives as text, by slot."""
        if node.kind != "gate":
            return ""
        numbers = self.locals(node, position)
        return UNKNOWN if numbers is None else "; ".join(numbers) if node.shape is not None else ", ".join(numbers)
