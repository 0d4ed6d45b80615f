"""Layers of tensors, and what puts them together."""

from .activation import Activation
from .autoencoder import Autoencoder
from .conv2d import Conv2d
from .embedding import Embedding
from .linear import Linear
from .pooling import AvgPool2d, MaxPool2d
from .sequential import Sequential
from .shaping import Flatten, Identity
from .transposed import TiedLinear

__all__ = [
    "Activation", "Autoencoder", "AvgPool2d", "Conv2d", "Embedding", "Flatten", "Identity", "Linear", "MaxPool2d",
    "Sequential", "TiedLinear",
]  # fmt: skip
