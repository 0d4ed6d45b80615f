"""What modules compute, as plain functions; the names are PyTorch's where it has the thing."""

from autograd import group_norm, layer_norm

from .activations.functions import (
    activation,
    arctan,
    elu,
    gelu,
    hardtanh,
    heaviside,
    leaky_relu,
    linear_activation,
    log_softmax,
    logsigmoid,
    mish,
    prelu,
    relu,
    selu,
    sigmoid,
    silu,
    softmax,
    softplus,
    softsign,
    swish,
    tanh,
)
from .dropout import dropout

__all__ = [
    "activation", "arctan", "dropout", "elu", "gelu", "group_norm", "hardtanh", "heaviside", "layer_norm", "leaky_relu",
    "linear_activation", "log_softmax", "logsigmoid", "mish", "prelu", "relu", "selu", "sigmoid", "silu", "softmax",
    "softplus", "softsign", "swish", "tanh",
]  # fmt: skip
