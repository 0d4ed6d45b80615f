"""Ordering: from top to bottom within each column, so that few wires cross."""

from __future__ import annotations

from collections.abc import Sequence

from .ranks import Columns, Link

__all__ = ["count_crossings", "order_columns"]

SWEEPS = 12
"""Most rounds of sweeping left and right."""
PATIENCE = 3
"""Rounds without improvement after which sweeping stops."""
LARGEST_SWAP = 200
"""Columns with more items than this are not improved by swapping neighbours: sweeping has done most of it by then."""


def order_columns(columns: Columns) -> None:
    """Reorder `columns.order` in place: barycentre sweeps, then swaps of neighbours; the best order found is kept."""
    position = _positions(columns)
    best = _all_crossings(columns, position)
    kept = [list(column) for column in columns.order]
    idle = 0
    for _ in range(SWEEPS):
        if best == 0 or idle == PATIENCE:
            break
        _sweep(columns, position)
        _swap_neighbours(columns, position)
        crossings = _all_crossings(columns, position)
        idle = 0 if crossings < best else idle + 1
        if crossings < best:
            best = crossings
            kept = [list(column) for column in columns.order]
    columns.order = kept


def _positions(columns: Columns) -> list[float]:
    position = [0.0] * len(columns.rank)
    for column in columns.order:
        for i, item in enumerate(column):
            position[item] = float(i)
    return position


def _entry(columns: Columns, link: Link, position: Sequence[float]) -> float:
    """Where a link enters its target, measured in places from the top of the column."""
    ports = columns.ports[link.target]
    offset = (link.port + 0.5) / ports - 0.5 if link.port >= 0 else 0.0
    return position[link.target] + offset


def _exit(columns: Columns, link: Link) -> float:
    """How far below the middle of its source a link leaves it, measured in places."""
    exits = columns.exits.get(link.source)
    return (link.exit + 0.5) / exits - 0.5 if exits else 0.0


def _start(columns: Columns, link: Link, position: Sequence[float]) -> float:
    """Where a link leaves its source, measured in places from the top of the column."""
    return position[link.source] + _exit(columns, link)


def _sweep(columns: Columns, position: list[float]) -> None:
    for column in reversed(columns.order[:-1]):
        keys = {
            item: _mean(
                [_entry(columns, link, position) - _exit(columns, link) for link in columns.right[item]], position[item]
            )
            for item in column
        }
        _reorder(column, keys, position)
    for column in columns.order[1:]:
        keys = {
            item: _mean([_start(columns, link, position) for link in columns.left[item]], position[item])
            for item in column
        }
        _reorder(column, keys, position)


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _reorder(column: list[int], keys: dict[int, float], position: list[float]) -> None:
    column.sort(key=keys.__getitem__)  # stable: equal keys keep their order
    for i, item in enumerate(column):
        position[item] = float(i)


def _swap_neighbours(columns: Columns, position: list[float]) -> None:
    for column in columns.order:
        if not 1 < len(column) <= LARGEST_SWAP:
            continue
        entries = {
            item: (
                sorted(_start(columns, link, position) for link in columns.left[item]),
                sorted(_entry(columns, link, position) for link in columns.right[item]),
            )
            for item in column
        }
        improved = True
        while improved:
            improved = False
            for i in range(len(column) - 1):
                above, below = column[i], column[i + 1]
                (left_a, right_a), (left_b, right_b) = entries[above], entries[below]
                now = _inversions(left_a, left_b) + _inversions(right_a, right_b)
                swapped = _inversions(left_b, left_a) + _inversions(right_b, right_a)
                if swapped < now:
                    column[i], column[i + 1] = below, above
                    position[above], position[below] = position[below], position[above]
                    improved = True


def _inversions(first: Sequence[float], second: Sequence[float]) -> int:
    """Pairs (a of first, b of second) with a > b; both sorted."""
    total = j = 0
    for a in first:
        while j < len(second) and second[j] < a:
            j += 1
        total += j
    return total


def _all_crossings(columns: Columns, position: Sequence[float]) -> int:
    total = 0
    for column in columns.order[:-1]:
        ends = []
        for item in column:
            ends += [(_start(columns, link, position), _entry(columns, link, position)) for link in columns.right[item]]
        total += count_crossings(ends)
    return total


def count_crossings(ends: Sequence[tuple[float, float]]) -> int:
    """How many pairs of straight lines between two columns cross, given each line's (left end, right end).

    Counted with a Fenwick tree over the right ends (Barth, Mutzel and Jünger, 2004): n log n.

    >>> count_crossings([(0, 1), (1, 0), (2, 2)])
    1
    """
    heights = {height: i + 1 for i, height in enumerate(sorted({right for _, right in ends}))}
    tree = [0] * (len(heights) + 1)
    total = 0
    for seen, (_, right) in enumerate(sorted(ends)):
        i = heights[right]
        not_above = 0
        while i:
            not_above += tree[i]
            i &= i - 1
        total += seen - not_above
        i = heights[right]
        while i < len(tree):
            tree[i] += 1
            i += i & -i
    return total
