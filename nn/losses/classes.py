"""Losses of one class out of several: cross-entropy of scores, negative log-likelihood of log-probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd
from autograd import OperandError, ShapeError, Tensor

from ..errors import DataError
from .labels import checked_labels, own_class
from .smoothing import check_smoothing, smoothed
from .terms import Loss, check_reduction, check_within, constant, finished, fixed, on, plain, predictions

__all__ = ["CrossEntropyLoss", "NLLLoss", "cross_entropy", "nll_loss"]


def cross_entropy(
    input: Any, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean",  # noqa: A002
    label_smoothing: float = 0.0, *, label_smoothing_mode: str = "all",
) -> Any:  # fmt: skip
    """log Σⱼ exp(zⱼ) − z_label of scores z, as `CrossEntropyLoss`.

    >>> round(cross_entropy([1.4, -1.1, 0.68], 0).item(), 6)
    0.450335
    """
    name = "cross_entropy"
    check_reduction(name, reduction)
    amount = check_smoothing(name, label_smoothing, label_smoothing_mode)
    scores, classes = _scores(name, input)
    weights = _class_weights(name, weight, classes)
    if _shape(target) == tuple(scores.shape) and scores.ndim:
        return _of_probabilities(scores, target, weights, reduction, amount, label_smoothing_mode)
    labels, kept = _labels(name, scores, classes, target, ignore_index)
    if weights is None and kept is None and not amount:
        return plain(autograd.cross_entropy(scores, labels, reduction=reduction))
    if kept is not None:  # a score that does not count may even be nan
        scores = on(autograd.where, _along_classes(kept, scores), scores, 0.0)
    each = _row_weights(labels, kept, weights)
    if amount:
        shares = np.moveaxis(
            smoothed(np.eye(classes)[labels], amount, label_smoothing_mode, classes), -1, _axis(scores)
        )
        shares = shares if weights is None else shares * _on_classes(weights, scores)
        shares = shares if kept is None else shares * _along_classes(kept, scores)
        losses = autograd.cross_entropy(scores, _like(shares, scores), reduction="none")
    else:
        losses = autograd.cross_entropy(scores, labels, reduction="none") * _like(each, scores)
    return finished(losses, reduction, _total(name, each, reduction))


class CrossEntropyLoss(Loss):
    """log Σⱼ exp(zⱼ) − z_label: cross-entropy of the softmax of scores z, with gradient softmax(z) − target.

    Args:
        weight: One number per class; its loss is multiplied with it, and "mean" divides by the weights that took part.
        ignore_index: A label that does not count.
        reduction: "mean" over rows, "sum", or "none" for the loss of each.
        label_smoothing: α, how much of each label is spread over classes.
        label_smoothing_mode: "all" spreads α over all C classes, α/C each (Szegedy and others, 2016; PyTorch);
            "others" over the wrong ones, α/(C − 1) each, so that the right one keeps 1 − α. They agree where α of "all"
            is α·C/(C − 1) of "others".

    It takes scores (rows, classes), or (rows, classes, ...), or of one row (classes,); not probabilities. Targets are
    labels (rows,), or probabilities of the scores' shape.

    Raises:
        OperandError: an option is unknown or no number.
        ShapeError: targets fit neither the rows nor the scores; or there is not one weight per class.
        DataError: a label is none of the classes, a probability outside 0 to 1, the batch is empty, or all of it is
            ignored.

    Sources: Bridle, 1990; Szegedy and others, 2016.

    >>> round(CrossEntropyLoss()([[1.4, -1.1, 0.68]], [0]).item(), 6)
    0.450335
    >>> CrossEntropyLoss()([[1e4, 0.0]], [1]).item()
    10000.0
    """

    def __init__(
        self, weight: Any = None, ignore_index: int = -100, reduction: str = "mean", label_smoothing: float = 0.0,
        *, label_smoothing_mode: str = "all",
    ) -> None:  # fmt: skip
        super().__init__(reduction)
        self.weight = None if weight is None else constant("CrossEntropyLoss", "weight", weight)
        self.ignore_index = ignore_index
        self.label_smoothing = check_smoothing("CrossEntropyLoss", label_smoothing, label_smoothing_mode)
        self.label_smoothing_mode = label_smoothing_mode

    def forward(self, input: Any, target: Any) -> Any:  # noqa: A002
        """The loss."""
        return cross_entropy(
            input, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing,
            label_smoothing_mode=self.label_smoothing_mode,
        )  # fmt: skip


def nll_loss(
    input: Any, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean"  # noqa: A002
) -> Any:  # fmt: skip
    """−log p_label of log-probabilities, as `NLLLoss`.

    >>> round(nll_loss(np.log([[0.5, 0.25, 0.25]]), [1]).item(), 6)
    1.386294
    """
    name = "nll_loss"
    check_reduction(name, reduction)
    logs, classes = _scores(name, input)
    weights = _class_weights(name, weight, classes)
    labels, kept = _labels(name, logs, classes, target, ignore_index)
    own = logs[own_class(labels)]
    own = own if isinstance(own, (Tensor, np.ndarray)) else predictions(name, own)
    if kept is not None:
        own = on(autograd.where, kept, own, 0.0)
    if weights is None and kept is None:
        return finished(-own, reduction)
    each = _row_weights(labels, kept, weights)
    return finished(-own * _like(each, logs), reduction, _total(name, each, reduction))


class NLLLoss(Loss):
    """−log p_label of log-probabilities, e.g. behind `LogSoftmax`; together they are `CrossEntropyLoss`.

    Args:
        weight: One number per class; its loss is multiplied with it, and "mean" divides by the weights that took part.
        ignore_index: A label that does not count.
        reduction: "mean" over rows, "sum", or "none" for the loss of each.

    Raises:
        OperandError, ShapeError, DataError: as `CrossEntropyLoss`.

    >>> round(NLLLoss(weight=[1.0, 3.0])(np.log([[0.5, 0.5], [0.75, 0.25]]), [0, 1]).item(), 6)
    1.213008
    """

    def __init__(self, weight: Any = None, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.weight = None if weight is None else constant("NLLLoss", "weight", weight)
        self.ignore_index = ignore_index

    def forward(self, input: Any, target: Any) -> Any:  # noqa: A002
        """The loss."""
        return nll_loss(input, target, self.weight, self.ignore_index, self.reduction)


# ------------------------------------------------------------------------------------------------------------- pieces


def _of_probabilities(scores: Any, target: Any, weights: Any, reduction: str, amount: float, mode: str) -> Any:
    shares = target if isinstance(target, Tensor) else _like(np.asarray(target), scores)
    if fixed(shares) is not None:
        check_within("cross_entropy", "target probabilities", shares, 0, 1, "labels have one axis less than the scores")
    if amount:
        shares = smoothed(shares, amount, mode, scores.shape[_axis(scores)])
    if weights is not None:
        shares = shares * _like(_on_classes(weights, scores), scores)
    return plain(autograd.cross_entropy(scores, shares, reduction=reduction))


def _scores(name: str, given: Any) -> tuple[Any, int]:
    scores = predictions(name, given)
    if not scores.ndim:
        raise ShapeError(f"{name}: scores need an axis of classes: (classes,), (rows, classes) or more")
    return scores, scores.shape[_axis(scores)]


def _axis(scores: Any) -> int:
    """PyTorch's place for the classes: the second axis, or the only one."""
    return 1 if scores.ndim > 1 else 0


def _shape(x: Any) -> tuple[int, ...]:
    return tuple(x.shape) if isinstance(x, Tensor) else np.shape(x)


def _labels(
    name: str, scores: Any, classes: int, target: Any, ignore_index: int
) -> tuple[NDArray[np.intp], NDArray[np.bool_] | None]:
    """Labels that all name a class, and which of them count; None where all do."""
    axis = _axis(scores)
    rows = tuple(scores.shape[:axis]) + tuple(scores.shape[axis + 1 :])
    if _shape(target) != rows:
        raise ShapeError(
            f"{name}: scores of shape {tuple(scores.shape)} need class labels of shape {rows}, one per row"
            f"{', or probabilities of their own shape' if name == 'cross_entropy' else ''}, not a target of shape "
            f"{_shape(target)}"
        )
    labels = checked_labels(name, target, classes, ignore_index)
    # Mostly it is below all labels, and the smallest of them is found quickly.
    if not labels.size or ignore_index < labels.item(labels.argmin()) or ignore_index not in labels:
        return labels, None
    kept = labels != ignore_index
    return np.where(kept, labels, 0), kept


def _class_weights(name: str, weight: Any, classes: int) -> NDArray[np.float64] | None:
    if weight is None:
        return None
    weights = constant(name, "weight", weight).astype(float)
    if weights.shape != (classes,):
        raise ShapeError(f"{name}: {classes} classes need weights of shape ({classes},), not {weights.shape}")
    if not (weights >= 0).all():
        raise OperandError(f"{name}: class weights are numbers from 0, not {weights.tolist()}")
    return weights


def _row_weights(labels: Any, kept: Any, weights: Any) -> NDArray[np.float64]:
    each = np.ones(labels.shape) if weights is None else weights[labels]
    return each if kept is None else each * kept


def _total(name: str, each: NDArray[np.float64], reduction: str) -> float:
    """What the mean divides by.

    Raises:
        DataError: nothing counts.
    """
    total = float(each.sum())
    if reduction == "mean" and not total:
        raise DataError(f"{name}: every row is ignored or has weight 0, so there is nothing to average")
    return total


def _along_classes(rows: Any, scores: Any) -> Any:
    """One number per row, ready to broadcast over the classes."""
    return np.broadcast_to(np.expand_dims(rows, _axis(scores)), tuple(scores.shape))


def _on_classes(weights: Any, scores: Any) -> Any:
    """One number per class, ready to broadcast over the rows."""
    return weights.reshape([-1 if i == _axis(scores) else 1 for i in range(scores.ndim)])


def _like(array: Any, scores: Any) -> Any:
    """An array of the scores' dtype."""
    return array.astype(scores.dtype if scores.dtype.kind == "f" else float, copy=False)
