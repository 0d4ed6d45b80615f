"""Arrays and numbers in a few words: their range, what is not finite in them, and where that begins."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..text import format_number, shorten, visible

__all__ = ["figures", "first_bad", "kinds", "label", "place_text"]

FEW = 4
"""Up to this many elements of a vector are written out."""


def first_bad(data: Any) -> tuple[int, ...] | None:
    """Where the first element that is not finite stands; None if there is none.

    >>> first_bad(np.array([[1.0, np.nan], [np.inf, 2.0]])), first_bad(1.0)
    ((0, 1), None)
    """
    finite = np.isfinite(data)
    if finite.all():
        return None
    return tuple(int(i) for i in np.unravel_index(int(np.argmin(finite)), np.shape(data)))


def kinds(data: Any) -> str:
    """How many elements of which kind are not finite; of one number only which.

    >>> kinds([1.0, np.nan, -np.inf, np.nan]), kinds(np.inf)
    ('2 nan and 1 −inf', 'inf')
    """
    array = np.asarray(data, dtype=float)
    found = {"nan": np.isnan(array), "inf": array == np.inf, "−inf": array == -np.inf}
    counted = [(int(which.sum()), name) for name, which in found.items() if which.any()]
    return " and ".join(name if not array.ndim else f"{count} {name}" for count, name in counted)


def place_text(index: tuple[int, ...]) -> str:
    """A place in an array; empty for the only one of a single number.

    >>> place_text((0, 2)), place_text(())
    ('[0, 2]', '')
    """
    return f"[{', '.join(map(str, index))}]" if index else ""


def figures(data: Any) -> str:
    """A number, or the shape, the dtype, the range and what is not finite of an array.

    >>> figures(-0.5), figures(np.array([1.0, np.inf, 0.25])), figures(np.arange(6.0).reshape(2, 3))
    ('−0.5', '(3,) float64 [1, inf, 0.25]', '(2, 3) float64 from 0 to 5')
    """
    array = np.asarray(data)
    if not array.ndim:
        return format_number(float(array), 6)
    start = f"{tuple(array.shape)} {array.dtype}"
    if array.ndim == 1 and array.size <= FEW:
        return f"{start} [{', '.join(format_number(float(x), 6) for x in array)}]"
    finite = array[np.isfinite(array)]
    parts = []
    if finite.size:
        least, most = (format_number(float(x), 6) for x in (finite.min(), finite.max()))
        parts.append(f"from {least} to {most}" if least != most else f"all {least}")
    bad = first_bad(array)
    if bad is not None:
        parts.append(f"{kinds(array)}, the first at {place_text(bad)}")
        if finite.size:
            parts[0] += " except"
    return " ".join([start, *parts])


def label(name: str | None) -> str:
    """A name as a message shows it: in one line, and not too long."""
    return "" if name is None else shorten(visible(name), 40)
