"""Two hypotheses and the same data."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import ShapeError, exp, log

from ..errors import DataError
from ..operands import unwrapped
from .distributions import probabilities

__all__ = ["likelihood_ratio"]


def likelihood_ratio(first: Any, second: Any, *, log_ratio: bool = False) -> Any:
    """P(D|H1)/P(D|H2) for independent samples: the product of their ratios. Above 1 it favours the first hypothesis.

    Args:
        first: The probability of each sample if H1 is true, from 0 to 1.
        second: The probability of each if H2 is true.
        log_ratio: Give the logarithm, Σ log(first/second), which neither overflows nor underflows; above 0 favours H1.

    Returns:
        A float, or a Tensor if an argument is one; 0 and ∞ where only one hypothesis makes a sample impossible.

    Raises:
        DataError: these are no probabilities, or both hypotheses make the samples impossible.
        ShapeError: there are not as many of one as of the other.

    Source: Neyman and Pearson, 1933.

    >>> from nn.information import bernoulli_probabilities
    >>> flips = "HTHHTTHT"
    >>> round(likelihood_ratio(bernoulli_probabilities(flips, 0.5), bernoulli_probabilities(flips, 0.75)), 6)
    3.160494
    """
    one, other = probabilities(first, "likelihood_ratio", "first"), probabilities(second, "likelihood_ratio", "second")
    if one.shape != other.shape:
        raise ShapeError(
            f"likelihood_ratio: the hypotheses must judge the same samples; shapes {one.shape} and {other.shape}"
        )
    if (one.data == 0).any() and (other.data == 0).any():
        raise DataError("likelihood_ratio: both hypotheses make a sample impossible, so their ratio is 0/0")
    with np.errstate(divide="ignore", over="ignore"):
        total = log(one).sum() - log(other).sum()
        return unwrapped(total if log_ratio else exp(total), first, second)
