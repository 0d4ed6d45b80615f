"""Rules read as source code: the number reading, and the arithmetic inside the fast constructors.

The same Symbols are spelled in several languages: *quick*, with Python's own operators and `math`, which raise at poles
and outside domains, *total*, with the functions of `autograd.ieee`, which answer inf or nan there instead, and the
JavaScript of pages (`autograd.javascript`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from .symbol import NAME, NUMBER, RELATIONS, SELECT, Symbol, lift

__all__ = [
    "QUICK", "QUICK_NAMES", "TOTAL", "Language", "Native", "Program", "Rule", "Speller", "program", "total_function",
]  # fmt: skip

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
        page: The same as a JavaScript expression, for pages whose reader may change a value; it may use `Math` and the
            functions of `autograd/ieee.js`. A gate without one cannot be recomputed in a page.
    """

    number: Callable[..., float]
    python: str
    partial: bool = False
    page: str | None = None


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


class Language:
    """How a language spells what rules are made of. This one is Python with its own operators: the quick spelling."""

    output = "out"

    def number(self, x: float) -> str:
        """A constant."""
        return repr(x)

    def assign(self, name: str, text: str) -> str:
        """A statement that keeps a number under a name."""
        return f"{name} = {text}"

    def choose(self, condition: str, chosen: str, otherwise: str) -> str:
        """One of two numbers, as the condition says."""
        return f"({chosen} if {condition} else {otherwise})"

    def compare(self, relation: str, left: str, right: str) -> str:
        """A comparison, or `and` between two."""
        return f"({left} {relation} {right})"

    def number_from(self, text: str, symbol: Symbol) -> str:  # noqa: ARG002 - for other languages
        """An expression where a number is needed, although a comparison may stand there."""
        return text

    def condition_from(self, text: str, symbol: Symbol) -> str:  # noqa: ARG002 - for other languages
        """An expression where a condition is needed, although a number may stand there."""
        return text

    def apply(self, gate: str, native: Native, operands: Sequence[str]) -> str:  # noqa: ARG002 - for other languages
        """A gate that is computed directly."""
        return native.python.format(*operands)


class Total(Language):
    """Python with functions that never raise, called `_` and the gate's name."""

    def apply(self, gate: str, native: Native, operands: Sequence[str]) -> str:  # noqa: ARG002 - as declared above
        """A gate that is computed directly."""
        return f"_{gate}({', '.join(operands)})"


QUICK = Language()
TOTAL = Total()


class Speller:
    """Spells expressions one after the other, keeping what several of them share in `statements`.

    Args:
        results: The expressions to be spelled.
        table: The gates they may be written in.
        names: What to call their free variables.
        language: The language to spell in.
    """

    def __init__(
        self, results: Sequence[Symbol], table: Mapping[str, Rule], names: Mapping[str, str], language: Language
    ) -> None:
        self.results = [_in_natives(r, table) for r in results]
        self.statements: list[str] = []
        self.partial = False
        self._temporaries = 0
        self._table = table
        self._names = names
        self._language = language
        self._uses = _uses(self.results)
        self._known: dict[tuple[Any, ...], str] = {}

    def keep(self, whole: Symbol, name: str) -> None:
        """Assign one of the results to a name, under which the others find it."""
        self._known[whole.key] = name
        text = self._spell(whole) if whole.op in (NAME, NUMBER) else self._compose(whole)
        self.statements.append(self._language.assign(name, self._language.number_from(text, whole)))

    def number(self, result: Symbol) -> str:
        """One of the results, as a number."""
        return self._language.number_from(self._spell(result), result)

    def condition(self, result: Symbol) -> str:
        """One of the results, as a condition."""
        return self._language.condition_from(self._spell(result), result)

    def _spell(self, symbol: Symbol) -> str:
        if symbol.op == NAME:
            return self._names.get(symbol.args[0], symbol.args[0])
        if symbol.op == NUMBER:
            return self._language.number(float(symbol.args[0]))
        if symbol.key in self._known:
            return self._known[symbol.key]
        text = self._compose(symbol)
        if self._uses[symbol.key] > 1:
            self._temporaries += 1
            name = f"t{self._temporaries}"
            self._known[symbol.key] = name
            self.statements.append(self._language.assign(name, text))
            return name
        return text

    def _compose(self, symbol: Symbol) -> str:
        language = self._language
        if symbol.op == SELECT:
            condition = self.condition(symbol.args[0])
            return language.choose(condition, *map(self.number, symbol.args[1:]))
        if symbol.op == "and":
            return language.compare(symbol.op, *map(self.condition, symbol.args))
        parts = [self.number(a) for a in symbol.args]
        if symbol.op in RELATIONS:
            return language.compare(symbol.op, *parts)
        native = self._table[symbol.op].native
        assert native is not None
        self.partial = self.partial or native.partial
        return language.apply(symbol.op, native, parts)


def program(
    value: Symbol,
    local: Sequence[Symbol],
    table: Mapping[str, Rule],
    names: Mapping[str, str],
    language: Language = QUICK,
) -> Program:
    """Spell a value and some of its local derivatives, computing what they share once.

    Args:
        value: The output over the rule's inputs.
        local: The derivatives wanted, over the inputs and `out`.
        table: The gates the rule may be written in.
        names: What to call each input in the source.
        language: The language to spell in.
    """
    speller = Speller([value, *local], table, names, language)
    speller.keep(speller.results[0], language.output)
    derivatives = tuple(speller.number(r) for r in speller.results[1:])
    return Program(tuple(speller.statements), derivatives, speller.partial)


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
    spelled = program(value, local, table, names, TOTAL)
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
