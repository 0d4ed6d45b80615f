"""One array becomes several: the gradient of each is put back where it came from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..errors import ShapeError
from .arguments import axis_options
from .axes import one_axis
from .indexing import getitem, plain_index
from .joins import as_operand

__all__ = ["array_split", "chunk", "split", "unbind"]


def _parts(x: Any, axis: int, bounds: Sequence[int]) -> list[Any]:
    before = (slice(None),) * axis
    return [getitem(x, (*before, slice(a, b))) for a, b in pairwise(bounds)]


def _cut(name: str, x: Any, axis: Any, named: dict[str, Any]) -> tuple[Any, int, int]:
    axis, _ = axis_options(name, axis, named)
    x = as_operand(x)
    axis = one_axis(name, axis, x.shape)
    return x, axis, x.shape[axis]


def split(x: Any, indices_or_sections: Any, axis: int = 0, **named: Any) -> list[Any]:
    """A list of parts along an axis, as numpy cuts: into so many equal parts, or before the given places.

    PyTorch's `split` counts otherwise, with the size of each part; its `chunk` is here by that name.

    Raises:
        ShapeError: the axis cannot be cut into so many equal parts (`array_split` and `chunk` cut unequal ones).

    >>> import autograd
    >>> [part.tolist() for part in autograd.split(autograd.Tensor([1.0, 2.0, 3.0, 4.0]), [1, 3])]
    [[1.0], [2.0, 3.0], [4.0]]
    """
    x, axis, size = _cut("split", x, axis, named)
    if isinstance(indices_or_sections, (int, np.integer)) and (
        indices_or_sections < 1 or size % int(indices_or_sections)
    ):
        raise ShapeError(
            f"split: the {size} elements along axis {axis} of shape {x.shape} do not make {indices_or_sections} equal "
            "parts: use array_split for unequal ones, or give the places to cut at"
        )
    return array_split(x, indices_or_sections, axis)


def array_split(x: Any, indices_or_sections: Any, axis: int = 0, **named: Any) -> list[Any]:
    """As `split`, but the first parts may be one element longer than the last.

    >>> import autograd
    >>> [part.tolist() for part in autograd.operations.array_split(autograd.Tensor([1.0, 2.0, 3.0]), 2)]
    [[1.0, 2.0], [3.0]]
    """
    x, axis, size = _cut("array_split", x, axis, named)
    if not isinstance(indices_or_sections, (int, np.integer)):
        places = [int(i) for i in plain_index(indices_or_sections)]
        return _parts(x, axis, [0, *places, size])
    if indices_or_sections < 1:
        raise ShapeError(f"array_split: the number of parts must be at least 1, not {indices_or_sections}")
    short, longer = divmod(size, int(indices_or_sections))
    lengths = [short + 1] * longer + [short] * (int(indices_or_sections) - longer)
    return _parts(x, axis, [0, *(int(b) for b in np.cumsum(lengths))])


def chunk(x: Any, chunks: int, axis: int = 0, **named: Any) -> list[Any]:
    """PyTorch's chunk: at most so many parts of equal length, the last one possibly shorter.

    >>> import autograd
    >>> [len(part) for part in autograd.chunk(autograd.Tensor([1.0, 2.0, 3.0, 4.0, 5.0]), 4)]
    [2, 2, 1]
    """
    x, axis, size = _cut("chunk", x, axis, named)
    if chunks < 1:
        raise ShapeError(f"chunk: the number of parts must be at least 1, not {chunks}")
    length = -(-size // chunks)
    if not length:
        return _parts(x, axis, [0] * (chunks + 1))
    return _parts(x, axis, [*range(0, size, length), size])


def unbind(x: Any, axis: int = 0, **named: Any) -> list[Any]:
    """The slices along an axis, which they no longer have.

    >>> import autograd
    >>> [row.tolist() for row in autograd.unbind(autograd.Tensor([[1.0, 2.0], [3.0, 4.0]]))]
    [[1.0, 2.0], [3.0, 4.0]]
    """
    x, axis, size = _cut("unbind", x, axis, named)
    before = (slice(None),) * axis
    return [getitem(x, (*before, i)) for i in range(size)]
