"""Activation functions: as functions, as modules, and what is good and bad about each."""

from .functions import ACTIVATIONS, activation
from .modules import (
    ELU,
    GELU,
    SELU,
    Arctan,
    BinaryStep,
    Hardtanh,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Maxout,
    Mish,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Softsign,
    Swish,
    Tanh,
)
from .properties import ActivationProperties, activation_properties, activation_table

__all__ = [
    "ACTIVATIONS", "ELU", "GELU", "SELU", "ActivationProperties", "Arctan", "BinaryStep", "Hardtanh", "LeakyReLU",
    "LogSigmoid", "LogSoftmax", "Maxout", "Mish", "PReLU", "ReLU", "SiLU", "Sigmoid", "Softmax", "Softplus",
    "Softsign", "Swish", "Tanh", "activation", "activation_properties", "activation_table",
]  # fmt: skip
