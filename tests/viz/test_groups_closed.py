"""Closed groups: a box with a name, its wires at the border, its results with captions; large graphs start so."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

import autograd
import viz
from autograd import Trace, Value
from nn import MLP
from viz.scene import Scene, build_scene

from ..autograd.settings import thorough
from .geometry import Rectangle, box_rectangles, crossed, label_rectangle, level_segments, overlaps
from .group_geometry import check_pieces, frame_rectangle, lies_in
from .test_groups import grouped, line_of, shuffled


def check_closed(scene: Scene, trace: Trace) -> None:
    closed = {frame.group for frame in scene.frames if frame.closed}
    for frame in scene.frames:
        assert not closed & set(line_of(trace, frame.around)), "nothing is drawn inside a closed group"
    hidden = {n.id for n in trace.nodes} - {box.node for box in scene.boxes}
    for box in scene.boxes:
        assert not closed & set(line_of(trace, box.group))
    solid = [*box_rectangles(scene), *(frame_rectangle(f) for f in scene.frames if f.closed)]
    labels = [label_rectangle(label) for label in scene.labels]
    assert list(overlaps([*solid, *labels])) == []
    assert list(crossed(level_segments(scene), [*solid, *labels])) == []
    whole = Rectangle("picture", 0.0, 0.0, scene.width, scene.height)
    for r in (*solid, *labels):
        assert lies_in(r, whole)
    check_pieces(scene)
    drawn = {use for wire in scene.wires for use in wire.edges}
    for edge in trace.edges:
        if (edge.child, edge.slot) not in drawn:
            assert edge.parent in hidden, "only a wire inside a closed group is left out"
            assert edge.child in hidden


@thorough
@given(grouped(), st.data())
def test_any_groups_can_be_closed(output: Value, data: st.DataObject) -> None:
    trace = autograd.trace(output)
    closed = data.draw(st.sets(st.integers(0, max(0, len(trace.groups) - 1))))
    scene = build_scene(trace, closed=closed)
    check_closed(scene, trace)
    for node in trace.nodes:
        inside = bool(closed & set(line_of(trace, node.group)))
        assert inside == (node.id not in {box.node for box in scene.boxes})
    values = {label.node for label in scene.labels if label.role == "value"}
    assert trace.root in values, "the result is always shown"


@thorough
@given(shuffled(), st.sets(st.integers(0, 8)))
def test_any_groups_of_any_trace(trace: Trace, closed: set[int]) -> None:
    check_closed(build_scene(trace, closed=closed), trace)


def test_a_large_network_is_drawn_as_its_layers() -> None:
    model = MLP(2, [16, 16, 1], rng=random.Random(0))
    trace = autograd.trace(model([Value(1.0, "x"), Value(-2.0, "y")]))
    picture = viz.svg(trace)
    assert picture.count('class="frame closed"') == 3
    assert picture.count('class="frame"') == 1
    assert "nodes</text>" in picture
    assert repr(trace.result.value) in picture
    assert viz.svg(trace, collapse=True) == picture
    opened = viz.svg(trace, collapse=False)
    assert opened.count('class="frame"') == 1 + 3 + 33
    assert 'class="frame' not in viz.svg(trace, groups=False)


def test_a_small_network_is_drawn_open_and_can_be_closed() -> None:
    trace = autograd.trace(MLP(2, [2, 1], rng=random.Random(0))([1.0, 2.0]))
    assert 'class="frame closed"' not in viz.svg(trace)
    (mlp,) = [i for i, group in enumerate(trace.groups) if group.name == "MLP"]
    assert viz.svg(trace, collapse={mlp}).count('class="frame closed"') == 1
    assert viz.svg(trace, collapse=True).count('class="frame closed"') == 2
