"""Schedules of the momentum."""

from __future__ import annotations

from ..checks import beta, whole
from ..errors import OptimizerError
from ..optimizer import Optimizer

__all__ = ["MomentumSchedule", "set_momentum"]


def set_momentum(optimizer: Optimizer, momentum: float) -> None:
    """Set the momentum of every group, which is the first of the betas where an optimizer has those.

    Raises:
        OptimizerError: the optimizer has no momentum.
    """
    for group in optimizer.param_groups:
        if "betas" in group:
            group["betas"] = (momentum, *group["betas"][1:])
        elif "momentum" in group:
            group["momentum"] = momentum
        else:
            raise OptimizerError(f"{type(optimizer).__name__} has no momentum to schedule: switch cycle_momentum off")


class MomentumSchedule:
    """min(1 − 1/(2·(⌊t/250⌋ + 1)), beta_max): the momentum grows in steps. Sutskever, Martens, Dahl and Hinton, 2013.

    Args:
        optimizer: Whose momentum to set.
        beta_max: Where it stops growing, from 0 to below 1.
        every: Steps between two rises.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> schedule = MomentumSchedule(SGD([Value(1.0)], lr=0.1, momentum=0.5), beta_max=0.99)
    >>> [schedule.momentum(t) for t in (0, 250, 1000)]
    [0.5, 0.75, 0.9]
    """

    def __init__(self, optimizer: Optimizer, beta_max: float = 0.99, every: int = 250) -> None:
        beta("MomentumSchedule", "beta_max", beta_max)
        whole("MomentumSchedule", "every", every)
        self.optimizer, self.beta_max, self.every = optimizer, beta_max, every
        self.last_epoch = 0
        set_momentum(optimizer, self.momentum(0))

    def momentum(self, t: int) -> float:
        """The momentum at step t."""
        return min(1 - 1 / (2 * (t // self.every + 1)), self.beta_max)

    def step(self) -> None:
        """Go on by one step and set the momentum."""
        self.last_epoch += 1
        set_momentum(self.optimizer, self.momentum(self.last_epoch))
