"""Tidying a formula does not change what it means, and printing it loses nothing of it."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from hypothesis import assume, example, given, settings

from autograd.printing import written
from autograd.simplify import decide, evaluate, simplify
from autograd.symbol import SELECT, Symbol, lift
from tests.oracles.symbols import EXPRESSIONS, POINTS, exact

from .settings import EXAMPLES, thorough

THOROUGH = settings(thorough, max_examples=5 * EXAMPLES)
"""Expressions are small and quick, and most rewrites need two particular things to meet."""

x, y = Symbol.named("x"), Symbol.named("y")


def _exact(symbol: Symbol, point: dict[str, Fraction]) -> Fraction:
    """Its meaning; examples where some part divides by zero are left out: tidying is about real numbers."""
    try:
        return exact(symbol, point)
    except ZeroDivisionError:
        assume(False)
        raise


def _same(a: Fraction, b: Fraction) -> bool:
    # Constants are folded in floats, so 3 to the -1 is off in its last digit; nothing else is.
    return a == b or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


@THOROUGH
@given(EXPRESSIONS, POINTS)
@example(x - (-y), {"x": Fraction(1), "y": Fraction(2)})
@example((1 / x) ** 2, {"x": Fraction(3)})
@example(x / y / y, {"x": Fraction(1), "y": Fraction(3)})
@example(-x * -y, {"x": Fraction(2), "y": Fraction(3)})
@example(-x * y, {"x": Fraction(2), "y": Fraction(3)})
@example(x * -y, {"x": Fraction(2), "y": Fraction(3)})
@example(-x / y, {"x": Fraction(2), "y": Fraction(3)})
@example(x * y * y, {"x": Fraction(2), "y": Fraction(3)})
@example(0 - (x - y), {"x": Fraction(2), "y": Fraction(3)})
def test_simplified_means_the_same(symbol: Symbol, point: dict[str, Fraction]) -> None:
    assert _same(_exact(symbol, point), _exact(simplify(symbol), point))


@THOROUGH
@given(EXPRESSIONS)
def test_simplified_is_not_longer_and_stays_as_it_is(symbol: Symbol) -> None:
    once = simplify(symbol)
    assert _size(once) <= _size(symbol)
    assert simplify(once).key == once.key or _size(simplify(once)) < _size(once)


def _size(symbol: Symbol) -> int:
    # 1/x is written with a 1.
    return (2 if symbol.op == "inv" else 1) + sum(_size(a) for a in symbol.args if isinstance(a, Symbol))


@THOROUGH
@given(EXPRESSIONS, POINTS)
def test_deciding_follows_the_numbers_and_tells_true_reasons(symbol: Symbol, point: dict[str, Fraction]) -> None:
    expected = _exact(symbol, point)
    numbers = {name: float(value) for name, value in point.items()}
    reasons: list[Symbol] = []
    decided = decide(symbol, numbers, reasons)
    assert not _has_select(decided)
    assert _exact(decided, point) == expected
    assert all(evaluate(reason, numbers) for reason in reasons)
    assert bool(reasons) == _has_select(symbol)


def _has_select(symbol: Symbol) -> bool:
    return symbol.op == SELECT or any(_has_select(a) for a in symbol.args if isinstance(a, Symbol))


@THOROUGH
@given(EXPRESSIONS, POINTS)
def test_evaluating_symbols_is_computing(symbol: Symbol, point: dict[str, Fraction]) -> None:
    expected = _exact(symbol, point)
    assume(abs(expected) < 1e9)
    found = evaluate(symbol, {name: float(value) for name, value in point.items()})
    # Cancellation may cost digits where the exact answer is small; a wrong operation costs all of them.
    assert math.isclose(found, expected, rel_tol=1e-6, abs_tol=1e-6) or abs(expected) < 1e-3


_SUPERSCRIPT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def _python(text: str) -> str:
    """A printed formula as Python would write it."""
    text = re.sub(r"[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: f"**({m[0].translate(_SUPERSCRIPT)})", text)
    for printed, typed in {"−": "-", "·": "*", "^": "**", "≥": ">=", "≤": "<=", "≠": "!=", " = ": " == "}.items():
        text = text.replace(printed, typed)
    return re.sub(r"(?<![\w.])(\d+(\.\d+)?)", r"Fraction('\1')", text)


@THOROUGH
@given(EXPRESSIONS, POINTS)
@example((x - y) - (x - y), {"x": Fraction(1), "y": Fraction(3)})
@example(x / (y / x), {"x": Fraction(2), "y": Fraction(3)})
@example((-x) ** lift(2.0), {"x": Fraction(2)})
@example(-(x + y) * x, {"x": Fraction(2), "y": Fraction(3)})
@example(lift(-2.0) ** lift(2.0) + x, {"x": Fraction(2)})
def test_brackets_are_where_they_must_be(symbol: Symbol, point: dict[str, Fraction]) -> None:
    """Read back by Python's own rules of precedence, the printed formula is the same number."""
    expected = _exact(symbol, point)
    typed = _python(written(symbol, "unicode"))
    found = eval(typed, {"Fraction": Fraction}, dict(point))
    assert Fraction(found) == expected, typed


def test_what_a_person_would_write() -> None:
    def tidy(symbol: Symbol) -> str:
        return written(simplify(symbol), "unicode")

    assert tidy(1 * x + 0) == "x"
    assert tidy(x * x) == "x²"
    assert tidy(x**1 * (y - 0)) == "x·y"
    assert tidy(x**0) == "1"
    assert tidy(x * -1) == "−x"
    assert tidy(Symbol("neg", -x)) == "x"
    assert tidy(x + -y) == "x − y"
    assert tidy(0 - x) == "−x"
    assert tidy((1 / x) * 0) == "0"
    assert tidy(0 / x) == "0"
    assert tidy(lift(2.0) * 3 + 1) == "7"
    assert tidy(-x / y) == "−x/y"
    assert tidy(-x * y) == tidy(x * -y) == "−x·y"
    assert tidy(-x * -y) == "x·y"
    assert tidy(Symbol("inv", x) * Symbol("inv", x)) == "1/x²"


def test_brackets_are_nowhere_else() -> None:
    assert written(x + y + x, "unicode") == "x + y + x"
    assert written(x * y / x, "unicode") == "x·y/x"
    assert written(x - (y - x), "unicode") == "x − (y − x)"
    assert written((x + y) * (x**2), "unicode") == "(x + y)·x²"
    assert written(-(x * y), "unicode") == "−x·y"
    assert written(x ** (y**2), "unicode") == "x^(y²)"
