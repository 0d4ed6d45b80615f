"""Plan: what a back end runs. Numbers live in one array, each in a slot; instructions compute slots from slots.

A gate's instruction computes many results, which lie side by side. Each operand is read in one of three modes: ALONG
(slot, slot + 1, ...), SAME (one slot for all), or INDEXED (the slots are listed). Weighted sums have two kinds of
instruction: SUMS lists the slots of every pair; ROWS is a number of rows of equal length, in which the weights of a row
are the same all along and the values advance with the results, as in a layer applied to many samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..gate import Gate
from .tape import Indices

__all__ = ["ALONG", "INDEXED", "ROWS", "SAME", "SHORT", "SUMS", "Plan", "Variant"]

ALONG, SAME, INDEXED = "a", "s", "i"
ROWS, SUMS = "rows", "sums"
SHORT = 6
"""An instruction of so few results takes less time on Python's floats than on arrays."""


@dataclass(frozen=True)
class Variant:
    """A kind of instruction.

    Attributes:
        what: A gate, ROWS or SUMS.
        modes: For a gate, how each operand is read: a letter each.
        wants: For a gate, which operands get a gradient: "1" or "0" each.
    """

    what: Gate | str
    modes: str = ""
    wants: str = ""


@dataclass(frozen=True)
class Plan:
    """Instructions in order, as arrays, and the slots they work on.

    Attributes:
        variants: The kinds of instruction in use; `op` says which an instruction is.
        op, out, size: For each instruction its kind, the first slot it computes, and how many results (for ROWS: rows).
        at: Where its arguments start in `arguments`. A gate has one per operand: a slot, or for INDEXED the place in
            `index` where `size` slots are listed. SUMS has three places in `index`: the `size + 1` bounds of the
            pairs, their weights, their values. ROWS has its length, how many pairs come first whose value is the same
            all along, how many have values that advance, how many come last that are the same; the places of the
            weights' and values' slots, as many per row; and whether the weights, and the values, want gradients.
        slots: How many slots there are.
        parameters: How many of them, from the first, hold the parameters.
        inputs: How many slots after those the inputs have.
        start: Numbers to start from: constants, and everything else as recorded.
        root: The slot of the result.
        width: How many results there are, side by side; a recorded graph has one.
        varying: The gates that take fixed numbers which differ from copy to copy, by name: such numbers look like data.
    """

    variants: tuple[Variant, ...]
    op: Indices
    out: Indices
    size: Indices
    at: Indices
    arguments: Indices
    index: NDArray[np.uint32]
    slots: int
    parameters: int
    inputs: int
    start: NDArray[np.float64]
    root: int
    varying: tuple[str, ...] = ()
    width: int = 1

    @cached_property
    def effort(self) -> float:
        """About how many microseconds numpy needs for one way over the plan: so much a call, and a thousand numbers."""
        return float(np.where(self.size > SHORT, 1.0, 0.1).sum() + self.slots / 1000)
