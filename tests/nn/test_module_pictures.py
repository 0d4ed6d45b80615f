"""A network of tensors is drawn in boxes, one per module, without being asked."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest

import nn
import viz
from autograd import Tensor, Trace, trace

X = np.random.default_rng(0).normal(size=(3, 4))


def boxes(record: Trace) -> dict[str, list[str]]:
    """For each group, the gates and leaves directly in it."""
    return {
        group.name: [node.gate or node.label for node in record.nodes if node.group == i]
        for i, group in enumerate(record.groups)
    }


def lines(record: Trace) -> dict[str, str | None]:
    return {g.name: None if g.parent is None else record.groups[g.parent].name for g in record.groups}


def test_layers_are_boxes_in_the_box_of_the_network() -> None:
    model = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2))
    record = trace(model(Tensor(X, name="x")).sum())
    assert lines(record) == {
        "Sequential": None,
        "Linear #1": "Sequential",
        "Tanh": "Sequential",
        "Linear #2": "Sequential",
    }
    assert boxes(record) == {
        "Sequential": [], "Linear #1": ["W", "b", "linear"], "Tanh": ["tanh"], "Linear #2": ["W", "b", "linear"],
    }  # fmt: skip
    outside = [node.gate or node.label for node in record.nodes if node.group is None]
    assert outside == ["x", "sum"]
    assert [g.kind for g in record.groups] == ["module", "layer", "activation", "layer"]


def test_names_given_to_modules_are_those_of_the_boxes() -> None:
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    model.name, model[0].name, model[2].name = "digits", "hidden", "output"
    record = trace(nn.CrossEntropyLoss()(model(X), [0, 1, 1]))
    assert lines(record) == {"digits": None, "hidden + ReLU": "digits", "output": "digits", "CrossEntropyLoss": None}


def test_a_module_with_modules_of_its_own() -> None:
    class Residual(nn.Module):
        def __init__(self) -> None:
            self.inner = nn.FeedForward([4, 5, 4], "tanh", rng=0)

        def forward(self, x: Any) -> Any:
            return x + self.inner(x)

    record = trace(Residual()(Tensor(X, requires_grad=True, name="x")).sum())
    assert lines(record) == {
        "Residual": None, "FeedForward": "Residual", "Linear #1": "FeedForward", "tanh": "FeedForward",
        "Linear #2": "FeedForward",
    }  # fmt: skip
    assert boxes(record)["Residual"] == ["add"]


def test_images_and_losses() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3, rng=0), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 2))
    record = trace(nn.CrossEntropyLoss()(model(Tensor(np.ones((2, 1, 6, 6)))), [0, 1]))
    found = boxes(record)
    assert list(found) == ["Sequential", "Conv2d", "ReLU", "MaxPool2d", "Flatten", "Linear", "CrossEntropyLoss"]
    assert found["Conv2d"] == ["W", "b", "conv2d"]
    assert found["CrossEntropyLoss"] == ["c2", "cross_entropy"], "the labels, and the loss"


def test_shared_weights_are_outside_the_layers_that_share_them() -> None:
    model = nn.Autoencoder([4, 2], tied=True, rng=0)
    record = trace(model(X).sum())
    (shared,) = [node for node in record.nodes if node.label == "W"]
    assert shared.group is not None
    assert record.groups[shared.group].name == "Autoencoder"
    assert "transpose" in boxes(record)["TiedLinear"]


@pytest.mark.parametrize("style", ["svg", "html"])
def test_the_boxes_are_in_the_pictures(style: str) -> None:
    model = nn.FeedForward([4, 3, 2], "tanh", rng=0)
    loss = nn.MSELoss()(model(X), np.zeros((3, 2)))
    picture = getattr(viz, style)(loss)
    for name in ("FeedForward", "Linear #1", "Linear #2", "MSELoss"):
        assert name in str(picture), name


def test_the_svg_has_a_frame_for_each_box_with_its_nodes_inside() -> None:
    model = nn.FeedForward([4, 3, 2], "tanh", rng=0)
    root = ET.fromstring(str(viz.svg(model(X).sum())))
    texts = {"".join(e.itertext()) for e in root.iter() if e.tag.endswith("text")}
    assert {"FeedForward", "Linear #1", "tanh", "Linear #2"} <= texts


def test_a_hostile_name_is_inert() -> None:
    model = nn.Linear(4, 1)
    model.name = "<script>alert(1)</script>\n\"'\U0001f600" + "x" * 10_000
    out = model(X).sum()
    assert trace(out).groups[0].name == model.name
    picture = str(viz.svg(out))
    ET.fromstring(picture)
    assert "<script>" not in picture
    assert len(picture) < 200_000
