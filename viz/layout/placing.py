"""Placing: how high each item stands, so that wires run as straight as the order and the sizes allow."""

from __future__ import annotations

from collections.abc import Sequence

from .diagram import Diagram
from .ranks import Columns

__all__ = ["isotonic", "place"]

ROUNDS = 8
"""Rounds of pulling every column towards its neighbours."""
BEND_HEIGHT = 14.0
"""Room a passing wire needs."""
STIFF = 8.0
"""How much more a trunk between two bends resists slanting than a wire between two boxes."""


def place(diagram: Diagram, columns: Columns) -> list[float]:
    """Height of the middle of every item."""
    boxes = len(diagram.heights)
    heights = [*diagram.heights, *([BEND_HEIGHT] * (len(columns.rank) - boxes))]
    y = [0.0] * len(heights)
    for column in columns.order:
        top = 0.0
        for item in column:
            y[item] = top + heights[item] / 2
            top += heights[item] + diagram.gap
    pulls = _pulls(diagram, columns, boxes)
    backwards = list(range(len(columns.order) - 2, -1, -1))
    forwards = list(range(1, len(columns.order)))
    _settle(columns, backwards, [right for _, right in pulls], heights, diagram.gap, y)
    both = [left + right for left, right in pulls]
    for _ in range(ROUNDS):
        _settle(columns, forwards, both, heights, diagram.gap, y)
        _settle(columns, backwards, both, heights, diagram.gap, y)
    top = min((y[i] - heights[i] / 2 for i in range(len(y))), default=0.0)
    return [value - top for value in y]


Pull = tuple[int, float, float]  # the neighbour, how far from its middle we want ours, and how much


def _pulls(diagram: Diagram, columns: Columns, boxes: int) -> list[tuple[list[Pull], list[Pull]]]:
    """For every item, what its neighbours to the left and to the right ask of its height."""
    pulls: list[tuple[list[Pull], list[Pull]]] = [([], []) for _ in columns.rank]
    for link in columns.links:
        offset = diagram.ports[link.target][link.port] if link.port >= 0 else 0.0
        offset -= diagram.exit_offset(link.source, link.exit)
        bends = (link.source >= boxes) + (link.target >= boxes)
        weight = (1.0, 2.0, STIFF)[bends]
        pulls[link.source][1].append((link.target, offset, weight))
        pulls[link.target][0].append((link.source, -offset, weight))
    return pulls


def _settle(
    columns: Columns, which: Sequence[int], pulls: Sequence[Sequence[Pull]], heights: Sequence[float], gap: float,
    y: list[float],
) -> None:  # fmt: skip
    """Move each of these columns to the least-squares answer to its pulls that keeps the order and the distances."""
    for number in which:
        column = columns.order[number]
        wanted: list[float] = []
        weights: list[float] = []
        stacked: list[float] = []
        offset = 0.0
        for i, item in enumerate(column):
            if i:
                offset += (heights[column[i - 1]] + heights[item]) / 2 + gap
            total = weight = 0.0
            for neighbour, shift, pull in pulls[item]:
                total += pull * (y[neighbour] + shift)
                weight += pull
            target, weight = (total / weight, weight) if weight else (y[item], 1e-3)
            wanted.append(target - offset)
            weights.append(weight)
            stacked.append(offset)
        for item, shift, height in zip(column, stacked, isotonic(wanted, weights), strict=True):
            y[item] = height + shift


def isotonic(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The non-decreasing sequence nearest to `values` in weighted squares, by pooling adjacent violators.

    >>> isotonic([1.0, 3.0, 2.0], [1.0, 1.0, 1.0])
    [1.0, 2.5, 2.5]
    """
    pools: list[tuple[float, float, int]] = []  # mean, weight, members
    for value, weight in zip(values, weights, strict=True):
        mean, total, members = value, weight, 1
        while pools and pools[-1][0] >= mean:
            other, heavy, many = pools.pop()
            mean = (other * heavy + mean * total) / (heavy + total)
            total += heavy
            members += many
        pools.append((mean, total, members))
    return [mean for mean, _, members in pools for _ in range(members)]
