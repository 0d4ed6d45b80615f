"""Scores become probabilities, and probabilities a loss. Everything is shifted by the maximum, so nothing overflows."""

from __future__ import annotations

from functools import lru_cache
from math import isfinite
from typing import Any

import numpy as np

from ..errors import OperandError
from ..gate import GATES
from ..operation import Array, Operation, operation
from .arguments import Arranged, axis_options, normal_axes
from .broadcast import ones
from .reductions import spread
from .scalars import each, objects, over_axes, total

__all__ = ["log_softmax", "logsumexp", "row_starts", "shifted", "softmax", "summed"]


def shifted(x: Any, axis: Any) -> Any:
    """x minus its largest element along the axis, as a new array; whole numbers become float64."""
    if x.dtype.kind != "f":
        x = x.astype(float)
    if x.ndim == 2 and axis in (1, -1) and x.size:
        # The place of a row's largest is found in less than half the time of the largest itself.
        rows, columns = x.shape
        tops = x.ravel()[row_starts(rows, columns) + x.argmax(1)]
        top = tops[:, None]
        # To look is quicker than to keep numpy from warning.
        if isfinite(tops.item(tops.argmax()) - tops.item(tops.argmin())):
            return x - top
    else:
        top = np.maximum.reduce(x, axis=axis, keepdims=True, initial=-np.inf)
    # Where all scores are minus infinity, or one is plus infinity, the answer is not a number, and no warning.
    with np.errstate(invalid="ignore"):
        return x - top


@lru_cache(maxsize=8)
def row_starts(rows: int, columns: int) -> Array:
    """Where each row begins in a matrix laid out flat; not to be changed."""
    starts = np.arange(rows) * columns
    starts.flags.writeable = False
    return starts


def summed(x: Any, axis: Any) -> Any:
    """The sums along an axis, which stays; those of a matrix's rows in a quarter of numpy's time."""
    if x.ndim == 2 and axis in (1, -1):
        return x.dot(ones(x.shape[1], x.dtype)[:, None])
    return np.add.reduce(x, axis=axis, keepdims=True)


def _softmax(x: Any, axis: Any) -> Any:
    powers = shifted(x, axis)
    np.exp(powers, out=powers)
    powers /= summed(powers, axis)
    return powers


def _log_softmax(x: Any, axis: Any) -> Any:
    out = shifted(x, axis)
    out -= np.log(summed(np.exp(out), axis))
    return out


def _peak(x: Any, axis: Any) -> Array:
    """The numbers that Values are shifted by: constants, the derivative knows nothing of them."""
    top: Array = np.max(objects(x).astype(float), axis=axis, keepdims=True, initial=-np.inf)
    return top


def _shifted_scalars(x: Any, peak: Array) -> Any:
    return each(lambda v, top: v - top if top else v, x, np.broadcast_to(peak, np.shape(x)))


def _softmax_scalars(x: Any, axis: Any) -> Any:
    powers = each(GATES["exp"], _shifted_scalars(x, _peak(x, axis)))
    return each(GATES["div"], powers, over_axes(total, powers, axis, True))


def _log_softmax_scalars(x: Any, axis: Any) -> Any:
    z = _shifted_scalars(x, _peak(x, axis))
    return z - each(GATES["log"], over_axes(total, each(GATES["exp"], z), axis, True))


def _along(name: str) -> Any:
    def arrange(x: Any, axis: Any = -1, **named: Any) -> Arranged:
        axis, _ = axis_options(name, axis, named)
        if not isinstance(axis, (int, np.integer)):
            raise OperandError(f"{name} works along one axis, a whole number, not {axis!r}: reshape to join several")
        return (x,), {"axis": int(axis)}

    return arrange


def _softmax_back(g: Any, out: Any, x: Any, axis: int) -> Any:
    if type(g) is not np.ndarray:
        return out * (g - (g * out).sum(axis=axis, keepdims=True))
    if axis in (-1, g.ndim - 1):
        summed = np.einsum("...i,...i->...", g, out)[..., None]
    else:
        summed = np.add.reduce(g * out, axis=axis, keepdims=True)
    found = g - summed
    found *= out
    return found


def _log_softmax_back(g: Any, out: Any, x: Any, axis: int) -> Any:
    share = np.exp(out)
    if type(g) is not np.ndarray:
        return g - share * g.sum(axis=axis, keepdims=True)
    share *= np.add.reduce(g, axis=axis, keepdims=True)
    return np.subtract(g, share, out=share)


softmax = operation(Operation(
    "softmax",
    arrange=_along("softmax"),
    forward=_softmax, scalar=_softmax_scalars,
    pullbacks=(_softmax_back,), reads=("o",),
    says=("out ⊙ (upstream − Σ upstream ⊙ out)",), metaphor="what one wins the others lose",
    doc="""e to each element, divided by their sum along an axis, the last unless another is named: probabilities.

    Shifted by the largest element first, so that (1000, 5, 4) does not overflow. Where an element is inf, or all are
    -inf, the result is nan. Source: Bridle, 1990.

    >>> import autograd
    >>> autograd.softmax(autograd.Tensor([1000.0, 5.0, 4.0])).tolist()
    [1.0, 0.0, 0.0]
    """,
))  # fmt: skip

log_softmax = operation(Operation(
    "log_softmax",
    arrange=_along("log_softmax"),
    forward=_log_softmax, scalar=_log_softmax_scalars,
    pullbacks=(_log_softmax_back,), reads=("o",),
    says=("upstream − softmax · Σ upstream",), metaphor="what one wins the others lose",
    doc="""The logarithm of the softmax along an axis, finite where the softmax itself rounds to 0.

    >>> import autograd
    >>> autograd.log_softmax(autograd.Tensor([1000.0, 5.0, 4.0])).tolist()
    [0.0, -995.0, -996.0]
    """,
))  # fmt: skip


def _logsumexp_arguments(x: Any, axis: Any = None, keepdims: bool = False, **named: Any) -> Arranged:
    axis, keepdims = axis_options("logsumexp", axis, named, keepdims)
    return (x,), {"axis": axis, "keepdims": keepdims}


def _logsumexp(x: Any, axis: Any, keepdims: bool) -> Any:
    if x.dtype.kind != "f":
        x = x.astype(float)
    top = np.asarray(np.maximum.reduce(x, axis=axis, keepdims=True, initial=-np.inf))
    if np.isfinite(top).all():
        out = np.log(np.add.reduce(np.exp(x - top), axis=axis, keepdims=True)) + top
    else:
        with np.errstate(divide="ignore"):
            shift = np.where(np.isinf(top), 0, top).astype(x.dtype, copy=False)
            powers = np.exp(np.where(x == np.inf, -np.inf, x - shift)).astype(x.dtype, copy=False)
            out = np.log(np.add.reduce(powers, axis=axis, keepdims=True)) + shift
            out = np.where(top == np.inf, top, out)
    return out if keepdims else out.squeeze(normal_axes(axis, x.ndim))


def _logsumexp_back(g: Any, out: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    with np.errstate(invalid="ignore"):
        return np.exp(x - spread(out, x, axis, keepdims)) * spread(g, x, axis, keepdims)


def _logsumexp_scalars(x: Any, axis: Any, keepdims: bool) -> Any:
    peak = _peak(x, axis)
    peak = np.where(np.isinf(peak), 0.0, peak)
    z = _shifted_scalars(x, peak)
    out = each(GATES["log"], over_axes(total, each(GATES["exp"], z), axis, True))
    out = each(lambda v, top: v + top if top else v, out, peak)
    return out if keepdims else out.reshape([n for i, n in enumerate(x.shape) if i not in normal_axes(axis, x.ndim)])


logsumexp = operation(Operation(
    "logsumexp", glyph="log Σ eˣ",
    arrange=_logsumexp_arguments,
    forward=_logsumexp, scalar=_logsumexp_scalars,
    pullbacks=(_logsumexp_back,), reads=("xo",),
    says=("upstream · softmax({0})",), metaphor="a soft maximum shares by softmax",
    doc="""The logarithm of the sum of e to each element, of all or along one axis or several: a smooth maximum.

    -inf where all elements are -inf, as of no elements at all.

    >>> import autograd
    >>> autograd.logsumexp(autograd.Tensor([1000.0, 1000.0])).item()
    1000.6931471805599
    """,
))  # fmt: skip
