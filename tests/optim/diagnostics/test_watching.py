"""The callback that watches a training."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn.data import DataLoader
from nn.training import Trainer
from optim import SGD, OptimizerError, TrainingWarning
from optim.diagnostics import GradientWatch, detect_vanishing, record_layers


def data(rows: int = 40, features: int = 8) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, features))
    return x, x[:, :1] * 2 + 1


def trained(model: nn.Module, watch: GradientWatch, lr: float = 0.01, epochs: int = 4, **options: Any) -> Trainer:
    trainer = Trainer(
        model, SGD(model.parameters(), lr=lr), lambda out, y: ((out - y) ** 2).mean(), callbacks=[watch], **options
    )
    trainer.fit(DataLoader(*data(), batch_size=10), epochs=epochs)
    return trainer


def stack(activation: str, depth: int = 8, scale: float = 1.0) -> nn.Module:
    modules: list[nn.Module] = []
    for i in range(depth):
        linear = nn.Linear(8, 8, rng=np.random.default_rng(i))
        linear.weight.data[...] *= scale
        modules += [linear, getattr(nn, activation)()]
    return nn.Sequential(*modules, nn.Linear(8, 1, rng=np.random.default_rng(99)))


def test_a_healthy_training_is_left_in_peace() -> None:
    watch = GradientWatch(every=3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer = trained(nn.FeedForward([8, 16, 1], rng=0), watch)
    assert watch.findings == []
    assert list(watch.norms) == [1, 3, 6, 9, 12, 15]
    assert list(watch.norms[3]) == ["0", "1", "2"]
    assert len(watch.losses) == trainer.updates == 16
    trainer.model(Tensor(data()[0]))
    watch.on_batch_end(trainer, 1.0)
    assert list(watch.norms) == [1, 3, 6, 9, 12, 15], "it has ceased to watch"


def test_vanishing_gradients_are_reported_once() -> None:
    watch = GradientWatch(every=2)
    model = stack("Sigmoid")
    with pytest.warns(TrainingWarning, match=r"^update 1: gradients vanish: by layer"):
        trained(model, watch)
    kinds = [f.kind for f in watch.findings]
    assert kinds.count("vanishing") == len({f.name for f in watch.findings if f.kind == "vanishing"})
    finding = watch.findings[0]
    assert (finding.kind, finding.update) == ("vanishing", 1)
    x, y = data()
    fresh = stack("Sigmoid")
    flow = detect_vanishing(record_layers(fresh, lambda: ((fresh(x[:10]) - y[:10]) ** 2).mean()))
    assert finding.name == flow.at
    assert watch.norms[1] == pytest.approx({s.name: s.rms for s in flow.layers}, rel=1e-12)


def test_an_explosion_ends_training_and_names_its_place() -> None:
    watch = GradientWatch(every=1, warn=False, stop=True)
    with np.errstate(all="ignore"):
        trainer = trained(stack("Identity", scale=3.0), watch, lr=0.5, epochs=50)
    assert trainer.updates < 200
    last = watch.findings[-1]
    assert last.kind == "not finite"
    assert [f.kind for f in watch.findings].count("not finite") == 1
    large = next(f for f in watch.findings if f.kind == "large updates")
    assert large.name in large.message
    assert "learning rate" in last.message
    assert {f.kind for f in watch.findings} >= {"large updates", "not finite"}


def test_dead_units_and_saturated_ones() -> None:
    model = nn.Sequential(
        nn.Linear(8, 8, rng=np.random.default_rng(0)),
        nn.ReLU(),
        nn.Linear(8, 8, rng=np.random.default_rng(1)),
        nn.Tanh(),
        nn.Linear(8, 1, rng=np.random.default_rng(2)),
    )
    model[0].bias.data[...] = -100.0
    model[2].bias.data[...] = 50.0
    watch = GradientWatch(warn=False)
    trained(model, watch, epochs=1)
    found = {(f.kind, f.name) for f in watch.findings}
    assert found >= {("dead units", "1"), ("saturated units", "3")}


def test_a_plateau_of_epochs() -> None:
    watch = GradientWatch(warn=False)
    trained(nn.FeedForward([8, 4, 1], rng=0), watch, lr=0.0, epochs=15)
    assert [f.kind for f in watch.findings] == ["plateau"]


def test_scalar_networks_are_watched_too() -> None:
    import random

    model = nn.MLP(2, [3, 1], rng=random.Random(0))
    watch = GradientWatch(every=1, warn=False)

    class Loop:
        """As little of a trainer as there can be."""

    loop: Any = Loop()
    loop.model = model
    watch.on_fit_start(loop)
    for _ in range(3):
        loss = (model([1.0, 2.0]) - 1) ** 2
        model.zero_grad()
        loss.backward()
        SGD(model.parameters(), lr=0.01).step()
        watch.on_batch_end(loop, loss.data)
    watch.on_fit_end(loop)
    assert list(watch.norms[1]) == ["layers.0", "layers.1"]


def test_settings_that_make_no_sense() -> None:
    with pytest.raises(OptimizerError, match="every"):
        GradientWatch(every=0)
    with pytest.raises(OptimizerError, match="dead"):
        GradientWatch(dead=0.0)
