"""Typed expressions: everything that is allowed is computed as Python itself would compute it."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd
from autograd import GATES, ExpressionError, Value, gradcheck, no_grad, parse, trace
from tests.oracles.points import NAMES, TABLE, apply

from .settings import thorough

ALLOWED: list[tuple[str, dict[str, float], float]] = [
    ("x + y - 2*x/y", {"x": 3.0, "y": 4.0}, 5.5),
    ("2**3**2", {}, 512.0),
    ("-x**2", {"x": 3.0}, -9.0),
    ("(-x)**2", {"x": 3.0}, 9.0),
    ("2**-x", {"x": 1.0}, 0.5),
    ("7 // 2 + 7 % 4", {}, 6.0),
    ("-7 // 2", {}, -4.0),
    ("+x", {"x": 2.0}, 2.0),
    ("- - x", {"x": 2.0}, 2.0),
    ("--5", {}, 5.0),
    ("x", {"x": 2.5}, 2.5),
    ("42", {}, 42.0),
    ("1_000.5e-1", {}, 100.05),
    ("0x10 + 0b11 + 0o7", {}, 26.0),
    (".5 + 5.", {}, 5.5),
    ("1e400", {}, math.inf),
    ("x > 1", {"x": 2.0}, 1.0),
    ("(x >= 2) + (x <= 1) + (x < 3) + (x == 2) + (x != 2)", {"x": 2.0}, 3.0),
    ("x if x > y else y", {"x": 1.0, "y": 4.0}, 4.0),
    ("a if a > b else b if b > c else c", {"a": 0.0, "b": 1.0, "c": 2.0}, 2.0),
    ("where(x > 0, x, -x)", {"x": -3.0}, 3.0),
    ("max(a, b, c, 2)", {"a": 1.0, "b": 5.0, "c": 3.0}, 5.0),
    ("minimum(a, b) + maximum(a, b)", {"a": 1.0, "b": 5.0}, 6.0),
    ("ln(exp(x))", {"x": 1.5}, 1.5),
    ("σ(0)", {}, 0.5),
    ("sum(a, b, 1)", {"a": 1.0, "b": 5.0}, 7.0),
    ("sum([a, b])", {"a": 1.0, "b": 5.0}, 6.0),
    ("dot(a, b, 10, 100)", {"a": 1.0, "b": 5.0}, 510.0),
    ("dot([a, b], [10, 100])", {"a": 1.0, "b": 5.0}, 510.0),
    ("leaky_relu(x)", {"x": -2.0}, -0.02),
    ("leaky_relu(x, negative_slope=0.5)", {"x": -2.0}, -1.0),
    ("elu(alpha=2, x=x)", {"x": 3.0}, 3.0),
    ("cos(pi)", {}, -1.0),
    ("pi", {"pi": 3.0}, 3.0),
    ("exp + 1", {"exp": 2.0}, 3.0),
    ("self + x", {"self": 2.0, "x": 1.0}, 3.0),
    ("  x\n", {"x": 1.0}, 1.0),
    ("(x +\n y)", {"x": 1.0, "y": 2.0}, 3.0),
    ("1/0", {}, math.inf),
    ("-1/0", {}, -math.inf),
    ("log(0)", {}, -math.inf),
    ("9**9**9**9", {}, math.inf),
    ("2**0.5**2", {}, 2**0.25),
]


@pytest.mark.parametrize(("text", "values", "expected"), ALLOWED)
def test_allowed(text: str, values: dict[str, float], expected: float) -> None:
    result = parse(text)(**values)
    assert isinstance(result, Value)
    assert math.isclose(result.data, expected, rel_tol=1e-15)


@pytest.mark.parametrize("name", NAMES)
def test_every_gate_can_be_called(name: str) -> None:
    for point in TABLE[name].ordinary:
        letters = "abcdef"[: len(point)]
        f = parse(f"{name}({', '.join(letters)})")
        assert f.names == tuple(letters)
        result = f(**dict(zip(letters, point, strict=True)))
        assert result.data == apply(name, [Value(x) for x in point]).data
        assert result.op == name


# ------------------------------------------------------------------------------------------------- held against Python

_FUNCTIONS = {
    "exp": math.exp,
    "tanh": math.tanh,
    "sin": math.sin,
    "log": math.log,
    "sqrt": math.sqrt,
    "abs": abs,
    "max": max,
}


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**", "//", "%"]), inner).map(" ".join),
        inner.map(lambda t: f"({t})"),
        inner.map(lambda t: f"-{t}"),
        st.tuples(st.sampled_from([n for n in _FUNCTIONS if n != "max"]), inner).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(inner, inner, inner).map(lambda t: f"max({t[0]}, {t[1]}, {t[2]})"),
        st.tuples(inner, inner, st.sampled_from(["<", ">=", "==", "!="]), inner).map(
            lambda t: "({} if {} {} {} else 2)".format(*t)
        ),
    )


TEXTS = st.recursive(st.sampled_from(["x", "y", "2.0", "0.5", "3.0", "1.25"]), _joined, max_leaves=8)


@thorough
@given(TEXTS, st.floats(-3, 3), st.floats(0.1, 3))
def test_random_expressions_are_what_python_makes_of_them(text: str, x: float, y: float) -> None:
    try:
        expected = eval(text, {"__builtins__": {}, **_FUNCTIONS}, {"x": x, "y": y})
    except (ArithmeticError, ValueError, TypeError):
        # Where Python raises (poles, overflow, roots of negatives become complex) there is an answer, and no error.
        used = {n: v for n, v in (("x", x), ("y", y)) if n in parse(text).names}
        assert isinstance(parse(text)(**used).data, float)
        return
    assume(not isinstance(expected, complex))
    f = parse(text)
    found = f(**{n: v for n, v in (("x", x), ("y", y)) if n in f.names})
    assert found.data == expected or math.isclose(found.data, expected, rel_tol=1e-12) or math.isnan(expected), text


# -------------------------------------------------------------------------------------------------------- as a function


def test_names_come_in_the_order_of_their_appearance() -> None:
    assert parse("b*a + sin(b) + c").names == ("b", "a", "c")
    assert parse("b*a").text == "b*a"
    assert repr(parse(" x + 1 ")) == "Expression('x + 1')"


def test_numbers_become_named_leaves_and_values_take_part_themselves() -> None:
    f = parse("x * y")
    x = Value(3.0)
    result = f(x=x, y=2)
    result.backward()
    assert x.grad == 2.0
    assert [n.name for n in trace(result).leaves] == [None, "y"]


def test_one_parse_makes_many_graphs() -> None:
    f = parse("x * x")
    first, second = f(x=2.0), f(x=3.0)
    assert (first.data, second.data) == (4.0, 9.0)
    assert first.parents[0] is first.parents[1]
    assert first.parents[0] is not second.parents[0]


def test_it_can_be_differentiated_and_checked() -> None:
    f = parse("tanh(w*x + b) ** 2")
    assert gradcheck(lambda w, b: f(w=w, b=b, x=0.7), [0.3, -1.1], order=2)
    with no_grad():
        assert f(w=1.0, x=1.0, b=0.0).op is None


def test_constants_are_drawn_and_get_no_gradient() -> None:
    result = parse("2 * pi * r")(r=1.0)
    assert result.data == 2 * math.pi
    record = trace(result)
    assert sorted(n.label for n in record.nodes if n.kind == "constant") == ["2", "pi"]
    assert [n.label for n in record.leaves] == ["r"]
    assert parse("2 + 3")().op == "add"


def test_one_over_x_is_the_inverse_gate() -> None:
    assert parse("1/x")(x=4.0).op == "inv"
    assert parse("1.0 / x")(x=4.0).op == "inv"
    assert parse("2/x")(x=4.0).op == "div"


def test_values_that_do_not_fit() -> None:
    f = parse("x + y")
    for values, message in (
        ({"x": 1.0}, r"y has no value: add y=NUMBER"),
        ({"x": 1.0, "y": 2.0, "z": 3.0}, r"z does not occur in the expression, which has x, y"),
    ):
        with pytest.raises(ExpressionError, match=message):
            f(**values)
    with pytest.raises(ExpressionError, match="has no variables"):
        parse("1 + 2")(x=1.0)
    wrong: Any = "1"
    with pytest.raises(autograd.OperandError, match="not the text '1'"):
        f(x=wrong, y=1.0)


def test_long_sums_and_many_arguments_are_read() -> None:
    assert parse("+".join(["x"] * 900))(x=1.0).data == 900.0
    assert parse(f"sum({', '.join(['x'] * 30_000)})")(x=1.0).data == 30_000.0
    assert parse(f"max({','.join(['x'] * 40_000)})")(x=1.0).data == 1.0


def test_the_aliases_are_gates() -> None:
    for alias, name in {"ln": "log", "maximum": "max", "minimum": "min", "σ": "sigmoid"}.items():
        assert name in GATES
        assert alias not in GATES
