"""Optimizers: they change parameters by the gradients a backward pass left on them."""

from .sgd import SGD, Optimizer

__all__ = ["SGD", "Optimizer"]
