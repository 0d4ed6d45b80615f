"""Cross-entropy: how far predicted probabilities are from the truth, with the softmax built in."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import OperandError, ShapeError
from ..operation import Array, Operation, operation
from .arguments import Arranged
from .scalars import objects, over_axes, total
from .softmax import log_softmax, row_starts, shifted, summed

__all__ = ["cross_entropy"]


def _loss_arguments(logits: Any, target: Any, reduction: str = "mean") -> Arranged:
    if reduction not in ("mean", "sum", "none"):
        raise OperandError(f"cross_entropy: reduction must be 'mean', 'sum' or 'none', not {reduction!r}")
    if not hasattr(target, "shape"):
        target = np.asarray(target)
    return (logits, target), {} if reduction == "mean" else {"reduction": reduction}


def _class_axis(logits: Any) -> int:
    """PyTorch's place for the classes: the second axis, or the only one."""
    return 1 if logits.ndim > 1 else 0


def _check_labels(logits: Any, target: Any, axis: int) -> Array:
    """Class labels as an array to index with.

    Raises:
        ShapeError: they are not one per row of the logits.
        OperandError: they are not whole numbers, or name no class; the message names the row.
    """
    classes, rows = logits.shape[axis], logits.shape[:axis] + logits.shape[axis + 1 :]
    if target.shape != rows:
        raise ShapeError(
            f"cross_entropy: logits of shape {logits.shape} need class labels of shape {rows}, one per row, or "
            f"probabilities of shape {logits.shape}, not a target of shape {target.shape}"
        )
    if target.dtype.kind not in "iub":
        if target.size:
            row = np.unravel_index(0, target.shape)
            raise OperandError(
                f"cross_entropy: class labels are whole numbers, but the target holds {target.dtype} "
                f"({_row(row)} has {target[row]}): convert it with astype(int), or give probabilities of the logits' "
                f"shape {logits.shape}"
            )
        target = target.astype(np.intp)
    labels: Array = target.astype(np.intp)  # a copy: the caller may fill the array with the next batch's
    # A negative label is a huge number without its sign: one comparison finds both kinds of mistake.
    unsigned = labels.view(np.uintp)
    if labels.size and unsigned.item(unsigned.argmax()) >= classes:
        row = np.unravel_index(int(np.argmax((labels < 0) | (labels >= classes))), labels.shape)
        raise OperandError(
            f"cross_entropy: {_row(row)} has the label {labels[row]}, but logits of shape {logits.shape} have "
            f"{classes} classes, 0 to {classes - 1}"
        )
    return labels


def _row(index: tuple[Any, ...]) -> str:
    if not index:
        return "the one row"
    return f"row {index[0]}" if len(index) == 1 else f"row {tuple(map(int, index))}"


def _check_logits(logits: Any, axis: int) -> None:
    if not logits.ndim:
        raise ShapeError("cross_entropy: logits need an axis of classes: (classes,), (rows, classes) or more")
    if not logits.shape[axis]:
        raise ShapeError(f"cross_entropy: logits of shape {logits.shape} have no classes")


def _picked(rows: Any, labels: Array, axis: int) -> tuple[Any, ...]:
    """The index of each row's own class."""
    if axis == 0:
        return (labels,)
    if rows.ndim == 2:
        return (np.arange(len(labels)), labels)
    grid = np.ogrid[tuple(slice(n) for n in labels.shape)]
    return (grid[0], labels, *grid[1:])


def _places(rows: Array, labels: Array, axis: int) -> Any:
    """The same in the array laid out flat, where numpy picks them several times quicker."""
    if rows.ndim == 2:
        return row_starts(*rows.shape) + labels
    return np.ravel_multi_index(_picked(rows, labels, axis), rows.shape)


def _cross_entropy(logits: Any, target: Any, reduction: str = "mean") -> tuple[Any, Any]:
    axis = _class_axis(logits)
    _check_logits(logits, axis)
    z = np.ascontiguousarray(shifted(logits, axis))
    if target.shape == logits.shape:
        powers = np.exp(z)
        sums = summed(powers, axis)
        z -= np.log(sums)
        losses = -np.add.reduce(target * z, axis=axis)
        powers /= sums
        kept: Any = (powers, z)
    else:
        places = _places(z, _check_labels(logits, target, axis), axis)
        own = z.reshape(-1)[places]
        np.exp(z, out=z)
        sums = summed(z, axis)
        losses = np.log(sums).reshape(own.shape) - own
        kept = (z, sums, places)
    if reduction != "none":
        losses = _total(np.add.reduce(losses, axis=None), losses.size, reduction)
    return losses, kept


def _total(summed: Any, count: int, reduction: str) -> Any:
    if reduction == "sum":
        return summed
    # The mean over no rows is nan, as in PyTorch, and asks for no warning.
    return summed / count if count else summed * np.nan


def _upstream(g: Any, logits: Any, reduction: str) -> Any:
    """The gradient of each row's loss, ready to broadcast over the classes."""
    axis = _class_axis(logits)
    if reduction == "none":
        return g.reshape([1 if i == axis else n for i, n in enumerate(logits.shape)])
    if reduction == "sum":
        return g
    return g / max(logits.size // logits.shape[axis], 1)


def _logits_back(g: Any, out: Any, logits: Any, target: Any, kept: Any, reduction: str = "mean") -> Any:
    scaled = _upstream(g, logits, reduction)
    if len(kept) == 2:
        share = kept[0] * np.add.reduce(np.asarray(target), axis=_class_axis(logits), keepdims=True)
        return (share - target) * scaled
    powers, sums, places = kept
    found = powers * (scaled / sums)
    found.reshape(-1)[places] -= g if reduction == "none" else scaled
    return found


def _target_back(g: Any, out: Any, logits: Any, target: Any, kept: Any, reduction: str = "mean") -> Any:
    return -kept[1] * _upstream(g, logits, reduction)


def _opened(logits: Any, target: Any, reduction: str = "mean") -> Any:
    axis = _class_axis(logits)
    logs = log_softmax(logits, axis=axis)
    if np.shape(target) == logits.shape:
        losses = -(logs * target).sum(axis=axis)
    else:
        losses = -logs[_picked(logs, np.asarray(target).astype(np.intp), axis)]
    return losses if reduction == "none" else _total(losses.sum(), losses.size, reduction)


def _scalars(logits: Any, target: Any, reduction: str = "mean") -> Any:
    axis = _class_axis(logits)
    logs = objects(log_softmax(objects(logits), axis=axis))
    if target.shape == logs.shape:
        losses = objects(-over_axes(total, logs * objects(target), axis))
    else:
        losses = objects(-logs[_picked(logs, target.astype(float).astype(np.intp), axis)])
    if reduction == "none":
        return losses
    summed = over_axes(total, losses)
    return summed / (losses.size or np.nan) if reduction == "mean" and losses.size != 1 else summed


cross_entropy = operation(Operation(
    "cross_entropy", glyph="−log softmax",
    arrange=_loss_arguments, plain=(2,),
    forward=_cross_entropy, keeps=True,
    pullbacks=(_logits_back, _target_back), reads=("x", "x"),
    definition=_opened, scalar=_scalars,
    says=("upstream · (softmax({0}) − target) / n", "−upstream · log softmax({0}) / n"),
    metaphor="predicted minus target",
    doc="""How surprised a softmax over the logits is by the target: the loss of classification, as one node.

    Args:
        logits: Scores, (rows, classes); also (classes,), or (rows, classes, ...) with the classes second.
        target: The class of each row, whole numbers from 0, (rows,); or probabilities of the logits' shape.
        reduction: "mean" over the rows, "sum", or "none" for the loss of each.

    The softmax is shifted by the largest logit and never leaves its logarithm, so no score is too large. The
    gradient is softmax minus target. The mean over no rows is nan, as in PyTorch (`torch.nn.functional.cross_entropy`).

    Raises:
        OperandError: a label is no whole number or names no class; the message says in which row.
        ShapeError: the target has neither the rows' shape nor the logits'.

    >>> import autograd
    >>> logits = autograd.Tensor([[2.0, 0.0], [0.0, 0.0]], requires_grad=True)
    >>> loss = autograd.cross_entropy(logits, [0, 1])
    >>> loss.backward()
    >>> round(loss.item(), 6), logits.grad.round(4).tolist()
    (0.410038, [[-0.0596, 0.0596], [0.25, -0.25]])
    """,
))  # fmt: skip
