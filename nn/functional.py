"""What modules compute, as plain functions; the names are PyTorch's where it has the thing."""

from autograd import (
    avg_pool2d,
    conv1d,
    conv2d,
    group_norm,
    layer_norm,
    linear,
    logsumexp,
    max_pool2d,
    one_hot,
)

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
from .losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    hinge_loss,
    huber_loss,
    kl_div,
    l1_loss,
    mse_loss,
    multi_margin_loss,
    nll_loss,
    smooth_l1_loss,
    smooth_labels,
    soft_margin_loss,
)

__all__ = [
    "activation", "arctan", "avg_pool2d", "binary_cross_entropy", "binary_cross_entropy_with_logits", "conv1d",
    "conv2d", "cross_entropy", "dropout", "elu", "gelu", "group_norm", "hardtanh", "heaviside", "hinge_loss",
    "huber_loss", "kl_div", "l1_loss", "layer_norm", "leaky_relu", "linear", "linear_activation", "log_softmax",
    "logsigmoid", "logsumexp", "max_pool2d", "mish", "mse_loss", "multi_margin_loss", "nll_loss", "one_hot", "prelu",
    "relu", "selu", "sigmoid", "silu", "smooth_l1_loss", "smooth_labels", "soft_margin_loss", "softmax", "softplus",
    "softsign", "swish", "tanh",
]  # fmt: skip
