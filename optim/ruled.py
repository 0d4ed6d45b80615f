"""Ruled: what an optimizer does to a block of parameters, by a rule for every element."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd import can_compile

from .blocks import Block
from .errors import MissingExtraError
from .loops import machine_loop
from .patience import COMPILED, Patience
from .prepared import Prepared
from .rules import Recipe, Rule, recipe_of

__all__ = ["Ruled", "unchanging"]

UNCHANGING = (int, float, str, np.generic, type(None))
"""Settings that are replaced where they change: an array could be another inside."""
HOOKS = ("update", "prepare", "rule", "numbers", "switches")
"""Where a class says what a step is."""


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
    param_groups: list[dict[str, Any]]
    patience: Patience
    _name: str

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "steady" not in cls.__dict__ and not {"numbers", "switches"}.isdisjoint(cls.__dict__):
            cls.steady = False

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
        self.settle(block, group)
        block.run(block.p, block.g)

    def settle(self, block: Block, group: Mapping[str, Any], *, counted: bool = False) -> None:
        """Let `block.run` be what the rule does in this step, which `block.steps` counts already.

        Args:
            block: Some parameters, their gradient gathered.
            group: Their settings.
            counted: Whether it is known already that it is too early, or too late, to begin with a compiled loop.
        """
        named, switches = self.numbers(block, group), self.switches(block, group)
        asked = (type(self).rule, tuple(named), switches, self.maximize and self.is_ruled)
        before = len(block.states)
        prepared = block.prepared
        if prepared is None or asked != block.asked or not block.suits(prepared):
            prepared = self._prepared(block, group, *asked)
            block.prepared, block.asked = prepared, asked
        elif not counted and prepared.machine is not (machine := self._machine(prepared.recipe, block)):
            prepared = block.prepared = Prepared(prepared.recipe, machine, block.p, prepared.states, block.scratch)
        prepared.take(tuple(map(float, named.values())))
        block.settled = block.follow(prepared) and self.steady and len(block.states) == before

    def _prepared(
        self, block: Block, group: Mapping[str, Any], rule: Rule, names: tuple[str, ...], switches: dict[str, bool],
        negated: bool,
    ) -> Prepared:  # fmt: skip
        if rule is Ruled.rule:
            raise TypeError(f"{self._name} does not say what a step is")
        recipe = recipe_of(rule, names, tuple(switches.items()), negated)
        for name in recipe.states:
            if name not in block.states:
                block.state(name, self.start(name, group))
        states = [block.states[name] for name in recipe.states]
        return Prepared(recipe, self._machine(recipe, block), block.p, states, block.scratch)

    def prepare(self, block: Block, group: Mapping[str, Any]) -> None:
        """Change a block's gradient before the rule sees it; here nothing is done."""

    def is_bare(self, group: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """Whether a step of a group is the rule and nothing else: whether `prepare` does nothing."""
        return type(self).prepare is Ruled.prepare

    def needs_closure(self, group: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """Whether a step of a group cannot do without a closure."""
        return False

    def repeats(self) -> bool:
        """Whether a step is the rule and nothing else, for as long as no attribute is set and no setting replaced."""
        if not self.is_ruled or not vars(self).keys().isdisjoint(HOOKS):
            return False
        for group in self.param_groups:
            if not self.is_bare(group) or self.needs_closure(group):
                return False
            if not all(name == "params" or unchanging(setting) for name, setting in group.items()):
                return False
        return True

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
        if self._fused is None and self.patience.lasts(Patience.cost(recipe, block.p)):
            return None
        return machine_loop(recipe, dtype)

    def waiting(self, block: Block) -> int:
        """What a step of a block costs while it waits for a compiled loop; 0 where it does not."""
        prepared = block.prepared
        if self._fused is not None or prepared is None or prepared.machine is not None or block.p.dtype not in COMPILED:
            return 0
        # Where the time has come and there is still no loop, there will be none.
        return Patience.cost(prepared.recipe, block.p) if can_compile() and self.patience.lasts(0) else 0


def unchanging(setting: Any) -> bool:
    """Whether a setting is replaced where it changes."""
    parts = setting if type(setting) is tuple else (setting,)
    return all(isinstance(part, UNCHANGING) for part in parts)
