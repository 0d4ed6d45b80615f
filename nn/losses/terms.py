"""What losses have in common: predictions and targets of one shape, and the terms of a loss added up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd
from autograd import OperandError, ShapeError, Tensor, Value

from ..activations.functions import has_values
from ..errors import DataError
from ..module import Module
from ..operands import as_tensor

__all__ = [
    "Loss", "check_reduction", "check_within", "constant", "finished", "fixed", "on", "pair", "plain", "positive",
    "predictions", "row_sums",
]  # fmt: skip

Array = NDArray[Any]


class Loss(Module):
    """Base of losses that differ in how their terms are added up.

    Args:
        reduction: One of those the loss knows.

    Raises:
        OperandError: it knows no such reduction.
    """

    kind = "loss"
    reductions: Sequence[str] = ("none", "sum", "mean")

    def __init__(self, reduction: str = "mean") -> None:
        check_reduction(type(self).__name__, reduction, self.reductions)
        self.reduction = reduction

    def extra_repr(self) -> str:
        """The reduction."""
        return self.reduction


def check_reduction(name: str, reduction: Any, known: Sequence[str] = Loss.reductions) -> None:
    """Raise OperandError if the reduction is none of those that are known."""
    if reduction not in known:
        raise OperandError(f"{name}: reduction is one of {', '.join(known)}, not {reduction!r}")


def predictions(name: str, x: Any) -> Any:
    """A Tensor, or an array of objects where x is a Value or holds some.

    Raises:
        DataError: there are none.
    """
    found: Any
    if isinstance(x, Value):
        found = np.empty((), object)
        found[()] = x
    elif has_values(x):
        found = np.array(x, object)
        if any(isinstance(item, (list, tuple)) for item in found.ravel()):
            raise ShapeError(f"{name}: the rows of Values differ in length")
    else:
        found = as_tensor(x)
    if not found.size:
        raise DataError(f"{name}: the batch is empty (shape {tuple(found.shape)}), so there is nothing to average")
    return found


def pair(name: str, x: Any, target: Any) -> tuple[Any, Any]:
    """Predictions, and targets of the same shape: a Tensor, an array of numbers or one of objects.

    Raises:
        DataError: there are none.
        ShapeError: the shapes differ. Broadcasting (n, 1) against (n,) would compare each with every other.
    """
    predicted = predictions(name, x)
    if isinstance(target, Tensor):
        wanted: Any = target
    elif isinstance(target, Value) or has_values(target):
        wanted = predictions(name, target)
    else:
        wanted = np.asarray(target)
        if wanted.dtype.kind not in "fiub":
            raise DataError(f"{name}: targets are numbers, not {wanted.dtype}")
        kind = predicted.dtype if isinstance(predicted, Tensor) and predicted.dtype.kind == "f" else float
        wanted = wanted.astype(kind, copy=False)
    if tuple(predicted.shape) != tuple(wanted.shape):
        raise ShapeError(
            f"{name}: predictions of shape {tuple(predicted.shape)} and targets of shape {tuple(wanted.shape)} must "
            "have one shape; reshape one of them"
        )
    if predicted.dtype == object and isinstance(wanted, Tensor):
        wanted = constant(name, "a target beside Values", wanted)
    return predicted, wanted


def fixed(x: Any) -> Array | None:
    """The numbers of something that takes no gradient; None where it does."""
    if isinstance(x, Tensor):
        return None if x.requires_grad else x.data
    array = np.asarray(x)
    return None if array.dtype == object else array


def constant(name: str, what: str, x: Any) -> Array:
    """The numbers of something that must not take a gradient.

    Raises:
        OperandError: it would.
    """
    found = fixed(x)
    if found is None:
        raise OperandError(f"{name}: {what} takes no gradient; pass its numbers, e.g. with detach()")
    return found


def numbers(x: Any) -> Array:
    """The numbers of a Tensor, an array, or an array of objects."""
    if isinstance(x, Tensor):
        return x.data
    return np.asarray(x).astype(float)


def check_within(name: str, what: str, x: Any, low: float, high: float, remedy: str) -> None:
    """Raise DataError if a number is not from low to high; the message says which and what to do."""
    values = numbers(x)
    # Two extremes instead of arrays of comparisons; a nan makes either comparison fail.
    if values.min() >= low and values.max() <= high:
        return
    bad = np.unravel_index(int(np.argmin((values >= low) & (values <= high))), values.shape)
    place = f" at {', '.join(map(str, map(int, bad)))}" if bad else ""
    raise DataError(
        f"{name}: {what} are from {low:g} to {high:g}, but there is {float(values[bad]):.10g}{place}; {remedy}"
    )


def positive(name: str, what: str, x: Any) -> float:
    """The number, if it is above 0.

    Raises:
        OperandError: it is not.
    """
    if isinstance(x, bool) or not isinstance(x, (int, float, np.integer, np.floating)) or not 0 < x < np.inf:
        raise OperandError(f"{name}: {what} is a number above 0, not {x!r}")
    return float(x)


def on(gate: Callable[..., Any], *operands: Any) -> Any:
    """A gate of Tensors, or of each element where there are arrays of objects."""
    if any(isinstance(x, np.ndarray) and x.dtype == object for x in operands):
        return np.asarray(np.frompyfunc(gate, len(operands), 1)(*operands), object)
    return gate(*operands)


def row_sums(x: Any) -> Any:
    """The sum of each row of a matrix."""
    if isinstance(x, Tensor):
        return x.sum(axis=1)
    found = np.empty(len(x), object)
    for i, row in enumerate(x):
        found[i] = autograd.sum(list(row))
    return found


def boxed(x: Any) -> Any:
    """A Tensor as it is, anything else as an array of objects: numpy takes a single one out of its array."""
    if isinstance(x, (Tensor, np.ndarray)):
        return x
    found = np.empty((), object)
    found[()] = x
    return found


def plain(x: Any) -> Any:
    """A Tensor as it is, one object itself, several as lists."""
    found = boxed(x)
    if isinstance(found, Tensor):
        return found
    return found.tolist() if found.ndim else found.item()


def finished(terms: Any, reduction: str, count: float | None = None) -> Any:
    """The terms of a loss reduced.

    Args:
        terms: A Tensor, or an array of objects.
        reduction: "none", "sum" or "mean".
        count: What the mean divides the sum by; how many terms there are, where None.
    """
    terms = boxed(terms)
    if reduction == "none":
        return plain(terms)
    if isinstance(terms, Tensor):
        return terms.sum() if reduction == "sum" else terms.mean() if count is None else terms.sum() / count
    items = terms.ravel().tolist()
    summed = items[0] if len(items) == 1 else autograd.sum(items)
    divisor = len(items) if count is None else count
    return summed if reduction == "sum" or divisor == 1 else summed / divisor
