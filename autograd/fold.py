"""Fold: a rule for any number of inputs, as the sum of one term over lists side by side.

The term and its derivatives are written once, for one element of each list; the engine, graphs, formulas and the
JavaScript of pages all loop over that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from inspect import signature
from typing import Any, NamedTuple

from .source import QUICK_NAMES, Program, Rule, Total, program
from .symbol import NUMBER, Symbol, lift

__all__ = ["Fold", "Loop", "fold_function", "fold_loop"]


class Fold:
    """The sum of a term over one or more lists of the same length, e.g. of w * x over weights and inputs.

    Call it with all inputs, the first list before the second: numbers give a number, Values a Value.

    Args:
        term: Function of one element of each list, in ordinary operators, other gates and `select`.
        local: Function of the same elements returning the term's derivative in each of them.

    >>> squares = Fold(term=lambda a, b: (a - b) * (a - b), local=lambda a, b: (2 * (a - b), -2 * (a - b)))
    >>> squares(5.0, 1.0, 2.0, 2.0)
    10.0
    >>> squares.local(5.0, 1.0, 2.0, 2.0, 10.0)
    (6.0, -2.0, -6.0, 2.0)
    """

    def __init__(self, term: Callable[..., Any], local: Callable[..., tuple[Any, ...]]) -> None:
        self.term = term
        self.term_local = local

    @cached_property
    def lists(self) -> int:
        """How many lists are zipped."""
        return len(signature(self.term).parameters)

    @cached_property
    def symbols(self) -> tuple[Symbol, ...]:
        """One free variable per list, named as the term names it."""
        return tuple(Symbol.named(name) for name in signature(self.term).parameters)

    def rows(self, inputs: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        """The elements that stand side by side, one of each list."""
        size = len(inputs) // self.lists
        return zip(*(inputs[i * size : (i + 1) * size] for i in range(self.lists)), strict=True)

    def __call__(self, *inputs: Any) -> Any:
        """The sum of the term. Left to right, so that one node and a chain of + agree to the last bit."""
        rows = self.rows(inputs)
        total = self.term(*next(rows))
        for row in rows:
            total = total + self.term(*row)
        return total

    def local(self, *inputs_and_output: Any) -> tuple[Any, ...]:
        """The derivative of the sum in each input."""
        rows = [self.term_local(*row) for row in self.rows(inputs_and_output[:-1])]
        return tuple(row[i] for i in range(self.lists) for row in rows)

    def spelled(self, table: Mapping[str, Rule], names: Mapping[str, str], language: Any) -> Program:
        """One term and its derivatives as source code."""
        return program(lift(self.term(*self.symbols)), self.derivatives, table, names, language)

    @cached_property
    def derivatives(self) -> tuple[Symbol, ...]:
        """The derivatives of one term, written over `symbols`."""
        return tuple(map(lift, self.term_local(*self.symbols)))


class _Inline(Total):
    """Python that never raises, with operators where they never raise either: a loop runs it many times."""

    def apply(self, gate: str, native: Any, operands: Any) -> str:
        if native.partial:
            return super().apply(gate, native, operands)
        return str(native.python.format(*operands))


class Loop(NamedTuple):
    """A fold as Python source over tuples c0, c1, ... of floats: lines that leave the sum in `total`.

    Then `local` has one expression per list, a tuple of floats: the derivatives in its elements.
    """

    lines: tuple[str, ...]
    local: tuple[str, ...]
    scope: dict[str, Any]


def fold_loop(fold: Fold, table: Mapping[str, Rule]) -> Loop:
    """Write the loop of a fold."""
    items = [f"x{i}" for i in range(fold.lists)]
    spelled = fold.spelled(table, dict(zip((s.args[0] for s in fold.symbols), items, strict=True)), _Inline())
    before, inside, results = [], [], []
    for i, text in enumerate(spelled.local):
        if text in items:  # whole lists change places, as in a weighted sum
            results.append(f"c{text[1:]}")
        elif fold.derivatives[i].op == NUMBER:
            results.append(f"({text},) * len(c0)")
        else:
            before.append(f"d{i} = []")
            inside.append(f"d{i}.append({text})")
            results.append(f"tuple(d{i})")
    statements, term = spelled.statements, "out"
    if not inside:
        statements, term = statements[:-1], statements[-1].removeprefix("out = ")
    lines = (
        *before,
        "total = -0.0",  # the number that changes nothing when something is added to it, not even the sign of -0.0
        f"for {''.join(f'{item}, ' for item in items)}in zip({', '.join(f'c{i}' for i in range(fold.lists))}):",
        *(f"    {line}" for line in (*statements, f"total = total + {term}", *inside)),
    )
    scope: dict[str, Any] = {f"_{n}": r.native.number for n, r in table.items() if r.native is not None}
    scope.update(QUICK_NAMES, inf=math.inf, nan=math.nan)
    return Loop(lines, tuple(results), scope)


def fold_function(name: str, fold: Fold, table: Mapping[str, Rule]) -> Callable[..., tuple[float, tuple[float, ...]]]:
    """The number reading of a fold: a function of floats returning the value and every local derivative."""
    loop = fold_loop(fold, table)
    lines = [
        f"def {name}(*inputs):",
        f"    size = len(inputs) // {fold.lists}",
        *(f"    c{i} = inputs[{i} * size : {i + 1} * size]" for i in range(fold.lists)),
        *(f"    {line}" for line in loop.lines),
        f"    return total, {' + '.join(f'({result})' for result in loop.local)}",
    ]
    exec(compile("\n".join(lines), f"<rule {name}>", "exec"), loop.scope)
    function: Callable[..., tuple[float, tuple[float, ...]]] = loop.scope[name]
    return function
