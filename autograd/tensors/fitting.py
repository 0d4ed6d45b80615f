"""A gradient in the shape and the dtype of what it is the gradient of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..operation import Array
from ..operations import astype, sum_to
from ..operations.broadcast import sum_to_shape

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["fit", "fit_graph"]


def fit(gradient: Any, array: Array) -> Any:
    """An array's gradient, summed over the axes along which it was stretched."""
    if gradient.shape != array.shape:
        gradient = sum_to_shape(gradient, array.shape)
    if gradient.dtype is not array.dtype and gradient.dtype != array.dtype:
        gradient = gradient.astype(array.dtype)
    return gradient


def fit_graph(gradient: Any, operand: Tensor) -> Tensor:
    """The same as a node."""
    if gradient.shape != operand.shape:
        gradient = sum_to(gradient, shape=operand.shape)
    if gradient.dtype != operand.dtype:
        gradient = astype(gradient, dtype=operand.dtype)
    return gradient  # type: ignore[no-any-return]
