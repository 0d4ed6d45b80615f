"""Writer: collects instructions, the slots they list and the constants they need into the arrays of a plan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .plan import Variant
from .tape import Indices

__all__ = ["Writer"]


class Writer:
    """The arrays of a plan as they grow.

    Args:
        slots: The first slot that is free.

    Attributes:
        varying: The names of gates that take fixed numbers which differ from copy to copy.
    """

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self.varying: dict[str, None] = {}
        self.variants: dict[Variant, int] = {}
        self._rows: list[Indices] = []
        self._arguments: list[Indices] = []
        self._index: list[Indices] = []
        self._argued = 0
        self._indexed = 0
        self._constants: list[tuple[int, NDArray[np.float64]]] = []
        self._known: dict[bytes, int] = {}

    def take(self, count: int) -> int:
        """Slots for this many numbers; the first of them."""
        first = self.slots
        self.slots += count
        return first

    def constants(self, values: NDArray[np.float64]) -> int:
        """Slots that hold these numbers side by side; the first of them. The same numbers share their slots."""
        key = values.tobytes()
        if key not in self._known:
            self._known[key] = self.take(len(values))
            self._constants.append((self._known[key], values))
        return self._known[key]

    def fresh_constants(self, values: NDArray[np.float64]) -> int:
        """As `constants`, without looking for the same numbers."""
        first = self.take(len(values))
        self._constants.append((first, values))
        return first

    def listed(self, slots: Indices) -> int:
        """Keep a list of slots; the place of its first."""
        place = self._indexed
        self._index.append(slots)
        self._indexed += len(slots)
        return place

    def instruction(self, variant: Variant, out: int, size: int, arguments: Sequence[int]) -> None:
        """One more instruction."""
        self.several(variant, np.array([out]), size, np.array([arguments], dtype=np.int64))

    def several(self, variant: Variant, out: Indices, size: int, arguments: Indices) -> None:
        """One more instruction for each row of arguments."""
        op = self.variants.setdefault(variant, len(self.variants))
        count, width = arguments.shape
        at = self._argued + width * np.arange(count)
        self._rows.append(np.stack((np.full(count, op), out, np.full(count, size), at)))
        self._arguments.append(arguments.ravel())
        self._argued += arguments.size

    def sort_by_result(self) -> None:
        """Put the instructions in the order of the slots they compute."""
        rows = np.concatenate([np.zeros((4, 0), dtype=np.int64), *self._rows], axis=1)
        self._rows = [rows[:, np.argsort(rows[1], kind="stable")]]

    def instructions(self) -> tuple[Indices, Indices, Indices, Indices]:
        """Kind, first result, size and place of the arguments, of every instruction."""
        op, out, size, at = np.concatenate([np.zeros((4, 0), dtype=np.int64), *self._rows], axis=1)
        return op, out, size, at

    def lists(self) -> tuple[Indices, NDArray[np.uint32]]:
        """The arguments of all instructions, and the slots they list."""
        empty = np.zeros(0, dtype=np.int64)
        index = np.concatenate([empty, *self._index])
        return np.concatenate([empty, *self._arguments]), index.astype(np.uint32)

    def fill(self, numbers: NDArray[np.float64]) -> None:
        """Write the constants into their slots."""
        for first, values in self._constants:
            numbers[first : first + len(values)] = values
