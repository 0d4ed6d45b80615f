"""What the layout is given and what it returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .ranks import Columns

__all__ = ["Diagram", "Placement"]


@dataclass(frozen=True)
class Diagram:
    """Boxes and wires, with their vertical sizes in pixels. A wire leads from a box to a later one.

    Attributes:
        heights: Room each box needs, labels included.
        ports: For each box, how far above (−) or below (+) its middle each of its inputs enters.
        wires: One (source, target, port) per input of a box, or (source, target, port, exit) where the source has
            several outputs.
        gap: Free space between neighbours in a column.
        entries: How many boxes, from the first, stand in a column of their own on the left: where wires come in.
        exits: For boxes with outputs elsewhere than in their middle, how far above or below it each one leaves.
    """

    heights: Sequence[float]
    ports: Sequence[Sequence[float]]
    wires: Sequence[tuple[int, int, int] | tuple[int, int, int, int]]
    gap: float = 10.0
    entries: int = 0
    exits: Mapping[int, Sequence[float]] = field(default_factory=dict)

    def exit_offset(self, box: int, number: int) -> float:
        """How far below its middle this output of the box leaves it."""
        found = self.exits.get(box)
        return found[number] if found else 0.0


@dataclass(frozen=True)
class Placement:
    """Where everything goes.

    Attributes:
        columns: Who stands where in which column; boxes come first among the items, then the bends of long wires.
        y: Height of each item's middle, smallest 0 at the top edge of the picture.
    """

    columns: Columns
    y: Sequence[float]

    @property
    def rank(self) -> Sequence[int]:
        """Column of each box and bend, from the left."""
        return self.columns.rank
