"""Minimising functions, and how far to go along a direction."""

from .line_search import Step, armijo_step, exact_step, line_search, strong_wolfe_step
from .minimize import Method, minimize, minimize_parameters
from .result import Minimum

__all__ = [
    "Method", "Minimum", "Step", "armijo_step", "exact_step", "line_search", "minimize", "minimize_parameters",
    "strong_wolfe_step",
]  # fmt: skip
