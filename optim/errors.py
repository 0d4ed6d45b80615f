"""The errors optimizers raise on purpose, and what they warn of."""

from __future__ import annotations

from autograd import MissingExtraError, OperandError

__all__ = ["MissingExtraError", "OptimizerError", "TrainingWarning"]


class OptimizerError(OperandError, ValueError):
    """A setting, a parameter, a gradient or a state_dict that an optimizer cannot work with."""


class TrainingWarning(RuntimeWarning):
    """Training goes wrong: what a `GradientWatch` noticed."""
