"""Tensors that share memory: a change in place of one is a change of all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import numpy as np

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["count", "increment_version", "leave", "share", "shares_memory"]


def shares_memory(view: Any, array: Any) -> bool:
    """Whether what may be a view of an array is one: index arrays and masks copy, slices do not."""
    base = view.base
    if base is None:
        return view is array
    if base is array or base is getattr(array, "base", None):
        return True
    return isinstance(array, np.ndarray) and np.may_share_memory(view, array)


def share(tensor: Tensor, other: Any) -> None:
    """Note that a tensor was made as a view of another."""
    if type(other) is not type(tensor):
        return
    family = other._family
    if family is None:
        family = other._family = WeakSet((other,))
    family.add(tensor)
    tensor._family = family


def leave(tensor: Tensor) -> None:
    """Note that a tensor has other memory now than those it shared some with."""
    tensor._family = None  # the others keep it in their set, and `count` passes over it


def increment_version(tensors: Iterable[Tensor]) -> None:
    """Count a change in place of each tensor whose array was changed directly, so that stale graphs are noticed.

    Changes through the tensor itself are counted anyway (`torch.autograd.graph.increment_version`).

    >>> from autograd import Tensor
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> loss = (w * w).sum()
    >>> w.data[0] = 5.0
    >>> increment_version([w])
    >>> loss.backward()
    Traceback (most recent call last):
    autograd.errors.GraphError: backward: mul needs a Tensor of shape (2,) as it was on the forward pass, but it has \
been changed in place since; compute the result again after the change, or change a copy
    """
    for tensor in tensors:
        if tensor._family is None:
            tensor._version += 1
        else:
            count(tensor)


def count(tensor: Tensor) -> None:
    """Count a change in place, for the tensor and for everything that shares its memory."""
    family = tensor._family
    if family is None:
        tensor._version += 1
        return
    for member in family:
        if member._family is family:
            member._version += 1
