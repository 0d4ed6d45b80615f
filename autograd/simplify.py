"""Small algebra on Symbols, for formulas only: what a person would tidy up before writing a derivative down.

Never used for computing: the identities hold for real numbers, not for inf, nan or rounding.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from .gate import GATES
from .symbol import NAME, NUMBER, RELATIONS, SELECT, Symbol, lift

__all__ = ["decide", "evaluate", "simplify"]

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def evaluate(symbol: Symbol, values: Mapping[str, float]) -> float:
    """The number an expression stands for when its free variables have these values."""
    if symbol.op == NAME:
        return values[symbol.args[0]]
    if symbol.op == NUMBER:
        return float(symbol.args[0])
    numbers = [evaluate(a, values) for a in symbol.args]
    if symbol.op == SELECT:
        return numbers[1] if numbers[0] else numbers[2]
    if symbol.op == "and":
        return numbers[0] and numbers[1]
    if symbol.op in RELATIONS:
        return _COMPARE[symbol.op](*numbers)
    return GATES[symbol.op].number(*numbers)[0]


def decide(
    symbol: Symbol,
    values: Mapping[str, float],
    reasons: list[Symbol],
    holds: Callable[[Symbol, Mapping[str, float]], float] = evaluate,
) -> Symbol:
    """The expression with every `select` replaced by the side that holds for these values.

    `holds` says whether a condition does. Each comparison that decided, or its opposite where it failed, is appended
    to `reasons`.
    """
    if symbol.op in (NAME, NUMBER):
        return symbol
    if symbol.op != SELECT:
        return Symbol(symbol.op, *(decide(a, values, reasons, holds) for a in symbol.args))
    condition, chosen, otherwise = symbol.args
    if holds(condition, values):
        reasons.append(condition)
        return decide(chosen, values, reasons, holds)
    if condition.op in RELATIONS:
        reasons.append(Symbol(RELATIONS[condition.op], *condition.args))
    return decide(otherwise, values, reasons, holds)


def simplify(symbol: Symbol) -> Symbol:
    """The same expression as a person would write it: constants folded, 1·x and x¹ gone, x·x as x²."""
    if symbol.op in (NAME, NUMBER):
        return symbol
    arguments = tuple(simplify(a) for a in symbol.args)
    if symbol.op == SELECT:
        return _simplify_select(*arguments)
    if symbol.op in _FOLDED and all(a.op == NUMBER for a in arguments):
        return lift(evaluate(Symbol(symbol.op, *arguments), {}))
    rewrite = _REWRITES.get(symbol.op)
    rewritten = rewrite(*arguments) if rewrite is not None else None
    return rewritten if rewritten is not None else Symbol(symbol.op, *arguments)


_FOLDED = {"add", "sub", "mul", "neg", "pow", "and", *RELATIONS}


def _is(symbol: Symbol, number: float) -> bool:
    return symbol.op == NUMBER and float(symbol.args[0]) == number


def _simplify_select(condition: Symbol, chosen: Symbol, otherwise: Symbol) -> Symbol:
    if condition.op == NUMBER:
        return otherwise if _is(condition, 0) else chosen
    return chosen if chosen.key == otherwise.key else Symbol(SELECT, condition, chosen, otherwise)


def _add(a: Symbol, b: Symbol) -> Symbol | None:
    if _is(a, 0):
        return b
    if _is(b, 0):
        return a
    return Symbol("sub", a, b.args[0]) if b.op == "neg" else None


def _sub(a: Symbol, b: Symbol) -> Symbol | None:
    if _is(b, 0):
        return a
    return simplify(-b) if _is(a, 0) else None


def _mul(a: Symbol, b: Symbol) -> Symbol | None:
    for one, other in ((a, b), (b, a)):
        if _is(one, 0):
            return one
        if _is(one, 1):
            return other
        if _is(one, -1):
            return simplify(-other)
    if a.op == "neg" or b.op == "neg":
        left, right = (x.args[0] if x.op == "neg" else x for x in (a, b))
        product = simplify(left * right)
        return product if a.op == b.op else -product
    if a.op == "mul" and a.args[1].key == b.key:
        return Symbol("mul", a.args[0], simplify(b * b))
    return simplify(a ** lift(2.0)) if a.key == b.key else None


def _neg(a: Symbol) -> Symbol | None:
    inner = a.args[0] if a.op == "neg" else None
    return inner if isinstance(inner, Symbol) else None


def _div(a: Symbol, b: Symbol) -> Symbol | None:
    if _is(a, 0) or _is(b, 1):
        return a
    if a.op == "neg":
        return -simplify(a.args[0] / b)
    if a.op == "div" and a.args[1].key == b.key:
        return Symbol("div", a.args[0], simplify(b * b))
    return None


def _pow(a: Symbol, b: Symbol) -> Symbol | None:
    if _is(b, 1):
        return a
    if _is(b, 0):
        return lift(1.0)
    return 1 / simplify(a.args[0] ** b) if a.op == "inv" and b.op == NUMBER else None


_REWRITES: Mapping[str, Callable[..., Symbol | None]] = {
    "add": _add, "sub": _sub, "mul": _mul, "neg": _neg, "div": _div, "pow": _pow,
}  # fmt: skip
