"""Images made smaller: the largest element, or the mean, of each window."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..errors import OperandError
from ..gate import GATES
from ..operation import Array, Operation, operation
from .arguments import Arranged
from .indexing import getitem
from .scalars import objects, over_axes, total
from .windows import Geometry, Window, fold, framed, geometry, image_batch, inner_part, window

__all__ = ["avg_pool2d", "max_pool2d"]


def _pool_arguments(name: str, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Window:
    of = window(name, kernel, kernel if stride is None else stride, padding, dilation)
    if any(2 * p > k for p, k in zip(of.padding, of.kernel, strict=True)):
        raise OperandError(
            f"{name}: padding {of.padding} is more than half of the kernel {of.kernel}:"
            " windows would lie outside the image"
        )
    return of


def _max_arguments(x: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1) -> Arranged:
    return (x,), {"window": _pool_arguments("max_pool2d", kernel_size, stride, padding, dilation)}


def _places(of: Geometry) -> Array:
    """For each element of the framed image where it stands in the flattened one; -1 in the frame."""
    height, width = of.size
    ph, pw = of.window.padding
    whole: Array = np.full((height + 2 * ph, width + 2 * pw), -1, np.intp)
    whole[ph : ph + height, pw : pw + width] = np.arange(height * width).reshape(height, width)
    return whole


def _largest(x: Array, of: Geometry) -> Array:
    """The largest element of each window; not a number if there is one that is not."""
    whole = framed(x, of.window.padding, -np.inf)
    offsets = of.offsets
    best: Array = whole[:, :, *next(offsets)].copy()
    for rows, across in offsets:
        np.maximum(best, whole[:, :, rows, across], out=best)
    return best


def _chosen(x: Array, best: Array, of: Geometry) -> Iterator[tuple[tuple[slice, slice], Array]]:
    """For each element of the window, the windows in which it is the first that is the largest; never in the frame."""
    whole = framed(x, of.window.padding, -np.inf)
    inside = _places(of) >= 0 if any(of.window.padding) else None
    free = np.ones(best.shape, bool)
    hard = np.isnan(best)
    nans = bool(hard.any())
    for part in of.offsets:
        elements = whole[:, :, *part]
        mask = elements == best
        if nans:
            mask |= hard & np.isnan(elements)
        if inside is not None:
            mask &= inside[part]
        mask &= free
        free &= ~mask
        yield part, mask


def _max_pool(x: Any, window: Window) -> Any:
    images = image_batch("max_pool2d", x)
    if images.dtype.kind != "f":
        images = images.astype(float)
    best = _largest(images, geometry("max_pool2d", window, images.shape[2:]))
    return best if x.ndim == 4 else best[0]


def _batches(*arrays: Any) -> tuple[Any, ...]:
    return tuple(image_batch("max_pool2d", a) for a in arrays)


def _max_back(g: Any, out: Any, x: Any, window: Window) -> Any:
    images, best, upstream = _batches(x, out, g)
    of = geometry("max_pool2d", window, images.shape[2:])
    ph, pw = window.padding
    whole = np.zeros((*images.shape[:2], of.size[0] + 2 * ph, of.size[1] + 2 * pw), g.dtype)
    for (rows, across), mask in _chosen(images, best, of):
        whole[:, :, rows, across] += upstream * mask
    return inner_part(whole, window.padding).reshape(x.shape)


def _opened_max(x: Any, window: Window) -> Any:
    """The chosen elements picked from the flattened images."""
    (images,) = _batches(np.asarray(x))
    of = geometry("max_pool2d", window, images.shape[2:])
    best, places = _largest(images, of), _places(of)
    where = np.zeros(best.shape, np.intp)
    for part, mask in _chosen(images, best, of):
        where += places[part] * mask
    count, image = images.shape[0] * images.shape[1], images.shape[2] * images.shape[3]
    starts = (np.arange(count) * image).reshape(*best.shape[:2], 1, 1)
    picked = getitem(x.reshape(x.size), where + starts)
    return picked if x.ndim == 4 else picked.reshape(picked.shape[1:])


def _windows(x: Any, of: Geometry) -> list[Any]:
    """For each element of the window the elements it meets; None in the frame."""
    whole = np.full((*x.shape[:2], *_places(of).shape), None)
    inner_part(whole, of.window.padding)[...] = x
    return [whole[:, :, rows, across] for rows, across in of.offsets]


def _scalar_windows(name: str, reduce: Any, x: Any, window: Window) -> Any:
    images = image_batch(name, objects(x))
    parts = _windows(images, geometry(name, window, images.shape[2:]))
    out = over_axes(lambda row: reduce([v for v in row if v is not None]), np.stack(parts, axis=-1), -1)
    return out if x.ndim == 4 else out[0]


def _first_largest(row: list[Any]) -> Any:
    best = row[0]
    for value in row[1:]:
        best = GATES["where"](GATES["gt"](value, best), value, best)
    return best


max_pool2d = operation(Operation(
    "max_pool2d", glyph="max",
    arrange=_max_arguments,
    forward=_max_pool,
    pullbacks=(_max_back,), reads=("xo",),
    definition=_opened_max,
    scalar=lambda x, window: _scalar_windows("max_pool2d", _first_largest, x, window),
    says=("upstream where {0} is its window's largest",), metaphor="max routes",
    doc="""The largest element of each window of images; the first one of equals gets the gradient, as in PyTorch.

    Args:
        x: Images (batch, channels, height, width), or one without the batch.
        kernel_size: Height and width of the window, or one number for both; likewise the following.
        stride: Steps between windows; the kernel's size where None.
        padding: A frame that is never chosen, at most half of the kernel.
        dilation: Steps between the window's elements.

    >>> import autograd
    >>> autograd.max_pool2d(autograd.Tensor([[[1.0, 3.0, 0.0, 2.0], [2.0, 0.0, 1.0, 4.0]]]), 2).tolist()
    [[[3.0, 4.0]]]
    """,
))  # fmt: skip


def _mean_arguments(
    x: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, count_include_pad: bool = True
) -> Arranged:
    of = _pool_arguments("avg_pool2d", kernel_size, stride, padding, 1)
    return (x,), {"window": of, "count_include_pad": bool(count_include_pad)}


def _counts(of: Geometry, count_include_pad: bool, dtype: Any) -> Any:
    """How many elements each window's sum is divided by: one number, or an array of one per window."""
    if count_include_pad or not any(of.window.padding):
        return of.window.kernel[0] * of.window.kernel[1]
    inside = (_places(of) >= 0).astype(dtype)
    counts = inside[next(of.offsets)] * 0
    for part in of.offsets:
        counts += inside[part]
    return counts


def _mean_pool(x: Any, window: Window, count_include_pad: bool) -> Any:
    images = image_batch("avg_pool2d", x)
    if images.dtype.kind != "f":
        images = images.astype(float)
    of = geometry("avg_pool2d", window, images.shape[2:])
    whole = framed(images, window.padding)
    offsets = of.offsets
    out = whole[:, :, *next(offsets)].copy()
    for rows, across in offsets:
        out += whole[:, :, rows, across]
    out /= _counts(of, count_include_pad, out.dtype)
    return out if x.ndim == 4 else out[0]


def _mean_back(g: Any, out: Any, x: Any, window: Window, count_include_pad: bool) -> Any:
    of = geometry("avg_pool2d", window, tuple(x.shape[-2:]))
    kernel = window.kernel[0] * window.kernel[1]
    images = x.size // (x.shape[-1] * x.shape[-2])
    share = (g / _counts(of, count_include_pad, g.dtype)).reshape(images, 1, of.out[0] * of.out[1])
    columns = np.broadcast_to(share, (images, kernel, of.out[0] * of.out[1]))
    return fold(columns, of.size, window.kernel, padding=window.padding, stride=window.stride).reshape(x.shape)


def _mean_scalars(x: Any, window: Window, count_include_pad: bool) -> Any:
    full = window.kernel[0] * window.kernel[1] if count_include_pad else 0
    return _scalar_windows("avg_pool2d", lambda row: total(row) / (full or len(row)), x, window)


avg_pool2d = operation(Operation(
    "avg_pool2d", glyph="mean",
    arrange=_mean_arguments,
    forward=_mean_pool, scalar=_mean_scalars,
    pullbacks=(_mean_back,), reads=("",),
    linear=True,
    says=("upstream / n over each window, added up",), metaphor="mean distributes in equal parts",
    doc="""The mean of each window of images.

    Args:
        x: Images (batch, channels, height, width), or one without the batch.
        kernel_size: Height and width of the window, or one number for both; likewise the following.
        stride: Steps between windows; the kernel's size where None.
        padding: Zeros around the images, at most half of the kernel.
        count_include_pad: Whether these zeros count as elements.

    >>> import autograd
    >>> autograd.avg_pool2d(autograd.Tensor([[[1.0, 3.0, 0.0, 2.0], [2.0, 0.0, 1.0, 4.0]]]), 2).tolist()
    [[[1.5, 1.75]]]
    """,
))  # fmt: skip
