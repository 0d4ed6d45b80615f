"""Block: some parameters as one array, which update rules see and change."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .prepared import Prepared, Run

__all__ = ["Array", "Block"]

Array: TypeAlias = NDArray[Any]


class Block:
    """Some parameters as one array, with what an update rule remembers of them.

    Attributes:
        parameters: The parameters.
        steps: How many updates they have had.
        states: What the rule remembers, by name, as arrays of the block's shape.
        p: The numbers, to be changed in place.
        g: The gradient; an update rule may overwrite it only if `own`.
        own: Whether `g` is the block's own, to be written to.
        prepared: The recipe by which it was changed last.
        asked: What the recipe was made from; see `Ruled.settle`.
        run: What changes `p` by `g`, as the recipe says.
        settled: Whether `run` does so in the next step too, while the settings stay as they are.
    """

    own = True
    scalars = False
    """Whether the parameters are Values."""
    listed: list[Any] | None = None
    """Values that `run` changes one by one, where a rule is simple enough."""
    p: Array
    g: Array
    run: Run

    def __init__(self, parameters: Sequence[Any], steps: int) -> None:
        self.parameters = list(parameters)
        self.steps = steps
        self.states: dict[str, Array] = {}
        self.settled = False
        self.prepared: Prepared | None = None
        self.asked: Any = None
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

    def suits(self, prepared: Prepared) -> bool:
        """Whether it remembers what was prepared, in the same arrays."""
        return all(map(is_, prepared.states, map(self.states.get, prepared.recipe.states)))

    def follow(self, prepared: Prepared) -> bool:
        """Let `run` be what was prepared, for the gradient that has been gathered.

        Returns:
            Whether it is so for all gradients of the usual dtype, of which this is one.
        """
        usual = self.g.dtype == self.p.dtype
        self.run = prepared.run if usual else prepared.run_mixed
        return usual

    def quick(self) -> bool:
        """Bring numbers and gradients in as they mostly are: arrays of the parameters' shape and dtype.

        Returns:
            Whether they were; if not, `gather` has to look closer.
        """
        return self.gather()

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

    def one_by_one(self, params: list[Any]) -> bool:  # noqa: ARG002
        """Change the Values of a list, which are the block's own, one by one, where the recipe is simple enough."""
        return False

    def parts(self, array: Array) -> list[Array]:
        """An array of the block's shape as views, one per parameter."""
        raise NotImplementedError
