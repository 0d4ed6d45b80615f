"""Networks on top of the engine."""

from .errors import DataError, MissingExtraError, StateDictError
from .linear import Flatten, Identity, Linear, Sequential
from .module import Module, Parameter, count_parameters
from .scalar import MLP, Layer, Neuron

__all__ = [
    "MLP", "DataError", "Flatten", "Identity", "Layer", "Linear", "MissingExtraError", "Module", "Neuron", "Parameter",
    "Sequential", "StateDictError", "count_parameters",
]  # fmt: skip
