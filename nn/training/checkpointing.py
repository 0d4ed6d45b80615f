"""Saving a training on the way, and going on with it."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Any

from autograd import OperandError

from ..checkpoints import load_checkpoint, save_checkpoint
from .callbacks import Callback
from .history import History

if TYPE_CHECKING:
    from .trainer import Trainer

__all__ = ["Checkpointing"]


class Checkpointing(Callback):
    """Saves the whole training to a file after epochs, so that it can go on later to the very same numbers.

    Args:
        path: The file; each save takes the place of the one before, all at once.
        every: After how many epochs to save.
        monitor: Save only when this entry of the records is lower than ever before, e.g. "val_loss".

    >>> import nn, optim, numpy as np, tempfile
    >>> from nn.data import DataLoader
    >>> from nn.training import Trainer
    >>> def start(*callbacks):
    ...     model = nn.Linear(1, 1, rng=0)
    ...     optimizer = optim.Adam(model.parameters())
    ...     return Trainer(model, optimizer, lambda out, y: ((out - y) ** 2).mean(), callbacks=callbacks)
    >>> x = np.linspace(-1, 1, 8)[:, None]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     saving = Checkpointing(f"{folder}/run.safetensors")
    ...     _ = start(saving).fit(DataLoader(x, x), epochs=2)
    ...     resumed = start()
    ...     saving.restore(resumed, DataLoader(x, x))
    >>> len(resumed.history), resumed.updates
    (2, 16)
    """

    def __init__(self, path: str | os.PathLike[str], every: int = 1, monitor: str | None = None) -> None:
        if not isinstance(every, int) or every < 1:
            raise OperandError(f"Checkpointing: every must be a whole number from 1 on, not {every!r}")
        self.path, self.every, self.monitor = path, every, monitor
        self.best = math.inf

    def on_epoch_end(self, trainer: Trainer, record: dict[str, Any]) -> None:
        """Save, if it is time.

        Raises:
            OperandError: the records have no entry to go by.
        """
        if len(trainer.history) % self.every:
            return
        if self.monitor is not None:
            if self.monitor not in record:
                raise OperandError(
                    f"Checkpointing looks at {self.monitor!r}, but the records have {', '.join(record)}: give fit() "
                    "validation data, or name another entry with monitor="
                )
            if not record[self.monitor] < self.best:
                return
            self.best = float(record[self.monitor])
        save_checkpoint(
            self.path, trainer.model, trainer.optimizer, epoch=len(trainer.history), history=trainer.history,
            extra={"updates": trainer.updates}, **_parts(trainer, trainer.loader),
        )  # fmt: skip

    def restore(self, trainer: Trainer, loader: Any = None) -> None:
        """Bring a trainer, and the loader it is to go on with, to where the saved ones were.

        Raises:
            StateDictError: the file is damaged, or of another training.
        """
        found = load_checkpoint(self.path, trainer.model, trainer.optimizer, **_parts(trainer, loader))
        trainer.history = History()
        for record in found.history:
            trainer.history.append(record)
        trainer.updates = int(found.extra["updates"])


def _parts(trainer: Trainer, loader: Any) -> dict[str, Any]:
    """What else of a training has a state."""
    parts = {"schedule": trainer.schedule, "loader": loader}
    return {name: part for name, part in parts.items() if hasattr(part, "state_dict")}
