"""What modules compute, as plain functions; the names are PyTorch's where it has the thing."""

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

__all__ = [
    "activation", "arctan", "elu", "gelu", "hardtanh", "heaviside", "leaky_relu", "linear_activation", "log_softmax",
    "logsigmoid", "mish", "prelu", "relu", "selu", "sigmoid", "silu", "softmax", "softplus", "softsign", "swish",
    "tanh",
]  # fmt: skip
