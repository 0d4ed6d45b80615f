"""Schedules that follow a formula in t; t is usually the epoch."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence

from ..checks import positive, whole
from ..errors import OptimizerError
from ..optimizer import Optimizer
from .base import LRScheduler

__all__ = [
    "ConstantLR", "CosineAnnealingLR", "DiminishingLR", "ExponentialLR", "InverseSqrtLR", "InverseTimeDecay",
    "LambdaLR", "LinearLR", "MultiStepLR", "PolynomialLR", "StepLR",
]  # fmt: skip


class LambdaLR(LRScheduler):
    """The starting rate times a function of t.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> schedule = LambdaLR(SGD([Value(1.0)], lr=0.5), lambda t: 1 / (1 + t))
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    def __init__(self, optimizer: Optimizer, lr_lambda: Callable[[int], float]) -> None:
        self.lr_lambda = lr_lambda
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """base · lr_lambda(t)."""
        return base * self.lr_lambda(t)


class StepLR(LRScheduler):
    """Multiplied by gamma every `step_size` epochs: base · gamma^⌊t/step_size⌋.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> schedule = StepLR(SGD([Value(1.0)], lr=1.0), step_size=2, gamma=0.5)
    >>> [schedule.rate(1.0, t) for t in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        self.step_size = whole("StepLR", "step_size", step_size)
        positive("StepLR", "gamma", gamma)
        self.gamma = gamma
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """base · gamma^⌊t/step_size⌋."""
        return base * self.gamma ** (t // self.step_size)


class MultiStepLR(LRScheduler):
    """Multiplied by gamma at each of the given epochs.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> schedule = MultiStepLR(SGD([Value(1.0)], lr=1.0), [1, 3], gamma=0.5)
    >>> [schedule.rate(1.0, t) for t in range(5)]
    [1.0, 0.5, 0.5, 0.25, 0.25]
    """

    def __init__(self, optimizer: Optimizer, milestones: Sequence[int], gamma: float = 0.1) -> None:
        if list(milestones) != sorted(milestones):
            raise OptimizerError(f"MultiStepLR: milestones must be in order, not {list(milestones)}")
        positive("MultiStepLR", "gamma", gamma)
        self.milestones, self.gamma = list(milestones), gamma
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """base · gamma^(milestones passed)."""
        return base * self.gamma ** bisect_right(self.milestones, t)


class ExponentialLR(LRScheduler):
    """Multiplied by gamma every `every` epochs, smoothly: base · gamma^(t/every).

    With gamma = exp(-k) this is base · exp(-k·t); with gamma = 1/e or 1/10 and every = 5, the rate falls by e or by 10
    every five epochs.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> schedule = ExponentialLR(SGD([Value(1.0)], lr=1.0), gamma=0.5)
    >>> [schedule.rate(1.0, t) for t in range(3)]
    [1.0, 0.5, 0.25]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, every: float = 1.0) -> None:
        positive("ExponentialLR", "gamma", gamma)
        positive("ExponentialLR", "every", every)
        self.gamma, self.every = gamma, every
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """base · gamma^(t/every)."""
        return float(base * self.gamma ** (t / self.every))


class ConstantLR(LRScheduler):
    """base · factor until `total_iters`, then base. With factor 1 the rate never changes.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> schedule = ConstantLR(SGD([Value(1.0)], lr=1.0), factor=0.5, total_iters=2)
    >>> [schedule.rate(1.0, t) for t in range(3)]
    [0.5, 0.5, 1.0]
    """

    def __init__(self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5) -> None:
        positive("ConstantLR", "factor", factor)
        self.factor, self.total_iters = factor, whole("ConstantLR", "total_iters", total_iters, 0)
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """base · factor, then base."""
        return base if t >= self.total_iters else base * self.factor


class LinearLR(LRScheduler):
    """From base · start_factor to base · end_factor in a straight line: a warm-up.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> schedule = LinearLR(SGD([Value(1.0)], lr=1.0), start_factor=0.5, total_iters=2)
    >>> [schedule.rate(1.0, t) for t in range(4)]
    [0.5, 0.75, 1.0, 1.0]
    """

    def __init__(
        self, optimizer: Optimizer, start_factor: float = 1 / 3, end_factor: float = 1.0, total_iters: int = 5
    ) -> None:
        positive("LinearLR", "start_factor", start_factor)
        positive("LinearLR", "end_factor", end_factor, zero=True)
        self.start_factor, self.end_factor = start_factor, end_factor
        self.total_iters = whole("LinearLR", "total_iters", total_iters)
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """Linear in t up to `total_iters`."""
        share = min(t, self.total_iters) / self.total_iters
        return base * (self.start_factor + (self.end_factor - self.start_factor) * share)


class PolynomialLR(LRScheduler):
    """base · (1 − t/total_iters)^power, then 0.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> schedule = PolynomialLR(SGD([Value(1.0)], lr=1.0), total_iters=4, power=2.0)
    >>> [schedule.rate(1.0, t) for t in (0, 2, 4)]
    [1.0, 0.25, 0.0]
    """

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0) -> None:
        positive("PolynomialLR", "power", power)
        self.total_iters, self.power = whole("PolynomialLR", "total_iters", total_iters), power
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """base · (1 − t/total_iters)^power."""
        return float(base * (1 - min(t, self.total_iters) / self.total_iters) ** self.power)


class InverseTimeDecay(LRScheduler):
    """base / (1 + k·t).

    >>> from autograd import Value
    >>> from optim import SGD
    >>> InverseTimeDecay(SGD([Value(1.0)], lr=1.0), k=0.1).rate(1.0, 10)
    0.5
    """

    def __init__(self, optimizer: Optimizer, k: float) -> None:
        positive("InverseTimeDecay", "k", k, zero=True)
        self.k = k
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """base / (1 + k·t)."""
        return base / (1 + self.k * t)


class DiminishingLR(LRScheduler):
    """base / (b + t), t counted from 1: the rates add up without bound, their squares do not. Robbins and Monro, 1951.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> DiminishingLR(SGD([Value(1.0)], lr=1.0), b=1.0).get_last_lr()
    [0.5]
    """

    def __init__(self, optimizer: Optimizer, b: float = 0.0) -> None:
        positive("DiminishingLR", "b", b, zero=True)
        self.b = b
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """base / (b + t + 1)."""
        return base / (self.b + t + 1)


class InverseSqrtLR(LRScheduler):
    """base / √t, t counted from 1.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> InverseSqrtLR(SGD([Value(1.0)], lr=1.0)).rate(1.0, 3)
    0.5
    """

    def rate(self, base: float, t: int) -> float:
        """base / √(t + 1)."""
        return base / math.sqrt(t + 1)


class CosineAnnealingLR(LRScheduler):
    """Half a cosine wave from base down to eta_min in T_max epochs, and up again. Loshchilov and Hutter, 2017.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> schedule = CosineAnnealingLR(SGD([Value(1.0)], lr=1.0), T_max=2)
    >>> [round(schedule.rate(1.0, t), 12) for t in range(3)]
    [1.0, 0.5, 0.0]
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        self.T_max = whole("CosineAnnealingLR", "T_max", T_max)
        positive("CosineAnnealingLR", "eta_min", eta_min, zero=True)
        self.eta_min = eta_min
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """eta_min + (base − eta_min)·(1 + cos(π·t/T_max))/2."""
        return self.eta_min + (base - self.eta_min) * (1 + math.cos(math.pi * t / self.T_max)) / 2
