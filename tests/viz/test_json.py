"""JSON: what a program without this package reads from the file."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given

import autograd
import viz
from autograd import Trace, Value

from ..autograd.settings import thorough
from .graphs import FAMILIES, graphs
from .reading import same_bits


def number(item: dict[str, Any], key: str) -> float | None:
    return float(item[key]) if key in item else None


def check(trace: Trace) -> None:
    text = viz.to_json(trace)
    document = json.loads(text, parse_constant=pytest.fail)  # NaN and Infinity are no JSON
    assert len(document["nodes"]) == len(trace.nodes)
    for item, node in zip(document["nodes"], trace.nodes, strict=True):
        assert (item["id"], item["kind"], item["label"], item.get("name")) == (
            node.id, node.kind, node.label, node.name,
        )  # fmt: skip
        assert same_bits(number(item, "value"), node.value)
        assert same_bits(number(item, "grad"), node.grad)
    for item, edge in zip(document["edges"], trace.edges, strict=True):
        assert (item["parent"], item["child"], item["slot"]) == (edge.parent, edge.child, edge.slot)
        for key in ("local", "upstream", "contribution"):
            assert same_bits(number(item, key), getattr(edge, key))
    assert viz.to_json(Trace.from_json(text)) == text
    assert viz.svg(Trace.from_json(text)) == viz.svg(trace)


@thorough
@given(graphs())
def test_every_number_of_a_random_graph_is_in_the_file(output: Value) -> None:
    check(autograd.trace(output))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_number_of_a_known_graph_is_in_the_file(family: str) -> None:
    check(autograd.trace(FAMILIES[family]()))


def test_numbers_json_does_not_know_are_words() -> None:
    x = Value(math.inf, "x")
    nodes = json.loads(viz.to_json(x - x))["nodes"]
    assert [node["value"] for node in nodes] == ["inf", "nan"]
    assert json.loads(viz.to_json(-x))["nodes"][1]["value"] == "-inf"
