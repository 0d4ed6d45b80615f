"""Inputs: the arguments of a replayed function as leaves of a graph, and where their numbers go at every run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from inspect import Parameter, Signature, signature
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import ReplayError
from ..text import shorten, visible
from ..value import Value
from .tape import Indices

__all__ = [
    "Call", "Inputs", "arguments_for", "array_of_leaves", "leaves_for", "numbers_of", "objects", "read_call",
    "signature_of", "title_of",
]  # fmt: skip

Kind: TypeAlias = tuple[Hashable, ...]


@dataclass(frozen=True)
class Call:
    """The arguments of one call.

    Attributes:
        given: The arguments as they were given.
        names: What each is called.
        data: The numbers of those that are data; None for the others.
        kind: What calls must have in common to share a recording: the shapes of the data, everything else itself.
    """

    given: tuple[Any, ...]
    names: tuple[str, ...]
    data: tuple[NDArray[np.float64] | None, ...]
    kind: Kind


def title_of(function: Any) -> str:
    """What messages call a function."""
    return shorten(visible(str(getattr(function, "__qualname__", type(function).__name__))), 80)


def read_call(
    how: Signature | None, title: str, positional: Sequence[Any], named: Mapping[str, Any], static: Collection[str]
) -> Call:
    """Sort the arguments of a call into data and the rest.

    Args:
        how: What arguments the function takes.
        title: What to call it in messages.
        positional, named: What it is called with.
        static: Names of arguments that are no data, whatever they are.

    Numbers, arrays (and what numpy makes arrays of), and lists and tuples of them are data, unless their names are
    among the static ones; strings, booleans, None, functions and other objects are not. Dicts and sets must be static.

    Raises:
        ReplayError: the function cannot be called like this, or data are ragged or not real numbers.
    """
    if how is None:
        if named:
            raise ReplayError(f"replay of {title}: it says no names of arguments: give all by place")
        names, given = [str(i) for i in range(len(positional))], tuple(positional)
    else:
        try:
            bound = how.bind(*positional, **named)
        except TypeError as error:
            raise ReplayError(f"replay of {title}: {error}") from None
        if bound.kwargs:
            raise ReplayError(f"replay of {title}: {next(iter(bound.kwargs))} can only be given by name: use a lambda")
        given, parameters = bound.args, list(how.parameters.values())
        last = len(parameters) - 1
        names = [
            p.name if p.kind is not Parameter.VAR_POSITIONAL else f"{p.name}[{i - min(i, last)}]"
            for i, p in ((i, parameters[min(i, last)]) for i in range(len(given)))
        ]
    data = tuple(None if n in static else numbers_of(title, n, a) for n, a in zip(names, given, strict=True))
    kind = tuple(_itself(a) if d is None else d.shape for a, d in zip(given, data, strict=True))
    return Call(given, tuple(names), data, kind)


def numbers_of(title: str, name: str, argument: Any) -> NDArray[np.float64] | None:
    """The numbers of an argument; None if it is no data.

    Args:
        title: What is called.
        name: What the argument is called.
        argument: The argument.

    Raises:
        ReplayError: it is ragged, holds something else than real numbers, or is a dict or a set.
    """
    if isinstance(argument, (bool, np.bool_, str, bytes)):
        return None
    if isinstance(argument, (Mapping, Set)):  # numbers in it would stay as they are, unseen
        raise ReplayError(
            f"replay of {title}: {name} is a {type(argument).__name__}: give the numbers in it as arguments or arrays "
            "of their own; if it is no data, say so with static="
        )
    if not isinstance(argument, (int, float, np.number, list, tuple, Value)) and not hasattr(argument, "__array__"):
        return None
    with suppress(TypeError, ValueError, OverflowError):
        array = np.asarray(argument)
        real = all(isinstance(x, (Real, Value)) for x in array.flat) if array.dtype == object else True
        if real and array.dtype.kind in "biufO":
            return array.astype(np.float64, copy=False)
    raise ReplayError(
        f"replay of {title}: {name} must be a number or an array of real numbers, and not ragged or of anything else; "
        "what is no data can be named in static="
    )


def _itself(argument: Any) -> Hashable:
    """Something that is equal for equal arguments; by identity where they cannot be hashed."""
    try:
        hash(argument)
    except TypeError:
        return (type(argument), id(argument))
    return (type(argument), argument)


def signature_of(function: Callable[..., Any], static: Collection[str]) -> Signature | None:
    """What arguments a function takes; None if it does not say, as some of another language do not.

    Raises:
        ReplayError: one that is to be static is not among them.
    """
    try:
        how = signature(function)
    except (TypeError, ValueError):
        return None
    for name in static:
        if name.partition("[")[0] not in how.parameters:
            raise ReplayError(
                f"replay of {title_of(function)}: it has no argument {name!r} to be static, only "
                f"{', '.join(how.parameters)}"
            )
    return how


class Inputs:
    """Leaves in arrays, and where their numbers stand.

    Args:
        arrays: The leaves of each argument, as an array of Values; None for arguments that are no data.
        batched: Whether every leaf stands for a number of each of many samples.

    Attributes:
        leaves: The leaves, argument by argument, each array in C order.
        columns: For each leaf which column it is in: numbers that differ in their first index share one.
        places: The place of each among the inputs: a column's numbers side by side.
        shapes: The shapes of the arrays.
    """

    def __init__(self, arrays: Sequence[NDArray[Any] | None], *, batched: bool = False) -> None:
        self.leaves: list[Value] = []
        self.shapes = tuple(None if array is None else array.shape for array in arrays)
        self._batched = batched
        self._spans: list[tuple[int, int]] = []
        columns: list[Indices] = []
        places: list[Indices] = []
        column = 0
        for array in arrays:
            first = len(self.leaves)
            if array is not None:
                self.leaves += array.ravel().tolist()
                rows = array.shape[0] if array.ndim and not batched else 1
                place = np.arange(array.size)
                width = max(array.size // max(rows, 1), 1)
                columns.append(column + place % width)
                column += width
                places.append(first + place % width * rows + place // width)
            self._spans.append((first, len(self.leaves)))
        empty = np.zeros(0, dtype=np.int64)
        self.columns = np.concatenate([empty, *columns])
        self.places = np.concatenate([empty, *places])

    def write(self, data: Sequence[NDArray[np.float64] | None], slots: NDArray[Any]) -> None:
        """Put numbers into the slots of the inputs.

        Args:
            data: An array per argument, shaped as its leaves; if batched, with an axis of samples in front.
            slots: The slots of the inputs.
        """
        for (first, stop), array in zip(self._spans, data, strict=True):
            if array is not None and stop > first:
                rows = array.shape[0] if array.ndim else 1
                lanes = rows if self._batched else 1
                slots[first * lanes : stop * lanes].reshape(-1, rows)[...] = array.reshape(rows, -1).T

    def read(self, slots: NDArray[Any]) -> tuple[NDArray[Any] | None, ...]:
        """What stands in the slots of the inputs, as an array per argument."""
        places = iter(np.split(slots[self.places], np.cumsum([stop - first for first, stop in self._spans])[:-1]))
        return tuple(None if s is None else flat.reshape(s) for s, flat in zip(self.shapes, places, strict=True))


def leaves_for(call: Call) -> list[NDArray[Any] | None]:
    """A new leaf for every number of a call, named after its argument and its place there: x[0][1]."""
    return [
        None
        if data is None
        else objects(list(map(Value, data.ravel().tolist(), _places(name, data.shape))), data.shape)
        for name, data in zip(call.names, call.data, strict=True)
    ]


def _places(name: str, shape: tuple[int, ...]) -> list[str]:
    names = [name]
    for size in shape:
        names = [f"{before}[{i}]" for before in names for i in range(size)]
    return names


def array_of_leaves(given: Any) -> NDArray[Any]:
    """Nested lists of leaves, an array of them, or one, as an array.

    Raises:
        ReplayError: the lists are ragged.
    """
    if isinstance(given, np.ndarray):
        return given.astype(object)
    flat: list[Any] = []
    shape: list[int] = []
    level: list[Any] = [given]
    while level and isinstance(level[0], (list, tuple)):
        sizes = {len(item) if isinstance(item, (list, tuple)) else -1 for item in level}
        if len(sizes) != 1:
            raise ReplayError("replay: an input is a ragged list of leaves: make its rows as long as one another")
        shape += sizes
        level = [item for row in level for item in row]
    flat = level
    return objects(flat, tuple(shape))


def objects(items: Sequence[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """An array of objects."""
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array.reshape(shape)


def arguments_for(call: Call, arrays: Sequence[NDArray[Any] | None]) -> tuple[Any, ...]:
    """What to call the function with: leaves in place of numbers, in arrays, lists and tuples as they were given."""
    return tuple(
        given if leaves is None else _like(given, leaves) for given, leaves in zip(call.given, arrays, strict=True)
    )


def _like(given: Any, leaves: NDArray[Any]) -> Any:
    if isinstance(given, (list, tuple)):
        nested = leaves.tolist()
        return tuple(nested) if isinstance(given, tuple) else nested
    return leaves if leaves.ndim else leaves.item()
