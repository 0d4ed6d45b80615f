"""Random written-down expressions, and their exact meaning in fractions."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from autograd.symbol import RELATIONS, SELECT, Symbol, lift, select

NAMES = ("x", "y", "z")
_NUMBERS = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 4.0)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip

LEAVES = st.one_of(st.sampled_from(NAMES).map(Symbol.named), st.sampled_from(_NUMBERS).map(lift))
EXPONENTS = st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0, 3.0]).map(lift)


def _grown(inner: st.SearchStrategy[Symbol]) -> st.SearchStrategy[Symbol]:
    conditions = st.builds(Symbol, st.sampled_from(sorted(RELATIONS)), inner, inner)
    return st.one_of(
        st.builds(Symbol, st.sampled_from(["add", "sub", "mul", "div"]), inner, inner),
        st.builds(Symbol, st.sampled_from(["neg", "inv"]), inner),
        st.builds(Symbol, st.just("pow"), inner, EXPONENTS),
        st.builds(select, conditions, inner, inner),
    )


EXPRESSIONS: st.SearchStrategy[Symbol] = st.recursive(LEAVES, _grown, max_leaves=14)
"""Arithmetic with whole exponents and choices."""

POINTS = st.fixed_dictionaries({n: st.integers(-40, 40).map(lambda i: Fraction(i, 8)) for n in NAMES})


def exact(symbol: Symbol, values: Mapping[str, Fraction]) -> Fraction:
    """The number it stands for.

    Raises:
        ZeroDivisionError: some part of it is undefined.
    """
    if symbol.op == "name":
        return values[symbol.args[0]]
    if symbol.op == "number":
        return Fraction(symbol.args[0])
    a = [exact(part, values) for part in symbol.args]
    if symbol.op == SELECT:
        return a[1] if a[0] else a[2]
    if symbol.op in RELATIONS:
        return Fraction(_COMPARE[symbol.op](*a))
    meaning: Mapping[str, Callable[..., Fraction]] = {
        "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "neg": operator.neg,
        "inv": lambda x: 1 / x, "pow": lambda x, y: x ** int(y),
    }  # fmt: skip
    return meaning[symbol.op](*a)
