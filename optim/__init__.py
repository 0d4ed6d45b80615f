"""Optimizers: they change parameters by the gradients a backward pass left on them."""

from . import constrained as constrained
from . import convexity as convexity
from . import diagnostics as diagnostics
from . import lr_scheduler as lr_scheduler
from .adam import Adam, AdamW
from .adam_variants import Lion, NAdam, RAdam
from .batch_gradient import batch_gradient_step
from .clipping import clip_grad_adaptive_, clip_grad_norm_, clip_grad_value_, grad_norm
from .constrained import dual_ascent, lagrangian, project_l2_ball_, project_max_norm_, proximal_l1_
from .descent import steepest_descent_direction
from .errors import MissingExtraError, OptimizerError, TrainingWarning
from .minimizing import (
    Minimum,
    Step,
    armijo_step,
    exact_step,
    line_search,
    minimize,
    minimize_parameters,
    strong_wolfe_step,
)
from .optimizer import Optimizer
from .restarts import Restarts, random_restarts
from .running_maxima import Adamax, MaxProp
from .running_squares import Adadelta, Adagrad, RMSprop
from .search import SVRG, AlternatingMinimization, CoordinateDescent, SimulatedAnnealing, lr_range_search
from .second_order import AdaHessian, DiagonalNewton, GaussNewton, Newton, hessian_memory, hutchinson_diag
from .sgd import SGD

__all__ = [
    "SGD", "SVRG", "AdaHessian", "Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "AlternatingMinimization",
    "CoordinateDescent", "DiagonalNewton", "GaussNewton", "Lion", "MaxProp", "Minimum", "MissingExtraError",
    "NAdam", "Newton", "Optimizer", "OptimizerError", "RAdam", "RMSprop", "Restarts", "SimulatedAnnealing", "Step",
    "TrainingWarning", "armijo_step", "batch_gradient_step", "clip_grad_adaptive_", "clip_grad_norm_",
    "clip_grad_value_", "dual_ascent", "exact_step", "grad_norm", "hessian_memory", "hutchinson_diag", "lagrangian",
    "line_search", "lr_range_search", "minimize", "minimize_parameters", "project_l2_ball_", "project_max_norm_",
    "proximal_l1_", "random_restarts", "steepest_descent_direction", "strong_wolfe_step",
]  # fmt: skip
