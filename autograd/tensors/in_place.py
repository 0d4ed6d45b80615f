"""Changing a tensor's own numbers: when that is allowed, keeping count of it, and what fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import GraphError, OperandError, ShapeError
from ..modes import state
from ..operations.indexing import plain_index
from .construction import as_array
from .describe import describe, shape_text
from .family import count
from .shape_errors import index_error

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["assign", "change", "combine", "updates"]


def updates(tensor: Tensor, other: Any, what: str) -> bool:
    """Whether `tensor += other` changes the tensor itself.

    While a graph is being recorded, a computed tensor or one that combines with something that takes a gradient is
    left as it is: the name then gets a new tensor, as with any other Python object.

    Raises:
        GraphError: the tensor is a leaf that requires grad, and a graph is being recorded.
    """
    if state.grad_enabled:
        if not tensor.is_leaf or (getattr(other, "_requires_grad", False) and not tensor.requires_grad):
            return False
        _require_changeable(tensor, f"{what} in place")
    return True


def change(tensor: Tensor, what: str) -> None:
    """Count a change of the tensor's own numbers.

    Raises:
        GraphError: the tensor takes part in a graph that is being recorded.
    """
    _require_changeable(tensor, what)
    count(tensor)


def _require_changeable(tensor: Tensor, what: str) -> None:
    if state.grad_enabled and tensor.requires_grad:
        kind = "a leaf that requires grad" if tensor.is_leaf else "part of a graph"
        raise GraphError(
            f"{what}: {describe(tensor)} is {kind}; to update it, do it under no_grad(), and to compute with it, use "
            "the operation that returns a new tensor"
        )


def _require_fitting(tensor: Tensor, numbers: Any, what: str) -> None:
    """Raise where the numbers cannot be put into the tensor's array without being changed, or the array is read-only.

    Raises:
        OperandError: the dtype is of another kind, or the array may not be written to.
    """
    array = tensor._data
    if not array.flags.writeable:
        raise OperandError(
            f"{what}: {describe(tensor)} is read-only, as broadcast and diagonal views and arrays marked so are: "
            "change what it was made from, or a copy, t.clone()"
        )
    kind = np.asarray(numbers).dtype
    # A Python number takes on the dtype as long as it is of the same kind.
    fits = np.can_cast(kind, array.dtype, "same_kind") or (type(numbers) is int and array.dtype.kind in "ui")
    if not fits:
        raise OperandError(
            f"{what}: {describe(tensor)} holds {array.dtype} numbers, which cannot take over {kind}: "
            f"convert it first, t.astype({kind}), or round what goes in, astype({array.dtype})"
        )


def assign(tensor: Tensor, index: Any, value: Any, what: str) -> None:
    """`tensor[index] = value`, in place; views of the tensor see it.

    Raises:
        GraphError: the tensor takes part in a graph that is being recorded, or the value does: it would lose its
            gradient.
        OperandError, ShapeError: the index, the value's dtype or its shape do not fit.
    """
    _require_changeable(tensor, what)
    if state.grad_enabled and getattr(value, "_requires_grad", False):
        raise GraphError(
            f"{what}: {describe(value)} requires grad, and its gradient would be lost: build the result with where, "
            "concatenate or put, or assign value.detach()"
        )
    numbers = value if type(value) in (int, float, bool) else as_array(value, f"{what}: ")
    _require_fitting(tensor, numbers, what)
    array = tensor._data
    place = plain_index(index)
    try:
        array[place] = numbers
    except (IndexError, TypeError) as error:
        raise index_error(what, tensor, index, error) from None
    except OverflowError as error:
        raise OperandError(f"{what}: {error}: {describe(tensor)} holds {array.dtype} numbers") from None
    except ValueError:
        room = array[place].shape
        raise ShapeError(
            f"{what}: {describe(value)} does not fit: there is room for shape {shape_text(room)} there, or for what "
            "broadcasts to it"
        ) from None
    count(tensor)


def combine(tensor: Tensor, other: Any, what: str, apply: Callable[[Any, Any], Any]) -> None:
    """`tensor += other` and its like, in place.

    Raises:
        OperandError, ShapeError: the dtype or the shape of `other` do not fit into the tensor.
    """
    numbers = getattr(other, "_data", other)
    array = tensor._data
    if not array.flags.writeable:
        _require_fitting(tensor, array, what)
    try:
        apply(array, numbers)
    except ValueError:
        raise ShapeError(
            f"{what} in place: {describe(other)} would change the shape {shape_text(array.shape)} of "
            f"{describe(tensor)}: what is added must broadcast to it; the operation without '=' returns a new tensor"
        ) from None
    except TypeError:
        raise OperandError(
            f"{what} in place: {describe(tensor)} holds {array.dtype} numbers, which cannot take over the result with "
            f"{np.asarray(numbers).dtype}: convert it first, t.astype(float), or use the operation without '='"
        ) from None
    except OverflowError as error:
        raise OperandError(f"{what} in place: {error}: {describe(tensor)} holds {array.dtype} numbers") from None
    count(tensor)
