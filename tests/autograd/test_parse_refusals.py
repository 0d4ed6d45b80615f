"""Everything that is not arithmetic is refused in one line, and nothing typed is ever run."""

from __future__ import annotations

import ast
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import ExpressionError, parse
from autograd.expression import LONGEST

from .settings import thorough

REFUSED: list[tuple[str, str]] = [
    ("", "the expression is empty"),
    ("   \n ", "the expression is empty"),
    ("x.real", "'x.real' is not allowed"),
    ("x.__class__", "'x.__class__' is not allowed"),
    ("().__class__.__bases__", "is not allowed"),
    ("__import__('os')", "__import__ is not a gate"),
    ("print(x)", "print is not a gate"),
    ("sinn(x)", "sinn is not a gate; did you mean sin"),
    ("x(1)", "x is not a gate"),
    ("f(x)(y)", "only gates can be called, by name"),
    ("math.sin(x)", "only gates can be called, by name"),
    ("(lambda: 1)()", "only gates can be called, by name"),
    ("lambda x: x", "'lambda x: x' is not allowed"),
    ("[x for x in y]", "is not allowed"),
    ("{x: 1 for x in y}", "is not allowed"),
    ("sum(x for x in y)", "is not allowed"),
    ("[1, 2]", "'[1, 2]' is not allowed"),
    ("(1, 2)", "'(1, 2)' is not allowed"),
    ("{}", "'{}' is not allowed"),
    ("'text'", "'text' is not a real number"),
    ("'a\\nb'", "is not a real number"),
    ("b'text'", "is not a real number"),
    ("exp('1')", "'1' is not a real number"),
    ("f'{x}'", "is not allowed"),
    ("x[0]", "'x[0]' is not allowed"),
    ("x[0:1]", "is not allowed"),
    ("(x := 1)", "is not allowed"),
    ("x := 1", "cannot be read"),
    ("x = 1", "cannot be read"),
    ("1 < x < 2", "'1 < x < 2' is not allowed"),
    ("x in y", "'x in y' is not allowed"),
    ("x is y", "is not allowed"),
    ("x and y", "'x and y' is not allowed"),
    ("x or y", "'x or y' is not allowed"),
    ("not x", "'not x' is not allowed"),
    ("~x", "'~x' is not allowed"),
    ("x & y", "is not allowed"),
    ("x << 2", "is not allowed"),
    ("x @ y", "is not allowed"),
    ("exp(*x)", "'*x' is not allowed"),
    ("*x", "cannot be read"),
    ("exp(**x)", "exp(x) needs x"),
    ("exp(x, **y)", "exp(x) does not take None"),
    ("exp(y=x)", "exp(x) needs x"),
    ("exp()", "exp(x) needs x; got 0 operand(s)"),
    ("exp(x, y)", "exp(x) does not take 2 operands"),
    ("max(a)", "max(x, y) needs y"),
    ("max(a, b, c, key=d)", "max(x, y) does not take key"),
    ("sum()", "sum takes one or more operands, without names"),
    ("sum([])", "sum of nothing"),
    ("sum([a], b)", "'[a]' is not allowed"),
    ("sum(x=1)", "sum takes one or more operands, without names"),
    ("dot(a, b, c)", "two lists of the same length"),
    ("dot([a, b, c], [d])", "two lists of the same length"),
    ("dot([a], [b], [c])", "dot takes two lists"),
    ("1j", "'1j' is not a real number"),
    ("x + 2j", "'2j' is not a real number"),
    ("True", "'True' is not a real number"),
    ("x + None", "'None' is not a real number"),
    ("...", "'Ellipsis' is not a real number"),
    ("-True", "'True' is not a real number"),
    ("(x", "cannot be read"),
    ("x)", "cannot be read"),
    ("x +", "cannot be read"),
    ("x y", "cannot be read"),
    ("x; y", "cannot be read"),
    ("import os", "cannot be read"),
    ("x\ny", "cannot be read"),
    ("x +\ny", "cannot be read"),
    ("await x", "is not allowed"),
    ("yield x", "cannot be read"),
    ("x\x00y", "cannot be read"),
    ("\x00", "cannot be read"),
    ("x + \ud800", "cannot be read"),
    ("1" + "0" * 400, "too large for a float"),
    ("0x" + "f" * 400, "too large for a float"),
    ("9" * 5000, "cannot be read"),
    ("1__0", "cannot be read"),
    ("0777", "cannot be read"),
    ("3x", "cannot be read"),
    ("“x”", "cannot be read"),
    ("x − 1", "cannot be read"),
    ("x²", "cannot be read"),
    ("$x", "cannot be read"),
    ("x?", "cannot be read"),
    ("'", "cannot be read"),
    ("'''", "cannot be read"),
    ("\\", "cannot be read"),
    ("if x: y", "cannot be read"),
    ("x if y", "cannot be read"),
    ("sin(x)\n\n\nsin(y)", "cannot be read"),
]


def _refused(text: str) -> str:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert message.isprintable()
    assert len(message) < 500
    return message


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[ascii(t[:30]) for t, _ in REFUSED])
def test_refused(text: str, message: str) -> None:
    assert message in _refused(text)


DEEP = {
    "brackets": "(" * 100_000,
    "closed brackets": "(" * 49_000 + "x" + ")" * 49_000,
    "square brackets": "[" * 49_000 + "]" * 49_000,
    "calls": "exp(" * 24_000 + "x",
    "closed calls": "exp(" * 19_000 + "x" + ")" * 19_000,
    "minus signs": "-" * 99_999 + "x",
    "not": "not " * 24_000 + "x",
    "tildes": "~" * 99_999 + "x",
    "powers": "x**" * 33_000 + "x",
    "choices": "x if x else " * 8_000 + "x",
    "lambdas": "lambda:" * 14_000 + "x",
    "attributes": "x" + ".a" * 49_000,
    "subscripts": "x" + "[0]" * 33_000,
    "braces": "{" * 100_000,
    "strings": "f'{" * 30_000,
}


@pytest.mark.parametrize("kind", DEEP)
def test_too_deep(kind: str) -> None:
    """Whatever nests, a hundred thousand characters of it end in a message and not in a crash."""
    text = DEEP[kind]
    assert 40_000 < len(text) <= LONGEST
    _refused(text)


@pytest.mark.parametrize("operator", ["+", "-", "*", "<", " and "])
def test_too_long_a_chain(operator: str) -> None:
    _refused(operator.join(["x"] * 15_000))


def test_too_many_characters() -> None:
    assert _refused("x" * (LONGEST + 1)) == "the expression has 100,001 characters; the most is 100,000"
    assert parse("x" * LONGEST).names == ("x" * LONGEST,)


_PIECES = st.lists(
    st.one_of(
        st.sampled_from(["x", "(", ")", "+", "-", "*", "**", ",", "[", "]", ".", "exp", "max", "if", "else", "lambda",
                         ":", "=", "1", "2.5", "'", "not", "and", "<", "==", "{", "}", " ", "\n", "\\", "#", ":=",
                         "yield", "\x00", "é"]),
        st.text(st.sampled_from(string.printable), max_size=3),
    ),
    max_size=12,
).map("".join)  # fmt: skip


@thorough
@given(_PIECES)
def test_any_text_is_an_expression_or_a_one_line_error(text: str) -> None:
    refusal = ""
    try:
        f = parse(text)
    except ExpressionError as error:
        refusal = str(error)
    if refusal:
        assert len(refusal.splitlines()) == 1
    else:
        assert isinstance(f(**dict.fromkeys(f.names, 0.5)).data, float)


def test_a_refusal_warns_of_nothing() -> None:
    # Python's compiler warns of these; warnings are errors here, so one that came through would be another exception.
    for text in ("1 is 1", "'a'()", r"'\d'", "0x1for x in y"):
        _refused(text)
    assert parse("1if x else 2")(x=1.0).data == 1.0


def test_reading_does_not_use_the_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("an expression was compiled")

    real = compile

    def only_trees(*arguments: object, **options: object) -> object:
        flags = arguments[3] if len(arguments) > 3 else options.get("flags", 0)
        assert isinstance(flags, int)
        assert flags & ast.PyCF_ONLY_AST
        return real(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr("builtins.eval", forbidden)
    monkeypatch.setattr("builtins.exec", forbidden)
    monkeypatch.setattr("builtins.compile", only_trees)
    assert parse("x + exp(2)").names == ("x",)
