"""Ranks: which column each box stands in, and the bends of wires that pass columns on their way."""

from __future__ import annotations

from dataclasses import dataclass, field

from .diagram import Diagram

__all__ = ["Columns", "Link", "build_columns"]


@dataclass(frozen=True, slots=True)
class Link:
    """A piece of wire between neighbouring columns: from an item to an item, at a port of it (or -1 for a bend).

    `exit` is the output of the source it leaves from; `trunk` numbers the wire it is a piece of.
    """

    source: int
    target: int
    port: int
    exit: int = 0
    trunk: int = 0


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
        exits: For boxes of several outputs, how many.
        links: Every piece of wire, those of one wire together and from left to right.
    """

    rank: list[int]
    owner: list[int]
    order: list[list[int]]
    right: list[list[Link]]
    left: list[list[Link]]
    ports: list[int]
    links: list[Link] = field(default_factory=list)
    exits: dict[int, int] = field(default_factory=dict)


def build_columns(diagram: Diagram) -> Columns:
    """Put every box as late as its users allow, and lay one trunk along the columns for each value.

    A value used in several columns has one bend per column it passes, shared by all its users further on.
    """
    count = len(diagram.heights)
    distance = [0] * count
    users: list[dict[int, list[tuple[int, int]]]] = [{} for _ in range(count)]
    for source, target, port, *leaving in diagram.wires:
        users[source].setdefault(leaving[0] if leaving else 0, []).append((target, port))
    for box in range(count - 1, -1, -1):
        distance[box] = max((distance[target] + 1 for used in users[box].values() for target, _ in used), default=0)
    last = max(distance[diagram.entries :], default=0)
    ahead = 1 if diagram.entries else 0
    rank = [0 if box < diagram.entries else ahead + last - d for box, d in enumerate(distance)]
    columns = Columns(
        rank=rank,
        owner=list(range(count)),
        order=[[] for _ in range(ahead + last + 1)],
        right=[[] for _ in range(count)],
        left=[[] for _ in range(count)],
        ports=[max(1, len(ports)) for ports in diagram.ports],
        exits={box: len(offsets) for box, offsets in diagram.exits.items()},
    )
    trunk = 0
    for box in range(count):
        for number in sorted(users[box]):
            _lay_trunk(columns, box, number, trunk, users[box][number])
            trunk += 1
    for links in columns.left:
        links.sort(key=lambda link: link.port)
    _first_order(columns, count)
    return columns


def _lay_trunk(columns: Columns, box: int, number: int, trunk: int, users: list[tuple[int, int]]) -> None:
    by_rank: dict[int, list[tuple[int, int]]] = {}
    for target, port in users:
        by_rank.setdefault(columns.rank[target], []).append((target, port))
    carrier = box
    for column in range(columns.rank[box] + 1, max(by_rank) + 1):
        leave = number if carrier == box else 0
        for target, port in by_rank.get(column, ()):
            _link(columns, Link(carrier, target, port, leave, trunk))
        if column < max(by_rank):
            bend = len(columns.rank)
            columns.rank.append(column)
            columns.owner.append(box)
            columns.right.append([])
            columns.left.append([])
            columns.ports.append(1)
            _link(columns, Link(carrier, bend, -1, leave, trunk))
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
