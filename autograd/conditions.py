"""The conditions that a rule branches on, so that pictures can say later which side holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .symbol import SELECT, Symbol

__all__ = ["conditions", "has_select"]


def conditions(rules: Sequence[Symbol]) -> list[Symbol]:
    """What decides the `select`s of these expressions, in the order found, each distinct condition once.

    >>> from autograd.gate import GATES
    >>> conditions(GATES["max"].local_symbols)
    [==(name('x'), name('y')), <(name('x'), name('y')), >(name('x'), name('y'))]
    """
    found: dict[tuple[object, ...], Symbol] = {}
    for rule in rules:
        for condition in _walk(rule):
            found.setdefault(condition.key, condition)
    return list(found.values())


def has_select(symbol: Symbol) -> bool:
    """Whether the expression branches."""
    return symbol.op == SELECT or any(isinstance(a, Symbol) and has_select(a) for a in symbol.args)


def _walk(symbol: Symbol) -> Iterator[Symbol]:
    inner = symbol.args
    if symbol.op == SELECT:
        # Not into the condition: it holds or not as a whole.
        yield symbol.args[0]
        inner = symbol.args[1:]
    for a in inner:
        if isinstance(a, Symbol):
            yield from _walk(a)
