"""Learning-rate schedules under PyTorch's names, and those of lecture notes that PyTorch has not."""

from .base import LRScheduler
from .combined import ChainedScheduler, SequentialLR
from .cyclic import CosineAnnealingWarmRestarts, CyclicLR, OneCycleLR
from .decay import (
    ConstantLR,
    CosineAnnealingLR,
    DiminishingLR,
    ExponentialLR,
    InverseSqrtLR,
    InverseTimeDecay,
    LambdaLR,
    LinearLR,
    MultiStepLR,
    PolynomialLR,
    StepLR,
)
from .measured import HalveOnIncrease, ReduceLROnPlateau
from .momentum import MomentumSchedule

__all__ = [
    "ChainedScheduler", "ConstantLR", "CosineAnnealingLR", "CosineAnnealingWarmRestarts", "CyclicLR", "DiminishingLR",
    "ExponentialLR", "HalveOnIncrease", "InverseSqrtLR", "InverseTimeDecay", "LRScheduler", "LambdaLR", "LinearLR",
    "MomentumSchedule", "MultiStepLR", "OneCycleLR", "PolynomialLR", "ReduceLROnPlateau", "SequentialLR", "StepLR",
]  # fmt: skip
