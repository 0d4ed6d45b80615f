"""Normalisation within one example: layer and group normalisation. Both do the same in training and in use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import OperandError, ShapeError, Tensor, group_norm, layer_norm

from ..module import Module, Parameter

__all__ = ["GroupNorm", "LayerNorm"]


class LayerNorm(Module):
    """The features of each example standardised by their own mean and variance, times γ, plus β.

    Args:
        normalized_shape: The sizes of the last axes, normalised together; a number for the last axis alone.
        eps: Added to the variance.
        elementwise_affine: Whether γ and β are learned.
        bias: Whether there is a β, where γ is.

    Attributes:
        weight, bias: γ and β, of normalized_shape, at first 1 and 0; or None.

    Raises:
        ShapeError: the input ends in other sizes.

    Source: Ba, Kiros and Hinton, 2016. Names and defaults are those of `torch.nn.LayerNorm`.

    >>> LayerNorm(2, eps=0.0)(Tensor([[1.0, 3.0], [5.0, 1.0]])).tolist()
    [[-1.0, 1.0], [1.0, -1.0]]
    """

    kind = "normalization"

    def __init__(
        self, normalized_shape: int | Sequence[int], eps: float = 1e-5, elementwise_affine: bool = True,
        bias: bool = True,
    ) -> None:  # fmt: skip
        sizes = (normalized_shape,) if isinstance(normalized_shape, (int, np.integer)) else tuple(normalized_shape)
        if not sizes or not all(isinstance(n, (int, np.integer)) and n > 0 for n in sizes):
            raise OperandError(f"LayerNorm: normalized_shape is one or more positive sizes, not {normalized_shape!r}")
        if not eps >= 0:
            raise OperandError(f"LayerNorm: eps is a number from 0 on, not {eps!r}")
        self.normalized_shape, self.eps = tuple(map(int, sizes)), eps
        self.weight = Parameter(np.ones(self.normalized_shape), name="γ") if elementwise_affine else None
        self.bias = Parameter(np.zeros(self.normalized_shape), name="β") if elementwise_affine and bias else None

    def forward(self, x: Any) -> Tensor:
        """The normalised examples."""
        x = x if isinstance(x, Tensor) else Tensor(np.asarray(x, dtype=float))
        found: Tensor = layer_norm(x, self.normalized_shape, self.weight, self.bias, eps=self.eps)
        return found

    def extra_repr(self) -> str:
        """The sizes."""
        return f"{', '.join(map(str, self.normalized_shape))}, eps={self.eps}"


class GroupNorm(Module):
    """Neighbouring channels of each example standardised in groups, then each channel times its γ, plus its β.

    Args:
        num_groups: Into how many groups the channels are divided.
        num_channels: Size of axis 1.
        eps: Added to the variance.
        affine: Whether γ and β are learned.

    Attributes:
        weight, bias: γ and β, shape (num_channels,), at first 1 and 0; or None.

    Raises:
        OperandError: the channels cannot be divided so.
        ShapeError: the input has another number of channels.

    Source: Wu and He, 2018. Names and defaults are those of `torch.nn.GroupNorm`.

    >>> GroupNorm(2, 4, eps=0.0)(Tensor([[1.0, 3.0, 5.0, 9.0]])).tolist()
    [[-1.0, 1.0, -1.0, 1.0]]
    """

    kind = "normalization"

    def __init__(self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True) -> None:
        for what, size in (("num_groups", num_groups), ("num_channels", num_channels)):
            if not isinstance(size, (int, np.integer)) or size < 1:
                raise OperandError(f"GroupNorm: {what} must be a positive whole number, not {size!r}")
        if num_channels % num_groups:
            raise OperandError(f"GroupNorm: {num_channels} channels cannot be divided into {num_groups} groups")
        if not eps >= 0:
            raise OperandError(f"GroupNorm: eps is a number from 0 on, not {eps!r}")
        self.num_groups, self.num_channels, self.eps = int(num_groups), int(num_channels), eps
        self.weight = Parameter(np.ones(num_channels), name="γ") if affine else None
        self.bias = Parameter(np.zeros(num_channels), name="β") if affine else None

    def forward(self, x: Any) -> Tensor:
        """The normalised examples."""
        x = x if isinstance(x, Tensor) else Tensor(np.asarray(x, dtype=float))
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ShapeError(f"{self!r} takes inputs of shape (rows, {self.num_channels}, ...), not {x.shape}")
        found: Tensor = group_norm(x, self.num_groups, self.weight, self.bias, eps=self.eps)
        return found

    def extra_repr(self) -> str:
        """The sizes."""
        return f"{self.num_groups} groups of {self.num_channels // self.num_groups}, eps={self.eps}"
