"""Batches of data, in order, shuffled, or with the classes evenly spread."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor

from ..errors import DataError

__all__ = ["DataLoader", "check_finite", "spread_classes"]


class DataLoader:
    """Goes through arrays of the same length batch by batch; each round is an epoch.

    Args:
        arrays: Inputs, targets and whatever else belongs together, a row per sample.
        batch_size: Rows per batch; 1 for stochastic descent, the number of rows for the whole batch.
        shuffle: Go through the rows in a new random order every epoch.
        drop_last: Leave out a last batch that is not full.
        stratify: Labels, one per row; every batch then has nearly the same share of each. Implies shuffling.
        rng: Where the order comes from, a generator or a seed. Its state can be saved, and a run resumed, with
            `state_dict`.

    Yields:
        A tuple per batch: floating-point arrays as Tensors, others as arrays.

    Raises:
        DataError: there are no rows, the arrays differ in length, or a size makes no sense.

    >>> loader = DataLoader(np.arange(10.0), np.arange(10), batch_size=4)
    >>> [labels.tolist() for _, labels in loader], len(loader)
    ([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]], 3)
    """

    def __init__(
        self, *arrays: Any, batch_size: int = 1, shuffle: bool = False, drop_last: bool = False,
        stratify: Any = None, rng: np.random.Generator | int | None = None,
    ) -> None:  # fmt: skip
        self.arrays = [np.asarray(getattr(a, "data", a)) if isinstance(a, Tensor) else np.asarray(a) for a in arrays]
        if not self.arrays or any(not a.ndim for a in self.arrays):
            raise DataError("DataLoader needs arrays with a row per sample")
        sizes = [len(a) for a in self.arrays]
        if len(set(sizes)) > 1:
            raise DataError(
                f"DataLoader: the arrays have {', '.join(map(str, sizes))} rows; they must have the same number"
            )
        if not sizes[0]:
            raise DataError("DataLoader: the data has no rows")
        if not isinstance(batch_size, (int, np.integer)) or batch_size < 1:
            raise DataError(f"DataLoader: batch_size must be a whole number from 1 on, not {batch_size!r}")
        self.labels = None if stratify is None else np.asarray(stratify)
        if self.labels is not None and self.labels.shape != (sizes[0],):
            raise DataError(f"DataLoader: stratify needs {sizes[0]} labels, one per row, not shape {self.labels.shape}")
        self.batch_size, self.shuffle, self.drop_last = int(batch_size), shuffle, drop_last
        self.rng = np.random.default_rng(rng)
        if drop_last and not len(self):
            raise DataError(f"DataLoader: with drop_last, {sizes[0]} rows make no batch of {batch_size}")

    @property
    def rows(self) -> int:
        """How many samples there are."""
        return len(self.arrays[0])

    def __len__(self) -> int:
        """Batches per epoch."""
        return self.rows // self.batch_size if self.drop_last else math.ceil(self.rows / self.batch_size)

    def order(self) -> NDArray[np.intp]:
        """The rows in the order of the next epoch."""
        if self.labels is not None:
            return spread_classes(self.labels, self.rng)
        return self.rng.permutation(self.rows) if self.shuffle else np.arange(self.rows)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        order = self.order()
        for i in range(len(self)):
            chosen = order[i * self.batch_size : (i + 1) * self.batch_size]
            yield tuple(_given(a[chosen]) for a in self.arrays)

    def state_dict(self) -> dict[str, Any]:
        """Where the random order is, as plain data."""
        return dict(self.rng.bit_generator.state)

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on with the order of another loader.

        Raises:
            DataError: the state is of another kind of generator.
        """
        try:
            self.rng.bit_generator.state = state
        except (ValueError, TypeError, KeyError) as error:
            raise DataError(f"DataLoader: this is not the state of a generator like its own: {error}") from None


def _given(rows: NDArray[Any]) -> Any:
    return Tensor(rows) if rows.dtype.kind == "f" else rows


def spread_classes(labels: NDArray[Any], rng: np.random.Generator) -> NDArray[np.intp]:
    """A random order in which each class comes at even distances."""
    place = np.empty(len(labels))
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        place[rng.permutation(members)] = (np.arange(len(members)) + rng.uniform()) / len(members)
    return np.argsort(place, kind="stable")


def check_finite(what: str, array: Any, names: Sequence[str] = ()) -> None:
    """Raise DataError at the first number that is not finite, with its row and column.

    >>> check_finite("X", np.array([[1.0, 2.0], [np.nan, 3.0]]))
    Traceback (most recent call last):
    nn.errors.DataError: X is not finite: row 1, column 0 holds nan; remove the row or fill the gap before training
    """
    numbers = np.asarray(getattr(array, "data", array)) if isinstance(array, Tensor) else np.asarray(array)
    if numbers.dtype.kind != "f":
        return
    bad = ~np.isfinite(numbers)
    if not bad.any():
        return
    place = np.unravel_index(int(np.argmax(bad)), numbers.shape)
    row = f"row {place[0]}" if place else "its one number"
    second = int(place[1]) if len(place) > 1 else -1
    column = f", column {names[second] if len(names) > second else second}" if second >= 0 else ""
    raise DataError(
        f"{what} is not finite: {row}{column} holds {numbers[place]}; remove the row or fill the gap before training"
    )
