"""What a minimisation found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

__all__ = ["Minimum", "Reason"]

Reason: TypeAlias = Literal["gradient", "loss", "max_iter", "diverged", "stuck"]


@dataclass(frozen=True)
class Minimum:
    """Where a minimisation ended, and why.

    Attributes:
        x: The best point, built like the start.
        value: The function there.
        gradient_norm: The largest component of the gradient there, in size.
        reason: "gradient" (its components are all within gtol), "loss" (the function no longer falls by more than
            ftol), "max_iter", "diverged" (a number is not finite) or "stuck" (no step goes down any more).
        message: The same in a sentence.
        iterations: How many steps were taken.
        evaluations: How often the function was computed, gradients included.
        products: How many Hessian-vector products were computed.
        values: The function after each step, the start first.
    """

    x: Any
    value: float
    gradient_norm: float
    reason: Reason
    message: str
    iterations: int
    evaluations: int
    products: int = 0
    values: tuple[float, ...] = field(repr=False, default=())

    @property
    def success(self) -> bool:
        """Whether it ended because there was no more to gain."""
        return self.reason in ("gradient", "loss")
