"""Symbol: an operand that writes down what is done to it.

A rule of the table is an ordinary Python function. Called with floats it computes; called with Symbols it returns the
expression itself, which other files print as a formula, as Python source or as another language.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias, TypeVar, cast

from .errors import GateError, OperandError

__all__ = ["NAME", "NUMBER", "RELATIONS", "SELECT", "Symbol", "lift", "number_of", "select", "substitute"]

NAME = "name"
NUMBER = "number"
SELECT = "select"
RELATIONS: Mapping[str, str] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
"""Each comparison a rule may make, with its opposite."""

Operand: TypeAlias = "Symbol | float"
T = TypeVar("T")


class SupportsApply(Protocol):
    """What a gate needs of an operand that is not a plain number."""

    def _apply_gate_(self, gate: Any, operands: tuple[Any, ...]) -> Any: ...


class Symbol:
    """One node of a written-down expression: an operation's name and what it is applied to.

    `op` is `"name"` (then `args` holds the name), `"number"` (a float), a comparison, `"and"`, `"select"`, or the name
    of a gate. Symbols are immutable; `a == b` makes a comparison Symbol, so compare two of them through `key`.
    """

    __slots__ = ("args", "key", "op")

    def __init__(self, op: str, *args: Any) -> None:
        self.op = op
        self.args = args
        # repr tells -0.0 from 0.0 and makes nan equal to itself; sharing a sub-expression must not confuse them.
        inner = tuple(a.key if isinstance(a, Symbol) else repr(a) for a in args)
        self.key: tuple[Any, ...] = (op, *inner)

    @staticmethod
    def named(name: str) -> Symbol:
        """A free variable."""
        return Symbol(NAME, name)

    def _apply_gate_(self, gate: Any, operands: tuple[Any, ...]) -> Symbol:
        return Symbol(gate.name, *map(lift, operands))

    def __repr__(self) -> str:
        return f"{self.op}({', '.join(map(repr, self.args))})"

    def __bool__(self) -> bool:
        raise GateError(
            f"a rule asked whether {self!r} is true, but a rule has no values yet: "
            "write select(condition, a, b) in place of `if`, and & in place of `and`"
        )

    __hash__ = None  # type: ignore[assignment]  # == makes a Symbol, so a Symbol in a set would be a mistake

    def __add__(self, other: Operand) -> Symbol:
        return Symbol("add", self, lift(other))

    def __radd__(self, other: Operand) -> Symbol:
        return Symbol("add", lift(other), self)

    def __sub__(self, other: Operand) -> Symbol:
        return Symbol("sub", self, lift(other))

    def __rsub__(self, other: Operand) -> Symbol:
        return Symbol("sub", lift(other), self)

    def __mul__(self, other: Operand) -> Symbol:
        return Symbol("mul", self, lift(other))

    def __rmul__(self, other: Operand) -> Symbol:
        return Symbol("mul", lift(other), self)

    def __truediv__(self, other: Operand) -> Symbol:
        return Symbol("div", self, lift(other))

    def __rtruediv__(self, other: Operand) -> Symbol:
        return Symbol("div", lift(other), self)

    def __floordiv__(self, other: Operand) -> Symbol:
        return Symbol("floordiv", self, lift(other))

    def __mod__(self, other: Operand) -> Symbol:
        return Symbol("mod", self, lift(other))

    def __pow__(self, other: Operand) -> Symbol:
        return Symbol("pow", self, lift(other))

    def __rpow__(self, other: Operand) -> Symbol:
        return Symbol("pow", lift(other), self)

    def __neg__(self) -> Symbol:
        return Symbol("neg", self)

    def __abs__(self) -> Symbol:
        return Symbol("abs", self)

    def __lt__(self, other: Operand) -> Symbol:
        return Symbol("<", self, lift(other))

    def __le__(self, other: Operand) -> Symbol:
        return Symbol("<=", self, lift(other))

    def __gt__(self, other: Operand) -> Symbol:
        return Symbol(">", self, lift(other))

    def __ge__(self, other: Operand) -> Symbol:
        return Symbol(">=", self, lift(other))

    def __eq__(self, other: object) -> Symbol:  # type: ignore[override]
        return Symbol("==", self, lift(cast("Operand", other)))

    def __ne__(self, other: object) -> Symbol:  # type: ignore[override]
        return Symbol("!=", self, lift(cast("Operand", other)))

    def __and__(self, other: Symbol) -> Symbol:
        return Symbol("and", self, other)


def lift(operand: Operand) -> Symbol:
    """The operand as a Symbol; a number becomes a number Symbol."""
    if isinstance(operand, Symbol):
        return operand
    if isinstance(operand, (int, float)):
        return Symbol(NUMBER, float(operand))
    raise OperandError(f"a rule may combine its inputs with numbers only, not with {type(operand).__name__}")


def number_of(symbol: Symbol) -> float:
    """The float of a number Symbol, or nan for any other."""
    return float(symbol.args[0]) if symbol.op == NUMBER else math.nan


def select(condition: Any, chosen: T, otherwise: T) -> T:
    """`chosen` where the condition holds, else `otherwise`: the way a rule branches, whatever it is read on.

    Both arguments have been evaluated by then, so write each so that it is defined everywhere.

    >>> select(2 > 1, 10.0, 20.0)
    10.0
    """
    if isinstance(condition, Symbol):
        return cast("T", Symbol(SELECT, condition, lift(cast("Operand", chosen)), lift(cast("Operand", otherwise))))
    choose = getattr(type(condition), "_select_", None)
    if choose is not None:
        return cast("T", choose(condition, chosen, otherwise))
    return chosen if condition else otherwise


def substitute(symbol: Symbol, bindings: Mapping[str, Symbol]) -> Symbol:
    """The expression with free variables replaced."""
    if symbol.op == NAME:
        return bindings.get(symbol.args[0], symbol)
    if symbol.op == NUMBER:
        return symbol
    return Symbol(symbol.op, *(substitute(a, bindings) for a in symbol.args))
