"""Joint probability tables: what they say about some of their variables, and Bayes' rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import OperandError, ShapeError, transpose

from ..errors import DataError
from ..operands import unwrapped
from .distributions import distribution, probabilities

__all__ = ["JointTable", "bayes", "posterior"]


class JointTable:
    """The joint distribution of a few variables: an axis for each.

    Args:
        table: Probabilities that add up to 1: an array or a Tensor, in which case all answers are Tensors.
        names: The variables, one per axis, e.g. "abc" or ["weather", "mood"].

    Raises:
        DataError: these are no probabilities, or they do not add up to 1.
        ShapeError: there are more names than axes, or fewer.
        OperandError: a name is given twice.

    >>> joint = JointTable([[0.3, 0.2], [0.1, 0.4]], ["rain", "late"])
    >>> joint.marginal("late").tolist()
    [0.4, 0.6000000000000001]
    >>> joint.conditional("late", given="rain").round(6).tolist()  # a row per value of rain
    [[0.6, 0.4], [0.2, 0.8]]
    """

    def __init__(self, table: Any, names: Sequence[str]) -> None:
        self.names = tuple(names)
        if len(set(self.names)) < len(self.names):
            raise OperandError(f"JointTable: the names {list(self.names)} repeat one")
        self._table = probabilities(table, "JointTable", "table")
        if self._table.ndim != len(self.names):
            raise ShapeError(
                f"JointTable: a table of shape {self._table.shape} has {self._table.ndim} variables, but there are "
                f"{len(self.names)} names"
            )
        distribution(self._table.reshape(-1), "JointTable", "table")
        self._given = table

    def _axes(self, names: str | Sequence[str], who: str) -> list[int]:
        wanted = [names] if isinstance(names, str) and names in self.names else list(names)
        for name in wanted:
            if name not in self.names:
                raise OperandError(f"{who}: there is no variable {name!r} among {', '.join(self.names)}")
        if len(set(wanted)) < len(wanted):
            raise OperandError(f"{who}: {wanted} repeats a variable")
        return [self.names.index(name) for name in wanted]

    def _marginal(self, axes: list[int]) -> Any:
        others = tuple(axis for axis in range(len(self.names)) if axis not in axes)
        left = self._table.sum(axis=others) if others else self._table
        order = np.argsort(np.argsort(axes))
        return transpose(left, tuple(int(i) for i in order)) if len(axes) > 1 else left

    def marginal(self, names: str | Sequence[str]) -> Any:
        """p of some variables, the others summed out, with an axis for each in the order they are named.

        Raises:
            OperandError: there is no such variable, or it is named twice.
        """
        return unwrapped(self._marginal(self._axes(names, "marginal")), self._given)

    def conditional(self, names: str | Sequence[str], given: str | Sequence[str]) -> Any:
        """p(names | given) = p(names, given)/p(given): the axes of `given` first, then those of `names`.

        Where the condition has probability 0 the answer is not a number.

        Raises:
            OperandError: there is no such variable, or it is named twice.
        """
        wanted, known = self._axes(names, "conditional"), self._axes(given, "conditional")
        if set(wanted) & set(known):
            raise OperandError("conditional: a variable is asked for and given at the same time")
        both, condition = self._marginal(known + wanted), self._marginal(known)
        with np.errstate(divide="ignore", invalid="ignore"):
            return unwrapped(both / condition.reshape(*condition.shape, *(1 for _ in wanted)), self._given)

    def independent(self, first: str | Sequence[str], second: str | Sequence[str], tolerance: float = 1e-12) -> bool:
        """Whether p(first, second) = p(first)·p(second) for all values, to an absolute tolerance."""
        one, other = self._axes(first, "independent"), self._axes(second, "independent")
        both = np.asarray(self._marginal(one + other).data)
        product = np.multiply.outer(self._marginal(one).data, self._marginal(other).data)
        return bool(np.allclose(both, product, rtol=0, atol=tolerance))


def bayes(likelihood: Any, prior: Any, evidence: Any) -> Any:
    """P(A|B) = P(B|A)·P(A)/P(B).

    Args:
        likelihood: P(B|A).
        prior: P(A).
        evidence: P(B).

    Returns:
        A float, an array, or a Tensor if an argument is one.

    Raises:
        DataError: a number is no probability, P(B) is 0, or they contradict each other: P(B|A)·P(A) above P(B).

    Source: Bayes, 1763.

    >>> round(bayes(likelihood=0.9, prior=0.01, evidence=0.9 * 0.01 + 0.05 * 0.99), 4)
    0.1538
    """
    b_given_a, a = probabilities(likelihood, "bayes", "likelihood"), probabilities(prior, "bayes", "prior")
    b = probabilities(evidence, "bayes", "evidence")
    if (b.data == 0).any():
        raise DataError("bayes: evidence is 0, and nothing follows from what cannot happen")
    result = b_given_a * a / b
    probabilities(result.data, "bayes", "P(B|A)·P(A)/P(B), since P(B) is too small for the others, ")
    return unwrapped(result, likelihood, prior, evidence)


def posterior(likelihood: Any, prior: Any) -> Any:
    """What to believe of each hypothesis after seeing data: likelihood·prior, divided by its sum.

    Args:
        likelihood: The probability of the data under each hypothesis, along the last axis.
        prior: What was believed of each before, adding up to 1.

    Raises:
        DataError: these are no probabilities, the prior does not add up to 1, or the data is impossible under all.
        ShapeError: there are not as many likelihoods as hypotheses.

    >>> posterior([0.9, 0.05], [0.01, 0.99]).round(4).tolist()
    [0.1538, 0.8462]
    """
    data, before = probabilities(likelihood, "posterior", "likelihood"), distribution(prior, "posterior", "prior")
    if not data.ndim or data.shape[-1] != before.shape[-1]:
        raise ShapeError(f"posterior: a likelihood per hypothesis is needed; shapes {data.shape} and {before.shape}")
    joint = data * before
    evidence = joint.sum(axis=-1, keepdims=True)
    if (evidence.data == 0).any():
        raise DataError("posterior: no hypothesis that was thought possible can explain the data")
    return unwrapped(joint / evidence, likelihood, prior)
