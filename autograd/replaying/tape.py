"""A graph of Values as flat arrays: what each node is, what it is computed from, how deep it lies.

Numbers that were operands without being Values become entries of their own, so that from here on every operand is the
index of an entry. Nothing here computes; see `fusing` and `planning` for what becomes of a tape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..gate import GATES, Gate
from ..graph import FROZEN, MANY, Form, operands_of
from ..modes import enable_grad
from ..value import Value

__all__ = ["CONSTANT", "INPUT", "NODE", "PARAMETER", "Indices", "Tape", "record_tape", "spans", "spread_learning"]

Indices = NDArray[np.int64]

PARAMETER, INPUT, CONSTANT, NODE = range(4)
"""What an entry is: a leaf whose number is looked up at every run, an input, a fixed number, or a gate's result."""

ROUNDS = 8
"""A part of the graph that learns nothing is seldom deeper than this; a deeper one is gone through node by node."""
_PAIRS = ("dot",)
_TERMS = ("sum",)


@dataclass(frozen=True)
class Tape:
    """A graph as arrays, one place per entry.

    Attributes:
        kind: PARAMETER, INPUT, CONSTANT or NODE.
        code: For a node, the place of its gate in `gates`; -1 for others.
        start, operands: The operands of entry i are `operands[start[i] : start[i + 1]]`, indices of entries.
        depth: Longest way to a leaf; 0 for what is no node.
        data: The numbers at the time of recording.
        learns: Whether a gradient is wanted; False for nodes none of whose operands learn.
        nodes: The Values behind the entries; None for numbers. Leaves come first: the inputs, the declared parameters,
            other leaves.
        gates: The gates in use.
        root: The entry of the result.
    """

    kind: NDArray[np.int8]
    code: Indices
    start: Indices
    operands: Indices
    depth: Indices
    data: NDArray[np.float64]
    learns: NDArray[np.bool_]
    nodes: tuple[Value | None, ...]
    gates: tuple[Gate, ...]
    root: int

    @property
    def parameters(self) -> tuple[Value, ...]:
        """The leaves whose numbers are looked up at every run, in the order of their slots."""
        return tuple(
            v for v, kind in zip(self.nodes, self.kind.tolist(), strict=True) if kind == PARAMETER and v is not None
        )

    @property
    def learning(self) -> list[bool]:
        """For each of the parameters whether it gets a gradient."""
        learns: list[bool] = self.learns[self.kind == PARAMETER].tolist()
        return learns


def record_tape(
    root: Value, inputs: Iterable[Value] = (), parameters: Iterable[Value] | None = None, *, wanted: bool = False,
    others: bool | None = None,
) -> Tape:  # fmt: skip
    """Flatten the graph below a result.

    Args:
        root: The result.
        inputs: Leaves that are given anew at every run. They come first on the tape, in this order, used or not.
        parameters: Leaves that come next, in this order, used or not. Other leaves follow them.
        wanted: Whether the inputs get gradients too.
        others: Whether the leaves that follow learn; where no parameters are declared if None.
    """
    given, learned = list(inputs), list(parameters or ())
    nodes: list[Any] = [*given, *learned]
    index = {id(node): i for i, node in enumerate(nodes)}
    first = len(nodes)
    if id(root) not in index:
        index[id(root)] = first
        nodes.append(root)
    codes: list[int] = []
    arity: list[int] = []
    operands: list[int] = []
    constants: list[float] = []
    gates: dict[Any, int] = {}

    def entry(operand: Any) -> int:
        """The index of an operand; plain numbers count down from -1."""
        if not isinstance(operand, Value):
            constants.append(float(operand))
            return -len(constants)
        key = id(operand)
        i = index.get(key)
        if i is None:
            i = index[key] = len(nodes)
            nodes.append(operand)
        return i

    def number_of(form: Form) -> tuple[int, str]:
        """The number of a form's gate, and its pattern."""
        kinds[form] = made = gates.setdefault(form.gate, len(gates)), form.pattern
        return made

    kinds: dict[Form, tuple[int, str]] = {}
    find, add = index.get, nodes.append
    deepened = False
    for node in islice(nodes, first, None):  # which grows on the way
        a, b = node._a, node._b
        if a is None:
            codes.append(-1)
            arity.append(0)
            continue
        if b is MANY:
            many, gate = operands_of(node), node._form.gate
            if not gate.variadic or gate.name in (*_PAIRS, *_TERMS):
                operands.extend(map(entry, many))
                arity.append(len(many))
                codes.append(number_of(node._form)[0])
                continue
            node = nodes[first + len(codes)] = _opened(gate, many)
            a, b = node._a, node._b
            deepened = True
        # The same as entry(), written out: this is where the time goes.
        k = find(id(a))
        if k is None:
            k = index[id(a)] = len(nodes)
            add(a)
        code, pattern = kinds.get(node._form) or number_of(node._form)
        codes.append(code)
        if pattern == "v":
            operands.append(k)
            arity.append(1)
            continue
        if b is None:
            constants.append(node._gb)
            operands += (k, -len(constants)) if pattern == "vc" else (-len(constants), k)
        else:
            j = find(id(b))
            if j is None:
                j = index[id(b)] = len(nodes)
                add(b)
            operands += (k, j)
        arity.append(2)
    tape = _Raw(nodes, len(given), first, codes, arity, operands, constants, index[id(root)])
    return tape.sorted(tuple(gates), deepened, wanted, parameters is None if others is None else others)


def _opened(gate: Gate, operands: Sequence[Any]) -> Value:
    """The graph a gate of any number of inputs stands for, made of simpler gates, under a node of its own."""
    make: Callable[..., Any] = gate.definition or gate.value  # type: ignore[assignment]
    with enable_grad():
        result: Value = GATES["identity"](make(*operands))
    return result


@dataclass
class _Raw:
    """What recording found, in the order it was found: nodes, with constants as operands -1, -2, ..."""

    nodes: list[Any]
    inputs: int
    first: int
    codes: list[int]
    arity: list[int]
    operands: list[int]
    constants: list[float]
    root: int

    def sorted(self, gates: tuple[Gate, ...], deepened: bool, wanted: bool, others: bool) -> Tape:
        """Leaves in front, then the constants, then the nodes by depth."""
        nodes, first, m = self.nodes, self.first, len(self.constants)
        code = np.array([-1] * first + self.codes, dtype=np.int64)
        arity = np.array([0] * first + self.arity, dtype=np.int64)
        start = np.concatenate(([0], np.cumsum(arity)))
        operands = np.array(self.operands, dtype=np.int64)
        depth = np.array([node._depth for node in nodes], dtype=np.int64)
        if deepened:
            depth = _depths(start, operands)
        order = np.argsort(depth, kind="stable")
        leaves = int(np.count_nonzero(code < 0))
        order[first:leaves] = order[first:leaves][::-1]  # found from the result down, so the first used come first
        place = np.empty(len(nodes) + m, dtype=np.int64)  # of constant -k at the end, where -k finds it
        place[order] = np.arange(len(nodes)) + np.where(np.arange(len(nodes)) < leaves, 0, m)
        place[len(nodes) :] = leaves + m - 1 - np.arange(m)
        # Constants stand at leaves .. leaves + m, the first one found first: place[-1] is constant 1.
        _, where = spans(start, order[leaves:])
        sizes = np.concatenate((np.zeros(leaves + m, dtype=np.int64), arity[order[leaves:]]))
        values = np.array([node.data for node in nodes], dtype=np.float64)[order]
        found = [nodes[i] for i in order.tolist()]
        kind = np.full(len(nodes) + m, NODE, dtype=np.int8)
        kind[:leaves], kind[leaves : leaves + m], kind[: self.inputs] = PARAMETER, CONSTANT, INPUT
        tape = Tape(
            kind=kind,
            code=np.concatenate((np.full(leaves + m, -1), code[order[leaves:]])),
            start=np.concatenate(([0], np.cumsum(sizes))),
            operands=place[operands[where]],
            depth=np.concatenate((np.zeros(leaves + m, dtype=np.int64), depth[order[leaves:]])),
            data=np.concatenate((values[:leaves], self.constants, values[leaves:])),
            learns=np.ones(len(nodes) + m, dtype=np.bool_),
            nodes=(*found[:leaves], *[None] * m, *found[leaves:]),
            gates=gates,
            root=int(place[self.root]),
        )
        tape.learns[:leaves] = [leaf._form is not FROZEN for leaf in found[:leaves]]
        tape.learns[self.first : leaves] &= others
        tape.learns[leaves : leaves + m] = False
        tape.learns[: self.inputs] = wanted
        spread_learning(tape)
        return tape


def _depths(start: Indices, operands: Indices) -> Indices:
    """The longest way to a leaf, for entries whose operands may come in any order."""
    users: list[list[int]] = [[] for _ in range(len(start) - 1)]
    waiting = np.zeros(len(start) - 1, dtype=np.int64)
    for i, j in zip(np.repeat(np.arange(len(start) - 1), np.diff(start)).tolist(), operands.tolist(), strict=True):
        if j >= 0:
            users[j].append(i)
            waiting[i] += 1
    left, depth = waiting.tolist(), [0 if size == 0 else 1 for size in np.diff(start).tolist()]
    ready = [i for i, count in enumerate(left) if not count]
    for i in ready:
        for user in users[i]:
            depth[user] = max(depth[user], depth[i] + 1)
            left[user] -= 1
            if not left[user]:
                ready.append(user)
    return np.array(depth, dtype=np.int64)


def spread_learning(tape: Tape) -> None:
    """Let a node learn if one of its operands does. Operands stand in front of their users."""
    if not len(tape.operands):
        return
    first = int(tape.start.searchsorted(1)) - 1
    for _ in range(ROUNDS):
        learns = np.logical_or.reduceat(tape.learns[tape.operands], tape.start[first:-1])
        if np.array_equal(learns, tape.learns[first:]):
            return
        tape.learns[first:] = learns
    known, start, operands = tape.learns.tolist(), tape.start.tolist(), tape.operands.tolist()
    for i in range(first, len(known)):
        known[i] = any(map(known.__getitem__, operands[start[i] : start[i + 1]]))
    tape.learns[:] = known


def spans(start: Indices, rows: Indices) -> tuple[Indices, Indices]:
    """For some rows of a ragged array: where each starts in a compact copy (and ends), and the places to copy from."""
    sizes = start[rows + 1] - start[rows]
    ends = np.concatenate(([0], np.cumsum(sizes)))
    return ends, np.arange(ends[-1]) + np.repeat(start[rows] - ends[:-1], sizes)
