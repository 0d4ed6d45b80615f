"""Where a nan came from: first the data, then an explosion."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from autograd import Trace

from .arrays import as_floats, named, shown

__all__ = ["NanReport", "nan_report"]


@dataclass(frozen=True)
class NanReport:
    """Where numbers are not finite; true where some are.

    Attributes:
        cause: "input" or "target" where the data hold them; "gradient" where the data are sound and parameters,
            gradients or the loss hold them, which an explosion makes; None where all is finite.
        name: Which array: "x", "y", "loss", or a parameter's name with ".grad" where it is its gradient.
        count: How many of its numbers are not finite.
        index: Where the first of them is.
        message: What was found and what helps, in a sentence.
        node: Of a trace, the first node at fault, for pictures: `viz.svg(trace, marks={found.node: found.message})`.
    """

    cause: Literal["input", "target", "gradient"] | None
    name: str | None
    count: int
    index: tuple[int, ...] | None
    message: str
    node: int | None = None

    def __bool__(self) -> bool:
        return self.cause is not None


def nan_report(x: Any, y: Any = None, *, parameters: Any = None, loss: Any = None) -> NanReport:
    """Look for a nan (or an infinity) in the order that finds its cause: the input, the target, then what was computed.

    Args:
        x: The input; or a trace alone, whose nodes are looked at on the way forward and then back.
        y: The target, if there is one.
        parameters: A network, a mapping from names to parameters, or a list of them; their gradients are looked at too.
        loss: The loss.

    >>> nan_report([[1.0, 2.0], [float("nan"), 4.0]]).message
    'the input has 1 number that is not finite, the first at (1, 0); fill in or drop what is missing'
    """
    if isinstance(x, Trace):
        return _traced(x)
    for cause, name, given in (("input", "x", x), ("target", "y", y)):
        if given is None:
            continue
        bad = _bad(given)
        if len(bad):
            which = "1 number that is" if len(bad) == 1 else f"{len(bad)} numbers that are"
            text = f"the {cause} has {which} not finite, the first at {_place(bad)}; fill in or drop what is missing"
            return NanReport(cause, name, len(bad), _place(bad), text)  # type: ignore[arg-type]
    suspects = [] if parameters is None else list(named(parameters))
    tried = [(f"{name}.grad", p.grad) for name, p in suspects if getattr(p, "grad", None) is not None]
    tried = [*tried, *suspects, *([] if loss is None else [("loss", loss)])]
    for name, given in tried:
        bad = _bad(given)
        if len(bad):
            text = (
                f"the data are finite, but {len(bad)} of {shown(name)} are not: numbers exploded; lower the learning "
                "rate, clip gradients by their norm, start with He or Xavier weights, and find the first operation at "
                "fault with autograd.detect_anomaly()"
            )
            return NanReport("gradient", name, len(bad), _place(bad), text)
    return NanReport(None, None, 0, None, "every number is finite")


def _traced(trace: Trace) -> NanReport:
    for node in trace.nodes:
        count = _bad_numbers(node.value)
        if not count:
            continue
        if node.kind == "gate":
            text = (
                f"{shown(node.label)} = {node.gate} is the first not finite, though what it is computed from is: "
                "it left its domain or overflowed; lower the learning rate, clip gradients, or keep its operands away "
                "from the end of its domain"
            )
            return NanReport("gradient", node.label, count, None, text, node.id)
        text = f"{shown(node.label)} is given and not finite; fill in or drop what is missing"
        return NanReport("input", node.label, count, None, text, node.id)
    for i in dict.fromkeys([*trace.order, *range(len(trace.nodes))]):  # the gates on the way back, then the inputs
        node = trace.nodes[i]
        count = _bad_numbers(node.grad)
        if count:
            text = (
                f"every value is finite, but the gradient that comes back to {shown(node.label)} is not: look at the "
                "slopes of what uses it, lower the learning rate, or clip gradients by their norm"
            )
            return NanReport("gradient", f"{node.label}.grad", count, None, text, node.id)
    return NanReport(None, None, 0, None, "every number is finite")


def _bad_numbers(held: Any) -> int:
    """How many numbers of a trace's node are not finite."""
    if held is None:
        return 0
    if isinstance(held, (int, float)):
        return int(not math.isfinite(held))
    return int(held.nans + held.infinities)


def _bad(given: Any) -> Any:
    return np.argwhere(~np.isfinite(as_floats(given)))


def _place(bad: Any) -> tuple[int, ...]:
    return tuple(int(i) for i in bad[0])
