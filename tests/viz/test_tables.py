"""Both passes as tables in HTML, with the numbers of the trace in full."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

import autograd
from autograd import Trace, Value
from autograd.text import format_number
from viz.formats.tables import steps

from ..autograd.settings import thorough
from .graphs import FAMILIES, chain, graphs, neuron
from .html_reading import Page
from .reading import same_bits


def check(trace: Trace) -> None:
    page = Page(steps(trace))
    gates = [node for node in trace.nodes if node.kind == "gate"]
    root = trace.result.label
    assert set(page.tables) == {
        *[f"Gradients of {root}"] * bool(trace.has_gradients and trace.leaves),
        *["Forward"] * bool(gates),
        *["Backward"] * bool(gates and trace.has_gradients),
    }
    _, *forward = page.tables.get("Forward", [[]])
    for node, row in zip(gates, forward, strict=True):
        assert row == [node.label, node.formula, node.numbers, format_number(node.value)]
        assert same_bits(float(row[3].titles[0]), node.value)
    if not trace.has_gradients:
        return
    _, *gradients = page.tables.get(f"Gradients of {root}", [[]])
    for leaf, row in zip(trace.leaves, gradients, strict=True):
        assert row == [leaf.label, format_number(leaf.value), format_number(leaf.grad)]
        assert same_bits(float(row[2].titles[0]), leaf.grad)
    _, *backward = page.tables.get("Backward", [[]])
    moves = [move for step in trace.backward for move in step.moves or [None]]
    for move, row in zip(moves, backward, strict=True):
        if move is None:
            assert row[2:] == ["", "", "", ""]
            continue
        product = [move.edge.upstream, move.local, move.contribution]
        assert row[2] == move.node.label
        upstream, local, contribution = map(format_number, product)
        factor = f"({local})" if local.startswith("−") else local
        assert row[4] == f"{upstream} × {factor} = {contribution}"
        assert same_bits(float(row[5].titles[0]), move.after)
    heads = [row[0] for row in backward if row[0]]
    assert heads == [f"{i}. {trace.nodes[child].label}" for i, child in enumerate(trace.order, 1)]


@settings(thorough, max_examples=60)
@given(graphs())
def test_every_number_of_a_random_graph_is_in_the_tables(output: Value) -> None:
    check(autograd.trace(output))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_number_of_a_known_graph_is_in_the_tables(family: str) -> None:
    check(autograd.trace(FAMILIES[family]()))


def test_the_last_sum_of_every_input_is_its_gradient() -> None:
    trace = autograd.trace(FAMILIES["network"]())
    rows = Page(steps(trace)).tables["Backward"][1:]
    last = {row[2]: row[5].titles[0] for row in rows if row[5]}
    assert {leaf.label: repr(leaf.grad) for leaf in trace.leaves}.items() <= last.items()


def test_without_a_backward_pass_there_is_one_table() -> None:
    page = Page(steps(autograd.trace(neuron(), backward=False)))
    assert set(page.tables) == {"Forward"}


def test_a_single_number_has_nothing_to_tell() -> None:
    assert steps(autograd.trace(Value(1.0, requires_grad=False))) == ""


def test_it_needs_nothing_from_outside_and_runs_nothing() -> None:
    page = steps(autograd.trace(neuron()))
    assert "http" not in page.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"<script|<link|<img|@import|url\(|\bon\w+=", page)


def test_a_long_computation_is_told_in_part_and_says_so() -> None:
    tables = Page(steps(autograd.trace(chain(501)))).tables
    assert len(tables["Forward (the first 500 of 501 steps)"]) == 501  # with the heading
    assert len(tables["Backward (the first 500 of 501 steps)"]) == 501
    assert set(Page(steps(autograd.trace(chain(500)))).tables) == {"Gradients of v500", "Forward", "Backward"}
