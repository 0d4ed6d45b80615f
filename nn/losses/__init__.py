"""What networks are trained on: losses as modules, and the same as functions."""

from .binary import (
    BCELoss,
    BCEWithLogitsLoss,
    SoftMarginLoss,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    soft_margin_loss,
)
from .classes import CrossEntropyLoss, NLLLoss, cross_entropy, nll_loss
from .divergence import kl_div
from .margins import HingeLoss, MultiMarginLoss, hinge_loss, multi_margin_loss
from .regression import (
    HuberLoss,
    L1Loss,
    MSELoss,
    SmoothL1Loss,
    huber_loss,
    l1_loss,
    mse_loss,
    smooth_l1_loss,
)
from .smoothing import smooth_labels

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "HingeLoss", "HuberLoss", "L1Loss", "MSELoss",
    "MultiMarginLoss", "NLLLoss", "SmoothL1Loss", "SoftMarginLoss", "binary_cross_entropy",
    "binary_cross_entropy_with_logits", "cross_entropy", "hinge_loss", "huber_loss", "kl_div", "l1_loss", "mse_loss",
    "multi_margin_loss", "nll_loss", "smooth_l1_loss", "smooth_labels", "soft_margin_loss",
]  # fmt: skip
