"""Where the number of every entry of a tape stands, and which entries are copies of one another."""

from __future__ import annotations

import numpy as np

from .tape import INPUT, PARAMETER, Indices, Tape, spans

__all__ = ["SHORTEST_RUN", "Slots"]

SHORTEST_RUN = 8
"""Fewer results than this in a run are read through a list of slots."""


class Slots:
    """Slots of entries, as planning hands them out: first the parameters', then the inputs', then the nodes'.

    Args:
        tape: The tape.
        columns: For each input, which column of the data it is in.
        places: Its place among the inputs.
        lanes: How many samples an input stands for.

    Attributes:
        slot: The first slot of each entry; -1 for constants and what has none yet.
        base: The first slot of an entry's first copy: the same for all copies of a node, its own for what has no
            copies, -1 for constants.
        width: How many slots it has: `lanes` for what depends on an input, otherwise 1.
        parameters: How many slots the parameters have.
        taken: How many are handed out.
        inputs: How many slots the inputs have.
    """

    def __init__(self, tape: Tape, columns: Indices, places: Indices, lanes: int) -> None:
        n = len(tape.kind)
        self.lanes = lanes
        self.slot = np.full(n, -1, dtype=np.int64)
        self.width = np.ones(n, dtype=np.int64)
        parameters, inputs = np.flatnonzero(tape.kind == PARAMETER), np.flatnonzero(tape.kind == INPUT)
        self.parameters = len(parameters)
        self.slot[parameters] = np.arange(len(parameters))
        self.slot[inputs] = len(parameters) + places * lanes
        self.width[inputs] = lanes
        self.inputs = len(inputs) * lanes
        self.taken = len(parameters) + self.inputs
        self.base = self.slot.copy()
        if len(inputs):
            first = np.full(int(columns.max()) + 1, self.taken)
            np.minimum.at(first, columns, self.slot[inputs])
            self.base[inputs] = first[columns]

    def widen(self, tape: Tape, nodes: Indices) -> None:
        """Make nodes as wide as the widest of their operands."""
        if self.lanes > 1 and len(nodes):
            start, where = spans(tape.start, nodes)
            self.width[nodes] = np.maximum.reduceat(self.width[tape.operands[where]], start[:-1])

    def hand_out(self, nodes: Indices, first: int, makes: Indices) -> None:
        """Give nodes slots side by side.

        Args:
            nodes: The nodes, all of one width.
            first: The first slot.
            makes: A row per node: nodes with equal rows that follow each other are copies.
        """
        width = self.width[nodes[0]]
        self.slot[nodes] = slots = first + width * np.arange(len(nodes))
        starts = np.ones(len(nodes), dtype=np.bool_)
        if width == 1:
            starts[1:] = (makes[1:] != makes[:-1]).any(axis=1)
        self.base[nodes] = slots[np.maximum.accumulate(np.where(starts, np.arange(len(nodes)), 0))]
