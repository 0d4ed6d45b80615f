"""The errors optimizers raise on purpose."""

from __future__ import annotations

from autograd import OperandError

__all__ = ["OptimizerError"]


class OptimizerError(OperandError, ValueError):
    """A setting, a parameter, a gradient or a state_dict that an optimizer cannot work with."""
