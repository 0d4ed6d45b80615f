"""Weighted sums found in a tape: chains of additions, the products that only they use, and the gates sum and dot.

`b + w0*x0 + w1*x1 + ...` becomes one node with the pairs (b, 1), (w0, x0), (w1, x1), ..., in the order of the
additions, so that its value has the same bits as the chain's. A product joins its sum only where one factor is a
parameter, the weight; other products stay nodes of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..gate import GATES, Gate
from .tape import CONSTANT, NODE, PARAMETER, Indices, Tape, spans

__all__ = ["FEWEST_TERMS", "Fused", "fuse", "keep_gates"]

FEWEST_TERMS = 3
"""An addition of two terms stays the gate it is."""


@dataclass(frozen=True)
class Fused:
    """A tape whose weighted sums have been found.

    Attributes:
        tape: The tape, with one more constant, 1, and the products that had to become nodes.
        one: The entry of that constant.
        gates: The nodes that stay gates, by depth.
        sums: The nodes that are weighted sums, by depth.
        start, weights, values: The pairs of sum s are at `start[s] : start[s + 1]`: entries, weight times value.
    """

    tape: Tape
    one: int
    gates: Indices
    sums: Indices
    start: Indices
    weights: Indices
    values: Indices


def keep_gates(tape: Tape) -> Fused:
    """Every gate as it is, but for the gates sum and dot, which are weighted sums anyway."""
    return _fused(tape, _Chains(tape, find=False))


def fuse(tape: Tape) -> Fused:
    """Find all weighted sums of three terms or more."""
    return _fused(tape, _Chains(tape, find=True))


class _Chains:
    """The chains of additions whose inner results nothing else uses.

    Attributes:
        inner: Whether an entry is such an inner result, or a product that only its sum uses.
        head: The results of the chains.
        start, terms: The terms of chain c are at `start[c] : start[c + 1]`.
        uses: How many operands an entry is.
    """

    def __init__(self, tape: Tape, *, find: bool) -> None:
        n = len(tape.kind)
        self.find = find
        self.uses = np.bincount(tape.operands, minlength=n)
        self.uses[tape.root] += 1
        self.inner = np.zeros(n, dtype=np.bool_)
        self.head = self.terms = np.zeros(0, dtype=np.int64)
        self.start = np.zeros(1, dtype=np.int64)
        adds = _nodes_of(tape, "add") if find else self.head
        if len(adds):
            self._link(tape, adds)

    def _link(self, tape: Tape, adds: Indices) -> None:
        n = len(tape.kind)
        single = np.zeros(n, dtype=np.bool_)
        single[adds] = self.uses[adds] == 1
        left, right = tape.operands[tape.start[adds]], tape.operands[tape.start[adds] + 1]
        below = np.where(single[left], left, np.where(single[right], right, -1))
        up = np.arange(n)
        up[below[below >= 0]] = adds[below >= 0]
        while True:  # each round doubles how far up a node sees
            further = up[up]
            if np.array_equal(further, up):
                break
            up = further
        # A chain from its deepest addition up; that one gives two terms, each of the others one.
        order = np.lexsort((tape.depth[adds], up[adds]))
        adds, left, right, below = adds[order], left[order], right[order], below[order]
        heads, counts = np.unique(up[adds], return_counts=True)
        long = np.repeat(counts + 1 >= FEWEST_TERMS, counts)
        adds, left, right, below = adds[long], left[long], right[long], below[long]
        tail = below < 0
        place = np.cumsum(1 + tail) - 1
        self.terms = np.empty(int(place[-1]) + 1 if len(place) else 0, dtype=np.int64)
        self.terms[place] = np.where(below == left, right, np.where(tail, right, left))
        self.terms[place[tail] - 1] = left[tail]
        self.head = heads[counts + 1 >= FEWEST_TERMS]
        self.start = np.concatenate(([0], np.cumsum(counts[counts + 1 >= FEWEST_TERMS] + 1)))
        self.inner[adds] = True
        self.inner[self.head] = False


def _nodes_of(tape: Tape, name: str) -> Indices:
    codes = [i for i, gate in enumerate(tape.gates) if gate is GATES.get(name)]
    return np.flatnonzero(tape.code == codes[0]) if codes else np.zeros(0, dtype=np.int64)


def _fused(tape: Tape, chains: _Chains) -> Fused:
    tape, one = _with_one(tape)
    # Every term t of a chain or of a sum is the pair (1, t), unless it is a product that can join.
    sums, dots = _nodes_of(tape, "sum"), _nodes_of(tape, "dot")
    sum_start, where = spans(tape.start, sums)
    terms = np.concatenate((chains.terms, tape.operands[where]))
    weights, values = np.full(len(terms), one), terms.copy()
    inner = chains.inner
    if chains.find:
        _join_products(tape, chains, terms, weights, values)
    owner = np.concatenate((np.repeat(chains.head, np.diff(chains.start)), np.repeat(sums, np.diff(sum_start))))

    dot_start, where = spans(tape.start, dots)
    halves = np.diff(dot_start) // 2
    first = np.arange(int(halves.sum())) + np.repeat(
        dot_start[:-1] - np.concatenate(([0], np.cumsum(halves)[:-1])), halves
    )
    left = tape.operands[where][first]
    right = tape.operands[where][first + np.repeat(halves, halves)]
    dot_owner = np.repeat(dots, halves)
    fixed = _rank(tape)
    alone = (fixed[left] == 2) & (fixed[right] == 2)
    swap = fixed[left] > fixed[right]
    tape, products = _with_products(tape, left[alone], right[alone], dot_owner[alone])
    left[alone], right[alone] = one, products
    left, right = np.where(swap, right, left), np.where(swap, left, right)

    owner = np.concatenate((owner, dot_owner))
    weights, values = np.concatenate((weights, left)), np.concatenate((values, right))
    bare = (weights == one) & (tape.kind[values] == PARAMETER)  # a bias is a weight
    weights, values = np.where(bare, values, weights), np.where(bare, one, values)
    order = np.lexsort((np.arange(len(owner)), owner, tape.depth[owner]))
    owner, weights, values = owner[order], weights[order], values[order]
    heads, at = np.unique(owner, return_index=True)
    by_depth = np.argsort(at)
    heads, at = heads[by_depth], at[by_depth]
    summed = np.zeros(len(tape.kind), dtype=np.bool_)
    summed[heads] = True
    gone = np.zeros(len(tape.kind), dtype=np.bool_)
    gone[: len(inner)] = inner
    gates = np.flatnonzero((tape.kind == NODE) & ~summed & ~gone)
    gates = gates[np.argsort(tape.depth[gates], kind="stable")]
    return Fused(tape, one, gates, heads, np.concatenate((at, [len(owner)])), weights, values)


def _rank(tape: Tape) -> NDArray[np.int64]:
    """What is likelier to be a weight: parameters, then constants, then what differs from sample to sample."""
    return np.where(tape.kind == PARAMETER, 0, np.where(tape.kind == CONSTANT, 1, 2))


def _join_products(tape: Tape, chains: _Chains, terms: Indices, weights: Indices, values: Indices) -> None:
    """Put the factors of single-use products of a parameter in place of the pair (1, product)."""
    product = np.zeros(len(tape.kind), dtype=np.bool_)
    product[_nodes_of(tape, "mul")] = True
    uses = np.concatenate((chains.uses, [0] * (len(tape.kind) - len(chains.uses))))
    found = np.flatnonzero(product[terms] & (uses[terms] == 1))
    left, right = tape.operands[tape.start[terms[found]]], tape.operands[tape.start[terms[found]] + 1]
    weighs = (tape.kind[left] == PARAMETER) | (tape.kind[right] == PARAMETER)
    found, left, right = found[weighs], left[weighs], right[weighs]
    first = tape.kind[left] == PARAMETER
    weights[found], values[found] = np.where(first, left, right), np.where(first, right, left)
    chains.inner[terms[found]] = True


def _with_one(tape: Tape) -> tuple[Tape, int]:
    return _extended(tape, CONSTANT, np.array([1.0])), len(tape.kind)


def _with_products(tape: Tape, left: Indices, right: Indices, owner: Indices) -> tuple[Tape, Indices]:
    """The tape with a node for each of these products, to be computed before its owner."""
    if not len(left):
        return tape, left
    made = len(tape.kind) + np.arange(len(left))
    code, gates = _code_of(tape, "mul")
    # Depths are doubled, which leaves room for the products just before their owners.
    tape = replace(tape, depth=2 * tape.depth, gates=gates)
    tape = _extended(
        tape, NODE, np.zeros(len(left)), code=code, operands=np.stack((left, right), 1).ravel(),
        depth=tape.depth[owner] - 1, learns=tape.learns[left] | tape.learns[right],
    )  # fmt: skip
    return tape, made


def _code_of(tape: Tape, name: str) -> tuple[int, tuple[Gate, ...]]:
    gate = GATES[name]
    gates = tape.gates if gate in tape.gates else (*tape.gates, gate)
    return gates.index(gate), gates


def _extended(
    tape: Tape, kind: int, data: NDArray[np.float64], *, code: int = -1, operands: Indices | None = None,
    depth: Indices | None = None, learns: NDArray[np.bool_] | None = None,
) -> Tape:  # fmt: skip
    """The tape with more entries at its end, each with the same number of operands."""
    n = len(data)
    more = np.zeros(0, dtype=np.int64) if operands is None else operands
    return replace(
        tape,
        kind=np.append(tape.kind, np.full(n, kind, dtype=np.int8)),
        code=np.append(tape.code, np.full(n, code)),
        start=np.append(tape.start, tape.start[-1] + (np.arange(n) + 1) * (len(more) // n)),
        operands=np.append(tape.operands, more),
        depth=np.append(tape.depth, np.zeros(n, dtype=np.int64) if depth is None else depth),
        data=np.append(tape.data, data),
        learns=np.append(tape.learns, np.zeros(n, dtype=np.bool_) if learns is None else learns),
        nodes=(*tape.nodes, *[None] * n),
    )
