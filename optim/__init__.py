"""Optimizers: they change parameters by the gradients a backward pass left on them."""

from . import convexity as convexity
from .adam import Adam, AdamW
from .descent import steepest_descent_direction
from .errors import OptimizerError
from .optimizer import Optimizer
from .sgd import SGD

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "OptimizerError", "steepest_descent_direction"]
