"""Trainer: the loop that every training is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd import OperandError, no_grad

from ..data import DataLoader, check_finite
from ..errors import DataError
from ..module import Module
from .callbacks import Callback
from .history import History
from .progress import bar

__all__ = ["Trainer", "accuracy", "fit"]

Metric = Callable[[Any, Any], float]


def accuracy(output: Any, target: Any) -> float:
    """The share of rows whose largest score is at the target's class; of one score per row, whether it is above 0.

    >>> from autograd import Tensor
    >>> accuracy(Tensor([[2.0, 1.0], [0.0, 3.0]]), np.array([0, 0]))
    0.5
    """
    scores, wanted = np.asarray(output), np.asarray(target)
    if scores.ndim > 1 and scores.shape[-1] > 1:
        return float((scores.argmax(axis=-1) == wanted).mean())
    return float(((scores.reshape(-1) > 0) == (wanted.reshape(-1) > 0)).mean())


class Trainer:
    """Trains a model: forward, loss, backward, update, batch after batch.

    Args:
        model: What to train.
        optimizer: What changes its parameters: anything with `zero_grad()` and `step()`.
        loss: Function of the model's output and the target returning one number as a Tensor.
        metrics: What else to measure at the end of an epoch, by name: functions of output and target.
        schedule: Stepped after every epoch; one with a parameter `metrics` in `step` is given the validation loss, or
            the training loss without validation data.
        clip: Called with the parameters before each update, e.g. `lambda p: optim.clip_grad_norm_(p, 1.0)`.
        callbacks: What to do on the way.

    Attributes:
        history: What was measured, epoch by epoch.
        stop: Set by a callback to end training.
        updates: How many updates have been made.
        loader: What `fit` was given last.

    >>> import nn, optim
    >>> from nn.data import DataLoader
    >>> rng = np.random.default_rng(0)
    >>> model = nn.Linear(1, 1, rng=rng)
    >>> trainer = Trainer(model, optim.SGD(model.parameters(), lr=0.5), lambda out, y: ((out - y) ** 2).mean())
    >>> x = np.linspace(-1, 1, 20)[:, None]
    >>> history = trainer.fit(DataLoader(x, 3 * x + 1, batch_size=5, shuffle=True, rng=rng), epochs=30)
    >>> bool(history["loss"][-1] < 1e-6)
    True
    """

    def __init__(
        self, model: Module, optimizer: Any, loss: Callable[[Any, Any], Any], *,
        metrics: Mapping[str, Metric] | None = None, schedule: Any = None,
        clip: Callable[[Sequence[Any]], Any] | None = None, callbacks: Iterable[Callback] = (),
    ) -> None:  # fmt: skip
        self.model, self.optimizer, self.loss = model, optimizer, loss
        self.metrics = dict(metrics or {})
        self.schedule, self.clip, self.callbacks = schedule, clip, list(callbacks)
        self.history = History()
        self.stop = False
        self.updates = 0
        self.loader: Any = None

    def fit(
        self, loader: Any, epochs: int | None = None, *, updates: int | None = None, validation: Any = None,
        progress: bool = False,
    ) -> History:  # fmt: skip
        """Train for some epochs, or for some updates.

        Args:
            loader: Batches, an iterable of (input, target) with a length; usually a `DataLoader`.
            epochs: How many times to go through it; 1 where neither is given.
            updates: How many updates to make, in place of epochs; the last epoch may then be a part.
            validation: Batches to measure on after each epoch.
            progress: Show a progress bar.

        Returns:
            `history`, which goes on from earlier calls.

        Raises:
            DataError: the loader is empty, its arrays hold numbers that are not finite, or the loss is no single
                number.
        """
        if epochs is not None and updates is not None:
            raise OperandError("fit: give epochs or updates, not both")
        for what, value in (("epochs", epochs), ("updates", updates)):
            if value is not None and (not isinstance(value, (int, np.integer)) or value < 0):
                raise OperandError(f"fit: {what} must be a whole number from 0 on, not {value!r}")
        if isinstance(loader, DataLoader):
            for i, array in enumerate(loader.arrays):
                check_finite("the input" if i == 0 else "the target" if i == 1 else f"array {i}", array)
        left = updates
        self.stop, self.loader = False, loader
        self._tell("on_fit_start")
        total = epochs if epochs is not None else None if updates is not None else 1
        with bar(progress, total, "epochs") as shown:
            done = 0
            while not self.stop and (total is None or done < total) and (left is None or left > 0):
                made, record = self._epoch(loader, left, validation)
                left = None if left is None else left - made
                done += 1
                shown(record)
        self._tell("on_fit_end")
        return self.history

    def _epoch(self, loader: Any, limit: int | None, validation: Any) -> tuple[int, dict[str, Any]]:
        self._tell("on_epoch_start")
        self.model.train()
        total = rows = made = 0.0
        for batch in loader:
            loss = self.update(batch)
            count = len(batch[0])
            total, rows, made = total + loss * count, rows + count, made + 1
            self._tell("on_batch_end", loss)
            if self.stop or (limit is not None and made >= limit):
                break
        if not made:
            raise DataError("fit: the loader gave no batch")
        record: dict[str, Any] = {"epoch": len(self.history), "loss": total / rows}
        if hasattr(self.optimizer, "param_groups"):
            record["lr"] = float(self.optimizer.param_groups[0]["lr"])
        if self.metrics:
            record.update({k: v for k, v in self.evaluate(loader).items() if k != "loss"})
        if validation is not None:
            record.update({f"val_{k}": v for k, v in self.evaluate(validation).items()})
        if self.schedule is not None:
            self._step_schedule(record.get("val_loss", record["loss"]))
        self.history.append(record)
        self._tell("on_epoch_end", record)
        return int(made), record

    def update(self, batch: Sequence[Any]) -> float:
        """One update from one batch of (input, target).

        Returns:
            The loss before the update.

        Raises:
            DataError: the loss is no single number.
        """
        x, target = batch
        loss = self.loss(self.model(x), target)
        if np.size(getattr(loss, "data", loss)) != 1:
            raise DataError(f"fit: the loss has shape {loss.shape}; it must be one number, e.g. a mean over the batch")
        self.optimizer.zero_grad()
        loss.backward()
        if self.clip is not None:
            self.clip(self.model.parameters())
        self.optimizer.step()
        self.updates += 1
        return float(loss)

    def evaluate(self, loader: Any) -> dict[str, float]:
        """The mean loss and the metrics over all batches, in eval mode and without recording."""
        was_training = self.model.training
        self.model.eval()
        sums: dict[str, float] = {}
        rows = 0
        try:
            with no_grad():
                for x, target in loader:
                    output = self.model(x)
                    count = len(x)
                    rows += count
                    measured = {"loss": float(self.loss(output, target))}
                    measured.update({name: metric(output, target) for name, metric in self.metrics.items()})
                    for name, value in measured.items():
                        sums[name] = sums.get(name, 0.0) + value * count
        finally:
            self.model.train(was_training)
        if not rows:
            raise DataError("evaluate: there is no data")
        return {name: value / rows for name, value in sums.items()}

    def _step_schedule(self, loss: float) -> None:
        import inspect

        if "metrics" in inspect.signature(self.schedule.step).parameters:
            self.schedule.step(loss)
        else:
            self.schedule.step()

    def _tell(self, event: str, *about: Any) -> None:
        for callback in self.callbacks:
            getattr(callback, event)(self, *about)


def fit(
    model: Module, x: Any, y: Any, *, optimizer: Any, loss: Callable[[Any, Any], Any], epochs: int = 10,
    batch_size: int = 32, validation: tuple[Any, Any] | None = None, rng: np.random.Generator | int | None = None,
    progress: bool = False, **options: Any,
) -> History:  # fmt: skip
    """Train a model on arrays: a `Trainer` and its `DataLoader` in one call.

    Args:
        model, optimizer, loss: See `Trainer`, which also takes the other options.
        x, y: Inputs and targets, a row per sample.
        epochs: How many times to go through them.
        batch_size: Rows per update.
        validation: Inputs and targets to measure on after each epoch.
        rng: Where the order of the rows comes from, a generator or a seed.
        progress: Show a progress bar.
    """
    loader = DataLoader(x, y, batch_size=batch_size, shuffle=True, rng=rng)
    held = None if validation is None else DataLoader(*validation, batch_size=max(batch_size, 256))
    return Trainer(model, optimizer, loss, **options).fit(loader, epochs, validation=held, progress=progress)
