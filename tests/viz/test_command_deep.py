"""Expressions nested a hundred thousand deep, in every way Python's grammar allows: an answer or one line, no crash."""

from __future__ import annotations

import pytest

from .command import is_one_line, run

DEEP = {
    "parentheses": "(" * 49_999 + "x" + ")" * 49_999,
    "open parentheses": "(" * 99_999,
    "brackets": "[" * 99_999,
    "minus signs": "-" * 99_999 + "x",
    "plus signs": "+" * 99_999 + "x",
    "tildes": "~" * 99_999 + "x",
    "not": "not " * 24_000 + "x",
    "powers": "x**" * 33_000 + "x",
    "sums": "x+" * 49_999 + "x",
    "calls of gates": "exp(" * 19_000 + "x" + ")" * 19_000,
    "attributes": "x" + ".a" * 49_000,
    "calls": "x" + "()" * 49_000,
    "indices": "x" + "[0]" * 33_000,
    "conditions": "x if x else " * 8_000 + "x",
    "comparisons": "x<" * 49_000 + "x",
    "and": "x and " * 16_000 + "x",
    "lambdas": "lambda:" * 14_000 + "x",
    "awaits": "await " * 16_000 + "x",
    "f-strings": 'f"{' * 30_000,
    "quotes": '"' * 99_999,
    "backslashes": "\\" * 99_999,
}


@pytest.mark.parametrize("expression", DEEP.values(), ids=DEEP.keys())
def test_a_deep_expression_is_refused_in_one_line(expression: str) -> None:
    done = run(expression, "x=1")
    assert done.code == 2
    assert done.out == ""
    assert is_one_line(done.err), done.err[:1000]


@pytest.mark.parametrize(("gate", "gradient"), [("sum", "1e+04"), ("dot", "1e+04")])
def test_a_gate_of_ten_thousand_terms_is_computed(gate: str, gradient: str) -> None:
    done = run(f"{gate}({'x,' * 9_999}x)", "x=1")
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith(f"gradients\n  ∂out/∂x = {gradient}   at x = 1\n")


def test_a_maximum_of_many_terms_is_computed() -> None:
    done = run(f"max({'x,' * 999}y)", "x=1", "y=2")
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("gradients\n  ∂out/∂x = 0   at x = 1\n  ∂out/∂y = 1   at y = 2\n")
