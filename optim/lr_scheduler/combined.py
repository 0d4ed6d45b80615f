"""Schedules made of schedules."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from ..errors import OptimizerError
from ..optimizer import Optimizer
from .base import LRScheduler

__all__ = ["ChainedScheduler", "SequentialLR"]


class ChainedScheduler:
    """Several schedules at once: their factors multiply.

    Args:
        schedulers: Schedules of one optimizer.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> from optim.lr_scheduler import ConstantLR, ExponentialLR
    >>> optimizer = SGD([Value(1.0)], lr=1.0)
    >>> chain = ChainedScheduler([ConstantLR(optimizer, 0.1, 2), ExponentialLR(optimizer, 0.9)])
    >>> chain.step()
    >>> round(optimizer.lr, 12)
    0.09
    """

    def __init__(self, schedulers: Sequence[LRScheduler]) -> None:
        if not schedulers or any(s.optimizer is not schedulers[0].optimizer for s in schedulers):
            raise OptimizerError("ChainedScheduler needs at least one schedule, all of one optimizer")
        self.schedulers = list(schedulers)

    def step(self) -> None:
        """Step each of them."""
        for scheduler in self.schedulers:
            scheduler.step()

    def get_last_lr(self) -> list[float]:
        """The rate of each group as it was set last."""
        return self.schedulers[-1].get_last_lr()


class SequentialLR(LRScheduler):
    """One schedule after another: a warm-up and then a decay, say.

    Args:
        optimizer: Whose rates to set.
        schedulers: The schedules, each counting from 0 when its turn comes.
        milestones: At which t the second, third, ... takes over.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> from optim.lr_scheduler import ExponentialLR, LinearLR
    >>> optimizer = SGD([Value(1.0)], lr=1.0)
    >>> warm, decay = LinearLR(optimizer, 0.5, total_iters=2), ExponentialLR(optimizer, 0.5)
    >>> schedule = SequentialLR(optimizer, [warm, decay], milestones=[2])
    >>> [schedule.rate(1.0, t) for t in range(5)]
    [0.5, 0.75, 1.0, 0.5, 0.25]
    """

    def __init__(self, optimizer: Optimizer, schedulers: Sequence[LRScheduler], milestones: Sequence[int]) -> None:
        if len(schedulers) != len(milestones) + 1 or list(milestones) != sorted(set(milestones)):
            raise OptimizerError(
                f"SequentialLR: {len(schedulers)} schedules need {len(schedulers) - 1} rising milestones, not "
                f"{list(milestones)}"
            )
        self.schedulers, self.milestones = list(schedulers), list(milestones)
        # Making the parts has set rates already; go back to what they started from.
        for group, base in zip(optimizer.param_groups, schedulers[0].base_lrs, strict=True):
            group["lr"] = base
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """The rate of the schedule whose turn it is."""
        i = bisect_right(self.milestones, t)
        return self.schedulers[i].rate(base, t - (self.milestones[i - 1] if i else 0))
