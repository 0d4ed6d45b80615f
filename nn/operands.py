"""Numbers, lists and arrays as tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor

__all__ = ["as_tensor", "unwrapped"]


def as_tensor(x: Any) -> Tensor:
    """A tensor as it is; anything else as a tensor of floating-point numbers without a gradient.

    Raises:
        OperandError: it is not made of real numbers.
        ShapeError: nested lists whose rows differ in length.
    """
    tensor = x if isinstance(x, Tensor) else Tensor(x)
    return tensor if tensor.dtype.kind == "f" or isinstance(x, Tensor) else Tensor(tensor.data.astype(np.float64))


def unwrapped(result: Tensor, *inputs: Any) -> Any:
    """The tensor itself if any input is one, otherwise what it holds: a float, or an array."""
    if any(isinstance(x, Tensor) for x in inputs):
        return result
    return result.data if result.ndim else float(result.data)
