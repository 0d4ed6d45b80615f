"""What went wrong when numpy refused: the operation, the shapes, the axis at fault and a remedy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import AutogradError, OperandError, ShapeError
from ..operation import Operation
from .describe import described, shape_text

__all__ = ["explain"]


def explain(rule: Operation, operands: Sequence[Any], options: dict[str, Any], error: Exception) -> AutogradError:
    """The error to raise in place of numpy's."""
    shapes = [np.shape(getattr(o, "_data", o)) for o in operands]
    if rule.local is not None and isinstance(error, ValueError):
        return ShapeError(_broadcast(rule.name, operands, shapes))
    kind = ShapeError if isinstance(error, (ValueError, IndexError)) else OperandError
    given = "".join(f", {k}={v!r}" for k, v in options.items())
    return kind(f"{rule.name}: {described(operands)}{given}: {error}")


def _broadcast(name: str, operands: Sequence[Any], shapes: Sequence[tuple[int, ...]]) -> str:
    width = max(map(len, shapes))
    padded = [(1,) * (width - len(s)) + s for s in shapes]
    for axis in range(width - 1, -1, -1):
        sizes = {s[axis] for s in padded if s[axis] != 1}
        if len(sizes) > 1:
            return (
                f"{name}: {described(operands)} do not broadcast: along axis {axis - width} they have "
                f"{' and '.join(str(s[axis]) for s in padded)} elements; make them equal or 1, e.g. with reshape or "
                f"expand_dims (shapes are compared from the last axis: {', '.join(map(shape_text, shapes))})"
            )
    return f"{name}: {described(operands)} do not fit together"
