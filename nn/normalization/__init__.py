"""Normalisation of activations: over the batch, or within each example."""

from .batch import BatchNorm1d, BatchNorm2d
from .example import GroupNorm, LayerNorm

__all__ = ["BatchNorm1d", "BatchNorm2d", "GroupNorm", "LayerNorm"]
