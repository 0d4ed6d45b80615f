"""Random computations as plain lists, which the engine, the twin and PyTorch can each carry out."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from .points import NAMES, TABLE, apply
from .twin import PARTIALS


@dataclass(frozen=True)
class Program:
    """Numbers 0, 1, ...: first the leaves, then the constants, then one per step; the last one is the result."""

    leaves: tuple[float, ...]
    constants: tuple[float, ...]
    steps: tuple[tuple[str, tuple[int, ...]], ...]

    def run(self, leaves: Sequence[Any], call: Callable[[str, list[Any]], Any] = apply) -> list[Any]:
        """Carry it out: everything computed, in order."""
        known: list[Any] = [*leaves, *self.constants]
        for name, operands in self.steps:
            known.append(call(name, [known[i] for i in operands]))
        return known


MOST = 100.0
"""Values and local derivatives stay below this and the square root of this, so that rounding stays rounding."""


def _switch(name: str, x: Sequence[float]) -> float:
    """How far the inputs are from where the gate switches sides or jumps."""
    if name in ("abs", "sign", "step", "relu", "leaky_relu", "elu", "where"):
        return abs(x[0])
    if name in ("max", "min", "gt", "ge", "lt", "le", "eq", "ne"):
        return abs(x[0] - x[1])
    if name in ("floordiv", "mod"):
        return abs(x[0] / x[1] - round(x[0] / x[1]))
    return math.inf


class _Growing:
    def __init__(self, leaves: Sequence[float], constants: Sequence[float]) -> None:
        self.numbers = [*leaves, *constants]
        self.exact = len(self.numbers)
        self.live = [True] * len(leaves) + [False] * len(constants)
        self.steps: list[tuple[str, tuple[int, ...]]] = []

    def add(self, name: str, operands: Sequence[int]) -> bool:
        """Append a step if its numbers are tame and no rounding can send it to another side."""
        x = [self.numbers[i] for i in operands]
        slots = range(len(x))
        try:
            value = TABLE[name].f(*x)
            slopes = [PARTIALS[name](x, i) for i in slots if self.live[operands[i]]]
            near = _switch(name, x) < 1e-6
        except (ArithmeticError, ValueError):
            return False
        if not abs(value) <= MOST or any(not abs(s) <= math.sqrt(MOST) for s in slopes):
            return False
        # Where the operands are exact (given, or the very same node), a tie or a kink is welcome.
        if near and not all(i < self.exact for i in operands) and len(set(operands)) > 1:
            return False
        if near and len(operands) == 1 and operands[0] >= self.exact:
            return False
        self.numbers.append(value)
        self.live.append(any(self.live[i] for i in operands))
        self.steps.append((name, tuple(operands)))
        return True


def grow(
    choose: Callable[[int], int],
    leaves: Sequence[float],
    constants: Sequence[float],
    size: int,
    names: Sequence[str] = NAMES,
) -> Program:
    """A program of `size` steps, more or less, from choices among a number of things."""
    growing = _Growing(leaves, constants)

    def operand() -> int:
        # Half of the time one of the last few, so that programs are deep and not only wide.
        count = len(growing.numbers)
        return count - 1 - choose(min(count, 4)) if choose(2) else choose(count)

    for _ in range(size):
        for _ in range(3):
            name = names[choose(len(names))]
            many = 2 * (1 + choose(3)) if name == "dot" else 1 + choose(5)
            count = len(TABLE[name].ordinary[0]) if name not in ("sum", "dot") else many
            if growing.add(name, [operand() for _ in range(count)]):
                break
        else:
            growing.add("tanh", [operand()])
    # What is left unused is tied together, so that the result depends on everything and on a leaf.
    used = set(itertools.chain(*(operands for _, operands in growing.steps)))
    loose = [i for i in range(len(growing.numbers)) if i not in used and growing.live[i]] or [0]
    if not growing.add("sum", loose):
        for i in loose:
            growing.add("tanh", [i])
        growing.add("sum", range(len(growing.numbers) - len(loose), len(growing.numbers)))
    return Program(tuple(leaves), tuple(constants), tuple(growing.steps))


_NUMBERS = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -3.0]), st.floats(-4, 4).map(lambda x: round(x, 6))
)


@st.composite
def programs(draw: st.DrawFn, most: int = 60, names: Sequence[str] = NAMES) -> Program:
    """Programs for hypothesis: shared nodes, repeated operands, constants, ties, any gate."""
    leaves = draw(st.lists(_NUMBERS, min_size=1, max_size=5))
    constants = draw(st.lists(_NUMBERS, max_size=3))
    size = draw(st.integers(1, most))
    # One random source instead of a draw per choice keeps generation quick; hypothesis still shrinks the size.
    source = draw(st.randoms(use_true_random=False))
    return grow(source.randrange, leaves, constants, size, names)


def seeded(seed: int, most: int = 40, names: Sequence[str] = NAMES) -> Program:
    """The program of this number."""
    source = random.Random(seed)
    leaves = [source.choice([0.0, 1.0, -1.0, 2.0, source.uniform(-3, 3)]) for _ in range(source.randint(1, 5))]
    constants = [source.uniform(-3, 3) for _ in range(source.randint(0, 3))]
    return grow(source.randrange, leaves, constants, source.randint(1, most), names)
