"""Ranks: which column each box stands in, and the bends of wires that pass columns on their way."""

from __future__ import annotations

from dataclasses import dataclass, field

from .diagram import Diagram

__all__ = ["Columns", "Link", "build_columns"]


@dataclass(frozen=True, slots=True)
class Link:
    """A piece of wire between neighbouring columns: from an item to an item, at a port of it (or -1 for a bend)."""

    source: int
    target: int
    port: int


@dataclass
class Columns:
    """Items in columns. An item is a box or a bend; boxes are numbered as in the diagram, bends follow.

    Attributes:
        rank: Column of each item.
        owner: The box whose value an item carries: itself for a box.
        order: The items of each column from top to bottom.
        right: For each item, the pieces of wire that leave it.
        left: For each item, the pieces of wire that enter it, by port.
        ports: For each item, how many inputs it has (1 for a bend).
    """

    rank: list[int]
    owner: list[int]
    order: list[list[int]]
    right: list[list[Link]]
    left: list[list[Link]]
    ports: list[int]
    links: list[Link] = field(default_factory=list)


def build_columns(diagram: Diagram) -> Columns:
    """Put every box as late as its users allow, and lay one trunk along the columns for each value.

    A value used in several columns has one bend per column it passes, shared by all its users further on.
    """
    count = len(diagram.heights)
    distance = [0] * count
    users: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for source, target, port in diagram.wires:
        users[source].append((target, port))
    for box in range(count - 1, -1, -1):
        distance[box] = max((distance[target] + 1 for target, _ in users[box]), default=0)
    last = max(distance, default=0)
    rank = [last - d for d in distance]
    columns = Columns(
        rank=rank,
        owner=list(range(count)),
        order=[[] for _ in range(last + 1)],
        right=[[] for _ in range(count)],
        left=[[] for _ in range(count)],
        ports=[max(1, len(ports)) for ports in diagram.ports],
    )
    for box in range(count):
        _lay_trunk(columns, box, users[box])
    for links in columns.left:
        links.sort(key=lambda link: link.port)
    _first_order(columns, count)
    return columns


def _lay_trunk(columns: Columns, box: int, users: list[tuple[int, int]]) -> None:
    by_rank: dict[int, list[tuple[int, int]]] = {}
    for target, port in users:
        by_rank.setdefault(columns.rank[target], []).append((target, port))
    if not by_rank:
        return
    carrier = box
    for column in range(columns.rank[box] + 1, max(by_rank) + 1):
        for target, port in by_rank.get(column, ()):
            _link(columns, Link(carrier, target, port))
        if column < max(by_rank):
            bend = len(columns.rank)
            columns.rank.append(column)
            columns.owner.append(box)
            columns.right.append([])
            columns.left.append([])
            columns.ports.append(1)
            _link(columns, Link(carrier, bend, -1))
            carrier = bend


def _link(columns: Columns, link: Link) -> None:
    columns.links.append(link)
    columns.right[link.source].append(link)
    columns.left[link.target].append(link)


def _first_order(columns: Columns, boxes: int) -> None:
    """Order by a walk from the results back along the ports: without crossings wherever the graph is a tree."""
    seen = [False] * len(columns.rank)
    for start in range(boxes - 1, -1, -1):
        if seen[start] or columns.right[start]:
            continue
        stack = [start]
        while stack:
            item = stack.pop()
            if seen[item]:
                continue
            seen[item] = True
            columns.order[columns.rank[item]].append(item)
            stack.extend(link.source for link in reversed(columns.left[item]) if not seen[link.source])
