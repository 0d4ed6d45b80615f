"""Losses that ask for a margin: hinge losses of two classes and of several."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

import autograd
from autograd import OperandError, ShapeError, Tensor

from .binary import check_signs
from .labels import checked_labels, own_class
from .terms import Loss, check_reduction, constant, finished, fixed, on, pair, plain, positive, predictions, row_sums

__all__ = ["HingeLoss", "MultiMarginLoss", "hinge_loss", "multi_margin_loss"]


def hinge_loss(input: Any, target: Any, reduction: str = "mean", margin: float = 1.0) -> Any:  # noqa: A002
    """max(0, margin − s·z), or for several classes max(0, margin + max zⱼ − z_label), as `HingeLoss`.

    >>> hinge_loss([0.5, 2.0], [1, -1], "none").tolist(), hinge_loss([[0.5, 0.0]], [0]).item()
    ([0.5, 3.0], 0.5)
    """
    name = "hinge_loss"
    check_reduction(name, reduction)
    margin = positive(name, "margin", margin)
    shape = tuple(target.shape) if isinstance(target, Tensor) else np.shape(target)
    scores = predictions(name, input)
    if scores.ndim == 2 and shape == tuple(scores.shape[:1]):
        scores, labels, picked = _rows(name, scores, target)
        other = _largest_other(scores, labels)
        return finished(on(autograd.relu, other - picked + margin), reduction)
    z, s = pair(name, scores, target)
    if fixed(s) is not None:
        check_signs(name, s)
    if reduction == "mean" and margin == 1:
        return plain(autograd.hinge_loss(z, s))
    return finished(on(autograd.relu, margin - z * s), reduction)


class HingeLoss(Loss):
    """max(0, margin − s·z) of scores z and targets s = ±1: nothing to pay where the score is right by the margin.

    For scores (rows, classes) and labels (rows,): max(0, margin + max zⱼ − z_label) over the other classes j, the loss
    of Crammer and Singer (2001), as `sklearn.metrics.hinge_loss`; `MultiMarginLoss` sums over j.

    Args:
        reduction: "mean", "sum" or "none".
        margin: By how much a score has to be right, above 0.

    Raises:
        OperandError: an option makes no sense.
        DataError: a target is neither -1 nor 1, or a label none of the classes, or the batch is empty.

    Sources: Cortes and Vapnik, 1995; Crammer and Singer, 2001.

    >>> HingeLoss()([0.5, 2.0], [1, 1]).item()
    0.25
    """

    def __init__(self, reduction: str = "mean", margin: float = 1.0) -> None:
        super().__init__(reduction)
        self.margin = positive("HingeLoss", "margin", margin)

    def forward(self, input: Any, target: Any) -> Any:  # noqa: A002
        """The loss."""
        return hinge_loss(input, target, self.reduction, self.margin)


def multi_margin_loss(
    input: Any, target: Any, p: int = 1, margin: float = 1.0, weight: Any = None, reduction: str = "mean"  # noqa: A002
) -> Any:  # fmt: skip
    """Σⱼ max(0, margin − z_label + zⱼ)ᵖ / C over the other classes j, as `MultiMarginLoss`.

    >>> round(multi_margin_loss([[0.5, 0.0, 1.0]], [0]).item(), 6)
    0.666667
    """
    name = "multi_margin_loss"
    check_reduction(name, reduction)
    margin = positive(name, "margin", margin)
    if p not in (1, 2):
        raise OperandError(f"{name}: p is 1 or 2, not {p!r}")
    scores, labels, picked = _rows(name, predictions(name, input), target)
    classes = scores.shape[1]
    others = 1 - np.eye(classes)[labels]
    excess = on(autograd.relu, scores - picked.reshape(len(labels), 1) + margin)
    excess = (excess if p == 1 else excess * excess) * _as(others, scores)
    terms = row_sums(excess) * (1 / classes)
    if weight is not None:
        weights = constant(name, "weight", weight).astype(float)
        if weights.shape != (classes,):
            raise ShapeError(f"{name}: {classes} classes need weights of shape ({classes},), not {weights.shape}")
        terms = terms * _as(weights[labels], scores)
    return finished(terms, reduction)


class MultiMarginLoss(Loss):
    """Σⱼ max(0, margin − z_label + zⱼ)ᵖ / C over all wrong classes j, PyTorch's hinge loss of several classes.

    Args:
        p: 1 or 2.
        margin: By how much the right class has to be ahead, above 0.
        weight: One number per class, which the loss of its rows is multiplied with.
        reduction: "mean" over rows, "sum" or "none".

    Source: Weston and Watkins, 1999.

    >>> MultiMarginLoss()([[2.0, 0.5]], [0]).item()
    0.0
    """

    def __init__(self, p: int = 1, margin: float = 1.0, weight: Any = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        if p not in (1, 2):
            raise OperandError(f"MultiMarginLoss: p is 1 or 2, not {p!r}")
        self.p = p
        self.margin = positive("MultiMarginLoss", "margin", margin)
        self.weight = None if weight is None else constant("MultiMarginLoss", "weight", weight)

    def forward(self, input: Any, target: Any) -> Any:  # noqa: A002
        """The loss."""
        return multi_margin_loss(input, target, self.p, self.margin, self.weight, self.reduction)


def _rows(name: str, scores: Any, target: Any) -> tuple[Any, Any, Any]:
    """Scores (rows, classes), the label of each row and its own class's score."""
    if scores.ndim == 1:
        scores, target = scores.reshape(1, -1), np.reshape(np.asarray(target), (1,))
    if scores.ndim != 2:
        raise ShapeError(f"{name}: scores are (rows, classes), not of shape {tuple(scores.shape)}")
    labels = checked_labels(name, target, scores.shape[1])
    if labels.shape != tuple(scores.shape[:1]):
        raise ShapeError(
            f"{name}: scores of shape {tuple(scores.shape)} need labels of shape ({scores.shape[0]},), "
            f"not {labels.shape}"
        )
    if scores.shape[1] < 2:
        raise ShapeError(f"{name}: scores of shape {tuple(scores.shape)} have one class; a margin needs two")
    return scores, labels, scores[own_class(labels)]


def _largest_other(scores: Any, labels: Any) -> Any:
    own = np.eye(scores.shape[1], dtype=bool)[labels]
    if isinstance(scores, Tensor):
        return autograd.amax(autograd.where(own, -np.inf, scores), axis=1)
    found = np.empty(len(scores), object)
    for i, row in enumerate(scores):
        found[i] = reduce(autograd.maximum, [z for j, z in enumerate(row) if j != labels[i]])
    return found


def _as(array: Any, scores: Any) -> Any:
    return array.astype(scores.dtype if scores.dtype.kind == "f" else float, copy=False)
