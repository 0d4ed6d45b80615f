"""Rows of weighted sums read on parts of an array: rows that share their values are one matrix product."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .arrays_blocks import Block, Numbers, Pass, one_after_another
from .plan import Plan
from .tape import Indices

__all__ = ["rows"]

Read = Callable[[], Numbers]
Add = Callable[[Numbers], object]

_WORTH = 4096
"""Multiplications from which a matrix product of its own pays; smaller ones of an instruction are done together."""


def rows(plan: Plan, i: int, fixed: NDArray[np.bool_]) -> Iterator[Rows]:
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
    advance, wants = np.arange(length), (bool(weighs), bool(values))
    edges = np.flatnonzero((starts[1:] != starts[:-1]).any(axis=1)) + 1
    stops = [*edges.tolist(), count]
    if len(stops) > 1 and count * along * length < _WORTH * len(stops):
        rest = _Still(still[0], still[1], fixed, ones)
        yield Apart(out, length, weights, (starts[:, :, None] + advance).reshape(-1, length), rest, *wants)
        return
    for start, stop in pairwise([0, *stops]):
        part = slice(start, stop)
        rest = _Still(still[0][part], still[1][part], fixed, ones)
        yield Layer(out[part], length, weights[part], starts[start][:, None] + advance, rest, *wants)


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

    def totals(self, numbers: Numbers) -> Read | None:
        """What reads the sum of each row's pairs, of shape (rows, 1); None where there are none."""
        if not self.pairs:
            return None
        weights, values = (Block(side).reader(numbers) for side in self._sides)
        if self._ones:
            return weights if self.pairs == 1 else lambda: weights().sum(axis=1, keepdims=True)
        return lambda: (weights() * values()).sum(axis=1, keepdims=True)

    def adder(self, numbers: Numbers, gradients: Numbers, fresh: NDArray[np.bool_]) -> Add | None:
        """What sends the sum of each row's gradients on."""
        sends = []
        for side, other, fixed in zip(self._sides, self._sides[::-1], self._fixed, strict=True):
            if not fixed and self.pairs:
                read = None if other is self._sides[1] and self._ones else Block(other).reader(numbers)
                sends.append(partial(_send, Block(side).adder(gradients, fresh), read, side.shape))
        if not sends:
            return None
        return lambda up: [send(up) for send in sends]


def _send(add: Add, read: Read | None, shape: tuple[int, ...], up: Numbers) -> None:
    if read is not None:
        add(up * read())
    else:
        add(up if up.shape == shape else np.broadcast_to(up, shape))


class Rows(ABC):
    """Rows of one instruction: a product of weights and values, and the pairs in which nothing advances.

    Args:
        out: The first slot of each row's results.
        length: How many results a row has.
        weights: The slots of the weights, of shape (rows, pairs).
        values: The slots of the values, rows of the length.
        still: The other pairs.
        weighs, wanted: Whether the weights, and the values, want gradients.
    """

    def __init__(
        self, out: Indices, length: int, weights: Indices, values: Indices, still: _Still, weighs: bool,
        wanted: bool,
    ) -> None:  # fmt: skip
        self._out = Block(out[:, None] + np.arange(length))
        self._weights, self._values = Block(weights), Block(values)
        self._still = still
        self._wants = weighs, wanted

    @abstractmethod
    def multiply(self, weights: Numbers, values: Numbers, out: Numbers) -> None:
        """Write the products."""

    @abstractmethod
    def slopes(self, up: Numbers, numbers: Numbers, gradients: Numbers, fresh: NDArray[np.bool_]) -> Iterator[Pass]:
        """What sends the products' gradients on, to weights and values that want them."""

    def forward(self, numbers: Numbers) -> Pass:
        """What computes the results."""
        out, totals = self._out.view(numbers), self._still.totals(numbers)
        if not self._weights.shape[1]:
            assert totals is not None
            return partial(_fill, out, totals)
        weights, values = self._weights.reader(numbers), self._values.reader(numbers)
        return partial(_compute, self.multiply, weights, values, totals, out)

    def backward(self, numbers: Numbers, gradients: Numbers, fresh: NDArray[np.bool_]) -> Pass | None:
        """What sends their gradients on; None where nobody wants them."""
        up = self._out.view(gradients)
        still = self._still.adder(numbers, gradients, fresh)
        passes: list[Pass] = [] if still is None else [partial(_rest, still, up)]
        if self._weights.shape[1]:
            passes += self.slopes(up, numbers, gradients, fresh)
        return one_after_another(passes)


def _compute(
    multiply: Callable[[Numbers, Numbers, Numbers], None], weights: Read, values: Read, totals: Read | None,
    out: Numbers,
) -> None:  # fmt: skip
    multiply(weights(), values(), out)
    if totals is not None:
        np.add(out, totals(), out=out)


def _fill(out: Numbers, totals: Read) -> None:
    np.copyto(out, totals())


def _rest(add: Add, up: Numbers) -> None:
    add(np.add.reduce(up, axis=1, keepdims=True))


class Layer(Rows):
    """Rows that share their values: weights (rows, pairs) times values (pairs, length)."""

    def multiply(self, weights: Numbers, values: Numbers, out: Numbers) -> None:
        """Write the products."""
        np.matmul(weights, values, out=out)

    def slopes(self, up: Numbers, numbers: Numbers, gradients: Numbers, fresh: NDArray[np.bool_]) -> Iterator[Pass]:
        """What sends the products' gradients on, to weights and values that want them."""
        weights, values = self._weights, self._values
        if self._wants[0]:
            read = values.reader(numbers)
            yield _product(lambda out: np.matmul(up, read().T, out=out), weights, gradients, fresh)
        if self._wants[1]:
            look = weights.reader(numbers)
            yield _product(lambda out: np.matmul(look().T, up, out=out), values, gradients, fresh)


def _product(multiply: Add, to: Block, gradients: Numbers, fresh: NDArray[np.bool_]) -> Pass:
    """What adds the gradient of one side of a matrix product, or writes it where it is the first to come."""
    if to.steps is not None and to.distinct and to.steps[1] == 1 and fresh[to.slots].all():
        fresh[to.slots] = False
        return partial(multiply, to.view(gradients))
    buffer = np.empty(to.shape, dtype=gradients.dtype)
    return partial(_through, buffer, multiply, to.adder(gradients, fresh))


def _through(buffer: Numbers, multiply: Add, add: Add) -> None:
    multiply(buffer)
    add(buffer)


class Apart(Rows):
    """Rows that each have values of their own, too short for a matrix product each."""

    def multiply(self, weights: Numbers, values: Numbers, out: Numbers) -> None:
        """Write the products."""
        np.einsum("rk,rkn->rn", weights, self._by_row(values), out=out)

    def slopes(self, up: Numbers, numbers: Numbers, gradients: Numbers, fresh: NDArray[np.bool_]) -> Iterator[Pass]:
        """What sends the products' gradients on, to weights and values that want them."""
        if self._wants[0]:
            values, to_weights = self._values.reader(numbers), self._weights.adder(gradients, fresh)
            yield lambda: to_weights(np.einsum("rn,rkn->rk", up, self._by_row(values())))
        if self._wants[1]:
            weights, to_values = self._weights.reader(numbers), self._values.adder(gradients, fresh)
            yield lambda: to_values(np.einsum("rk,rn->rkn", weights(), up).reshape(self._values.shape))

    def _by_row(self, values: Numbers) -> Numbers:
        return values.reshape(*self._weights.shape, -1)
