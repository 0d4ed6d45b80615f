"""Weighted sums in a plan: rows where copies of a sum follow each other, and otherwise lists of pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .fusing import Fused
from .instructions import Writer
from .plan import ROWS, SUMS, Variant
from .runs import find_runs
from .slots import SHORTEST_RUN, Slots
from .tape import CONSTANT, Indices, spans

__all__ = ["plan_sums"]


def plan_sums(fused: Fused, slots: Slots, write: Writer, sums: Indices, find: bool) -> None:
    """Write the instructions for the weighted sums of one depth.

    Args:
        fused: The tape.
        slots: Where its entries stand; the sums get their slots here.
        write: Where instructions go.
        sums: The places of the sums among all of the tape's.
        find: Whether to look for copies.
    """
    if not len(sums):
        return
    nodes = fused.sums[sums]
    start, where = spans(fused.start, sums)
    slots.width[nodes] = widths = np.maximum.reduceat(slots.width[fused.values[where]], start[:-1])
    sizes = np.diff(start)
    rows = _Rows(fused, slots, write)
    rest: list[Indices] = []
    for size, width in sorted(set(zip(sizes.tolist(), widths.tolist(), strict=True))):
        these = sums[(sizes == size) & (widths == width)]
        rest.append(rows.add(these, size, width) if width > 1 or find else these)
    _list_pairs(fused, slots, write, np.concatenate(rest))


def _list_pairs(fused: Fused, slots: Slots, write: Writer, sums: Indices) -> None:
    if not len(sums):
        return
    nodes = fused.sums[sums]
    out = write.take(len(sums))
    slots.hand_out(nodes, out, nodes[:, None])
    bounds, where = spans(fused.start, sums)
    lists = [bounds]
    for entries in (fused.weights[where], fused.values[where]):
        places = slots.slot[entries]
        for entry in np.unique(entries[places < 0]).tolist():
            places[entries == entry] = write.constants(fused.tape.data[[entry]])
        lists.append(places)
    write.instruction(Variant(SUMS), out, len(sums), [write.listed(places) for places in lists])


class _Rows:
    """Finds rows and writes them, those of the same shape in one instruction."""

    def __init__(self, fused: Fused, slots: Slots, write: Writer) -> None:
        self.fused, self.slots, self.write = fused, slots, write
        self._shape: tuple[int, ...] = ()
        self._waiting: list[tuple[Indices, Indices, Indices, Indices]] = []

    def add(self, sums: Indices, size: int, width: int) -> Indices:
        """Write rows for those of these sums, all of one size and width, that have copies; return the others."""
        if width == 1 and len(sums) < SHORTEST_RUN:
            return sums
        tape, slots = self.fused.tape, self.slots
        where = self.fused.start[sums][:, None] + np.arange(size)
        weights, values = self.fused.weights[where], self.fused.values[where]
        makes = np.concatenate((slots.base[weights], slots.base[values]), axis=1)
        order = np.lexsort((slots.slot[values].sum(axis=1), _hashed(makes), slots.slot[weights[:, 0]]))
        sums, weights, values, makes = sums[order], weights[order], values[order], makes[order]
        taken = np.zeros(len(sums), dtype=np.bool_)
        for start, stop, along in self._runs(weights, values, width):
            varying = _vary(tape.data, tape.kind, values[start:stop])
            if varying.any():
                self.write.varying["a weighted sum"] = None
            steps = along | varying
            self._row(self.fused.sums[sums[start:stop]], weights[start], values[start:stop], steps, makes[start:stop])
            taken[start:stop] = True
        self._flush()
        return sums[~taken]

    def _runs(self, weights: Indices, values: Indices, width: int) -> list[tuple[int, int, NDArray[np.bool_]]]:
        slots, size = self.slots, weights.shape[1]
        if width > 1:
            return [(i, i + 1, wide) for i, wide in enumerate(slots.width[values] > 1)]
        entries = np.concatenate((weights, values), axis=1)
        runs = find_runs(slots.slot[entries], slots.width[entries], width)
        tape = self.fused.tape
        other = (tape.kind[weights[1:]] == CONSTANT) & (tape.data[weights[1:]] != tape.data[weights[:-1]])
        changes = np.concatenate(([0], np.cumsum(other.any(axis=1))))
        fit = (
            (runs.stop - runs.start >= SHORTEST_RUN)
            & ~runs.along[:, :size].any(axis=1)
            & (changes[runs.stop - 1] == changes[runs.start])
        )
        return [(int(runs.start[r]), int(runs.stop[r]), runs.along[r, size:]) for r in np.flatnonzero(fit)]

    def _row(self, nodes: Indices, weights: Indices, values: Indices, along: NDArray[np.bool_], makes: Indices) -> None:
        tape, slots, write = self.fused.tape, self.slots, self.write
        width = int(slots.width[nodes[0]])
        moving = np.flatnonzero(along)
        if len(moving) and moving[-1] - moving[0] >= len(moving):  # some in between stay the same: they go first
            order = np.argsort(along, kind="stable")
            weights, values, along = weights[order], values[:, order], along[order]
            moving = np.flatnonzero(along)
        before = int(moving[0]) if len(moving) else len(along)
        after = len(along) - before - len(moving)
        shape = (
            len(nodes) * width, before, len(moving), after,
            int(tape.learns[weights].any()), int(tape.learns[values[0]].any()),
        )  # fmt: skip
        if shape != self._shape:
            self._flush()
            self._shape = shape
        places = slots.slot[values[0]]
        for i in np.flatnonzero(places < 0):
            column = tape.data[values[:, i]]
            places[i] = write.constants(np.repeat(column, width) if along[i] else column[:1])
        self._waiting.append((nodes, makes, self._fixed(weights), places))

    def _fixed(self, entries: Indices) -> Indices:
        places = self.slots.slot[entries]
        for i in np.flatnonzero(places < 0):
            places[i] = self.write.constants(self.fused.tape.data[entries[i : i + 1]])
        return places

    def _flush(self) -> None:
        if not self._waiting:
            return
        length, before, moving, after, *wants = self._shape
        out = self.write.take(length * len(self._waiting))
        for row, (nodes, makes, _, _) in enumerate(self._waiting):
            self.slots.hand_out(nodes, out + row * length, makes)
        lists = [self.write.listed(np.concatenate([row[i] for row in self._waiting])) for i in (2, 3)]
        self.write.instruction(Variant(ROWS), out, len(self._waiting), (length, before, moving, after, *lists, *wants))
        self._waiting = []


def _vary(data: NDArray[np.float64], kind: NDArray[np.int8], values: Indices) -> NDArray[np.bool_]:
    """Whether a column of constants holds different numbers."""
    varies: NDArray[np.bool_] = (kind[values[0]] == CONSTANT) & (data[values] != data[values[0]]).any(axis=0)
    return varies


def _hashed(rows: Indices) -> NDArray[np.uint64]:
    """A number per row, equal for equal rows. Should different rows share one, copies are missed, and nothing else."""
    odd = np.arange(1, rows.shape[1] + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) | np.uint64(1)
    mixed: NDArray[np.uint64] = (rows.astype(np.uint64) * odd).sum(axis=1)
    return mixed ^ (mixed >> np.uint64(29))
