"""A composite gate and the simpler gates it opens into are the same function."""

from __future__ import annotations

import math

import pytest

from autograd import GATES, Value, gradients, primitives
from tests.oracles.points import NAMES, TABLE, Point, apply

COMPOSITE = [name for name in NAMES if GATES[name].definition is not None]


def _close(a: float, b: float, size: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-13, abs_tol=1e-15 * (1 + size))


def _answers(name: str, point: Point) -> tuple[float, list[float], list[list[float]]]:
    leaves = [Value(x) for x in point]
    output = apply(name, leaves)
    slopes = gradients(output, leaves, create_graph=True)
    return output.data, gradients(output, leaves), [gradients(s, leaves) for s in slopes]


@pytest.mark.parametrize("name", COMPOSITE)
def test_value_gradient_and_second_derivative_are_the_same(name: str) -> None:
    for point in TABLE[name].ordinary:
        value, first, second = _answers(name, point)
        with primitives():
            opened_value, opened_first, opened_second = _answers(name, point)
        size = max(map(abs, point)) ** 2 + 4 * math.exp(abs(point[0]))  # opened formulas lose the digits of exp(x) ± 1
        assert _close(opened_value, value, size)
        assert all(_close(a, b, size) for a, b in zip(opened_first, first, strict=True)), (point, opened_first, first)
        for row, opened_row in zip(second, opened_second, strict=True):
            assert all(_close(a, b, size) for a, b in zip(opened_row, row, strict=True)), (point, opened_row, row)


# What a kink or a tie does is part of the function too.
@pytest.mark.parametrize(
    ("name", "point"),
    [("relu", (0.0,)), ("abs", (0.0,)), ("min", (1.0, 1.0)), ("leaky_relu", (0.0, 0.3)), ("elu", (0.0, 2.0))],
)
def test_kinks_are_the_same(name: str, point: Point) -> None:
    closed = _answers(name, point)
    with primitives():
        assert _answers(name, point)[:2] == closed[:2]


@pytest.mark.parametrize("name", ["sum", "dot"])
def test_long_lists_round_alike(name: str) -> None:
    point = tuple(math.sin(i) * 10.0 ** (i % 7) for i in range(40))
    value, first, _ = _answers(name, point)
    with primitives():
        opened_value, opened_first, _ = _answers(name, point)
    assert (opened_value, opened_first) == (value, first)


def test_every_gate_without_a_definition_is_a_primitive() -> None:
    # Written down so that a new composite gate is opened on purpose, and a primitive one is not forgotten.
    assert [n for n in NAMES if GATES[n].definition is None] == [
        "add", "atan", "cos", "eq", "erf", "exp", "floordiv", "ge", "gt", "identity", "inv", "le", "log", "lt", "max",
        "mod", "mul", "ne", "neg", "pow", "sign", "sin", "step", "where",
    ]  # fmt: skip
