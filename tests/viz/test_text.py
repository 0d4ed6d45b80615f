"""Plain text: each pass line by line, with the numbers of the trace."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

import autograd
import viz
from autograd import Trace, Value
from autograd.text import format_number

from ..autograd.settings import thorough
from .graphs import FAMILIES, graphs, neuron


def plain(number: float | None) -> str:
    return format_number(number).replace("−", "-")


def blocks(text: str) -> dict[str, list[str]]:
    """The lines under each heading."""
    found: dict[str, list[str]] = {}
    for block in text.rstrip("\n").split("\n\n"):
        title, *lines = block.split("\n")
        found[title] = lines
    return found


def signed(number: float | None) -> str:
    shown = plain(number)
    return f"({shown})" if shown.startswith("-") else shown


def check(trace: Trace) -> None:
    parts = blocks(viz.text(trace))
    passes = ["forward", *["backward"] * bool(trace.order), "gradients"]
    assert list(parts) == (passes if trace.has_gradients else ["forward"])
    forward = parts["forward"]
    given_numbers = [
        node
        for node in trace.nodes
        if node.kind == "leaf" or (node.kind == "constant" and (node.name is not None or node.id == trace.root))
    ]
    computed = [*given_numbers, *(node for node in trace.nodes if node.kind == "gate")]
    assert len(forward) == len(computed)
    for line, node in zip(forward, computed, strict=True):
        assert line.startswith(f"  {node.label}")
        assert line.endswith(f" = {plain(node.value)}")
    if not trace.has_gradients:
        return
    heads = [line for line in parts.get("backward", []) if re.match(r"  \d+\. ", line)]
    assert len(heads) == len(trace.order)
    for number, (line, child) in enumerate(zip(heads, trace.order, strict=True), 1):
        node = trace.nodes[child]
        assert line.startswith(f"  {number}. {node.label} = ")
        assert line.endswith(f"upstream ∂{trace.result.label}/∂{node.label} = {plain(node.grad)}")
    moves = [line for line in parts.get("backward", []) if " × " in line and not re.search(" gets? ", line)]
    sent = [e for child in trace.order for e in trace.operands[child] if e.contribution is not None]
    for line, edge in zip(moves, sent, strict=True):
        product = f"{plain(edge.upstream)} × {signed(edge.local)} = {plain(edge.contribution)}"
        assert re.sub(r" +", " ", product) in re.sub(r" +", " ", line)
    if trace.leaves:
        for line, leaf in zip(parts["gradients"], trace.leaves, strict=True):
            assert re.search(rf"{re.escape(leaf.label)} +?= {re.escape(plain(leaf.grad))} +at ", line)
            assert line.endswith(f" at {leaf.label} = {plain(leaf.value)}")


@thorough
@given(graphs())
def test_every_number_of_a_random_graph_is_told(output: Value) -> None:
    check(autograd.trace(output))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_number_of_a_known_graph_is_told(family: str) -> None:
    check(autograd.trace(FAMILIES[family]()))


def test_the_contributions_to_a_shared_number_are_summed_up_as_they_arrive() -> None:
    x = Value(3.0, "x")
    told = viz.text(x * x)
    assert "     x: 1 × 3 = 3   ∂v1/∂x = x\n" in told
    assert "     x: 1 × 3 = 3   ∂v1/∂x = x   sum so far 3 + 3 = 6\n" in told


def test_without_a_backward_pass_only_the_forward_values_are_told() -> None:
    x = Value(3.0, "x")
    assert viz.text(x * x, backward=False) == "forward\n  x  = 3\n  v1 = x·x = 3·3 = 9\n"


def test_a_limit_says_how_much_it_left_out() -> None:
    told = viz.text(neuron(), limit=2)
    assert told.count("  … and 6 more\n") == 2
    assert len(blocks(told)["forward"]) == 5 + 2 + 1, "inputs, gates and how many more"
    assert "  3. " not in told
    assert "∂v8/∂a = -0.1966" in told, "gradients are always all told"
    assert viz.text(neuron(), limit=8) == viz.text(neuron())


def test_a_named_constant_is_told_with_its_value() -> None:
    rate = Value(0.5, "rate", requires_grad=False)
    assert "  rate = 0.5\n" in viz.text(rate * Value(2.0, "x"))
    assert viz.text(Value(2.0, "two", requires_grad=False)) == "forward\n  two = 2\n"


def test_columns_line_up_under_wide_characters() -> None:
    a, b = Value(1.0, "日本"), Value(2.0, "x")
    lines = viz.text(a + b).splitlines()
    assert lines[1:3] == ["  日本 = 1", "  x    = 2"]


@thorough
@given(graphs())
def test_no_line_ends_in_a_space(output: Value) -> None:
    told = viz.text(output)
    assert not [line for line in told.split("\n") if line != line.rstrip()]
    assert told.endswith("\n")
    assert not told.endswith("\n\n")
