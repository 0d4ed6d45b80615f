"""The Kullback–Leibler divergence of densities, by quadrature."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograd import OperandError, Tensor, exp, log, where

from ..errors import DataError
from ..operands import as_tensor, unwrapped

__all__ = ["kl_divergence_continuous"]

Array = NDArray[np.float64]
Density: TypeAlias = Callable[[Array], Any]

REACH = 4.5
"""How far the substituted variable runs; the ends then carry weights beyond what double precision tells from 0."""
UNDERFLOW = 1e-200
"""A density that is 0 at some points and below this at others has run out of numbers, rather than ended."""
NEGLIGIBLE = 1e-10
"""Where q has run out of numbers, p below this share of its largest value is left out."""
CERTAIN = 12
"""How many refinements, as powers of 2, it takes to believe in ∞."""


def kl_divergence_continuous(
    p: Density, q: Density, low: float = -math.inf, high: float = math.inf, *,
    logarithms: bool = False, tolerance: float = 1e-9,
) -> Any:  # fmt: skip
    """KL(p‖q) = ∫ p(x)·log(p(x)/q(x)) dx, in nats.

    Double exponential quadrature, refined until two refinements agree. It is at its best where the densities are smooth
    between `low` and `high`; give these where a density jumps or is narrow and far from 0.

    Args:
        p: The true density: from an array of points to their densities, an array or a Tensor.
        q: The believed one.
        low: Where p's support begins.
        high: Where p's support ends.
        logarithms: Whether p and q give the logarithms of their densities, which do not underflow far out.
        tolerance: How far two refinements may differ, absolute up to 1, relative beyond.

    Returns:
        A float, or a Tensor if p or q gives Tensors; ∞ where p has mass that q thinks impossible.

    Raises:
        DataError: a density is negative or not a number, p does not integrate to 1 between low and high, or the
            integral does not settle.
        OperandError: low is not below high.

    Source: Kullback and Leibler, 1951; quadrature: Takahasi and Mori, 1974.

    >>> def normal(sigma):
    ...     return lambda x: np.exp(-0.5 * (x / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
    >>> round(kl_divergence_continuous(normal(1.0), normal(2.0)), 9)
    0.318147181
    """
    if not low < high:
        raise OperandError(f"kl_divergence_continuous: low must be below high, not {low!r} and {high!r}")
    last, mass = math.nan, math.nan
    for level in range(6, 20):
        x, weights = _nodes(low, high, 2**level)
        with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
            result, mass = (_from_logarithms if logarithms else _from_densities)(p, q, x, weights)
        now = float(result.data)
        settled = level >= CERTAIN if math.isinf(now) else abs(now - last) <= tolerance * max(1.0, abs(now))
        if abs(mass - 1) < 1e-6 and settled:
            return unwrapped(result, *([result] if result.requires_grad else []))
        last = now
    if not abs(mass - 1) < 1e-6:
        raise DataError(
            f"kl_divergence_continuous: p integrates to {mass:.6g} between {low:g} and {high:g}, not to 1: check the "
            "density, and set low and high to where it is"
        )
    raise DataError(
        f"kl_divergence_continuous: the integral does not settle to {tolerance:g}; set low and high to where p "
        "is smooth"
    )


def _from_densities(p: Density, q: Density, x: Array, weights: Array) -> tuple[Tensor, float]:
    """The integral with these nodes, and that of p alone."""
    true, believed = as_tensor(p(x)), as_tensor(q(x))
    for what, density in (("p", true), ("q", believed)):
        if density.shape != x.shape or not (density.data >= 0).all():
            raise DataError(
                f"kl_divergence_continuous: {what} must give a density, at least 0, for each point of an array"
            )
    out_of_numbers = bool(((believed.data > 0) & (believed.data < UNDERFLOW)).any())
    dropped = (believed.data == 0) & (true.data < NEGLIGIBLE * true.data.max()) & out_of_numbers
    none = (true.data == 0) | dropped
    terms = where(none, 0.0, true) * (log(where(none, 1.0, true)) - log(where(none, 1.0, believed)))
    return (terms * weights).sum(), float((true.data * weights).sum())


def _from_logarithms(p: Density, q: Density, x: Array, weights: Array) -> tuple[Tensor, float]:
    """The same from the logarithms of the densities."""
    true, believed = as_tensor(p(x)), as_tensor(q(x))
    for what, density in (("p", true), ("q", believed)):
        if density.shape != x.shape or np.isnan(density.data).any():
            raise DataError(f"kl_divergence_continuous: {what} must give a log-density for each point of an array")
    mass = exp(true)
    none = mass.data == 0
    terms = where(none, 0.0, mass) * (where(none, 0.0, true) - where(none, 0.0, believed))
    return (terms * weights).sum(), float((mass.data * weights).sum())


def _nodes(low: float, high: float, count: int) -> tuple[Array, Array]:
    """Points between two limits, finite or not, and their weights: the trapezoid rule after a substitution."""
    t = np.linspace(-REACH, REACH, count + 1)
    inner, slope = np.pi / 2 * np.sinh(t), np.pi / 2 * np.cosh(t)
    if math.isfinite(low) and math.isfinite(high):
        half = (high - low) / 2
        x, derivative = low + half * (1 + np.tanh(inner)), half * slope / np.cosh(inner) ** 2
    elif math.isfinite(low):
        x, derivative = low + np.exp(inner), slope * np.exp(inner)
    elif math.isfinite(high):
        x, derivative = high - np.exp(inner), slope * np.exp(inner)
    else:
        x, derivative = np.sinh(inner), slope * np.cosh(inner)
    return x, derivative * (t[1] - t[0])
