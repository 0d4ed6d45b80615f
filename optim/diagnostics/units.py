"""Units that have stopped to be of use: dead, saturated, all alike, or only ever pulled one way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import autograd
from autograd import Tensor, gradients

from ..blocks import Array
from ..checks import positive
from ..errors import OptimizerError
from .arrays import as_floats, shown

__all__ = [
    "IdenticalUnits", "UnitReport", "dead_relu_fraction", "identical_units", "saturation_fraction", "sign_agreement",
]  # fmt: skip

LIMITS: dict[str, float] = {"sigmoid": 3.0, "tanh": 2.0}
"""From where on these are taken to be flat."""


@dataclass(frozen=True)
class UnitReport:
    """How many units something is the matter with.

    Attributes:
        fraction: Their share, from 0 to 1.
        units: Which, by their number along the last axis; for saturation and signs, those that are so in every sample.
        count: How many units were looked at.
        name: Of which layer, where that was given.
        message: What was found and what helps, in a sentence.
    """

    fraction: float
    units: tuple[int, ...]
    count: int
    name: str
    message: str

    def __float__(self) -> float:
        return self.fraction


@dataclass(frozen=True)
class IdenticalUnits:
    """Which units have the same weights; true where some have.

    Attributes:
        found: Whether any two have.
        groups: The numbers of the units that are alike, a tuple for each set of two or more.
        count: How many units there are.
        name: Of which layer, where that was given.
        message: What was found and what helps, in a sentence.
    """

    found: bool
    groups: tuple[tuple[int, ...], ...]
    count: int
    name: str = ""
    message: str = field(default="")

    def __bool__(self) -> bool:
        return self.found


def dead_relu_fraction(pre_activations: Any, name: str = "") -> UnitReport:
    """The share of ReLU units that no sample switches on: such a unit has no gradient and stays as it is for good.

    Args:
        pre_activations: The weighted sums before the ReLU, shape (samples, ..., units).
        name: What to call the layer.

    Raises:
        OptimizerError: there is no sample or no unit.

    >>> dead_relu_fraction([[1.0, -1.0], [-2.0, -3.0]], "hidden").units
    (1,)
    """
    sums = _samples("dead_relu_fraction", pre_activations)
    dead = np.flatnonzero((sums <= 0).all(axis=0))
    fraction = dead.size / sums.shape[1]
    where = f" of {shown(name)}" if name else ""
    text = f"{dead.size} of {sums.shape[1]} ReLU units{where} are off for all {len(sums)} samples"
    if dead.size:
        text += "; lower the learning rate, start biases at 0 or above, use He initialisation, or a leaky ReLU"
    return UnitReport(fraction, tuple(dead.tolist()), sums.shape[1], name, text)


def saturation_fraction(
    pre_activations: Any, activation: str | Callable[[Any], Any] = "sigmoid", tol: float | None = None, name: str = ""
) -> UnitReport:
    """The share of activations where the function is flat, so that hardly any gradient passes: |f′| < tol.

    Args:
        pre_activations: What the activation is given, shape (samples, ..., units).
        activation: "sigmoid", "tanh", another function of `autograd` by name, or a function of a Tensor.
        tol: Which slope counts as flat. By default the slope at |x| = 3 for sigmoid (0.045), at 2 for tanh (0.071),
            and 0.05 for others.
        name: What to call the layer.

    Raises:
        OptimizerError: there is no such activation, or nothing to look at.

    >>> saturation_fraction([[0.0, 8.0], [1.0, -9.0]], "sigmoid").fraction
    0.5
    """
    sums = _samples("saturation_fraction", pre_activations)
    f = getattr(autograd, activation, None) if isinstance(activation, str) else activation
    if not callable(f):
        raise OptimizerError(f"saturation_fraction: autograd has no function {activation!r}; give it as a function")
    if tol is None:
        edge = LIMITS.get(activation) if isinstance(activation, str) else None
        tol = 0.05 if edge is None else float(_slope(f, np.array([edge]))[0])
    positive("saturation_fraction", "tol", tol)
    flat = np.abs(_slope(f, sums)) < tol
    fraction = float(flat.mean())
    stuck = np.flatnonzero(flat.all(axis=0))
    where = f" of {shown(name)}" if name else ""
    text = f"{fraction:.0%} of the activations{where} are saturated (slope below {tol:.2g})"
    if fraction > 0.5:
        text += "; start with smaller weights (Xavier), scale the inputs, normalise, or use ReLU"
    return UnitReport(fraction, tuple(stuck.tolist()), sums.shape[1], name, text)


def sign_agreement(weight_gradients: Any, name: str = "") -> UnitReport:
    """The share of samples (or units) whose weight gradients all have one sign: all weights must grow, or all shrink.

    ∂L/∂wᵢ = δ·xᵢ, so inputs that are all positive force one sign, and a step that needs both has to zigzag. Zeros take
    either sign.

    Args:
        weight_gradients: A row of ∂L/∂w per sample or unit, shape (..., weights).
        name: What to call the layer.

    Raises:
        OptimizerError: there is no row, or a row has fewer than two weights.

    >>> sign_agreement([[0.1, 0.2], [-0.3, -0.1], [0.1, -0.1]]).fraction
    0.6666666666666666
    """
    rows = _samples("sign_agreement", weight_gradients)
    if rows.shape[1] < 2:
        raise OptimizerError("sign_agreement: one weight always agrees with itself; give rows of two or more")
    agree = (rows >= 0).all(axis=1) | (rows <= 0).all(axis=1)
    fraction = float(agree.mean())
    where = f" of {shown(name)}" if name else ""
    text = f"in {fraction:.0%} of {len(rows)} rows all weight gradients{where} have one sign"
    if fraction > 0.9:
        text += "; centre the inputs, use a zero-centred activation such as tanh, or normalise"
    return UnitReport(fraction, tuple(np.flatnonzero(agree).tolist()), len(rows), name, text)


def identical_units(weight: Any, bias: Any = None, tol: float = 0.0, name: str = "") -> IdenticalUnits:
    """Which units of a layer have the same incoming weights: they compute the same and learn the same for ever.

    Args:
        weight: A row per unit, shape (units, inputs).
        bias: The units' biases, shape (units,), where they count too.
        tol: How far numbers may be apart and still count as the same.
        name: What to call the layer.

    Raises:
        OptimizerError: the shapes do not fit.

    >>> identical_units([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]]).groups
    ((0, 2),)
    """
    rows = as_floats(weight)
    if rows.ndim < 2 or not rows.size:
        raise OptimizerError(f"identical_units: weights have a row per unit, shape (units, inputs), not {rows.shape}")
    rows = rows.reshape(len(rows), -1)
    if bias is not None:
        column = as_floats(bias).reshape(-1, 1)
        if len(column) != len(rows):
            raise OptimizerError(f"identical_units: {len(rows)} units have {len(rows)} biases, not {len(column)}")
        rows = np.hstack([rows, column])
    groups: list[list[int]] = []
    for i, row in enumerate(rows):
        group = next((g for g in groups if np.all(np.abs(rows[g[0]] - row) <= tol)), None)
        if group is None:
            groups.append([i])
        else:
            group.append(i)
    alike = tuple(tuple(g) for g in groups if len(g) > 1)
    where = f" of {shown(name)}" if name else ""
    text = f"no two of the {len(rows)} units{where} are alike"
    if alike:
        most = max(map(len, alike))
        text = f"{most} of the {len(rows)} units{where} have the same weights and will stay alike; start at random"
    return IdenticalUnits(bool(alike), alike, len(rows), name, text)


def _samples(who: str, given: Any) -> Array:
    array = as_floats(given)
    if not array.ndim or not array.size:
        raise OptimizerError(f"{who}: give numbers with the units along the last axis, not shape {array.shape}")
    return array.reshape(-1, array.shape[-1])


def _slope(f: Callable[[Any], Any], x: Array) -> Array:
    leaf = Tensor(x, requires_grad=True)
    found: Array = gradients(f(leaf), [leaf], np.ones_like(x))[0]
    return found
