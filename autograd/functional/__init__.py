"""Everything that takes a function and gives a derivative: of any order, by numbers and by arrays.

How it works: `recorded` calls the function with nodes in the place of its arguments, `paths` finds the part of the
graph between arguments and result and sends derivatives through it in either direction, `scalars` and `arrays` know how
they pass one gate of Values or one operation on Tensors.
"""

from ..checking import gradcheck
from ..numerical import numerical_derivative, numerical_grad
from .approximations import OneSided, directional_derivative, linearize, one_sided_derivatives
from .curvature import StepForecast, hvp, predicted_vs_actual
from .gradient import grad, gradients, value_and_grad
from .jacobians import hessian, jacobian, tensor_derivative
from .products import jvp, vjp
from .stationary import classify_stationary_point
from .taylor import Taylor, taylor

__all__ = [
    "OneSided", "StepForecast", "Taylor", "classify_stationary_point", "directional_derivative", "grad", "gradcheck",
    "gradients", "hessian", "hvp", "jacobian", "jvp", "linearize", "numerical_derivative", "numerical_grad",
    "one_sided_derivatives", "predicted_vs_actual", "taylor", "tensor_derivative", "value_and_grad", "vjp",
]  # fmt: skip
