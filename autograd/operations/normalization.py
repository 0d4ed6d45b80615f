"""Normalisation as one node: from each group of elements its mean is taken, and it is divided by its deviation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import OperandError, ShapeError
from ..gate import GATES
from ..operation import Operation, operation
from .arguments import Arranged
from .reductions import count_along
from .scalars import each, objects, over_axes, total

__all__ = ["batch_norm", "group_norm", "layer_norm"]


def _whole(name: str, x: Any) -> tuple[int, ...]:
    shape = tuple(np.shape(x))
    if not shape:
        raise ShapeError(f"{name} needs an array of elements, not a single number")
    return shape


def _arranged(
    name: str, x: Any, weight: Any, bias: Any, wanted: tuple[int, ...],
    view: tuple[int, ...], axes: tuple[int, ...], shape: tuple[int, ...], eps: float,
) -> Arranged:  # fmt: skip
    if weight is None and bias is not None:
        raise OperandError(f"{name}: a bias without weights; give weights of ones, or add the bias afterwards")
    affine = tuple(part for part in (weight, bias) if part is not None)
    for what, part in zip(("weight", "bias"), affine, strict=False):
        if tuple(np.shape(part)) != wanted:
            raise ShapeError(
                f"{name}: the input of shape {tuple(np.shape(x))} needs a {what} of shape {wanted}, not "
                f"{tuple(np.shape(part))}"
            )
    if not eps >= 0:
        raise OperandError(f"{name}: eps is a number from 0 on, not {eps!r}")
    return (x, *affine), {"view": view, "axes": axes, "shape": shape, "eps": float(eps)}


def _batch_arguments(x: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Arranged:
    whole = _whole("batch_norm", x)
    if len(whole) < 2:
        raise ShapeError(f"batch_norm takes (rows, channels, ...), not an input of shape {whole}")
    channels = whole[1]
    axes = (0, *range(2, len(whole)))
    shape = (1, channels, *(1 for _ in whole[2:]))
    return _arranged("batch_norm", x, weight, bias, (channels,), whole, axes, shape, eps)


def _layer_arguments(
    x: Any, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Arranged:
    whole = _whole("layer_norm", x)
    wanted = (normalized_shape,) if isinstance(normalized_shape, (int, np.integer)) else tuple(normalized_shape)
    if not wanted or whole[len(whole) - len(wanted) :] != wanted or len(wanted) > len(whole):
        raise ShapeError(f"layer_norm: an input of shape {whole} does not end in normalized_shape {wanted}")
    before = len(whole) - len(wanted)
    axes = tuple(range(before, len(whole)))
    return _arranged("layer_norm", x, weight, bias, wanted, whole, axes, (*(1,) * before, *wanted), eps)


def _group_arguments(x: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Arranged:
    whole = _whole("group_norm", x)
    if len(whole) < 2:
        raise ShapeError(f"group_norm takes (rows, channels, ...), not an input of shape {whole}")
    if not isinstance(num_groups, (int, np.integer)) or num_groups < 1:
        raise OperandError(f"group_norm: num_groups is a whole number from 1 on, not {num_groups!r}")
    channels = whole[1]
    if channels % num_groups:
        raise ShapeError(f"group_norm: {channels} channels cannot be divided into {num_groups} groups")
    view = (whole[0], int(num_groups), channels // int(num_groups), *whole[2:])
    shape = (1, channels, *(1 for _ in whole[2:]))
    return _arranged("group_norm", x, weight, bias, (channels,), view, tuple(range(2, len(view))), shape, eps)


def _products_along(a: Any, b: Any, kept: tuple[int, ...]) -> Any:
    """Σ a·b over all axes but the kept ones, without the array of products."""
    letters = "abcdefghijklmnopqrstuvwxyz"[: a.ndim]
    found = np.einsum(f"{letters},{letters}->{''.join(letters[i] for i in kept)}", a, b)
    return np.asarray(found).astype(np.result_type(a, b), copy=False)


def _means_of_products(a: Any, b: Any, axes: tuple[int, ...]) -> Any:
    """The mean of a·b over some axes, which are kept with length 1."""
    kept = tuple(i for i in range(a.ndim) if i not in axes)
    found = _products_along(a, b, kept) / max(count_along(a, axes), 1)
    return found.reshape([1 if i in axes else n for i, n in enumerate(a.shape)])


def _normalize(x: Any, *affine: Any, view: Any, axes: Any, shape: Any, eps: float) -> tuple[Any, Any]:
    rows = (x if x.dtype.kind == "f" else x.astype(float)).reshape(view)
    standard = rows - np.add.reduce(rows, axis=axes, keepdims=True) / max(count_along(rows, axes), 1)
    with np.errstate(divide="ignore", invalid="ignore"):  # without eps, equal elements have no direction to spread in
        scale = (1 / np.sqrt(_means_of_products(standard, standard, axes) + eps)).astype(rows.dtype, copy=False)
        standard *= scale
    out = standard.reshape(x.shape)
    if not affine:
        return out.copy(), (standard, scale)
    out = out * affine[0].reshape(shape)
    if len(affine) > 1:
        bias = affine[1].reshape(shape)
        out = np.add(out, bias, out=out if np.result_type(out, bias) == out.dtype else None)
    return out, (standard, scale)


def _x_back(g: Any, out: Any, x: Any, *affine: Any, view: Any, axes: Any, shape: Any, eps: float, kept: Any) -> Any:
    standard, scale = kept
    slopes = ((g * affine[0].reshape(shape)) if affine else g).reshape(view)
    found = standard * -_means_of_products(slopes, standard, axes)
    found += slopes
    found -= np.add.reduce(slopes, axis=axes, keepdims=True) / max(count_along(slopes, axes), 1)
    found *= scale
    return found.reshape(x.shape)


def _shared(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The axes over which a weight is shared."""
    return tuple(i for i, n in enumerate(shape) if n == 1)


def _weight_back(g: Any, out: Any, x: Any, *affine: Any, shape: Any, kept: Any, **_: Any) -> Any:
    own = tuple(i for i, n in enumerate(shape) if n != 1)
    return _products_along(g, kept[0].reshape(g.shape), own).reshape(affine[0].shape)


def _bias_back(g: Any, out: Any, x: Any, *affine: Any, shape: Any, **_: Any) -> Any:
    return np.add.reduce(g, axis=_shared(shape)).reshape(affine[1].shape)


def _opened(x: Any, *affine: Any, view: Any, axes: Any, shape: Any, eps: float) -> Any:
    rows = x.reshape(view)
    away = rows - rows.mean(axis=axes, keepdims=True)
    out = (away / np.sqrt((away**2).mean(axis=axes, keepdims=True) + eps)).reshape(x.shape)
    if affine:
        out = out * affine[0].reshape(shape)
    return out + affine[1].reshape(shape) if len(affine) > 1 else out


def _scalars(x: Any, *affine: Any, view: Any, axes: Any, shape: Any, eps: float) -> Any:
    rows = objects(x).reshape(view)
    n = count_along(rows, axes)
    away = rows - over_axes(total, rows, axes, True) / n
    variance = over_axes(total, each(lambda d: d**2, away), axes, True) / n
    out = objects(each(GATES["div"], away, each(GATES["sqrt"], variance + eps))).reshape(x.shape)
    if affine:
        out = out * objects(affine[0]).reshape(shape)
    return out + objects(affine[1]).reshape(shape) if len(affine) > 1 else out


def _entry(name: str, glyph: str, arrange: Any, doc: str) -> Operation:
    return operation(Operation(
        name, glyph=glyph,
        arrange=arrange,
        forward=_normalize, keeps=True,
        pullbacks=(_x_back, _weight_back, _bias_back), reads=("x", "x", ""),
        definition=_opened, scalar=_scalars,
        says=("d − mean d − x̂·mean(d·x̂), d = upstream·γ/√(σ² + ε)", "Σ upstream · x̂", "Σ upstream"),
        metaphor="a normalisation lets no shift and no stretch through",
        doc=doc,
    ))  # fmt: skip


batch_norm = _entry(
    "batch_norm", "batch norm", _batch_arguments,
    """Each channel standardised over the batch, times a weight, plus a bias: (x − μ)/√(σ² + eps)·γ + β.

    Args:
        x: Shape (rows, channels) or (rows, channels, ...); mean and (biased) variance are those of a channel.
        weight, bias: γ and β, shape (channels,); neither, or weights only, if left out.
        eps: Added to the variance.

    The statistics are the batch's own; `nn.BatchNorm1d` keeps running ones too. Source: Ioffe and Szegedy, 2015.

    Raises:
        ShapeError: the input has fewer than two axes, or weight or bias another shape.

    >>> import autograd
    >>> autograd.batch_norm(autograd.Tensor([[1.0], [3.0]]), eps=0.0).tolist()
    [[-1.0], [1.0]]
    """,
)  # fmt: skip

layer_norm = _entry(
    "layer_norm", "layer norm", _layer_arguments,
    """The elements of each example standardised by their own mean and variance, times a weight, plus a bias.

    Args:
        x: Shape (..., *normalized_shape).
        normalized_shape: The sizes of the last axes, which are standardised together; a number for the last one.
        weight, bias: γ and β, of normalized_shape; neither, or weights only, if left out.
        eps: Added to the variance.

    Source: Ba, Kiros and Hinton, 2016.

    Raises:
        ShapeError: the input ends in other sizes, or weight or bias have another shape.

    >>> import autograd
    >>> autograd.layer_norm(autograd.Tensor([1.0, 3.0]), 2, eps=0.0).tolist()
    [-1.0, 1.0]
    """,
)  # fmt: skip

group_norm = _entry(
    "group_norm", "group norm", _group_arguments,
    """Each group of neighbouring channels of each example standardised, times a weight, plus a bias per channel.

    Args:
        x: Shape (rows, channels) or (rows, channels, ...).
        num_groups: Into how many groups the channels are divided.
        weight, bias: γ and β, shape (channels,); neither, or weights only, if left out.
        eps: Added to the variance.

    One group is a layer_norm, a group per channel an instance norm. Source: Wu and He, 2018.

    Raises:
        ShapeError: the channels cannot be divided so, or weight or bias have another shape.

    >>> import autograd
    >>> autograd.group_norm(autograd.Tensor([[1.0, 3.0, 5.0, 9.0]]), 2, eps=0.0).tolist()
    [[-1.0, 1.0, -1.0, 1.0]]
    """,
)  # fmt: skip
