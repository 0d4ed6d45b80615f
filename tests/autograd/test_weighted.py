"""Weighted sums: the pasted chain is the chain of operators, and the one node is the gate dot, to the last bit."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import (
    GATES,
    OperandError,
    Tensor,
    Value,
    gradients,
    no_grad,
    primitives,
    trace,
    weighted_sum,
    weighted_sums,
)
from autograd import weighted as module

from .settings import thorough

numbers = st.floats(width=64)
sizes = st.integers(0, 6)


def bits(x: Any) -> bytes:
    assert type(x) is float
    return struct.pack("<d", x) if x == x else b"nan"


def written(root: Value) -> list[Any]:
    """All that the nodes of a graph hold, operands as their places in the list."""
    place: dict[int, int] = {}
    found: list[Any] = []
    for node in autograd.graph.evaluation_order(root):
        place[id(node)] = len(found)
        operands = [place[id(o)] if isinstance(o, Value) else bits(o) for o in node.operands]
        local = list(map(bits, node.local))
        held = (node._form, node._depth, node.grad, node._next, node._info if node._depth else None)
        found.append((type(node), bits(node.data), operands, local, *held))
    return found


def chain_of_operators(weights: Sequence[Any], inputs: Sequence[Any], bias: Any) -> Any:
    total = bias
    for weight, x in zip(weights, inputs, strict=True):
        total = total + weight * x
    return total


def one_dot(weights: Sequence[Any], inputs: Sequence[Any], bias: Any) -> Any:
    return GATES["dot"]((bias, *weights), (1.0, *inputs))


def fused(weights: Sequence[Any], inputs: Sequence[Any], bias: Any) -> Any:
    return weighted_sum(weights, inputs, bias, fused=True)


BOTH = [(weighted_sum, chain_of_operators), (fused, one_dot)]
w = [Value(0.5), Value(-1.5), Value(2.0)]
deep = [Value(0.3).exp(), Value(0.2), Value(0.1).exp().exp()]
frozen = Value(3.0, requires_grad=False)
INPUTS = {
    "values": [Value(1.0), Value(2.0), Value(-0.5)],
    "computed": deep,
    "one Value twice": [deep[0], deep[0], w[0]],
    "frozen": [frozen, Value(1.0), frozen],
    "floats": [1.0, -2.0, 0.25],
    "whole numbers": [1, 2**60 + 1, -3],
    "booleans": [True, False, True],
    "numpy's": np.array([1.0, 2.0, 3.0]),
    "numpy's whole numbers": np.array([1, 2, 3]),
    "mixed": [1.0, Value(2.0), 3],
    "mixed otherwise": (deep[2], 2, np.float64(0.1)),
    "a range": range(3),
    "hard": [math.inf, Value(math.nan), -0.0],
}


@pytest.mark.parametrize("x", INPUTS.values(), ids=INPUTS.keys())
@pytest.mark.parametrize(("quick", "general"), BOTH, ids=["chain", "one node"])
@pytest.mark.parametrize(
    "weights", [w, deep, [w[0], w[0], frozen], tuple(w)], ids=["leaves", "computed", "again", "tuple"]
)
def test_the_same_nodes_as_the_general_way(
    quick: Callable[..., Any], general: Callable[..., Any], weights: Any, x: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bias in (Value(0.25), Value(-0.0), deep[2], w[0]):
        expected = written(general(weights, x, bias))
        with monkeypatch.context() as patch:
            for function in (module._chain, module._nodes):
                patch.setitem(function.__globals__, "general", None)  # these must not need it
            assert written(quick(weights, x, bias)) == expected


class Other(Value):
    __slots__ = ()


UNUSUAL = {
    "numbers as weights": ([1.0, Value(2.0), 3], [Value(1.0), 2.0, Value(4.0)], Value(0.5)),
    "a number as bias": ([Value(1.0), Value(2.0)], [3.0, Value(4.0)], 0.5),
    "a subclass": ([Other(1.0), Value(2.0)], [Other(3.0), Value(4.0)], Other(0.5)),
}


@pytest.mark.parametrize("operands", UNUSUAL.values(), ids=UNUSUAL.keys())
@pytest.mark.parametrize(("quick", "general"), BOTH, ids=["chain", "one node"])
def test_unusual_operands_go_the_general_way(
    quick: Callable[..., Any], general: Callable[..., Any], operands: tuple[Any, Any, Any]
) -> None:
    assert written(quick(*operands)) == written(general(*operands))


def test_numbers_alone_give_a_number() -> None:
    assert weighted_sum([2.0, 3.0], [5.0, 7.0], 1.0) == fused([2.0, 3.0], [5.0, 7.0], 1.0) == 32.0


def test_weights_changed_to_other_numbers_are_read_afresh() -> None:
    weights, bias = [Value(1.0), Value(2.0)], Value(0.0)
    for form in (False, True):
        weights[0].data = 1.0
        first = weighted_sum(weights, [3.0, 4.0], bias, fused=form)
        weights[0].data = np.float64(5.0)
        second = weighted_sum(weights, [3.0, 4.0], bias, fused=form)
        assert (first.data, second.data, first.local[1]) == (11.0, 23.0, first.local[1])


@thorough
@given(st.data(), sizes)
def test_both_forms_have_the_same_bits(data: st.DataObject, size: int) -> None:
    rows = st.lists(numbers, min_size=size, max_size=size)
    weights, x, bias = list(map(Value, data.draw(rows))), list(map(Value, data.draw(rows))), Value(data.draw(numbers))
    chain, one = weighted_sum(weights, x, bias), fused(weights, x, bias)
    assert bits(chain.data) == bits(one.data)
    leaves = [*weights, *x, bias]
    for a, b in zip(gradients(chain, leaves), gradients(one, leaves), strict=True):
        assert bits(a) == bits(b)


@thorough
@given(st.data(), sizes, st.integers(0, 4))
def test_rows_together_are_the_rows_one_by_one(data: st.DataObject, size: int, count: int) -> None:
    rows = [[Value(data.draw(numbers)) for _ in range(size)] for _ in range(count)]
    biases = [Value(float(i)) for i in range(count)]
    x = [data.draw(st.sampled_from([Value(2.0), 3.0, Value(0.5).exp()])) for _ in range(size)]
    together = weighted_sums(rows, x, biases)
    assert [written(node) for node in together] == [written(fused(r, x, b)) for r, b in zip(rows, biases, strict=True)]


def test_a_trace_tells_what_a_weighted_sum_is() -> None:
    w0, w1, b, x = Value(2.0, "w0"), Value(3.0, "w1"), Value(1.0, "b"), Value(7.0, "x")
    record = trace(fused([w0, w1], [5.0, x], b))
    assert record.result.formula == "b·1 + w0·5 + w1·x"
    assert [(e.formula, e.local, e.contribution) for e in record.edges if e.local is not None] == [
        ("1", 1.0, 1.0), ("5", 5.0, 5.0), ("x", 7.0, 7.0), ("w1", 3.0, 3.0),
    ]  # fmt: skip


def test_modes() -> None:
    weights, x, bias = [Value(2.0), Value(3.0)], [Value(5.0), Value(7.0)], Value(1.0)
    with primitives():
        opened = fused(weights, x, bias)
    assert (opened.op, opened.data) == ("add", 32.0)
    for form in (False, True):
        with no_grad():
            result = weighted_sum(weights, x, bias, fused=form)
        assert (result.data, result.parents, result.requires_grad) == (32.0, (), False)
        with autograd.group("here"):
            grouped = trace(weighted_sum(weights, x, bias, fused=form))
        assert {node.group for node in grouped.nodes if node.kind == "gate"} == {0}
        with autograd.record_sources():
            sourced = trace(weighted_sum(weights, x, bias, fused=form))
        assert all(node.source.startswith(__file__) for node in sourced.nodes if node.kind == "gate")


def test_second_derivatives_pass_through() -> None:
    weights, x, bias = [Value(2.0), Value(3.0)], [Value(5.0), Value(7.0)], Value(1.0)
    for form in (False, True):
        y = weighted_sum(weights, x, bias, fused=form)
        (slope,) = gradients(y * y, [weights[0]], create_graph=True)
        assert slope.data == 2 * 32.0 * 5.0
        assert gradients(slope, [x[1]]) == [2 * 5.0 * 3.0]


@pytest.mark.parametrize("form", [False, True])
def test_what_does_not_fit_is_refused(form: bool) -> None:
    weights, bias = [Value(1.0), Value(2.0)], Value(0.0)
    with pytest.raises(OperandError, match=r"^weighted_sum needs as many .* got 2 weights and 3 inputs"):
        weighted_sum(weights, [1.0, 2.0, 3.0], bias, fused=form)
    with pytest.raises(OperandError, match=r"^weighted_sums needs a bias per row; got 1 rows and 2 biases"):
        weighted_sums([weights], [1.0, 2.0], [bias, bias])
    for wrong in ("b", None, [1.0], 1j, np.zeros(2)):
        with pytest.raises(OperandError, match="takes Values and real numbers"):
            weighted_sum(weights, [1.0, wrong], bias, fused=form)
    with pytest.raises(OperandError, match="too large"):
        weighted_sum(weights, [1.0, 10**400], bias, fused=form)


def test_an_object_that_only_looks_like_a_value_is_no_parent() -> None:
    class Alike:
        data = 2.0

    for operands in (([Alike(), Value(1.0)], [1.0, 2.0], Value(0.0)), ([Value(1.0)], [1.0], Alike())):
        for form in (False, True):
            with pytest.raises((OperandError, TypeError)):
                weighted_sum(*operands, fused=form)
    for tensor in (Tensor(2.0, requires_grad=True), Tensor([2.0, 3.0])):
        for operands in (([tensor, Value(1.0)], [1.0, 2.0], Value(0.0)), ([Value(1.0)], [tensor], Value(0.0))):
            quick, general = (_outcome(f, operands) for f in (fused, one_dot))
            assert quick == general
            quick, general = (_outcome(f, operands) for f in (weighted_sum, chain_of_operators))
            assert quick == general


def _outcome(function: Callable[..., Any], operands: tuple[Any, Any, Any]) -> Any:
    try:
        result = function(*operands)
    except Exception as error:
        return type(error), str(error)
    return type(result), repr(result)
