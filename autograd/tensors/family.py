"""Tensors that share memory: a change in place of one is a change of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakSet

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["count", "share"]


def share(tensor: Tensor, other: Any) -> None:
    """Note that a tensor was made as a view of another."""
    if type(other) is not type(tensor):
        return
    family = other._family
    if family is None:
        family = other._family = WeakSet((other,))
    family.add(tensor)
    tensor._family = family


def count(tensor: Tensor) -> None:
    """Count a change in place, for the tensor and for everything that shares its memory."""
    if tensor._family is None:
        tensor._version += 1
        return
    for member in tensor._family:
        member._version += 1
