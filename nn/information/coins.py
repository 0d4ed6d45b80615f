"""Flips of a coin: how likely they are, which coin makes them likeliest, and one coin against another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import ShapeError, Tensor, where

from ..errors import DataError
from ..operands import unwrapped
from .distributions import distribution, in_base, probabilities, weighted_log

__all__ = [
    "bernoulli_likelihood", "bernoulli_mle", "bernoulli_probabilities", "coin_log_likelihood_ratio", "flips_of",
]  # fmt: skip


def flips_of(flips: Any, who: str) -> NDArray[np.int64]:
    """Flips as an array of 1 for heads and 0 for tails.

    Raises:
        DataError: there are none, or something else than H and T, 1 and 0 is among them.
    """
    items = list(flips) if isinstance(flips, (str, Iterable)) else [flips]
    sides = {"H": 1, "T": 0, "1": 1, "0": 0}
    values = [sides.get(item.upper()) if isinstance(item, str) else item for item in items]
    if not values:
        raise DataError(f"{who}: there are no flips")
    for item, value in zip(items, values, strict=True):
        if value is None or np.ndim(value) or value not in (0, 1):
            raise DataError(f"{who}: a flip is H or T, or 1 or 0, not {item!r:.40}")
    return np.array(values, dtype=np.int64)


def bernoulli_probabilities(flips: Any, theta: Any) -> Any:
    """The probability of each flip: θ for heads, 1 − θ for tails.

    Args:
        flips: A text such as "HTH", or zeros and ones (1 is heads).
        theta: The probability of heads, one number.

    Returns:
        Shape (number of flips,): an array, or a Tensor if theta is one.

    Raises:
        DataError: theta is no probability, or a flip is none.
        ShapeError: theta is more than one number.

    >>> bernoulli_probabilities("HHT", 0.75).tolist()
    [0.75, 0.75, 0.25]
    """
    heads = flips_of(flips, "bernoulli_probabilities")
    share = probabilities(theta, "bernoulli_probabilities", "theta", strict=True)
    if share.ndim:
        raise ShapeError(f"bernoulli_probabilities: theta is one number, not an array of shape {share.shape}")
    return unwrapped(where(heads == 1, share, 1 - share), theta)


def bernoulli_likelihood(flips: Any, theta: Any, *, log: bool = False) -> Any:
    """L(θ) = Π θˣ·(1 − θ)¹⁻ˣ, how probable the flips were if heads has probability θ; a function of θ for fixed flips.

    Args:
        flips: A text such as "HTH", or zeros and ones (1 is heads).
        theta: One or several values of θ, from 0 to 1.
        log: Give the logarithm, Σ x·ln θ + (1 − x)·ln(1 − θ), which does not underflow.

    Returns:
        Of the shape of theta: a float, an array, or a Tensor if theta is one.

    Raises:
        DataError: theta is no probability, or a flip is none.

    Source: Fisher, 1922.

    >>> bernoulli_likelihood("HTHHTTHT", [0.5, 1.0]).tolist()
    [0.00390625, 0.0]
    """
    heads = flips_of(flips, "bernoulli_likelihood")
    share = probabilities(theta, "bernoulli_likelihood", "theta", strict=True)
    k, n = int(heads.sum()), len(heads)
    if not log:
        return unwrapped(share**k * (1 - share) ** (n - k), theta)
    return unwrapped(weighted_log(_constant(k), share) + weighted_log(_constant(n - k), 1 - share), theta)


def bernoulli_mle(flips: Any) -> float:
    """The θ that makes the flips likeliest: the share of heads.

    >>> bernoulli_mle("HTHHTTHT")
    0.5
    """
    return float(flips_of(flips, "bernoulli_mle").mean())


def coin_log_likelihood_ratio(flips: Any, p: Any, q: Any, base: float | None = None) -> Any:
    """(1/N)·log of how much likelier N flips are with coin p than with coin q; it tends to KL(p‖q) if p is the coin.

    Above 0 it favours p. It is the difference of the cross-entropies of the counted shares with q and with p.

    Args:
        flips: A text such as "HTH", or zeros and ones (1 is heads).
        p: The first coin: the probabilities of heads and of tails, or of heads alone.
        q: The second coin.
        base: Of the logarithm; e where None.

    Returns:
        A float, or a Tensor if p or q is one.

    Raises:
        DataError: a coin has no probabilities that add up to 1, a flip is none, or both coins make them impossible.

    >>> round(coin_log_likelihood_ratio("HHTHHTHHHTHT", (2 / 3, 1 / 3), (0.5, 0.5)), 6)
    0.056633
    """
    who = "coin_log_likelihood_ratio"
    share = bernoulli_mle(flips)
    counted = Tensor(np.array([share, 1 - share]))
    first, second = weighted_log(counted, _coin(p, who, "p")).sum(), weighted_log(counted, _coin(q, who, "q")).sum()
    if np.isneginf(first.data) and np.isneginf(second.data):
        raise DataError(f"{who}: neither coin can give these flips, so neither is likelier")
    return unwrapped(in_base(first - second, base, who), p, q)


def _coin(p: Any, who: str, what: str) -> Tensor:
    if np.ndim(p.data if isinstance(p, Tensor) else p) == 0:
        heads = probabilities(p, who, what, strict=True)
        sides: Tensor = where(np.array([True, False]), heads, 1 - heads)
        return sides
    coin = distribution(p, who, what)
    if coin.shape != (2,):
        raise ShapeError(f"{who}: {what} has shape {coin.shape}; a coin has two sides, heads and tails")
    return coin


def _constant(number: float) -> Tensor:
    return Tensor(np.asarray(float(number)))
