"""Short instructions one after the other, run result by result on Python's floats: cheaper than an array of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..gate import Gate
from ..source import QUICK, QUICK_NAMES
from .arrays_blocks import Block, Numbers, Pass
from .plan import INDEXED, SAME, SHORT, SUMS, Plan
from .spelling import names_of, spell_slopes, spell_value
from .tape import Indices

__all__ = ["FEWEST", "OneByOne", "find_short"]

FEWEST = 4
"""Fewer short instructions in a row than this are run as arrays."""

_FEW_PAIRS = 16

_Forward: TypeAlias = tuple[list[Callable[..., float]], list[Any], list[Any]]
_Backward: TypeAlias = tuple[list[Callable[..., None]], list[int], list[Any], list[Any]]


def find_short(plan: Plan) -> NDArray[np.bool_]:
    """For each instruction, whether it has few results, each of few operands."""
    gates = np.array([isinstance(v.what, Gate) for v in plan.variants], dtype=np.bool_)
    short: NDArray[np.bool_] = gates[plan.op] & (plan.size <= SHORT)
    sums = np.array([v.what == SUMS for v in plan.variants], dtype=np.bool_)
    some = np.flatnonzero(sums[plan.op] & (plan.size <= SHORT))
    short[some] = plan.index[plan.arguments[plan.at[some]] + plan.size[some]] <= _FEW_PAIRS
    return short


class OneByOne:
    """Short instructions that follow each other.

    Args:
        plan: The plan.
        instructions: Which ones.
    """

    def __init__(self, plan: Plan, instructions: Sequence[int]) -> None:
        parts = [_Part(plan, *part) for part in _parts(plan, np.array(instructions))]
        results = np.empty(sum(len(part.at) for part in parts), dtype=np.int64)
        for part in parts:
            results[part.at] = part.out
        given = _others(np.concatenate([slots for part in parts for slots in part.operands]), results)
        slots = np.concatenate((given, results))
        order = np.argsort(slots, kind="stable")

        # Lists side by side rather than one of tuples, of which the cyclic collector would have to keep count.
        value, slopes, a, b = (np.empty(len(results), dtype=object) for _ in range(4))
        for part in parts:
            gate, wants = part.gate, part.wants
            part.write(a, b, [order[np.searchsorted(slots, each, sorter=order)] for each in part.operands])
            value[part.at] = _value(gate) if gate else _total
            slopes[part.at] = None if gate and "1" not in wants else _slopes(gate, wants) if gate else _total_slopes
        self._forward = value.tolist(), a.tolist(), b.tolist()
        back = np.flatnonzero(slopes != None)[::-1]  # noqa: E711 - of each
        self._backward = slopes[back].tolist(), (back + len(given)).tolist(), a[back].tolist(), b[back].tolist()
        self._given, self._results = Block(given), Block(results)

    def forward(self, numbers: Numbers) -> Pass:
        """What computes the results."""
        read, write = self._given.reader(numbers), _writer(self._results, numbers)
        return partial(_run_forward, self._forward, read, write, self._given.shape[0])

    def backward(self, numbers: Numbers, gradients: Numbers, fresh: NDArray[np.bool_]) -> Pass:
        """What sends their gradients on."""
        both = Block(np.concatenate((self._given.slots, self._results.slots)))
        fresh[both.slots] = False
        read, upstream = both.reader(numbers), self._results.reader(gradients)
        given, write = self._given.slots, _writer(self._results, gradients)
        return partial(_run_backward, self._backward, read, upstream, gradients, given, write)


def _run_forward(steps: _Forward, read: Callable[[], Numbers], write: Callable[[Any], object], given: int) -> None:
    v = read().tolist()
    for value, a, b in zip(*steps):  # noqa: B905 - lists of one length
        v.append(value(v, a, b))
    write(v[given:])


def _run_backward(
    steps: _Backward, read: Callable[[], Numbers], upstream: Callable[[], Numbers], gradients: Numbers,
    given: NDArray[np.intp], write: Callable[[Any], object],
) -> None:  # fmt: skip
    v = read().tolist()
    g = [0.0] * len(given) + upstream().tolist()
    for slopes, o, a, b in zip(*steps):  # noqa: B905
        slopes(v, g, o, a, b)
    gradients[given] += np.array(g[: len(given)], dtype=gradients.dtype)  # each of them occurs once
    write(g[len(given) :])


def _writer(block: Block, array: Numbers) -> Callable[[Any], object]:
    if block.steps is None:
        return partial(array.__setitem__, block.slots)
    return partial(block.view(array).__setitem__, slice(None))


class _Part:
    """The results of the instructions of one kind.

    Args:
        plan: The plan.
        rows: The instructions, once per result.
        elements: Which of its instruction's results each is.
        at: Its place among all results.
    """

    def __init__(self, plan: Plan, rows: Indices, elements: Indices, at: Indices) -> None:
        variant = plan.variants[plan.op[rows[0]]]
        self.at, self.out = at, plan.out[rows] + elements
        self.gate = variant.what if isinstance(variant.what, Gate) else None
        self.wants = variant.wants
        self.operands: list[Indices] = []
        self._counts: Indices | None = None
        first = plan.at[rows]
        if self.gate is None:
            bounds, *lists = (plan.arguments[first + k] for k in range(3))
            start = _indexed(plan, bounds + elements)
            self._counts = _indexed(plan, bounds + elements + 1) - start
            self.operands = [_indexed(plan, _ranges(places + start, self._counts)) for places in lists]
            return
        for k, mode in enumerate(variant.modes):
            slots = plan.arguments[first + k] + (0 if mode == SAME else elements)
            self.operands.append(_indexed(plan, slots) if mode == INDEXED else slots)

    def write(self, a: NDArray[Any], b: NDArray[Any], operands: Sequence[Indices]) -> None:
        """Write the first operand of each result and the others; for sums, its weights and its values."""
        if self._counts is None:
            a[self.at] = operands[0]
            if len(operands) == 2:
                b[self.at] = operands[1]
                return
            others = list(zip(*(column.tolist() for column in operands[1:]), strict=True)) or [()] * len(self.at)
            for at, rest in zip(self.at.tolist(), others, strict=True):
                b[at] = rest
            return
        stops = np.cumsum(self._counts).tolist()
        for side, column in zip((a, b), (column.tolist() for column in operands), strict=True):
            for at, (start, stop) in zip(self.at.tolist(), pairwise([0, *stops]), strict=True):
                side[at] = column[start:stop]


def _others(slots: Indices, known: Indices) -> Indices:
    """The slots that are not among the known ones, in order, each once."""
    slots = np.sort(slots)
    slots = slots[np.diff(slots, prepend=-1) > 0]
    known = np.sort(known)
    nearest = np.searchsorted(known, slots).clip(max=len(known) - 1)
    others: Indices = slots[known[nearest] != slots]
    return others


def _indexed(plan: Plan, places: Indices) -> Indices:
    return plan.index[places].astype(np.int64)


def _parts(plan: Plan, rows: Indices) -> Iterator[tuple[Indices, Indices, Indices]]:
    sizes = plan.size[rows]
    each = np.repeat(rows, sizes)
    elements = _ranges(np.zeros(len(rows), dtype=np.int64), sizes)
    for op in np.unique(plan.op[rows]):
        at = np.flatnonzero(plan.op[each] == op)
        yield each[at], elements[at], at


def _ranges(starts: Indices, counts: Indices) -> Indices:
    """From each start as many whole numbers as its count says, one after the other."""
    ends = np.cumsum(counts)
    return np.arange(int(ends[-1])) + np.repeat(starts - ends + counts, counts)


def _total(v: list[float], weights: Sequence[int], values: Sequence[int]) -> float:
    total = -0.0
    for w, x in zip(weights, values, strict=True):
        total += v[w] * v[x]
    return total


def _total_slopes(v: list[float], g: list[float], o: int, weights: Sequence[int], values: Sequence[int]) -> None:
    up = g[o]
    for w, x in zip(weights, values, strict=True):
        g[w] += v[x] * up
        g[x] += v[w] * up


@cache
def _value(gate: Gate) -> Callable[[list[float], Any, Any], float]:
    """The gate's value as a function of all numbers and the places of its operands, the second of them `b`."""
    names, loads = _loads(gate)
    speller, text = spell_value(gate, QUICK)
    lines = [*speller.statements, f"return {text}"]
    exact = f"return exact({', '.join(names)})[0]"
    return _compiled(gate, "v, a, b", [*loads, *(_guarded(lines, exact) if speller.partial else lines)])


@cache
def _slopes(gate: Gate, wants: str) -> Callable[..., None]:
    """What sends the gradient of result `o` on, a function of all numbers, all gradients and places."""
    names, loads = _loads(gate)
    speller, wanted = spell_slopes(gate, wants, "v[o]", QUICK)
    factors = [speller.number(result) for result in speller.results]
    slopes, places = [f"d{k}" for k in wanted], _places(gate)
    if speller.partial:
        lines = [*speller.statements, f"{', '.join(slopes)} = {', '.join(factors)}"]
        exact = f"_, ({', '.join(f'd{k}' for k in range(gate.arity))},) = exact({', '.join(names)})"
        lines, factors = _guarded(lines, exact), slopes
    else:
        lines = speller.statements
    sends = [f"g[{places[k]}] += {factor} * up" for k, factor in zip(wanted, factors, strict=True)]
    return _compiled(gate, "v, g, o, a, b", [*loads, *lines, "up = g[o]", *sends])


def _places(gate: Gate) -> list[str]:
    return ["a"] if gate.arity == 1 else ["a", "b"] if gate.arity == 2 else [
        "a", *(f"b[{k}]" for k in range(gate.arity - 1))
    ]  # fmt: skip


def _loads(gate: Gate) -> tuple[list[str], list[str]]:
    names = list(names_of(gate).values())
    return names, [f"{x} = v[{place}]" for x, place in zip(names, _places(gate), strict=True)]


def _guarded(lines: Sequence[str], exact: str) -> list[str]:
    """The quick way; where that raises, the number reading, which answers inf or nan."""
    return ["try:", *(f"    {line}" for line in lines), "except (ArithmeticError, ValueError):", f"    {exact}"]


def _compiled(gate: Gate, arguments: str, lines: Sequence[str]) -> Callable[..., Any]:
    source = "\n    ".join([f"def rule({arguments}):", *lines])
    scope: dict[str, Any] = {"__name__": __name__, **QUICK_NAMES, "exact": gate.number}
    exec(compile(source, f"<gate {gate.name} on numbers>", "exec"), scope)
    rule: Callable[..., Any] = scope["rule"]
    return rule
