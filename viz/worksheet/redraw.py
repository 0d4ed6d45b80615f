"""Another sheet of the same exercise: the graph of a trace computed again with small numbers drawn for its inputs."""

from __future__ import annotations

import math
import random

from autograd import GATES, Trace
from autograd.array_info import number

from ..errors import PictureError
from ..recompute import computed_again

__all__ = ["with_new_inputs"]

SMALL_NUMBERS = (-3.0, -2.0, -1.0, 1.0, 2.0, 3.0)
TRIES = 60
"""Draws that are looked at; the one easiest to work with is taken."""


def with_new_inputs(source: Trace, seed: int) -> Trace:
    """The trace with other inputs: whole numbers from −3 to 3, never 0, the same for the same seed everywhere.

    Draws that make a number infinite or nan, or so large or small that nobody would calculate with it, are passed
    over, as far as there are others; so are those in which a gradient vanishes, two inputs are the same, or a maximum
    is one of equals.

    Raises:
        PictureError: the trace has a gate that is not in the rule table, or no draw has a finite result.
    """
    generator = random.Random(f"inputs {seed}")
    best: tuple[int, Trace] | None = None
    for attempt in range(TRIES):
        found = computed_again(source, _draw(source, generator, keep_signs=attempt >= TRIES // 2))
        awkwardness = _awkwardness(found)
        if awkwardness is not None and (best is None or awkwardness < best[0]):
            best = (awkwardness, found)
        if best is not None and best[0] == 0:
            break
    if best is None:
        raise PictureError("no small whole numbers for the inputs give finite values and gradients: leave out seed")
    return best[1]


def _draw(source: Trace, generator: random.Random, keep_signs: bool) -> dict[int, float]:
    drawn: dict[int, float] = {}
    for leaf in source.leaves:
        chosen = SMALL_NUMBERS[int(generator.random() * len(SMALL_NUMBERS))]
        drawn[leaf.id] = math.copysign(chosen, x) if keep_signs and (x := number(leaf.value)) == x else chosen
    return drawn


def _awkwardness(found: Trace) -> int | None:
    """How many numbers are unpleasant to work with; None where one is not finite."""
    numbers = [number(node.value) for node in found.nodes]
    gradients = [number(node.grad) for node in found.nodes if node.grad is not None]
    numbers += gradients + [number(e.local) for e in found.edges if e.local is not None]
    if not all(map(math.isfinite, numbers)):
        return None
    unwieldy = sum(abs(x) >= 1000 or 0 < abs(x) < 0.01 for x in numbers)
    inputs = [leaf.value for leaf in found.leaves]
    repeated = len(inputs) - len(set(inputs)) if len(inputs) <= len(SMALL_NUMBERS) else 0
    return unwieldy + repeated + 3 * sum(g == 0 for g in gradients) + 100 * _ties(found)


def _ties(found: Trace) -> int:
    """How many gates that choose, such as max, have nothing to choose by."""
    count = 0
    for step in found.forward:
        values = [operand.value for operand in step.operands]
        gate = GATES[step.node.gate or ""]
        count += gate.chooses and (len(set(values)) < len(values) or values == [0.0])
    return count
