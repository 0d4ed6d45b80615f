"""Rules read as formulas: what a gate computes and what its local derivatives are, in Unicode and LaTeX.

The text comes from the same rule the engine evaluates, so a formula in a picture cannot disagree with the number
beside it. Operands appear under their own names; constants appear as numbers and are simplified with.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from .gate import Gate
from .printing import FIRST_PLACEHOLDER, FIRST_SIGNED_PLACEHOLDER, written
from .simplify import decide, simplify
from .symbol import NUMBER, SELECT, Symbol, lift, substitute

__all__ = ["Formula", "Operand", "derivative", "expression"]

Operand: TypeAlias = "str | float"
"""How one input is shown: by its label, or, for a constant, as the number it is."""

MOST_TERMS = 8
"""A sum of more inputs than this is written as a function of its first and last ones."""


class Formula(NamedTuple):
    """One formula, spelled for text and for LaTeX; `because` is the comparison it depends on, where there is one."""

    unicode: str
    latex: str
    because: str = ""


def expression(gate: Gate, operands: Sequence[Operand], latex_names: Sequence[str] = ()) -> Formula:
    """What the gate computes from these operands.

    >>> from autograd.gate import GATES
    >>> expression(GATES["mul"], ["a", "b"])
    Formula(unicode='a·b', latex='a \\\\cdot b', because='')
    """
    return _fill(_expression(gate, _constants(operands)), operands, latex_names)


def derivative(
    gate: Gate,
    slot: int,
    operands: Sequence[Operand],
    values: Sequence[float] = (),
    latex_names: Sequence[str] = (),
) -> Formula:
    """The local derivative of the gate in one of its operands.

    Args:
        gate: The gate.
        slot: Which operand, counted from 0.
        operands: All operands, as shown.
        values: Their numbers. With them, a derivative that depends on a comparison is written for the side that
            holds, and `because` names it; without them it is written with all its cases.
        latex_names: How the operands are spelled in LaTeX; as in `operands` where left out.

    >>> from autograd.gate import GATES
    >>> derivative(GATES["pow"], 0, ["x", 2.0], [5.0, 2.0]).unicode
    '2·x'
    >>> derivative(GATES["max"], 0, ["a", "b"], [1.0, 4.0])
    Formula(unicode='0', latex='0', because='a < b')
    """
    rule = _rule(gate, slot, _constants(operands))
    if isinstance(rule, Formula) or not values:
        return _fill(rule if isinstance(rule, Formula) else _written(rule), operands, latex_names)
    reasons: list[Symbol] = []
    placeholders = {chr(_code(i, o)): v for i, (o, v) in enumerate(zip(operands, values, strict=True))}
    side = simplify(decide(rule, placeholders, reasons))
    because = ""
    if gate.chooses:
        told = [written(r, "unicode") for r in _merged([r for r in map(simplify, reasons) if r.op != NUMBER])]
        because = " and ".join(told) if not any(v != v for v in values) else "an input is nan"
    return _fill(_written(side)._replace(because=because), operands, latex_names)


# A template holds one private-use character per operand, and filling it in is a single `str.translate`: whatever a
# name contains, it is never read again. Operands that begin with a minus sign have characters of their own, because
# they need brackets where a name does not.
_FIRST = ord(FIRST_PLACEHOLDER)
_SIGNED = ord(FIRST_SIGNED_PLACEHOLDER)


def _code(slot: int, operand: Operand) -> int:
    return (_SIGNED if isinstance(operand, str) and operand.startswith("−") else _FIRST) + slot


def _constants(operands: Sequence[Operand]) -> tuple[float | str, ...]:
    """What a template depends on: the constants, and where the placeholders are."""
    return tuple(chr(_code(i, o)) if isinstance(o, str) else o for i, o in enumerate(operands))


def _symbols(constants: tuple[float | str, ...]) -> list[Symbol]:
    return [Symbol.named(c) if isinstance(c, str) else lift(c) for c in constants]


def _fill(template: Formula, operands: Sequence[Operand], latex_names: Sequence[str]) -> Formula:
    names = {_code(i, o): o for i, o in enumerate(operands) if isinstance(o, str)}
    if not names:
        return template
    spelled = {_code(i, o): n for i, (o, n) in enumerate(zip(operands, latex_names, strict=False))} or names
    return Formula(
        template.unicode.translate(names), template.latex.translate(spelled), template.because.translate(names)
    )


@lru_cache(maxsize=4096)
def _expression(gate: Gate, constants: tuple[float | str, ...]) -> Formula:
    symbols = _symbols(constants)
    if not gate.variadic:
        return _written(Symbol(gate.name, *symbols))
    if len(symbols) <= MOST_TERMS and gate.value is not None:
        return _written(lift(gate.value(*symbols)))
    return _written(Symbol(gate.name, *symbols[:2], Symbol.named("…"), symbols[-1]))


@lru_cache(maxsize=4096)
def _rule(gate: Gate, slot: int, constants: tuple[float | str, ...]) -> Formula | Symbol:
    """The derivative over placeholders: written out already, unless it still waits for a comparison to be decided."""
    symbols = _symbols(constants)
    if gate.variadic:
        rule = lift(gate.local(*symbols, Symbol.named("out"))[slot])
    else:
        inputs = dict(zip((p.name for p in gate.parameters), symbols, strict=True))
        rule = substitute(gate.local_symbols[slot], inputs | {"out": Symbol(gate.name, *symbols)})
    rule = simplify(rule)
    return rule if _has_select(rule) else _written(rule)


def _has_select(symbol: Symbol) -> bool:
    return symbol.op == SELECT or any(isinstance(a, Symbol) and _has_select(a) for a in symbol.args)


def _written(symbol: Symbol) -> Formula:
    return Formula(written(symbol, "unicode"), written(symbol, "latex"))


_SHARPER = {frozenset({"!=", ">="}): ">", frozenset({"!=", "<="}): "<", frozenset({">=", ">"}): ">",
            frozenset({"<=", "<"}): "<", frozenset({"!=", ">"}): ">", frozenset({"!=", "<"}): "<"}  # fmt: skip


def _merged(reasons: Sequence[Symbol]) -> list[Symbol]:
    """Comparisons of the same two things told as one: a ≠ b and a ≥ b is a > b."""
    merged: list[Symbol] = []
    for reason in reasons:
        for i, other in enumerate(merged):
            if other.key[1:] == reason.key[1:] and (both := frozenset({other.op, reason.op})) in _SHARPER:
                merged[i] = Symbol(_SHARPER[both], *reason.args)
                break
        else:
            merged.append(reason)
    return merged
