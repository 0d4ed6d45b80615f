"""Everything that takes a function and gives a derivative, in one place."""

from .checking import gradcheck
from .derivatives import grad, gradients, value_and_grad
from .numerical import numerical_derivative, numerical_grad

__all__ = ["grad", "gradcheck", "gradients", "numerical_derivative", "numerical_grad", "value_and_grad"]
