"""Blocks: some slots at once, read as a view where they lie at equal distances and through a list otherwise."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .tape import Indices

__all__ = ["Block", "Numbers", "Pass", "one_after_another"]

Numbers: TypeAlias = NDArray[np.floating]

Pass: TypeAlias = Callable[[], object]
"""One instruction's work in one direction, on the arrays it was made for."""

_SPREAD = 4
"""Gradients are counted into bins where these are fewer than this many times the numbers that go there."""


class Block:
    """Slots in an arrangement of one or two dimensions.

    Args:
        slots: The slots.

    Attributes:
        steps: The distance between neighbours in each dimension, or None where it is not the same everywhere.
    """

    def __init__(self, slots: Indices) -> None:
        slots = np.ascontiguousarray(slots, dtype=np.intp)
        self.shape = slots.shape
        self.steps = _steps(slots)
        self._first = int(slots.flat[0]) if slots.size else 0
        self._list = slots if self.steps is None else None

    @property
    def slots(self) -> NDArray[np.intp]:
        """All of them."""
        if self._list is not None:
            return self._list
        assert self.steps is not None
        grid = np.ix_(*(step * np.arange(n) for step, n in zip(self.steps, self.shape, strict=True)))
        return self._first + np.asarray(sum(grid), dtype=np.intp)

    @cached_property
    def distinct(self) -> bool:
        """Whether no slot occurs twice."""
        return bool(np.diff(np.sort(self.slots, axis=None)).all())

    def view(self, array: Numbers) -> Numbers:
        """The slots as a part of the array."""
        assert self.steps is not None
        size = array.itemsize
        strides = [step * size for step in self.steps]
        return np.ndarray(self.shape, array.dtype, array, self._first * size, strides)

    def reader(self, array: Numbers) -> Callable[[], Numbers]:
        """A function that reads the slots."""
        if self.steps is None:
            slots = self.slots
            return lambda: array.take(slots)
        view = self.view(array)
        return lambda: view

    def adder(self, gradients: Numbers, fresh: NDArray[np.bool_]) -> Callable[[Any], object]:
        """A function that adds an array to the gradients of the slots.

        Args:
            gradients: The gradients.
            fresh: Which of all slots nothing has been added to yet in this pass; brought up to date.
        """
        slots = self.slots
        untouched = bool(fresh[slots].all())
        fresh[slots] = False
        if self.steps is not None and self.distinct:
            view = self.view(gradients)
            return partial(np.copyto, view) if untouched else partial(np.add, view, out=view)
        flat = slots.ravel()
        first, span = int(flat.min()), int(np.ptp(flat)) + 1
        if span <= _SPREAD * len(flat):
            return partial(_count, gradients[first : first + span], flat - first)
        order = np.argsort(flat, kind="stable")
        starts = np.flatnonzero(np.diff(flat[order], prepend=-1))
        return partial(_sort, gradients, flat[order][starts], order, starts)


def one_after_another(passes: list[Pass]) -> Pass | None:
    """Several pieces of work as one; None where there are none."""
    return partial(_each, passes) if passes else None


def _each(passes: list[Pass]) -> None:
    for step in passes:
        step()


def _count(part: Numbers, bins: Indices, numbers: Numbers) -> None:
    np.add(part, np.bincount(bins, numbers.ravel(), len(part)), out=part, casting="same_kind")


def _sort(gradients: Numbers, slots: Indices, order: Indices, starts: Indices, numbers: Numbers) -> None:
    gradients[slots] += np.add.reduceat(numbers.take(order), starts)


def _steps(slots: Indices) -> tuple[int, ...] | None:
    """The distance between neighbours in each dimension; 1 where there are none."""
    steps = []
    for axis in range(slots.ndim):
        found = np.diff(slots, axis=axis)
        if found.size and (found != found.flat[0]).any():
            return None
        steps.append(int(found.flat[0]) if found.size else 1)
    return tuple(steps)
