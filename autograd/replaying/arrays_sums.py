"""Weighted sums read on parts of an array: lists of pairs, summed up by segments."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays_blocks import Block, Numbers, Pass, one_after_another
from .plan import Plan
from .tape import Indices

__all__ = ["Sums"]

Read = Callable[[], Numbers]


class Sums:
    """One instruction of the kind SUMS.

    Gradients are gathered in the order of the slots they go to, so that each slot's lie side by side.

    Args:
        plan: The plan.
        i: Which instruction.
        fixed: Which slots are constants: their gradients are of no use.
    """

    def __init__(self, plan: Plan, i: int, fixed: NDArray[np.bool_]) -> None:
        bounds, w, x = plan.arguments[plan.at[i] : plan.at[i] + 3].tolist()
        size = int(plan.size[i])
        edges = plan.index[bounds : bounds + size + 1].astype(np.int64)
        pairs = int(edges[-1])
        weights, values = (plan.index[at : at + pairs].astype(np.int64) for at in (w, x))
        if size == 1:  # in any order: in the order of the slots it is most often a stretch of memory
            order = np.lexsort((values, weights))
            weights, values = weights[order], values[order]
        self._out = Block(int(plan.out[i]) + np.arange(size))
        # A sum of terms is written as a sum of their products with 1.
        ones = fixed & (plan.start == 1)
        self._total = _Segments(edges[:-1], pairs)
        self._factors = _factors(weights, values, ones)
        owner = self._out.slots.repeat(np.diff(edges))
        self._slopes = [
            _Slopes(to[wanted], other[wanted], owner[wanted], ones)
            for to, other in ((weights, values), (values, weights))
            if (wanted := ~fixed[to]).any()
        ]

    def forward(self, numbers: Numbers) -> Pass:
        """What computes the results."""
        out = self._out.view(numbers)
        return partial(self._total.run, out, *(factor.reader(numbers) for factor in self._factors))

    def backward(self, numbers: Numbers, gradients: Numbers, fresh: NDArray[np.bool_]) -> Pass | None:
        """What sends their gradients on; None where nobody wants them."""
        return one_after_another([slopes.bind(numbers, gradients, fresh) for slopes in self._slopes])


def _factors(left: Indices, right: Indices, ones: NDArray[np.bool_]) -> list[Block]:
    """What is multiplied: both, or the one of them that is not 1 throughout."""
    if ones[right].all():
        return [Block(left)]
    return [Block(right)] if ones[left].all() else [Block(left), Block(right)]


class _Segments:
    """Sums of products over segments of a list."""

    def __init__(self, starts: Indices, pairs: int) -> None:
        self._starts = starts
        sizes = np.diff(starts, append=pairs)
        self._shape = (len(starts), int(sizes[0])) if (sizes == sizes[0]).all() else None

    def run(self, out: Numbers, left: Read, right: Read | None = None) -> None:
        """Write a sum per segment."""
        shape = self._shape
        if right is None:
            if shape is None:
                np.add.reduceat(left(), self._starts, out=out)
            elif shape[1] == 1:
                np.copyto(out, left())
            else:
                np.add.reduce(left().reshape(shape), axis=1, out=out)
        elif shape is None:
            np.add.reduceat(left() * right(), self._starts, out=out)
        elif shape[0] == 1:
            out[0] = left().dot(right())
        elif shape[1] == 1:
            np.multiply(left(), right(), out=out)
        else:
            np.einsum("ij,ij->i", left().reshape(shape), right().reshape(shape), out=out)


class _Slopes:
    """The gradients of one side of the pairs: those of the other side times the results' gradients, by slot."""

    def __init__(self, to: Indices, other: Indices, owner: Indices, ones: NDArray[np.bool_]) -> None:
        order = np.argsort(to, kind="stable")
        starts = np.flatnonzero(np.diff(to[order], prepend=-1))
        self._to = Block(to[order][starts])
        self._total = _Segments(starts, len(to))
        self._owner = owner[order]
        self._other = None if ones[other].all() else other[order]

    def bind(self, numbers: Numbers, gradients: Numbers, fresh: NDArray[np.bool_]) -> Pass:
        """What adds them."""
        reads = [Block(self._owner).reader(gradients)]
        if self._other is not None:
            reads.append(Block(self._other).reader(numbers))
        buffer = np.empty(self._to.shape[0], dtype=gradients.dtype)
        return partial(_collect, self._total, buffer, reads, self._to.adder(gradients, fresh))


def _collect(total: _Segments, buffer: Numbers, reads: list[Read], add: Callable[[Any], object]) -> None:
    total.run(buffer, *reads)
    add(buffer)
