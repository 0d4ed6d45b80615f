"""What must hold of a scene with frames, checked from its shapes alone: places, and paths of wires from end to end."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, pairwise

import pytest

from autograd import Trace
from viz.scene import SMALL, Frame, Scene, Wire

from .geometry import Rectangle, box_rectangles, crossed, label_rectangle, level_segments, overlaps, width_of

TITLE_LEFT, TITLE_BASE = 9.0, 13.5


def frame_rectangle(frame: Frame) -> Rectangle:
    return Rectangle(("frame", frame.group), frame.x, frame.y, frame.x + frame.width, frame.y + frame.height)


def title_rectangle(frame: Frame) -> Rectangle:
    left, base = frame.x + TITLE_LEFT, frame.y + TITLE_BASE
    right = left + width_of(frame.text, SMALL)
    return Rectangle(("title", frame.group), left, base - 0.76 * SMALL, right, base + 0.24 * SMALL)


def lies_in(inner: Rectangle, outer: Rectangle, padding: float = 0.0) -> bool:
    return (
        outer.left + padding <= inner.left
        and inner.right <= outer.right - padding
        and outer.top + padding <= inner.top
        and inner.bottom <= outer.bottom - padding
    )


def check_frames(scene: Scene) -> None:
    """Frames nest as their groups do, hold exactly their members, and nothing is drawn over a title."""
    frames = {frame.group: frame for frame in scene.frames}
    rectangles = {group: frame_rectangle(frame) for group, frame in frames.items()}
    assert len(frames) == len(scene.frames)
    whole = Rectangle("picture", 0.0, 0.0, scene.width, scene.height)
    around: dict[int | None, list[int]] = {None: []}
    for frame in scene.frames:
        assert frame.around in around, "outermost first"
        around[frame.group] = [*around[frame.around], frame.group]
        assert lies_in(rectangles[frame.group], rectangles.get(frame.around, whole), 2.0)
    boxes = box_rectangles(scene)
    titles = [title_rectangle(frame) for frame in scene.frames]
    for frame, title in zip(scene.frames, titles, strict=True):
        assert lies_in(title, rectangles[frame.group])
        assert title.left - frame.x >= 4, "a title does not touch the border"
    siblings: dict[int | None, list[Rectangle]] = defaultdict(list)
    for frame in scene.frames:  # inside one another where their groups are, so only neighbours can be in the way
        siblings[frame.around].append(rectangles[frame.group])
    for found in siblings.values():
        assert not any(overlap(a, b) for a, b in combinations(found, 2))
    labels = [label_rectangle(label) for label in scene.labels]
    assert list(overlaps([*boxes, *labels, *titles])) == []
    assert list(crossed(level_segments(scene), [*boxes, *labels, *titles])) == []
    members = [(box.group, r) for box, r in zip(scene.boxes, boxes, strict=True)]
    members += [(label.group, r) for label, r in zip(scene.labels, labels, strict=True)]
    for group, rectangle in members:
        holding = [g for g, r in rectangles.items() if overlap(rectangle, r)]
        assert sorted(holding) == sorted(around[group]), "a frame holds its members and nothing else"
        assert all(lies_in(rectangle, rectangles[g], 2.0) for g in holding)
    for frame in scene.frames:
        assert any(frame.group in around[box.group] for box in scene.boxes), "no frame is empty"


def overlap(a: Rectangle, b: Rectangle) -> bool:
    return a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom


def check_pieces(scene: Scene) -> None:
    """Every piece of wire lies in its group's frame and outside the frames in there, its curve too."""
    frames = {frame.group: frame_rectangle(frame) for frame in scene.frames}
    inside: dict[int | None, list[Rectangle]] = defaultdict(list)
    for frame in scene.frames:
        inside[frame.around].append(frames[frame.group])
    for wire in scene.wires:
        if wire.group is not None:
            outer = frames[wire.group]
            assert all(outer.left <= x <= outer.right and outer.top <= y <= outer.bottom for x, y in wire.points)
        for inner in inside[wire.group]:
            # The curve between two columns is no higher or lower than its ends.
            for (x1, y1), (x2, y2) in pairwise(wire.points):
                apart = x2 <= inner.left or inner.right <= x1
                assert apart or max(y1, y2) <= inner.top or inner.bottom <= min(y1, y2)


def check_paths(scene: Scene, trace: Trace) -> None:
    """The pieces of one use are one line from its operand's box to the gate's input, cut at borders only."""
    boxes = {box.node: box for box in scene.boxes}
    frames = {frame.group: frame for frame in scene.frames}
    around = {frame.group: frame.around for frame in scene.frames}
    pieces: dict[tuple[int, int], list[Wire]] = defaultdict(list)
    for wire in scene.wires:
        assert len(set(wire.edges)) == len(wire.edges)
        assert wire.edge is None or wire.edges == (wire.edge,)
        for use in wire.edges:
            pieces[use].append(wire)
    assert set(pieces) == {(edge.child, edge.slot) for edge in trace.edges}
    for edge in trace.edges:
        line = sorted(pieces[edge.child, edge.slot], key=lambda wire: (wire.points[0][0], wire.points[-1][0]))
        assert {wire.node for wire in line} == {edge.parent}
        start, end = boxes[edge.parent], boxes[edge.child]
        assert line[0].points[0] == (start.x + start.width / 2, start.y)
        assert line[0].group == start.group
        assert line[-1].points[-1][0] == pytest.approx(end.x - end.width / 2)
        assert abs(line[-1].points[-1][1] - end.y) < end.height / 2
        assert line[-1].edge == (edge.child, edge.slot)
        assert line[-1].group == end.group
        assert all(wire.edge is None for wire in line[:-1])
        for before, after in pairwise(line):
            assert before.points[-1] == after.points[0], "one piece ends where the next begins"
            if before.group != after.group:
                at = after.points[0][0]
                if before.group is not None and around[before.group] == after.group:
                    assert at == frames[before.group].x + frames[before.group].width, "out at the right"
                else:
                    assert around[after.group] == before.group
                    assert at == frames[after.group].x, "in at the left"


def check_scene(scene: Scene) -> None:
    check_frames(scene)
    check_pieces(scene)
    check_paths(scene, scene.trace)
