"""Setting rows aside for validation and tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from .loader import spread_classes

__all__ = ["train_test_split"]


def train_test_split(
    *arrays: Any, test_size: float | int = 0.25, stratify: Any = None, rng: np.random.Generator | int | None = None
) -> list[NDArray[Any]]:
    """Each array in two parts, rows chosen at random and the same in all.

    Args:
        arrays: Arrays with a row per sample.
        test_size: The second part's share of the rows, or their number.
        stratify: Labels, one per row, whose shares both parts should keep.
        rng: Where the choice comes from, a generator or a seed.

    Returns:
        First and second part of the first array, of the second, and so on, as scikit-learn's function of this name.

    Raises:
        DataError: a part would be empty, or the arrays differ in length.

    >>> train, test = train_test_split(np.arange(8), test_size=2, rng=0)
    >>> len(train), len(test), sorted([*train, *test]) == list(range(8))
    (6, 2, True)
    """
    given = [np.asarray(a) for a in arrays]
    sizes = {len(a) for a in given}
    if len(sizes) != 1:
        raise DataError(f"train_test_split: the arrays have {sorted(sizes)} rows; they must have the same number")
    rows = sizes.pop()
    held = test_size if isinstance(test_size, (int, np.integer)) else int(np.ceil(rows * test_size))
    if not 0 < held < rows:
        raise DataError(f"train_test_split: test_size={test_size!r} of {rows} rows leaves one part empty")
    generator = np.random.default_rng(rng)
    if stratify is None:
        order = generator.permutation(rows)
    else:
        labels = np.asarray(stratify)
        if labels.shape != (rows,):
            raise DataError(f"train_test_split: stratify needs {rows} labels, one per row, not shape {labels.shape}")
        order = spread_classes(labels, generator)
    second, first = order[:held], order[held:]
    return [part for a in given for part in (a[first], a[second])]
