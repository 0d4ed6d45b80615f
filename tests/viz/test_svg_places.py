"""Where an SVG picture puts things: values above wires, gradients below, locals at inputs, constants inline."""

from __future__ import annotations

import pytest
from hypothesis import given

import autograd
import viz
from autograd import Trace, Value

from ..autograd.settings import thorough
from .graphs import FAMILIES, graphs
from .reading import Picture, Piece

CLOSE = 0.11
"""Coordinates are written with one decimal."""


def check_captions(picture: Picture) -> None:
    """The value above the wire that leaves its box, the gradient below; ∂ above the input it belongs to, ∇ below."""
    boxes = {node.id: node for node in picture.nodes}
    inputs = {piece.edge[1:]: piece.points[-1] for piece in picture.pieces if piece.edge is not None}
    for label in picture.labels:
        if label.edge is None:
            wire, box = boxes[label.node].middle, boxes[label.node]
            assert label.x > box.right
        else:
            (x, wire), box = inputs[label.edge], boxes[label.edge[0]]
            assert label.x < x <= box.x + CLOSE
        above = label.role in ("value", "local")
        assert (label.y < wire) == above, label
        assert abs(label.y - wire) < 15, "a caption stands beside its wire"


def check_wires(trace: Trace, picture: Picture) -> None:
    """Each number's wire is one connected tree from its box's right side to all its inputs, never running backwards."""
    boxes = {node.id: node for node in picture.nodes}
    by_node: dict[int, list[Piece]] = {node.id: [] for node in picture.nodes}
    for piece in picture.pieces:
        by_node[piece.node].append(piece)
        xs = [x for x, _ in piece.points]
        assert xs == sorted(xs), "a wire runs from left to right"
    for node, pieces in by_node.items():
        starts = {(boxes[node].right, round(boxes[node].middle, 1))}
        for piece in sorted(pieces, key=lambda p: p.points[0]):
            assert any(abs(piece.points[0][0] - x) < CLOSE and abs(piece.points[0][1] - y) < CLOSE for x, y in starts)
            if piece.edge is None:
                starts.add(piece.points[-1])
                continue
            _, child, slot = piece.edge
            x, y = piece.points[-1]
            assert abs(x - boxes[child].x) < CLOSE, "a wire ends at the left side of the box it enters"
            count = len(trace.operands[child])
            port = boxes[child].middle + (slot - (count - 1) / 2) * 30
            assert abs(y - port) < CLOSE, "a wire ends at the port of its slot"
            assert boxes[child].y < y < boxes[child].y + boxes[child].height


@thorough
@given(graphs())
def test_captions_and_wires_of_a_random_graph(output: Value) -> None:
    trace = autograd.trace(output)
    picture = Picture(viz.svg(trace))
    check_captions(picture)
    check_wires(trace, picture)


@pytest.mark.parametrize("family", FAMILIES)
def test_captions_and_wires_of_a_known_graph(family: str) -> None:
    trace = autograd.trace(FAMILIES[family]())
    picture = Picture(viz.svg(trace))
    check_captions(picture)
    check_wires(trace, picture)


def test_operands_enter_from_top_to_bottom_in_their_order() -> None:
    a, b, c, d = (Value(float(i), n) for i, n in enumerate("abcd"))
    trace = autograd.trace(autograd.sum([d, a, c, b]))
    ends = {p.edge[2]: p.points[-1][1] for p in Picture(viz.svg(trace)).pieces if p.edge is not None}
    assert ends[0] < ends[1] < ends[2] < ends[3]
    starts = {node.text: node.middle for node in Picture(viz.svg(trace)).nodes}
    assert starts["d"] < starts["a"] < starts["c"] < starts["b"], "and stand in it, since nothing has to cross"


def test_a_plain_number_stands_at_the_input_it_feeds() -> None:
    x = Value(3.0, "x")
    picture = Picture(viz.svg(x * 2 + 5))
    boxes = {node.id: node for node in picture.nodes}
    for text, gate in (("2", "×"), ("5", "+")):
        constant = next(node for node in picture.nodes if node.text == text)
        child = next(node for node in picture.nodes if node.text == gate)
        (piece,) = (p for p in picture.pieces if p.node == constant.id)
        assert piece.edge is not None
        assert piece.edge[1] == child.id
        assert len(piece.points) == 2, "its wire is a straight stub"
        assert boxes[piece.edge[1]].x - constant.right < 20
        assert not [lb for lb in picture.labels if lb.node == constant.id], "there is no more to say of it"


def test_a_named_constant_stands_in_a_column_with_its_value() -> None:
    rate = Value(0.5, "rate", requires_grad=False)
    picture = Picture(viz.svg(rate * Value(2.0, "x")))
    assert picture.nodes[0].kind == "constant"
    value = picture.label("value", 0)
    assert value is not None
    assert value.text == "0.5"
    assert picture.label("grad", 0) is None


def test_the_wires_of_one_number_share_a_trunk() -> None:
    x = Value(0.5, "x")
    y = x
    for _ in range(6):
        y = y.tanh()
    picture = Picture(viz.svg(y * x + x))
    trunk = [p for p in picture.pieces if p.node == 0 and p.edge is None]
    columns = {p.points[-1][0] for p in trunk}
    assert len(trunk) == len(columns), "one piece of wire per column passed, however many gates come after it"


def test_the_legend_can_be_left_out() -> None:
    with_it, without = viz.svg(Value(1.0)), viz.svg(Value(1.0), legend=False)
    assert "value above the wire" in with_it
    assert "value above the wire" not in without
    assert float(Picture(without).root.attrib["height"]) < float(Picture(with_it).root.attrib["height"])
