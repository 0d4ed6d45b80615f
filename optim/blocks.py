"""Parameters in blocks: an update rule sees arrays, whatever the parameters are.

Scalars are gathered into one array per step and given back; small tensors of one dtype live in one flat array, of which
each becomes a view, so that a rule costs a handful of numpy calls however many they are; a large tensor is a block of
its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import is_
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor, Value, increment_version

from .errors import OptimizerError
from .loops import array_loop
from .rules import Recipe

__all__ = ["SMALL", "Array", "Block", "Leaf", "as_array", "blocks_of"]

Array: TypeAlias = NDArray[Any]
Leaf: TypeAlias = "Value | Tensor"
SMALL = 16384
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
    one_by_one = False
    """Whether the parameters are Values, which a simple rule changes quickest one by one."""
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

    def apply(self, recipe: Recipe, numbers: Sequence[float], machine: Callable[..., None] | None = None) -> None:
        """Do what a recipe says.

        Args:
            recipe: What to do; its states are there already.
            numbers: The recipe's numbers.
            machine: The recipe as a compiled loop, which is used where the arrays suit it.
        """
        states = [self.states[name] for name in recipe.states]
        if machine is not None and self._suits(states):
            arrays = [a if a.ndim == 1 else a.reshape(-1) for a in (self.p, self.g, *states)]
            machine(*arrays[:2], np.array(numbers, self.p.dtype), *arrays[2:])
            return
        loop, spare = array_loop(recipe)
        loop(self.p, self.g, numbers, *states, *map(self.scratch, range(spare)))

    def _suits(self, states: list[Array]) -> bool:
        """Whether a compiled loop can run over the arrays as they lie in memory."""
        p = self.p
        return p.flags.carray and all(
            a.dtype == p.dtype and a.shape == p.shape and a.flags.carray for a in (self.g, *states)
        )

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
    """Values, gathered when an array of them is asked for."""

    one_by_one = True

    def gather(self) -> None:
        for name in ("p", "g"):
            self.__dict__.pop(name, None)

    def __getattr__(self, name: str) -> Any:
        if name not in ("p", "g"):
            raise AttributeError(name)
        # fromiter, told how many, is half as long about it as array; it takes the number of a gradient that is a Value.
        numbers = [v.data for v in self.parameters] if name == "p" else [v.grad for v in self.parameters]
        array = np.fromiter(numbers, float, len(numbers))
        setattr(self, name, array)
        return array

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
        self._shapes = [t.shape for t in parameters]
        self.views = self.parts(self.p)
        for tensor, view in zip(parameters, self.views, strict=True):
            tensor.data = view

    def fits(self) -> bool:
        return all(map(is_, [t.data for t in self.parameters], self.views))

    def gather(self) -> None:
        gradients = [as_array(t.grad) for t in self.parameters]
        if [g.shape for g in gradients] != self._shapes:
            raise _misfit(self.parameters)
        np.concatenate(gradients, axis=None, out=self._gradient)
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
        self.p, self.g, self.own = tensor.data, as_array(tensor.grad), False
        if self.g.shape != self.p.shape:
            raise _misfit(self.parameters)

    def scatter(self) -> None:
        increment_version(self.parameters)

    def parts(self, array: Array) -> list[Array]:
        return [array]


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
