"""Recordings that a model keeps, so that a second fit neither records nor compiles again."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from operator import is_
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograd import ReplayError, ReplayWarning, Value, replay

from ..module import Module
from .losses import SampleLoss

__all__ = ["Recorded", "Recordings", "learners_of", "recordings_of", "same_values", "sample_graph"]

MOST = 4
"""How many recordings a model keeps: a loss given as a new function each time must not pile them up."""

Array: TypeAlias = NDArray[np.float64]
Structure: TypeAlias = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Recorded:
    """The loss of one sample, recorded.

    Attributes:
        loss, backend: What it was recorded for.
        learners: The Values that learned.
        structure: What the graph was; see `_structure`.
        batch: Its replay over many samples, whose first parameters are the learners.
    """

    loss: SampleLoss
    backend: str | None
    learners: tuple[Value, ...]
    structure: Structure
    batch: Any


class Recordings:
    """The recordings of a model, the one used last at the end. Copies and pickles of it are empty.

    A recording is taken out while it is used: a training inside a training gets one of its own.
    """

    def __init__(self) -> None:
        self._kept: list[Recorded] = []

    def __reduce__(self) -> tuple[Any, ...]:
        return Recordings, ()

    def take(self, model: Module, loss: SampleLoss, x: Array, y: Array, backend: str | None) -> Recorded:
        """The recording of a model's loss, one that is here or a new one.

        One that is here holds if it is of the same loss and back end, and the first sample makes the same graph of the
        same Values: a neuron put in or taken out by hand, another activation, a hook or a frozen weight show there.

        Raises:
            ReplayError: the loss cannot be recorded, since Python decides something by the numbers.
        """
        learners = tuple(learners_of(model))
        known = {id(p): i for i, p in enumerate(model.parameters())}
        structure = ((x.shape[1:], y.shape[1:]), *_structure(sample_graph(model, loss, x[0], y[0]), known))
        for i, one in enumerate(self._kept):
            same = same_values(one.learners, learners)
            if same and one.loss is loss and one.backend == backend and one.structure == structure:
                return self._kept.pop(i)
        batch = _record(model, loss, x, y, learners, backend)
        return Recorded(loss, backend, learners, structure, batch)

    def give(self, recorded: Recorded) -> None:
        """Put one back."""
        self._kept = [*self._kept[-(MOST - 1) :], recorded]


def recordings_of(model: Module) -> Recordings:
    """Those a model keeps."""
    kept: Recordings | None = vars(model).get("_recordings")
    if kept is None:
        kept = vars(model)["_recordings"] = Recordings()
    return kept


def learners_of(model: Module) -> list[Value]:
    """The parameters that take gradients."""
    return [p for p in model.parameters() if p.requires_grad]


def sample_graph(model: Module, loss: SampleLoss, row: Any, target: Any) -> Value:
    """The loss of one sample, computed by the engine; the sample's numbers are leaves that do not learn."""
    inputs = [_leaf(number) for number in np.asarray(row).tolist()]
    numbers = np.asarray(target).tolist()
    wanted = [_leaf(number) for number in numbers] if isinstance(numbers, list) else _leaf(numbers)
    result = loss(model(inputs), wanted)
    if not isinstance(result, Value):
        raise ReplayError(
            f"fit: the loss of a sample must be one Value, not {type(result).__name__}; it is a function of the score "
            "(a list, where the network has several outputs) and the target of that sample"
        )
    return result


def _leaf(number: float) -> Value:
    leaf = Value(number)
    leaf.requires_grad = False
    return leaf


def same_values(some: Sequence[Value], others: Sequence[Value]) -> bool:
    """Whether they are the very same Values, in the same order."""
    return len(some) == len(others) and all(map(is_, some, others))


def _structure(root: Value, known: dict[int, int]) -> Structure:
    """A graph as plain data: for each node its gate and its operands, the model's Values by their places."""
    found: list[Any] = [root]
    index = {id(root): 0}
    rows: list[tuple[Any, ...]] = []
    for node in found:  # grows while it is gone through
        if not isinstance(node, Value):
            rows.append((node,))
        elif id(node) in known or not node.op:
            rows.append((known.get(id(node), "data"),))
        else:
            row: list[Any] = [node.op]
            for operand in node.operands:
                if id(operand) not in index:
                    index[id(operand)] = len(found)
                    found.append(operand)
                row.append(index[id(operand)])
            rows.append(tuple(row))
    return tuple(rows)


def _record(model: Module, loss: SampleLoss, x: Array, y: Array, learners: Sequence[Value], backend: str | None) -> Any:
    about = weakref.ref(model)  # or the model would hold itself

    def sample(row: Any, target: Any) -> Value:
        """The loss of one sample."""
        present = about()
        assert present is not None
        result: Value = loss(present(list(row)), list(target) if isinstance(target, np.ndarray) else target)
        return result

    sample.__qualname__ = f"the loss {getattr(loss, '__qualname__', type(loss).__name__)}"
    with warnings.catch_warnings():
        warnings.simplefilter("error", ReplayWarning)
        try:
            return replay(sample, parameters=learners, backend=backend, constants="keep").batched(x, y)
        except ReplayWarning as warning:
            raise ReplayError(f"fit: {warning}") from None
