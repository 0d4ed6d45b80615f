"""The wires of a scene as compact data: each tells which one it continues, and how it goes on from there."""

from __future__ import annotations

from itertools import groupby

from ..scene import Scene, Wire

__all__ = ["wire_rows"]


def wire_rows(scene: Scene) -> list[list[int]]:
    """One row per wire, each after the one it continues.

    A row is [from, group, child, slot, run, (dx, dy, run)...]. `from` is how many rows before it the row stands that
    it continues, or ~node where a wire leaves that node's box. (child, slot) is the input it ends at, or (-1, 0). It
    goes `run` to the right; then, again and again, in a curve to dx and dy from there and on by the next `run`. Lengths
    are in tenths of a pixel. Pieces of the scene that follow one another within a group without a branch are one wire.
    """
    rows: list[list[int]] = []
    for node, wires in groupby(sorted(scene.wires, key=lambda wire: wire.node), key=lambda wire: wire.node):
        pieces = list(wires)
        after = _followers(pieces)
        stack = [(wire, -1) for wire in reversed(after.pop(None, []))]
        while stack:
            wire, before = stack.pop()
            row = [len(rows) - before if before >= 0 else ~node, _group(wire), *(wire.edge or (-1, 0)), 0]
            _extend(row, wire)
            following = after.get(id(wire), [])
            while len(following) == 1 and row[2] < 0 and following[0].group == wire.group:
                wire = following[0]
                row[2:4] = wire.edge or (-1, 0)
                _extend(row, wire)
                following = after.get(id(wire), [])
            stack += [(following_wire, len(rows)) for following_wire in reversed(following)]
            rows.append(row)
    return rows


def _followers(pieces: list[Wire]) -> dict[int | None, list[Wire]]:
    """The pieces that begin where another, by its id(), ends; under None those that begin at the box."""
    ends = {wire.points[-1]: wire for wire in pieces}
    after: dict[int | None, list[Wire]] = {}
    for wire in pieces:
        before = ends.get(wire.points[0])
        after.setdefault(None if before is None or before is wire else id(before), []).append(wire)
    return after


def _extend(row: list[int], wire: Wire) -> None:
    xs, ys = ([round(10 * point[axis]) for point in wire.points] for axis in (0, 1))
    if len(xs) == 2 or ys[0] == ys[1]:
        row[-1] += xs[-1] - xs[0]
    else:
        row += [xs[1] - xs[0], ys[1] - ys[0], xs[2] - xs[1]]


def _group(wire: Wire) -> int:
    return -1 if wire.group is None else wire.group
