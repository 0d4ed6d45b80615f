"""Routine: a step that is taken as the one before it, since nothing is different that it depends on."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import TYPE_CHECKING, Any

from autograd import Tensor, increment_version

from .blocks import Block
from .ruled import unchanging

if TYPE_CHECKING:
    from .optimizer import Optimizer

__all__ = ["Routine"]


class Routine:
    """What an optimizer's step does, decided once.

    A step that finds the same objects as it was decided for, parameters and settings, does not ask again; where others
    are found, or gradients that have come or gone, or where an attribute of the optimizer was set, the step is taken in
    full. Settings alone may be others, as schedules make them: the rule is asked for its numbers.

    Args:
        optimizer: A step of it has just been taken in full.
        blocks: Of each group its blocks.
        idle: All parameters without a gradient.
    """

    def __init__(self, optimizer: Optimizer, blocks: Sequence[list[Block]], idle: list[Any]) -> None:
        groups = optimizer.param_groups
        self.idle = idle
        self.work = [(block, group) for group, those in zip(groups, blocks, strict=True) for block in those]
        self.tensors = [p for block, _ in self.work for p in block.parameters if isinstance(p, Tensor)]
        # Values that can be changed one by one are taken out of their group's list in every step.
        simple = [optimizer.steady and len(those) == 1 and those[0].one_by_one(group["params"])
                  for group, those in zip(groups, blocks, strict=True)]  # fmt: skip
        self.listed = [(those[0], group) for those, group, alone in zip(blocks, groups, simple, strict=True) if alone]
        self.lists = [(group["params"], [*group["params"]]) for group, alone in zip(groups, simple, strict=True)
                      if not alone]  # fmt: skip
        self.scalars = [block for block, _ in self.work if block.scalars and block.listed is None]
        self.cost = sum(optimizer.waiting(block) for block, _ in self.work if block.listed is None)
        self.groups = [*groups]
        self.settings = [[*group.values()] for group in groups]

    def repeat(self, optimizer: Optimizer) -> bool:
        """Take the step again.

        Returns:
            Whether it was taken; if not, nothing has been changed.
        """
        for params, known in self.lists:
            if len(params) != len(known) or not all(map(is_, params, known)):
                return False
        for block, group in self.listed:
            if len(group["params"]) != len(block.parameters):
                return False
        if len(self.groups) != len(optimizer.param_groups) or not all(map(is_, self.groups, optimizer.param_groups)):
            return False
        for group, settings in zip(self.groups, self.settings, strict=True):
            if len(group) != len(settings) or not all(map(is_, group.values(), settings)):
                if not self._only_settings_differ(optimizer):
                    return False
                break
        if self.cost and not optimizer.patience.lasts(self.cost):
            return False
        for p in self.idle:
            if p.grad is not None:
                return False
        for block, _ in self.work:
            if not block.quick() and not block.gather():
                return False
        try:
            for block, group in self.work:
                block.steps += 1
                if not block.settled:
                    optimizer.settle(block, group, counted=True)
                block.run(block.p, block.g)
                del block.g  # so that its memory is there for the next one
            for block in self.scalars:
                block.scatter()
        finally:
            increment_version(self.tensors)
        return True

    def _only_settings_differ(self, optimizer: Optimizer) -> bool:
        """Whether a step with other settings is this one with other numbers; they are taken over then."""
        for group, settings in zip(self.groups, self.settings, strict=True):
            if len(group) != len(settings):
                return False
            for (name, now), known in zip(group.items(), settings, strict=True):
                if now is not known and (name == "params" or not unchanging(now)):
                    return False
        if not all(map(optimizer.is_bare, self.groups)) or any(map(optimizer.needs_closure, self.groups)):
            return False
        for block, group in self.listed:  # another recipe could need them as arrays
            asked = tuple(optimizer.numbers(block, group)), optimizer.switches(block, group)
            if block.asked is None or block.asked[1:3] != asked:
                return False
        self.settings = [[*group.values()] for group in self.groups]
        for block, _ in self.work:
            block.settled = False
        return True
