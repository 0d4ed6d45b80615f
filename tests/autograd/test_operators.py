"""What Python's operators, comparisons and conversions do on a Value."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value

from .settings import thorough

BINARY: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "+": (operator.add, "add"), "-": (operator.sub, "sub"), "*": (operator.mul, "mul"), "/": (operator.truediv, "div"),
    "//": (operator.floordiv, "floordiv"), "%": (operator.mod, "mod"), "**": (operator.pow, "pow"),
}  # fmt: skip


@pytest.mark.spec("S-040")
@pytest.mark.parametrize("sign", BINARY)
@pytest.mark.parametrize(("x", "y"), [(7.5, 2.0), (0.3, 4.0), (2.0, -3.0)])
def test_values_and_numbers_on_either_side(sign: str, x: float, y: float) -> None:
    apply, gate = BINARY[sign]
    for node in (apply(Value(x), Value(y)), apply(Value(x), y), apply(x, Value(y))):
        assert node.op == gate
        assert node.data == apply(x, y)
    assert [float(o) for o in apply(x, Value(y)).operands] == [x, y]


@pytest.mark.parametrize("kind", [int, bool, Fraction, Decimal])
def test_every_kind_of_real_number(kind: Callable[[int], Any]) -> None:
    one = kind(1)
    assert (Value(2.0) + one).data == (one + Value(2.0)).data == 3.0
    assert type((Value(2.0) + one).operands[1]) is float
    assert Value(one).data == 1.0
    assert type(Value(one).data) is float


def test_signs_and_absolute_value() -> None:
    x = Value(-2.0)
    assert +x is x
    assert ((-x).op, (-x).data) == ("neg", 2.0)
    assert (abs(x).op, abs(x).data) == ("abs", 2.0)


def test_in_place_operators_make_new_nodes() -> None:
    x = y = Value(2.0)
    y += 1
    y *= x
    y -= 0.5
    y /= x
    y **= 2
    assert x.data == 2.0
    assert y.data == 7.5625
    y.backward()
    assert math.isclose(x.grad, 2 * (3 - 0.25) * (0.5 / 4 + 1))


def test_python_s_own_sum() -> None:
    total = sum([Value(1.0), Value(2.0)])
    assert total.data == 3.0


COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]


@thorough
@given(st.floats(), st.one_of(st.floats(), st.integers()), st.sampled_from(COMPARISONS))
def test_comparisons_are_those_of_the_numbers(x: float, y: float, compare: Callable[[Any, Any], bool]) -> None:
    expected = compare(x, y)
    assert compare(Value(x), y) is expected
    assert compare(x, Value(float(y))) is compare(x, float(y)) if type(y) is float else True
    if type(y) is float:
        assert compare(Value(x), Value(y)) is expected


def test_a_whole_number_assigned_by_hand_compares_as_a_number() -> None:
    x = Value(1.0)
    x.data = 2
    assert x == 2.0
    assert x < 2.5
    assert operator.ne(x, 2.0) is False
    assert x >= Value(2.0)


def test_comparing_with_something_else() -> None:
    x = Value(1.0)
    assert x != "1"
    assert operator.eq(x, None) is False
    with pytest.raises(TypeError):
        _ = x < "1"


def test_hash_is_of_the_object() -> None:
    a, b = Value(1.0), Value(1.0)
    assert a == b
    assert len({a, b}) == 2
    assert {a: "a", b: "b"}[a] == "a"
    assert a in {a}
    assert b not in {a}


def test_a_list_finds_equal_numbers() -> None:
    # `in` and `index` of a list go by ==, which compares numbers; a set goes by object. Worth knowing, hence written.
    a, b = Value(1.0), Value(1.0)
    assert b in [a]


def test_conversions() -> None:
    x = Value(2.75)
    assert (float(x), int(x), bool(x), bool(Value(0.0)), round(float(x), 1)) == (2.75, 2, True, False, 2.8)
    assert type(float(Value(1.0))) is float
    assert math.floor(float(x)) == 2
    assert math.exp(x) == math.exp(2.75)
    with pytest.raises(ValueError, match="NaN"):
        int(Value(math.nan))


@pytest.mark.parametrize("spec", [".3f", "8.2f", "+.1e", "g", ",.2f", "%"])
def test_format_is_that_of_the_number(spec: str) -> None:
    assert format(Value(1234.5678), spec) == format(1234.5678, spec)
    assert f"{Value(1.5)}" == "Value(data=1.5, grad=None)" == str(Value(1.5))


def test_repr_shows_a_gradient_that_is_a_value_as_its_number() -> None:
    x = Value(3.0)
    (x * x).backward(create_graph=True)
    assert repr(x) == "Value(data=3.0, grad=6.0)"


def test_matrix_product_and_bits_are_not_defined() -> None:
    for apply in (operator.matmul, operator.and_, operator.or_, operator.xor, operator.lshift):
        with pytest.raises(TypeError):
            apply(Value(1.0), Value(2.0))
