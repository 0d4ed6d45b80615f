"""Boolean functions: the rows of a truth table, all functions of a few inputs, and tables checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError

__all__ = ["boolean_functions", "boolean_inputs", "inputs_of"]

LARGEST = 4
"""Five inputs already have 2³² functions."""


def boolean_inputs(n: int) -> NDArray[np.int64]:
    """The rows of a truth table of n inputs, the first input changing fastest: (0, 0), (1, 0), (0, 1), (1, 1).

    Args:
        n: How many inputs, 0 to 20.

    Returns:
        Zeros and ones, shape (2ⁿ, n).

    Raises:
        DataError: n is out of range.

    >>> boolean_inputs(2).tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    if not isinstance(n, (int, np.integer)) or not 0 <= n <= 20:
        raise DataError(f"boolean_inputs: the number of inputs must be a whole number from 0 to 20, not {n!r}")
    return (np.arange(2**n)[:, None] >> np.arange(n)) & 1


def boolean_functions(n: int) -> NDArray[np.int64]:
    """All 2^(2ⁿ) Boolean functions of n inputs, one per column; column k − 1 is f_k.

    The columns count in binary, with the last row of `boolean_inputs` as the lowest digit: for two inputs f1 is always
    0, f2 is AND, f7 XOR, f8 OR, f10 XNOR and f16 always 1.

    Args:
        n: How many inputs, 1 to 4.

    Returns:
        Zeros and ones, shape (2ⁿ, 2^(2ⁿ)).

    Raises:
        DataError: n is out of range.

    >>> table = boolean_functions(2)
    >>> table.shape, table[:, 7 - 1].tolist()
    ((4, 16), [0, 1, 1, 0])
    """
    if not isinstance(n, (int, np.integer)) or not 1 <= n <= LARGEST:
        raise DataError(f"boolean_functions: {n!r} inputs: list them for 1 to {LARGEST}, beyond there are too many")
    rows = 2**n
    return (np.arange(2**rows) >> np.arange(rows - 1, -1, -1)[:, None]) & 1


def inputs_of(outputs: Sequence[int] | NDArray[Any], who: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows that belong to a truth table's outputs, and the outputs as an array.

    Raises:
        DataError: the outputs are not 0 and 1, or not 2ⁿ of them.
    """
    values = np.asarray(outputs)
    if values.ndim != 1 or not np.isin(values, (0, 1)).all():
        raise DataError(f"{who}: a truth table's outputs are a row of zeros and ones, not {outputs!r:.60}")
    n = len(values).bit_length() - 1
    if len(values) != 2**n:
        raise DataError(f"{who}: a truth table has 2, 4, 8, 16, ... outputs, not {len(values)}")
    return boolean_inputs(n), values.astype(np.int64)
