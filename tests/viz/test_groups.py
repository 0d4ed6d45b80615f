"""Groups as frames: containment, ports, paths from end to end, the same place for the same thing."""

from __future__ import annotations

import random
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import viz
from autograd import Trace, Value
from autograd.trace_data import GroupInfo
from nn import MLP
from viz.scene import Scene, build_scene

from ..autograd.settings import thorough
from .graphs import FAMILIES, graphs
from .group_geometry import check_scene
from .test_layout import check

HOSTILE = (
    "g",
    "",
    " ",
    "a group with a name far too long for any frame",
    "日本語",
    "<script>&\"'",
    "\n\t",
    "\ud800",
    "🎈",
)


@st.composite
def grouped(draw: st.DrawFn) -> Value:
    """A program that opens and closes groups as it goes, some of them inside others."""
    nodes = [Value(float(i), f"x{i}") for i in range(draw(st.integers(1, 3)))]
    stacks: list[ExitStack] = []
    for action in draw(
        st.lists(st.sampled_from(["open", "close", "unary", "binary", "constant", "leaf"]), max_size=40)
    ):
        if action == "open" and len(stacks) < 6:
            stacks.append(ExitStack())
            stacks[-1].enter_context(autograd.group(draw(st.sampled_from(HOSTILE)), "kind"))
        elif action == "close" and stacks:
            stacks.pop().close()
        elif action == "leaf":
            nodes.append(Value(1.5, "w"))
        elif action == "unary":
            nodes.append(draw(st.sampled_from(nodes)).tanh())
        elif action == "constant":
            nodes.append(draw(st.sampled_from(nodes)) * 3.0)
        else:
            nodes.append(draw(st.sampled_from(nodes[-5:])) + draw(st.sampled_from(nodes)))
    while stacks:
        stacks.pop().close()
    return autograd.sum(nodes) if draw(st.booleans()) else nodes[-1]


@st.composite
def shuffled(draw: st.DrawFn) -> Trace:
    """A trace from elsewhere: every node in any group at all, groups around groups at will."""
    trace = autograd.trace(draw(graphs()))
    count = draw(st.integers(1, 6))
    parents = [draw(st.none() | st.integers(0, i - 1)) if i else None for i in range(count)]
    members = [draw(st.none() | st.integers(0, count - 1)) for _ in trace.nodes]
    return replace(
        trace,
        groups=tuple(GroupInfo(f"g{i}", "group", parent) for i, parent in enumerate(parents)),
        nodes=tuple(replace(node, group=member) for node, member in zip(trace.nodes, members, strict=True)),
    )


def line_of(trace: Trace, group: int | None) -> list[int | None]:
    """The group and all around it, from the inside, None last."""
    line: list[int | None] = [group]
    while line[-1] is not None:
        line.append(trace.groups[line[-1]].parent)
    return line


@settings(thorough, max_examples=150)
@given(grouped(), st.booleans(), st.sampled_from([0.0, 9.0]))
def test_random_programs(output: Value, all_names: bool, reserve: float) -> None:
    trace = autograd.trace(output)
    scene = build_scene(trace, show_labels=all_names, reserve=reserve)
    check_scene(scene)
    check(scene)
    drawn = {box.node: box.group for box in scene.boxes}
    assert drawn == {node.id: node.group for node in trace.nodes}, "these groups are in one piece: each has its frame"


@settings(thorough, max_examples=150)
@given(shuffled())
def test_groups_that_depend_on_themselves_are_dissolved(trace: Trace) -> None:
    scene = build_scene(Trace.from_json(trace.to_json()))
    check_scene(scene)
    check(scene)
    framed = {frame.group for frame in scene.frames}
    where = {box.node: box.group for box in scene.boxes}
    for node in trace.nodes:
        wanted = next(g for g in line_of(trace, node.group) if g is None or g in framed)
        if node.kind == "constant" and where[node.id] != wanted:
            continue  # it stands at its gate
        assert where[node.id] == wanted, "each node is in the innermost of its groups that has a frame"


def test_two_groups_that_need_each_other() -> None:
    x = Value(0.5, "x")
    trace = autograd.trace(x.tanh().exp().sin().cos())
    members = [None, 0, 1, 0, 1]
    nodes = tuple(replace(node, group=member) for node, member in zip(trace.nodes, members, strict=True))
    groups = (GroupInfo("a", "group"), GroupInfo("b", "group"))
    scene = build_scene(replace(trace, nodes=nodes, groups=groups))
    check_scene(scene)
    assert scene.frames == (), "a needs b and b needs a: neither can be a box"


@pytest.mark.parametrize("family", FAMILIES)
def test_without_groups_a_picture_is_as_ever(family: str) -> None:
    trace = autograd.trace(FAMILIES[family]())
    plain = replace(trace, groups=(), nodes=tuple(replace(node, group=None) for node in trace.nodes))
    assert viz.svg(plain) == viz.svg(trace) or trace.groups
    flat = build_scene(trace, groups=False)
    assert flat.frames == ()
    assert (flat.boxes, flat.wires, flat.labels) == (lambda s: (s.boxes, s.wires, s.labels))(build_scene(plain))


def test_a_network_shows_its_layers_and_neurons() -> None:
    scene = build_scene(autograd.trace(FAMILIES["network"]()))
    check_scene(scene)
    titles = [frame.text for frame in scene.frames]
    assert sorted(titles) == sorted(
        ["MLP", "l0", "l1", "l2", *(f"l0.n{i}" for i in range(4)), *(f"l1.n{i}" for i in range(4)), "l2.n0"]
    )
    tops = {frame.text: frame.y for frame in scene.frames}
    assert tops["l0.n0"] < tops["l0.n1"] < tops["l0.n2"] < tops["l0.n3"], "neurons stand in their order"
    lefts = {frame.text: frame.x for frame in scene.frames}
    assert lefts["l0"] < lefts["l1"] < lefts["l2"]
    values = {box.text: box.group for box in scene.boxes if box.kind == "leaf"}
    assert [values[f"x{i}"] for i in range(3)] == [None] * 3
    assert scene.frames[0].text == "MLP"


def test_one_value_comes_into_a_frame_once() -> None:
    scene = build_scene(autograd.trace(FAMILIES["network"]()))
    for frame in scene.frames:
        ports = [wire.node for wire in scene.wires if wire.group == frame.group and wire.points[0][0] == frame.x]
        assert len(set(ports)) == len(ports)
        right = frame.x + frame.width
        leaving = [wire.node for wire in scene.wires if wire.group == frame.group and wire.points[-1][0] == right]
        assert len(set(leaving)) == len(leaving)


def test_several_values_leave_a_frame() -> None:
    x = Value(2.0, "x")
    with autograd.group("pair"):
        a, b = x * 3, x.exp()
    scene = build_scene(autograd.trace(a * b + a))
    check_scene(scene)
    (frame,) = scene.frames
    right = frame.x + frame.width
    leaving = [wire for wire in scene.wires if wire.group is None and wire.points[0][0] == right]
    assert sorted(len(wire.edges) for wire in leaving) == [1, 2]


def test_a_reserve_keeps_everything_in_place() -> None:
    """Numbers of at most the reserved width can change, and nothing moves."""

    def scene(a: float, b: float) -> Scene:
        x = Value(a, "x")
        with autograd.group("g"):
            y = x * Value(b, "w")
        return build_scene(autograd.trace(y + x), reserve=10.0)

    first, second = scene(1.0, 2.0), scene(-1.23456e-7, 98765.4321)
    check_scene(second)
    assert [(b.x, b.y, b.width) for b in first.boxes] == [(b.x, b.y, b.width) for b in second.boxes]
    assert first.wires == second.wires
    assert first.frames == second.frames
    assert [(lb.x, lb.y) for lb in first.labels] == [(lb.x, lb.y) for lb in second.labels]


def test_a_thousand_groups_inside_one_another() -> None:
    x = Value(0.5, "x")
    with ExitStack() as stack:
        for i in range(1000):
            stack.enter_context(autograd.group(f"g{i}"))
            x = x + 1 if i % 100 == 0 else x
        y = x.tanh()
    trace = autograd.trace(y * 2)
    scene = build_scene(trace)
    assert len(scene.frames) == 1000
    check_scene(scene)
    assert viz.svg(trace).count('class="frame') == 1001


def test_thousands_of_nodes_in_three_levels() -> None:
    model = MLP(10, [20, 20, 10, 1], rng=random.Random(0))
    trace = autograd.trace(model([Value(0.1 * i, f"x{i}") for i in range(10)]))
    assert len(trace.nodes) > 2_500
    check_scene(build_scene(trace))


def test_a_value_used_very_often() -> None:
    """Pieces of a wire share the list of its uses."""
    y = x = Value(0.9, "x")
    with autograd.group("loop"):
        for _ in range(1000):
            y = y * x
    check_scene(build_scene(autograd.trace(y)))


PROGRAM = """
import hashlib, random, sys
import autograd, viz
from nn import MLP
from autograd import Value
model = MLP(2, [3, 3, 1], rng=random.Random(0))
with autograd.group("both"):
    loss = model([Value(1.0), 2.0]) * model([Value(0.5), -1.0])
print(hashlib.sha256(viz.svg(loss).encode()).hexdigest())
"""


def test_other_processes_draw_the_same_bytes() -> None:
    root = Path(__file__).parents[2]
    printed = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM], env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}, cwd=root,
            capture_output=True, text=True, timeout=60, check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }  # fmt: skip
    assert len(printed) == 1
