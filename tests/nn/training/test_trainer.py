"""The training loop, early stopping, and networks that learn real things."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import OperandError, Tensor
from nn import DataError
from nn.data import DataLoader, moons, spirals, train_test_split
from nn.training import Callback, EarlyStopping, Trainer, accuracy, continue_training, fit, retrain_from_scratch


def squared(output: Tensor, target: Tensor) -> Tensor:
    return ((output - target) ** 2).mean()


def line(rows: int = 20) -> tuple[np.ndarray, np.ndarray]:
    x = np.linspace(-1, 1, rows)[:, None]
    return x, 3 * x + 1


def trainer(lr: float = 0.1, **options: Any) -> Trainer:
    model = nn.Linear(1, 1, rng=np.random.default_rng(0))
    return Trainer(model, optim.SGD(model.parameters(), lr=lr), squared, **options)


@pytest.mark.needs("torch")
@pytest.mark.spec("S-208")
def test_epochs_are_those_of_a_loop_in_pytorch() -> None:
    import torch

    x, y = line()
    ours = trainer()
    layer = torch.nn.Linear(1, 1, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(ours.model.weight.data))
        layer.bias.copy_(torch.tensor(ours.model.bias.data))
    other = torch.optim.SGD(layer.parameters(), lr=0.1)
    losses = []
    for _ in range(5):
        total = 0.0
        for i in range(0, 20, 6):
            a, b = torch.tensor(x[i : i + 6]), torch.tensor(y[i : i + 6])
            loss = ((layer(a) - b) ** 2).mean()
            other.zero_grad()
            loss.backward()
            other.step()
            total += loss.item() * len(a)
        losses.append(total / 20)
    history = ours.fit(DataLoader(x, y, batch_size=6), epochs=5)
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-12)
    np.testing.assert_allclose(ours.model.weight.data, layer.weight.detach().numpy(), rtol=1e-12)
    assert ours.updates == 20


def test_history_validation_metrics_schedule_and_clipping() -> None:
    x, y = line()
    seen: list[float] = []

    def clip(parameters: Any) -> None:
        seen.append(optim.clip_grad_norm_(parameters, 0.5))

    one = trainer(
        metrics={"largest": lambda out, target: float(np.abs(np.asarray(out) - np.asarray(target)).max())}, clip=clip
    )
    one.schedule = optim.lr_scheduler.ExponentialLR(one.optimizer, 0.5)
    history = one.fit(DataLoader(x, y, batch_size=20), epochs=3, validation=DataLoader(x[:4], y[:4], batch_size=2))
    assert list(history.records[0]) == ["epoch", "loss", "lr", "largest", "val_loss", "val_largest"]
    assert history["lr"].tolist() == [0.1, 0.05, 0.025]
    assert len(seen) == 3
    out = one.model(Tensor(x[:4]))
    assert history["val_loss"][-1] == pytest.approx(float(squared(out, Tensor(y[:4]))), rel=1e-12)
    assert one.model.training
    with pytest.raises(KeyError, match="the history holds epoch, loss"):
        history["nothing"]


def test_a_plateau_schedule_is_given_the_loss() -> None:
    x, y = line()
    one = trainer(lr=1e-12)
    one.schedule = optim.lr_scheduler.ReduceLROnPlateau(one.optimizer, factor=0.5, patience=0)
    one.fit(DataLoader(x, y, batch_size=20), epochs=3)
    assert one.optimizer.lr < 1e-12 or one.optimizer.lr == pytest.approx(1e-12)


def test_callbacks_are_told_everything_in_order() -> None:
    class Diary(Callback):
        def __init__(self) -> None:
            self.pages: list[str] = []

        def on_fit_start(self, trainer: Trainer) -> None:  # noqa: ARG002
            self.pages.append("fit")

        def on_epoch_start(self, trainer: Trainer) -> None:  # noqa: ARG002
            self.pages.append("epoch")

        def on_batch_end(self, trainer: Trainer, loss: float) -> None:  # noqa: ARG002
            self.pages.append("batch")
            assert all(p.grad is not None for p in trainer.model.parameters())

        def on_epoch_end(self, trainer: Trainer, record: dict[str, Any]) -> None:
            self.pages.append("done")
            record["pages"] = len(self.pages)
            trainer.stop = record["epoch"] == 1

        def on_fit_end(self, trainer: Trainer) -> None:  # noqa: ARG002
            self.pages.append("end")

    diary = Diary()
    x, y = line(4)
    history = trainer(callbacks=[diary]).fit(DataLoader(x, y, batch_size=2), epochs=10)
    assert diary.pages == ["fit", *["epoch", "batch", "batch", "done"] * 2, "end"]
    assert history["pages"].tolist() == [5, 9]


def test_updates_in_place_of_epochs() -> None:
    x, y = line()
    one = trainer()
    one.fit(DataLoader(x, y, batch_size=6), updates=7)
    assert (one.updates, len(one.history)) == (7, 2)
    one.fit(DataLoader(x, y, batch_size=6), epochs=0)
    assert one.updates == 7


def test_evaluation_leaves_no_trace() -> None:
    model = nn.Sequential(nn.Linear(1, 4, rng=np.random.default_rng(0)), nn.Dropout(0.5, rng=0))
    x, y = line()
    one = Trainer(model, optim.SGD(model.parameters(), lr=0.1), lambda out, _: (out * out).mean())
    first, second = one.evaluate(DataLoader(x, y)), one.evaluate(DataLoader(x, y, batch_size=7))
    assert first["loss"] == pytest.approx(second["loss"], rel=1e-12), "no unit is dropped, batches are weighted"
    assert all(p.grad is None for p in model.parameters())
    assert model.training


@pytest.mark.spec("S-174")
@pytest.mark.parametrize(("patience", "stop", "best"), [(2, 4, 2), (3, 8, 5)])
def test_when_to_stop(patience: int, stop: int, best: int) -> None:
    values = [5, 4, 3, 3.5, 3.2, 2.9, 3, 3.1, 3.3]
    stopping = EarlyStopping(patience)
    model = nn.Linear(1, 1)
    for i, value in enumerate(values):
        with autograd.no_grad():
            model.bias.fill_(float(i))  # type: ignore[union-attr]
        if stopping.update(value, model):
            break
    assert (i, stopping.best_step, stopping.best) == (stop, best, values[best])
    assert stopping.best_state is not None
    assert stopping.best_state["bias"] == [best]


@pytest.mark.spec("S-174")
def test_the_best_parameters_come_back() -> None:
    x, y = line()
    stopping = EarlyStopping(patience=2, monitor="loss")
    one = trainer(lr=3.0, callbacks=[stopping])
    before = one.model.state_dict()
    with np.errstate(all="ignore"):
        one.fit(DataLoader(x, y, batch_size=20), epochs=50)
    assert len(one.history) == 3, "every epoch is worse than the first"
    assert stopping.best_step == 0
    for name, array in one.model.state_dict().items():
        np.testing.assert_array_equal(array, stopping.best_state[name])  # type: ignore[index]
        assert not (array == before[name]).all()
    with pytest.raises(OperandError, match="looks at 'val_loss', but the records have epoch, loss, lr"):
        trainer(callbacks=[EarlyStopping()]).fit(DataLoader(x, y))


@pytest.mark.spec("S-174")
def test_a_nan_is_no_improvement() -> None:
    stopping = EarlyStopping(patience=2)
    assert [stopping.update(v) for v in (1.0, float("nan"), float("nan"))] == [False, False, True]
    assert stopping.best == 1.0
    for bad in ({"patience": 0}, {"patience": 1.5}, {"min_delta": -1.0}):
        with pytest.raises(OperandError):
            EarlyStopping(**bad)  # type: ignore[arg-type]


@pytest.mark.spec("S-175")
@pytest.mark.parametrize(("mode", "updates"), [("updates", 40), ("epochs", 50)])
def test_training_again_on_all_data(mode: Any, updates: int) -> None:
    x, y = line(100)
    again = retrain_from_scratch(trainer, DataLoader(x, y, batch_size=10), best_updates=40, examples=80, mode=mode)
    assert again.updates == updates
    with pytest.raises(OperandError, match="mode must be"):
        retrain_from_scratch(trainer, DataLoader(x, y), 1, 1, mode="more")  # type: ignore[arg-type]


@pytest.mark.spec("S-176")
def test_going_on_until_the_validation_loss_is_as_low() -> None:
    x, y = line(100)
    every, held = DataLoader(x, y, batch_size=10), DataLoader(x[::5], y[::5], batch_size=20)
    one = trainer()
    result = continue_training(one, every, held, target=0.5, max_steps=1000)
    assert result.reached
    assert result.loss < 0.5
    assert result.updates == one.updates < 1000
    before = one.evaluate(held)["loss"]
    result = continue_training(one, every, held, target=-1.0, max_steps=7)
    assert (result.reached, result.updates) == (False, 7)
    assert result.loss < before


def test_what_will_not_do() -> None:
    x, y = line()
    with pytest.raises(DataError, match="the loss has shape"):
        Trainer(nn.Linear(1, 1), optim.SGD([Tensor([1.0], requires_grad=True)]), lambda out, y: out - y).fit(
            DataLoader(x, y, batch_size=5)
        )
    with pytest.raises(DataError, match="the input is not finite: row 3, column 0 holds nan"):
        trainer().fit(DataLoader(np.where(np.arange(20)[:, None] == 3, np.nan, x), y))
    with pytest.raises(DataError, match="the target is not finite"):
        trainer().fit(DataLoader(x, np.full_like(y, np.inf)))
    with pytest.raises(DataError, match="the loader gave no batch"):
        trainer().fit([])
    with pytest.raises(DataError, match="there is no data"):
        trainer().evaluate([])
    with pytest.raises(OperandError, match="epochs or updates, not both"):
        trainer().fit(DataLoader(x, y), 1, updates=1)
    with pytest.raises(OperandError, match="epochs must be a whole number"):
        trainer().fit(DataLoader(x, y), -1)
    with pytest.raises(autograd.ShapeError, match="takes inputs with 1 features"):
        trainer().fit(DataLoader(np.ones((4, 3)), np.ones(4)))


@pytest.mark.needs("tqdm")
def test_a_progress_bar(capsys: pytest.CaptureFixture[str]) -> None:
    x, y = line()
    trainer().fit(DataLoader(x, y, batch_size=5), epochs=2, progress=True)
    assert "2/2" in capsys.readouterr().err


def network(inputs: int, outputs: int, hidden: int = 32) -> nn.Sequential:
    rng = np.random.default_rng(0)
    return nn.Sequential(
        nn.Linear(inputs, hidden, rng=rng), nn.ReLU(), nn.Linear(hidden, hidden, rng=rng), nn.ReLU(),
        nn.Linear(hidden, outputs, rng=rng),
    )  # fmt: skip


def learn(x: np.ndarray, y: np.ndarray, *, epochs: int, hidden: int = 32, held: float = 0.25) -> float:
    train, test, labels, wanted = train_test_split(x, y, test_size=held, stratify=y, rng=0)
    model = network(x.shape[1], int(y.max()) + 1, hidden)
    optimizer = optim.Adam(model.parameters(), lr=3e-3)
    fit(model, train, labels, optimizer=optimizer, loss=autograd.cross_entropy, epochs=epochs, batch_size=32, rng=0)
    with autograd.no_grad():
        return accuracy(model(Tensor(test)), wanted)


@pytest.mark.needs("sklearn")
def test_digits_are_recognised() -> None:
    from nn.data import digits

    assert learn(*digits(), epochs=40, hidden=128) >= 0.97


def test_moons_and_spirals_are_separated() -> None:
    assert learn(*moons(600, noise=0.1, rng=0), epochs=40) >= 0.99
    assert learn(*spirals(900, rng=0, noise=0.02), epochs=80) >= 0.98


def test_a_seed_repeats_a_training() -> None:
    x, y = moons(100, rng=0)

    def run() -> dict[str, np.ndarray]:
        model = network(2, 2)
        fit(model, x, y, optimizer=optim.Adam(model.parameters()), loss=autograd.cross_entropy, epochs=3, rng=5)
        return model.state_dict()

    first, second = run(), run()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])
