"""The compiled loops beside the number reading of every gate, and beside plain loops for rows and sums."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import autograd
from autograd.gate import GATES, Gate
from autograd.replaying.compiled import BLOCK, Compiled
from autograd.replaying.plan import ALONG, INDEXED, ROWS, SAME, SUMS, Plan, Variant
from tests.oracles.points import NAMES, TABLE

pytestmark = pytest.mark.needs("numba")

Numbers = list[float]


class Builder:
    """A plan written by hand."""

    def __init__(self) -> None:
        self.start: Numbers = []
        self.variants: dict[Variant, int] = {}
        self.rows: list[tuple[int, int, int, int]] = []
        self.arguments: list[int] = []
        self.index: list[int] = []

    def put(self, *numbers: float) -> int:
        """Slots for these numbers side by side; the first."""
        self.start += numbers
        return len(self.start) - len(numbers)

    def listed(self, slots: Sequence[int]) -> int:
        self.index += slots
        return len(self.index) - len(slots)

    def instruction(self, variant: Variant, size: int, arguments: Sequence[int], results: int) -> int:
        """One more instruction; its first slot."""
        out = self.put(*[0.0] * results)
        op = self.variants.setdefault(variant, len(self.variants))
        self.rows.append((op, out, size, len(self.arguments)))
        self.arguments += arguments
        return out

    def compiled(self, results: Sequence[int], upstream: Sequence[float], dtype: str = "float64") -> Run:
        """Run it there and back; upstream is the gradient of each of the results."""
        weights = self.put(*upstream)
        lists = [0, len(results)], range(weights, weights + len(results)), results
        root = self.instruction(Variant(SUMS), 1, [self.listed(slots) for slots in lists], 1)
        op, out, size, at = np.array(self.rows, dtype=np.int64).T
        plan = Plan(
            tuple(self.variants), op, out, size, at, np.array(self.arguments, dtype=np.int64),
            np.array(self.index, dtype=np.uint32), len(self.start), 0, 0, np.array(self.start), root,
        )  # fmt: skip
        machine = Compiled(plan, dtype)
        numbers = np.array(self.start, dtype)
        gradients = np.full(len(numbers), np.nan, dtype)
        machine.forward(numbers)
        machine.backward(numbers, gradients, 1.0)
        return Run(numbers, gradients)


class Run:
    """What a plan led to: the numbers and the gradients of all slots."""

    def __init__(self, numbers: NDArray[Any], gradients: NDArray[Any]) -> None:
        self.numbers: Numbers = numbers.tolist()
        self.gradients: Numbers = gradients.tolist()


def same_bits(x: float, y: float) -> bool:
    return struct.pack("d", x) == struct.pack("d", y) or (x != x and y != y)


def upstream_of(count: int) -> Numbers:
    choose = random.Random(count)
    return [choose.choice((1.0, -0.3, 0.7, 2.5)) for _ in range(count)]


Laid = tuple[Gate, list[tuple[float, ...]], int, list[Callable[[int], int]]]
"""A gate, its points, the first result, and for each operand where it is read for result e."""

FIXED = [name for name in NAMES if not GATES[name].variadic]


def lay(build: Builder, gate: Gate, modes: str, points: list[tuple[float, ...]]) -> Laid:
    """One instruction for all points; those of a SAME operand agree in it."""
    arguments: list[int] = []
    where: list[Callable[[int], int]] = []
    shuffled = list(range(len(points)))
    random.Random(len(points)).shuffle(shuffled)
    for k, mode in enumerate(modes):
        column = [point[k] for point in points]
        if mode == SAME:
            first = build.put(column[0])
            where.append(lambda _, first=first: first)
            arguments.append(first)
        elif mode == ALONG:
            first = build.put(*column)
            where.append(lambda e, first=first: first + e)
            arguments.append(first)
        else:
            slots = [build.put(0.0) for _ in column]
            slots = [slots[i] for i in shuffled]
            for slot, number in zip(slots, column, strict=True):
                build.start[slot] = number
            where.append(lambda e, slots=slots: slots[e])
            arguments.append(build.listed(slots))
    out = build.instruction(Variant(gate, modes, "1" * len(modes)), len(points), arguments, len(points))
    return gate, points, out, where


def check(laid: list[Laid], build: Builder) -> None:
    """Values have the bits of the number reading; so have gradients, but for the sign of zero."""
    results = [out + e for _, points, out, _ in laid for e in range(len(points))]
    upstream = dict(zip(results, upstream_of(len(results)), strict=True))
    run = build.compiled(results, list(upstream.values()))
    for gate, points, out, where in laid:
        for k, place in enumerate(where):
            expected: dict[int, float] = {}
            for e, point in enumerate(points):
                value, local = gate.number(*point)
                assert same_bits(run.numbers[out + e], value), f"{gate.name}{point}: {run.numbers[out + e]}"
                expected[place(e)] = expected.get(place(e), 0.0) + local[k] * upstream[out + e]
            for slot, slope in expected.items():
                found = run.gradients[slot]
                what = f"{gate.name}, operand {k}, at {points[0] if len(expected) == 1 else points[0:3]}"
                assert found == slope or (found != found and slope != slope), f"{what}: {found}, not {slope}"


@pytest.mark.parametrize("mode", [ALONG, INDEXED])
def test_every_gate_has_the_bits_of_the_number_reading(mode: str) -> None:
    build = Builder()
    laid = [lay(build, GATES[name], mode * GATES[name].arity, list(TABLE[name].points)) for name in FIXED]
    check(laid, build)


def test_every_gate_with_one_operand_the_same_for_all() -> None:
    build = Builder()
    laid = []
    for gate in (GATES[name] for name in FIXED if GATES[name].arity > 1 or name in ("relu", "exp")):
        for k in range(gate.arity):
            modes = ALONG * k + SAME + ALONG * (gate.arity - k - 1)
            for number in dict.fromkeys(repr(point[k]) for point in TABLE[gate.name].points):
                points = [point for point in TABLE[gate.name].points if repr(point[k]) == number]
                laid.append(lay(build, gate, modes, points))
    check(laid, build)


def test_a_gate_of_many_operands() -> None:
    gate = autograd.register(
        Gate(
            "blend",
            value=lambda a, b, c, d: a * b + c * d,
            local=lambda a, b, c, d, out: (b, a, d, c),  # noqa: ARG005 - a rule's form
        )
    )
    try:
        build = Builder()
        points = [(0.1 * i, 3.0 - i, 1 / (i + 1), 7.0) for i in range(12)]
        laid = [lay(build, gate, modes, points) for modes in (ALONG * 4, INDEXED * 4, ALONG + INDEXED + ALONG + SAME)]
        check(laid, build)
    finally:
        autograd.unregister("blend")


def test_only_wanted_gradients_are_computed_where_they_cost_something() -> None:
    build = Builder()
    x, y = build.put(2.0), build.put(3.0)
    power = build.instruction(Variant(GATES["pow"], "aa", "10"), 1, [x, y], 1)
    whole = build.instruction(Variant(GATES["pow"], "aa", "01"), 1, [x, y], 1)
    run = build.compiled([power, whole], [1.0, 10.0])
    assert run.gradients[x] == 12.0
    assert run.gradients[y] == 10 * GATES["pow"].number(2.0, 3.0)[1][1]


def test_every_gate_in_float32() -> None:
    """At points that float32 can say, it differs from float64 by rounding alone."""
    build, laid = Builder(), []
    for name in FIXED:
        if name not in ("floordiv", "mod"):  # they jump
            points = [tuple(float(np.float32(x)) for x in point) for point in TABLE[name].ordinary]
            laid.append(lay(build, GATES[name], ALONG * GATES[name].arity, points))
    results = [out + e for _, points, out, _ in laid for e in range(len(points))]
    run = build.compiled(results, [1.0] * len(results), "float32")
    for gate, points, out, where in laid:
        for e, point in enumerate(points):
            value, local = gate.number(*point)
            assert run.numbers[out + e] == pytest.approx(value, rel=4e-6, abs=4e-6), (gate.name, point)
            for place, slope in zip(where, local, strict=True):
                assert run.gradients[place(e)] == pytest.approx(slope, rel=4e-6, abs=4e-6), (gate.name, point)


def test_weighted_sums_listed_pair_by_pair() -> None:
    choose = random.Random(5)
    build = Builder()
    first = build.put(*(choose.uniform(-2, 2) for _ in range(60)))
    sizes = [3, 3, 3, 3, 3, 0, 1, 17, 17, 17, 17, 2, 2, 2, 0, 0, 0, 0, 4, 4, 4, 5, 4, 9]
    rows = [[(first + choose.randrange(60), first + choose.randrange(60)) for _ in range(size)] for size in sizes]
    bounds = np.concatenate(([0], np.cumsum(sizes))).tolist()
    lists = bounds, [w for row in rows for w, _ in row], [x for row in rows for _, x in row]
    out = build.instruction(Variant(SUMS), len(rows), [build.listed(slots) for slots in lists], len(rows))
    results = [out + r for r in range(len(rows))]
    upstream = upstream_of(len(rows))
    run = build.compiled(results, upstream)
    slopes = dict.fromkeys(range(first, first + 60), 0.0)
    for r, row in enumerate(rows):
        total = -0.0
        for w, x in row:
            total += run.numbers[w] * run.numbers[x]
            slopes[w] += run.numbers[x] * upstream[r]
            slopes[x] += run.numbers[w] * upstream[r]
        assert same_bits(run.numbers[out + r], total)
    for slot, slope in slopes.items():
        assert run.gradients[slot] == pytest.approx(slope, rel=1e-12, abs=1e-13)


SHAPES = [
    # rows, length, pairs before, along, after; whether the rows share their values
    (16, 100, 1, 16, 0, True), (9, 33, 0, 5, 0, True), (4, 8, 2, 4, 1, True), (3, 7, 0, 2, 3, True),
    (1, 1, 1, 1, 1, True), (6, 40, 1, 3, 0, False), (4, 9, 0, 8, 2, False), (5, 2 * BLOCK + 3, 1, 6, 1, True),
    (2, BLOCK, 0, 1, 0, False), (3, 10, 4, 0, 0, True),
]  # fmt: skip


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_rows_of_weighted_sums(dtype: str) -> None:
    choose = random.Random(7)
    build, laid = Builder(), []

    def some(count: int) -> int:
        return build.put(*(float(np.float32(choose.uniform(-2, 2))) for _ in range(count)))

    for rows, length, before, along, after, shared in SHAPES:
        widths = [1] * before + [length] * along + [1] * after
        values = [some(width) for width in widths]
        weights = [[some(1) for _ in widths] for _ in range(rows)]
        moving = range(before, before + along)
        of_row = [list(values) for _ in range(rows)]
        for row in () if shared else of_row:
            row[before : before + along] = choose.sample(row[before : before + along], along)
        lists = [build.listed([slot for row in table for slot in row]) for table in (weights, of_row)]
        out = build.instruction(Variant(ROWS), rows, [length, before, along, after, *lists, 1, 1], rows * length)
        laid.append((out, length, weights, of_row, moving))
    results = [out + e for out, length, weights, _, _ in laid for e in range(len(weights) * length)]
    upstream = upstream_of(len(results))
    run = build.compiled(results, upstream, dtype)
    number = np.array(run.numbers).astype(dtype)
    given = dict(zip(results, upstream, strict=True))
    slopes, terms = np.zeros(len(number)), np.zeros(len(number))
    for out, length, weights, of_row, moving in laid:
        for r, (ws, xs) in enumerate(zip(weights, of_row, strict=True)):
            for e in range(length):
                total = number.dtype.type(-0.0)
                up = given[out + r * length + e]
                places = [(w, x + e if k in moving else x) for k, (w, x) in enumerate(zip(ws, xs, strict=True))]
                for w, x in places:
                    total += number[w] * number[x]
                    for slot, slope in ((w, float(number[x]) * up), (x, float(number[w]) * up)):
                        slopes[slot] += slope
                        terms[slot] += abs(slope)
                assert number[out + r * length + e] == total
    wrong = np.abs(np.array(run.gradients) - slopes) > {"float64": 1e-12, "float32": 1e-4}[dtype] * terms
    assert not wrong[[slot for slot in np.flatnonzero(terms) if slot not in given]].any()
