"""How far elements are spread, and how long a vector is: variance, standard deviation, norms."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from ..errors import OperandError
from ..gate import GATES
from ..operation import Operation, operation
from .arguments import Arranged, axis_options
from .reductions import count_along, spread
from .scalars import each, extreme, objects, over_axes, total

__all__ = ["norm", "std", "var"]


def _deviation_arguments(name: str) -> Any:
    def arrange(x: Any, axis: Any = None, **named: Any) -> Arranged:
        given = [k for k in ("correction", "ddof", "unbiased") if named.get(k) is not None]
        if len(given) > 1:
            raise OperandError(f"{name}: {' and '.join(given)} say the same thing: give one of them")
        if isinstance(axis, bool):
            # PyTorch's older spelling, var(unbiased).
            axis, named["unbiased"], given = None, axis, ["unbiased"]
        correction = 1 if not given else named[given[0]]
        for spelling in ("correction", "ddof", "unbiased"):
            named.pop(spelling, None)
        axis, keepdims = axis_options(name, axis, named, named.pop("keepdims", False))
        return (x,), {"axis": axis, "correction": float(correction), "keepdims": keepdims}

    return arrange


def _var(x: Any, axis: Any, correction: float, keepdims: Any) -> tuple[Any, tuple[Any, float]]:
    n = count_along(x, axis)
    if not n or n <= correction or x.dtype.kind != "f":
        return _degenerate(x, axis, correction, keepdims, n)
    from_mean = x - np.add.reduce(x, axis=axis, keepdims=True) / n
    freedom = n - correction
    return np.add.reduce(np.square(from_mean), axis=axis, keepdims=keepdims) / freedom, (from_mean, freedom)


def _degenerate(x: Any, axis: Any, correction: float, keepdims: Any, n: int) -> tuple[Any, tuple[Any, float]]:
    """Too few elements for a variance give nan, or inf, as in PyTorch; whole numbers become float64."""
    with np.errstate(all="ignore"):
        x = x if x.dtype.kind == "f" else x.astype(float)
        from_mean = x - np.asarray(np.add.reduce(x, axis=axis, keepdims=True)) / n
        freedom = max(n - correction, 0.0)
        return np.asarray(np.add.reduce(from_mean * from_mean, axis=axis, keepdims=keepdims)) / freedom, (
            from_mean,
            freedom,
        )


def _opened_var(x: Any, axis: Any, correction: float, keepdims: Any) -> Any:
    # Without a degree of freedom there is no variance, and nothing that would change it.
    freedom = max(count_along(x, axis) - correction, 0.0) or math.nan
    from_mean = x - x.mean(axis=axis, keepdims=True)
    return (from_mean**2).sum(axis=axis, keepdims=keepdims) / freedom


def _var_back(g: Any, out: Any, x: Any, axis: Any, correction: float, keepdims: Any, kept: Any) -> Any:
    from_mean, freedom = kept
    if not freedom:
        return np.full(x.shape, np.nan, x.dtype)
    return from_mean * (spread(g, x, axis, keepdims) * (2 / freedom))


def _var_scalars(x: Any, axis: Any, correction: float, keepdims: Any) -> Any:
    x = objects(x)
    mean = over_axes(total, x, axis, True) / (count_along(x, axis) or math.nan)
    freedom = max(count_along(x, axis) - correction, 0.0)
    squares = each(lambda d: d**2, x - mean)
    return each(lambda s: GATES["div"](s, freedom), over_axes(total, squares, axis, keepdims))


_DEVIATION = """

    Args:
        x: A Tensor.
        axis: An axis, several, or None for all elements. (`dim` is PyTorch's name.)
        correction: The sum of squares is divided by n - correction. The default is PyTorch's, 1, the unbiased estimate
            from a sample; numpy's `np.var` and `np.std`, applied to a Tensor too, have 0, the mean square.
            `ddof` is numpy's name for it, and `unbiased=False` is `correction=0`.
        keepdims: Keep the reduced axes, with length 1. (`keepdim` is PyTorch's name.)

    With fewer than correction + 1 elements the result is nan, without a warning.
"""

var = operation(Operation(
    "var", glyph="σ²",
    arrange=_deviation_arguments("var"),
    forward=_var, keeps=True,
    pullbacks=(_var_back,), reads=("x",),
    definition=_opened_var, scalar=_var_scalars,
    says=("upstream · 2({0} − mean) / (n − correction)",), metaphor="a variance pushes away from the mean",
    doc=f"""The variance of all elements, or along one axis or several.{_DEVIATION}
    >>> import numpy as np
    >>> import autograd
    >>> x = autograd.Tensor([1.0, 2.0, 3.0, 4.0])
    >>> x.var().item(), x.var(correction=0).item(), np.var(x).item()
    (1.6666666666666667, 1.25, 1.25)
    """,
))  # fmt: skip


def _std(x: Any, **options: Any) -> tuple[Any, Any]:
    variance, kept = _var(x, **options)
    return np.sqrt(variance), kept


def _std_back(g: Any, out: Any, x: Any, axis: Any, correction: float, keepdims: Any, kept: Any) -> Any:
    from_mean, freedom = kept
    if not freedom:
        return np.full(x.shape, np.nan, x.dtype)
    flat = out == 0
    scale = np.where(flat, 0, g) / (np.where(flat, 1, out) * freedom)
    return from_mean * spread(scale.astype(x.dtype, copy=False), x, axis, keepdims)


def _root(x: Any) -> Any:
    """The square root of a Tensor, with slope 0 at 0."""
    flat = x == 0
    return np.where(flat, 0.0, np.sqrt(np.where(flat, 1.0, x)))


def _root_scalars(x: Any) -> Any:
    return each(lambda v: v * 0.0 if float(v) == 0 else GATES["sqrt"](v), x)


std = operation(Operation(
    "std", glyph="σ",
    arrange=_deviation_arguments("std"),
    forward=_std, keeps=True,
    pullbacks=(_std_back,), reads=("xo",),
    definition=lambda x, **options: _root(_opened_var(x, **options)),
    scalar=lambda x, **options: _root_scalars(_var_scalars(x, **options)),
    says=("upstream · ({0} − mean) / (σ · (n − correction))",), metaphor="a deviation pushes away from the mean",
    doc=f"""The standard deviation of all elements, or along one axis or several.{_DEVIATION}
    Where all elements are equal the gradient is 0, as in PyTorch.

    >>> import numpy as np
    >>> import autograd
    >>> x = autograd.Tensor([1.0, 2.0, 3.0])
    >>> x.std().item(), round(np.std(x).item(), 6)
    (1.0, 0.816497)
    """,
))  # fmt: skip


def _norm_arguments(x: Any, p: Any = 2, axis: Any = None, keepdims: Any = False, **named: Any) -> Arranged:
    p = named.pop("ord", p)
    if p is None or (isinstance(p, str) and p == "fro"):
        p = 2
    if isinstance(p, (str, bool)) or not isinstance(p, (int, float, np.integer, np.floating)) or p != p:
        raise OperandError(f"norm: p is a number such as 1, 2 or inf, not {p!r}")
    axis, keepdims = axis_options("norm", axis, named, keepdims)
    return (x,), {"p": float(p), "axis": axis, "keepdims": keepdims}


def _norm(x: Any, p: float, axis: Any, keepdims: Any) -> Any:
    if x.dtype.kind != "f":
        x = x.astype(float)
    if p == 2:
        if axis is None and not keepdims:
            flat = x.reshape(x.size)
            return np.sqrt(np.dot(flat, flat))
        return np.sqrt(np.add.reduce(np.square(x), axis=axis, keepdims=keepdims))
    size = np.abs(x)
    if p == 1:
        return np.add.reduce(size, axis=axis, keepdims=keepdims)
    if p == 0:
        return np.add.reduce((size != 0).astype(x.dtype), axis=axis, keepdims=keepdims)
    if math.isinf(p):
        if p > 0:
            return np.maximum.reduce(size, axis=axis, keepdims=keepdims, initial=0)
        return np.minimum.reduce(size, axis=axis, keepdims=keepdims)
    if p > 0:
        return np.add.reduce(size**p, axis=axis, keepdims=keepdims) ** (1 / p)
    with np.errstate(divide="ignore"):
        return np.add.reduce(size**p, axis=axis, keepdims=keepdims) ** (1 / p)


def _norm_back(g: Any, out: Any, x: Any, p: float, axis: Any, keepdims: Any) -> Any:
    if p == 0:
        return spread(g, x, axis, keepdims) * np.zeros_like(np.asarray(x))
    g, out = spread(g, x, axis, keepdims), spread(out, x, axis, keepdims)
    if p == 1:
        return g * np.sign(x)
    if math.isinf(p):
        mask = np.asarray(np.abs(x) == out).astype(x.dtype)
        with np.errstate(invalid="ignore"):
            return g * np.sign(x) * (mask / np.add.reduce(mask, axis=axis, keepdims=True))
    none = out == 0
    length = np.where(none, 1.0, out)
    g = np.where(none, 0.0, g)
    if p == 2:
        return x * (g / length)
    zero = x == 0
    ratio = np.where(zero, 1.0, np.abs(x)) / length
    return g * np.sign(x) * np.where(zero, 0.0, ratio ** (p - 1))


def _norm_scalars(x: Any, p: float, axis: Any, keepdims: Any) -> Any:
    if p == 0:
        return _norm(x.astype(float), p, axis, keepdims)
    if p == 2:
        return _root_scalars(over_axes(total, each(lambda v: v**2, x), axis, keepdims))
    size = each(GATES["abs"], x)
    if p == 1:
        return over_axes(total, size, axis, keepdims)
    if math.isinf(p):
        return over_axes(partial(extreme, "max" if p > 0 else "min"), size, axis, keepdims)
    powers = each(lambda v: v * 0.0 if float(v) == 0 and p > 0 else v**p, size)
    return each(
        lambda v: v * 0.0 if float(v) == 0 and p > 0 else v ** (1 / p), over_axes(total, powers, axis, keepdims)
    )


norm = operation(Operation(
    "norm", glyph="‖·‖",
    arrange=_norm_arguments,
    forward=_norm,
    pullbacks=(_norm_back,), reads=("xo",), scalar=_norm_scalars,
    says=("upstream · {0} / ‖{0}‖",), metaphor="a norm pushes outwards",
    doc="""The length of a vector: (Σ |x|ᵖ)^(1/p), of all elements together or along one axis or several.

    Args:
        x: A Tensor; a matrix counts as the vector of its elements.
        p: 1 for the sum of the sizes, 2 for the Euclidean length, `math.inf` for the largest size, `-math.inf` for the
            smallest, 0 for the number of elements that are not 0, or any other number. (`ord` is numpy's name.)
        axis: An axis, several, or None for all elements. (`dim` is PyTorch's name.)
        keepdims: Keep the reduced axes, with length 1. (`keepdim` is PyTorch's name.)

    The gradient at the zero vector is 0, and elements of equal, largest size share it evenly
    (`torch.linalg.vector_norm`).

    >>> import autograd
    >>> x = autograd.Tensor([3.0, -4.0], requires_grad=True)
    >>> x.norm().backward()
    >>> x.grad
    array([ 0.6, -0.8])
    """,
))  # fmt: skip
