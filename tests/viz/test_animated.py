"""Animated SVG: every step once and in order, every number the trace's, the finished picture where nothing moves."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd
import viz
from autograd import Trace, Value
from autograd.text import format_number, visible
from viz.film import film
from viz.scene import build_scene

from ..autograd.settings import thorough
from .film_reading import ATTRIBUTES, SVG, TAGS, Played
from .graphs import FAMILIES, graphs, network, neuron, plain_graph
from .hostile import HOSTILE

SMALL = ("leaf", "square", "chain", "wide sum", "neuron", "opened")
ROLES = ("value", "grad", "local", "contribution")


def demo() -> Value:
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(6.5, "c")
    out = (a * b + c).tanh() * a
    out.name = "out"
    return out


def captions(trace: Trace) -> Counter[str]:
    """Everything written on the wires of the finished picture."""
    return Counter(label.text for label in build_scene(trace, show_labels=True, groups=False).labels)


def check_finished(trace: Trace, played: Played) -> None:
    for time in (None, played.duration - 0.5, played.duration):
        assert Counter(played.texts(time, *ROLES)) == captions(trace)
        assert not played.texts(time, "product")
        assert not [e for e in played.shown(time) if e.attrib.get("class", "").split()[:1] in (["halo"], ["run"])]


@thorough
@given(graphs(most_gates=8), st.booleans())
def test_the_finished_picture_shows_every_number_of_a_random_graph(output: Value, forward: bool) -> None:
    trace = autograd.trace(output)
    assume(forward or trace.has_gradients)
    check_finished(trace, Played(viz.animate(trace, forward=forward)))


@pytest.mark.parametrize("family", SMALL)
def test_every_step_shows_once_in_order_and_with_its_numbers(family: str) -> None:
    trace = autograd.trace(FAMILIES[family]())
    plan = film(trace)
    played = Played(viz.animate(trace))
    check_finished(trace, played)
    assert played.duration == pytest.approx(plan.duration)
    told = ["inputs"] * bool(trace.forward) + ["forward"] * len(trace.forward)
    assert [f.kind for f in plan.frames] == [*told, "seed", *["backward"] * len(trace.backward), "result"]
    assert plan.frames[0].start == 0.0
    assert all(a.end == b.start for a, b in pairwise(plan.frames))
    backward = [f for f in plan.frames if f.kind == "backward"]
    for step, frame in zip(trace.backward, backward, strict=True):
        end = frame.at(0.85)
        products = [f"{format_number(step.upstream)} × {f}" for f in _factors(step)]
        expected = [
            w for p, m in zip(products, step.moves, strict=True) for w in (p, f"= {format_number(m.contribution)}")
        ]
        assert played.texts(end, "product") == expected
        assert [" ".join(pair) for pair in zip(expected[::2], expected[1::2], strict=True)] == [
            step.product(move) for move in step.moves
        ]
        assert played.texts(frame.at(0.3), "product") == [], "the product stands when the gradient has run"
        assert f"backward {step.index + 1}/{len(backward)}: " in " ".join(played.texts(end, "caption"))
        assert len([e for e in played.shown(end) if e.attrib.get("class") == "halo back"]) == 1
        runs = [e for e in played.shown(end) if "run" in e.attrib.get("class", "").split()]
        assert len(runs) == len(step.moves)
        for run in runs:
            (name,) = set(run.attrib["class"].split()) - {"run", "play"}
            (_, from_), (start, begin), (stop, end_), (_, to) = played.stops[name]
            assert (from_, begin, end_, to) == (*["stroke-dashoffset:-1"] * 2, *["stroke-dashoffset:0"] * 2)
            assert frame.start < start * played.duration < stop * played.duration < frame.end


def _factors(step: autograd.BackwardStep) -> list[str]:
    return [f"({x})" if x.startswith("−") else x for x in (format_number(m.local) for m in step.moves)]


def test_values_appear_in_the_order_of_evaluation_and_gradients_in_that_of_the_pass() -> None:
    trace = autograd.trace(neuron())
    plan, played = film(trace), Played(viz.animate(neuron()))
    gates = [step.node for step in trace.forward]
    for i, frame in enumerate(f for f in plan.frames if f.kind == "forward"):
        values = Counter(played.texts(frame.at(0.9), "value"))
        known = [node for node in trace.nodes if node.kind == "leaf"] + gates[: i + 1]
        assert values == Counter(f"{n.label} = " * (n.kind == "gate") + format_number(n.value) for n in known)
        assert not played.texts(frame.at(0.9), "grad")
    for i, frame in enumerate(f for f in plan.frames if f.kind == "backward"):
        reached = {trace.root} | {m.node.id for s in trace.backward[: i + 1] for m in s.moves}
        shown = Counter(played.texts(frame.at(0.9), "grad"))
        assert shown == Counter(f"∇ {format_number(trace.nodes[n].grad)}" for n in reached)


def test_where_paths_meet_the_sum_is_shown() -> None:
    played, plan = Played(viz.animate(demo())), film(autograd.trace(demo()))
    backward = [f for f in plan.frames if f.kind == "backward"]
    assert "∇ 0.4621 + …" in played.texts(backward[0].at(0.9), "grad")
    assert "∇ 0.4621 + …" in played.texts(backward[-1].at(0.2), "grad")
    assert "∇ 0.4621 + (−4.719) = −4.257" in played.texts(backward[-1].at(0.9), "grad")
    assert "∇ −4.257" in played.texts(None, "grad")
    x = Value(3.0, "x")
    square = Played(viz.animate(x * x))
    (step,) = [f for f in film(autograd.trace(x * x)).frames if f.kind == "backward"]
    assert "∇ 3 + 3 = 6" in square.texts(step.at(0.9), "grad")


def test_nothing_overlaps_a_text_that_shows_at_the_same_time() -> None:
    """Products and sums have their own room: no two texts of a step share a place."""
    for family in ("square", "neuron"):
        trace = autograd.trace(FAMILIES[family]())
        played = Played(viz.animate(trace))
        for frame in film(trace).frames:
            boxes = []
            for e in played.shown(frame.at(0.9)):
                kind = e.attrib.get("class", "").split()[:1]
                if e.tag == f"{SVG}text" and kind != ["name"]:
                    size = 12.0 if kind in (["value"], ["grad"], ["caption"]) else 10.5
                    width, x = len(e.text or "") * size * 0.6, float(e.attrib["x"])
                    left = x if kind in (["value"], ["grad"], ["caption"], ["legend"]) else x - width
                    boxes.append((left, left + width, float(e.attrib["y"]), e.text))
            for i, a in enumerate(boxes):
                for b in boxes[:i]:
                    assert a[1] <= b[0] or b[1] <= a[0] or abs(a[2] - b[2]) > 8, (a, b)


@pytest.mark.parametrize("theme", ["auto", "light", "dark", "print"])
def test_themes(theme: viz.Theme) -> None:
    text = viz.animate(demo(), theme=theme)
    assert ("prefers-color-scheme:dark" in text) == (theme == "auto")
    assert Played(text).texts(None, *ROLES) == Played(viz.animate(demo())).texts(None, *ROLES)


def test_options() -> None:
    slow = Played(viz.animate(demo(), seconds=5, hold=10, loop=False))
    assert "linear 1}" in slow.animated
    assert slow.duration == pytest.approx(5 * (0.6 * 6 + 4) + 10)
    backward_only = Played(viz.animate(demo(), forward=False))
    assert not any("forward " in text for text in backward_only.text.split(">"))
    assert len(backward_only.texts(0.01, "value")) == 7
    forward_only = Played(viz.animate(demo(), backward=False))
    assert "∇" not in "".join(forward_only.texts(None, *ROLES))
    assert "backward 1" not in forward_only.text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seconds": 0}, "seconds must be between"), ({"seconds": math.nan}, "seconds must be between"),
        ({"hold": -1}, "hold must be between"), ({"hold": math.inf}, "hold must be between"),
        ({"forward": False, "backward": False}, "nothing to play"), ({"theme": "blue"}, "theme must be one of"),
    ],
)  # fmt: skip
def test_what_cannot_be_played_is_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(viz.PictureError, match=message):
        viz.animate(demo(), **options)  # type: ignore[arg-type]


def test_a_film_nobody_watches_to_the_end_is_refused_with_advice() -> None:
    big = plain_graph(1, 120)
    with pytest.raises(
        viz.PictureError, match=r"^an animation shows at most 120 steps and this graph has 184: .*False"
    ):
        viz.animate(big)
    viz.animate(big, forward=False)
    with pytest.raises(viz.PictureError, match=r"this graph has [\d,]+: draw a part of it, or write \.html$"):
        viz.animate(plain_graph(1, 600))


def test_the_size_is_modest() -> None:
    output = network(2, (2, 1)) * 2.0 + 1.0
    trace = autograd.trace(output)
    assert len(trace.nodes) >= 29
    assert len(viz.animate(output).encode()) <= 60_000


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_is_text(name: str) -> None:
    result = Value(2.0, name) * 3
    result.name = name
    played = Played(viz.animate(result))
    assert not re.search(r"[^\n -~\u00a1-\U0010ffff]", played.text)
    for element in played.root.iter():
        assert element.tag.removeprefix(SVG) in TAGS
        assert set(element.attrib) <= ATTRIBUTES
    label = autograd.trace(result).result.label
    assert played.texts(None, "name")[0] == label
    assert played.texts(None, "value") == ["2", f"{label} = 6"]
    assert visible(label) == label
