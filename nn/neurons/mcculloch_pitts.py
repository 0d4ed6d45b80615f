"""The McCulloch–Pitts neuron: a threshold on how many inputs are on, and inputs that forbid."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import OperandError, ShapeError

from ..errors import DataError

__all__ = ["McCullochPitts", "mp_and", "mp_nor", "mp_not", "mp_or", "mp_tautology"]


class McCullochPitts:
    """1 if at least `theta` excitatory inputs are on and no inhibitory one is, else 0.

    Source: McCulloch and Pitts, 1943.

    Args:
        theta: The threshold.
        inhibitory: Positions of the inputs that, when they are 1, keep the unit at 0 whatever the others say.
        inputs: How many inputs it has; any number where None.

    Raises:
        OperandError: a position is no whole number from 0, or beyond `inputs`; the threshold is not a number.

    >>> without = McCullochPitts(1, inhibitory=[1])  # x1 and not x2
    >>> without([1, 0]), without([1, 1])
    (1, 0)
    >>> without([[0, 0], [1, 0], [0, 1], [1, 1]]).tolist()
    [0, 1, 0, 0]
    """

    def __init__(self, theta: float, inhibitory: Iterable[int] = (), *, inputs: int | None = None) -> None:
        if not isinstance(theta, (int, float, np.integer, np.floating)) or np.isnan(theta):
            raise OperandError(f"McCullochPitts: theta must be a number, not {theta!r}")
        self.theta = theta
        self.inputs = inputs
        self.inhibitory = tuple(sorted(set(inhibitory)))
        for position in self.inhibitory:
            whole = isinstance(position, (int, np.integer))
            if not whole or position < 0 or (inputs is not None and position >= inputs):
                raise OperandError(
                    f"McCullochPitts: inhibitory lists positions of inputs, counted from 0; {position!r} is none"
                    + ("" if inputs is None else f" of its {inputs}")
                )

    def __call__(self, x: ArrayLike) -> Any:
        """The output for one row of inputs, or for each row of several.

        Args:
            x: Zeros and ones, shape (n,) or (..., n).

        Returns:
            An int for one row, otherwise an array of shape (...).

        Raises:
            DataError: an input is neither 0 nor 1.
            ShapeError: it has another number of inputs.
        """
        rows = binary(x, "McCullochPitts")
        if not self._takes(rows.shape[-1]):
            raise ShapeError(f"{self!r} does not take {rows.shape[-1]} inputs: give one per line into the unit")
        forbidding = np.zeros(rows.shape[-1], dtype=bool)
        forbidding[list(self.inhibitory)] = True
        silenced = rows[..., forbidding].any(axis=-1)
        fires = (rows[..., ~forbidding].sum(axis=-1) >= self.theta) & ~silenced
        return int(fires) if rows.ndim == 1 else fires.astype(np.int64)

    def _takes(self, n: int) -> bool:
        return n == self.inputs if self.inputs is not None else n > max(self.inhibitory, default=-1)

    def __repr__(self) -> str:
        parts = [f"theta={self.theta:g}"]
        if self.inhibitory:
            parts.append(f"inhibitory={list(self.inhibitory)}")
        if self.inputs is not None:
            parts.append(f"inputs={self.inputs}")
        return f"McCullochPitts({', '.join(parts)})"


def binary(x: ArrayLike, who: str) -> NDArray[np.int64]:
    """Rows of zeros and ones.

    Raises:
        DataError: there is something else among them.
        ShapeError: it is a single number.
    """
    rows = np.asarray(x)
    if rows.ndim == 0:
        raise ShapeError(f"{who} takes a row of inputs, not the single number {x!r}")
    if rows.size and not np.isin(rows, (0, 1)).all():
        raise DataError(f"{who} takes zeros and ones; among the inputs is {rows[~np.isin(rows, (0, 1))][0]!r}")
    return rows.astype(np.int64)


def mp_and(n: int) -> McCullochPitts:
    """1 if all n inputs are 1: threshold n.

    >>> mp_and(2)([[0, 0], [1, 0], [0, 1], [1, 1]]).tolist()
    [0, 0, 0, 1]
    """
    return McCullochPitts(n, inputs=n)


def mp_or(n: int) -> McCullochPitts:
    """1 if any of n inputs is 1: threshold 1.

    >>> mp_or(2)([[0, 0], [1, 0], [0, 1], [1, 1]]).tolist()
    [0, 1, 1, 1]
    """
    return McCullochPitts(1, inputs=n)


def mp_nor(n: int) -> McCullochPitts:
    """1 if none of n inputs is 1: all are inhibitory, threshold 0.

    >>> mp_nor(2)([[0, 0], [1, 0], [0, 1], [1, 1]]).tolist()
    [1, 0, 0, 0]
    """
    return McCullochPitts(0, range(n), inputs=n)


def mp_not() -> McCullochPitts:
    """1 if its one input is 0: an inhibitory input, threshold 0.

    >>> mp_not()([[0], [1]]).tolist()
    [1, 0]
    """
    return mp_nor(1)


def mp_tautology(n: int) -> McCullochPitts:
    """Always 1: threshold 0.

    >>> mp_tautology(1)([[0], [1]]).tolist()
    [1, 1]
    """
    return McCullochPitts(0, inputs=n)
