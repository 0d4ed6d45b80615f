"""Rows of weighted sums read on parts of an array: rows that share their values are one matrix product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .arrays_blocks import Block, Numbers, Pass
from .plan import Plan
from .tape import Indices

__all__ = ["rows"]

_WORTH = 4096
"""Multiplications from which a matrix product of its own pays; smaller ones of an instruction are done together."""


def rows(plan: Plan, i: int, fixed: NDArray[np.bool_]) -> Iterator[Layer | Apart]:
    """What runs one instruction of the kind ROWS.

    Args:
        plan: The plan.
        i: Which instruction.
        fixed: Which slots are constants: their gradients are of no use.
    """
    length, before, along, after, w, x, weighs, values = plan.arguments[plan.at[i] : plan.at[i] + 8].tolist()
    count, pairs = int(plan.size[i]), before + along + after
    shape = (count, pairs)
    slots = [plan.index[at : at + count * pairs].astype(np.int64).reshape(shape) for at in (w, x)]
    moving = np.arange(pairs)
    moving = (moving >= before) & (moving < before + along)
    still = [side[:, ~moving] for side in slots]
    weights, starts = (side[:, moving] for side in slots)
    out = int(plan.out[i]) + length * np.arange(count)
    ones = fixed & (plan.start == 1)
    edges = np.flatnonzero((starts[1:] != starts[:-1]).any(axis=1)) + 1
    stops = [*edges.tolist(), count]
    if len(stops) > 1 and count * along * length < _WORTH * len(stops):
        yield Apart(out, length, weights, starts, _Still(still[0], still[1], fixed, ones), bool(weighs), bool(values))
        return
    for start, stop in pairwise([0, *stops]):
        part = slice(start, stop)
        rest = _Still(still[0][part], still[1][part], fixed, ones)
        yield Layer(out[part], length, weights[part], starts[start], rest, bool(weighs), bool(values))


class _Still:
    """The pairs of every row in which nothing advances: a bias, mostly.

    Args:
        weights, values: The slots, of shape (rows, pairs).
        fixed: Which slots are constants.
        ones: Which slots are constants and 1.
    """

    def __init__(self, weights: Indices, values: Indices, fixed: NDArray[np.bool_], ones: NDArray[np.bool_]) -> None:
        self.pairs = weights.shape[1]
        self._sides = weights, values
        self._ones = self.pairs > 0 and bool(ones[values].all())
        self._fixed = [bool(fixed[side].all()) for side in self._sides]

    def totals(self, numbers: Numbers) -> Callable[[], Numbers]:
        """What reads the sum of each row's pairs, of shape (rows, 1)."""
        weights, values = (Block(side).reader(numbers) for side in self._sides)
        if self._ones:
            return weights if self.pairs == 1 else lambda: weights().sum(axis=1, keepdims=True)
        return lambda: (weights() * values()).sum(axis=1, keepdims=True)

    def adder(
        self, numbers: Numbers, gradients: Numbers, fresh: NDArray[np.bool_]
    ) -> Callable[[Numbers], object] | None:
        """What sends the sum of each row's gradients on."""
        sends = []
        for side, other, fixed in zip(self._sides, self._sides[::-1], self._fixed, strict=True):
            if not fixed and self.pairs:
                read = None if other is self._sides[1] and self._ones else Block(other).reader(numbers)
                sends.append(partial(_send, Block(side).adder(gradients, fresh), read, side.shape))
        if not sends:
            return None
        return lambda up: [send(up) for send in sends]


def _send(
    add: Callable[[Numbers], object], read: Callable[[], Numbers] | None, shape: tuple[int, ...], up: Numbers
) -> None:
    if read is not None:
        add(up * read())
    else:
        add(up if up.shape == shape else np.broadcast_to(up, shape))


class Layer:
    """Rows that share their values: weights (rows, pairs) times values (pairs, length).

    Args:
        out: The first slot of each row's results.
        length: How many results a row has.
        weights: The slots of the weights, of shape (rows, pairs).
        starts: The first slot of the values of each pair.
        still: The other pairs.
        weighs, values: Whether the weights, and the values, want gradients.
    """

    def __init__(
        self, out: Indices, length: int, weights: Indices, starts: Indices, still: _Still, weighs: bool, values: bool
    ) -> None:
        along = np.arange(length)
        self._out = Block(out[:, None] + along)
        self._weights = Block(weights)
        self._values = Block(starts[:, None] + along)
        self._still = still
        self._wants = weighs, values

    def forward(self, numbers: Numbers) -> Pass:
        """What computes the results."""
        out = self._out.view(numbers)
        totals = self._still.totals(numbers) if self._still.pairs else None
        if not self._weights.shape[1]:
            assert totals is not None
            return partial(_fill, out, totals)
        weights, values = self._weights.reader(numbers), self._values.reader(numbers)
        return partial(_multiply, out, weights, values, totals)

    def backward(self, numbers: Numbers, gradients: Numbers, fresh: NDArray[np.bool_]) -> Pass | None:
        """What sends their gradients on; None where nobody wants them."""
        up = self._out.view(gradients)
        passes: list[Pass] = []
        still = self._still.adder(numbers, gradients, fresh)
        if still is not None:
            passes.append(partial(_rest, still, up))
        if self._weights.shape[1]:
            weights, values = self._weights, self._values
            if self._wants[0]:
                passes.append(_product(up, values.reader(numbers), weights, gradients, fresh, turn=False))
            if self._wants[1]:
                passes.append(_product(up, weights.reader(numbers), values, gradients, fresh, turn=True))
        return partial(_each, passes) if passes else None


def _product(
    up: Numbers, read: Callable[[], Numbers], to: Block, gradients: Numbers, fresh: NDArray[np.bool_], *, turn: bool
) -> Pass:
    """What adds the gradient of one side of a matrix product."""
    whole = to.steps is not None and to.distinct
    if whole and to.steps[1] == 1 and fresh[to.slots].all():  # type: ignore[index]
        fresh[to.slots] = False
        return partial(_products[turn], to.view(gradients), up, read, None)
    buffer = np.empty(to.shape, dtype=gradients.dtype)
    return partial(_products[turn], buffer, up, read, to.adder(gradients, fresh))


def _of_weights(
    out: Numbers, up: Numbers, values: Callable[[], Numbers], add: Callable[[Numbers], object] | None
) -> None:
    np.matmul(up, values().T, out=out)
    if add is not None:
        add(out)


def _of_values(
    out: Numbers, up: Numbers, weights: Callable[[], Numbers], add: Callable[[Numbers], object] | None
) -> None:
    np.matmul(weights().T, up, out=out)
    if add is not None:
        add(out)


_products = (_of_weights, _of_values)


def _multiply(
    out: Numbers, weights: Callable[[], Numbers], values: Callable[[], Numbers], totals: Callable[[], Numbers] | None
) -> None:
    np.matmul(weights(), values(), out=out)
    if totals is not None:
        np.add(out, totals(), out=out)


def _fill(out: Numbers, totals: Callable[[], Numbers]) -> None:
    np.copyto(out, totals())


def _rest(add: Callable[[Numbers], object], up: Numbers) -> None:
    add(np.add.reduce(up, axis=1, keepdims=True))


def _each(passes: list[Pass]) -> None:
    for step in passes:
        step()


class Apart:
    """Rows that each have values of their own, too short for a matrix product each; arguments as of a layer."""

    def __init__(
        self, out: Indices, length: int, weights: Indices, starts: Indices, still: _Still, weighs: bool, values: bool
    ) -> None:
        along = np.arange(length)
        self._out = Block(out[:, None] + along)
        self._weights = Block(weights)
        self._shape = (*starts.shape, length)
        self._values = Block((starts[:, :, None] + along).reshape(-1, length))
        self._still = still
        self._wants = weighs, values

    def forward(self, numbers: Numbers) -> Pass:
        """What computes the results."""
        out = self._out.view(numbers)
        totals = self._still.totals(numbers) if self._still.pairs else None
        weights, values = self._weights.reader(numbers), self._values.reader(numbers)

        def run() -> None:
            np.einsum("rk,rkn->rn", weights(), values().reshape(self._shape), out=out)
            if totals is not None:
                np.add(out, totals(), out=out)

        return run

    def backward(self, numbers: Numbers, gradients: Numbers, fresh: NDArray[np.bool_]) -> Pass | None:
        """What sends their gradients on; None where nobody wants them."""
        up = self._out.view(gradients)
        still = self._still.adder(numbers, gradients, fresh)
        weights, values = self._weights.reader(numbers), self._values.reader(numbers)
        to_weights = self._weights.adder(gradients, fresh) if self._wants[0] else None
        to_values = self._values.adder(gradients, fresh) if self._wants[1] else None
        if still is None and to_weights is None and to_values is None:
            return None

        def run() -> None:
            if still is not None:
                still(np.add.reduce(up, axis=1, keepdims=True))
            if to_weights is not None:
                to_weights(np.einsum("rn,rkn->rk", up, values().reshape(self._shape)))
            if to_values is not None:
                to_values(np.einsum("rk,rn->rkn", weights(), up).reshape(self._values.shape))

        return run
