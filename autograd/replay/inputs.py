"""Inputs: the arguments of a replayed function as leaves of a graph, and where their numbers go at every run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from inspect import Parameter, signature
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import ReplayError
from ..text import shorten, visible
from ..value import Value
from .tape import Indices

__all__ = [
    "Call", "Inputs", "arguments_for", "check_static", "leaves_for", "numbers_of", "objects", "read_call", "title_of",
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
    function: Callable[..., Any], title: str, positional: Sequence[Any], named: Mapping[str, Any],
    static: Collection[str],
) -> Call:  # fmt: skip
    """Sort the arguments of a call into data and the rest.

    Numbers, arrays (and what numpy makes arrays of), and lists and tuples of them are data, unless their names are
    among the static ones; strings, booleans, None, functions and other objects are not.

    Raises:
        ReplayError: the function cannot be called like this, or data are ragged or not real numbers.
    """
    try:
        bound = signature(function).bind(*positional, **named)
    except TypeError as error:
        raise ReplayError(f"replay of {title}: {error}") from None
    except ValueError:  # a function of another language, which has no signature
        names, given = [str(i) for i in range(len(positional))], tuple(positional)
    else:
        if bound.kwargs:
            raise ReplayError(f"replay of {title}: {next(iter(bound.kwargs))} can only be given by name: use a lambda")
        given, parameters = bound.args, list(bound.signature.parameters.values())
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
        ReplayError: it is ragged, or holds something else than real numbers.
    """
    if isinstance(argument, (bool, np.bool_, str, bytes)):
        return None
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


def check_static(function: Callable[..., Any], static: Collection[str]) -> None:
    """Refuse names of arguments that the function does not have.

    Raises:
        ReplayError: there is no such argument.
    """
    try:
        names = list(signature(function).parameters)
    except (TypeError, ValueError):  # a function of another language, which has no signature
        return
    for name in static:
        if name.partition("[")[0] not in names:
            raise ReplayError(
                f"replay of {title_of(function)}: it has no argument {name!r} to be static, only {', '.join(names)}"
            )


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
    """A new leaf for every number of a call."""
    return [
        None if data is None else objects([Value(x) for x in data.ravel().tolist()], data.shape) for data in call.data
    ]


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
