"""Pooling: images made smaller, by the largest element or the mean of each window."""

from __future__ import annotations

from typing import Any

from autograd import Tensor, avg_pool2d, max_pool2d

from ..module import Module
from .conv2d import two

__all__ = ["AvgPool2d", "MaxPool2d"]


class MaxPool2d(Module):
    """The largest element of each window; that one alone gets the gradient, the first of equals.

    Args:
        kernel_size: Height and width of the window, or one number for both; likewise the following.
        stride: Steps between windows; by default the window's size, so that windows do not overlap.
        padding: A frame that is never chosen, at most half of the window.
        dilation: Steps between the window's elements.

    Raises:
        OperandError: a size makes no sense.
        ShapeError: the input is no image, or smaller than a window.

    >>> import numpy as np
    >>> MaxPool2d(2)(Tensor(np.arange(16.0).reshape(1, 4, 4))).tolist()
    [[[5.0, 7.0], [13.0, 15.0]]]
    """

    kind = "pooling"

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1) -> None:
        self.kernel_size = two("MaxPool2d", "kernel_size", kernel_size)
        self.stride = self.kernel_size if stride is None else two("MaxPool2d", "stride", stride)
        self.padding = two("MaxPool2d", "padding", padding, 0)
        self.dilation = two("MaxPool2d", "dilation", dilation)

    def forward(self, x: Any) -> Tensor:
        """Images (batch, channels, height, width), or one without the batch, made smaller."""
        result: Tensor = max_pool2d(x, self.kernel_size, self.stride, self.padding, self.dilation)
        return result

    def extra_repr(self) -> str:
        """The window."""
        return _window(self)


class AvgPool2d(Module):
    """The mean of each window.

    Args:
        kernel_size: Height and width of the window, or one number for both; likewise the following.
        stride: Steps between windows; by default the window's size, so that windows do not overlap.
        padding: Zeros around the images, at most half of the window.
        count_include_pad: Whether these zeros count as elements.

    Raises:
        OperandError: a size makes no sense.
        ShapeError: the input is no image, or smaller than a window.

    >>> import numpy as np
    >>> AvgPool2d(2)(Tensor(np.arange(16.0).reshape(1, 4, 4))).tolist()
    [[[2.5, 4.5], [10.5, 12.5]]]
    """

    kind = "pooling"

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0, count_include_pad: bool = True) -> None:
        self.kernel_size = two("AvgPool2d", "kernel_size", kernel_size)
        self.stride = self.kernel_size if stride is None else two("AvgPool2d", "stride", stride)
        self.padding = two("AvgPool2d", "padding", padding, 0)
        self.count_include_pad = count_include_pad

    def forward(self, x: Any) -> Tensor:
        """Images (batch, channels, height, width), or one without the batch, made smaller."""
        result: Tensor = avg_pool2d(x, self.kernel_size, self.stride, self.padding, self.count_include_pad)
        return result

    def extra_repr(self) -> str:
        """The window."""
        return _window(self)


def _window(pool: MaxPool2d | AvgPool2d) -> str:
    window = "×".join(map(str, pool.kernel_size))
    return window if pool.stride == pool.kernel_size else f"{window}, stride {'×'.join(map(str, pool.stride))}"
