"""The losses of one sample that networks of Values know by name: functions of scores and target, made of gates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograd import OperandError, Value, maximum, softplus

from ..errors import DataError

__all__ = ["SAMPLE_LOSSES", "NamedLoss", "SampleLoss", "named_loss"]

SampleLoss: TypeAlias = Callable[[Any, Any], Value]
"""A function of a sample's score (a list of them, where the network has several outputs) and its target."""

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class NamedLoss:
    """A loss with a name.

    Attributes:
        sample: The loss of a sample: of one score and one number, or of a list of each.
        targets: Turns an array of targets, a row per sample, and the number of outputs into what `sample` takes, or
            raises DataError.
    """

    sample: SampleLoss
    targets: Callable[[Array, int], Array]


def _over_outputs(one: Callable[[Any, Any], Any]) -> SampleLoss:
    """A loss of one score, taken over the outputs as their mean."""

    def sample(scores: Any, target: Any) -> Value:
        if not isinstance(scores, Sequence):
            return one(scores, target)  # type: ignore[no-any-return]
        mean: Value = sum(map(one, scores, target)) * (1 / len(scores))
        return mean

    return sample


def _cross_entropy(scores: Any, target: Any) -> Value:
    """log Σ exp(s) − Σ t·s, the largest score taken out before exp so that nothing overflows."""
    largest = reduce(maximum, scores)
    total: Any = sum((score - largest).exp() for score in scores)
    chosen = sum(t * (score - largest) for t, score in zip(target, scores, strict=True))
    return total.log() - chosen  # type: ignore[no-any-return]


def _any(targets: Array, outputs: int) -> Array:
    wanted = targets.shape[:1] if outputs == 1 else (len(targets), outputs)
    if targets.shape != wanted:
        raise DataError(
            f"fit: the network has {outputs} output{'s' * (outputs > 1)}, so {len(targets)} targets must have the "
            f"shape {wanted}, not {targets.shape}"
        )
    return targets


def _signs(targets: Array, outputs: int) -> Array:
    wrong = np.abs(targets) != 1
    _refuse(targets, wrong, "the hinge loss takes the labels -1 and 1", "for labels 0 and 1 give 2 * y - 1")
    return _any(targets, outputs)


def _shares(targets: Array, outputs: int) -> Array:
    wrong = (targets < 0) | (targets > 1)
    _refuse(targets, wrong, "the loss 'bce' takes targets from 0 to 1", "for labels -1 and 1 give (y + 1) / 2")
    return _any(targets, outputs)


def _classes(targets: Array, outputs: int) -> Array:
    """Classes as rows with a 1 at the class; rows of shares as they are."""
    if outputs == 1:
        raise DataError(
            "fit: the loss 'cross_entropy' takes a network with an output per class; for one there is 'bce'"
        )
    if targets.ndim == 2:
        _any(targets, outputs)
        wrong = (targets < 0).any(axis=1) | (np.abs(targets.sum(axis=1) - 1) > 1e-6)
        if wrong.any():
            raise DataError(
                f"fit: row {int(np.argmax(wrong))} of the targets is no distribution: shares must be 0 or more, and "
                "add up to 1"
            )
        return targets
    wrong = (targets != np.floor(targets)) | (targets < 0) | (targets >= outputs)
    _refuse(targets, wrong, f"the network has {outputs} outputs, so classes are whole numbers from 0 to {outputs - 1}")
    return np.eye(outputs)[targets.astype(np.intp)]


def _refuse(targets: Array, wrong: NDArray[np.bool_], rule: str, remedy: str = "") -> None:
    """Raise DataError if a target breaks the rule, naming the first that does."""
    if wrong.any():
        place = np.unravel_index(int(np.argmax(wrong)), targets.shape)
        said = f"fit: {rule}, and target {', '.join(map(str, place))} is {targets[place]:g}"
        raise DataError(f"{said}; {remedy}" if remedy else said)


SAMPLE_LOSSES: dict[str, NamedLoss] = {
    "hinge": NamedLoss(_over_outputs(lambda score, target: (1 - target * score).relu()), _signs),
    "mse": NamedLoss(_over_outputs(lambda score, target: (score - target) ** 2), _any),
    "l1": NamedLoss(_over_outputs(lambda score, target: abs(score - target)), _any),
    "bce": NamedLoss(_over_outputs(lambda score, target: softplus(score) - target * score), _shares),
    "cross_entropy": NamedLoss(_cross_entropy, _classes),
}
"""The losses of one sample by name; scores are logits, and means are taken over the outputs."""


def named_loss(loss: str | SampleLoss) -> NamedLoss:
    """What a loss is, by its name or as a function.

    Raises:
        OperandError: it is neither, or there is none of that name.
    """
    if isinstance(loss, str):
        if loss not in SAMPLE_LOSSES:
            known = ", ".join(map(repr, SAMPLE_LOSSES))
            raise OperandError(f"fit: there is no loss {loss!r}: take {known} or a function of score and target")
        return SAMPLE_LOSSES[loss]
    if not callable(loss):
        raise OperandError(f"fit: loss must be a name or a function of score and target, not {type(loss).__name__}")
    return NamedLoss(loss, lambda targets, _: targets)
