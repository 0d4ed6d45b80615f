"""Optimizers that look at curvature."""

from .ada_hessian import AdaHessian
from .gauss_newton import GaussNewton
from .hutchinson import hutchinson_diag
from .newton import DiagonalNewton, Newton, hessian_memory

__all__ = ["AdaHessian", "DiagonalNewton", "GaussNewton", "Newton", "hessian_memory", "hutchinson_diag"]
