"""Rules read as formulas: what a gate computes and what its local derivatives are, in Unicode and LaTeX.

The text comes from the same rule the engine evaluates, so a formula in a picture cannot disagree with the number
beside it. Operands appear under their own names; constants appear as numbers and are simplified with.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from .gate import Gate
from .printing import FIRST_PLACEHOLDER, written
from .simplify import decide, simplify
from .symbol import NUMBER, SELECT, Symbol, lift, substitute

__all__ = ["Formula", "Operand", "derivative", "derivatives", "expression"]

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
    cut = gate.variadic and len(operands) > MOST_TERMS
    if cut:  # only the first two and the last are shown
        operands = (*operands[:2], operands[-1])
        latex_names = (*latex_names[:2], *latex_names[-1:])
    return _Blanks(operands, latex_names).fill(_expression(gate, _constants(operands), cut))


def derivatives(
    gate: Gate, operands: Sequence[Operand], values: Sequence[float] = (), latex_names: Sequence[str] = ()
) -> list[Formula]:
    """The local derivative of the gate in each of its operands.

    Args:
        gate: The gate.
        operands: All operands, as shown.
        values: Their numbers. With them, a derivative that depends on a comparison is written for the side that
            holds, and `because` names it; without them it is written with all its cases.
        latex_names: How the operands are spelled in LaTeX; as in `operands` where left out.

    >>> from autograd.gate import GATES
    >>> [d.unicode for d in derivatives(GATES["mul"], ["a", "b"])]
    ['b', 'a']
    """
    constants = _constants(operands)
    # The table of a gate of any number of inputs would fill the cache with what is rarely asked for again.
    rules = _rules.__wrapped__(gate, constants) if gate.variadic else _rules(gate, constants)
    blanks = _Blanks(operands, latex_names)
    numbers = dict(zip(constants, values, strict=False))
    return [blanks.fill(_settled(gate, rule, numbers)) for rule in rules]


def derivative(
    gate: Gate,
    slot: int,
    operands: Sequence[Operand],
    values: Sequence[float] = (),
    latex_names: Sequence[str] = (),
) -> Formula:
    """The local derivative of the gate in one of its operands, counted from 0; see `derivatives`.

    >>> from autograd.gate import GATES
    >>> derivative(GATES["pow"], 0, ["x", 2.0], [5.0, 2.0]).unicode
    '2·x'
    >>> derivative(GATES["max"], 0, ["a", "b"], [1.0, 4.0])
    Formula(unicode='0', latex='0', because='a < b')
    """
    return derivatives(gate, operands, values, latex_names)[slot]


def _settled(gate: Gate, rule: Formula | Symbol, numbers: dict[str, float]) -> Formula:
    """The derivative written out: on the side of its comparisons that holds, and why, where numbers decide them."""
    if isinstance(rule, Formula):
        return rule
    if not numbers:
        return _written(rule)
    reasons: list[Symbol] = []
    side = simplify(decide(rule, numbers, reasons))
    because = ""
    if gate.chooses:
        told = [written(r, "unicode") for r in _merged([r for r in map(simplify, reasons) if r.op != NUMBER])]
        because = " and ".join(told) if not any(v != v for v in numbers.values()) else "an input is nan"
    return _written(side)._replace(because=because)


# A template holds one private-use character per operand, and filling it in is a single `str.translate`: whatever a
# name contains, it is never read again. The characters are handed out in pairs: an operand that begins with a minus
# sign takes the second of its pair, because it needs brackets where a name does not.


def _blank(slot: int, operand: str) -> str:
    return chr(ord(FIRST_PLACEHOLDER) + 2 * slot + operand.startswith("−"))


def _constants(operands: Sequence[Operand]) -> tuple[str, ...]:
    """What a template depends on: the constants, spelled so that 0 and -0 differ, and where the blanks are."""
    return tuple(_blank(i, o) if isinstance(o, str) else repr(float(o)) for i, o in enumerate(operands))


def _symbols(constants: tuple[str, ...]) -> list[Symbol]:
    return [Symbol.named(c) if c >= FIRST_PLACEHOLDER else lift(float(c)) for c in constants]


class _Blanks:
    """What goes into the blanks of a template."""

    def __init__(self, operands: Sequence[Operand], latex_names: Sequence[str]) -> None:
        self.unicode = {ord(_blank(i, o)): o for i, o in enumerate(operands) if isinstance(o, str)}
        pairs = zip(operands, latex_names, strict=False)
        self.latex = {ord(_blank(i, o)): n for i, (o, n) in enumerate(pairs) if isinstance(o, str)} or self.unicode

    def fill(self, template: Formula) -> Formula:
        if not self.unicode:
            return template
        return Formula(
            template.unicode.translate(self.unicode),
            template.latex.translate(self.latex),
            template.because.translate(self.unicode),
        )


@lru_cache(maxsize=4096)
def _expression(gate: Gate, constants: tuple[str, ...], cut: bool) -> Formula:
    symbols = _symbols(constants)
    if not gate.variadic:
        return _written(Symbol(gate.name, *symbols))
    if not cut and gate.value is not None:
        return _written(lift(gate.value(*symbols)))
    return _written(Symbol(gate.name, *symbols[:2], Symbol.named("…"), symbols[-1]))


@lru_cache(maxsize=4096)
def _rules(gate: Gate, constants: tuple[str, ...]) -> tuple[Formula | Symbol, ...]:
    """The derivatives over blanks: written out already, unless they still wait for a comparison to be decided."""
    symbols = _symbols(constants)
    if gate.variadic:
        found = [lift(d) for d in gate.local(*symbols, Symbol.named("out"))]
    else:
        inputs = dict(zip((p.name for p in gate.parameters), symbols, strict=True))
        bindings = inputs | {"out": Symbol(gate.name, *symbols)}
        found = [substitute(d, bindings) for d in gate.local_symbols]
    return tuple(rule if _has_select(rule) else _written(rule) for rule in map(simplify, found))


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
