"""Schedules that come back up: restarts, triangles, one cycle. The cyclic ones can move the momentum the other way."""

from __future__ import annotations

import math
from typing import Any, Literal

from ..checks import beta as check_beta
from ..checks import positive, share, whole
from ..errors import OptimizerError
from ..optimizer import Optimizer
from .base import LRScheduler
from .momentum import set_momentum

__all__ = ["CosineAnnealingWarmRestarts", "CyclicLR", "OneCycleLR"]


class CosineAnnealingWarmRestarts(LRScheduler):
    """Half a cosine wave from base towards eta_min, again and again. Loshchilov and Hutter, 2017.

    Args:
        optimizer: Whose rates to set.
        T_0: Epochs of the first wave.
        T_mult: How many times longer each wave is than the one before.
        eta_min: Where a wave ends.
        inclusive: Let a wave take T_0 + 1 epochs so that it reaches eta_min, as lecture notes print it; PyTorch's waves
            start again one epoch before.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> schedule = CosineAnnealingWarmRestarts(SGD([Value(1.0)], lr=1.0), T_0=4, eta_min=0.1)
    >>> [round(schedule.rate(1.0, t), 4) for t in range(5)]
    [1.0, 0.8682, 0.55, 0.2318, 1.0]
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, *, inclusive: bool = False
    ) -> None:
        for what, value in (("T_0", T_0), ("T_mult", T_mult)):
            whole("CosineAnnealingWarmRestarts", what, value)
        positive("CosineAnnealingWarmRestarts", "eta_min", eta_min, zero=True)
        self.T_0, self.T_mult, self.eta_min, self.inclusive = T_0, T_mult, eta_min, inclusive
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """eta_min + (base − eta_min)·(1 + cos(π·(t in its wave)/(length of the wave)))/2."""
        length = self.T_0
        while t >= length + self.inclusive:
            t -= length + self.inclusive
            length *= self.T_mult
        return self.eta_min + (base - self.eta_min) * (1 + math.cos(math.pi * t / length)) / 2


class CyclicLR(LRScheduler):
    """Up from base_lr to max_lr and down again, in straight lines. Smith, 2017.

    Args:
        optimizer: Whose rates to set.
        base_lr, max_lr: The ends.
        step_size_up, step_size_down: Steps up and down; as many down as up where None.
        mode: "triangular"; "triangular2" halves the height every cycle; "exp_range" multiplies it by gamma^t.
        gamma: See `mode`.
        cycle_momentum: Move the momentum the other way, between max_momentum and base_momentum.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=1.0)
    >>> schedule = CyclicLR(optimizer, 0.1, 0.5, step_size_up=4, cycle_momentum=False)
    >>> [round(schedule.rate(0.0, t), 12) for t in range(6)]
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.4]
    """

    def __init__(
        self, optimizer: Optimizer, base_lr: float, max_lr: float, step_size_up: int = 2000,
        step_size_down: int | None = None, mode: Literal["triangular", "triangular2", "exp_range"] = "triangular",
        gamma: float = 1.0, *, cycle_momentum: bool = True, base_momentum: float = 0.8, max_momentum: float = 0.9,
    ) -> None:  # fmt: skip
        positive("CyclicLR", "base_lr", base_lr, zero=True)
        positive("CyclicLR", "max_lr", max_lr, zero=True)
        positive("CyclicLR", "step_size_up", step_size_up)
        positive("CyclicLR", "step_size_down", step_size_up if step_size_down is None else step_size_down)
        positive("CyclicLR", "gamma", gamma)
        if mode not in ("triangular", "triangular2", "exp_range"):
            raise OptimizerError(f"CyclicLR: mode must be 'triangular', 'triangular2' or 'exp_range', not {mode!r}")
        for what, value in (("base_momentum", base_momentum), ("max_momentum", max_momentum)):
            check_beta("CyclicLR", what, value)
        self.base_lr, self.max_lr, self.mode, self.gamma = base_lr, max_lr, mode, gamma
        self.up, self.down = step_size_up, step_size_up if step_size_down is None else step_size_down
        self.cycle_momentum, self.base_momentum, self.max_momentum = cycle_momentum, base_momentum, max_momentum
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:  # noqa: ARG002 - the ends are given
        """Where the triangle is at t."""
        return self.base_lr + (self.max_lr - self.base_lr) * self._height(t)

    def _height(self, t: int) -> float:
        whole = self.up + self.down
        cycle, place = divmod(t, whole)
        height = place / self.up if place <= self.up else (whole - place) / self.down
        if self.mode == "triangular2":
            return float(height / 2**cycle)
        return float(height * self.gamma**t) if self.mode == "exp_range" else height

    def set_rates(self) -> None:
        """Set the rates for the present t, and the momentum the other way."""
        super().set_rates()
        if self.cycle_momentum:
            span = self.max_momentum - self.base_momentum
            set_momentum(self.optimizer, self.max_momentum - span * self._height(self.last_epoch))


class OneCycleLR(LRScheduler):
    """Up to max_lr and down to almost nothing, once, the momentum the other way. Smith and Topin, 2018.

    Args:
        optimizer: Whose rates to set.
        max_lr: The top.
        total_steps: Steps of the whole cycle.
        pct_start: Share of it that goes up.
        anneal_strategy: "cos" or "linear".
        cycle_momentum: Move the momentum between max_momentum and base_momentum.
        div_factor: The start is max_lr / div_factor.
        final_div_factor: The end is the start / final_div_factor.
        three_phase: Come down as long as it went up, to the start, before the rest goes to the end.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> schedule = OneCycleLR(SGD([Value(1.0)], lr=1.0, momentum=0.9), max_lr=1.0, total_steps=10, pct_start=0.5)
    >>> [round(schedule.rate(0.0, t), 3) for t in (0, 4, 9)]
    [0.04, 1.0, 0.0]
    """

    def __init__(
        self, optimizer: Optimizer, max_lr: float, total_steps: int, pct_start: float = 0.3,
        anneal_strategy: Literal["cos", "linear"] = "cos", *, cycle_momentum: bool = True,
        base_momentum: float = 0.85, max_momentum: float = 0.95, div_factor: float = 25.0,
        final_div_factor: float = 1e4, three_phase: bool = False,
    ) -> None:  # fmt: skip
        whole("OneCycleLR", "total_steps", total_steps)
        for what, value in (("max_lr", max_lr), ("div_factor", div_factor), ("final_div_factor", final_div_factor)):
            positive("OneCycleLR", what, value)
        share("OneCycleLR", "pct_start", pct_start)
        for what, value in (("base_momentum", base_momentum), ("max_momentum", max_momentum)):
            check_beta("OneCycleLR", what, value)
        if anneal_strategy not in ("cos", "linear"):
            raise OptimizerError(f"OneCycleLR: anneal_strategy must be 'cos' or 'linear', not {anneal_strategy!r}")
        start = max_lr / div_factor
        end = start / final_div_factor
        low, high = base_momentum, max_momentum
        # Each phase: its last step, the rates at its ends, the momenta at its ends.
        top = pct_start * total_steps - 1
        if three_phase:
            self.phases = [(top, start, max_lr, high, low), (2 * pct_start * total_steps - 2, max_lr, start, low, high),
                           (total_steps - 1, start, end, high, high)]  # fmt: skip
        else:
            self.phases = [(top, start, max_lr, high, low), (total_steps - 1, max_lr, end, low, high)]
        self.total_steps, self.anneal_strategy, self.cycle_momentum = total_steps, anneal_strategy, cycle_momentum
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:  # noqa: ARG002 - the ends are given
        """Where the cycle is at t."""
        return self._at(t)[0]

    def _at(self, t: int) -> tuple[float, float]:
        if t > self.total_steps:
            raise OptimizerError(f"OneCycleLR: the cycle of {self.total_steps} steps is over; make a new one to go on")
        begin = 0.0
        for i, (end, first, last, m_first, m_last) in enumerate(self.phases):
            if t <= end or i == len(self.phases) - 1:
                part = (t - begin) / (end - begin) if end > begin else 1.0  # a phase of no steps is over at once
                return self._between(first, last, part), self._between(m_first, m_last, part)
            begin = end
        raise AssertionError("the last phase has no end")

    def _between(self, first: Any, last: Any, part: float) -> float:
        if self.anneal_strategy == "cos":
            return float(last + (first - last) / 2 * (1 + math.cos(math.pi * part)))
        return float((last - first) * part + first)

    def set_rates(self) -> None:
        """Set the rates for the present t, and the momentum the other way."""
        super().set_rates()
        if self.cycle_momentum:
            set_momentum(self.optimizer, self._at(self.last_epoch)[1])
