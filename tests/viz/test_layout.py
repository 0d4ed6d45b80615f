"""Properties of every layout: nothing overlaps, nothing runs backwards, nothing leaves the picture."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Trace, Value
from nn import MLP
from viz.scene import FONT_SIZE, Scene, build_scene

from ..autograd.settings import thorough
from .geometry import box_rectangles, crossed, label_rectangle, level_segments, overlaps, width_of
from .graphs import FAMILIES, graphs, plain_graph

CLOSE = 1e-6


def check(scene: Scene) -> None:
    trace = scene.trace
    check_overlaps(scene)
    check_frame(scene)
    check_wires(scene, trace)
    check_ranks(scene, trace)


def check_overlaps(scene: Scene) -> None:
    boxes = box_rectangles(scene)
    labels = [label_rectangle(label) for label in scene.labels]
    assert list(overlaps([*boxes, *labels])) == []
    assert list(crossed(level_segments(scene), [*boxes, *labels])) == [], "a wire runs through a box or a caption"
    for box in scene.boxes:
        assert width_of(box.text, FONT_SIZE + 1) <= box.width, "a box holds its text"


def check_frame(scene: Scene) -> None:
    for r in (*box_rectangles(scene), *map(label_rectangle, scene.labels)):
        assert 0 <= r.left <= r.right <= scene.width, r
        assert 0 <= r.top <= r.bottom <= scene.height, r
    for wire in scene.wires:
        assert all(0 <= x <= scene.width and 0 <= y <= scene.height for x, y in wire.points)


def check_wires(scene: Scene, trace: Trace) -> None:
    boxes = {box.node: box for box in scene.boxes}
    assert Counter(box.node for box in scene.boxes) == Counter(range(len(trace.nodes)))
    reached = {(node, (box.x + box.width / 2, box.y)) for node, box in boxes.items()}
    used = Counter()
    for wire in sorted(scene.wires, key=lambda w: w.points[0]):
        xs = [x for x, _ in wire.points]
        assert xs == sorted(xs), "a wire runs from left to right"
        assert (wire.node, wire.points[0]) in reached, "a wire starts at its box or where a piece of it ended"
        if wire.edge is None:
            reached.add((wire.node, wire.points[-1]))
            continue
        child, slot = wire.edge
        used[child, slot] += 1
        x, y = wire.points[-1]
        box = boxes[child]
        assert x == pytest.approx(box.x - box.width / 2, abs=CLOSE)
        assert abs(y - box.y) < box.height / 2
        assert trace.operands[child][slot].parent == wire.node
    assert used == Counter((edge.child, edge.slot) for edge in trace.edges)
    ends = {wire.edge: wire.points[-1][1] for wire in scene.wires if wire.edge is not None}
    for child, edges in enumerate(trace.operands):
        heights = [ends[child, edge.slot] for edge in edges]
        assert heights == sorted(heights), "inputs are in the order of the operands, from top to bottom"
        assert all(b - a >= 20 for a, b in pairwise(heights))


def check_ranks(scene: Scene, trace: Trace) -> None:
    boxes = {box.node: box for box in scene.boxes}
    for edge in trace.edges:
        parent, child = boxes[edge.parent], boxes[edge.child]
        assert parent.x + parent.width / 2 < child.x - child.width / 2, "operands stand to the left of their gate"


@settings(thorough, max_examples=150)
@given(graphs(most_gates=20), st.booleans(), st.booleans())
def test_random_graphs(output: Value, backward: bool, all_names: bool) -> None:
    check(build_scene(autograd.trace(output, backward=backward), show_labels=all_names))


@pytest.mark.parametrize("family", FAMILIES)
def test_known_graphs(family: str) -> None:
    check(build_scene(autograd.trace(FAMILIES[family]())))
    check(build_scene(autograd.trace(FAMILIES[family]()), show_labels=True))


def test_a_constant_of_a_long_name_has_room_for_it() -> None:
    check(build_scene(autograd.trace(Value(0.5, "a name of 24 characters!", requires_grad=False) * Value(2.0, "x"))))


def test_a_constant_with_a_derivative_leaves_room_for_it() -> None:
    """Ours have none, but a trace from elsewhere may."""
    trace = autograd.trace(Value(2.0, "x") * 3 + 1)
    edges = tuple(replace(edge, local=1.25, upstream=1.0, contribution=1.25) for edge in trace.edges)
    check(build_scene(replace(trace, edges=edges)))


@pytest.mark.parametrize("seed", range(3))
def test_a_thousand_tangled_nodes(seed: int) -> None:
    check(build_scene(autograd.trace(plain_graph(seed, 1000))))


def test_a_sum_of_a_thousand_terms() -> None:
    check(build_scene(autograd.trace(FAMILIES["wide sum"]())))
    check(build_scene(autograd.trace(autograd.sum([Value(float(i), f"x{i}") for i in range(1000)]))))


def test_a_network_of_ten_thousand_nodes_takes_seconds() -> None:
    model = MLP(20, [40, 40, 20, 1], rng=random.Random(0))
    trace = autograd.trace(model([Value(0.1 * i, f"x{i}") for i in range(20)]))
    assert 9_500 < len(trace.nodes) < 10_500
    start = time.perf_counter()
    scene = build_scene(trace)
    assert time.perf_counter() - start < 60
    check(scene)


def test_the_same_graph_is_laid_out_the_same_every_time() -> None:
    trace = autograd.trace(plain_graph(3, 200))
    assert build_scene(trace) == build_scene(trace)
    assert build_scene(Trace.from_json(trace.to_json())).boxes == build_scene(trace).boxes
