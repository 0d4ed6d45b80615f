"""Parameters in blocks: an update rule sees arrays, whatever the parameters are.

Scalars are gathered into one array per step and given back; small tensors of one dtype live in one flat array, of which
each becomes a view, so that a rule costs a handful of numpy calls however many they are; a large tensor is a block of
its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter, is_
from typing import Any, TypeAlias

import numpy as np

from autograd import Tensor, Value, increment_version

from .block import Array, Block
from .errors import OptimizerError
from .loops import value_loop
from .prepared import Prepared

__all__ = ["SMALL", "Array", "Block", "Leaf", "as_array", "blocks_of"]

Leaf: TypeAlias = "Value | Tensor"
SMALL = 16384
"""Tensors of at most so many elements share a flat array: copying their gradients costs less than calling numpy."""
# A step reads what is behind a Tensor's property `data`: that would be a call of Python's for every parameter.
_data, _grad = attrgetter("_data"), attrgetter("grad")
_data_and_grad = attrgetter("_data", "grad")
_kinds = attrgetter("_data.flags.writeable", "grad.__class__", "grad.shape", "grad.dtype")
_kind = attrgetter("shape", "dtype")


class _Scalars(Block):
    """Values, gathered into an array, or a list of them that is changed one by one."""

    scalars = True
    p: Any
    g: Any

    def one_by_one(self, params: list[Any]) -> bool:
        if self.prepared is None or self.states or len(params) != len(self.parameters):
            return False
        if value_loop(self.prepared.recipe) is None:
            return False
        self.listed = params
        self.settled = False
        return True

    def follow(self, prepared: Prepared) -> bool:
        loop = value_loop(prepared.recipe) if self.listed is not None else None
        if loop is None:
            return super().follow(prepared)
        numbers = prepared.numbers
        self.run = lambda values, _: loop(values, numbers)
        return True

    def quick(self) -> bool:
        if self.listed is None:
            return self.gather()
        self.p, self.g = self.listed, None
        return True

    def gather(self) -> bool:
        self.listed = None
        gradients = [v.grad for v in self.parameters]
        if None in gradients:
            return False
        self.p, self.g = _array([v.data for v in self.parameters]), _array(gradients)
        return True

    def scatter(self) -> None:
        for value, number in zip(self.parameters, self.p.tolist(), strict=True):
            value.data = number

    def parts(self, array: Array) -> list[Array]:
        return [array[i : i + 1].reshape(()) for i in range(len(self.parameters))]


class _Flat(Block):
    """Small tensors of one dtype."""

    def __init__(self, parameters: Sequence[Tensor], steps: int) -> None:
        super().__init__(parameters, steps)
        self.ends = np.cumsum([t.size for t in parameters]).tolist()
        self.p = np.concatenate([t.data.ravel() for t in parameters])
        self.kinds = [(t.shape, self.p.dtype) for t in parameters]
        self.views = self.parts(self.p)
        for tensor, view in zip(parameters, self.views, strict=True):
            tensor.data = view

    def quick(self) -> bool:
        parameters = self.parameters
        gradients = [*map(_grad, parameters)]
        try:
            if [*map(_kind, gradients)] != self.kinds or not all(map(is_, map(_data, parameters), self.views)):
                return False
            # As bytes they are put together in a third of the time that concatenate takes for a few small arrays.
            self.g = np.frombuffer(bytearray().join(gradients), self.p.dtype)
        except (AttributeError, TypeError, ValueError, BufferError):
            return False  # one is None, a number, a Tensor or an array with gaps
        return True

    def gather(self) -> bool:
        self.own, self.settled = True, False
        if self.quick():
            return True
        if not all(map(is_, map(_data, self.parameters), self.views)):
            return False
        gradients = [t.grad for t in self.parameters]
        if any(g is None for g in gradients):
            return False
        arrays = list(map(as_array, gradients))
        if any(g.shape != t.shape for g, t in zip(arrays, self.parameters, strict=True)):
            raise _misfit(self.parameters)
        self.g = np.concatenate(arrays, axis=None, out=self.scratch(-1))
        return True

    def scatter(self) -> None:
        increment_version(self.parameters)

    def parts(self, array: Array) -> list[Array]:
        starts = [0, *self.ends[:-1]]
        return [array[i:j].reshape(t.shape) for t, i, j in zip(self.parameters, starts, self.ends, strict=True)]


class _One(Block):
    """A large tensor."""

    def __init__(self, parameters: Sequence[Tensor], steps: int) -> None:
        super().__init__(parameters, steps)
        (self.tensor,) = parameters
        self.usual = (True, np.ndarray, self.tensor.shape, self.tensor.dtype)

    def quick(self) -> bool:
        tensor = self.tensor
        self.p, self.g = _data_and_grad(tensor)
        try:
            return _kinds(tensor) == self.usual
        except AttributeError:
            return False  # the gradient is None or a number

    def gather(self) -> bool:
        tensor = self.tensor
        p, gradient = tensor.data, tensor.grad
        if gradient is None:
            return False
        if not p.flags.writeable:
            tensor.data = p = p.copy()
        self.settled = False
        self.p, self.g, self.own = p, as_array(gradient), False
        if self.g.shape != p.shape:
            raise _misfit(self.parameters)
        return True

    def scatter(self) -> None:
        increment_version(self.parameters)

    def parts(self, array: Array) -> list[Array]:
        return [array]


def _array(numbers: Sequence[Any]) -> Array:
    # fromiter, told how many, is half as long about it as array; it takes the number of a gradient that is a Value.
    return np.fromiter(numbers, float, len(numbers))


def _misfit(parameters: Sequence[Any]) -> OptimizerError:
    """What to say where a gradient has not its parameter's shape."""
    t = next(t for t in parameters if as_array(t.grad).shape != t.shape)
    return OptimizerError(
        f"the gradient of {t.name or 'a parameter'} has shape {as_array(t.grad).shape}, but the parameter {t.shape}; "
        "a gradient that is set by hand has its parameter's shape"
    )


def as_array(gradient: Any) -> Array:
    """A gradient's numbers, be it an array, a float, a Tensor or a Value."""
    if type(gradient) is np.ndarray:
        return gradient
    return np.asarray(gradient.data if isinstance(gradient, (Tensor, Value)) else gradient)


def blocks_of(
    parameters: Sequence[Leaf],
    steps: Sequence[int],
    remembered: Sequence[dict[str, Array]],
    *,
    elementwise: bool = True,
) -> list[Block]:
    """The parameters in as few blocks as their kinds, dtypes and numbers of updates allow.

    Args:
        parameters: Leaves that have a gradient.
        steps: How many updates each has had.
        remembered: What the rule remembers of each.
        elementwise: Whether the rule changes every number by itself; otherwise each tensor is a block of its own.
    """
    together: dict[tuple[Any, ...], list[int]] = {}
    for i, p in enumerate(parameters):
        names = tuple(remembered[i])
        kind: tuple[Any, ...]
        if isinstance(p, Value):
            kind = ("scalar", steps[i], names)
        elif p.size <= SMALL and elementwise:
            kind = (str(p.dtype), steps[i], names)
        else:
            kind = (i,)
        together.setdefault(kind, []).append(i)
    blocks: list[Block] = []
    # Large ones last: they drive everything else out of the processor's caches.
    for kind, members in sorted(together.items(), key=lambda item: len(item[0]) == 1):
        make = _Scalars if kind[0] == "scalar" else _Flat if len(kind) == 3 else _One
        block = make(list[Any](parameters[i] for i in members), steps[members[0]])
        block.gather()
        for name in remembered[members[0]]:
            whole = np.empty_like(block.p)
            for part, i in zip(block.parts(whole), members, strict=True):
                part[...] = remembered[i][name]
            block.states[name] = whole
        blocks.append(block)
    return blocks
