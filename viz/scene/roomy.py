"""A scene with more room in it: for the longer texts of an animation, or for what a pencil writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .shapes import Box, Label, Scene, Wire

__all__ = ["roomy", "whole_wires"]

Point = tuple[float, float]
Use = tuple[int, int]

_SAME = 0.05
"""Coordinates nearer than this are the same."""


def roomy(scene: Scene, *, entries: Mapping[Use, float], leaves: Mapping[int, float], stretch: float = 1.0) -> Scene:
    """The scene moved apart, so that longer texts fit at its wires. Boxes and letters keep their sizes.

    Args:
        scene: A laid-out picture.
        entries: For a use, as (child, slot): how long the straight piece of wire before its gate must be at least.
        leaves: For a node: how long the straight piece of wire after its box must be at least.
        stretch: How many times as far apart boxes stand from top to bottom.
    """
    shifts = _Shifts(scene, entries, leaves)
    rows = _Rows(scene, stretch)
    boxes = tuple(
        replace(box, x=shifts(box.x), y=rows(box.y), height=rows.height(box)) for box in scene.boxes
    )  # fmt: skip
    wires = tuple(
        replace(wire, points=tuple((shifts(x), rows(y)) for x, y in wire.points)) for wire in scene.wires
    )  # fmt: skip
    labels = tuple(replace(label, x=shifts(label.x), y=rows.beside(label)) for label in scene.labels)
    heats = tuple(
        replace(heat, x=shifts(heat.x), y=rows.along(heat.node, heat.y)) for heat in scene.heats
    )  # fmt: skip
    size = shifts(scene.width), rows(scene.height)
    return replace(scene, width=size[0], height=size[1], boxes=boxes, wires=wires, labels=labels, heats=heats)


class _Shifts:
    """How far everything moves to the right: the wider a column's texts, the further whatever comes after them."""

    def __init__(self, scene: Scene, entries: Mapping[Use, float], leaves: Mapping[int, float]) -> None:
        cuts: dict[float, float] = {}

        def widen(at: float, missing: float) -> None:
            if missing > 0:
                cuts[at] = max(cuts.get(at, 0.0), missing)

        for wire in scene.wires:
            first, last = wire.points[0][0], wire.points[-1][0]
            if wire.edge is not None and len(wire.points) == 3:
                bend = wire.points[1][0]
                widen(bend + _SAME, entries.get(wire.edge, 0.0) - (last - bend))
            elif wire.edge is None and len(wire.points) == 2:
                widen(last - _SAME, leaves.get(wire.node, 0.0) - (last - first))
        self._cuts = sorted(cuts.items())

    def __call__(self, x: float) -> float:
        return x + sum(extra for at, extra in self._cuts if x > at)


class _Rows:
    """How far everything moves down."""

    def __init__(self, scene: Scene, stretch: float) -> None:
        self._stretch = stretch
        self._box_y = {box.node: box.y for box in scene.boxes}
        self._entry_y = {wire.edge: wire.points[-1][1] for wire in scene.wires if wire.edge is not None}
        inputs: dict[int, list[float]] = {}
        for wire in scene.wires:
            if wire.edge is not None:
                inputs.setdefault(wire.edge[0], []).append(wire.points[-1][1])
        self._spread = {node: max(ys) - min(ys) for node, ys in inputs.items()}

    def __call__(self, y: float) -> float:
        return y * self._stretch

    def along(self, node: int, y: float) -> float:
        """Something beside a node's wire keeps its distance from it."""
        return self(self._box_y[node]) + y - self._box_y[node]

    def height(self, box: Box) -> float:
        """A box grows with the distance of its inputs."""
        return box.height + self._spread.get(box.node, 0.0) * (self._stretch - 1)

    def beside(self, label: Label) -> float:
        """A label keeps its distance from its wire."""
        wire = self._box_y[label.node] if label.edge is None else self._entry_y[label.edge]
        return self(wire) + label.y - wire


def whole_wires(scene: Scene) -> dict[Use, tuple[Wire, ...]]:
    """For each use that is drawn, the pieces of wire from the operand's box to the gate, in that order."""
    ends: dict[tuple[int, int, int], Wire] = {}
    for wire in scene.wires:
        if wire.edge is None:
            ends[_place(wire.node, wire.points[-1])] = wire
    found: dict[Use, tuple[Wire, ...]] = {}
    for wire in scene.wires:
        if wire.edge is None:
            continue
        pieces = [wire]
        while (before := ends.pop(_place(wire.node, pieces[-1].points[0]), None)) is not None:
            pieces.append(before)
        for piece in pieces[1:]:  # another use may branch off the same piece
            ends[_place(wire.node, piece.points[-1])] = piece
        found[wire.edge] = tuple(reversed(pieces))
    return found


def _place(node: int, point: Point) -> tuple[int, int, int]:
    return node, round(point[0] * 10), round(point[1] * 10)
