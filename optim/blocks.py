"""Parameters in blocks: an update rule sees arrays, whatever the parameters are.

Scalars are gathered into one array per step and given back; small tensors of one dtype live in one flat array, of which
each becomes a view, so that a rule costs a handful of numpy calls however many they are; a large tensor is a block of
its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter, is_
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor, Value, increment_version

from .errors import OptimizerError
from .prepared import Prepared
from .rules import Recipe

__all__ = ["SMALL", "Array", "Block", "Leaf", "as_array", "blocks_of"]

Array: TypeAlias = NDArray[Any]
Leaf: TypeAlias = "Value | Tensor"
SMALL = 16384
"""Tensors of at most so many elements share a flat array: copying their gradients costs less than calling numpy."""
_data, _kind = attrgetter("data"), attrgetter("shape", "dtype")


class Block:
    """Some parameters as one array, with what an update rule remembers of them.

    Attributes:
        parameters: The parameters.
        steps: How many updates they have had.
        states: What the rule remembers, by name, as arrays of the block's shape.
        p: The numbers, to be changed in place.
        g: The gradient; an update rule may overwrite it only if `own`.
        own: Whether `g` is the block's own, to be written to.
        settled: By what recipe it was changed last, while that stays the same; see `Ruled`.
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
        self.settled: Any = None
        self._scratch: dict[int, Array] = {}
        self._prepared: Prepared | None = None

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

    def apply(self, recipe: Recipe, numbers: tuple[float, ...], machine: Callable[..., None] | None = None) -> None:
        """Do what a recipe says.

        Args:
            recipe: What to do; its states are there already.
            numbers: The recipe's numbers.
            machine: The recipe as a compiled loop, which is used where the arrays suit it.
        """
        prepared = self._prepared
        if prepared is None or prepared.recipe is not recipe:
            prepared = self._prepared = Prepared(recipe, self.p.dtype, self.scratch)
        states = [self.states[name] for name in recipe.states]
        if machine is not None and self._suits(states):
            arrays = [a if a.ndim == 1 else a.reshape(-1) for a in (self.p, self.g, *states)]
            machine(*arrays[:2], prepared.row(numbers), *arrays[2:])
        else:
            prepared.run(self.p, self.g, numbers, states)

    def _suits(self, states: list[Array]) -> bool:
        """Whether a compiled loop can run over the arrays as they lie in memory."""
        p = self.p
        return p.flags.carray and all(
            a.dtype == p.dtype and a.shape == p.shape and a.flags.carray for a in (self.g, *states)
        )

    def gather(self) -> bool:
        """Bring numbers and gradients in.

        Returns:
            Whether it could: False where a parameter has no gradient any more, or another array.

        Raises:
            OptimizerError: a gradient has not its parameter's shape.
        """
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

    def gather(self) -> bool:
        for name in ("p", "g"):
            self.__dict__.pop(name, None)
        return all(v.grad is not None for v in self.parameters)

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
        self._kinds = [(t.shape, self.p.dtype) for t in parameters]
        self.views = self.parts(self.p)
        for tensor, view in zip(parameters, self.views, strict=True):
            tensor.data = view

    def gather(self) -> bool:
        if not all(map(is_, map(_data, self.parameters), self.views)):
            return False
        gradients = [t.grad for t in self.parameters]
        try:
            if list(map(_kind, gradients)) == self._kinds:
                # As bytes they are put together in a third of the time that concatenate takes for a few small arrays.
                self.g, self.own = np.frombuffer(b"".join(gradients), self.p.dtype), False
                return True
        except (AttributeError, TypeError, ValueError, BufferError):
            pass  # one is None, a number, a Tensor or an array with gaps
        if any(g is None for g in gradients):
            return False
        arrays = list(map(as_array, gradients))
        if any(g.shape != shape for g, (shape, _) in zip(arrays, self._kinds, strict=True)):
            raise _misfit(self.parameters)
        self.g, self.own = np.concatenate(arrays, axis=None, out=self.scratch(-1)), True
        return True

    def scatter(self) -> None:
        increment_version(self.parameters)

    def parts(self, array: Array) -> list[Array]:
        starts = [0, *self.ends[:-1]]
        return [array[i:j].reshape(t.shape) for t, i, j in zip(self.parameters, starts, self.ends, strict=True)]


class _One(Block):
    """A large tensor."""

    def gather(self) -> bool:
        tensor = self.parameters[0]
        p, gradient = tensor.data, tensor.grad
        if gradient is None:
            return False
        if not p.flags.writeable:
            tensor.data = p = p.copy()
        self.p, self.g, self.own = p, as_array(gradient), False
        if self.g.shape != p.shape:
            raise _misfit(self.parameters)
        return True

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
