"""Nested arguments: lists, tuples and dictionaries of numbers and arrays taken apart and put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from ..errors import OperandError

__all__ = ["Rebuild", "flatten", "is_container", "match"]

Rebuild: TypeAlias = Callable[[Iterator[Any]], Any]
"""Puts leaves, taken one by one, into the structure they came from."""


def is_container(thing: Any) -> bool:
    """Whether a thing has parts: a list, a tuple, a dictionary, or an array of objects such as Values."""
    return isinstance(thing, (list, tuple, Mapping)) or (isinstance(thing, np.ndarray) and thing.dtype == object)


def flatten(structure: Any) -> tuple[list[Any], Rebuild]:
    """The leaves of a structure in order, and a function that builds one like it from other leaves.

    >>> leaves, rebuild = flatten({"w": [1.0, 2.0], "b": 3.0})
    >>> leaves, rebuild(iter("xyz"))
    ([1.0, 2.0, 3.0], {'w': ['x', 'y'], 'b': 'z'})
    """
    leaves: list[Any] = []
    return leaves, _walk(structure, leaves)


def _walk(structure: Any, leaves: list[Any]) -> Rebuild:
    if isinstance(structure, Mapping):
        keys = list(structure)
        values = [_walk(structure[key], leaves) for key in keys]
        return lambda found: {key: build(found) for key, build in zip(keys, values, strict=True)}
    if isinstance(structure, (list, tuple)):
        kind = type(structure)
        parts = [_walk(part, leaves) for part in structure]
        if hasattr(kind, "_fields"):  # a named tuple
            return lambda found: kind(*(build(found) for build in parts))
        plain: Any = tuple if isinstance(structure, tuple) else list
        return lambda found: plain(build(found) for build in parts)
    if is_container(structure):
        shape = structure.shape
        leaves.extend(structure.flat)
        return lambda found: _array(found, shape)
    leaves.append(structure)
    return next


def _array(found: Iterator[Any], shape: tuple[int, ...]) -> Any:
    size = int(np.prod(shape))
    parts = [next(found) for _ in range(size)]
    if all(isinstance(part, float) for part in parts):
        return np.array(parts).reshape(shape)
    whole = np.empty(size, object)
    for i, part in enumerate(parts):
        whole[i] = part
    return whole.reshape(shape)


def match(pattern: Any, other: Any, what: str) -> list[Any]:
    """What stands in a second structure where the first has its leaves.

    Raises:
        OperandError: the two are built differently.

    >>> match([1.0, (2.0, 3.0)], [4, [5, 6]], "tangents")
    [4, 5, 6]
    """
    if not is_container(pattern):
        return [other]
    if isinstance(pattern, Mapping):
        if not isinstance(other, Mapping) or set(other) != set(pattern):
            raise OperandError(f"{what}: give a dictionary with the keys {', '.join(map(repr, pattern))}")
        pairs = [(pattern[key], other[key]) for key in pattern]
    else:
        parts: Sequence[Any] = list(pattern)
        if not hasattr(other, "__len__") or isinstance(other, (str, Mapping)) or len(other) != len(parts):
            raise OperandError(f"{what}: give a list of {len(parts)}, one for each part of the argument")
        pairs = list(zip(parts, other, strict=True))
    return [leaf for part, opposite in pairs for leaf in match(part, opposite, what)]
