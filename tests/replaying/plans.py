"""Plans written by hand: a builder for tests, and plans at random."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from autograd import GATES
from autograd.gate import Gate
from autograd.replaying.plan import ALONG, INDEXED, ROWS, SAME, SUMS, Plan, Variant


class Builder:
    """A plan as it grows. Slots: the given numbers, then constants and results as they come.

    Args:
        parameters: Numbers of the parameters.
        inputs: Numbers of the inputs.

    Attributes:
        fixed: Where constants that anything may use start and stop.
    """

    def __init__(self, parameters: Sequence[float], inputs: Sequence[float] = ()) -> None:
        self.start = [*map(float, parameters), *map(float, inputs)]
        self.given = len(parameters), len(inputs)
        self.fixed = (0, 0)
        self.variants: list[Variant] = []
        self.rows: list[tuple[int, int, int, int]] = []
        self.arguments: list[int] = []
        self.index: list[int] = []

    def constants(self, values: Sequence[float]) -> int:
        """Slots for constants; the first."""
        self.start.extend(map(float, values))
        return len(self.start) - len(values)

    def listed(self, slots: Sequence[int]) -> int:
        """Their place in the index."""
        self.index.extend(map(int, slots))
        return len(self.index) - len(slots)

    def gate(self, gate: Gate, modes: str, operands: Sequence[Any], size: int, wants: str = "") -> int:
        """A gate's instruction: for each operand a slot, or a list of slots where its mode is INDEXED."""
        places = [self.listed(o) if mode == INDEXED else o for o, mode in zip(operands, modes, strict=True)]
        return self._write(Variant(gate, modes, wants or "1" * len(modes)), size, size, places)

    def sums(self, pairs: Sequence[Sequence[tuple[int, int]]]) -> int:
        """Sums of pairs of a weight's and a value's slot."""
        bounds = self.listed(np.cumsum([0, *map(len, pairs)]).tolist())
        sides = [self.listed([pair[side] for each in pairs for pair in each]) for side in (0, 1)]
        return self._write(Variant(SUMS), len(pairs), len(pairs), [bounds, *sides])

    def layer(
        self, length: int, before: int, along: int, pairs: Sequence[Sequence[tuple[int, int]]], wants: str = "11"
    ) -> int:
        """Rows, of which the first `before` pairs and those after `before + along` stay the same."""
        sides = [self.listed([pair[side] for each in pairs for pair in each]) for side in (0, 1)]
        arguments = [length, before, along, len(pairs[0]) - before - along, *sides, *map(int, wants)]
        return self._write(Variant(ROWS), len(pairs), len(pairs) * length, arguments)

    def _write(self, variant: Variant, size: int, results: int, arguments: Sequence[int]) -> int:
        if variant not in self.variants:
            self.variants.append(variant)
        out = self.constants([0.0] * results)
        self.rows.append((self.variants.index(variant), out, size, len(self.arguments)))
        self.arguments.extend(map(int, arguments))
        return out

    def plan(self, root: int, width: int = 1) -> Plan:
        """The plan with this result."""
        op, out, size, at = np.array(self.rows, dtype=np.int64).reshape(-1, 4).T
        return Plan(
            variants=tuple(self.variants), op=op, out=out, size=size, at=at,
            arguments=np.array(self.arguments, dtype=np.int64), index=np.array(self.index, dtype=np.uint32),
            slots=len(self.start), parameters=self.given[0], inputs=self.given[1],
            start=np.array(self.start), root=root, width=width,
        )  # fmt: skip


SMOOTH = [GATES[name] for name in ("add", "sub", "mul", "tanh", "sin", "sigmoid", "relu", "max", "where", "neg")]
"""Gates that stay within bounds however often they are applied to one another."""


KINDS = (
    Variant(GATES["tanh"], ALONG, "1"), Variant(GATES["relu"], INDEXED, "1"), Variant(GATES["sin"], SAME, "1"),
    Variant(GATES["mul"], ALONG + ALONG, "11"), Variant(GATES["mul"], INDEXED + SAME, "11"),
    Variant(GATES["sub"], SAME + ALONG, "01"), Variant(GATES["max"], INDEXED + INDEXED, "11"),
    Variant(GATES["where"], ALONG + SAME + INDEXED, "101"), Variant(SUMS), Variant(ROWS),
)  # fmt: skip
"""Few enough kinds of instruction to be compiled once for all plans of theirs."""


@st.composite
def plans(draw: st.DrawFn, kinds: Sequence[Variant] = ()) -> Plan:
    """Any plan: gates in every mode, lists of pairs, rows; operands are whatever is there already.

    Args:
        kinds: The only kinds of instruction, each listed in the plan whether used or not.
    """
    number = st.floats(-1.0, 1.0, width=32)
    parameters = draw(st.lists(number, min_size=1, max_size=12))
    inputs = draw(st.lists(number, max_size=12))
    build = Builder(parameters, inputs)
    if draw(st.booleans()):
        first = build.constants([1.0, *draw(st.lists(number, max_size=12))])
        build.fixed = first, len(build.start)
    build.variants.extend(kinds)
    if kinds:  # one layer that has everything a layer can have, for the compiled source depends on that
        _scaled(build, build.layer(1, 1, 5, [[(0, 0)] * 7] * 5), 5)
    gates = [kind for kind in kinds if isinstance(kind.what, Gate)]
    for _ in range(draw(st.integers(1, 8))):
        _instruction(draw, build, gates)
    return build.plan(len(build.start) - 1)


def _instruction(draw: st.DrawFn, build: Builder, gates: Sequence[Variant]) -> None:
    there = len(build.start)
    slot = st.integers(0, there - 1)
    kind = draw(st.sampled_from(("gate", "gate", "sums", "layer")))
    if kind == "gate":
        variant = draw(st.sampled_from(gates)) if gates else _variant(draw)
        assert isinstance(variant.what, Gate)
        size = draw(st.integers(1, min(20, there)))
        operands = [_operand(draw, mode, size, there) for mode in variant.modes]
        build.gate(variant.what, variant.modes, operands, size, variant.wants)
    elif kind == "sums":
        pair = st.tuples(slot, slot)
        same = draw(st.booleans())
        size, most = draw(st.integers(1, 12)), draw(st.integers(1, 5))
        lengths = [most if same else draw(st.integers(1, most)) for _ in range(size)]
        _scaled(build, build.sums([[draw(pair) for _ in range(n)] for n in lengths]), size)
    else:
        length = draw(st.integers(1, min(9, there)))
        before, along, after = (draw(st.integers(0, 3)) for _ in range(3))
        if before + along + after == 0:
            before = 1
        first, stop = build.fixed
        wants = draw(st.sampled_from(("11", "10", "01"))) if stop - first >= length else "11"
        # What wants no gradient is a constant: a back end may send one there or not.
        weight = slot if wants[0] == "1" else st.integers(first, stop - 1)
        moving = st.integers(0, there - length) if wants[1] == "1" else st.integers(first, stop - length)
        count, shared = draw(st.integers(1, 9)), draw(st.booleans())
        kinds = [slot] * before + [moving] * along + [slot] * after
        values = [[draw(kind) for kind in kinds] for _ in range(1 if shared else count)]
        start = draw(slot)
        regular = wants[0] == "1" and draw(st.booleans()) and start + count * len(values[0]) <= there
        pairs = []
        for r in range(count):
            row = values[0 if shared else r]
            weights = [start + r * len(row) + k if regular else draw(weight) for k in range(len(row))]
            pairs.append(list(zip(weights, row, strict=True)))
        out = build.layer(length, before, along, pairs, wants)
        _scaled(build, out, count * length)


def _variant(draw: st.DrawFn) -> Variant:
    gate = draw(st.sampled_from(SMOOTH))
    modes = "".join(draw(st.sampled_from((ALONG, SAME, INDEXED))) for _ in range(gate.arity))
    return Variant(gate, modes, "".join(draw(st.sampled_from("1110")) for _ in modes))


def _operand(draw: st.DrawFn, mode: str, size: int, there: int) -> Any:
    if mode == INDEXED:
        return [draw(st.integers(0, there - 1)) for _ in range(size)]
    return draw(st.integers(0, there - size if mode == ALONG else there - 1))


def _scaled(build: Builder, out: int, size: int) -> None:
    """Sums grow; what comes after them sees their tanh."""
    build.gate(GATES["tanh"], ALONG, [out], size)
