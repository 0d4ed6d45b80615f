"""What can be done while a network trains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .trainer import Trainer

__all__ = ["Callback"]


class Callback:
    """Base of what is called while a Trainer works; every method may be left out.

    To end training, set `trainer.stop = True`.
    """

    def on_fit_start(self, trainer: Trainer) -> None:
        """Before the first epoch."""

    def on_epoch_start(self, trainer: Trainer) -> None:
        """Before each epoch."""

    def on_batch_end(self, trainer: Trainer, loss: float) -> None:
        """After each update; `loss` is that of the batch, and the gradients are still there."""

    def on_epoch_end(self, trainer: Trainer, record: dict[str, Any]) -> None:
        """After each epoch, with what was measured; it may add to `record`."""

    def on_fit_end(self, trainer: Trainer) -> None:
        """After the last epoch."""
