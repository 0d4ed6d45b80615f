"""The errors optimizers raise on purpose, and what they warn of."""

from __future__ import annotations

from autograd import AutogradError, OperandError

__all__ = ["MissingExtraError", "OptimizerError", "TrainingWarning"]


class OptimizerError(OperandError, ValueError):
    """A setting, a parameter, a gradient or a state_dict that an optimizer cannot work with."""


class MissingExtraError(AutogradError, ImportError):
    """Something needs a package that is not installed; the message gives the command that installs it."""


class TrainingWarning(RuntimeWarning):
    """Training goes wrong: what a `GradientWatch` noticed."""
