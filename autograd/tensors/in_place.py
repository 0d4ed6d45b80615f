"""Changing a tensor's own numbers: when that is allowed, and keeping count of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import GraphError
from ..modes import state
from .describe import describe
from .family import count

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["change", "update"]


def update(tensor: Tensor, other: Any, what: str) -> bool:
    """Whether `tensor += other` changes the tensor itself; if so, the change is counted.

    While a graph is being recorded, a computed tensor or one that combines with something that takes a gradient is
    left as it is: the name then gets a new tensor, as with any other Python object.

    Raises:
        GraphError: the tensor is a leaf that requires grad, and a graph is being recorded.
    """
    if state.grad_enabled:
        if not tensor.is_leaf or (getattr(other, "_requires_grad", False) and not tensor.requires_grad):
            return False
        change(tensor, f"{what} in place")
    else:
        count(tensor)
    return True


def change(tensor: Tensor, what: str) -> None:
    """Count a change of the tensor's own numbers.

    Raises:
        GraphError: the tensor takes part in a graph that is being recorded.
    """
    if state.grad_enabled and tensor.requires_grad:
        kind = "a leaf that requires grad" if tensor.is_leaf else "part of a graph"
        raise GraphError(
            f"{what}: {describe(tensor)} is {kind}; to update it, do it under no_grad(), and to compute with it, use "
            "the operation that returns a new tensor"
        )
    count(tensor)
