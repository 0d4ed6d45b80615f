"""Checkpoints: a run that is resumed ends with the very numbers of one that was never stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import OperandError, Tensor
from nn import StateDictError

pytestmark = pytest.mark.needs("safetensors")

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 5))
Y = (X[:, 0] + X[:, 1] ** 2 > 0.5).astype(int)

Optimizer = Callable[[list[Any]], Any]


class Run:
    """Training as people write it: shuffled batches, dropout, normalisation, an optimizer with a memory."""

    def __init__(self, make: Optimizer, seed: int = 0) -> None:
        source = np.random.default_rng(seed)
        self.model = nn.FeedForward([5, 16, 8, 2], "relu", "pre", 0.3, rng=source)
        self.optimizer = make(self.model.parameters())
        self.order = np.random.default_rng(seed + 1)
        self.history: list[float] = []

    def epoch(self) -> None:
        criterion = nn.CrossEntropyLoss()
        for rows in np.array_split(self.order.permutation(len(X)), 4):
            self.optimizer.zero_grad()
            loss = criterion(self.model(Tensor(X[rows])), Y[rows])
            loss.backward()
            self.optimizer.step()
            self.history.append(loss.item())

    def numbers(self) -> dict[str, bytes]:
        return {name: array.tobytes() for name, array in self.model.state_dict().items()}


OPTIMIZERS: list[Optimizer] = [
    lambda p: optim.Adam(p, lr=0.01),
    lambda p: optim.AdamW(p, lr=0.01, weight_decay=0.1),
    lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    lambda p: optim.Adam([{"params": p[:2], "lr": 0.1}, {"params": p[2:]}], lr=0.01),
]


@pytest.mark.parametrize("make", OPTIMIZERS, ids=["Adam", "AdamW", "SGD", "groups"])
def test_five_epochs_and_five_are_ten(make: Optimizer, tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    whole = Run(make)
    for _ in range(10):
        whole.epoch()
    first = Run(make)
    for _ in range(5):
        first.epoch()
    nn.save_checkpoint(
        path, first.model, first.optimizer, epoch=5, history=first.history, rng=first.order, extra={"best": (3, 0.5)}
    )
    second = Run(make, seed=99)  # other weights, other masks, another order: all of it is taken over
    found = nn.load_checkpoint(path, second.model, second.optimizer, rng=second.order)
    assert (found.epoch, found.extra) == (5, {"best": (3, 0.5)})
    second.history = found.history
    for _ in range(found.epoch, 10):
        second.epoch()
    assert second.history == whole.history, "bit by bit"
    assert second.numbers() == whole.numbers()
    first.epoch()
    assert first.history == whole.history[: len(first.history)], "saving changes nothing"


def test_a_run_that_forgets_something_differs() -> None:
    """The test above can fail: without the generators' states the numbers are others."""
    first, second = Run(OPTIMIZERS[0]), Run(OPTIMIZERS[0], seed=99)
    first.epoch()
    second.model.load_state_dict(first.model.state_dict())
    second.optimizer.load_state_dict(first.optimizer.state_dict())
    first.epoch()
    second.epoch()
    assert first.numbers() != second.numbers()


def test_parts_with_a_state_of_their_own(tmp_path: Path) -> None:
    class Counter:
        def __init__(self, n: int) -> None:
            self.n = n

        def state_dict(self) -> dict[str, Any]:
            return {"n": self.n, "seen": np.arange(self.n)}

        def load_state_dict(self, state: dict[str, Any]) -> None:
            assert state["seen"].tolist() == list(range(state["n"]))
            self.n = state["n"]

    model = nn.Linear(2, 1)
    path = nn.save_checkpoint(tmp_path / "c", model, schedule=Counter(3), loader=Counter(2))
    schedule, loader = Counter(0), Counter(0)
    nn.load_checkpoint(path, model, schedule=schedule, loader=loader)
    assert (schedule.n, loader.n) == (3, 2)
    with pytest.raises(StateDictError, match="saved with the parts schedule, loader, and is loaded with loader"):
        nn.load_checkpoint(path, model, loader=loader)
    with pytest.raises(OperandError, match=r"note is a str without state_dict\(\)"):
        nn.save_checkpoint(tmp_path / "d", model, note="later")


@pytest.mark.parametrize("kind", [np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64])
def test_every_kind_of_generator(kind: Any, tmp_path: Path) -> None:
    source = np.random.Generator(kind(1))
    source.random(3)
    source.integers(0, 10, 3, dtype=np.int32)
    path = nn.save_checkpoint(tmp_path / "c", nn.Identity(), rng={"a": source})
    other = np.random.Generator(kind(2))
    nn.load_checkpoint(path, nn.Identity(), rng={"a": other})
    assert other.integers(0, 10, 5, dtype=np.int32).tolist() == source.integers(0, 10, 5, dtype=np.int32).tolist()
    assert other.random(5).tolist() == source.random(5).tolist()


def test_plain_data_comes_back_as_it_was(tmp_path: Path) -> None:
    extra = {
        "numbers": [1, 0.1, -0.0, float("inf"), 2**100, True, None],
        3: ("a", (1.5,)),
        "<script>\n\U0001f600": {"array": np.arange(6.0).reshape(2, 3), "single": np.float32(0.1)},
        (1, 2): {},
    }
    path = nn.save_checkpoint(tmp_path / "c", nn.Identity(), extra=extra, history={"array": [1], "dict": []})
    found = nn.load_checkpoint(path, nn.Identity())
    np.testing.assert_equal(found.extra, extra)
    assert list(found.extra) == list(extra)
    assert found.history == {"array": [1], "dict": []}
    assert set(found.versions) == {"backglow", "numpy"}
    with pytest.raises(OperandError, match=r"extra\['f'\]\[1\] is a function"):
        nn.save_checkpoint(tmp_path / "d", nn.Identity(), extra={"f": [0, lambda: 0]})


def test_nothing_is_half_loaded(tmp_path: Path) -> None:
    run = Run(OPTIMIZERS[0])
    run.epoch()
    path = nn.save_checkpoint(tmp_path / "c", run.model, run.optimizer, rng=run.order)
    other = Run(OPTIMIZERS[2], seed=5)
    other.epoch()
    before = other.numbers(), repr(other.optimizer.state_dict()), other.order.bit_generator.state
    with pytest.raises(ValueError, match="SGD cannot take over the state of 'Adam'"):
        nn.load_checkpoint(path, other.model, other.optimizer, rng=other.order)
    small = nn.FeedForward([5, 16, 9, 2], "relu", "pre", 0.3)
    with pytest.raises(StateDictError, match="shape"):
        nn.load_checkpoint(path, small, rng=other.order)
    for wrong, says in (
        ({}, "random generators .*rng, and is loaded with"),
        ({"rng": np.random.Generator(np.random.SFC64(1))}, "the generator rng was a PCG64 and is a SFC64"),
    ):
        with pytest.raises(StateDictError, match=says):
            nn.load_checkpoint(path, other.model, **wrong)  # type: ignore[arg-type]
    with pytest.raises(OperandError, match="numpy generators, not a RandomState"):
        nn.load_checkpoint(path, other.model, rng=np.random.RandomState(0))
    assert (other.numbers(), repr(other.optimizer.state_dict()), other.order.bit_generator.state) == before


def test_a_module_is_loaded_for_use_without_its_optimizer(tmp_path: Path) -> None:
    first, second = Run(OPTIMIZERS[0]), Run(OPTIMIZERS[0], seed=1)
    first.epoch()
    nn.load_checkpoint(nn.save_checkpoint(tmp_path / "c", first.model, first.optimizer), second.model)
    assert second.numbers() == first.numbers()


def test_files_that_are_no_checkpoint(tmp_path: Path) -> None:
    model = nn.Linear(2, 1)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(StateDictError, match=r"is no checkpoint; nn\.load reads it"):
        nn.load_checkpoint(nn.save(model, tmp_path / "weights"), model)
    path = nn.save_checkpoint(tmp_path / "c", model)
    with pytest.raises(StateDictError, match="without an optimizer"):
        nn.load_checkpoint(path, model, optimizer)
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        with pytest.raises(StateDictError, match="c' "):
            nn.load_checkpoint(path, model)
    from nn.saving import write

    write(path, {}, {"kind": "checkpoint", "checkpoint.epoch": "[" * 100_000})
    with pytest.raises(StateDictError, match="no whole checkpoint"):
        nn.load_checkpoint(path, model)


def test_a_trainer_with_a_loader_and_a_schedule_is_resumed(tmp_path: Path) -> None:
    def begin(seed: int) -> tuple[nn.training.Trainer, nn.data.DataLoader]:
        model = nn.FeedForward([5, 8, 2], dropout=0.2, rng=seed)
        optimizer = optim.Adam(model.parameters(), lr=0.05)
        schedule = optim.lr_scheduler.ExponentialLR(optimizer, 0.8)
        loader = nn.data.DataLoader(X, Y, batch_size=16, shuffle=True, rng=seed)
        return nn.training.Trainer(model, optimizer, nn.CrossEntropyLoss(), schedule=schedule), loader

    whole, loader = begin(0)
    expected = whole.fit(loader, epochs=6)["loss"]
    first, loader = begin(0)
    first.fit(loader, epochs=3)
    path = nn.save_checkpoint(
        tmp_path / "c", first.model, first.optimizer, epoch=3, history=first.history, schedule=first.schedule,
        loader=loader,
    )  # fmt: skip
    second, loader = begin(7)
    found = nn.load_checkpoint(path, second.model, second.optimizer, schedule=second.schedule, loader=loader)
    losses = [record["loss"] for record in found.history]
    losses += second.fit(loader, epochs=3)["loss"].tolist()
    assert losses == expected.tolist()
    assert second.optimizer.lr == whole.optimizer.lr
    weights = second.model.state_dict()
    assert all(weights[name].tobytes() == a.tobytes() for name, a in whole.model.state_dict().items())
