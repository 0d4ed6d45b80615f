"""Timeline: the steps of both passes with their captions and times, in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograd import Trace
from autograd.array_info import short

__all__ = ["HOLD", "SECONDS", "Frame", "timeline"]

SECONDS = 2.0
"""How long a backward step shows."""
FORWARD_SHARE = 0.6
"""A forward step takes this part of a backward step's time: it says less."""
HOLD = 4.0
"""Seconds for which the finished picture stands before it begins again."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One step of the film. `kind` is "inputs", "forward", "seed", "backward" or "result"; times are in seconds."""

    kind: str
    start: float
    end: float
    caption: str

    def at(self, share: float) -> float:
        """The moment at which this share of the step is over."""
        return self.start + share * (self.end - self.start)


def timeline(trace: Trace, seconds: float, hold: float, forward: bool) -> Iterator[Frame]:
    """The steps in order, each beginning where the one before it ends.

    Args:
        trace: What is played.
        seconds: How long a backward step shows.
        hold: How long the result stands, in seconds.
        forward: Whether the forward pass is played.
    """
    told: list[tuple[str, float, str]] = []
    if forward and trace.forward:
        inputs = [f"{leaf.label} = {short(leaf.value)}" for leaf in trace.leaves]
        told.append(("inputs", FORWARD_SHARE, f"inputs: {', '.join(inputs)}" if inputs else "constants only"))
        total = len(trace.forward)
        told += [("forward", FORWARD_SHARE, f"forward {s.index + 1}/{total}: {s.formula}") for s in trace.forward]
    if trace.has_gradients:
        told.append(("seed", FORWARD_SHARE, f"backward: it starts at the result, with {_seed(trace)}"))
        total = len(trace.backward)
        told += [("backward", 1.0, f"backward {s.index + 1}/{total}: {s.sentence}") for s in trace.backward]
    start = 0.0
    for kind, share, caption in told:
        yield Frame(kind, start, start + share * seconds, caption)
        start += share * seconds
    yield Frame("result", start, start + hold, _outcome(trace))


def _seed(trace: Trace) -> str:
    root, grad = trace.result.label, trace.result.grad
    return f"∂{root}/∂{root} = 1" if not trace.result.is_array else f"upstream = {short(grad)}"


def _outcome(trace: Trace) -> str:
    root = trace.result.label
    found = [f"∂{root}/∂{leaf.label} = {short(leaf.grad)}" for leaf in trace.leaves if leaf.grad is not None]
    return ",  ".join(found) or f"{root} = {short(trace.result.value)}"
