"""A model that is quadratic in its inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import OperandError, ShapeError, Tensor

from .module import Module, Parameter
from .operands import as_tensor

__all__ = ["QuadraticForm"]


class QuadraticForm(Module):
    """ŷ = xᵀ·W·x for each row x, without a bias; ∂ŷ/∂W = x·xᵀ.

    Args:
        features: Length n of a row.
        rng: Where the starting weights come from; a new unseeded generator by default.
        dtype: Of the weights.

    Attributes:
        weight: W, shape (n, n), at first uniform within ±1/n; only its symmetric part matters to the output.

    Raises:
        OperandError: the length is not a positive whole number.
        ShapeError: the input has rows of another length.

    >>> form = QuadraticForm(2)
    >>> form.load_state_dict({"weight": [[1.0, 2.0], [0.0, 1.0]]})
    >>> form([[1.0, 1.0], [3.0, 0.0]]).tolist()
    [4.0, 9.0]
    """

    kind = "layer"

    def __init__(self, features: int, *, rng: np.random.Generator | int | None = None, dtype: Any = np.float64) -> None:
        if not isinstance(features, (int, np.integer)) or features < 1:
            raise OperandError(f"QuadraticForm: features must be a positive whole number, not {features!r}")
        rng = np.random.default_rng(rng)
        self.features = int(features)
        weight = rng.uniform(-1 / features, 1 / features, (features, features)).astype(dtype)
        self.weight = Parameter(weight, name="W")

    def forward(self, x: Any) -> Tensor:
        """The form's value for each row of x: shape (...) for x of shape (..., n)."""
        rows = as_tensor(x)
        if not rows.ndim or rows.shape[-1] != self.features:
            raise ShapeError(f"{self!r} takes rows of {self.features} numbers, not an input of shape {rows.shape}")
        result: Tensor = ((rows @ self.weight) * rows).sum(axis=-1)
        return result

    def extra_repr(self) -> str:
        """The length of a row."""
        return f"{self.features}"
