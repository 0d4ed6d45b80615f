"""Convolution as one matrix product over the windows of the images."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import OperandError, ShapeError
from ..operation import Operation, operation
from .arguments import Arranged
from .windows import Window, add_back, cut_out, geometry, image_batch, unfold, window

__all__ = ["conv1d", "conv2d"]


def _arguments(
    x: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Arranged:
    if np.ndim(weight) != 4:
        raise ShapeError(
            "conv2d: weights have the shape (channels out, channels in / groups, kernel height, kernel width), "
            f"not {np.shape(weight)}"
        )
    kernel = np.shape(weight)[2:]
    if isinstance(padding, str):
        padding = _named_padding(padding, kernel, stride, dilation)
    if not isinstance(groups, (int, np.integer)) or groups < 1:
        raise OperandError(f"conv2d: groups is a whole number from 1 on, not {groups!r}")
    options = {"window": window("conv2d", kernel, stride, padding, dilation), "groups": int(groups)}
    return ((x, weight) if bias is None else (x, weight, bias)), options


def _named_padding(padding: str, kernel: Any, stride: Any, dilation: Any) -> Any:
    """PyTorch's two named paddings; "same" where it is the same on both sides."""
    if padding == "valid":
        return 0
    if padding != "same":
        raise OperandError(f"conv2d: padding is a number, two numbers, 'valid' or 'same', not {padding!r}")
    _, steps, _, apart = window("conv2d", kernel, stride, 0, dilation)
    spans = [d * (k - 1) for k, d in zip(kernel, apart, strict=True)]
    if steps != (1, 1) or any(span % 2 for span in spans):
        raise OperandError(
            "conv2d: padding='same' needs stride 1 and a kernel of odd size, so that both sides get the same; pad the "
            "images with autograd.pad otherwise"
        )
    return tuple(span // 2 for span in spans)


def _check(x: Any, weight: Any, bias: tuple[Any, ...], groups: int) -> None:
    out, each = weight.shape[:2]
    channels = x.shape[1]
    if channels != each * groups:
        raise ShapeError(
            f"conv2d: images of shape {tuple(x.shape)} have {channels} channels along axis 1, but weights of shape "
            f"{tuple(weight.shape)}{f' in {groups} groups' if groups > 1 else ''} need {each * groups}"
        )
    if out % groups:
        raise ShapeError(f"conv2d: {out} channels out cannot be divided into {groups} groups")
    if bias and bias[0].shape != (out,):
        raise ShapeError(f"conv2d: {out} channels out need a bias of shape ({out},), not {tuple(bias[0].shape)}")


def _conv(x: Any, weight: Any, *bias: Any, window: Window, groups: int) -> tuple[Any, Any]:
    images = image_batch("conv2d", x)
    _check(images, weight, bias, groups)
    of = geometry("conv2d", window, images.shape[2:])
    columns = cut_out(images, of)
    out = _by_groups(weight, groups) @ _parted(columns, groups)
    out = out.reshape(len(images), len(weight), *of.out)
    if bias:
        if out.dtype == bias[0].dtype:
            out += bias[0].reshape(-1, 1, 1)
        else:
            out = out + bias[0].reshape(-1, 1, 1)
    return (out if x.ndim == 4 else out[0]), columns


def _by_groups(weight: Any, groups: int) -> Any:
    """The weights as one matrix, or one per group."""
    rows, columns = weight.shape[0], weight.size // weight.shape[0] if weight.shape[0] else 0
    return weight.reshape(rows, columns) if groups == 1 else weight.reshape(groups, rows // groups, columns)


def _parted(columns: Any, groups: int) -> Any:
    """The channels of each group along an axis of their own."""
    n, rows, places = columns.shape
    return columns if groups == 1 else columns.reshape(n, groups, rows // groups, places)


def _flat(g: Any, weight: Any, groups: int) -> Any:
    """The upstream gradient with all places along one axis."""
    n = 1 if g.ndim == 3 else g.shape[0]
    return _parted(g.reshape(n, weight.shape[0], g.shape[-2] * g.shape[-1]), groups)


def _images_back(g: Any, out: Any, x: Any, weight: Any, *bias: Any, window: Window, groups: int, kept: Any) -> Any:
    columns = _by_groups(weight, groups).swapaxes(-1, -2) @ _flat(g, weight, groups)
    channels = x.shape[-3]
    return add_back(columns, geometry("conv2d", window, x.shape[-2:]), channels).reshape(x.shape)


def _weight_back(g: Any, out: Any, x: Any, weight: Any, *bias: Any, window: Window, groups: int, kept: Any) -> Any:
    found = _flat(g, weight, groups) @ _parted(kept, groups).swapaxes(-1, -2)
    return np.add.reduce(found, axis=0).reshape(weight.shape)


def _bias_back(g: Any, out: Any, x: Any, weight: Any, *bias: Any, window: Window, groups: int, kept: Any) -> Any:
    return np.add.reduce(g, axis=(-2, -1)) if g.ndim == 3 else np.add.reduce(g, axis=(0, -2, -1))


def _opened(x: Any, weight: Any, *bias: Any, window: Window, groups: int) -> Any:
    kernel, stride, padding, dilation = window
    images = image_batch("conv2d", x)
    columns = unfold(images, kernel, dilation=dilation, padding=padding, stride=stride)
    out = _by_groups(weight, groups) @ _parted(columns, groups)
    out = out.reshape(images.shape[0], weight.shape[0], *geometry("conv2d", window, tuple(x.shape[-2:])).out)
    if bias:
        out = out + bias[0].reshape(-1, 1, 1)
    return out if x.ndim == 4 else out.reshape(out.shape[1:])


conv2d = operation(Operation(
    "conv2d", glyph="∗",
    arrange=_arguments,
    forward=_conv, keeps=True,
    pullbacks=(_images_back, _weight_back, _bias_back), reads=("x", "x", ""),
    definition=_opened,
    says=("{1} laid over upstream, added up", "Σ upstream · windows of {0}", "Σ upstream"),
    metaphor="a convolution slides back",
    doc="""Images filtered by small windows of weights, with PyTorch's shapes (cross-correlation: nothing is flipped).

    Args:
        x: Images (batch, channels, height, width), or one without the batch.
        weight: (channels out, channels / groups, kernel height, kernel width).
        bias: (channels out,), or None.
        stride: Steps between windows: one number, or two for height and width; likewise the following.
        padding: Zeros around the images; or "valid" for none, "same" to keep the size.
        dilation: Steps between the window's elements.
        groups: Into how many parts the channels are divided, each with its own weights.

    Raises:
        ShapeError: channels do not fit, or the window is larger than the images.

    Source: LeCun et al., 1989; `torch.nn.functional.conv2d`.

    >>> import numpy as np
    >>> import autograd
    >>> edges = autograd.Tensor([[[[-1.0, 1.0]]]])
    >>> autograd.conv2d(autograd.Tensor([[[0.0, 0.0, 5.0, 5.0]]]), edges).tolist()
    [[[0.0, 5.0, 0.0]]]
    """,
))  # fmt: skip


def conv1d(
    x: Any, weight: Any, bias: Any = None, stride: int = 1, padding: int | str = 0, dilation: int = 1, groups: int = 1
) -> Any:
    """Sequences (batch, channels, length) filtered by windows of weights (channels out, channels / groups, kernel).

    >>> import autograd
    >>> autograd.conv1d(autograd.Tensor([[1.0, 2.0, 4.0]]), autograd.Tensor([[[-1.0, 1.0]]])).tolist()
    [[1.0, 2.0]]
    """
    if np.ndim(weight) != 3 or np.ndim(x) not in (2, 3):
        raise ShapeError(
            "conv1d: sequences have the shape (batch, channels, length), weights (channels out, channels in / groups, "
            f"kernel), not {np.shape(x)} and {np.shape(weight)}"
        )
    frame: Any = padding if isinstance(padding, str) else (0, padding)
    rows = x.reshape(*x.shape[:-1], 1, x.shape[-1])
    filters = weight.reshape(*weight.shape[:-1], 1, weight.shape[-1])
    out = conv2d(rows, filters, bias, (1, stride), frame, (1, dilation), groups)
    return out.reshape(*out.shape[:-2], out.shape[-1])
