"""What initialisers fill: Tensors, Values, lists of Values, scalar neurons and layers."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from autograd import OperandError, ShapeError, Tensor, Value, no_grad

__all__ = ["fans", "put", "shape_of"]

T = TypeVar("T")


def _values(target: Any) -> Any:
    """The Values of a scalar target: one, or lists of them, the weights of neurons as rows."""
    if hasattr(target, "neurons"):
        return [list(neuron.w) for neuron in target.neurons]
    if hasattr(target, "w"):
        return [list(target.w)]
    return target


def shape_of(target: Any, name: str) -> tuple[int, ...]:
    """The shape of what is to be filled; (neurons, inputs) for a layer, (1, inputs) for a neuron.

    Raises:
        OperandError: it is nothing that can be filled.
    """
    if isinstance(target, Tensor):
        return target.shape
    found = _values(target)
    if isinstance(found, Value):
        return ()
    if isinstance(found, (list, tuple)) and found:
        shapes = {shape_of(item, name) for item in found}
        if len(shapes) == 1:
            return (len(found), *shapes.pop())
    raise OperandError(
        f"nn.init.{name} fills a Tensor, a Value, lists of Values of one length, or a scalar Neuron or Layer, not a "
        f"{type(target).__name__}"
    )


def put(target: T, numbers: NDArray[Any]) -> T:
    """Give the target these numbers, of its shape, and return it."""
    with no_grad():
        if isinstance(target, Tensor):
            target.copy_(np.asarray(numbers).astype(target.dtype))
        else:
            _fill(_values(target), np.asarray(numbers, dtype=float))
    return target


def _fill(values: Any, numbers: NDArray[Any]) -> None:
    if isinstance(values, Value):
        values.data = float(numbers)
        return
    for item, part in zip(values, numbers, strict=True):
        _fill(_values(item), part)


def fans(shape: tuple[int, ...], name: str) -> tuple[int, int]:
    """How many inputs an output has, and how many outputs an input has: fan_in and fan_out.

    Args:
        shape: (outputs, inputs), or for a convolution (channels out, channels in, *kernel), where both fans count the
            kernel's elements.
        name: Of the initialiser, for messages.

    Raises:
        ShapeError: fewer than two axes.

    >>> fans((3, 4), "x"), fans((8, 3, 5, 5), "x")
    ((4, 3), (75, 200))
    """
    if len(shape) < 2:
        raise ShapeError(
            f"nn.init.{name} needs weights of at least two axes, (outputs, inputs, ...), to count inputs and outputs; "
            f"these have shape {shape}"
        )
    field = int(np.prod(shape[2:], dtype=int))
    return shape[1] * field, shape[0] * field
