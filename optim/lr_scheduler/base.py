"""What all schedules share: counting steps, setting rates, saving where they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import OptimizerError
from ..optimizer import Optimizer

__all__ = ["LRScheduler"]


class LRScheduler:
    """Base of schedules: a subclass says in `rate` what a group's learning rate is at time t.

    The rate is set at once, for t = 0, and by every `step()` after it, usually once per epoch. If something else has
    changed a rate in between, be it by hand or by another schedule, the schedule goes on from there in proportion, so
    that schedules stepped one after another multiply.

    Args:
        optimizer: Whose rates to set; each group starts from the rate it has now.

    Attributes:
        last_epoch: The t the rates were set for last.
        base_lrs: The rates the groups started from.

    Raises:
        OptimizerError: a setting makes no sense.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        if not isinstance(optimizer, Optimizer):
            raise OptimizerError(f"{self._name} schedules an Optimizer, not a {type(optimizer).__name__}")
        self.optimizer = optimizer
        self.last_epoch = 0
        self.base_lrs = [float(group["lr"]) for group in optimizer.param_groups]
        self._scales = [1.0] * len(self.base_lrs)
        self._last = list(self.base_lrs)
        self.set_rates()

    @property
    def _name(self) -> str:
        return type(self).__name__

    def rate(self, base: float, t: int) -> float:
        """The learning rate at time t of a group that started with the rate `base`."""
        raise NotImplementedError

    def step(self) -> None:
        """Go on by one epoch (or whatever is counted) and set the rates."""
        self.last_epoch += 1
        self.set_rates()

    def set_rates(self) -> None:
        """Set the rates for the present t."""
        for i, group in enumerate(self.optimizer.param_groups[: len(self.base_lrs)]):
            if group["lr"] != self._last[i] and self._last[i]:
                self._scales[i] *= group["lr"] / self._last[i]
            group["lr"] = self._last[i] = self._scales[i] * self.rate(self.base_lrs[i], self.last_epoch)

    def get_last_lr(self) -> list[float]:
        """The rate of each group as it was set last."""
        return list(self._last)

    def state_dict(self) -> dict[str, Any]:
        """Where the schedule is, as plain data; what it was made with is not part of it."""
        return {name: list(v) if isinstance(v, list) else v for name, v in vars(self).items() if name in self._state}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where another schedule of the same kind was.

        Raises:
            OptimizerError: the state is of another kind of schedule.
        """
        if set(state) != set(self._state):
            raise OptimizerError(f"{self._name} cannot take over a state of {', '.join(state)}")
        for name, value in state.items():
            setattr(self, name, list(value) if isinstance(value, list) else value)

    _state: tuple[str, ...] = ("last_epoch", "base_lrs", "_scales", "_last")

    def __repr__(self) -> str:
        return f"{self._name}(t={self.last_epoch}, lr={', '.join(f'{lr:g}' for lr in self._last)})"
