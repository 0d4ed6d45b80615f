"""Rules read as formulas: what a gate computes and what its local derivatives are, in Unicode and LaTeX.

The text comes from the same rule the engine evaluates, so a formula in a picture cannot disagree with the number
beside it. Operands appear under their own names; constants appear as numbers and are simplified with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from .conditions import has_select
from .gate import Gate
from .printing import FIRST_PLACEHOLDER, written
from .simplify import decide, evaluate, simplify
from .symbol import NUMBER, Symbol, lift, substitute

__all__ = [
    "NAN_REASON", "Blanks", "Formula", "Operand", "decided", "derivative", "expression", "expression_template", "rules",
]  # fmt: skip

Operand: TypeAlias = "str | float"
"""How one input is shown: by its label, or, for a constant, as the number it is."""

NAN_REASON = "an input is nan"
"""What is told in place of the comparisons that decided, which all fail for nan."""

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
    return Blanks(operands, latex_names).expression(gate)


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
    return Blanks(operands, latex_names).derivatives(gate, values)[slot]


class Blanks:
    """What goes into the blanks of a formula's template: the operands of one gate as they are shown.

    A template holds one private-use character per operand, and filling it in is a single `str.translate`: whatever a
    name contains, it is never read again. The characters are handed out in pairs: an operand that begins with a minus
    sign takes the second of its pair, because it needs brackets where a name does not. Constants are spelled out in
    the template, so that they can be simplified with.
    """

    __slots__ = ("_constants", "_latex", "_unicode")

    def __init__(self, operands: Sequence[Operand], latex_names: Sequence[str] = ()) -> None:
        self._unicode: dict[int, str] = {}
        self._latex: dict[int, str] = {}
        constants = []
        code = ord(FIRST_PLACEHOLDER)
        for slot, operand in enumerate(operands):
            if isinstance(operand, str):
                blank = code + (operand[:1] == "−")
                self._unicode[blank] = operand
                if latex_names:
                    self._latex[blank] = latex_names[slot]
                constants.append(chr(blank))
            else:
                constants.append(repr(operand))  # which tells 0.0 from -0.0
            code += 2
        self._constants = tuple(constants)

    def expression(self, gate: Gate) -> Formula:
        """What the gate computes from them."""
        return self._fill(expression_template(gate, self._constants))

    def text(self, gate: Gate) -> str:
        """As `expression`, in Unicode only."""
        return expression_template(gate, self._constants)[0].translate(self._unicode)

    def derivatives(self, gate: Gate, values: Sequence[float] = ()) -> list[Formula]:
        """The local derivative of the gate in each of them; see `derivative`."""
        # A gate of any number of inputs would fill the cache with what is rarely asked for again.
        table = _rules.__wrapped__ if gate.variadic else _rules
        formulas = []
        for rule in table(gate, self._constants):
            if isinstance(rule, Formula):
                formulas.append(self._fill(rule))
            elif values:
                numbers = dict(zip(self._constants, values, strict=True))
                formulas.append(self._fill(_decided(gate, rule, numbers)))
            else:
                formulas.append(self._fill(_written(rule)))
        return formulas

    def _fill(self, template: Formula) -> Formula:
        names = self._unicode
        if not names:
            return template
        unicode, latex, because = template
        return Formula(
            unicode.translate(names), latex.translate(self._latex or names), because and because.translate(names)
        )


def expression_template(gate: Gate, constants: tuple[str, ...]) -> Formula:
    """What the gate computes, over placeholders and the numbers of constants as Python writes them."""
    if gate.arrange is not None and len(constants) > MOST_TERMS:  # the first two and the last are shown
        return _expression(gate, (*constants[:2], constants[-1]), True)
    return _expression(gate, constants, False)


def _decided(gate: Gate, rule: Symbol, numbers: dict[str, float]) -> Formula:
    side, reasons = decided(gate, rule, numbers)
    because = " and ".join(written(r, "unicode") for r in reasons)
    if gate.chooses and any(v != v for v in numbers.values()):
        because = NAN_REASON
    return _written(side)._replace(because=because)


def decided(
    gate: Gate,
    rule: Symbol,
    numbers: Mapping[str, float],
    holds: Callable[[Symbol, Mapping[str, float]], float] = evaluate,
) -> tuple[Symbol, list[Symbol]]:
    """The derivative on the side of its comparisons that holds, and the comparisons that are told as its reasons."""
    reasons: list[Symbol] = []
    side = simplify(decide(rule, numbers, reasons, holds))
    return side, _merged([r for r in map(simplify, reasons) if r.op != NUMBER]) if gate.chooses else []


def _symbols(constants: tuple[str, ...]) -> list[Symbol]:
    return [Symbol.named(c) if c >= FIRST_PLACEHOLDER else lift(float(c)) for c in constants]


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
    return tuple(rule if has_select(rule) else _written(rule) for rule in rules(gate, constants))


def rules(gate: Gate, constants: tuple[str, ...]) -> list[Symbol]:
    """The derivatives over placeholders and constants, simplified, with all their cases."""
    symbols = _symbols(constants)
    if gate.variadic:
        found = [lift(d) for d in gate.local(*symbols, Symbol.named("out"))]
    else:
        inputs = dict(zip((p.name for p in gate.parameters), symbols, strict=True))
        bindings = inputs | {"out": Symbol(gate.name, *symbols)}
        found = [substitute(d, bindings) for d in gate.local_symbols]
    return [simplify(rule) for rule in found]


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
