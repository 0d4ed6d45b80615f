"""Modules that compute nothing: they pass on their input, or give it another shape."""

from __future__ import annotations

from typing import Any

from autograd import OperandError

from ..module import Module

__all__ = ["Flatten", "Identity"]


class Identity(Module):
    """Its input, unchanged.

    >>> from autograd import Tensor
    >>> Identity()(Tensor([1.0, 2.0])).tolist()
    [1.0, 2.0]
    """

    def forward(self, x: Any) -> Any:
        """The input."""
        return x


class Flatten(Module):
    """All axes from the second on as one: a row of numbers per image, for a `Linear` behind convolutions.

    Args:
        start_dim: The first axis to flatten.
        end_dim: The last.

    >>> import numpy as np
    >>> from autograd import Tensor
    >>> Flatten()(Tensor(np.ones((2, 3, 4)))).shape
    (2, 12)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Any) -> Any:
        """The input with fewer axes.

        Raises:
            OperandError: it has no such axes.
        """
        shape = tuple(x.shape)
        first, last = (axis + len(shape) if axis < 0 else axis for axis in (self.start_dim, self.end_dim))
        if not 0 <= first <= last < len(shape):
            raise OperandError(
                f"Flatten: axes {self.start_dim} to {self.end_dim} cannot be joined in an input of shape {shape}"
            )
        size = 1
        for n in shape[first : last + 1]:
            size *= n
        return x.reshape(*shape[:first], size, *shape[last + 1 :])
