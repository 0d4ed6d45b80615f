"""Surprise, and what is expected of it: entropy, cross-entropy and the Kullback–Leibler divergence."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor, log

from ..operands import unwrapped
from .distributions import distribution, in_base, pair, probabilities, weighted_log

__all__ = ["cross_entropy", "entropy", "kl_divergence", "surprise"]


def surprise(p: Any, base: float | None = None) -> Any:
    """log(1/p), what it says that an event of probability p has happened: 0 where it was certain, ∞ where impossible.

    Args:
        p: A number, an array or a Tensor of numbers from 0 to 1.
        base: Of the logarithm: 2 for bits, e where None for nats.

    Returns:
        As p: a float, an array, or a Tensor with a gradient.

    Raises:
        DataError: a number is not a probability.
        OperandError: the base is not above 0, or is 1.

    Source: Shannon, 1948.

    >>> surprise(0.25, base=2), surprise(1.0)
    (2.0, 0.0)
    """
    values = probabilities(p, "surprise")
    with np.errstate(divide="ignore"):
        nats = 0.0 - log(values)  # 0 - x rather than -x: no −0 for a certain event
    return unwrapped(in_base(nats, base, "surprise"), p)


def entropy(p: Any, base: float | None = None, *, axis: int = -1) -> Any:
    """−Σ p·log p, the expected surprise: from 0 to log N for N outcomes, 1 at most where the base is N.

    Args:
        p: A probability for each outcome along `axis`, adding up to 1; an outcome of probability 0 counts 0.
        base: Of the logarithm: 2 for bits, e where None for nats, the number of outcomes for a share of the largest.
        axis: Where the outcomes lie.

    Returns:
        A float, an array without that axis, or a Tensor if p is one. (The derivative for an outcome of probability 0 is
        infinite; 0 is returned.)

    Raises:
        DataError: these are no probabilities, or they do not add up to 1.
        ShapeError: p is one number, or has no such axis.
        OperandError: the base is not above 0, or is 1.

    Source: Shannon, 1948.

    >>> entropy([0.5, 0.25, 0.125, 0.125], base=2)
    1.75
    """
    values = distribution(p, "entropy", axis=axis)
    return unwrapped(in_base(_negative_sum(weighted_log(values, values), axis), base, "entropy"), p)


def cross_entropy(p: Any, q: Any, base: float | None = None, *, axis: int = -1) -> Any:
    """H(p, q) = −Σ p·log q, the expected surprise of someone who believes in q where p is true: H(p) + KL(p‖q).

    Where p is one-hot it is −log q of the outcome that happened. (`autograd.cross_entropy` takes logits.)

    Args:
        p: The true probabilities; shape and meaning as for `entropy`.
        q: The believed ones.
        base: Of the logarithm; e where None.
        axis: Where the outcomes lie.

    Returns:
        From 0 to ∞, the latter where something happens that q thinks impossible. A float, an array without the axis, or
        a Tensor if p or q is one.

    Raises:
        DataError: these are no probabilities, or they do not add up to 1.
        ShapeError: p and q have different numbers of outcomes.
        OperandError: the base is not above 0, or is 1.

    >>> round(cross_entropy([1.0, 0.0], [0.7, 0.3]), 6)
    0.356675
    """
    true, believed = pair(p, q, "cross_entropy", axis)
    total = _negative_sum(weighted_log(true, believed), axis)
    return unwrapped(in_base(total, base, "cross_entropy"), p, q)


def kl_divergence(p: Any, q: Any, base: float | None = None, *, axis: int = -1) -> Any:
    """KL(p‖q) = Σ p·log(p/q), the surprise that believing in q costs where p is true.

    At least 0, and 0 only where p = q. No distance: KL(q‖p) is another number, and the way over a third distribution
    can be shorter. ∂KL/∂q = −p/q.

    Args:
        p: The true probabilities; shape and meaning as for `entropy`.
        q: The believed ones.
        base: Of the logarithm; e where None.
        axis: Where the outcomes lie.

    Returns:
        From 0 to ∞, the latter where something happens that q thinks impossible. A float, an array without the axis, or
        a Tensor if p or q is one.

    Raises:
        DataError: these are no probabilities, or they do not add up to 1.
        ShapeError: p and q have different numbers of outcomes.
        OperandError: the base is not above 0, or is 1.

    Source: Kullback and Leibler, 1951.

    >>> round(kl_divergence([1.0, 0.0], [0.7, 0.3], base=2), 6)
    0.514573
    """
    true, believed = pair(p, q, "kl_divergence", axis)
    total = (weighted_log(true, true) - weighted_log(true, believed)).sum(axis=axis)
    return unwrapped(in_base(total, base, "kl_divergence"), p, q)


def _negative_sum(terms: Tensor, axis: int) -> Tensor:
    result: Tensor = 0.0 - terms.sum(axis=axis)
    return result
