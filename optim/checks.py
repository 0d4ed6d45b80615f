"""Whether settings make sense."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .errors import OptimizerError

__all__ = ["beta", "betas", "positive", "share", "whole"]


def _number(value: Any) -> bool:
    numeric = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    return numeric and math.isfinite(value)


def positive(who: str, what: str, value: Any, *, zero: bool = False) -> None:
    """Raise OptimizerError unless the setting is a finite number above 0, or from 0 on."""
    if not _number(value) or value < 0 or (value == 0 and not zero):
        raise OptimizerError(f"{who}: {what} must be a {'non-negative' if zero else 'positive'} number, not {value!r}")


def share(who: str, what: str, value: Any) -> None:
    """Raise OptimizerError unless the setting is from 0 to 1."""
    if not _number(value) or not 0 <= value <= 1:
        raise OptimizerError(f"{who}: {what} must be from 0 to 1, not {value!r}")


def whole(who: str, what: str, value: Any, least: int = 1) -> int:
    """The setting, a whole number.

    Raises:
        OptimizerError: it is something else, or too small.
    """
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise OptimizerError(f"{who}: {what} must be a whole number from {least} on, not {value!r}")
    return int(value)


def beta(who: str, what: str, value: Any) -> None:
    """Raise OptimizerError unless the setting is at least 0 and below 1."""
    if not _number(value) or not 0 <= value < 1:
        raise OptimizerError(f"{who}: {what} must be at least 0 and below 1, not {value!r}")


def betas(who: str, value: Any) -> None:
    """Raise OptimizerError unless the setting is a pair of numbers, each at least 0 and below 1."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise OptimizerError(f"{who}: betas must be a pair such as (0.9, 0.999), not {value!r}")
    for i, b in enumerate(value):
        beta(who, f"betas[{i}]", b)
