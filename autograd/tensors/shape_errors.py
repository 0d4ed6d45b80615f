"""What went wrong when numpy refused: the operation, the shapes, the axis at fault and a remedy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import AutogradError, IndexingError, OperandError, ShapeError
from ..operation import Operation
from ..operations.indexing import plain_index
from .describe import describe, described, shape_text
from .index_text import index_text

__all__ = ["NUMPY_ERRORS", "broadcast_error", "explain", "index_error"]

Shape = tuple[int, ...]
NUMPY_ERRORS = (ValueError, TypeError, IndexError, OverflowError, np.exceptions.AxisError)
"""What numpy raises where it refuses operands or options."""


def explain(rule: Operation, operands: Sequence[Any], options: dict[str, Any], error: Exception) -> AutogradError:
    """The error to raise in place of numpy's: what is the matter precisely, then what it was about."""
    shapes = [np.shape(getattr(o, "_data", o)) for o in operands]
    if isinstance(error, np.exceptions.AxisError):
        return IndexingError(_axis(rule.name, operands, shapes, error))
    if rule.name in _INDEXED and isinstance(error, (IndexError, TypeError)):
        return index_error(rule.name, operands[0], options.get("index", options.get("indices")), error)
    text = None
    if isinstance(error, ValueError):
        if rule.name in _SPECIAL:
            text = _SPECIAL[rule.name](rule.name, operands, shapes, options)
        elif rule.local is not None or rule.name in _BROADCASTING:
            text = _unbroadcast(rule.name, operands, shapes)
    if text is not None:
        return ShapeError(text)
    kind = (
        IndexingError
        if isinstance(error, IndexError)
        else ShapeError
        if isinstance(error, ValueError)
        else OperandError
    )
    given = "".join(f", {name}={_short(value, name)}" for name, value in options.items())
    return kind(f"{rule.name}: {_first_line(error)} ({described(operands)}{given})")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")


def _short(value: Any, option: str = "index") -> str:
    text = index_text(value) if option in ("index", "indices") else repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _axis(name: str, operands: Sequence[Any], shapes: Sequence[Shape], error: Any) -> str:
    """An axis that is not there, or is there twice."""
    shape = shapes[0] if shapes else ()
    ndim = error.ndim if isinstance(error.ndim, int) else len(shape)
    if error.axis is None:
        return f"{name}: {_first_line(error)} ({described(operands)})"
    there = f"its axes are {-ndim} to {ndim - 1}" if ndim else "it is a single number and has no axes"
    if ndim != len(shape):
        there = f"the axes of the result are {-ndim} to {ndim - 1}"
    return f"{name}: axis {error.axis} does not exist in {describe(operands[0])}: {there}"


def broadcast_error(name: str, *operands: Any) -> ShapeError:
    """The error for operands whose shapes do not go together element by element."""
    shapes = [np.shape(getattr(o, "_data", o)) for o in operands]
    return ShapeError(
        _unbroadcast(name, operands, shapes) or f"{name}: {described(operands)} do not fit together",
    )


def _unbroadcast(name: str, operands: Sequence[Any], shapes: Sequence[Shape]) -> str | None:
    width = max(map(len, shapes), default=0)
    padded = [(1,) * (width - len(s)) + s for s in shapes]
    for axis in range(width - 1, -1, -1):
        if len({s[axis] for s in padded if s[axis] != 1}) > 1:
            return (
                f"{name}: {described(operands)} do not broadcast: along axis {axis - width} they have "
                f"{' and '.join(str(s[axis]) for s in padded)} elements; {_remedy(shapes)} "
                f"(shapes are compared from the last axis: {', '.join(map(shape_text, shapes))})"
            )
    return None


def _fit(shapes: Sequence[Shape]) -> bool:
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return True


def _remedy(shapes: Sequence[Shape]) -> str:
    if len(shapes) == 2:
        left, right = shapes
        if len(left) == len(right) and _fit((left, right[::-1])):
            return "the second would fit transposed, .T"
        short, long, which = (right, left, "second") if len(right) <= len(left) else (left, right, "first")
        for places in range(1, len(long) - len(short) + 1):
            if _fit((long, short + (1,) * places)):
                index = ", ".join(["...", *["None"] * places])
                return f"to go along another axis, give the {which} new ones of size 1: [{index}]"
    return "make them equal or 1, e.g. with reshape or expand_dims"


def _matmul(name: str, operands: Sequence[Any], shapes: Sequence[Shape], options: dict[str, Any]) -> str | None:  # noqa: ARG001
    left, right = shapes[:2]
    what = described(operands[:2])
    if not left or not right:
        which = "first" if not left else "second"
        return f"{name}: the {which} of {what} has no axes: a matrix product needs at least one; to scale, use *"
    inner = right[0] if len(right) == 1 else right[-2]
    if left[-1] == inner:
        return _unbroadcast_stacks(name, what, left[:-2], right[:-2])
    text = (
        f"{name}: the inner dimensions of {what} differ: axis -1 of the first has {left[-1]} elements, axis "
        f"{-1 if len(right) == 1 else -2} of the second {inner}"
    )
    if len(right) > 1 and right[-1] == left[-1]:
        return f"{text}; the second would fit transposed: a @ b{_transposed(right)}"
    if len(left) > 1 and left[-2] == inner:
        return f"{text}; the first would fit transposed: a{_transposed(left)} @ b"
    if len(left) > 1 and len(right) > 1 and right[-1] == left[-2]:
        return f"{text}; they would fit the other way round: b @ a"
    return f"{text}; they must be equal"


def _transposed(shape: Shape) -> str:
    return ".T" if len(shape) == 2 else ".swapaxes(-1, -2)"


def _unbroadcast_stacks(name: str, what: str, left: Shape, right: Shape) -> str | None:
    if _fit((left, right)):
        return None
    return (
        f"{name}: the matrices of {what} fit, but the stacks of them do not: {shape_text(left)} and "
        f"{shape_text(right)} matrices do not broadcast; make the numbers equal or 1"
    )


def _linear(name: str, operands: Sequence[Any], shapes: Sequence[Shape], options: dict[str, Any]) -> str | None:  # noqa: ARG001
    x, weight = shapes[:2]
    if len(weight) != 2:
        return f"{name}: the weights have the shape (outputs, inputs), not that of {describe(operands[1])}"
    if not x or x[-1] != weight[1]:
        size = x[-1] if x else "no"
        hint = "; the weights would fit transposed, weight.T" if x and x[-1] == weight[0] else ""
        return (
            f"{name}: {describe(operands[0])} has {size} elements along its last axis, but the weights, "
            f"{describe(operands[1])}, take {weight[1]} inputs{hint}"
        )
    if len(shapes) > 2:
        return (
            f"{name}: the bias, {describe(operands[2])}, does not fit to {weight[0]} outputs: it has the shape "
            f"({weight[0]},)"
        )
    return None


def _join(name: str, operands: Sequence[Any], shapes: Sequence[Shape], options: dict[str, Any]) -> str | None:
    first = shapes[0]
    for i, shape in enumerate(shapes):
        if not shape and name == "concatenate":
            return f"concatenate: item {i}, {describe(operands[i])}, has no axis to be joined along: use stack"
        if len(shape) != len(first):
            return (
                f"{name}: item {i}, {describe(operands[i])}, has {len(shape)} axes and item 0, "
                f"{describe(operands[0])}, has {len(first)}: give it the missing ones with expand_dims"
            )
    along = options["axis"] % len(first) if name == "concatenate" and first else None
    for i, shape in enumerate(shapes):
        for axis, (n, m) in enumerate(zip(first, shape, strict=True)):
            if n != m and axis != along:
                rest = "all axes but the one they are joined along" if name == "concatenate" else "all axes"
                return (
                    f"{name}: item {i}, {describe(operands[i])}, has {m} elements along axis {axis} and item 0, "
                    f"{describe(operands[0])}, has {n}: {rest} must be equally long"
                    + (_other_axis(shapes, options["axis"]) if name == "concatenate" else "")
                )
    return None


def _other_axis(shapes: Sequence[Shape], axis: int) -> str:
    for other in range(len(shapes[0])):
        if other != axis and len({s[:other] + s[other + 1 :] for s in shapes}) == 1:
            return f"; they would fit along axis {other}"
    return ""


def _reshape(name: str, operands: Sequence[Any], shapes: Sequence[Shape], options: dict[str, Any]) -> str | None:
    size = int(np.prod(shapes[0]))
    wanted = options.get("shape", ())
    known = int(np.prod([n for n in wanted if n >= 0]))
    what = f"{name}: {describe(operands[0])} has {size} elements"
    unknown = sum(n < 0 for n in wanted)
    if unknown > 1:
        return f"{name} to {shape_text(wanted)}: only one length may be -1, to follow from the others"
    if unknown:
        return (
            f"{what}, which the known lengths of {shape_text(wanted)} do not divide: they make up {known}; "
            "choose lengths whose product does"
        )
    return f"{what}, and the shape {shape_text(wanted)} has {known}: they must be equal; -1 stands for what remains"


def _broadcast_to(name: str, operands: Sequence[Any], shapes: Sequence[Shape], options: dict[str, Any]) -> str | None:
    have, wanted = shapes[0], options.get("shape", ())
    if len(have) > len(wanted):
        return (
            f"{name}: {describe(operands[0])} has more axes than the shape {shape_text(wanted)}: sum or squeeze first"
        )
    for axis in range(-1, -len(have) - 1, -1):
        if have[axis] not in (1, wanted[axis]):
            return (
                f"{name}: {describe(operands[0])} cannot be stretched to {shape_text(wanted)}: along axis {axis} it "
                f"has {have[axis]} elements, not {wanted[axis]} or 1"
            )
    return None


def _squeeze(name: str, operands: Sequence[Any], shapes: Sequence[Shape], options: dict[str, Any]) -> str | None:
    axes = options.get("axis")
    for axis in (axes,) if isinstance(axes, int) else axes or ():
        if shapes[0][axis] != 1:
            return (
                f"{name}: axis {axis} of {describe(operands[0])} has {shapes[0][axis]} elements, and only one of size "
                "1 can be taken away: use reshape, or reduce it"
            )
    return None


def _transpose(name: str, operands: Sequence[Any], shapes: Sequence[Shape], options: dict[str, Any]) -> str | None:
    return (
        f"{name}: the axes {options.get('axes')} do not name each axis of {describe(operands[0])} once: it has "
        f"{len(shapes[0])}, 0 to {len(shapes[0]) - 1}"
    )


_SPECIAL: dict[str, Callable[[str, Sequence[Any], Sequence[Shape], dict[str, Any]], str | None]] = {
    "matmul": _matmul, "linear": _linear, "linear_relu": _linear, "concatenate": _join, "stack": _join,
    "reshape": _reshape, "broadcast_to": _broadcast_to, "squeeze": _squeeze, "transpose": _transpose,
}  # fmt: skip
_INDEXED = {"getitem", "put", "take_along_axis"}
_BROADCASTING = {"clip"}


def index_error(what: str, operand: Any, index: Any, error: Exception) -> AutogradError:
    """The error for an index that does not fit: the tensor, its shape, the index, and what is wrong with it."""
    shape = np.shape(getattr(operand, "_data", operand))
    name = "indexing" if what == "getitem" else what
    shown = _short(index)
    text = _first_line(error)
    parts = [p for p in (index if isinstance(index, tuple) else (index,)) if p is not None and p is not Ellipsis]
    axes = sum(plain.ndim if (plain := np.asarray(plain_index(p))).dtype == bool else 1 for p in parts
               if not isinstance(p, slice)) + sum(isinstance(p, slice) for p in parts)  # fmt: skip
    if axes > len(shape):
        return IndexingError(f"{name}: [{shown}] names {axes} axes, and {describe(operand)} has {len(shape)}")
    unusable = ("only integers", "must be of integer", "must be integers")
    if isinstance(error, TypeError) or any(words in text for words in unusable):
        return OperandError(
            f"{name}: [{shown}] is no index of {describe(operand)}: whole numbers, slices, None, ..., masks and arrays "
            "of whole numbers are; convert numbers with int() or astype(int)"
        )
    if "boolean" in text:
        return IndexingError(
            f"{name}: the mask in [{shown}] does not have the shape of what it selects from, {describe(operand)}: "
            f"{text}"
        )
    if "out of bounds" in text:
        return IndexingError(f"{name}: [{shown}] is outside of {describe(operand)}: {text}")
    if "broadcast" in text:
        return IndexingError(
            f"{name}: the arrays in [{shown}] do not go together as indices of {describe(operand)}: {text}"
        )
    return IndexingError(f"{name}: [{shown}] does not fit {describe(operand)}: {text}")
