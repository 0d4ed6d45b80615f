"""Losses of answers of yes or no: binary cross-entropy of probabilities and of scores."""

from __future__ import annotations

from typing import Any

import autograd

from .terms import Loss, check_reduction, check_within, constant, finished, fixed, on, pair, plain

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "SoftMarginLoss", "binary_cross_entropy", "binary_cross_entropy_with_logits",
    "soft_margin_loss",
]  # fmt: skip

_SIGNS = "for targets of -1 and 1 there is soft_margin_loss"


def binary_cross_entropy(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean"  # noqa: A002 - PyTorch's name
) -> Any:  # fmt: skip
    """−(t·log p + (1 − t)·log(1 − p)), as `BCELoss`.

    >>> round(binary_cross_entropy([0.57], [1.0]).item(), 6)
    0.562119
    """
    name = "binary_cross_entropy"
    check_reduction(name, reduction)
    p, t = pair(name, input, target)
    check_within(name, "probabilities", p, 0, 1, "for scores of any size there is binary_cross_entropy_with_logits")
    if fixed(t) is not None:
        check_within(name, "targets", t, 0, 1, _SIGNS)
    return plain(autograd.binary_cross_entropy(p, t, weight=weight, reduction=reduction))


class BCELoss(Loss):
    """−(t·log p + (1 − t)·log(1 − p)) of probabilities p of "yes", one or k of them side by side.

    For outputs of sigmoids. Behind a softmax it is the wrong loss, since the gradient by the scores is p − t only for
    sigmoids: see `CrossEntropyLoss`.
    As in PyTorch, no logarithm of a Tensor counts as less than -100. Values keep to the formula: an answer that is
    certain and wrong costs infinitely much.

    Args:
        weight: What each element's loss is multiplied with; it broadcasts.
        reduction: "mean" over all numbers, "sum" or "none".

    Raises:
        OperandError: the reduction is unknown.
        ShapeError: predictions and targets differ in shape.
        DataError: a prediction or a target is outside 0 to 1 or not a number, or the batch is empty.

    >>> round(BCELoss()([0.57, 0.57], [1.0, 0.0]).item(), 6)
    0.703044
    """

    def __init__(self, weight: Any = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.weight = None if weight is None else constant("BCELoss", "weight", weight)

    def forward(self, input: Any, target: Any) -> Any:  # noqa: A002
        """The loss."""
        return binary_cross_entropy(input, target, self.weight, self.reduction)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean", pos_weight: Any = None  # noqa: A002
) -> Any:  # fmt: skip
    """max(z, 0) − t·z + log(1 + e^−|z|), as `BCEWithLogitsLoss`.

    >>> binary_cross_entropy_with_logits([-500.0, 500.0], [1.0, 1.0]).item()
    250.0
    """
    name = "binary_cross_entropy_with_logits"
    check_reduction(name, reduction)
    z, t = pair(name, input, target)
    if fixed(t) is not None:
        check_within(name, "targets", t, 0, 1, _SIGNS)
    return plain(
        autograd.binary_cross_entropy_with_logits(z, t, weight=weight, pos_weight=pos_weight, reduction=reduction)
    )


class BCEWithLogitsLoss(Loss):
    """Binary cross-entropy of sigmoid(z), for scores z of any size; also called log loss or logistic loss.

    Exact where `BCELoss` behind a sigmoid has run out of digits, and convex in z. The gradient is sigmoid(z) − t.

    Args:
        weight: What each element's loss is multiplied with; it broadcasts.
        reduction: "mean" over all numbers, "sum" or "none".
        pos_weight: What the loss of a "yes" is multiplied with, one number per output; above 1 for more recall.

    Raises:
        OperandError: the reduction is unknown.
        ShapeError: predictions and targets differ in shape, or weights do not fit them.
        DataError: a target is outside 0 to 1, or the batch is empty.

    >>> round(BCEWithLogitsLoss(pos_weight=[3.0])([[0.0]], [[1.0]]).item(), 6)
    2.079442
    """

    def __init__(self, weight: Any = None, reduction: str = "mean", pos_weight: Any = None) -> None:
        super().__init__(reduction)
        self.weight = None if weight is None else constant("BCEWithLogitsLoss", "weight", weight)
        self.pos_weight = None if pos_weight is None else constant("BCEWithLogitsLoss", "pos_weight", pos_weight)

    def forward(self, input: Any, target: Any) -> Any:  # noqa: A002
        """The loss."""
        return binary_cross_entropy_with_logits(input, target, self.weight, self.reduction, self.pos_weight)


def soft_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:  # noqa: A002
    """log(1 + exp(−s·z)) of targets s, -1 or 1.

    >>> round(soft_margin_loss([0.0, 500.0], [1, -1], "sum").item(), 6)
    500.693147
    """
    name = "soft_margin_loss"
    check_reduction(name, reduction)
    z, s = pair(name, input, target)
    if fixed(s) is not None:
        check_signs(name, s)
    return finished(on(autograd.softplus, -(z * s)), reduction)


def check_signs(name: str, s: Any) -> None:
    """Raise DataError if a target is neither -1 nor 1."""
    check_within(name, "targets", abs(s), 1, 1, "they are -1 or 1: 2 * t - 1 makes these of 0 and 1")


class SoftMarginLoss(Loss):
    """log(1 + exp(−s·z)) of targets s = ±1: the logistic loss, equal to `BCEWithLogitsLoss` of t = (1 + s)/2.

    Args:
        reduction: "mean", "sum" or "none".

    Raises:
        DataError: a target is neither -1 nor 1, or the batch is empty.

    >>> round(SoftMarginLoss()([0.0], [1.0]).item(), 6)
    0.693147
    """

    def forward(self, input: Any, target: Any) -> Any:  # noqa: A002
        """The loss."""
        return soft_margin_loss(input, target, self.reduction)
