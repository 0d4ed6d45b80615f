"""Networks on top of the engine."""

from . import information as information
from . import manual as manual
from . import neurons as neurons
from .collapse import collapse_linear
from .errors import DataError, MissingExtraError, StateDictError
from .information import KLDivLoss
from .linear import Flatten, Identity, Linear, Sequential
from .module import Module, Parameter, count_parameters
from .pairing import OutputPairing, depth, output_pairing
from .quadratic import QuadraticForm
from .regularizers import RegularizedLoss
from .scalar import MLP, Layer, Neuron
from .semi import SemiSupervisedLoss

__all__ = [
    "MLP", "DataError", "Flatten", "Identity", "KLDivLoss", "Layer", "Linear", "MissingExtraError", "Module",
    "Neuron", "OutputPairing", "Parameter", "QuadraticForm", "RegularizedLoss", "SemiSupervisedLoss", "Sequential",
    "StateDictError", "collapse_linear", "count_parameters", "depth", "output_pairing",
]  # fmt: skip
