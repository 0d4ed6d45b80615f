"""MLP.fit equals the loop written out on Values, in numbers, losses and gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Value, maximum, trace
from nn.data import moons
from nn.training import EarlyStopping, History

from .fitting import (
    BACKENDS,
    LABELS,
    POINTS,
    SIGNS,
    batches_of,
    cross_entropy,
    hinge,
    log_loss,
    network,
    numbers,
    squares,
    train_on_values,
)

CASES: dict[str, tuple[Any, Any, Any, dict[str, Any]]] = {
    "hinge": (hinge, SIGNS, (6, 5, 1), {"lr": lambda epoch: 1.0 - 0.9 * epoch / 100, "alpha": 1e-3}),
    "mse": (squares, SIGNS, (6, 5, 1), {"lr": 0.02, "momentum": 0.9}),
    "bce": (log_loss, LABELS, (6, 5, 1), {"lr": 0.1}),
    "cross_entropy": (cross_entropy, LABELS, (6, 3), {"lr": 0.1, "alpha": 0.01}),
}


def assert_same(model: nn.MLP, by_hand: nn.MLP) -> None:
    np.testing.assert_allclose(numbers(model), numbers(by_hand), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(
        [p.grad for p in model.parameters()], [p.grad for p in by_hand.parameters()], rtol=1e-10, atol=1e-12
    )


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", CASES)
def test_a_hundred_epochs_equal_the_loop_on_values(name: str, backend: str) -> None:
    loss, targets, sizes, options = CASES[name]
    model, by_hand = network(*sizes), network(*sizes)
    losses = train_on_values(by_hand, POINTS, targets, loss, epochs=100, **options)
    history = model.fit(POINTS, targets, loss=name, epochs=100, backend=backend, **options)
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-12, atol=1e-14)
    assert_same(model, by_hand)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("size", [1, 5, 21, 22, 100])
def test_batches_of_any_size_with_a_smaller_last_one(size: int, backend: str) -> None:
    model, by_hand = network(5, 1), network(5, 1)
    batches = batches_of(size, len(POINTS), seed=3) if size < len(POINTS) else None
    losses = train_on_values(by_hand, POINTS, SIGNS, hinge, epochs=6, lr=0.05, momentum=0.5, batches=batches)
    history = model.fit(
        POINTS, SIGNS, loss="hinge", lr=0.05, momentum=0.5, epochs=6, batch_size=size, rng=3, backend=backend
    )
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-12)
    assert_same(model, by_hand)


def test_more_samples_than_are_computed_at_a_time() -> None:
    x, y = moons(1100, noise=0.1, rng=2)
    model, by_hand = network(3, 1), network(3, 1)
    losses = train_on_values(by_hand, x, 2.0 * y - 1, squares, epochs=2, lr=0.1)
    history = model.fit(x, 2.0 * y - 1, lr=0.1, epochs=2, backend="numpy")
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-12)
    assert_same(model, by_hand)


def test_a_fused_network_is_the_same() -> None:
    model, by_hand = network(fused=True), network()
    train_on_values(by_hand, POINTS, SIGNS, hinge, epochs=20, lr=0.2)
    model.fit(POINTS, SIGNS, loss="hinge", lr=0.2, epochs=20, backend="numpy")
    assert_same(model, by_hand)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_moons_are_learned(backend: str) -> None:
    x, y = moons(100, noise=0.1, rng=1)
    model = network(16, 16, 1, seed=1337)
    history = model.fit(
        x, 2 * y - 1, loss="hinge", alpha=1e-4, lr=lambda k: 1.0 - 0.9 * k / 100, epochs=100, backend=backend
    )
    right = np.mean([(model(point).data > 0) == (label > 0) for point, label in zip(x.tolist(), y, strict=True)])
    assert right >= 0.99
    assert history["lr"][[0, 50]].tolist() == [1.0, 0.55]


def test_several_outputs_learn_classes_and_rows_of_targets() -> None:
    model = network(8, 2, seed=1)
    model.fit(POINTS, LABELS, loss="cross_entropy", lr=0.3, epochs=400, backend="numpy")
    scores = [[score.data for score in model(point)] for point in POINTS.tolist()]
    assert (np.argmax(scores, axis=1) == LABELS).all()
    rows = np.stack([POINTS[:, 0] + POINTS[:, 1], POINTS[:, 0] - POINTS[:, 1]], axis=1)
    linear = network(2, seed=2)
    history = linear.fit(POINTS, rows, lr=0.3, epochs=300, backend="numpy")
    assert history["loss"][-1] < 1e-6
    np.testing.assert_allclose([numbers(linear)[i] for i in (0, 1, 3, 4)], [1, 1, 1, -1], atol=1e-3)


def test_shares_of_classes_are_what_whole_numbers_stand_for() -> None:
    model, other = network(4, 3), network(4, 3)
    model.fit(POINTS, LABELS, loss="cross_entropy", epochs=5, backend="numpy")
    other.fit(POINTS, np.eye(3)[LABELS], loss="cross_entropy", epochs=5, backend="numpy")
    assert numbers(model) == numbers(other)


def test_cross_entropy_does_not_overflow() -> None:
    model = network(2)
    for p in model.parameters():
        p.data *= 1e4
    history = model.fit(POINTS, LABELS, loss="cross_entropy", epochs=1, lr=0.0, backend="numpy")
    assert np.isfinite(history["loss"][0])


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_loss_of_ones_own_chooses_by_gates(backend: str) -> None:
    def at_most_one(score: Any, target: Any) -> Any:
        off = abs(score - target)
        return maximum(off * off, 2 * off - 1)

    def by_hand_loss(score: Value, target: float) -> Value:
        off = abs(score - target)
        return off * off if abs(score.data - target) ** 2 > 2 * abs(score.data - target) - 1 else 2 * off - 1

    model, by_hand = network(), network()
    train_on_values(by_hand, POINTS, SIGNS * 3, by_hand_loss, epochs=30, lr=0.05)
    model.fit(POINTS, SIGNS * 3, loss=at_most_one, lr=0.05, epochs=30, backend=backend)
    assert_same(model, by_hand)


def test_lists_columns_integers_and_one_input_are_data_too() -> None:
    model, other = network(), network()
    model.fit(POINTS, SIGNS, epochs=3, backend="numpy")
    other.fit(POINTS.tolist(), [[int(sign)] for sign in SIGNS], epochs=3, backend="numpy")
    assert numbers(model) == numbers(other)
    line = nn.MLP(1, [1])
    line.fit([0.0, 1.0, 2.0], [1.0, 3.0, 5.0], lr=0.2, epochs=200, backend="numpy")
    np.testing.assert_allclose(numbers(line), [2.0, 1.0], atol=1e-6)


@pytest.mark.parametrize("make", [lambda p: optim.Adam(p, lr=0.01), lambda p: optim.SGD(p, lr=0.1, momentum=0.9)])
def test_an_optimizer_changes_the_values_as_in_a_loop(make: Any) -> None:
    model, by_hand = network(), network()
    optimizer = make(by_hand.parameters())
    for _ in range(20):
        optimizer.zero_grad()
        loss = sum(hinge(by_hand(x), y) for x, y in zip(POINTS.tolist(), SIGNS.tolist(), strict=True)) / len(SIGNS)
        loss.backward()
        optimizer.step()
    own = make(model.parameters())
    history = model.fit(POINTS, SIGNS, loss="hinge", optimizer=own, epochs=12, backend="numpy")
    model.fit(POINTS, SIGNS, loss="hinge", optimizer=own, epochs=8, backend="numpy", history=history)
    np.testing.assert_allclose(numbers(model), numbers(by_hand), rtol=1e-10, atol=1e-12)
    assert history["epoch"].tolist() == list(range(20))
    assert history["lr"][0] == own.param_groups[0]["lr"]


def test_validation_is_measured_and_stops_early_at_the_best() -> None:
    model = network()
    seen: list[tuple[float, list[float]]] = []

    def note(_: int, __: float, current: nn.MLP) -> None:
        held = [hinge(current(x), -y).data for x, y in zip(POINTS[:5].tolist(), SIGNS[:5].tolist(), strict=True)]
        seen.append((float(np.mean(held)), numbers(current)))

    history = model.fit(
        POINTS, SIGNS, loss="hinge", lr=0.1, epochs=100, validation=(POINTS[:5], -SIGNS[:5]), on_epoch=note,
        callbacks=[EarlyStopping(patience=4)], backend="numpy",
    )  # fmt: skip
    np.testing.assert_allclose(history["val_loss"], [value for value, _ in seen], rtol=1e-12)
    best = int(np.argmin(history["val_loss"]))
    assert len(history) == best + 5 < 100
    assert numbers(model) == seen[best][1]


def test_the_loss_as_a_graph_is_the_one_that_fit_takes_down() -> None:
    model = network()
    loss = model.loss(POINTS, SIGNS, loss="hinge", alpha=0.1)
    history = model.fit(POINTS, SIGNS, loss="hinge", alpha=0.1, epochs=1, backend="numpy")
    assert loss.data == pytest.approx(history["loss"][0], rel=1e-14)
    gradients = [p.grad for p in model.parameters()]
    record = trace(loss)
    by_name = {node.label: node.grad for node in record.nodes}
    np.testing.assert_allclose([by_name[p.name] for p in model.parameters()], gradients, rtol=1e-9, atol=1e-13)


def test_no_epochs_change_nothing() -> None:
    model = network()
    before = numbers(model)
    assert isinstance(history := model.fit(POINTS, SIGNS, epochs=0, backend="numpy"), History)
    assert (len(history), numbers(model)) == (0, before)
    assert {p.grad for p in model.parameters()} == {None}
