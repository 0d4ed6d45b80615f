"""Early stopping: keep the best network, stop when it has not got better for a while, and use all data afterwards."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from autograd import OperandError

from ..module import Module
from .callbacks import Callback

if TYPE_CHECKING:
    from .trainer import Trainer

__all__ = ["Continued", "EarlyStopping", "continue_training", "retrain_from_scratch"]


class EarlyStopping(Callback):
    """Stops after `patience` evaluations in a row without improvement and goes back to the best parameters.

    Use it as a callback of a Trainer, or call `update` yourself. Source: Prechelt, 1998; Goodfellow, Bengio and
    Courville, 2016, algorithm 7.1.

    Args:
        patience: Evaluations without improvement that end training, from 1 on.
        min_delta: How much lower a value must be to count as better.
        restore_best: Whether the model gets the best parameters back at the end.
        monitor: What to look at in the records of a Trainer.

    Attributes:
        best: The lowest value so far.
        best_step: At which evaluation it was, from 0.
        best_state: The model's state_dict then, if one was given.

    >>> stopping = EarlyStopping(patience=2)
    >>> [stopping.update(value) for value in (5, 4, 3, 3.5, 3.2)], stopping.best_step
    ([False, False, False, False, True], 2)
    """

    def __init__(
        self, patience: int = 10, min_delta: float = 0.0, restore_best: bool = True, monitor: str = "val_loss"
    ) -> None:
        if not isinstance(patience, (int, np.integer)) or patience < 1:
            raise OperandError(f"EarlyStopping: patience must be a whole number from 1 on, not {patience!r}")
        if not min_delta >= 0:
            raise OperandError(f"EarlyStopping: min_delta must be 0 or more, not {min_delta!r}")
        self.patience, self.min_delta, self.restore_best, self.monitor = patience, min_delta, restore_best, monitor
        self.best, self.best_step, self.steps = math.inf, -1, 0
        self.best_state: dict[str, Any] | None = None

    def update(self, value: float, model: Module | None = None) -> bool:
        """Take note of an evaluation; whether to stop now. A nan never counts as better."""
        if value < self.best - self.min_delta:
            self.best, self.best_step = float(value), self.steps
            self.best_state = model.state_dict() if model is not None else None
        self.steps += 1
        return self.steps - 1 - self.best_step >= self.patience

    def on_epoch_end(self, trainer: Trainer, record: dict[str, Any]) -> None:
        """Look at the record's `monitor`.

        Raises:
            OperandError: the record has no such entry.
        """
        if self.monitor not in record:
            raise OperandError(
                f"EarlyStopping looks at {self.monitor!r}, but the records have {', '.join(record)}: give fit() "
                "validation data, or name another entry with monitor="
            )
        if self.update(record[self.monitor], trainer.model):
            trainer.stop = True

    def on_fit_end(self, trainer: Trainer) -> None:
        """Give the model its best parameters back."""
        if self.restore_best and self.best_state is not None:
            trainer.model.load_state_dict(self.best_state)


def retrain_from_scratch(
    make: Callable[[], Trainer], loader: Any, best_updates: int, examples: int,
    mode: Literal["updates", "epochs"] = "updates",
) -> Trainer:  # fmt: skip
    """Start anew and train on all data for as long as was best before. Goodfellow, Bengio, Courville, 2016, alg. 7.2.

    Args:
        make: Returns a fresh Trainer: a model with new parameters and its optimizer.
        loader: All data, the former validation data included.
        best_updates: After how many updates early stopping found the best parameters.
        examples: How many rows were trained on then.
        mode: Whether to make the same number of "updates", or the same number of passes over the data ("epochs"),
            which are more updates, since there is more data now.

    Returns:
        The Trainer, trained.

    Raises:
        OperandError: the mode is unknown.
    """
    if mode not in ("updates", "epochs"):
        raise OperandError(f"retrain_from_scratch: mode must be 'updates' or 'epochs', not {mode!r}")
    per_epoch = math.ceil(examples / loader.batch_size)
    updates = best_updates if mode == "updates" else round(best_updates / per_epoch * len(loader))
    trainer = make()
    trainer.fit(loader, updates=updates)
    return trainer


class Continued(NamedTuple):
    """Whether the target was reached, after how many updates, and the last validation loss."""

    reached: bool
    updates: int
    loss: float


def continue_training(trainer: Trainer, loader: Any, validation: Any, target: float, max_steps: int) -> Continued:
    """Go on with all data until the validation loss falls below the training loss at which early stopping halted.

    It may never do so, hence the limit. Goodfellow, Bengio and Courville, 2016, algorithm 7.3.

    Args:
        trainer: With the parameters to go on from.
        loader: All data.
        validation: The former validation data.
        target: The training loss when training was halted.
        max_steps: The most updates to make.
    """
    loss, updates = trainer.evaluate(validation)["loss"], 0
    batches = iter(loader)
    while loss >= target and updates < max_steps:
        batch = next(batches, None)
        if batch is None:
            batches = iter(loader)
            continue
        trainer.update(batch)
        updates += 1
        loss = trainer.evaluate(validation)["loss"]
    return Continued(loss < target, updates, loss)
