"""Schedules that look at how training goes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

from ..checks import positive, whole
from ..errors import OptimizerError
from ..optimizer import Optimizer

__all__ = ["HalveOnIncrease", "ReduceLROnPlateau"]


class ReduceLROnPlateau:
    """Multiplies every rate by `factor` when a measure has not improved for more than `patience` epochs.

    Args:
        optimizer: Whose rates to lower.
        mode: Whether the measure should become small ("min") or large ("max").
        factor: What to multiply with, below 1.
        patience: Epochs without improvement that are let pass.
        threshold: How much better a value must be to count as better.
        threshold_mode: Whether that is a share of the best ("rel") or a difference ("abs").
        cooldown: Epochs after a reduction in which none are counted.
        min_lr: No rate falls below this.
        eps: A change smaller than this is not made.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=1.0)
    >>> schedule = ReduceLROnPlateau(optimizer, factor=0.5, patience=2)
    >>> for loss in (1.0, 0.9, 0.9, 0.9, 0.9):
    ...     schedule.step(loss)
    >>> optimizer.lr
    0.5
    """

    def __init__(
        self, optimizer: Optimizer, mode: Literal["min", "max"] = "min", factor: float = 0.1, patience: int = 10,
        threshold: float = 1e-4, threshold_mode: Literal["rel", "abs"] = "rel", cooldown: int = 0,
        min_lr: float = 0.0, eps: float = 1e-8,
    ) -> None:  # fmt: skip
        positive("ReduceLROnPlateau", "factor", factor)
        if factor >= 1:
            raise OptimizerError(f"ReduceLROnPlateau: factor must be below 1, not {factor!r}")
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise OptimizerError(
                f"ReduceLROnPlateau: mode is 'min' or 'max' and threshold_mode 'rel' or 'abs', not {mode!r} and "
                f"{threshold_mode!r}"
            )
        for what, count in (("patience", patience), ("cooldown", cooldown)):
            whole("ReduceLROnPlateau", what, count, 0)
        for what, value in (("threshold", threshold), ("min_lr", min_lr), ("eps", eps)):
            positive("ReduceLROnPlateau", what, value, zero=True)
        self.optimizer, self.mode, self.factor, self.patience = optimizer, mode, factor, patience
        self.threshold, self.threshold_mode, self.cooldown = threshold, threshold_mode, cooldown
        self.min_lr, self.eps = min_lr, eps
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = self.last_epoch = 0

    def _better(self, value: float) -> bool:
        sign = -1 if self.mode == "min" else 1
        if self.threshold_mode == "abs":
            return sign * value > sign * self.best + self.threshold
        return value < self.best * (1 - self.threshold) if sign < 0 else value > self.best * (1 + self.threshold)

    def step(self, metrics: Any) -> None:
        """Look at the measure of an epoch, and lower the rates if it is time."""
        value = float(metrics)
        self.last_epoch += 1
        if self._better(value):
            self.best, self.num_bad_epochs = value, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            for group in self.optimizer.param_groups:
                lower = max(group["lr"] * self.factor, self.min_lr)
                if group["lr"] - lower > self.eps:
                    group["lr"] = lower
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0

    def get_last_lr(self) -> list[float]:
        """The rate of each group."""
        return [float(group["lr"]) for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Where the schedule is, as plain data."""
        return {name: getattr(self, name) for name in _PLATEAU}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where another one was."""
        for name in _PLATEAU:
            setattr(self, name, state[name])


_PLATEAU = ("best", "num_bad_epochs", "cooldown_counter", "last_epoch")


class HalveOnIncrease:
    """Halves every rate after an epoch whose validation error is higher than the one before.

    Args:
        optimizer: Whose rates to lower.
        factor: What to multiply with.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=1.0)
    >>> schedule = HalveOnIncrease(optimizer)
    >>> [schedule.step(error) or optimizer.lr for error in (5, 4, 4.5, 4.4, 4.6)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    def __init__(self, optimizer: Optimizer, factor: float = 0.5) -> None:
        positive("HalveOnIncrease", "factor", factor)
        self.optimizer, self.factor = optimizer, factor
        self.last = math.inf

    def step(self, metrics: Any) -> None:
        """Look at the error of an epoch."""
        value = float(metrics)
        if value > self.last:
            for group in self.optimizer.param_groups:
                group["lr"] *= self.factor
        self.last = value
