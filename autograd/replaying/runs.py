"""Runs: neighbours whose operands advance in step, so that they can be computed as one stretch of memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .tape import Indices

__all__ = ["Runs", "find_runs"]

_ANY, _SAME, _ALONG, _NEITHER = range(4)


@dataclass(frozen=True)
class Runs:
    """Stretches of rows.

    Attributes:
        start, stop: Run r is the rows `start[r]` up to `stop[r]`.
        along: For each run and operand, whether the operand advances with the rows; constants may or may not.
    """

    start: Indices
    stop: Indices
    along: NDArray[np.bool_]


def find_runs(slots: Indices, widths: Indices, width: int) -> Runs:
    """Divide rows into runs in which every operand either stays the same or advances by the width.

    Args:
        slots: The slot of each operand, a row per node; -1 for a constant, which goes with anything.
        widths: How many slots each operand has: `width`, or 1, which can only stay the same.
        width: How many slots a row's result has.

    >>> runs = find_runs(np.array([[0, 10], [0, 11], [0, 12], [1, 10], [1, 11]]), np.ones((5, 2), int), 1)
    >>> runs.start.tolist(), runs.stop.tolist(), runs.along.tolist()
    ([0, 3], [3, 5], [[False, True], [False, True]])
    """
    step = np.diff(slots, axis=0)
    whole = widths[1:] == width
    how = np.where((step == width) & whole, _ALONG, np.where((step == 0) & (~whole | (width == 1)), _SAME, _NEITHER))
    constant = slots < 0
    how[constant[1:] | constant[:-1]] = _NEITHER
    how[constant[1:] & constant[:-1]] = _ANY
    broken = (how == _NEITHER).any(axis=1)
    turned = (how[1:] != how[:-1]).any(axis=1) & ~broken[:-1]
    breaks = broken.copy()
    breaks[1:] |= turned
    edges = np.flatnonzero(breaks) + 1
    start = np.concatenate((np.zeros(1, dtype=np.int64), edges))
    stop = np.append(edges, len(slots))
    along = np.zeros((len(start), slots.shape[1]), dtype=np.bool_)
    several = stop - start > 1
    along[several] = how[start[several]] == _ALONG
    if width > 1:
        along = (widths[start] == width) & (slots[start] >= 0)
    return Runs(start, stop, along)
