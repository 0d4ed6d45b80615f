"""Warnings that point at the line of the caller, however deep in this package they arise."""

from __future__ import annotations

import sys
import warnings

from ..errors import ReplayWarning

__all__ = ["warn"]

_PACKAGE = __name__.partition(".")[0]


def warn(message: str) -> None:
    """Issue a ReplayWarning in the name of the innermost line outside this package."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, ReplayWarning, stacklevel=level)
