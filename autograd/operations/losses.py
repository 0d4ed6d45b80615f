"""What a network is trained on, each as one node."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ShapeError
from ..gates.squashing import relu
from ..operation import Operation, operation
from .arguments import Arranged
from .broadcast import zero

__all__ = ["hinge_loss", "sum_of_squares"]


def _squares(*tensors: Any) -> Any:
    total: Any = 0
    for x in tensors:
        flat = x.ravel()
        total = total + flat.dot(flat)
    return total


def _opened_squares(*tensors: Any) -> Any:
    total: Any = 0
    for x in tensors:
        total = (x * x).sum() + total
    return total


sum_of_squares = operation(Operation(
    "sum_of_squares", glyph="Σ x²",
    forward=_squares,
    before=lambda g, out, *tensors: 2 * g,
    pullbacks=(lambda g, out, *tensors, slot: g * tensors[slot],), reads=("x",), variadic=True,
    says=("2 · upstream · {0}",),
    definition=_opened_squares, scalar=_opened_squares,
    metaphor="a square brings twice its base",
    doc="""The sum of the squares of all elements of one or several tensors: what weight decay makes small.

    >>> import autograd
    >>> float(autograd.sum_of_squares(autograd.Tensor([1.0, 2.0]), autograd.Tensor([[3.0]])))
    14.0
    """,
))  # fmt: skip


def _hinge_arguments(score: Any, target: Any) -> Arranged:
    if not hasattr(score, "shape"):
        score = np.asarray(score, float)
    if not hasattr(target, "shape"):
        target = np.asarray(target, float)
    if score.shape != target.shape:
        raise ShapeError(
            f"hinge_loss: scores of shape {score.shape} and targets of shape {target.shape} must have one shape; "
            "reshape one of them"
        )
    dtype = score.dtype
    if isinstance(target, np.ndarray) and target.dtype is not dtype and dtype.kind == "f":
        target = target.astype(dtype, copy=False)
    return (score, target), {}


def _hinge(score: Any, target: Any) -> tuple[Any, Any]:
    margin = np.maximum(1 - target * score, 0)
    return np.add.reduce(margin, axis=None) / margin.size, margin > zero(margin.dtype)


def _opened_hinge(score: Any, target: Any) -> Any:
    margin = 1 - target * score
    opened = np.frompyfunc(relu, 1, 1)(margin) if isinstance(margin, np.ndarray) else relu(margin)
    return opened.mean()


hinge_loss = operation(Operation(
    "hinge_loss", glyph="hinge",
    arrange=_hinge_arguments,
    forward=_hinge, keeps=True,
    pullbacks=(
        # As a Python number, which is quicker than an array of one.
        lambda g, out, score, target, kept: target * (-g.item() / kept.size) * kept,
        lambda g, out, score, target, kept: score * (-g.item() / kept.size) * kept,
    ),
    reads=("x", "x"),
    definition=_opened_hinge, scalar=_opened_hinge,
    says=("−{1} · upstream / n inside the margin", "−{0} · upstream / n inside the margin"),
    metaphor="only points inside the margin push",
    doc="""The mean of max(0, 1 - target·score): the max-margin loss of targets -1 and 1.

    Source: Cortes and Vapnik, 1995.

    >>> import autograd
    >>> float(autograd.hinge_loss(autograd.Tensor([0.5, 2.0]), autograd.Tensor([1.0, 1.0])))
    0.25
    """,
))  # fmt: skip
