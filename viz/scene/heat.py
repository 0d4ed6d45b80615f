"""Heat-maps: an array's thumbnail as cells beside its captions."""

from __future__ import annotations

import math
from dataclasses import dataclass

from autograd.array_info import ArrayInfo, Quantity

from ..captions import Role

__all__ = ["GAP", "LEVELS", "Heat", "cell_of", "heat_of", "heat_size", "level"]

LEVELS = 4
"""Steps of colour between zero and the largest element, on either side."""
FEW = 4
LARGE_CELL, SMALL_CELL = 11.0, 7.0
"""Side of a cell: large where there are at most 4 rows."""
GAP = 5.0
"""Free space beside and below a heat-map."""


@dataclass(frozen=True, slots=True)
class Heat:
    """A heat-map. x and y are its top-left corner; `cell` is the side of a cell.

    `group` is the index of the group it stands in, or None.
    """

    role: Role
    node: int
    x: float
    y: float
    cell: float
    array: ArrayInfo
    group: int | None = None

    @property
    def scale(self) -> float:
        """The largest finite number of the thumbnail, in size: what has the strongest colour."""
        return max((abs(x) for row in self.array.thumbnail for x in row if math.isfinite(x)), default=0.0)

    @property
    def width(self) -> float:
        """Its width in pixels."""
        return heat_size(self.array)[0]

    @property
    def height(self) -> float:
        """Its height in pixels."""
        return heat_size(self.array)[1]


def heat_of(x: Quantity | None) -> ArrayInfo | None:
    """What there is a heat-map of: an array that is not empty."""
    return x if isinstance(x, ArrayInfo) and x.thumbnail else None


def cell_of(array: ArrayInfo) -> float:
    """The side of a cell."""
    return LARGE_CELL if len(array.thumbnail) <= FEW else SMALL_CELL


def heat_size(x: Quantity | None) -> tuple[float, float]:
    """Width and height of the heat-map of a quantity; 0 where it has none."""
    array = heat_of(x)
    if array is None:
        return 0.0, 0.0
    cell = cell_of(array)
    return len(array.thumbnail[0]) * cell, len(array.thumbnail) * cell


def level(x: float, scale: float) -> int | None:
    """The step of colour of a number, from -4 to 4; None for nan. Only a number that is 0 has the step 0.

    >>> level(-1.0, 2.0), level(0.001, 2.0), level(0.0, 2.0), level(float("inf"), 2.0)
    (-2, 1, 0, 4)
    """
    if math.isnan(x):
        return None
    if x == 0:
        return 0
    steps = LEVELS if math.isinf(x) or scale == 0 else min(max(math.ceil(LEVELS * (abs(x) / scale)), 1), LEVELS)
    return steps if x > 0 else -steps
