"""Binary cross-entropy as one node: of probabilities, and of logits with the sigmoid built in."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import OperandError, ShapeError
from ..gates.choices import where
from ..gates.elementary import log
from ..gates.squashing import softplus
from ..operation import Operation, operation
from .arguments import Arranged
from .scalars import each, objects, over_axes, total
from .targets import check_reduction, prediction_and_target, share

__all__ = ["binary_cross_entropy", "binary_cross_entropy_with_logits"]

_LOWEST_LOG = -100.0
_SMALLEST_VARIANCE = 1e-12
"""PyTorch's bounds, which keep a prediction of exactly 0 or 1 from an infinite loss and slope."""


def _factors(name: str, what: str, given: Any, like: Any) -> Any:
    """Weights as an array of the predictions' dtype, or None."""
    if given is None:
        return None
    if getattr(given, "requires_grad", False):
        raise OperandError(f"{name}: {what} takes no gradient; pass {what}.detach()")
    array = np.asarray(getattr(given, "data", given), like.dtype if like.dtype.kind == "f" else float)
    try:
        fits = np.broadcast_shapes(array.shape, like.shape) == tuple(like.shape)
    except ValueError:
        fits = False
    if not fits:
        raise ShapeError(f"{name}: {what} of shape {array.shape} does not fit predictions of shape {tuple(like.shape)}")
    return array


def _probability_arguments(prediction: Any, target: Any, weight: Any = None, reduction: str = "mean") -> Arranged:
    name = "binary_cross_entropy"
    check_reduction(name, reduction, ("none", "sum", "mean"))
    p, t = prediction_and_target(name, prediction, target)
    return (p, t), {"weight": _factors(name, "weight", weight, p), "reduction": reduction}


def _logit_arguments(
    logits: Any, target: Any, weight: Any = None, pos_weight: Any = None, reduction: str = "mean"
) -> Arranged:
    name = "binary_cross_entropy_with_logits"
    check_reduction(name, reduction, ("none", "sum", "mean"))
    z, t = prediction_and_target(name, logits, target)
    weights = _factors(name, "weight", weight, z), _factors(name, "pos_weight", pos_weight, z)
    return (z, t), {"weight": weights[0], "pos_weight": weights[1], "reduction": reduction}


def _reduced(losses: Any, weight: Any, reduction: str) -> Any:
    if weight is not None:
        losses = losses * weight
    if reduction == "none":
        return losses
    summed = losses.sum()
    return summed if reduction == "sum" else summed * losses.dtype.type(share(reduction, losses.shape))


def _upstream(g: Any, shape: tuple[int, ...], weight: Any, reduction: str) -> Any:
    """The gradient of each element's loss."""
    if reduction == "mean":
        g = g * share(reduction, shape)
    return g if weight is None else g * weight


def _opened_reduction(losses: Any, weight: Any, reduction: str) -> Any:
    if weight is not None:
        losses = losses * weight
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()


def _scalar_reduction(losses: Any, weight: Any, reduction: str) -> Any:
    if weight is not None:
        losses = objects(losses * objects(np.asarray(weight)))
    if reduction == "none":
        return losses
    summed = over_axes(total, losses)
    return objects(summed * share(reduction, losses.shape)) if reduction == "mean" and losses.size != 1 else summed


# ------------------------------------------------------------------------------------------------------ probabilities


def _of_probabilities(p: Any, t: Any, weight: Any, reduction: str) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        losses = (t - 1) * np.maximum(np.log1p(-p), _LOWEST_LOG) - t * np.maximum(np.log(p), _LOWEST_LOG)
    return _reduced(losses, weight, reduction)


def _probability_back(g: Any, out: Any, p: Any, t: Any, weight: Any, reduction: str) -> Any:
    return _upstream(g, p.shape, weight, reduction) * ((p - t) / np.maximum(p * (1 - p), _SMALLEST_VARIANCE))


def _probability_target_back(g: Any, out: Any, p: Any, t: Any, weight: Any, reduction: str) -> Any:
    with np.errstate(divide="ignore"):
        return _upstream(g, p.shape, weight, reduction) * (np.log1p(-p) - np.log(p))


def _weighted_log(t: Any, p: Any) -> Any:
    """t·log p, and 0 where a constant t is 0."""
    never = t == 0 if isinstance(t, np.ndarray) else np.zeros(1, bool)
    if not never.any():
        return t * log(p)
    return where(never, 0.0, t * log(where(never, 1.0, p)))


def _opened_probabilities(p: Any, t: Any, weight: Any, reduction: str) -> Any:
    return _opened_reduction(-(_weighted_log(t, p) + _weighted_log(1 - t, 1 - p)), weight, reduction)


def _scalar_of_probability(p: Any, t: Any) -> Any:
    if isinstance(t, (int, float)) and t in (0, 1):  # the other term is 0, even where its logarithm is not finite
        return -log(p if t else 1 - p)
    return -(t * log(p) + (1 - t) * log(1 - p))


binary_cross_entropy = operation(Operation(
    "binary_cross_entropy", glyph="−log p",
    arrange=_probability_arguments,
    forward=_of_probabilities,
    pullbacks=(_probability_back, _probability_target_back), reads=("x", "x"),
    definition=_opened_probabilities,
    scalar=lambda p, t, weight, reduction: _scalar_reduction(each(_scalar_of_probability, p, t), weight, reduction),
    # The scale is 1/n, or 1 where nothing is averaged, times the weights.
    says=("upstream · scale · ({0} − {1}) / ({0}(1 − {0}))", "upstream · scale · log((1 − {0}) / {0})"),
    metaphor="predicted minus target, over the variance",
    doc="""−(t·log p + (1 − t)·log(1 − p)): how surprised probabilities are by answers of yes or no, as one node.

    Args:
        prediction: Probabilities p of 1; behind a sigmoid, `binary_cross_entropy_with_logits` is exact further out.
        target: t, 0 or 1 or between, of the same shape.
        weight: What each element's loss is multiplied with; it broadcasts.
        reduction: "mean", "sum" or "none".

    As in PyTorch no logarithm is below -100 and p(1 − p) in the slope not below 1e-12, so nothing is infinite; second
    derivatives are those of the formula itself.

    Raises:
        OperandError: the reduction is unknown.
        ShapeError: the shapes differ.

    >>> import autograd
    >>> p = autograd.Tensor([0.57], requires_grad=True)
    >>> loss = autograd.binary_cross_entropy(p, [1.0])
    >>> loss.backward()
    >>> round(loss.item(), 6), p.grad.round(6).tolist()
    (0.562119, [-1.754386])
    """,
))  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- logits


def _of_logits(z: Any, t: Any, weight: Any, pos_weight: Any, reduction: str) -> tuple[Any, Any]:
    small = np.exp(-np.abs(z))
    low = np.log1p(small)
    up = np.maximum(z, 0)
    losses = up - t * z + low if pos_weight is None else (1 - t) * (up + low) + t * pos_weight * (up - z + low)
    return _reduced(losses, weight, reduction), small


def _logit_back(g: Any, out: Any, z: Any, t: Any, weight: Any, pos_weight: Any, reduction: str, kept: Any) -> Any:
    slope = np.where(z >= 0, 1, kept) / (1 + kept)  # the sigmoid
    if pos_weight is None:
        slope -= t
    else:
        slope = (1 - t) * slope - t * pos_weight * (1 - slope)
    return slope * _upstream(g, z.shape, weight, reduction)


def _logit_target_back(
    g: Any, out: Any, z: Any, t: Any, weight: Any, pos_weight: Any, reduction: str, kept: Any
) -> Any:
    slope = -z
    if pos_weight is not None:
        slope = (pos_weight - 1) * (np.log1p(kept) + np.maximum(-z, 0)) - z
    return slope * _upstream(g, z.shape, weight, reduction)


def _logit_terms(z: Any, t: Any, pos_weight: Any, smooth: Any) -> Any:
    right = t if pos_weight is None else t * pos_weight
    return (1 - t) * smooth(z) + right * smooth(-z)


def _scalar_logits(z: Any, t: Any, weight: Any, pos_weight: Any, reduction: str) -> Any:
    factors = 1.0 if pos_weight is None else np.asarray(pos_weight)
    return _scalar_reduction(each(_scalar_of_logit, z, t, factors), weight, reduction)


def _scalar_of_logit(z: Any, t: Any, factor: float) -> Any:
    if isinstance(t, (int, float)) and t in (0, 1):
        loss = softplus(-z if t else z)
        return loss * factor if t and factor != 1 else loss
    return (1 - t) * softplus(z) + t * factor * softplus(-z)


binary_cross_entropy_with_logits = operation(Operation(
    "binary_cross_entropy_with_logits", glyph="−log σ",
    arrange=_logit_arguments,
    forward=_of_logits, keeps=True,
    pullbacks=(_logit_back, _logit_target_back), reads=("x", "x"),
    definition=lambda z, t, weight, pos_weight, reduction: _opened_reduction(
        _logit_terms(z, t, pos_weight, softplus), weight, reduction
    ),
    scalar=_scalar_logits,
    says=("upstream · scale · (σ({0}) − {1})", "−upstream · scale · {0}"),
    metaphor="predicted minus target",
    doc="""(1 − t)·log(1 + eᶻ) + t·log(1 + e⁻ᶻ): binary cross-entropy of the sigmoid of logits, as one node.

    Args:
        logits: Scores z; the probability of 1 is sigmoid(z).
        target: t, 0 or 1 or between, of the same shape.
        weight: What each element's loss is multiplied with; it broadcasts.
        pos_weight: What the loss of a target of 1 is multiplied with, above 1 for more recall; it broadcasts.
        reduction: "mean", "sum" or "none".

    No exponential overflows and nothing cancels, however large the logits; the gradient is sigmoid minus target.

    Raises:
        OperandError: the reduction is unknown.
        ShapeError: the shapes differ.

    >>> import autograd
    >>> z = autograd.Tensor([-500.0, 500.0], requires_grad=True)
    >>> loss = autograd.binary_cross_entropy_with_logits(z, [1.0, 1.0], reduction="sum")
    >>> loss.backward()
    >>> loss.item(), z.grad.round(6).tolist()
    (500.0, [-1.0, 0.0])
    """,
))  # fmt: skip
