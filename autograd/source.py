"""Rules read as Python source: the number reading, and the arithmetic inside the fast constructors.

The same Symbols are spelled twice: *quick*, with Python's own operators and `math`, which raise at poles and outside
domains, and *total*, with the functions of `autograd.ieee`, which answer inf or nan there instead.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from .symbol import NAME, NUMBER, RELATIONS, SELECT, Symbol, lift

__all__ = ["QUICK_NAMES", "Native", "Program", "Rule", "program", "total_function"]

QUICK_NAMES: Mapping[str, Any] = {
    name: getattr(math, name)
    for name in (
        "atan",
        "cos",
        "erf",
        "exp",
        "expm1",
        "fabs",
        "log",
        "log1p",
        "pow",
        "sin",
        "sqrt",
        "tanh",
        "inf",
        "nan",
    )
}
"""What a quick spelling may refer to."""


@dataclass(frozen=True, eq=False)
class Native:
    """How a gate that is not written in other gates is computed.

    Attributes:
        number: A function of floats that never raises (see `autograd.ieee`).
        python: The quick spelling of the same in Python source, `{0}`, `{1}` for the operands; it may raise where
            `number` answers inf or nan.
        partial: Whether the quick spelling can raise.
    """

    number: Callable[..., float]
    python: str
    partial: bool = False


class Rule(Protocol):
    """The part of a gate this file reads."""

    @property
    def value(self) -> Callable[..., Any] | None:
        """The rule, where it is written in other gates."""

    @property
    def native(self) -> Native | None:
        """How it is computed, where it is not."""


@dataclass(frozen=True)
class Program:
    """A rule as statements. They assign the output to `out`; then each of `local` is one local derivative."""

    statements: tuple[str, ...]
    local: tuple[str, ...]
    partial: bool


def program(
    value: Symbol,
    local: Sequence[Symbol],
    table: Mapping[str, Rule],
    names: Mapping[str, str],
    *,
    total: bool = False,
) -> Program:
    """Spell a value and some of its local derivatives, computing what they share once.

    Args:
        value: The output over the rule's inputs.
        local: The derivatives wanted, over the inputs and `out`.
        table: The gates the rule may be written in.
        names: What to call each input in the source.
        total: Spell with functions that never raise.
    """
    results = [_in_natives(s, table) for s in (value, *local)]
    uses = _uses(results)
    statements: list[str] = []
    known: dict[tuple[Any, ...], str] = {results[0].key: "out"}
    partial = False

    def spell(symbol: Symbol) -> str:
        nonlocal partial
        if symbol.op == NAME:
            return names.get(symbol.args[0], symbol.args[0])
        if symbol.op == NUMBER:
            return repr(float(symbol.args[0]))
        if symbol.key in known:
            return known[symbol.key]
        text = compose(symbol)
        if uses[symbol.key] > 1:
            known[symbol.key] = f"t{len(known)}"
            statements.append(f"{known[symbol.key]} = {text}")
            return known[symbol.key]
        return text

    def compose(symbol: Symbol) -> str:
        nonlocal partial
        parts = [spell(a) for a in symbol.args]
        if symbol.op == SELECT:
            return f"({parts[1]} if {parts[0]} else {parts[2]})"
        if symbol.op == "and" or symbol.op in RELATIONS:
            return f"({parts[0]} {symbol.op} {parts[1]})"
        native = table[symbol.op].native
        assert native is not None
        partial = partial or native.partial
        return f"_{symbol.op}({', '.join(parts)})" if total else native.python.format(*parts)

    whole = results[0]
    text = spell(whole) if whole.op in (NAME, NUMBER) else compose(whole)
    statements.append(f"out = {text}")
    derivatives = tuple(spell(r) for r in results[1:])
    return Program(tuple(statements), derivatives, partial)


def _in_natives(symbol: Symbol, table: Mapping[str, Rule]) -> Symbol:
    """The expression with every gate that is written in other gates replaced by what it is written as."""
    if symbol.op in (NAME, NUMBER):
        return symbol
    arguments = tuple(_in_natives(a, table) for a in symbol.args)
    rule = table.get(symbol.op)
    if rule is not None and rule.value is not None:
        return _in_natives(lift(rule.value(*arguments)), table)
    return Symbol(symbol.op, *arguments)


def _uses(results: Sequence[Symbol]) -> Counter[tuple[Any, ...]]:
    """How often each distinct sub-expression is needed: once per distinct user and once per result."""
    uses: Counter[tuple[Any, ...]] = Counter(r.key for r in results)
    seen: set[tuple[Any, ...]] = set()

    def walk(symbol: Symbol) -> Iterator[Symbol]:
        if symbol.key not in seen:
            seen.add(symbol.key)
            yield symbol
            for a in symbol.args:
                if isinstance(a, Symbol):
                    yield from walk(a)

    for result in results:
        for symbol in walk(result):
            uses.update(a.key for a in symbol.args if isinstance(a, Symbol))
    return uses


def total_function(
    name: str, inputs: Sequence[str], value: Symbol, local: Sequence[Symbol], table: Mapping[str, Rule]
) -> Callable[..., tuple[float, tuple[float, ...]]]:
    """The number reading: a function of floats returning the value and every local derivative; it never raises."""
    names = {n: f"x{i}" for i, n in enumerate(inputs)}
    spelled = program(value, local, table, names, total=True)
    lines = [
        f"def {name}({', '.join(names.values())}):",
        *(f"    {statement}" for statement in spelled.statements),
        f"    return out, ({''.join(f'{derivative}, ' for derivative in spelled.local)})",
    ]
    scope: dict[str, Any] = {f"_{n}": r.native.number for n, r in table.items() if r.native is not None}
    scope.update(inf=math.inf, nan=math.nan)
    exec(compile("\n".join(lines), f"<rule {name}>", "exec"), scope)
    function: Callable[..., tuple[float, tuple[float, ...]]] = scope[name]
    return function
