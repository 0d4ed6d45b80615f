"""Whatever a diagnosis is given, as arrays of floats and names that are safe to print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from autograd import Tensor, Value

from ..blocks import Array
from ..errors import OptimizerError

__all__ = ["as_floats", "named", "rms", "shown", "size"]


def as_floats(given: Any) -> Array:
    """Numbers, arrays, Values, Tensors, and lists of them, as an array of floats."""
    if isinstance(given, (Tensor, Value)):
        return np.asarray(given.data, dtype=float)
    if isinstance(given, np.ndarray) and given.dtype != object:
        return given.astype(float, copy=False)
    if isinstance(given, (list, tuple)) or (isinstance(given, np.ndarray) and given.ndim):
        return np.array([as_floats(part) for part in given], dtype=float)
    return np.asarray(given, dtype=float)


def named(parameters: Any) -> Iterator[tuple[str, Any]]:
    """Parameters with names: those of a module or a mapping, their own, or their place in a list.

    Raises:
        OptimizerError: there are none.
    """
    pairs: Iterable[tuple[Any, Any]]
    if hasattr(parameters, "named_parameters"):
        pairs = parameters.named_parameters()
    elif isinstance(parameters, Mapping):
        pairs = parameters.items()
    else:
        listed = [parameters] if isinstance(parameters, (Tensor, Value)) else list(parameters)
        pairs = ((getattr(p, "name", None) or f"parameter {i}", p) for i, p in enumerate(listed))
    found = list(pairs)
    if not found:
        raise OptimizerError("a diagnosis needs at least one parameter; it was given none")
    return iter(found)


def size(array: Array) -> float:
    """The root of the sum of the squares of the finite elements, which neither overflows nor underflows."""
    finite = np.abs(array[np.isfinite(array)])
    largest = float(finite.max(initial=0.0))
    return largest * float(np.sqrt(np.square(finite / largest).sum())) if largest else 0.0


def rms(array: Array) -> float:
    """The root of the mean of the squares of the finite elements."""
    count = int(np.isfinite(array).sum())
    return size(array) / count**0.5 if count else 0.0


def shown(name: str) -> str:
    """A name in a sentence: on one line, and not endless."""
    plain = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in name[:80])
    return plain + "…" if len(name) > 80 else plain
