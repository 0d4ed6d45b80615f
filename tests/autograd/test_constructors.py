"""The generated constructors build, bit for bit, the node that the general way builds."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import pytest

from autograd import GATES, Value
from autograd.construct import constructors
from autograd.record import record
from tests.oracles.points import EVERYWHERE, NAMES, TABLE, Point

SMALL = [name for name in NAMES if GATES[name].arity in (1, 2)]


def _bits(x: Any) -> bytes:
    assert type(x) is float, f"{x!r} is not a float"
    return struct.pack("<d", x) if x == x else b"nan"


def _written(node: Value) -> tuple[Any, ...]:
    """All that a node holds, floats as bits and operands as themselves."""
    return (
        type(node), node._form, _bits(node.data), [_bits(g) for g in node.local], node._depth, node.grad, node._info,
        [id(o) if isinstance(o, Value) else _bits(o) for o in node.operands], node._next, list(map(id, node.parents)),
    )  # fmt: skip


def _operands(point: Point, pattern: str) -> list[Any]:
    return [Value(x) if kind == "v" else x for x, kind in zip(point, pattern, strict=True)]


def _numbers(name: str) -> Iterator[Point]:
    yield from TABLE[name].points
    if GATES[name].arity == 1:
        yield from ((x,) for x in EVERYWHERE)


@pytest.mark.parametrize("name", SMALL)
def test_quick_and_general_way_build_the_same_node(name: str) -> None:
    gate = GATES[name]
    made = constructors(gate, Value)
    for point in _numbers(name):
        for pattern in ("v",) if gate.arity == 1 else ("vv", "vc", "cv"):
            operands = _operands(point, pattern)
            if pattern == "cv":
                assert made.reflected is not None
                quick = made.reflected(operands[1], operands[0])
            else:
                quick = made.forward(*operands)
            general = record(Value, gate, tuple(operands))
            assert _written(quick) == _written(general), (name, point, pattern)
            assert quick._form.pattern == pattern


@pytest.mark.parametrize("name", [n for n in SMALL if GATES[n].arity == 2])
def test_whole_numbers_and_deeper_operands_too(name: str) -> None:
    gate = GATES[name]
    made = constructors(gate, Value)
    deep = Value(0.3).exp().exp()
    for pair in (
        (deep, 3),
        (deep, 0),
        (deep, -2),
        (deep, 2**60 + 1),
        (deep, deep),
        (Value(-0.7), deep),
        (deep, Value(0.0)),
    ):
        assert _written(made.forward(*pair)) == _written(record(Value, gate, pair)), pair
        if not isinstance(pair[1], Value):
            assert _written(made.reflected(*pair)) == _written(record(Value, gate, pair[::-1])), pair


@pytest.mark.parametrize("name", SMALL)
def test_the_quick_way_is_taken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At an ordinary point the generated code must not fall back on the general way."""
    made = constructors(GATES[name], Value)

    def general(*operands: Any) -> Value:
        raise AssertionError(f"{name} took the general way for {operands}")

    monkeypatch.setitem(made.forward.__globals__, "record", general)
    for point in TABLE[name].ordinary:
        assert made.forward(*map(Value, point)).op == name
    if GATES[name].arity == 2:
        x, y = TABLE[name].ordinary[0]
        assert made.forward(Value(x), y).op == made.reflected(Value(y), x).op == name


# Comparing two Values with an operator gives a Python bool, so those gates have no operator.
@pytest.mark.parametrize("name", [n for n in SMALL if n not in ("eq", "ne", "lt", "le", "gt", "ge")])
def test_operators_methods_and_gates_are_the_same_thing(name: str) -> None:
    point = TABLE[name].ordinary[0]
    method = getattr(Value, name, None) or getattr(Value, f"__{name}__", None)
    operands = [Value(x) for x in point]
    by_gate = GATES[name](*operands)
    assert (by_gate.op, by_gate.parents) == (name, tuple(operands))
    if method is not None:
        assert _written(method(*operands))[:5] == _written(by_gate)[:5]


def test_a_subclass_joins_in() -> None:
    class Named(Value):
        __slots__ = ()

    for name in SMALL:
        operands = [Named(x) if i == 0 else Value(x) for i, x in enumerate(TABLE[name].ordinary[0])]
        node = GATES[name](*operands)
        assert node.parents == tuple(operands)
        node.backward()
        assert all(operand.grad is not None for operand in operands)
    mixed = [Named(2.0), Value(3.0)]
    GATES["sum"](mixed).backward()
    assert [m.grad for m in mixed] == [1.0, 1.0]
