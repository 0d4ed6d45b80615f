"""A training that is saved, killed and taken up again comes to the very same numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import OperandError
from nn import StateDictError
from nn.data import DataLoader, moons
from nn.training import Callback, Checkpointing, Trainer

pytestmark = pytest.mark.needs("safetensors")


def start(*callbacks: Callback, seed: int = 0) -> tuple[Trainer, DataLoader]:
    x, y = moons(60, rng=1)
    model = nn.Sequential(nn.Linear(2, 8, rng=seed), nn.Tanh(), nn.Dropout(0.3, rng=seed), nn.Linear(8, 2, rng=seed))
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    schedule = optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
    trainer = Trainer(model, optimizer, autograd.cross_entropy, schedule=schedule, callbacks=callbacks)
    return trainer, DataLoader(x, y, batch_size=7, shuffle=True, rng=seed)


def test_going_on_is_as_if_never_stopped(tmp_path: Path) -> None:
    whole, loader = start()
    whole.fit(loader, epochs=6)
    saving = Checkpointing(tmp_path / "run.safetensors")
    first, loader = start(saving)
    first.fit(loader, epochs=3)
    resumed, loader = start(seed=99)
    saving.restore(resumed, loader)
    resumed.fit(loader, epochs=3)
    assert resumed.history.records == whole.history.records
    assert resumed.updates == whole.updates
    for name, array in resumed.model.state_dict().items():
        np.testing.assert_array_equal(array, whole.model.state_dict()[name])


def test_every_so_often_and_only_the_best(tmp_path: Path) -> None:
    saving = Checkpointing(tmp_path / "run.safetensors", every=2)
    trainer, loader = start(saving)
    trainer.fit(loader, epochs=3)
    resumed, loader = start()
    saving.restore(resumed, loader)
    assert len(resumed.history) == 2
    losses = iter([3.0, 2.0, 2.5, float("nan")])

    class Told(Callback):
        def on_epoch_end(self, trainer: Trainer, record: dict[str, Any]) -> None:  # noqa: ARG002
            record["val_loss"] = next(losses)

    best = Checkpointing(tmp_path / "best.safetensors", monitor="val_loss")
    trainer, loader = start(Told(), best)
    trainer.fit(loader, epochs=4)
    resumed, loader = start()
    best.restore(resumed, loader)
    assert (len(resumed.history), best.best) == (2, 2.0)


def test_what_will_not_do(tmp_path: Path) -> None:
    with pytest.raises(OperandError, match="every must be a whole number"):
        Checkpointing(tmp_path / "a", every=0)
    trainer, loader = start(Checkpointing(tmp_path / "a", monitor="val_loss"))
    with pytest.raises(OperandError, match="looks at 'val_loss', but the records have epoch, loss, lr"):
        trainer.fit(loader)
    saving = Checkpointing(tmp_path / "run.safetensors")
    trainer, loader = start(saving)
    trainer.fit(loader)
    other = Trainer(nn.Linear(2, 2), optim.SGD([autograd.Tensor([1.0], requires_grad=True)]), autograd.cross_entropy)
    with pytest.raises(StateDictError):
        saving.restore(other)
