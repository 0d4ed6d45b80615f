"""Parameters in blocks: an update rule sees arrays, whatever the parameters are.

Scalars are gathered into one array per step and given back; small tensors of one dtype live in one flat array, of which
each becomes a view, so that a rule costs a handful of numpy calls however many they are; a large tensor is a block of
its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor, Value, increment_version

__all__ = ["SMALL", "Array", "Block", "Leaf", "blocks_of"]

Array: TypeAlias = NDArray[Any]
Leaf: TypeAlias = "Value | Tensor"
SMALL = 4096
"""Tensors of at most so many elements share a flat array: copying their gradients costs less than calling numpy."""


class Block:
    """Some parameters as one array, with what an update rule remembers of them.

    Attributes:
        parameters: The parameters.
        steps: How many updates they have had.
        states: What the rule remembers, by name, as arrays of the block's shape.
        p: The numbers, to be changed in place.
        g: The gradient; an update rule may overwrite it only if `own`.
        own: Whether `g` is the block's own copy.
    """

    own = True
    p: Array
    g: Array

    def __init__(self, parameters: Sequence[Any], steps: int) -> None:
        self.parameters = list(parameters)
        self.steps = steps
        self.states: dict[str, Array] = {}
        self._scratch: dict[int, Array] = {}

    def state(self, name: str, start: float = 0.0) -> Array:
        """What the rule remembers under a name; filled with `start` the first time."""
        found = self.states.get(name)
        if found is None:
            found = self.states[name] = np.full_like(self.p, start)
        return found

    def scratch(self, i: int = 0) -> Array:
        """An array to compute in; what it holds is lost at the next step."""
        found = self._scratch.get(i)
        if found is None:
            found = self._scratch[i] = np.empty_like(self.p)
        return found

    def writable_gradient(self) -> Array:
        """The gradient as an array that may be overwritten."""
        if not self.own:
            copy = self.scratch(-1)
            np.copyto(copy, self.g)
            self.g, self.own = copy, True
        return self.g

    def decayed(self, weight_decay: float) -> Array:
        """The gradient with that of an L2 penalty, ½ · weight_decay · ‖p‖², added; not to be overwritten."""
        if not weight_decay:
            return self.g
        out = self.scratch(0)
        np.multiply(self.p, weight_decay, out=out)
        return np.add(self.g, out, out=out)

    def fits(self) -> bool:
        """Whether the parameters are still where the block left them."""
        return True

    def gather(self) -> None:
        """Bring numbers and gradients in."""
        raise NotImplementedError

    def scatter(self) -> None:
        """Give the changed numbers back."""
        raise NotImplementedError

    def parts(self, array: Array) -> list[Array]:
        """An array of the block's shape as views, one per parameter."""
        raise NotImplementedError


class _Scalars(Block):
    """Values."""

    def gather(self) -> None:
        # fromiter, told how many, is half as long about it as array; it takes the number of a gradient that is a Value.
        count = len(self.parameters)
        self.p = np.fromiter([v.data for v in self.parameters], float, count)
        self.g = np.fromiter([v.grad for v in self.parameters], float, count)

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
        self._gradient = np.empty_like(self.p)
        self.views = self.parts(self.p)
        for tensor, view in zip(parameters, self.views, strict=True):
            tensor.data = view

    def fits(self) -> bool:
        return all(t.data is view for t, view in zip(self.parameters, self.views, strict=True))

    def gather(self) -> None:
        np.concatenate([_array(t.grad).ravel() for t in self.parameters], out=self._gradient)
        self.g = self._gradient

    def scatter(self) -> None:
        increment_version(self.parameters)

    def parts(self, array: Array) -> list[Array]:
        starts = [0, *self.ends[:-1]]
        return [array[i:j].reshape(t.shape) for t, i, j in zip(self.parameters, starts, self.ends, strict=True)]


class _One(Block):
    """A large tensor."""

    def gather(self) -> None:
        tensor = self.parameters[0]
        if not tensor.data.flags.writeable:
            tensor.data = tensor.data.copy()
        self.p, self.g, self.own = tensor.data, _array(tensor.grad), False

    def scatter(self) -> None:
        increment_version(self.parameters)

    def parts(self, array: Array) -> list[Array]:
        return [array]


def _array(gradient: Any) -> Array:
    return gradient.data if isinstance(gradient, Tensor) else np.asarray(gradient)


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
    for kind, members in together.items():
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
