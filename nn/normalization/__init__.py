"""Normalisation of activations: over the batch, or within each example."""

from .batch import BatchNorm1d, BatchNorm2d
from .closed_form import BatchNormGradients, batchnorm_backward
from .example import GroupNorm, LayerNorm

__all__ = ["BatchNorm1d", "BatchNorm2d", "BatchNormGradients", "GroupNorm", "LayerNorm", "batchnorm_backward"]
