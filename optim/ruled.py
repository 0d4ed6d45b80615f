"""Ruled: what an optimizer does to a block of parameters, by a rule for every element."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

import numpy as np

from autograd import can_compile

from .blocks import Block
from .errors import MissingExtraError
from .loops import machine_loop
from .rules import Recipe, recipe_of

__all__ = ["Ruled"]

CALL = 4096
"""How many elements take as long as calling one of numpy's functions."""
UNCHANGING = (int, float, str, np.generic, type(None))
"""Settings that are replaced where they change: an array could be another inside."""
COMPILED = {np.dtype(np.float32): "float32", np.dtype(np.float64): "float64"}
"""Of which arrays there are compiled loops, and what numba calls them."""
STARTING_NUMBA, COMPILING = 3_000_000_000, 500_000_000
"""How many operations on elements take as long as loading numba and compiling a rule, and as compiling it alone."""


class Ruled:
    """The half of an optimizer that knows how numbers change: a subclass says it in `rule`.

    >>> from autograd import Value
    >>> from optim import Optimizer
    >>> class Descent(Optimizer):
    ...     @staticmethod
    ...     def rule(x):
    ...         return {"p": x.p - x.lr * x.g}
    >>> w = Value(3.0)
    >>> (w * w).backward()
    >>> Descent([w], {"lr": 0.25}).step()
    >>> w.data
    1.5
    """

    steady: bool = True
    """Whether `numbers` and `switches` follow from the group's settings and the names of what is remembered alone.

    They are then asked again only after a change of those. A class that says anew what they are is not taken to be
    steady, unless it says so: they may count steps.
    """
    maximize: bool
    _fused: bool | None = None
    _work = 0

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "steady" not in cls.__dict__ and not {"numbers", "switches"}.isdisjoint(cls.__dict__):
            cls.steady = False

    @property
    def _name(self) -> str:
        return type(self).__name__

    @property
    def is_ruled(self) -> bool:
        """Whether `update` is the rule's, and not one of the subclass's own."""
        return type(self).update is Ruled.update

    @staticmethod
    def rule(x: Any) -> Mapping[str, Any]:
        """How every number changes: `x.p` by its gradient `x.g` and what is remembered of it; see `optim.rules`.

        Returns:
            The new "p", and what is to be remembered, by name.
        """
        raise NotImplementedError

    def numbers(self, block: Block, group: Mapping[str, Any]) -> dict[str, float]:  # noqa: ARG002
        """The numbers of a step, the same for a whole block; `block.steps` counts this step. Here: the settings."""
        return {name: x for name, x in group.items() if isinstance(x, (int, float)) and not isinstance(x, bool)}

    def switches(self, block: Block, group: Mapping[str, Any]) -> dict[str, bool]:  # noqa: ARG002
        """What the rule may branch on. Here: the settings that are true or false."""
        return {name: x for name, x in group.items() if isinstance(x, bool)}

    def start(self, name: str, group: Mapping[str, Any]) -> float:  # noqa: ARG002
        """What is remembered under a name before the first step."""
        return 0.0

    def update(self, block: Block, group: Mapping[str, Any]) -> None:
        """Change `block.p` in place by `block.g`, by the rule; `block.steps` counts this update already."""
        recipe, numbers = self._recipe(block, group)
        for name in recipe.states:
            if name not in block.states:
                block.state(name, self.start(name, group))
        block.apply(recipe, numbers, self._machine(recipe, block))

    def prepare(self, block: Block, group: Mapping[str, Any]) -> None:
        """Change a block's gradient before the rule sees it; here nothing is done."""

    def is_bare(self, group: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """Whether a step of a group is the rule and nothing else: whether `prepare` does nothing."""
        return type(self).prepare is Ruled.prepare

    def _recipe(self, block: Block, group: Mapping[str, Any]) -> tuple[Recipe, tuple[float, ...]]:
        if block.settled is not None:
            around, settings, values, recipe, numbers = block.settled
            if around == (len(group), self.maximize, *block.states) and settings(group) == values:
                return recipe, numbers
        if type(self).rule is Ruled.rule:
            raise TypeError(f"{self._name} does not say what a step is")
        named, switches = self.numbers(block, group), self.switches(block, group)
        recipe = recipe_of(type(self).rule, tuple(named), tuple(switches.items()), self.maximize and self.is_ruled)
        numbers = tuple(map(float, named.values()))
        block.settled = None
        names = [name for name in group if name != "params"]
        if self.steady and names and all(isinstance(group[name], UNCHANGING) for name in names):
            settings = itemgetter(*names)
            around = (len(group), self.maximize, *block.states)
            block.settled = (around, settings, settings(group), recipe, numbers)
        return recipe, numbers

    @property
    def fused(self) -> bool | None:
        """Whether rules run as compiled loops; None where that is decided by what it saves."""
        return self._fused

    @fused.setter
    def fused(self, fused: bool | None) -> None:
        if fused and not can_compile():
            raise MissingExtraError(f"{self._name}: fused=True needs numba: pip install 'backglow[fast]'")
        self._fused = fused

    def _machine(self, recipe: Recipe, block: Block) -> Callable[..., None] | None:
        """The compiled loop, where there is one and it is wanted by now."""
        if self._fused is False or (dtype := COMPILED.get(block.p.dtype)) is None:
            return None
        if self._fused is None:
            # To go the slow way until that has cost as much as the fast one's start is never more than twice as dear.
            self._work += len(recipe.operations) * (block.p.size + CALL)
            if self._work < (COMPILING if "numba" in sys.modules else STARTING_NUMBA):
                return None
        return machine_loop(recipe, dtype)
