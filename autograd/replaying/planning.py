"""From a tape to a plan: nodes of one gate at one depth become one instruction, copies of a node lie side by side.

Every sample of a data set passes through the same gates, so the graph of a whole batch has many copies of one
sub-graph. They are found without being told: nodes are sorted by gate and by what made their operands, so that copies
of a node come to lie next to each other in the order of their operands, and a run of slots that all advance together
is one instruction over contiguous memory (the lanes of a vector machine).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..gate import Gate
from .fusing import Fused
from .instructions import Writer
from .plan import ALONG, INDEXED, SAME, SUMS, Plan, Variant
from .runs import find_runs
from .slots import SHORTEST_RUN, Slots
from .sums import plan_sums
from .tape import CONSTANT, Indices, spans

__all__ = ["NARROW", "plan"]

NARROW = 8
"""A tape with fewer nodes per depth than this is run node by node."""


def plan(fused: Fused, columns: Indices, places: Indices, *, lanes: int = 1, find: bool = True) -> Plan:
    """Lay out slots and write the instructions.

    Args:
        fused: The tape.
        columns: For each input, which column of the data it is in.
        places: Its place among the inputs: columns one after the other, successive samples next to each other.
        lanes: How many samples each input stands for: every node that depends on one is computed for all of them.
        find: Whether to look for copies.
    """
    tape = fused.tape
    slots = Slots(tape, columns, places, lanes)
    write = Writer(slots.taken)
    depths = np.unique(np.concatenate((tape.depth[fused.gates], tape.depth[fused.sums])))
    if lanes == 1 and len(fused.gates) + len(fused.sums) < NARROW * len(depths):
        _node_by_node(fused, slots, write)
    else:
        for gates, sums in _levels(fused, depths):
            slots.widen(tape, gates)
            for gate, wants, nodes in _alike(fused, slots, gates):
                _plan_gate(fused, slots, write, gate, wants, nodes, find)
            plan_sums(fused, slots, write, sums, find)
    root = int(slots.slot[tape.root])
    if lanes > 1:
        root = _total(write, root, lanes, alike=slots.width[tape.root] == 1)
    start = np.zeros(write.slots)
    single = (slots.slot >= 0) & (slots.width == 1)
    start[slots.slot[single]] = tape.data[single]
    write.fill(start)
    instructions, lists = write.instructions(), write.lists()
    return Plan(
        tuple(write.variants),
        *instructions,
        *lists,
        write.slots,
        slots.parameters,
        slots.inputs,
        start,
        root,
        tuple(write.varying),
    )


def _total(write: Writer, root: int, lanes: int, *, alike: bool) -> int:
    """The sum of the results of all samples, which are alike if no input comes into them."""
    terms = 1 if alike else lanes
    factor, out = write.constants(np.array([lanes / terms])), write.take(1)
    lists = np.array([0, terms]), np.full(terms, factor), root + np.arange(terms)
    write.instruction(Variant(SUMS), out, 1, [write.listed(places) for places in lists])
    return out


def _levels(fused: Fused, depths: Indices) -> Iterator[tuple[Indices, Indices]]:
    """The gates of each depth, and the places of its sums among all sums."""
    by_gate = np.searchsorted(fused.tape.depth[fused.gates], [depths, depths + 1])
    by_sum = np.searchsorted(fused.tape.depth[fused.sums], [depths, depths + 1])
    for (a, b), (c, d) in zip(by_gate.T.tolist(), by_sum.T.tolist(), strict=True):
        yield fused.gates[a:b], np.arange(c, d)


def _alike(fused: Fused, slots: Slots, nodes: Indices) -> Iterator[tuple[Gate, str, Indices]]:
    """The nodes of one gate, of one width, whose same operands want gradients."""
    tape = fused.tape
    wanted, key = _kinds(fused, nodes)
    key = key * (slots.lanes + 1) + slots.width[nodes]
    for value in np.unique(key).tolist():
        these = np.flatnonzero(key == value)
        yield tape.gates[tape.code[nodes[these[0]]]], wanted[these[0]], nodes[these]


def _kinds(fused: Fused, nodes: Indices) -> tuple[list[str], Indices]:
    """For each node which of its operands want gradients, and a number for its gate together with that."""
    tape = fused.tape
    start, where = spans(tape.start, nodes)
    learns = tape.learns[tape.operands[where]]
    most = int(np.diff(start).max(initial=1))
    place = np.arange(len(where)) - np.repeat(start[:-1], np.diff(start))
    bits = np.add.reduceat(learns.astype(np.int64) << place, start[:-1]) if len(nodes) else start[:-1]
    pairs = list(zip(bits.tolist(), np.diff(start).tolist(), strict=True))
    texts = {(b, arity): "".join(str(b >> i & 1) for i in range(arity)) for b, arity in set(pairs)}
    return [texts[pair] for pair in pairs], tape.code[nodes] * (1 << most) + bits


def _plan_gate(fused: Fused, slots: Slots, write: Writer, gate: Gate, wants: str, nodes: Indices, find: bool) -> None:
    tape, arity = fused.tape, len(wants)
    operands = tape.operands[tape.start[nodes][:, None] + np.arange(arity)]
    bases, places = slots.base[operands], slots.slot[operands]
    width = int(slots.width[nodes[0]])
    # Where no copies are looked for, in the order of their making: neighbours that share an operand would wait for each
    # other on the way back.
    order = np.lexsort((*places.T[::-1], *bases.T[::-1])) if find or width > 1 else np.arange(len(nodes))
    nodes, operands, bases, places = nodes[order], operands[order], bases[order], places[order]
    runs = find_runs(places, slots.width[operands], width)
    long = (runs.stop - runs.start) * width >= SHORTEST_RUN if width == 1 else np.ones(len(runs.start), dtype=np.bool_)
    if not find and width == 1:
        long[:] = False
    rest = np.repeat(~long, runs.stop - runs.start)
    order = np.concatenate((np.flatnonzero(rest), np.flatnonzero(~rest)))
    nodes, operands, bases = nodes[order], operands[order], bases[order]
    out = write.take(len(nodes) * width)
    slots.hand_out(nodes, out, bases)

    few = int(np.count_nonzero(rest))
    if few:
        mode = INDEXED if few > 1 else ALONG
        arguments = []
        for column in operands[:few].T:
            places = _placed(fused, slots, write, column, 1)
            arguments.append(write.listed(places) if few > 1 else int(places[0]))
        write.instruction(Variant(gate, mode * arity, wants), out, few, arguments)
    at = few
    for start, stop, along in zip(runs.start[long], runs.stop[long], runs.along[long], strict=True):
        size, arguments, modes = int(stop - start), [], ""
        for column, moves in zip(operands[at : at + size].T, along.tolist(), strict=True):
            fixed = not moves and tape.kind[column[0]] != CONSTANT
            places = _placed(fused, slots, write, column, width)
            if tape.kind[column[0]] == CONSTANT and (tape.data[column] != tape.data[column[0]]).any():
                write.varying[gate.name] = None
            modes += SAME if fixed else ALONG
            arguments.append(int(places[0]))
        write.instruction(Variant(gate, modes, wants), out + at * width, size * width, arguments)
        at += size


def _placed(fused: Fused, slots: Slots, write: Writer, column: Indices, width: int) -> Indices:
    """The slots of some operands; constants among them get slots side by side, each as wide as a result."""
    places = slots.slot[column]
    constant = places < 0
    if constant.any():
        first = write.constants(np.repeat(fused.tape.data[column[constant]], width))
        places[constant] = first + width * np.arange(int(np.count_nonzero(constant)))
    return places


def _node_by_node(fused: Fused, slots: Slots, write: Writer) -> None:
    """An instruction per node, in order of depth: for graphs too narrow for anything else."""
    tape = fused.tape
    constants = np.flatnonzero(tape.kind == CONSTANT)
    first = write.fresh_constants(tape.data[constants])
    slots.slot[constants] = first + np.arange(len(constants))
    nodes = np.concatenate((fused.gates, fused.sums))
    nodes = nodes[np.argsort(tape.depth[nodes], kind="stable")]
    slots.slot[nodes] = write.take(len(nodes)) + np.arange(len(nodes))
    wanted, key = _kinds(fused, fused.gates)
    for value in np.unique(key).tolist():
        these = np.flatnonzero(key == value)
        wants = wanted[these[0]]
        gates = fused.gates[these]
        operands = tape.operands[tape.start[gates][:, None] + np.arange(len(wants))]
        variant = Variant(tape.gates[tape.code[gates[0]]], ALONG * len(wants), wants)
        write.several(variant, slots.slot[gates], 1, slots.slot[operands])
    for s, node in enumerate(fused.sums.tolist()):
        pairs = slice(int(fused.start[s]), int(fused.start[s + 1]))
        bounds = write.listed(np.array([0, pairs.stop - pairs.start]))
        lists = (write.listed(slots.slot[entries[pairs]]) for entries in (fused.weights, fused.values))
        write.instruction(Variant(SUMS), int(slots.slot[node]), 1, (bounds, *lists))
    write.sort_by_result()
