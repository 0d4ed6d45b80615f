"""ArrayInfo: what a trace keeps of an array, as plain data; and a Quantity, a number or that, as people see it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .errors import TraceError
from .text import format_number

__all__ = ["SIDE", "SMALL", "ArrayInfo", "Quantity", "exact", "is_finite", "number", "short", "size_of"]

SIDE = 8
"""Most rows and columns of a thumbnail."""
SMALL = 64
"""Up to this many elements an array is kept in full."""
FEW = 3
"""Up to this many elements of a vector are written out where a short text is wanted."""

_DTYPE = re.compile(r"[a-z][a-z0-9_]{0,19}")


@dataclass(frozen=True, slots=True)
class ArrayInfo:
    """What is known of an array: its shape, its range, a thumbnail, and where it is small every number.

    Attributes:
        shape: The number of elements along each axis.
        dtype: numpy's name of the kind of its numbers, e.g. "float32".
        minimum, maximum, mean, norm: Of the finite elements; None if there are none. `norm` is the root of the sum of
            their squares.
        nans, infinities: How many elements are nan, and how many infinite.
        thumbnail: At most 8 rows of at most 8 numbers: the array as a matrix, all axes but the last together being its
            rows, and each number the mean of a block of it. The array itself where it is no larger than that.
        numbers: All elements, row after row, of an array of at most 64 (of every one in a trace made with
            `arrays="full"`); otherwise None.

    Raises:
        TraceError: the parts do not fit together.
    """

    shape: tuple[int, ...]
    dtype: str
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    norm: float | None = None
    nans: int = 0
    infinities: int = 0
    thumbnail: tuple[tuple[float, ...], ...] = ()
    numbers: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if any(n < 0 for n in self.shape) or not _DTYPE.fullmatch(self.dtype):
            raise TraceError(f"trace: an array of shape {self.shape} and dtype {self.dtype[:20]!r}")
        widths = {len(row) for row in self.thumbnail}
        if len(widths) > 1 or max(widths, default=0) > SIDE or len(self.thumbnail) > SIDE or 0 in widths:
            raise TraceError(f"trace: a thumbnail has at most {SIDE} rows, all of the same 1 to {SIDE} numbers")
        if self.numbers is not None and len(self.numbers) != self.size:
            raise TraceError(f"trace: {len(self.numbers)} numbers for an array of shape {self.shape}")
        if min(self.nans, self.infinities) < 0 or self.nans + self.infinities > self.size:
            raise TraceError(f"trace: {self.nans} nan and {self.infinities} infinite of {self.size} elements")
        if bool(self.thumbnail) != bool(self.size):
            raise TraceError("trace: an array has a thumbnail unless it is empty")
        told = [x is None for x in (self.minimum, self.maximum, self.mean, self.norm)]
        if set(told) != {self.finite_count == 0}:
            raise TraceError("trace: an array with finite elements has a minimum, a maximum, a mean and a norm")
        if not all(x is None or math.isfinite(x) for x in (self.minimum, self.maximum, self.mean)):
            raise TraceError("trace: minimum, maximum and mean are those of the finite elements")

    @property
    def size(self) -> int:
        """How many elements there are."""
        return math.prod(self.shape)

    @property
    def finite_count(self) -> int:
        """How many of them are neither nan nor infinite."""
        return self.size - self.nans - self.infinities

    @property
    def scale(self) -> float:
        """The largest finite element in size; 0 where there is none."""
        return max(abs(self.minimum or 0.0), abs(self.maximum or 0.0))

    @property
    def range(self) -> str:
        """The numbers in a few characters, e.g. `−1.2…0.8`: all of a short vector, else from the least to the largest.

        >>> ArrayInfo((2,), "float64", 1.0, 2.0, 1.5, 5**0.5, thumbnail=((1.0, 2.0),), numbers=(1.0, 2.0)).range
        '[1, 2]'
        """
        if self.size == 0:
            return "empty"
        if self.numbers is not None and len(self.shape) == 1 and self.size <= FEW:
            return f"[{', '.join(map(format_number, self.numbers))}]"
        low, high = format_number(self.minimum), format_number(self.maximum)
        ends = f"{low}…{high}" if self.minimum != self.maximum else f"all {low}" if self.finite_count > 1 else low
        counts = ((self.nans, "nan"), (self.infinities, "inf"))
        odd = ", ".join(f"{n:,} {name}" for n, name in counts if n)
        return ends if not odd else f"⚠ {odd}" if self.minimum is None else f"⚠ {odd}, {ends}"

    @property
    def shape_text(self) -> str:
        """The shape as numpy writes it."""
        return str(self.shape)

    def __str__(self) -> str:
        if self.numbers is not None and len(self.shape) == 1 and self.size <= FEW:
            return self.range
        return f"{self.shape_text} {self.range}"

    def told(self) -> str:
        """All that is known beside the numbers, in a line: for tooltips, and for those who do not see a picture."""
        line = f"{self.dtype} {self.shape_text}"
        if self.minimum is not None:
            line += f": {self.minimum!r} … {self.maximum!r}"
            line += f", mean {format_number(self.mean, 6)}, norm {format_number(self.norm, 6)}"
        for count, name in ((self.nans, "nan"), (self.infinities, "infinite")):
            line += f", {count:,} {name}" if count else ""
        return line

    def rows(self, *, digits: int = 4, most: int = SMALL) -> list[str]:
        """The numbers as lines of text, in columns, one per row of the last axis; empty where they are not all here.

        Args:
            digits: Significant digits of each number.
            most: Most elements to write out.
        """
        if self.numbers is None or not 0 < self.size <= most:
            return []
        shown = [format_number(x, digits) for x in self.numbers]
        width = max(map(len, shown))
        length = self.shape[-1] if self.shape else 1
        return [
            "[" + "  ".join(x.rjust(width) for x in shown[i : i + length]) + "]" for i in range(0, self.size, length)
        ]


Quantity: TypeAlias = float | ArrayInfo
"""What stands on a wire: one number, or an array."""


def short(x: Quantity | None) -> str:
    """A quantity in a few characters: the number as `format_number` has it, or an array's shape and range."""
    return str(x) if isinstance(x, ArrayInfo) else format_number(x)


def exact(x: Quantity | None) -> str:
    """A quantity with all its digits, as far as it is known."""
    return x.told() if isinstance(x, ArrayInfo) else repr(x)


def is_finite(x: Quantity) -> bool:
    """Whether nothing in it is infinite or nan."""
    return x.nans + x.infinities == 0 if isinstance(x, ArrayInfo) else math.isfinite(x)


def size_of(x: Quantity) -> float:
    """How large it is: the largest element without its sign. As for a number, nan counts for nothing."""
    if isinstance(x, ArrayInfo):
        return math.inf if x.infinities else x.scale
    return abs(x)


def number(x: Quantity) -> float:
    """The quantity as the one number it is.

    Raises:
        TraceError: it is an array.
    """
    if isinstance(x, ArrayInfo):
        raise TraceError(f"trace: one number is wanted here, not an array of shape {x.shape_text}")
    return x


def matrix_sides(shape: Sequence[int]) -> tuple[int, int]:
    """How many rows and columns an array has as a matrix, all axes but the last together being its rows."""
    return (math.prod(shape[:-1]), shape[-1]) if shape else (1, 1)
