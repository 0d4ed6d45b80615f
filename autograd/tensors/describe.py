"""Tensors and their operands in a few words, for messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..text import shorten, visible

__all__ = ["describe", "described", "shape_text"]


def shape_text(shape: Sequence[int]) -> str:
    """A shape as numpy writes it.

    >>> shape_text((3,)), shape_text((2, 3))
    ('(3,)', '(2, 3)')
    """
    return str(tuple(shape))


LONGEST = 40
"""How much of a name a message shows."""


def describe(operand: Any) -> str:
    """One operand: its name or what made it, and its shape or number."""
    data = getattr(operand, "_data", operand)
    if not isinstance(data, np.ndarray):
        return f"the {type(data).__name__} {data!r}" if not isinstance(data, (int, float)) else repr(data)
    name = getattr(operand, "name", None)
    what = shorten(visible(name), LONGEST) if name else getattr(operand, "op", None)
    kind = "Tensor" if hasattr(operand, "_data") else "array"
    kind = f"a {kind}" if kind == "Tensor" else f"an {kind}"
    called = f"{what} ({kind}" if what else kind
    end = ")" if what else ""
    if data.ndim == 0:
        return f"{called} of one number, {data}{end}"
    return f"{called} of shape {shape_text(data.shape)}{end}"


def described(operands: Sequence[Any]) -> str:
    """Several operands."""
    return " and ".join(map(describe, operands))
