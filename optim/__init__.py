"""Optimizers: they change parameters by the gradients a backward pass left on them."""

from . import convexity as convexity
from . import diagnostics as diagnostics
from . import lr_scheduler as lr_scheduler
from .adam import Adam, AdamW
from .adam_variants import Lion, NAdam, RAdam
from .batch_gradient import batch_gradient_step
from .clipping import clip_grad_adaptive_, clip_grad_norm_, clip_grad_value_, grad_norm
from .descent import steepest_descent_direction
from .errors import MissingExtraError, OptimizerError, TrainingWarning
from .optimizer import Optimizer
from .restarts import Restarts, random_restarts
from .running_maxima import Adamax, MaxProp
from .running_squares import Adadelta, Adagrad, RMSprop
from .sgd import SGD

__all__ = [
    "SGD", "Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "Lion", "MaxProp", "MissingExtraError", "NAdam",
    "Optimizer", "OptimizerError", "RAdam", "RMSprop", "Restarts", "TrainingWarning", "batch_gradient_step",
    "clip_grad_adaptive_", "clip_grad_norm_", "clip_grad_value_", "grad_norm", "random_restarts",
    "steepest_descent_direction",
]  # fmt: skip
