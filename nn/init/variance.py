"""Why initialisers are scaled as they are: how variances go through a layer, computed and measured."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from autograd import OperandError, Tensor, enable_grad, gradients

from .plain import Random

__all__ = ["LayerStatistics", "layer_statistics", "variance_propagation"]


def variance_propagation(var_w: float, var_h: float, mean_w: float = 0.0, mean_h: float = 0.0, n_in: int = 1) -> float:
    """The variance of a sum of n_in independent products of a weight and a signal.

    var(w·h) = E²w·var h + E²h·var w + var w·var h, n_in times. With means of 0 it is n_in·var w·var h, so that
    var w = 1/n_in keeps the variance from layer to layer; backwards it is var w = 1/n_out.

    Args:
        var_w, mean_w: Of a weight.
        var_h, mean_h: Of a signal.
        n_in: How many products are added.

    Raises:
        OperandError: a variance is negative, or n_in not a positive number.

    >>> variance_propagation(0.25, 2.25, mean_w=1.0, mean_h=2.0)
    3.8125
    """
    if var_w < 0 or var_h < 0 or n_in < 1:
        raise OperandError(
            f"variance_propagation: variances are not negative and n_in is positive, unlike {var_w}, {var_h}, {n_in}"
        )
    return n_in * (mean_w**2 * var_h + mean_h**2 * var_w + var_w * var_h)


class LayerStatistics(NamedTuple):
    """What `layer_statistics` measures, one number per module.

    Attributes:
        names: Each module's name.
        activation_std: The standard deviation of what it returned.
        gradient_std: That of the gradient that came back to what it returned.
        saturated: The share of its results beyond ±0.9, which for tanh is where hardly any gradient passes.
    """

    names: list[str]
    activation_std: list[float]
    gradient_std: list[float]
    saturated: list[float]


def layer_statistics(modules: Iterable[Any], x: Any, upstream: Any = None, *, rng: Random = None) -> LayerStatistics:
    """How far signals and gradients are spread behind each module of a chain.

    Args:
        modules: The modules, each applied to what the one before returned, e.g. a Sequential.
        x: The input of the first one, rows of examples.
        upstream: The gradient of the last one's result; standard normal numbers if left out.
        rng: Where those come from.

    Raises:
        OperandError: there are no modules.

    >>> from nn import Identity, Sequential
    >>> layer_statistics(Sequential(Identity()), [[1.0, -1.0]], upstream=[[2.0, 0.0]]).gradient_std
    [1.0]
    """
    chain = list(modules)
    if not chain:
        raise OperandError("layer_statistics: no modules to measure")
    with enable_grad():
        start = x if isinstance(x, Tensor) else Tensor(np.asarray(x, dtype=float))
        signal: Any = Tensor(start.data, requires_grad=True)
        signals: list[Any] = []
        for module in chain:
            signal = module(signal)
            signals.append(signal)
        if upstream is None:
            upstream = np.random.default_rng(rng).normal(size=signal.shape)
        loss = (signal * np.asarray(upstream, dtype=float)).sum()
        found = gradients(loss, signals)
    return LayerStatistics(
        names=[module.name or type(module).__name__ for module in chain],
        activation_std=[float(np.std(s.data)) for s in signals],
        gradient_std=[float(np.std(np.asarray(g))) for g in found],
        saturated=[float((np.abs(s.data) > 0.9).mean()) for s in signals],
    )
