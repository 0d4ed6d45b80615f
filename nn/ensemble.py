"""Dropout as an ensemble: the networks that share one network's weights, averaged exactly or by sampling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import OperandError, Tensor, no_grad

from .dropout import Dropout, check_probability
from .module import Module

__all__ = ["EnsembleMean", "MCPrediction", "dropout_arithmetic_mean", "dropout_geometric_mean", "mc_dropout_predict"]

Array = NDArray[Any]
LARGEST = 12
"""The most units whose masks are enumerated; 2¹² masks."""


@dataclass(frozen=True)
class EnsembleMean:
    """The mean of the predictions of all subnetworks.

    Attributes:
        mean: Shape of one prediction.
        standard_error: How far off a sampled mean is expected to be, the same shape; 0 where all were enumerated.
        count: Over how many masks it was taken.
    """

    mean: Array
    standard_error: Array
    count: int


def _masks(units: int) -> Array:
    """All masks of that many units, one per row.

    Raises:
        OperandError: there are too many.
    """
    if units > LARGEST:
        raise OperandError(
            f"{units} units have 2^{units} masks: at most {LARGEST} units are enumerated; give samples= to draw some"
        )
    return ((np.arange(2**units)[:, None] >> np.arange(units)) & 1).astype(float)


def _chances(masks: Array, keep: float) -> Array:
    kept = masks.sum(axis=1)
    return np.asarray(keep**kept * (1 - keep) ** (masks.shape[1] - kept))


def _predictions(predict: Callable[[Any], Any], x: Array, masks: Array) -> Array:
    with no_grad():
        found = predict(x * masks)
    rows = np.array(found.data if isinstance(found, Tensor) else found, dtype=float)
    if rows.shape[:1] != masks.shape[:1]:
        raise OperandError(
            f"the predictions have shape {rows.shape}; predict takes (masks, units) and returns a row for each mask"
        )
    return rows


def _input(x: Any) -> Array:
    units = np.asarray(x.data if isinstance(x, Tensor) else x, dtype=float)
    if units.ndim != 1:
        raise OperandError(f"one example is expected, of shape (units,), not {units.shape}")
    return units


def dropout_arithmetic_mean(
    predict: Callable[[Any], Any], x: Any, keep_prob: float = 0.5, *, samples: int | None = None,
    rng: np.random.Generator | int | None = None,
) -> EnsembleMean:  # fmt: skip
    """Σ p(μ)·p(y | x, μ): the mean prediction over the masks μ of some units.

    Args:
        predict: Function of rows of masked units, (masks, units), returning a prediction for each, (masks, ...).
        x: The units of one example, shape (units,).
        keep_prob: The probability that a unit is kept.
        samples: How many masks to draw; all are enumerated where left out, of at most 12 units.
        rng: Where drawn masks come from.

    Source: Goodfellow, Bengio and Courville, 2016, section 7.12.

    Raises:
        OperandError: too many units to enumerate, or a shape does not fit.

    >>> dropout_arithmetic_mean(lambda rows: rows.sum(axis=1), [1.0, 3.0]).mean.item()
    2.0
    """
    units, keep = _input(x), check_probability("dropout_arithmetic_mean", "keep_prob", keep_prob)
    if samples is None:
        masks = _masks(len(units))
        rows = _predictions(predict, units, masks)
        mean = np.tensordot(_chances(masks, keep), rows, axes=1)
        return EnsembleMean(np.asarray(mean), np.zeros_like(mean), len(masks))
    if not isinstance(samples, (int, np.integer)) or samples < 2:
        raise OperandError(f"dropout_arithmetic_mean: samples is a whole number from 2 on, not {samples!r}")
    masks = (np.random.default_rng(rng).random((samples, len(units))) < keep).astype(float)
    rows = _predictions(predict, units, masks)
    return EnsembleMean(rows.mean(axis=0), rows.std(axis=0, ddof=1) / np.sqrt(samples), int(samples))


def dropout_geometric_mean(predict: Callable[[Any], Any], x: Any, keep_prob: float = 0.5) -> Array:
    """Π p(y | x, μ)^p(μ) over all masks μ, renormalised; with keep_prob = 0.5 the 2ᵈ-th root of the product.

    For one layer with a softmax on top this is exactly the network with its weights multiplied by keep_prob, and the
    reason for that rule in use.

    Args:
        predict: Function of rows of masked units, (masks, units), returning probabilities, (masks, classes).
        x: The units of one example, shape (units,), at most 12.
        keep_prob: The probability that a unit is kept.

    Source: Goodfellow, Bengio and Courville, 2016, section 7.12.

    Raises:
        OperandError: there are too many units, or a shape does not fit.

    >>> both = lambda rows: np.stack([0.2 + 0.6 * rows[:, 0], 0.8 - 0.6 * rows[:, 0]], axis=1)
    >>> dropout_geometric_mean(both, [1.0]).round(12).tolist()
    [0.5, 0.5]
    """
    units, keep = _input(x), check_probability("dropout_geometric_mean", "keep_prob", keep_prob)
    masks = _masks(len(units))
    chances = _chances(masks, keep)
    with np.errstate(divide="ignore"):
        logs = np.log(_predictions(predict, units, masks))
    used = chances > 0
    mean = np.tensordot(chances[used], logs[used], axes=1)
    powers = np.exp(mean - mean.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


@dataclass(frozen=True)
class MCPrediction:
    """Predictions of a network that keeps dropping units out.

    Attributes:
        samples: Shape (passes, ...).
    """

    samples: Array

    @property
    def mean(self) -> Array:
        """The mean over the passes."""
        return np.asarray(self.samples.mean(axis=0))

    @property
    def std(self) -> Array:
        """The standard deviation over the passes, divided by their number (`np.std`'s default)."""
        return np.asarray(self.samples.std(axis=0))

    def quantile(self, q: Any) -> Array:
        """A quantile over the passes, e.g. 0.05 and 0.95 for a range that holds nine of ten."""
        return np.asarray(np.quantile(self.samples, q, axis=0))


def mc_dropout_predict(model: Module, x: Any, T: int = 100) -> MCPrediction:  # noqa: N803 - the paper's letter
    """Monte-Carlo dropout: predict T times with dropout on, for a mean and a range of confidence.

    Only the Dropout modules behave as in training; all others, batch normalisation among them, as in use. Afterwards
    every module is in the mode it was in. Seeded Dropout modules make it repeatable.

    Args:
        model: A module with Dropout modules inside.
        x: What to predict from.
        T: How many passes.

    Source: Gal and Ghahramani, 2016.

    Raises:
        OperandError: T is not a positive whole number.

    >>> mc_dropout_predict(Dropout(0.0), Tensor([1.0, 2.0]), T=3).std.tolist()
    [0.0, 0.0]
    """
    if not isinstance(T, (int, np.integer)) or T < 1:
        raise OperandError(f"mc_dropout_predict: T is a positive whole number, not {T!r}")
    modes = [(module, module.training) for module in model.modules()]
    try:
        for module, _ in modes:
            module.training = isinstance(module, Dropout)
        with no_grad():
            samples = [np.array(out.data if isinstance(out, Tensor) else out) for out in (model(x) for _ in range(T))]
    finally:
        for module, mode in modes:
            module.training = mode
    return MCPrediction(np.stack(samples))
