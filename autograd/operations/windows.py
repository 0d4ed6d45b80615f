"""Windows that slide over images: their sizes and places, cutting them out and adding them back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from ..errors import OperandError, ShapeError
from ..operation import Array, Operation, operation
from .arguments import Arranged
from .scalars import objects, total

__all__ = ["Geometry", "Window", "fold", "framed", "image_batch", "inner_part", "unfold", "window"]


@dataclass(frozen=True, repr=False)
class Window:
    """How a window slides: height and width of each."""

    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    dilation: tuple[int, int]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter((self.kernel, self.stride, self.padding, self.dilation))

    def __repr__(self) -> str:
        """What is worth saying about it in a caption: "3×3 stride 2×2 padding 1×1"."""
        told = [_by(self.kernel)]
        if self.stride == self.kernel != (1, 1):
            told.append("side by side")
        elif self.stride != (1, 1):
            told.append(f"stride {_by(self.stride)}")
        if self.padding != (0, 0):
            told.append(f"padding {_by(self.padding)}")
        if self.dilation != (1, 1):
            told.append(f"dilation {_by(self.dilation)}")
        return " ".join(told)


def _by(pair: tuple[int, int]) -> str:
    return f"{pair[0]}×{pair[1]}"


class Geometry(NamedTuple):
    """A window on images of one size.

    Attributes:
        size: Height and width of the images.
        out: How many places the window has, down and across.
    """

    window: Window
    size: tuple[int, int]
    out: tuple[int, int]

    @property
    def offsets(self) -> Iterator[tuple[slice, slice]]:
        """For each element of the window, the rows and the columns of the framed image it meets."""
        (kh, kw), (sh, sw), _, (dh, dw) = self.window
        h, w = self.out
        for i in range(0, kh * dh, dh):
            for j in range(0, kw * dw, dw):
                yield slice(i, i + (h - 1) * sh + 1, sh), slice(j, j + (w - 1) * sw + 1, sw)


def _two(name: str, what: str, value: Any, least: int) -> tuple[int, int]:
    """One number for both directions, or height and width."""
    pair = (value, value) if isinstance(value, (int, np.integer)) else value
    whole = isinstance(pair, (tuple, list)) and all(isinstance(n, (int, np.integer)) for n in pair)
    if not whole or len(pair) not in (1, 2) or min(pair) < least:
        raise OperandError(
            f"{name}: {what} is a whole number from {least} on, or two of them for height and width, not {value!r}"
        )
    return int(pair[0]), int(pair[-1])


def window(name: str, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Window:
    """The window of a call.

    Raises:
        OperandError: a size is no whole number, or too small.
    """
    return Window(
        _two(name, "kernel_size", kernel, 1),
        _two(name, "stride", stride, 1),
        _two(name, "padding", padding, 0),
        _two(name, "dilation", dilation, 1),
    )


@lru_cache(maxsize=128)
def geometry(name: str, of: Window, size: tuple[int, int]) -> Geometry:
    """The window on images of that size.

    Raises:
        ShapeError: the window does not fit into the image.
    """
    places = []
    for axis, n, k, s, p, d in zip(("height", "width"), size, *of, strict=True):
        room = n + 2 * p - (d * (k - 1) + 1)
        if room < 0:
            raise ShapeError(
                f"{name}: a window that spans {d * (k - 1) + 1} does not fit into an image of {axis} {n}"
                f"{f' with padding {p}' if p else ''}: make the kernel smaller or the padding larger"
            )
        places.append(room // s + 1)
    return Geometry(of, size, (places[0], places[1]))


def image_batch(name: str, x: Any) -> Any:
    """Images as (batch, channels, height, width); a single one may come without the batch.

    Raises:
        ShapeError: it has another number of axes.
    """
    if x.ndim == 4:
        return x
    if x.ndim == 3:
        return x.reshape(1, *x.shape)
    raise ShapeError(
        f"{name}: images have the shape (batch, channels, height, width), or (channels, height, width) for one, "
        f"not {tuple(x.shape)}: reshape them"
    )


def framed(x: Any, padding: tuple[int, int], fill: float = 0) -> Any:
    """The images in a frame of one number."""
    ph, pw = padding
    if not ph and not pw:
        return x
    n, c, h, w = x.shape
    whole = np.full((n, c, h + 2 * ph, w + 2 * pw), fill, x.dtype) if fill else np.zeros(
        (n, c, h + 2 * ph, w + 2 * pw), x.dtype
    )  # fmt: skip
    whole[:, :, ph : ph + h, pw : pw + w] = x
    return whole


def inner_part(whole: Array, padding: tuple[int, int]) -> Array:
    """The images without their frame."""
    ph, pw = padding
    if not ph and not pw:
        return whole
    return whole[:, :, ph : whole.shape[2] - ph, pw : whole.shape[3] - pw]


def cut_out(x: Array, of: Geometry) -> Array:
    """Every window of the images (batch, channels, height, width): (batch, channels · kernel, places), a copy."""
    kernel = of.window.kernel[0] * of.window.kernel[1]
    n, c = x.shape[:2]
    x = framed(x, of.window.padding)
    columns = np.empty((n, c, kernel, *of.out), x.dtype)
    for k, (rows, across) in enumerate(of.offsets):
        columns[:, :, k] = x[:, :, rows, across]
    return columns.reshape(n, c * kernel, of.out[0] * of.out[1])


def add_back(columns: Array, of: Geometry, channels: int) -> Array:
    """Images in which every window's elements are added where they were: the opposite of `cut_out`."""
    kh, kw = of.window.kernel
    ph, pw = of.window.padding
    parts = columns.reshape(-1, channels, kh * kw, *of.out)
    whole = np.zeros((len(parts), channels, of.size[0] + 2 * ph, of.size[1] + 2 * pw), columns.dtype)
    for k, (rows, across) in enumerate(of.offsets):
        whole[:, :, rows, across] += parts[:, :, k]
    return inner_part(whole, of.window.padding)


def _unfold_arguments(x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Arranged:
    return (x,), {"window": window("unfold", kernel_size, stride, padding, dilation)}


def _unfold(x: Any, window: Window) -> Any:
    images = image_batch("unfold", x)
    columns = cut_out(images, geometry("unfold", window, images.shape[2:]))
    return columns if x.ndim == 4 else columns[0]


def _unfold_back(g: Any, out: Any, x: Any, window: Window) -> Any:
    (kernel, stride, padding, dilation) = window
    return fold(g, x.shape[-2:], kernel, dilation=dilation, padding=padding, stride=stride)


unfold: Operation = operation(Operation(
    "unfold", glyph="▦",
    arrange=_unfold_arguments,
    forward=_unfold,
    pullbacks=(_unfold_back,), reads=("",),
    linear=True,
    says=("upstream, each window added at its place",), metaphor="windows add where they overlap",
    doc="""The windows of images as columns: what turns a convolution into one matrix product ("im2col").

    Args:
        x: Images (batch, channels, height, width), or one without the batch.
        kernel_size: Height and width of the window, or one number for both; likewise the following.
        dilation: Steps between the window's elements.
        padding: Zeros around the images.
        stride: Steps between windows.

    Returns:
        (batch, channels · kernel height · kernel width, number of windows); see `torch.nn.functional.unfold`.

    >>> import numpy as np
    >>> import autograd
    >>> x = autograd.Tensor(np.arange(9.0).reshape(1, 3, 3))
    >>> autograd.unfold(x, 2).tolist()[0]
    [0.0, 1.0, 3.0, 4.0]
    """,
))  # fmt: skip


def _fold_arguments(
    x: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Arranged:
    size = _two("fold", "output_size", output_size, 1)
    return (x,), {"size": size, "window": window("fold", kernel_size, stride, padding, dilation)}


def _fold_geometry(x: Any, size: tuple[int, int], window: Window) -> tuple[Geometry, int]:
    of = geometry("fold", window, size)
    rows, places = window.kernel[0] * window.kernel[1], of.out[0] * of.out[1]
    if x.ndim not in (2, 3) or x.shape[-2] % rows or x.shape[-1] != places:
        raise ShapeError(
            f"fold: columns of shape {tuple(x.shape)} do not fit: images of {size[0]} by {size[1]} have {places} "
            f"windows, so (batch, a multiple of {rows}, {places}) is needed"
        )
    return of, x.shape[-2] // rows


def _fold(x: Any, size: tuple[int, int], window: Window) -> Any:
    of, channels = _fold_geometry(x, size, window)
    images = add_back(x, of, channels)
    return images if x.ndim == 3 else images[0]


def _fold_back(g: Any, out: Any, x: Any, size: tuple[int, int], window: Window) -> Any:
    (kernel, stride, padding, dilation) = window
    return unfold(g, kernel, dilation=dilation, padding=padding, stride=stride)


def _fold_scalars(x: Any, size: tuple[int, int], window: Window) -> Any:
    of, channels = _fold_geometry(x, size, window)
    x = objects(x)
    batch = 1 if x.ndim == 2 else len(x)
    # Each place of the image lists the elements of columns that are added there.
    places = np.arange(1, batch * channels * size[0] * size[1] + 1).reshape(batch, channels, *size)
    at = cut_out(places, of).ravel()
    arriving: list[list[Any]] = [[] for _ in range(places.size + 1)]
    for place, value in zip(at.tolist(), x.ravel().tolist(), strict=True):
        arriving[place].append(value)
    out = np.empty(places.size, object)
    out[:] = list(map(total, arriving[1:]))
    images = out.reshape(places.shape)
    return images[0] if x.ndim == 2 else images


fold: Operation = operation(Operation(
    "fold", glyph="▦ +=",
    arrange=_fold_arguments,
    forward=_fold, scalar=_fold_scalars,
    pullbacks=(_fold_back,), reads=("",),
    linear=True,
    says=("the windows of upstream",), metaphor="adding back cuts out",
    doc="""Images made of windows, each added at its place: the opposite of `unfold`, and its gradient.

    Args:
        x: Columns (batch, channels · kernel, number of windows), or those of one image without the batch.
        output_size: Height and width of the images.
        kernel_size, dilation, padding, stride: As for `unfold`.

    >>> import numpy as np
    >>> import autograd
    >>> autograd.fold(autograd.Tensor(np.ones((4, 2))), (2, 3), 2).tolist()
    [[[1.0, 2.0, 1.0], [1.0, 2.0, 1.0]]]
    """,
))  # fmt: skip
