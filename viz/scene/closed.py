"""Closed groups: a small box with a name in place of everything inside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from autograd import Trace

from ..layout.levels import Level
from ..layout.ranks import Link
from .region import PADDING, TITLE, Region, Uses
from .shapes import SMALL, text_width
from .sizes import Sizes

__all__ = ["LIMIT", "ClosedRegion", "closed_groups", "members"]

LIMIT = 200
"""Nodes up to which a picture shows what is in every group."""
ENTRY_ROW, EXIT_ROW = 18.0, 40.0
"""Room for a wire that comes in, and for one that leaves with its captions."""


class ClosedRegion(Region):
    """A group of which only the outside is drawn: the wires that end at its border, and its results with captions.

    Attributes:
        shown: The nodes inside whose values are shown at the right border: those used outside, and the whole result.
    """

    def __init__(self, level: Level, sizes: Sizes, inside: dict[int, Uses], root: int | None, words: str) -> None:
        self.level = level
        self.sizes = sizes
        self.inner = {}
        self.boxes = []
        self.inside = inside
        self.shown = sorted({*level.exits, *([] if root is None else [root])})
        entries = sorted(level.entries)
        self.width = float(round(max(text_width(words, SMALL), text_width("9,999 nodes", SMALL)) + 2 * PADDING + 8))
        self.height = max(
            2 * TITLE + 8,
            ENTRY_ROW * (len(entries) + 1),
            max(map(self._exit_row, self.shown), default=0.0) * len(self.shown),
        )
        self.entries = _spread(entries, self.height)
        self.exits = _spread(self.shown, self.height)

    def _exit_row(self, node: int) -> float:
        return max(EXIT_ROW, self.sizes.captions_height(node))

    def trunks(self) -> Iterator[tuple[tuple[int, int], list[Link]]]:
        """No wire runs inside."""
        return iter(())


def _spread(values: list[int], height: float) -> dict[int, float]:
    """Evenly along the border, at whole 256ths of a pixel."""
    return {v: round((i + 0.5) * height / len(values) * 256) / 256 for i, v in enumerate(values)}


def members(trace: Trace) -> Counter[int | None]:
    """How many nodes each group holds, those of the groups inside included."""
    counts: Counter[int | None] = Counter(node.group for node in trace.nodes)
    for group in range(len(trace.groups) - 1, -1, -1):
        counts[trace.groups[group].parent] += counts[group]
    return counts


def closed_groups(trace: Trace, limit: int = LIMIT) -> Collection[int]:
    """The groups a picture on paper shows closed: the outermost that stand side by side, if it has many nodes."""
    if len(trace.nodes) <= limit:
        return ()
    counts = members(trace)
    found: dict[int | None, list[int]] = {}
    for i, group in enumerate(trace.groups):
        if counts[i]:
            found.setdefault(group.parent, []).append(i)
    side_by_side = found.get(None, [])
    while len(side_by_side) == 1:
        side_by_side = found.get(side_by_side[0], [])
    return frozenset(side_by_side)
