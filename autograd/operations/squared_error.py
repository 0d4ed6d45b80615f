"""The squared error of predictions as one node, in all the scalings that are in use."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..operation import Operation, operation
from .arguments import Arranged
from .scalars import objects, over_axes, total
from .targets import check_reduction, prediction_and_target, share

__all__ = ["mse_loss"]

_REDUCTIONS = ("none", "sum", "mean", "batchmean", "half_sum", "half_mean", "half_batchmean")


def _arguments(prediction: Any, target: Any, reduction: str = "mean") -> Arranged:
    check_reduction("mse_loss", reduction, _REDUCTIONS)
    return prediction_and_target("mse_loss", prediction, target), {"reduction": reduction}


def _squared_error(prediction: Any, target: Any, reduction: str) -> tuple[Any, Any]:
    error = prediction - target
    if error.dtype.kind != "f":
        error = error.astype(float)
    if reduction == "none":
        return error * error, error
    flat = error.ravel()
    return error.dtype.type(share(reduction, error.shape)) * flat.dot(flat), error


def _slope(g: Any, out: Any, prediction: Any, target: Any, reduction: str, kept: Any) -> Any:
    factor = 2.0 if reduction == "none" else 2.0 * share(reduction, kept.shape)
    return (g * factor) * kept


def _opened(prediction: Any, target: Any, reduction: str) -> Any:
    error = prediction + -target if isinstance(target, np.ndarray) else prediction - target
    squares = error * error
    if reduction == "none":
        return squares
    if reduction == "mean":
        return squares.mean()
    summed = squares.sum()
    return summed if reduction == "sum" else summed * share(reduction, squares.shape)


def _scalars(prediction: Any, target: Any, reduction: str) -> Any:
    squares = objects((objects(prediction) - objects(target)) ** 2)
    if reduction == "none":
        return squares
    summed = over_axes(total, squares)
    factor = share(reduction, squares.shape)
    return summed if factor == 1 else objects(summed * factor)


mse_loss = operation(Operation(
    "mse_loss", glyph="(a − b)²",
    arrange=_arguments,
    forward=_squared_error, keeps=True,
    before=_slope,
    pullbacks=(lambda g, out, p, t, reduction, kept: g, lambda g, out, p, t, reduction, kept: -g), reads=("x", "x"),
    definition=_opened, scalar=_scalars,
    # The scale is what the reduction makes of the 2 of the square: 2/n, 2/N, 2, or half of that.
    says=("upstream · scale · ({0} − {1})", "upstream · scale · ({1} − {0})"),
    metaphor="predicted minus target",
    doc="""The squared error of predictions: the loss of regression, as one node.

    Args:
        prediction: What was predicted.
        target: What is right, of the same shape; nothing is broadcast.
        reduction: For N rows (the first axis) of k numbers each: "mean" divides the sum of squares by N·k, "batchmean"
            by N, "sum" not at all; "half_mean", "half_batchmean" and "half_sum" are half of that, so that the gradient
            is the error itself times what is left; "none" gives each square.

    Raises:
        OperandError: the reduction is unknown.
        ShapeError: the shapes differ.

    >>> import autograd
    >>> y = autograd.Tensor([1.0, 4.0], requires_grad=True)
    >>> loss = autograd.mse_loss(y, [0.0, 2.0], reduction="half_sum")
    >>> loss.backward()
    >>> loss.item(), y.grad.tolist()
    (2.5, [1.0, 2.0])
    """,
))  # fmt: skip
