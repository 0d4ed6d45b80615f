"""Levels: a diagram with nested groups taken apart into one diagram per group, where inner groups are boxes.

A wire that crosses a group's border becomes one run on each side of it. A group whose box would depend on itself (the
groups of a trace from elsewhere may be interleaved) is dissolved: what it holds stands in the group around it.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from autograd.nesting import Groups, boxed_links, cycles

__all__ = ["Level", "Run", "build_levels"]

GENTLE = 20
"""Rounds in which one group of every circle is dissolved; after them, all of its groups are."""


class Run(NamedTuple):
    """A wire inside one group: from an item or (None) the border, to an item or (None) the border.

    `value` is the node whose number it carries, `slot` the input of a node it ends at, or -1.
    """

    value: int
    source: int | None
    target: int | None
    slot: int


@dataclass
class Level:
    """What stands directly in one group, or outside all groups. A node is its number, an inner group i is ~i.

    Attributes:
        group: Which group, or None outside all.
        items: Nodes and inner groups, each after what it depends on.
        runs: The wires between them and to the border, without repeats.
        entries: The nodes outside whose values come in.
        exits: The nodes inside whose values leave.
    """

    group: int | None
    items: list[int] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)
    exits: list[int] = field(default_factory=list)


def build_levels(
    nodes: Sequence[int],
    member: Sequence[int | None],
    parents: Sequence[int | None],
    uses: Sequence[tuple[int, int, int]],
) -> dict[int | None, Level]:
    """One level per group that holds something, each after the one around it; that outside all groups comes first.

    Args:
        nodes: The nodes to draw, each after those it depends on.
        member: The group of every node, or None.
        parents: The group around every group.
        uses: (node used, node using it, slot) for every wire.
    """
    member, parents = _without_circles(member, parents, [(source, target) for source, target, _ in uses])
    groups = Groups(parents)
    levels: dict[int | None, Level] = {None: Level(None)}
    latest: dict[int, int] = {}  # of each group's nodes: where the group stands among its neighbours
    for node in nodes:
        inner = member[node]
        while inner is not None and latest.get(inner, -1) < node:
            latest[inner] = node
            inner = parents[inner]
    for group in sorted(latest):
        levels[group] = Level(group)
        levels[parents[group]].items.append(~group)
    for node in nodes:
        levels[member[node]].items.append(node)
    _run_wires(levels, groups, member, uses)
    for level in levels.values():
        level.items = _in_order(level, latest)
        # The layout starts from the last box, which goes to the top: there, the first of the values that leave.
        level.exits.sort(reverse=True)
    return levels


def _without_circles(
    member: Sequence[int | None], parents: Sequence[int | None], links: Sequence[tuple[int, int]]
) -> tuple[list[int | None], list[int | None]]:
    member, parents = list(member), list(parents)
    for count in range(len(parents) + 1):
        circles = [found for pairs in boxed_links(Groups(parents), member, links).values() for found in cycles(pairs)]
        if not circles:
            break
        for circle in circles:
            # Nodes alone make no circle; groups are negative, so the last one of the circle comes first.
            for item in [i for i in circle if i < 0][: 1 if count < GENTLE else None]:
                _dissolve(~item, member, parents)
    return member, parents


def _dissolve(group: int, member: list[int | None], parents: list[int | None]) -> None:
    around = parents[group]
    for found in (member, parents):
        for i, holder in enumerate(found):
            if holder == group:
                found[i] = around


def _run_wires(
    levels: dict[int | None, Level],
    groups: Groups,
    member: Sequence[int | None],
    uses: Sequence[tuple[int, int, int]],
) -> None:
    seen: set[tuple[int | None, Run]] = set()
    entered: set[tuple[int, int]] = set()

    def add(level: int | None, run: Run) -> bool:
        if (level, run) in seen:
            return False
        seen.add((level, run))
        levels[level].runs.append(run)
        return True

    for value, user, slot in uses:
        common, _, _ = groups.meet(member[value], member[user])
        item, level = value, member[value]
        while level != common:
            assert level is not None  # only a group lies below another
            if add(level, Run(value, item, None, -1)):
                levels[level].exits.append(value)
            item, level = ~level, groups.parents[level]
        end, port, inside = user, slot, member[user]
        while inside != common:
            assert inside is not None
            add(inside, Run(value, None, end, port))
            if (inside, value) not in entered:
                entered.add((inside, value))
                levels[inside].entries.append(value)
            end, port, inside = ~inside, -1, groups.parents[inside]
        add(common, Run(value, item, end, port))


def _in_order(level: Level, latest: dict[int, int]) -> list[int]:
    """The items, each after what it depends on, otherwise by their (last) node."""
    users: dict[int, list[int]] = {item: [] for item in level.items}
    waits = dict.fromkeys(level.items, 0)
    for run in level.runs:
        if run.source is not None and run.target is not None:
            users[run.source].append(run.target)
            waits[run.target] += 1

    def key(item: int) -> tuple[int, int]:
        return (item if item >= 0 else latest[~item], item)

    ready = [key(item) for item in level.items if not waits[item]]
    heapq.heapify(ready)
    order: list[int] = []
    while ready:
        _, item = heapq.heappop(ready)
        order.append(item)
        for user in users[item]:
            waits[user] -= 1
            if not waits[user]:
                heapq.heappush(ready, key(user))
    return order
