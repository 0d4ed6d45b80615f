"""Marks in the page: the node a diagnosis points at has a ring, its words are read, and the page opens there."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import nn
import viz
from autograd import Tensor, Value, trace
from optim.diagnostics import detect_vanishing

from ..hostile import HOSTILE
from .driving import Visit


def told(page: str) -> dict[str, Any]:
    found = re.search(r'id="backglow-data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_only_marks_that_are_there_are_told() -> None:
    record = trace((Value(2.0, name="x") * 3).tanh())
    assert "marks" not in told(viz.html(record))
    assert viz.html(record, marks={}) == viz.html(record, marks={99: "nowhere", -1: "nor there"}) == viz.html(record)
    assert told(viz.html(record, marks={3: "later", 2: "a" * 5000}))["marks"] == {"2": "a" * 2000, "3": "later"}


def test_a_mark_has_a_ring_and_its_words_stand_in_the_panel_and_the_tip(visit: Visit) -> None:
    record = trace((Value(2.0, name="x") * 3).tanh())
    node = next(n.id for n in record.nodes if n.gate == "tanh")
    shown = visit(record, marks={node: "it saturates here"})
    ring = shown.page.locator(f'.node.noticed[data-node="{node}"] rect')
    assert ring.evaluate("element => getComputedStyle(element).strokeDasharray") != "none", "not by colour alone"
    assert shown.page.locator(".noticed").count() == 1
    assert "it saturates here" in shown.text(".selection")
    shown.press("Escape", "j", "j")
    assert shown.page.locator(".noticed").count() == 1
    assert "it saturates here" not in shown.text(".selection")
    shown.page.mouse.move(*shown.spot(node))
    assert "⚠ it saturates here" in shown.text(".tip")


def test_a_mark_in_a_closed_group_is_on_its_box_and_opens_it(visit: Visit) -> None:
    layers: list[nn.Module] = []
    for i in range(6):
        layers += [nn.Linear(8, 8, rng=i), nn.Sigmoid()]
    record = trace((nn.Sequential(*layers)(Tensor([[0.1] * 8])) ** 2).mean())
    found = detect_vanishing(record, ratio=0.5)
    assert found.node is not None
    shown = visit(record, marks={found.node: found.message})
    assert found.message in shown.text(".selection")
    assert shown.page.locator(f'.node.noticed[data-node="{found.node}"]').count() == 1
    shown.press("C")
    assert shown.page.locator(".node.noticed").count() == 0
    assert shown.page.locator(".frame.noticed").count() == 1


def test_a_mark_on_the_canvas(visit: Visit) -> None:
    x = [Value(0.01 * i, name=f"x{i}") for i in range(1500)]
    record = trace(sum(x, Value(0.0)))
    node = record.order[700]
    plain, shown = visit(record, start="start"), visit(record, start="start", marks={node: "here"})
    assert shown.app("app.view.sheets[1].tagName") == "CANVAS"
    assert shown.app("app.selected") == node
    left, top = shown.spot(node)
    assert 0 < left < 1280
    assert 0 < top < 800
    shown.press("Escape")
    for page in (plain, shown):
        page.do(f"app.reveal({node}); app.view.move()")
        page.settle()
    painted = "app.view.over.getImageData(0, 0, 1280, 600).data.some((v, i) => i % 4 === 3 && v > 0)"
    assert not plain.app(painted)
    assert shown.app(painted), "the ring is left when nothing is selected"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_words_are_text(text: str, visit: Visit) -> None:
    record = trace(Value(2.0) * 3)
    shown = visit(record, marks={record.root: text})
    assert shown.page.locator(".selection script").count() == 0
    assert shown.app("app.selected") == record.root
