"""The compiled back end: a plan run by two loops of machine code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..compiling import compile_loops
from ..gate import Gate
from ..symbol import NAME, NUMBER
from .kernels import INLINE, kernel_source
from .plan import ROWS, SAME, SUMS, Plan, Variant
from .tape import Indices

__all__ = ["Compiled"]

BLOCK = 512
"""Rows are worked through in blocks of so many numbers, which stay in the processor's cache."""

WORDS = 6
"""An instruction is its kind, its first slot, how many results or rows it has, and three arguments."""


class Compiled:
    """Runs a plan in machine code.

    Args:
        plan: The plan.
        dtype: Of its numbers: "float64" or "float32".

    Raises:
        ImportError: numba is missing.
    """

    def __init__(self, plan: Plan, dtype: str) -> None:
        forward, backward = _Code(plan, forward=True), _Code(plan, forward=False)
        loops = compile_loops(kernel_source(forward.kinds, backward.kinds, forward.parts | backward.parts, dtype))
        self._forward, self._backward = loops["forward"], loops["backward"]
        self._forward_code, self._backward_code = forward.packed(), backward.packed()
        self._index = plan.index
        self._root, self._stop = plan.root, plan.root + plan.width

    def forward(self, numbers: NDArray[np.floating]) -> None:
        """Compute every slot from the parameters, the inputs and the constants."""
        self._forward(numbers, self._forward_code, self._index)

    def backward(self, numbers: NDArray[np.floating], gradients: NDArray[np.floating], seed: float) -> None:
        """Compute the gradient of the result, times the seed, in every slot."""
        self._backward(numbers, gradients, self._backward_code, self._index, self._root, self._stop, seed)


class _Code:
    """The integers of one way through a plan.

    Attributes:
        kinds: The kinds of instruction that they number.
        parts: What the loops over rows are to have.
    """

    def __init__(self, plan: Plan, *, forward: bool) -> None:
        self.plan = plan
        self.forward = forward
        self.parts: set[str] = set()
        numbers: dict[Variant, int] = {}
        seen = [replace(v, wants="") for v in plan.variants] if forward else _merged(plan.variants)
        self._number = np.array([numbers.setdefault(v, len(numbers)) for v in seen], np.int64)
        self.kinds = list(numbers)
        self._more: list[Indices] = [np.zeros(0, np.int64)]
        self._place = 0
        self._tables: list[Indices] = [np.zeros((0, WORDS), np.int64)]
        self._order: list[Indices] = [np.zeros(0, np.int64)]
        for op, variant in enumerate(plan.variants):
            these = np.flatnonzero(plan.op == op)
            if variant.what == ROWS:
                for i in these.tolist():
                    self._rows(i)
            else:
                self._instructions(variant, these)

    def packed(self) -> NDArray[np.uint64]:
        """How many instructions there are, each of them, then further arguments."""
        order = np.argsort(np.concatenate(self._order), kind="stable")
        table = np.concatenate(self._tables)[order if self.forward else order[::-1]]
        first = 1 + table.size
        far = np.isin(table[:, 0], [k for k, kind in enumerate(self.kinds) if _is_far(kind)])
        table[far, 5] += first
        return np.concatenate(([len(table)], table.ravel(), *self._more)).astype(np.uint64)

    def _instructions(self, variant: Variant, these: Indices) -> None:
        plan = self.plan
        arity = 3 if variant.what == SUMS else len(variant.modes)
        arguments = plan.arguments[plan.at[these][:, None] + np.arange(arity)]
        out = plan.out[these]
        stop = plan.size[these]
        if variant.what != SUMS:  # counting starts at the first slot, so an operand is as far as it is behind it
            stop = stop + out
            moving = [k for k, mode in enumerate(variant.modes) if mode != SAME]
            arguments[:, moving] -= out[:, None]
        table = np.zeros((len(these), WORDS), np.int64)
        table[:, 0], table[:, 1], table[:, 2] = self._number[plan.op[these]], out, stop
        if _is_far(variant):
            table[:, 5] = self._place + arity * np.arange(len(these))
            self._keep(arguments.ravel())
        else:
            table[:, 3 : 3 + arity] = arguments
        self._tables.append(table)
        self._order.append(these)

    def _rows(self, i: int) -> None:
        plan, at = self.plan, int(self.plan.at[i])
        length, before, along, after, weights, values = plan.arguments[at : at + 6].tolist()
        count, first, pairs = int(plan.size[i]), int(plan.out[i]), before + along + after
        rows = plan.index[values : values + count * pairs].reshape(count, pairs)[:, before : before + along]
        fours = count // 4 if (rows == rows[0]).all() else 0
        self.parts |= {
            part
            for part, needed in {
                "pairs": along >= 4, "pair": along % 4, "after": after, "same": before + after,
                "row": along and count > 4 * fours, "rows": along and fours,
            }.items()
            if needed
        }  # fmt: skip
        last = 0 if self.forward else count - 1
        for s in range(0, length, BLOCK):
            row = [self._number[plan.op[i]], first + last * length + s, count, weights + last * pairs, values - weights]
            self._tables.append(np.array([[*row, self._place]]))
            self._order.append(np.array([i]))
            self._keep(np.array([length, min(BLOCK, length - s), s, before, along, pairs, fours]))

    def _keep(self, arguments: Indices) -> None:
        self._more.append(arguments)
        self._place += len(arguments)


def _merged(variants: Sequence[Variant]) -> list[Variant]:
    """The kinds with some made one: a gradient that nobody wants but is there to be read costs less than a kind."""
    wanted: dict[tuple[Gate | str, str], int] = {}
    for v in variants:
        wanted[v.what, v.modes] = wanted.get((v.what, v.modes), 0) | int(v.wants or "0", 2)
    merged = []
    for v in variants:
        wants = f"{wanted[v.what, v.modes]:0{len(v.wants)}b}" if v.wants else ""
        more = [k for k, (now, then) in enumerate(zip(v.wants, wants, strict=True)) if now != then]
        cheap = isinstance(v.what, Gate) and all(v.what.local_symbols[k].op in (NAME, NUMBER) for k in more)
        merged.append(replace(v, wants=wants) if cheap else v)
    return merged


def _is_far(variant: Variant) -> bool:
    """Whether the last argument is the place of further ones."""
    return variant.what == ROWS or len(variant.modes) > INLINE
