"""The error function of arrays, which numpy does not have."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["erf"]

_SERIES = 2.0
"""Below this the series is used, above it the continued fraction."""
_TERMS, _FRACTIONS = 38, 60
_TOP = 6.0
"""From here on erf is 1 to the last bit of a float64."""


def erf(x: Any) -> Any:
    """2/√π times the integral of exp(-t²) from 0 to x, of each element, in the array's own floating type.

    The series and the continued fraction of Abramowitz and Stegun, 1964, 7.1.6 and 7.1.14, which the pages' JavaScript
    uses too; the error is at most a few units in the last place.

    >>> round(float(erf(np.array(0.5))), 12)
    0.520499877813
    """
    given = np.asarray(x)
    kind = given.dtype if given.dtype.kind == "f" else np.dtype(np.float64)
    y = np.atleast_1d(given).astype(np.float64)
    size = np.abs(y)
    out = np.sign(y)
    out[np.isnan(y)] = np.nan
    near = size < _SERIES
    if near.any():
        out[near] = _series(y[near])
    far = (size >= _SERIES) & (size < _TOP)
    if far.any():
        out[far] = np.sign(y[far]) * (1 - _fraction(size[far]))
    return out.astype(kind).reshape(given.shape)[()]


def _series(x: Any) -> Any:
    square = 2 * x * x
    term = x.copy()
    total = x.copy()
    for n in range(1, _TERMS):
        term *= square / (2 * n + 1)
        total += term
    return 2 / math.sqrt(math.pi) * np.exp(-x * x) * total


def _fraction(z: Any) -> Any:
    fraction = z.copy()
    for n in range(_FRACTIONS, 0, -1):
        fraction = z + n / 2 / fraction
    return np.exp(-z * z) / math.sqrt(math.pi) / fraction
