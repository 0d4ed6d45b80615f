"""Probabilities as operands: checked, paired, with 0·log 0 = 0, and logarithms of any base."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import OperandError, ShapeError, Tensor, log, where

from ..errors import DataError
from ..operands import as_tensor

__all__ = ["distribution", "in_base", "pair", "probabilities", "weighted_log"]


def probabilities(p: Any, who: str, what: str = "p", *, strict: bool = False) -> Tensor:
    """Numbers from 0 to 1 as a tensor; unless `strict`, rounding may have carried them a little above 1.

    Raises:
        DataError: there are none, or one is below 0, above 1 or not a number.
    """
    tensor = as_tensor(p)
    data = tensor.data
    if data.dtype.kind != "f":
        raise OperandError(f"{who}: {what} must be probabilities, not {data.dtype}; convert it with astype(float)")
    slack = 0.0 if strict else _slack(data)
    wrong = ~((data >= 0) & (data <= 1 + slack))
    if not data.size:
        raise DataError(f"{who}: {what} is empty")
    if wrong.any():
        raise DataError(f"{who}: {what} must be probabilities from 0 to 1; it holds {data[wrong].flat[0]!s}")
    return tensor


def distribution(p: Any, who: str, what: str = "p", axis: int = -1) -> Tensor:
    """Probabilities that add up to 1 along an axis, to about half of the digits their type has.

    Raises:
        DataError: they are no probabilities, or add up to something else.
        ShapeError: it is a single number, or has no such axis.
    """
    tensor = probabilities(p, who, what)
    if not tensor.ndim:
        raise ShapeError(f"{who}: {what} is one number; give the probability of every outcome, e.g. [p, 1 - p]")
    if not -tensor.ndim <= axis < tensor.ndim:
        raise ShapeError(f"{who}: {what} of shape {tensor.shape} has no axis {axis}")
    totals = tensor.data.sum(axis=axis)
    off = np.abs(totals - 1) > _slack(tensor.data)
    if off.any():
        raise DataError(
            f"{who}: {what} must add up to 1 along axis {axis}, but adds up to {np.asarray(totals)[off].flat[0]:.6g}; "
            "divide it by its sum"
        )
    return tensor


def pair(p: Any, q: Any, who: str, axis: int = -1) -> tuple[Tensor, Tensor]:
    """Two distributions over the same outcomes.

    Raises:
        ShapeError: one has more outcomes than the other, or the shapes do not go together.
    """
    first, second = distribution(p, who, "p", axis), distribution(q, who, "q", axis)
    if first.shape[axis] != second.shape[axis]:
        raise ShapeError(
            f"{who}: p has {first.shape[axis]} outcomes and q {second.shape[axis]}; give both the probability of "
            "each, 0 where it cannot happen"
        )
    try:
        np.broadcast_shapes(first.shape, second.shape)
    except ValueError:
        raise ShapeError(f"{who}: p of shape {first.shape} and q of shape {second.shape} do not go together") from None
    return first, second


def weighted_log(p: Tensor, q: Tensor) -> Tensor:
    """p·log q, element by element: 0 where p = 0, −∞ where only q = 0.

    The derivatives are log q and p/q; where p and q are both 0 they count as 0.
    """
    nothing = (p.data == 0) & (q.data == 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = log(where(nothing, 1.0, q) if nothing.any() else q)
        # where only q = 0 the product is p·(−∞); where only p = 0 it is 0·(a finite log)
        product: Tensor = p * logs
    return product


def in_base(nats: Tensor, base: float | None, who: str) -> Tensor:
    """A natural logarithm as one of another base: divided by ln base; as it is for None.

    Raises:
        OperandError: the base is not above 0, or is 1.
    """
    if base is None:
        return nats
    if not isinstance(base, (int, float, np.integer, np.floating)) or not (base > 0 and np.isfinite(base)) or base == 1:
        raise OperandError(f"{who}: the base of a logarithm is a number above 0 other than 1, not {base!r}")
    result: Tensor = nats / math.log(base)
    return result


def _slack(data: Any) -> float:
    return float(np.sqrt(np.finfo(data.dtype).eps))
