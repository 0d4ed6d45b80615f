"""Formulas as templates that a page fills in again after its reader has changed a value.

They are the very templates of `autograd.formula`, written as lists of pieces. Where a formula depends on a comparison,
a template is a tree with one leaf per outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from .conditions import conditions, has_select
from .fold import Fold
from .formula import decided, expression_template, rules
from .gate import Gate
from .printing import FIRST_PLACEHOLDER, written
from .simplify import simplify
from .symbol import NUMBER, Symbol, lift, substitute

__all__ = ["Pieces", "page_rule"]

Pieces: TypeAlias = list["str | int"]
"""Text and blanks: 2*i stands for the text of operand i, 2*i + 1 for the same in brackets if it begins with "−"."""

_FIRST = ord(FIRST_PLACEHOLDER)


def page_rule(gate: Gate, constants: Sequence[float | None]) -> dict[str, Any]:
    """What a page needs to write the formulas of a gate: plain data, for JSON. It is shared: do not change it.

    Args:
        gate: The gate.
        constants: For each operand, None if it is shown by its name or the number of a nameless constant.

    Returns:
        `e`: pieces of what the gate computes. `n`, where it differs: the same with every operand named, which the
        operands' numbers are put into. `d`: a tree per operand for the local derivative. `chooses`: 1, for a gate
        whose derivatives give reasons.

        A tree is a leaf `{"f": pieces}`, with `"b": pieces` of the reason if the gate gives one there, or a branch
        `{"c": flag, "t": tree, "e": tree}`, where `flag` is a place in the gate's `when(...)` (see
        `autograd.javascript`). If an operand is nan, the reason of a leaf that has one is "an input is nan".

    >>> from autograd.gate import GATES
    >>> page_rule(GATES["mul"], (None, -3.0))
    {'e': [1, '·(−3)'], 'd': [{'f': ['−3']}, {'f': [0]}], 'n': [1, '·', 3]}
    >>> page_rule(GATES["relu"], (None,))["d"]
    [{'c': 0, 't': {'f': ['0'], 'b': [0, ' ≤ 0']}, 'e': {'f': ['1'], 'b': [0, ' > 0']}}]
    """
    spelled = tuple(None if c is None else repr(float(c)) for c in constants)  # repr tells 0.0 from -0.0
    return _page_rule.__wrapped__(gate, spelled) if gate.variadic else _page_rule(gate, spelled)


@lru_cache(maxsize=4096)
def _page_rule(gate: Gate, constants: tuple[str | None, ...]) -> dict[str, Any]:
    rule: dict[str, Any] = {"e": _expression(gate, constants), "d": _derivatives(gate, constants)}
    if any(c is not None for c in constants):
        numbers = _expression(gate, (None,) * len(constants))
        if numbers != rule["e"]:
            rule["n"] = numbers
    if gate.chooses:
        rule["chooses"] = 1
    return rule


def _operands(constants: tuple[str | None, ...], minus: bool) -> tuple[str, ...]:
    """The constants, with a placeholder for each named operand."""
    return tuple(chr(_FIRST + 2 * i + minus) if c is None else c for i, c in enumerate(constants))


def _expression(gate: Gate, constants: tuple[str | None, ...]) -> Pieces:
    plain, minus = (expression_template(gate, _operands(constants, sign)).unicode for sign in (False, True))
    return _aligned(plain, minus, len(constants))


def _aligned(plain: str, minus: str, operands: int) -> Pieces:
    """The pieces of a template spelled twice: for operands that begin with no minus sign, and for those that do."""
    pieces: Pieces = []
    j = 0
    for character in plain:
        place = ord(character) - _FIRST
        if 0 <= place < 2 * operands and place % 2 == 0:
            bracketed = minus[j] == "("
            pieces.append(place + bracketed)
            j += 3 if bracketed else 1
            continue
        if pieces and isinstance(pieces[-1], str):
            pieces[-1] += character
        else:
            pieces.append(character)
        j += 1
    return pieces


class _UndecidedError(Exception):
    def __init__(self, flag: int) -> None:
        self.flag = flag


class _Trees:
    """Builds the trees of one gate's derivatives over placeholders."""

    def __init__(self, gate: Gate, constants: tuple[str | None, ...]) -> None:
        self.gate = gate
        self.operands = len(constants)
        self.minus = {
            a: Symbol.named(b)
            for a, b, c in zip(_operands(constants, False), _operands(constants, True), constants, strict=True)
            if c is None
        }
        self.flags = _flags(gate, _operands(constants, False))

    def tree(self, rule: Symbol, known: Mapping[int, bool]) -> dict[str, Any]:
        """A tree for what is left to decide when these flags are known."""
        if not has_select(rule) or any(c.key not in self.flags and c.op != NUMBER for c in conditions([rule])):
            return {"f": self._pieces([rule])}  # a condition that simplifying made unrecognisable: all cases are shown

        def holds(condition: Symbol, _: Mapping[str, float]) -> float:
            if condition.op == NUMBER:
                return float(condition.args[0])
            flag = self.flags[condition.key]
            if flag not in known:
                raise _UndecidedError(flag)
            return known[flag]

        try:
            side, reasons = decided(self.gate, rule, {}, holds)
        except _UndecidedError as undecided:
            flag = undecided.flag
            sides = (self.tree(rule, {**known, flag: truth}) for truth in (True, False))
            return {"c": flag, **dict(zip("te", sides, strict=True))}
        leaf: dict[str, Any] = {"f": self._pieces([side])}
        if self.gate.chooses:
            leaf["b"] = self._pieces(reasons)
        return leaf

    def _pieces(self, symbols: Sequence[Symbol]) -> Pieces:
        plain = " and ".join(written(s, "unicode") for s in symbols)
        minus = " and ".join(written(substitute(s, self.minus), "unicode") for s in symbols)
        return _aligned(plain, minus, self.operands)


def _derivatives(gate: Gate, constants: tuple[str | None, ...]) -> list[dict[str, Any]]:
    trees = _Trees(gate, constants)
    return [trees.tree(rule, {}) for rule in rules(gate, _operands(constants, False))]


def _flags(gate: Gate, operands: tuple[str, ...]) -> dict[tuple[object, ...], int]:
    """The place of each condition among the gate's flags, by its simplified form over these operands."""
    symbols = [Symbol.named(o) if o >= FIRST_PLACEHOLDER else lift(float(o)) for o in operands]
    asked: list[Symbol] = []
    if isinstance(gate.value, Fold):
        for row in gate.value.rows(tuple(symbols)):
            bindings = {s.args[0]: item for s, item in zip(gate.value.symbols, row, strict=True)}
            asked += [substitute(c, bindings) for c in conditions(gate.value.derivatives)]
    elif gate.variadic:
        asked = conditions([lift(d) for d in gate.local(*symbols, Symbol.named("out"))])
    else:
        bindings = {s.args[0]: item for s, item in zip(gate.symbols, symbols, strict=True)}
        bindings["out"] = Symbol(gate.name, *symbols)
        asked = [substitute(c, bindings) for c in conditions(gate.local_symbols)]
    flags: dict[tuple[object, ...], int] = {}
    for flag, condition in enumerate(asked):
        # Simplifying a rule may simplify its parts again.
        once = simplify(condition)
        for form in (once, simplify(once)):
            flags.setdefault(form.key, flag)
    return flags
