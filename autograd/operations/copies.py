"""One array becomes a larger one, repeated or framed: the gradients of the copies add up."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import OperandError, ShapeError
from ..operation import Operation, operation
from .arguments import Arranged, axis_options
from .indexing import plain_index, put
from .joins import as_operand

__all__ = ["pad", "repeat", "tile"]


def _tile_arguments(x: Any, *reps: Any, **named: Any) -> Arranged:
    if named:
        reps = (named.pop("reps", named.pop("dims", ())), *reps)
        if named:
            raise OperandError(f"tile has no option {next(iter(named))!r}: it takes reps")
    counts = reps[0] if len(reps) == 1 and not isinstance(reps[0], (int, np.integer)) else reps
    return (x,), {"reps": tuple(int(n) for n in counts)}


def _tile_back(g: Any, out: Any, x: Any, reps: tuple[int, ...]) -> Any:
    width = max(len(reps), x.ndim)
    counts = (1,) * (width - len(reps)) + reps
    lengths = (1,) * (width - x.ndim) + x.shape
    pairs = tuple(n for pair in zip(counts, lengths, strict=True) for n in pair)
    return g.reshape(pairs).sum(axis=tuple(range(0, 2 * width, 2))).reshape(x.shape)


tile = operation(Operation(
    "tile", glyph="▦",
    arrange=_tile_arguments,
    forward=lambda x, reps: np.tile(x, reps),
    pullbacks=(_tile_back,), reads=("",),
    linear=True,
    says=("Σ upstream over the copies",), metaphor="copies sum up",
    doc="""The whole array side by side, so many times along each axis.

    >>> import autograd
    >>> autograd.tile(autograd.Tensor([1.0, 2.0]), (2, 2)).tolist()
    [[1.0, 2.0, 1.0, 2.0], [1.0, 2.0, 1.0, 2.0]]
    """,
))  # fmt: skip


def _repeat_arguments(x: Any, repeats: Any, axis: Any = None, **named: Any) -> Arranged:
    axis, _ = axis_options("repeat", axis, named)
    if axis is None:
        x, axis = as_operand(x).reshape(-1), 0
    repeats = plain_index(repeats, kept=True)
    if np.ndim(repeats) == 0:
        repeats = int(repeats)
    return (x,), {"repeats": repeats, "axis": axis}


def _repeat_back(g: Any, out: Any, x: Any, repeats: Any, axis: int) -> Any:
    axis %= x.ndim
    if isinstance(repeats, int):
        return g.reshape((*x.shape[: axis + 1], repeats, *x.shape[axis + 1 :])).sum(axis=axis + 1)
    index = np.repeat(np.arange(x.shape[axis]), repeats)
    return put(g, index=(*(slice(None),) * axis, index), shape=x.shape)


repeat = operation(Operation(
    "repeat", glyph="▥",
    arrange=_repeat_arguments,
    forward=lambda x, repeats, axis: np.repeat(x, repeats, axis),
    pullbacks=(_repeat_back,), reads=("",),
    linear=True,
    says=("Σ upstream over the copies",), metaphor="copies sum up",
    doc="""Each element so many times in a row, along an axis or of the flattened array.

    numpy's `repeat`, which PyTorch calls `repeat_interleave`; what PyTorch calls `repeat` is `tile`.

    >>> import autograd
    >>> autograd.repeat(autograd.Tensor([1.0, 2.0]), [2, 1]).tolist()
    [1.0, 1.0, 2.0]
    """,
))  # fmt: skip


def _pad_arguments(x: Any, pad_width: Any, mode: str = "constant", constant_values: float = 0) -> Arranged:
    x = as_operand(x)
    if mode not in _MODES:
        raise OperandError(f"pad has no mode {mode!r}: it takes {', '.join(_MODES)}")
    if not isinstance(constant_values, (int, float, np.generic)):
        raise OperandError(f"pad: constant_values is one number, not a {type(constant_values).__name__}")
    if isinstance(pad_width, dict):
        pad_width = [pad_width.get(i, pad_width.get(i - x.ndim, (0, 0))) for i in range(x.ndim)]
    try:
        widths = np.broadcast_to(np.asarray(plain_index(pad_width)).astype(np.intp, casting="same_kind"), (x.ndim, 2))
    except (ValueError, TypeError):
        raise ShapeError(
            f"pad: the widths {pad_width!r} are not whole numbers before and after each of the {x.ndim} axes of shape "
            f"{x.shape}: give one number, a pair, or a pair for each axis"
        ) from None
    options: dict[str, Any] = {"pad_width": tuple((int(a), int(b)) for a, b in widths), "mode": mode}
    if mode == "constant" and constant_values:
        options["constant_values"] = constant_values
    return (x,), options


_MODES = ("constant", "edge", "reflect", "symmetric", "wrap")


def _pad_back(g: Any, out: Any, x: Any, pad_width: Any, mode: str, constant_values: float = 0) -> Any:
    if mode == "constant":
        return g[tuple(slice(a, a + n) for (a, _), n in zip(pad_width, x.shape, strict=True))]
    for axis, (widths, n) in enumerate(zip(pad_width, x.shape, strict=True)):
        if any(widths):
            source = np.pad(np.arange(n), widths, mode=mode)  # type: ignore[call-overload]
            shape = (*g.shape[:axis], n, *g.shape[axis + 1 :])
            g = put(g, index=(*(slice(None),) * axis, source), shape=shape)
    return g


pad = operation(Operation(
    "pad", glyph="▣",
    arrange=_pad_arguments,
    forward=lambda x, pad_width, mode, **options: np.pad(x, pad_width, mode, **options),
    pullbacks=(_pad_back,), reads=("",),
    says=("upstream without the frame, and what the frame copied",), metaphor="framing cuts back",
    doc="""A frame around an array: `pad_width` elements before and after each axis, as numpy's pad.

    `mode` is "constant" (with `constant_values`, 0), "edge", "reflect", "symmetric" or "wrap".

    >>> import autograd
    >>> autograd.pad(autograd.Tensor([1.0, 2.0]), (1, 2)).tolist()
    [0.0, 1.0, 2.0, 0.0, 0.0]
    """,
))  # fmt: skip
