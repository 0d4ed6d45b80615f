"""Optimizers: they change parameters by the gradients a backward pass left on them."""

from . import convexity as convexity
from .adam import Adam, AdamW
from .adam_variants import Lion, NAdam, RAdam
from .batch_gradient import batch_gradient_step
from .descent import steepest_descent_direction
from .errors import OptimizerError
from .optimizer import Optimizer
from .running_maxima import Adamax, MaxProp
from .running_squares import Adadelta, Adagrad, RMSprop
from .sgd import SGD

__all__ = [
    "SGD", "Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "Lion", "MaxProp", "NAdam", "Optimizer",
    "OptimizerError", "RAdam", "RMSprop", "batch_gradient_step", "steepest_descent_direction",
]  # fmt: skip
