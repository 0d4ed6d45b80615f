"""Optimizers: they change parameters by the gradients a backward pass left on them."""

from . import convexity as convexity
from .adam import Adam, AdamW
from .batch_gradient import batch_gradient_step
from .descent import steepest_descent_direction
from .errors import OptimizerError
from .optimizer import Optimizer
from .sgd import SGD

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "OptimizerError", "batch_gradient_step", "steepest_descent_direction"]
