"""Conv2d: one small filter that looks at every place of an image."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import OperandError, ShapeError, Tensor, conv2d

from ..init.plain import uniform_
from ..module import Module, Parameter

__all__ = ["Conv2d", "two", "whole"]


def whole(name: str, what: str, number: Any, least: int = 1) -> int:
    """The number, if it is whole and large enough.

    Raises:
        OperandError: it is not.
    """
    if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or number < least:
        raise OperandError(f"{name}: {what} must be a whole number from {least} on, not {number!r}")
    return int(number)


def two(name: str, what: str, given: Any, least: int = 1) -> tuple[int, int]:
    """One number for height and width, or one for each.

    Raises:
        OperandError: it is something else.
    """
    pair = tuple(given) if isinstance(given, (tuple, list)) else (given, given)
    if len(pair) != 2:
        raise OperandError(f"{name}: {what} is a number or one for height and one for width, not {given!r}")
    return whole(name, what, pair[0], least), whole(name, what, pair[1], least)


class Conv2d(Module):
    """`out_channels` filters moved over images: every place is judged by the same weights.

    Out(n, c, i, j) = bias(c) + Σ weight(c, k, u, v) · x(n, k, i·stride + u, j·stride + v); as usual in networks the
    filter is not turned around, so in signal processing it is a cross-correlation.

    Args:
        in_channels: Channels of the images.
        out_channels: Filters.
        kernel_size: Height and width of a filter, or one number for both; likewise the following.
        stride: Steps between places.
        padding: Zeros around the images; or "same" for as many as keep their size, or "valid" for none.
        dilation: Steps between the places a filter looks at.
        groups: Into how many groups the channels are divided; each filter sees one.
        bias: Whether a bias is added.
        rng: Where the starting weights come from, a generator or a seed.
        dtype: Of the weights.

    Attributes:
        weight: Shape (out_channels, in_channels / groups, kernel height, kernel width), at first uniform within
            ±1/√fan_in (PyTorch's default).
        bias: Shape (out_channels,), at first from the same range; None without.

    Raises:
        OperandError: a size is not a positive whole number, or the channels cannot be divided into the groups.
        ShapeError: the input has another number of channels, or is smaller than a filter.

    Sources: Fukushima, 1980; LeCun and others, 1989.

    >>> layer = Conv2d(1, 4, 3, padding=1, rng=0)
    >>> layer, layer(Tensor(np.zeros((2, 1, 8, 8)))).shape
    (Conv2d(1 → 4, kernel 3×3, padding 1×1, 40 parameters), (2, 4, 8, 8))
    """

    kind = "layer"

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Any, stride: Any = 1, padding: Any = 0,
        dilation: Any = 1, groups: int = 1, bias: bool = True, *, rng: np.random.Generator | int | None = None,
        dtype: Any = np.float64,
    ) -> None:  # fmt: skip
        self.in_channels = whole("Conv2d", "in_channels", in_channels)
        self.out_channels = whole("Conv2d", "out_channels", out_channels)
        self.groups = whole("Conv2d", "groups", groups)
        if self.in_channels % self.groups or self.out_channels % self.groups:
            raise OperandError(
                f"Conv2d: {in_channels} channels in and {out_channels} out cannot be divided into {groups} groups"
            )
        self.kernel_size = two("Conv2d", "kernel_size", kernel_size)
        self.stride = two("Conv2d", "stride", stride)
        self.dilation = two("Conv2d", "dilation", dilation)
        self.padding = padding if isinstance(padding, str) else two("Conv2d", "padding", padding, 0)
        shape = (self.out_channels, self.in_channels // self.groups, *self.kernel_size)
        self.weight = Parameter(np.zeros(shape, dtype), name="W")
        self.bias = Parameter(np.zeros(self.out_channels, dtype), name="b") if bias else None
        self.reset_parameters(rng=rng)

    def reset_parameters(self, *, rng: np.random.Generator | int | None = None) -> Conv2d:
        """Start anew, with weights and biases uniform within ±1/√fan_in; fan_in is what one filter sees at a place."""
        source = np.random.default_rng(rng)
        bound = 1 / np.sqrt(self.weight.size / self.out_channels)
        uniform_(self.weight, -bound, bound, rng=source)
        if self.bias is not None:
            uniform_(self.bias, -bound, bound, rng=source)
        return self

    def forward(self, x: Any) -> Tensor:
        """Images (batch, channels, height, width), or one without the batch, as seen by every filter."""
        shape = np.shape(getattr(x, "data", x))
        if len(shape) not in (3, 4) or shape[-3] != self.in_channels:
            raise ShapeError(
                f"{self!r} takes images (batch, {self.in_channels}, height, width), but got shape {shape}; reshape the "
                "input or build the layer for it"
            )
        result: Tensor = conv2d(
            x, self.weight, self.bias, stride=self.stride, padding=self.padding, dilation=self.dilation,
            groups=self.groups,
        )  # fmt: skip
        return result

    def extra_repr(self) -> str:
        """The sizes, and what differs from the usual."""
        parts = [f"{self.in_channels} → {self.out_channels}", f"kernel {_times(self.kernel_size)}"]
        usual: dict[str, tuple[Any, Any]] = {
            "stride": (self.stride, (1, 1)), "padding": (self.padding, (0, 0)), "dilation": (self.dilation, (1, 1)),
            "groups": (self.groups, 1),
        }  # fmt: skip
        parts += [f"{name} {_times(value)}" for name, (value, plain) in usual.items() if value != plain]
        return ", ".join([*parts, *([] if self.bias is not None else ["no bias"])])


def _times(sizes: Any) -> str:
    return "×".join(map(str, sizes)) if isinstance(sizes, tuple) else str(sizes)
