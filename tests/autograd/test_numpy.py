"""numpy's functions and numbers meet Values: gates where there is one, a clear error where there is none."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import GATES, OperandError, Value
from autograd.numpy_protocol import UFUNC_GATES
from tests.oracles.points import TABLE


@pytest.mark.parametrize(("ufunc", "gate"), UFUNC_GATES.items())
def test_every_function_with_a_gate(ufunc: str, gate: str) -> None:
    function = getattr(np, ufunc)
    for point in TABLE[gate].ordinary:
        node = function(*map(Value, point))
        assert (type(node), node.op) == (Value, gate)
        assert math.isclose(node.data, function(*point), rel_tol=1e-15)
        assert node.data == GATES[gate](*map(Value, point)).data


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.float16, np.int64, np.int8, np.uint8, np.longdouble])
def test_numpy_numbers_on_either_side(kind: Callable[[float], Any]) -> None:
    three = kind(3)
    for node, expected in (
        (three * Value(2.0), 6.0), (Value(2.0) * three, 6.0), (three - Value(2.0), 1.0), (Value(2.0) - three, -1.0),
        (three / Value(2.0), 1.5), (Value(2.0) ** three, 8.0), (three ** Value(2.0), 9.0), (three // Value(2.0), 1.0),
        (three % Value(2.0), 1.0), (np.maximum(three, Value(2.0)), 3.0),
    ):  # fmt: skip
        assert type(node) is Value
        assert node.data == expected
        assert all(type(o) in (float, Value) for o in node.operands)
    assert Value(three).data == 3.0


def test_the_gradient_goes_through() -> None:
    x = Value(0.5)
    (np.float64(2.0) * np.exp(x) + np.sin(x) * np.array(3.0)).backward()
    assert math.isclose(x.grad, 2 * math.exp(0.5) + 3 * math.cos(0.5))


def test_comparisons_give_a_plain_answer() -> None:
    two = np.float64(2.0)
    assert (two < Value(3.0)) is True
    assert (Value(3.0) <= two) is False
    assert (two == Value(2.0)) is True
    assert (np.float32(2.0) != Value(2.0)) is False
    assert (Value(2.0) < np.float32(2.5)) is True


@pytest.mark.parametrize(
    "operation",
    [
        lambda x, a: a * x, lambda x, a: x * a, lambda x, a: a - x, lambda x, a: x ** a, lambda x, a: np.add(x, a),
        lambda x, a: np.maximum(a, x), lambda x, a: x < a, lambda x, a: a == x,
    ],
)  # fmt: skip
def test_arrays_are_refused(operation: Callable[[Value, Any], Any]) -> None:
    for array in (np.ones(3), np.ones((1,)), np.ones((2, 2)), np.array([])):
        with pytest.raises(OperandError, match=r"not a ndarray of shape \(.*\): a Value holds one number"):
            operation(Value(2.0), array)


def test_functions_without_a_gate_are_refused() -> None:
    for function in (np.arcsin, np.cbrt, np.isnan, np.floor, np.logaddexp2, np.hypot):
        operands = [Value(0.5)] * function.nin
        with pytest.raises(OperandError, match=f"np.{function.__name__} has no gate"):
            function(*operands)


def test_methods_and_options_are_refused() -> None:
    with pytest.raises(OperandError, match=r"np\.add with reduce takes no Values"):
        np.add.reduce(Value(1.0))
    with pytest.raises(OperandError, match=r"np\.exp with out takes no Values"):
        np.exp(Value(1.0), out=np.zeros(1))
    with pytest.raises(OperandError, match=r"np\.exp with where takes no Values"):
        np.exp(Value(1.0), where=True)


def test_an_array_of_values_works_element_by_element() -> None:
    leaves = [Value(1.0), Value(2.0)]
    squares = np.array(leaves) ** 2
    assert [type(s) for s in squares] == [Value, Value]
    total = squares.sum()
    total.backward()
    assert [leaf.grad for leaf in leaves] == [2.0, 4.0]


@pytest.mark.needs("torch")
def test_torch_numbers() -> None:
    import torch

    three = torch.tensor(3.0)
    assert (Value(2.0) * three).data == 6.0
    with pytest.raises(OperandError, match=r"a Tensor of shape \(2,\)"):
        Value(2.0) * torch.ones(2)
