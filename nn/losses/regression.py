"""Losses of predicted numbers: squared, absolute, and between the two."""

from __future__ import annotations

from typing import Any

import autograd

from .terms import Loss, check_reduction, finished, on, pair, plain, positive

__all__ = ["HuberLoss", "L1Loss", "MSELoss", "SmoothL1Loss", "huber_loss", "l1_loss", "mse_loss", "smooth_l1_loss"]

SQUARES = ("none", "sum", "mean", "batchmean", "half_sum", "half_mean", "half_batchmean")


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Any:  # noqa: A002 - PyTorch's name
    """The squared error, reduced as `MSELoss` says.

    >>> mse_loss([1.0, 4.0], [0.0, 2.0], reduction="half_sum").item()
    2.5
    """
    check_reduction("mse_loss", reduction, SQUARES)
    return plain(autograd.mse_loss(*pair("mse_loss", input, target), reduction=reduction))


class MSELoss(Loss):
    """(y − t)², added up in one of the ways in use, which differ in every gradient.

    For N samples (the first axis) with k numbers each:

    - "mean", PyTorch's default: the sum divided by N·k;
    - "batchmean": divided by N alone, the mean over samples of ‖y − t‖²; for one output that is "mean";
    - "sum": not divided;
    - "half_sum": ½Σ(y − t)², with gradient y − t (Rumelhart, Hinton and Williams, 1986);
    - "half_batchmean": 1/2N of the sum; "half_mean": half of "mean";
    - "none": the square of each number.

    Args:
        reduction: Which.

    Raises:
        OperandError: the reduction is unknown.
        ShapeError: predictions and targets differ in shape; nothing is broadcast.
        DataError: the batch is empty.

    >>> MSELoss()([[1.0, 2.0], [3.0, 4.0]], [[1.0, 0.0], [3.0, 0.0]]).item()
    5.0
    >>> MSELoss("batchmean")([[1.0, 2.0], [3.0, 4.0]], [[1.0, 0.0], [3.0, 0.0]]).item()
    10.0
    """

    reductions = SQUARES

    def forward(self, input: Any, target: Any) -> Any:  # noqa: A002
        """The loss."""
        return mse_loss(input, target, self.reduction)


def l1_loss(input: Any, target: Any, reduction: str = "mean") -> Any:  # noqa: A002
    """The absolute error; its slope at 0 is 0.

    >>> l1_loss([1.0, 4.0], [0.0, 2.0]).item()
    1.5
    """
    check_reduction("l1_loss", reduction)
    y, t = pair("l1_loss", input, target)
    return finished(on(autograd.abs, y - t), reduction)


class L1Loss(Loss):
    """|y − t|: outliers pull with no more than the sign. Its minimum for a constant y is the median of the targets.

    Args:
        reduction: "mean", "sum" or "none".

    Source: Laplace, 1774; Boscovich, 1757.

    >>> L1Loss("sum")([1.0, 4.0], [0.0, 2.0]).item()
    3.0
    """

    def forward(self, input: Any, target: Any) -> Any:  # noqa: A002
        """The loss."""
        return l1_loss(input, target, self.reduction)


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0) -> Any:  # noqa: A002
    """½(y − t)² up to delta, from there on the straight line delta·(|y − t| − ½delta).

    >>> huber_loss([0.5, 3.0], [0.0, 0.0], "none").tolist()
    [0.125, 2.5]
    """
    check_reduction("huber_loss", reduction)
    delta = positive("huber_loss", "delta", delta)
    y, t = pair("huber_loss", input, target)
    error = y - t
    size = on(autograd.abs, error)
    line = (size - delta / 2) * delta
    return finished(on(autograd.where, on(autograd.le, size, delta), error * error * 0.5, line), reduction)


class HuberLoss(Loss):
    """½(y − t)² near the target and a straight line from delta on, with no kink between. Source: Huber, 1964.

    Args:
        reduction: "mean", "sum" or "none".
        delta: Where the line begins, above 0.

    >>> HuberLoss(delta=2.0)([3.0], [0.0]).item()
    4.0
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = positive("HuberLoss", "delta", delta)

    def forward(self, input: Any, target: Any) -> Any:  # noqa: A002
        """The loss."""
        return huber_loss(input, target, self.reduction, self.delta)


def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Any:  # noqa: A002
    """The Huber loss divided by its delta: slope 1 on the lines. With beta = 0 it is the absolute error.

    >>> smooth_l1_loss([0.5, 3.0], [0.0, 0.0], "none", beta=2.0).tolist()
    [0.0625, 2.0]
    """
    if beta == 0:
        return l1_loss(input, target, reduction)
    beta = positive("smooth_l1_loss", "beta", beta)
    check_reduction("smooth_l1_loss", reduction)
    y, t = pair("smooth_l1_loss", input, target)
    error = y - t
    size = on(autograd.abs, error)
    parabola = error * error * (0.5 / beta)
    return finished(on(autograd.where, on(autograd.lt, size, beta), parabola, size - beta / 2), reduction)


class SmoothL1Loss(Loss):
    """|y − t| with its kink rounded off within beta of the target. Source: Girshick, 2015.

    Args:
        reduction: "mean", "sum" or "none".
        beta: Half of the width of the rounding, from 0.

    >>> SmoothL1Loss()([0.5, 3.0], [0.0, 0.0]).item()
    1.3125
    """

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        self.beta = beta if beta == 0 else positive("SmoothL1Loss", "beta", beta)

    def forward(self, input: Any, target: Any) -> Any:  # noqa: A002
        """The loss."""
        return smooth_l1_loss(input, target, self.reduction, self.beta)
