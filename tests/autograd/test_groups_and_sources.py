"""What a node can be told about where it comes from: the line of code, and the groups around it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import autograd
from autograd import Value, gradients, group, record_sources, trace


def _line() -> int:
    """The number of the line that calls this."""
    return sys._getframe(1).f_lineno


def _here(line: int) -> str:
    return f"{__file__}:{line}"


def test_a_source_is_this_file_and_line() -> None:
    x = Value(2.0, name="x")
    with record_sources():
        y, first = x * x, _line()
        z, second = autograd.max(y, 3.0), _line()
        total, third = autograd.sum([y, z, 1.0]), _line()
        method, fourth = (total.tanh(), _line())
    after = method + 1.0
    sources = {node.gate: node.source for node in trace(after).nodes}
    assert sources == {
        None: None, "mul": _here(first), "max": _here(second), "sum": _here(third), "tanh": _here(fourth), "add": None,
    }  # fmt: skip
    assert Path(__file__).name in sources["mul"]


def test_a_source_is_one_s_own_code_even_for_opened_gates_and_derivatives() -> None:
    x = Value(0.3)
    with record_sources(), autograd.primitives():
        y, line = x.silu(), _line()
    assert {node.source for node in trace(y).nodes if node.kind == "gate"} == {_here(line)}
    with record_sources():
        (slope,), line = gradients(x.sin(), [x], create_graph=True), _line()
    assert {node.source for node in trace(slope).nodes if node.kind == "gate"} == {_here(line)}


def test_groups_nest_and_reach_the_trace() -> None:
    x = Value(2.0)
    with group("layer 1", "layer"):
        with group("neuron", kind="neuron"):
            a = x * 3.0
        with group("neuron", kind="neuron"):
            b = x * 5.0
        c = a + b
    d = c.tanh()
    record = trace(d)
    assert [(g.name, g.kind, g.parent) for g in record.groups] == [
        ("layer 1", "layer", None), ("neuron", "neuron", 0), ("neuron", "neuron", 0),
    ]  # fmt: skip
    # Two groups of one name are two groups.
    assert [node.group for node in record.nodes if node.kind == "gate"] == [1, 2, 0, None]
    # x is used in both neurons, so it is in what is around both; each number is where its gate is.
    assert [node.group for node in record.nodes if node.kind != "gate"] == [0, 1, 2]


def test_the_default_kind_and_a_decorated_function() -> None:
    @group("block")
    def block(x: Value) -> Value:
        return x.exp() * 2.0

    record = trace(block(Value(0.0)))
    assert [(g.name, g.kind) for g in record.groups] == [("block", "group")]


def test_groups_survive_an_error() -> None:
    with pytest.raises(RuntimeError, match="inside"), group("lost"):
        raise RuntimeError("inside")
    assert trace(Value(1.0) * 2.0).groups == ()


def test_constants_made_of_plain_numbers_are_where_their_gate_is_and_have_no_source() -> None:
    with record_sources(), group("g"):
        y = Value(2.0) * 3.0
    constant = next(node for node in trace(y).nodes if node.kind == "constant")
    assert (constant.source, constant.group) == (None, 0)
