"""Linear: a layer of weighted sums."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import OperandError, ShapeError, Tensor, linear, linear_relu

from ..init.plain import uniform_, zeros_
from ..module import Module, Parameter

__all__ = ["Linear"]


class Linear(Module):
    """x·Wᵀ + b: `out_features` weighted sums of `in_features` inputs.

    Args:
        in_features: Size of the last axis of the input.
        out_features: Size of the last axis of the output.
        bias: Whether a bias is added.
        rng: Where the starting weights come from; a new unseeded generator by default.
        dtype: Of the weights.

    Attributes:
        weight: Shape (out_features, in_features), at first uniform within ±1/√in_features (PyTorch's default).
        bias: Shape (out_features,), at first from the same range; None without.

    Raises:
        OperandError: a size is not a positive whole number.
        ShapeError: the input has another number of features.

    >>> layer = Linear(3, 2, rng=np.random.default_rng(0))
    >>> layer(Tensor(np.ones((4, 3)))).shape
    (4, 2)
    """

    kind = "layer"

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, *, rng: np.random.Generator | int | None = None,
        dtype: Any = np.float64,
    ) -> None:  # fmt: skip
        for what, size in (("in_features", in_features), ("out_features", out_features)):
            if not isinstance(size, (int, np.integer)) or size < 1:
                raise OperandError(f"Linear: {what} must be a positive whole number, not {size!r}")
        rng = np.random.default_rng(rng)
        self.in_features, self.out_features = int(in_features), int(out_features)
        self.weight = Parameter(np.zeros((out_features, in_features), dtype), name="W")
        self.bias = Parameter(np.zeros(out_features, dtype), name="b") if bias else None
        self.reset_parameters(rng=rng)

    def reset_parameters(
        self, scheme: Callable[..., Any] | None = None, *, rng: np.random.Generator | int | None = None
    ) -> Linear:
        """Start anew.

        Args:
            scheme: One of `nn.init`'s functions for the weights; the bias is then 0. By default weights and bias are
                uniform within ±1/√in_features, as in PyTorch.
            rng: Where random numbers come from, a generator or a seed; given to the scheme if it takes one.

        Returns:
            The layer itself.

        >>> from nn import init
        >>> Linear(3, 2).reset_parameters(init.kaiming_normal_, rng=0).bias.tolist()
        [0.0, 0.0]
        """
        source = np.random.default_rng(rng)
        if scheme is None:
            bound = 1 / np.sqrt(self.in_features)
            uniform_(self.weight, -bound, bound, rng=source)
            if self.bias is not None:
                uniform_(self.bias, -bound, bound, rng=source)
            return self
        random = "rng" in inspect.signature(scheme).parameters
        scheme(self.weight, **({"rng": source} if random else {}))
        if self.bias is not None:
            zeros_(self.bias)
        return self

    def forward(self, x: Any) -> Tensor:
        """The weighted sums of each row of x."""
        self._check(x)
        result: Tensor = linear(x, self.weight, self.bias)
        return result

    def with_relu(self, x: Any) -> Tensor:
        """relu of the weighted sums, as one operation."""
        self._check(x)
        result: Tensor = linear_relu(x, self.weight, self.bias)
        return result

    def _check(self, x: Any) -> None:
        shape = np.shape(getattr(x, "data", x))
        if not shape or shape[-1] != self.in_features:
            raise ShapeError(
                f"{self!r} takes inputs with {self.in_features} features along the last axis, but got shape {shape}; "
                "reshape the input or build the layer for it"
            )

    def extra_repr(self) -> str:
        """The sizes."""
        return f"{self.in_features} → {self.out_features}{'' if self.bias is not None else ', no bias'}"
