"""Short instructions one after the other, run result by result on Python's floats: cheaper than an array of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..gate import GATES, Gate
from ..source import QUICK, QUICK_NAMES, Speller
from .arrays_blocks import Block, Numbers, Pass
from .arrays_gates import operand_slots
from .plan import SUMS, Plan

__all__ = ["FEWEST", "OneByOne", "is_short"]

FEWEST = 4
"""Fewer short instructions in a row than this are run as arrays."""

_SHORT, _FEW_PAIRS = 6, 16

_Step: TypeAlias = tuple[Callable[..., Any], Any, Any]
_Back: TypeAlias = tuple[Callable[..., None], int, Any, Any]


def is_short(plan: Plan, i: int) -> bool:
    """Whether instruction i has few results, each of few operands."""
    what, size = plan.variants[plan.op[i]].what, int(plan.size[i])
    if isinstance(what, Gate):
        return size <= _SHORT
    if what != SUMS or size > _SHORT:
        return False
    bounds = int(plan.arguments[plan.at[i]])
    return int(plan.index[bounds + size]) <= _FEW_PAIRS


class OneByOne:
    """Short instructions that follow each other.

    Args:
        plan: The plan.
        instructions: Which ones.
    """

    def __init__(self, plan: Plan, instructions: Sequence[int]) -> None:
        steps: list[tuple[Gate | None, str, tuple[Any, ...]]] = []
        results: list[int] = []
        for i in instructions:
            variant, out, size = plan.variants[plan.op[i]], int(plan.out[i]), int(plan.size[i])
            results.extend(range(out, out + size))
            if isinstance(variant.what, Gate):
                operands = [operand_slots(plan, i, k).tolist() for k in range(len(variant.modes))]
                steps.extend((variant.what, variant.wants, each) for each in zip(*operands, strict=True))
            else:
                steps.extend((None, "", each) for each in _pairs(plan, i))
        place = {slot: j for j, slot in enumerate(results)}
        given: dict[int, int] = {}
        self._forward: list[_Step] = []
        self._backward: list[_Back] = []

        def local(slot: int) -> int:
            """The place of a number: what is given counts down from -1 for now."""
            found = place.get(slot)
            return -1 - given.setdefault(slot, len(given)) if found is None else found

        found = [(gate, wants, _nested(operands, local)) for gate, wants, operands in steps]
        for j, (gate, wants, operands) in enumerate(found):
            a, *rest = _nested(operands, lambda k: k + len(given) if k >= 0 else -1 - k)
            b = rest[0] if len(rest) == 1 else tuple(rest)
            self._forward.append((_value(gate) if gate else _total, a, b))
            if gate is None or "1" in wants:
                self._backward.append((_slopes(gate, wants) if gate else _total_slopes, j + len(given), a, b))
        self._backward.reverse()
        self._given, self._results = Block(np.array([*given], dtype=np.int64)), Block(np.array(results))

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


def _run_forward(
    steps: Sequence[_Step], read: Callable[[], Numbers], write: Callable[[Any], object], given: int
) -> None:
    v = read().tolist()
    for value, a, b in steps:
        v.append(value(v, a, b))
    write(v[given:])


def _run_backward(
    steps: Sequence[_Back], read: Callable[[], Numbers], upstream: Callable[[], Numbers], gradients: Numbers,
    given: NDArray[np.intp], write: Callable[[Any], object],
) -> None:  # fmt: skip
    v = read().tolist()
    g = [0.0] * len(given) + upstream().tolist()
    for slopes, o, a, b in steps:
        slopes(v, g, o, a, b)
    gradients[given] += np.array(g[: len(given)], dtype=gradients.dtype)  # each of them occurs once
    write(g[len(given) :])


def _writer(block: Block, array: Numbers) -> Callable[[Any], object]:
    if block.steps is None:
        return partial(array.__setitem__, block.slots)
    return partial(block.view(array).__setitem__, slice(None))


def _pairs(plan: Plan, i: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The slots of the weights and of the values of each sum."""
    bounds, w, x = plan.arguments[plan.at[i] : plan.at[i] + 3].tolist()
    edges = plan.index[bounds : bounds + int(plan.size[i]) + 1].tolist()
    lists = [[tuple(plan.index[at + start : at + stop].tolist()) for start, stop in pairwise(edges)] for at in (w, x)]
    return list(zip(*lists, strict=True))


def _nested(operands: Any, change: Callable[[int], int]) -> Any:
    """The operands with each number changed; the lists of a sum are one level down."""
    return tuple(change(o) if isinstance(o, int) else tuple(map(change, o)) for o in operands)


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
    speller = Speller([gate.value_symbol], {**GATES, gate.name: gate}, names, QUICK)
    text = speller.number(speller.results[0])
    lines = [*speller.statements, f"return {text}"]
    exact = f"return exact({', '.join(names.values())})[0]"
    return _compiled(gate, "v, a, b", [*loads, *(_guarded(lines, exact) if speller.partial else lines)])


@cache
def _slopes(gate: Gate, wants: str) -> Callable[..., None]:
    """What sends the gradient of result `o` on, a function of all numbers, all gradients and places."""
    names, loads = _loads(gate)
    wanted = [k for k, want in enumerate(wants) if want == "1"]
    speller = Speller(
        [gate.local_symbols[k] for k in wanted], {**GATES, gate.name: gate}, names | {"out": "v[o]"}, QUICK
    )
    factors = [speller.number(result) for result in speller.results]
    slopes, places = [f"d{k}" for k in wanted], _places(gate)
    if speller.partial:
        lines = [*speller.statements, f"{', '.join(slopes)} = {', '.join(factors)}"]
        exact = f"_, ({', '.join(f'd{k}' for k in range(gate.arity))},) = exact({', '.join(names.values())})"
        lines, factors = _guarded(lines, exact), slopes
    else:
        lines = speller.statements
    sends = [f"g[{places[k]}] += {factor} * up" for k, factor in zip(wanted, factors, strict=True)]
    return _compiled(gate, "v, g, o, a, b", [*loads, *lines, "up = g[o]", *sends])


def _places(gate: Gate) -> list[str]:
    return ["a"] if gate.arity == 1 else ["a", "b"] if gate.arity == 2 else [
        "a", *(f"b[{k}]" for k in range(gate.arity - 1))
    ]  # fmt: skip


def _loads(gate: Gate) -> tuple[dict[str, str], list[str]]:
    names = {s.args[0]: f"x{k}" for k, s in enumerate(gate.symbols)}
    return names, [f"{x} = v[{place}]" for x, place in zip(names.values(), _places(gate), strict=True)]


def _guarded(lines: Sequence[str], exact: str) -> list[str]:
    """The quick way; where that raises, the number reading, which answers inf or nan."""
    return ["try:", *(f"    {line}" for line in lines), "except (ArithmeticError, ValueError):", f"    {exact}"]


def _compiled(gate: Gate, arguments: str, lines: Sequence[str]) -> Callable[..., Any]:
    source = "\n    ".join([f"def rule({arguments}):", *lines])
    scope: dict[str, Any] = {"__name__": __name__, **QUICK_NAMES, "exact": gate.number}
    exec(compile(source, f"<gate {gate.name} on numbers>", "exec"), scope)
    rule: Callable[..., Any] = scope["rule"]
    return rule
