"""Everything that is not one real number is refused by every operation, with a message that names both."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import GATES, AutogradError, OperandError, Value, no_grad

WRONG: dict[str, tuple[Any, str]] = {
    "text": ("2", "the text '2': convert it with float() first"),
    "bytes": (b"2", "the text b'2'"),
    "long text": ("x" * 5000, "the text '" + "x" * 40 + "'"),
    "complex": (1 + 2j, r"the complex number (1+2j)"),
    "numpy complex": (np.complex64(1 + 2j), "the complex number"),
    "numpy text": (np.str_("2"), "the text"),
    "date": (np.datetime64("2020-01-01"), "a datetime64"),
    "list": ([1.0, 2.0], "a list of 2: apply it to the elements one by one"),
    "tuple": ((), "a tuple of 0"),
    "dictionary": ({}, "a dict"),
    "array": (np.ones((2, 3)), "a ndarray of shape (2, 3): a Value holds one number"),
    "None": (None, "a NoneType"),
    "object": (object(), "a object"),
    "class": (Value, "a type"),
    "huge": (10**400, "100000000000… is too large for a float"),
    "negative huge": (-(10**400), "-10000000000… is too large for a float"),
    "unwritable": (10**5000, "a whole number of 16,610 bits is too large for a float"),
}
OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow]
NAMES = {"truediv": "div"}


def _message(action: Callable[[], Any]) -> str:
    with pytest.raises(OperandError) as caught:
        action()
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, AutogradError)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 200
    return message


@pytest.mark.parametrize("what", WRONG)
def test_a_value_of_it(what: str) -> None:
    wrong, said = WRONG[what]
    message = _message(lambda: Value(wrong))
    assert message.startswith("Value")
    assert said in message


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("apply", OPERATORS, ids=lambda f: f.__name__)
def test_operators_on_either_side(apply: Callable[[Any, Any], Any], what: str) -> None:
    wrong, said = WRONG[what]
    name = NAMES.get(apply.__name__, apply.__name__)
    x = Value(2.0)
    message = _message(lambda: apply(x, wrong))
    assert message.startswith(name)
    assert said in message
    # str % is formatting and + of some classes is their own; what is left must be refused likewise.
    if not (apply is operator.mod and isinstance(wrong, (str, bytes))):
        assert said in _message(lambda: apply(wrong, x))


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("name", sorted(GATES))
def test_gates_called_by_name(name: str, what: str) -> None:
    wrong, said = WRONG[what]
    gate = GATES[name]
    if gate.variadic:
        calls = [lambda: gate([Value(1.0), wrong]) if name == "sum" else gate([Value(1.0), wrong], [1.0, 2.0])]
    else:
        calls = [
            lambda i=i, first=first: gate(*(wrong if j == i else first for j in range(gate.arity)))
            for i in range(gate.arity)
            for first in (Value(1.0), 1.0)
        ]
    for call in calls:
        message = _message(call)
        assert message.startswith(name)
        assert said in message


def test_no_grad_is_as_strict() -> None:
    with no_grad():
        assert "mul" in _message(lambda: Value(2.0) * "3")
        assert "Value" in _message(lambda: Value("3"))  # type: ignore[arg-type]


def test_wrong_numbers_of_operands() -> None:
    x = Value(1.0)
    assert _message(lambda: GATES["pow"](x)) == "pow(x, y) needs y; got 1 operand(s)"
    assert _message(lambda: GATES["exp"](x, x)) == "exp(x) does not take 2 operands"
    assert _message(lambda: GATES["exp"]()) == "exp(x) needs x; got 0 operand(s)"
    assert _message(lambda: GATES["leaky_relu"](x, slope=1)) == "leaky_relu(x, negative_slope=0.01) does not take slope"
    assert "does not take negative_slope" in _message(lambda: GATES["leaky_relu"](x, 0.1, negative_slope=1))
    assert _message(lambda: GATES["sum"]([])) == "sum of nothing: give it at least one term"
    assert "got 1 weights and 2 inputs" in _message(lambda: GATES["dot"]([x], [x, x]))
    assert "got 0 weights and 0 inputs" in _message(lambda: GATES["dot"]([], []))


def test_gates_take_their_inputs_by_name_and_have_defaults() -> None:
    x = Value(-2.0)
    assert GATES["leaky_relu"](x).data == -0.02
    assert GATES["leaky_relu"](x, negative_slope=0.5).data == -1.0
    assert GATES["elu"](x=x, alpha=2.0).data == 2.0 * math.expm1(-2.0)
    assert x.elu(2.0).data == 2.0 * math.expm1(-2.0)
    assert x.elu().data == GATES["elu"](x).data == math.expm1(-2.0)
    assert x.leaky_relu().data == -0.02


def test_gates_of_plain_numbers_give_plain_numbers() -> None:
    assert autograd.exp(0) == 1.0
    assert type(autograd.add(1, 2)) is float
    assert autograd.log(0.0) == -math.inf
    assert autograd.sum([1, 2.5]) == 3.5
    assert autograd.max(1, True) == 1.0


def test_other_arguments() -> None:
    assert "not the text 'up'" in _message(lambda: Value(1.0).backward("up"))  # type: ignore[arg-type]
    assert "not a list" in _message(lambda: Value(1.0).backward([1.0]))  # type: ignore[arg-type]
    assert _message(lambda: autograd.trace(2.0)) == (  # type: ignore[arg-type]
        "trace needs the Value or Tensor a computation ended in, not a float"
    )
