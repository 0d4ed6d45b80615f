"""The loop that trains a network of Values on flat arrays, and keeps its Values true."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograd import OperandError

from ..errors import DataError
from ..module import Module
from ..training import Callback, History
from .recordings import Recorded, learners_of, same_values

__all__ = ["Fitting", "Rule", "check_rate"]

Array: TypeAlias = NDArray[np.float64]


def check_rate(lr: Any, where: str = "") -> float:
    """A learning rate as a number.

    Raises:
        OperandError: it is negative, not finite, or no number.
    """
    try:
        rate = float(lr)
    except (TypeError, ValueError):
        rate = math.nan
    if not (math.isfinite(rate) and rate >= 0):
        raise OperandError(f"fit: lr must be a number from 0 on{where}, not {lr!r}")
    return rate


@dataclass(frozen=True)
class Rule:
    """How weights change.

    Attributes:
        lr: The learning rate, or a function of the epoch that gives it.
        momentum: What is kept of the last step.
        alpha: alpha · Σ p² is added to the loss.
        optimizer: What changes the Values instead, by `step()`.
        nonfinite: "raise" or "stop" when the loss is not finite.
    """

    lr: Any
    momentum: float
    alpha: float
    optimizer: Any
    nonfinite: str

    def rate(self, epoch: int) -> float | None:
        """The learning rate of an epoch; None where an optimizer does not say its own."""
        if self.optimizer is not None:
            groups = getattr(self.optimizer, "param_groups", None)
            return float(groups[0]["lr"]) if groups else None
        return check_rate(self.lr(epoch), f" in epoch {epoch}") if callable(self.lr) else check_rate(self.lr)


class Fitting:
    """One training at work; callbacks are given it in place of a Trainer.

    Args:
        model: What is trained.
        recorded: The loss of one of its samples.
        rule: How weights change.
        x, y: Samples and targets.
        batch_size: Samples per update; all of them where None.
        rng: Where the order of the samples comes from.
        validation: Samples and targets to measure on.
        history: What epochs are added to.
        callbacks: What is called on the way.
        on_epoch: The same as a function.

    Attributes:
        stop: Set by a callback to end training.
        updates: How many updates have been made.
    """

    loader: Any = None
    schedule: Any = None

    def __init__(
        self, model: Module, recorded: Recorded, rule: Rule, x: Array, y: Array, *, batch_size: int | None,
        rng: np.random.Generator, validation: tuple[Array, Array] | None, history: History,
        callbacks: Iterable[Callback], on_epoch: Callable[[int, float, Any], Any] | None,
    ) -> None:  # fmt: skip
        self.model, self.history, self.optimizer = model, history, rule.optimizer
        self.stop, self.updates = False, 0
        self._rule, self._x, self._y, self._rng, self._validation = rule, x, y, rng, validation
        self._size = None if batch_size is None or batch_size >= len(x) else batch_size
        self._callbacks, self._on_epoch = list(callbacks), on_epoch
        self._after_batches = any(type(c).on_batch_end is not Callback.on_batch_end for c in self._callbacks)
        self._batch, self._learners = recorded.batch, recorded.learners
        self._batch.load()
        self._weights: Array = self._batch.weights[: len(self._learners)]
        self._gradients: Array = self._batch.gradients[: len(self._learners)]
        self._change = np.zeros_like(self._weights)
        self._velocity: Array | None = None
        self._holds_all = False  # whether the replay has all samples in it
        self._ahead = False  # whether the arrays are ahead of the Values

    def run(self, epochs: int) -> None:
        """Train for some epochs. However it ends, the Values have the numbers and gradients it has come to."""
        try:
            self._tell("on_fit_start")
            for _ in range(epochs):
                self._epoch(len(self.history))
                if self.stop:
                    break
        finally:
            self._store()
        self._tell("on_fit_end")

    def _epoch(self, epoch: int) -> None:
        self._tell("on_epoch_start")
        rate = self._rule.rate(epoch)
        total = rows = 0.0
        for x, y in self._batches():
            loss = self._update(x, y, rate, epoch)
            total, rows = total + loss * len(x), rows + len(x)
            if self._after_batches:
                self._tell("on_batch_end", loss)
            if self.stop:
                break
        record: dict[str, Any] = {"epoch": epoch, "loss": total / rows}
        if rate is not None:
            record["lr"] = rate
        if self._validation is not None:
            self._store()
            record["val_loss"] = self._batch(*self._validation)
            self._holds_all = False
        self.history.append(record)
        self._tell("on_epoch_end", record)
        if self._on_epoch is not None:
            with self._shown():
                self.stop |= bool(self._on_epoch(epoch, record["loss"], self.model))

    def _batches(self) -> Iterator[tuple[Array, Array]]:
        if self._size is None:
            yield self._x, self._y
            return
        order = self._rng.permutation(len(self._x))
        for start in range(0, len(order), self._size):
            chosen = order[start : start + self._size]
            yield self._x[chosen], self._y[chosen]

    def _update(self, x: Array, y: Array, rate: float | None, epoch: int) -> float:
        """One step; the loss before it. Where that is not finite there is none."""
        rule, weights, gradients = self._rule, self._weights, self._gradients
        if self._holds_all and self._size is None:
            loss = self._batch.run()
        else:
            loss = self._batch.run(x, y)
            self._holds_all = self._size is None
        if rule.alpha:
            loss += rule.alpha * float(weights @ weights)
            gradients += 2 * rule.alpha * weights
        self._ahead = True
        if not math.isfinite(loss):
            if rule.nonfinite == "raise":
                said = "" if rate is None else f" with lr={rate:g}"
                raise DataError(
                    f"fit: the loss is {loss} in epoch {epoch}{said}. The parameters are as they were when it was "
                    "computed, so autograd.trace and detect_anomaly show where; a smaller lr or scaled inputs may help"
                )
            self.stop = True
            return float(loss)
        if rate is None or self.optimizer is not None:
            self.optimizer.zero_grad()
            self._store()
            self.optimizer.step()
            self._batch.load()
        else:
            if rule.momentum:
                self._velocity = gradients.copy() if self._velocity is None else self._velocity
                if self.updates:
                    self._velocity *= rule.momentum
                    self._velocity += gradients
                gradients = self._velocity
            np.multiply(gradients, rate, out=self._change)
            weights -= self._change
        self.updates += 1
        return float(loss)

    # ---------------------------------------------------------------------------------------------- arrays and Values

    def _store(self) -> None:
        """Bring the Values to where the arrays are."""
        if not self._ahead:
            return
        self._batch.store()
        for learner, gradient in zip(self._learners, self._gradients.tolist(), strict=True):
            learner.grad = gradient
        self._ahead = False

    @contextmanager
    def _shown(self) -> Iterator[None]:
        """The Values are true inside, and changes of their numbers count."""
        self._store()
        yield
        if not same_values(learners_of(self.model), self._learners):
            raise OperandError(
                "fit: the parameters that learn are others than when training began; to change the network itself, "
                "stop (return True) and call fit again"
            )
        self._batch.load()

    def _tell(self, event: str, *about: Any) -> None:
        if self._callbacks:
            with self._shown():
                for callback in self._callbacks:
                    getattr(callback, event)(self, *about)
