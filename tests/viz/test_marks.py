"""Marks: a ring and a sign at the node something is said of, and the words beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nn
import viz
from autograd import Tensor, Value, trace
from optim.diagnostics import detect_vanishing

from .hostile import HOSTILE


def test_a_mark_is_a_ring_a_sign_and_words() -> None:
    x = Value(2.0, name="x")
    record = trace((x * 3).tanh())
    node = next(n.id for n in record.nodes if n.gate == "tanh")
    plain, marked = viz.svg(record), viz.svg(record, marks={node: "it saturates here"})
    assert "marks" not in plain
    assert f'<g class="marks"><g data-node="{node}"><title>it saturates here</title><rect ' in marked
    assert " · ! it saturates here</text>" in marked
    assert ">!</text>" in marked, "not by colour alone"
    assert marked == viz.svg(record, marks={node: "it saturates here"})
    assert viz.svg(record, marks={}) == plain
    assert viz.svg(record, marks={999: "nowhere"}) == plain


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_words_are_text(text: str) -> None:
    from xml.etree import ElementTree

    record = trace(Value(2.0) * 3)
    picture = viz.svg(record, marks={record.root: text})
    assert ElementTree.fromstring(picture) is not None
    assert "<script" not in picture


def test_a_diagnosis_points_at_a_node(tmp_path: Any) -> None:
    layers: list[nn.Module] = []
    for i in range(6):
        layer = nn.Linear(8, 8, rng=i)
        layer.weight.data = layer.weight.data * 0.01
        layers += [layer, nn.Sigmoid()]
    x = Tensor(np.random.default_rng(0).normal(size=(4, 8)))
    record = trace((nn.Sequential(*layers)(x) ** 2).mean())
    found = detect_vanishing(record)
    assert found.found
    assert found.node is not None
    picture = viz.draw(record, tmp_path / "a.svg", marks={found.node: found.message}).read_text(encoding="utf-8")
    assert f'<g data-node="{found.node}">' in picture
