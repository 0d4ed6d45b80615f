"""Units that are dead, saturated, alike or pulled one way; updates; losses; nan."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor, Value, trace
from optim import SGD, OptimizerError
from optim.diagnostics import (
    dead_relu_fraction,
    diagnose_learning_rate,
    identical_units,
    nan_report,
    plateau,
    saturation_fraction,
    sign_agreement,
    update_ratios,
)


def gradient_of_layer(activation: Any, bias: float) -> tuple[Any, np.ndarray]:
    """A layer of six units with that bias: its weighted sums, and the gradient by its weights."""
    rng = np.random.default_rng(0)
    w = Tensor(rng.normal(size=(6, 3)), requires_grad=True)
    sums = Tensor(rng.normal(size=(50, 3))) @ w.T + bias
    activation(sums).sum().backward()
    return sums, w.grad


@pytest.mark.spec("S-269")
def test_a_huge_negative_bias_kills_every_relu() -> None:
    sums, gradient = gradient_of_layer(autograd.relu, -100.0)
    report = dead_relu_fraction(sums)
    assert (report.fraction, report.units, report.count) == (1.0, tuple(range(6)), 6)
    assert not gradient.any()
    assert "leaky" in report.message
    sums, gradient = gradient_of_layer(lambda x: x.leaky_relu(), -100.0)
    assert np.abs(gradient).min() > 0, "a leaky one still learns"
    assert dead_relu_fraction(gradient_of_layer(autograd.relu, 0.0)[0]).fraction == 0.0


@pytest.mark.spec("S-269")
def test_more_units_die_at_higher_rates() -> None:
    def dead_after(lr: float, seed: int) -> float:
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(64, 5))
        target = (x[:, :1] > 0.5).astype(float)
        first, last = nn.Linear(5, 40, rng=rng), nn.Linear(40, 1, rng=rng)
        optimizer = SGD([*first.parameters(), *last.parameters()], lr=lr)
        for _ in range(60):
            optimizer.zero_grad()
            autograd.binary_cross_entropy_with_logits(last(first(Tensor(x)).relu()), target).backward()
            optimizer.step()
        return dead_relu_fraction(first(Tensor(x))).fraction

    fractions = [float(np.mean([dead_after(lr, seed) for seed in range(4)])) for lr in (0.1, 10.0, 50.0)]
    assert fractions[0] == 0.0 < fractions[1] < fractions[2]
    assert fractions[2] > 0.3


@pytest.mark.spec("S-270")
def test_large_sums_saturate() -> None:
    x = np.random.default_rng(0).normal(0, 22, size=(100, 100))
    report = saturation_fraction(x, "sigmoid")
    assert report.fraction == np.mean(np.abs(x) > 3) > 0.85
    assert saturation_fraction(x, "tanh").fraction == np.mean(np.abs(x) > 2)
    for activation in ("sigmoid", "tanh"):
        assert saturation_fraction(np.zeros((5, 5)), activation).fraction == 0.0
    slopes = 1 / (1 + np.abs(x)) ** 2
    assert saturation_fraction(x, autograd.softsign, tol=0.01).fraction == np.mean(slopes < 0.01)
    assert saturation_fraction([[9.0, 0.0], [-8.0, 7.0]], "tanh").units == (0,)


@pytest.mark.spec("S-271")
def test_positive_inputs_pull_all_weights_one_way() -> None:
    rng = np.random.default_rng(0)

    def rows(x: np.ndarray) -> np.ndarray:
        found = []
        for row, target in zip(x, rng.normal(size=len(x)), strict=True):
            w = Tensor(np.full(4, 0.1), requires_grad=True)
            (((w * row).sum()).sigmoid() - target).__pow__(2).backward()
            found.append(w.grad)
        return np.array(found)

    positive = rng.uniform(0.1, 1, size=(200, 4))
    assert sign_agreement(rows(positive)).fraction == 1.0
    centred = np.tanh(rng.normal(size=(200, 4)))
    assert sign_agreement(rows(centred)).fraction < 0.3


@pytest.mark.spec("S-271")
def test_a_target_that_needs_both_signs_takes_more_steps() -> None:
    def steps(x: np.ndarray) -> int:
        """Sample by sample, until w is near (1, -1); the fastest of several rates."""
        best = 10**6
        for lr in (0.03, 0.1, 0.3, 0.5, 1.0):
            w = Tensor([0.0, 0.0], requires_grad=True)
            optimizer = SGD([w], lr=lr)
            for k in range(3000):
                optimizer.zero_grad()
                row = x[k % len(x)]
                (0.5 * ((w * row).sum() - (row[0] - row[1])) ** 2).backward()
                optimizer.step()
                if np.abs(w.data).max() > 100:
                    break  # this rate is too high
                if np.abs(w.data - [1, -1]).max() < 1e-3:
                    best = min(best, k)
                    break
        return best

    positive = np.random.default_rng(0).uniform(0.5, 1.5, size=(50, 2))
    assert steps(positive) > 1.5 * steps(positive - 1.0)


@pytest.mark.spec("S-272")
def test_momentum_crosses_a_plateau() -> None:
    def run(momentum: float) -> tuple[float, list[float]]:
        x = Value(3.0)
        optimizer, losses = SGD([x], lr=0.1, momentum=momentum), []
        for _ in range(100):
            optimizer.zero_grad()
            loss = 1 - (-(x * x)).exp()
            losses.append(loss.data)
            loss.backward()
            optimizer.step()
        return 3.0 - x.data, losses

    moved, losses = run(0.0)
    faster, _ = run(0.9)
    assert 0 < moved < 1e-2
    assert faster > 3 * moved
    assert diagnose_learning_rate(losses).verdict == "flat"
    assert plateau([0.9999] * 50, window=20).found


@pytest.mark.spec("S-272")
def test_where_a_curve_stopped_falling() -> None:
    falling = [math.exp(-k / 10) for k in range(40)]
    assert not plateau(falling)
    found = plateau(falling + [falling[-1]] * 15)
    assert (found.found, found.since) == (True, 39)
    assert not plateau([1.0, 0.5])
    assert not plateau([float("nan")] * 20)
    assert plateau([1.0, float("nan"), 0.5] + [0.5] * 12).since == 2
    with pytest.raises(OptimizerError, match="window"):
        plateau([1.0], window=0)
    with pytest.raises(OptimizerError, match="give the losses"):
        plateau([])


@pytest.mark.spec("S-273")
@pytest.mark.parametrize("start", ["zeros", "constant", "random"])
def test_units_that_start_alike_stay_alike(start: str) -> None:
    first, last = nn.Linear(3, 5, rng=np.random.default_rng(0)), nn.Linear(5, 1, rng=np.random.default_rng(1))
    if start != "random":
        for p in (*first.parameters(), *last.parameters()):
            p.data[...] = 0.0 if start == "zeros" else 0.5
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(20, 3)), rng.normal(size=(20, 1))
    optimizer = SGD([*first.parameters(), *last.parameters()], lr=0.1)
    for _ in range(30):
        optimizer.zero_grad()
        ((last(first(Tensor(x)).tanh()) - y) ** 2).mean().backward()
        optimizer.step()
    report = identical_units(first.weight, first.bias, tol=1e-12)
    assert report.found == (start != "random")
    assert report.groups == (() if start == "random" else (tuple(range(5)),))
    with pytest.raises(OptimizerError, match="biases"):
        identical_units(first.weight, [1.0])


@pytest.mark.spec("S-276")
@pytest.mark.parametrize(
    ("step", "verdict"), [(0.01, "too low"), (0.5, "good"), (1.9, "too high"), (2.5, "too high")]
)  # fmt: skip
def test_learning_rates_on_a_parabola(step: float, verdict: str) -> None:
    curvature = 3.0
    x = Value(1.0)
    optimizer, losses, slopes = SGD([x], lr=step / curvature), [], []
    for _ in range(50):
        optimizer.zero_grad()
        loss = 0.5 * curvature * x * x
        loss.backward()
        losses.append(loss.data)
        slopes.append(x.grad)
        optimizer.step()
    found = diagnose_learning_rate(losses, slopes)
    assert found.verdict == verdict
    if step == 2.5:
        assert "grows" in found.message
        assert diagnose_learning_rate(losses).verdict == "too high", "seen without the gradients"
    if step == 1.9:
        assert "side to side" in found.message


@pytest.mark.spec("S-276")
def test_other_curves() -> None:
    assert diagnose_learning_rate([2.3] * 30).verdict == "flat"
    assert diagnose_learning_rate([1.0, 0.5, float("nan"), float("nan")]).at == 2
    rng = np.random.default_rng(0)
    bouncing = 1 + np.abs(rng.normal(size=10)) * 0.5
    bouncing[0], bouncing[-1] = 3.0, 2.9
    assert diagnose_learning_rate(bouncing).verdict == "too high"
    noisy = np.exp(-np.arange(200) / 15) + 0.02 * rng.normal(size=200)
    assert diagnose_learning_rate(noisy).verdict == "good"
    with pytest.raises(OptimizerError, match="three losses"):
        diagnose_learning_rate([1.0])
    with pytest.raises(OptimizerError, match="one per loss"):
        diagnose_learning_rate([1.0, 0.5, 0.2], [1.0])


@pytest.mark.spec("S-268")
def test_the_data_are_looked_at_first() -> None:
    x, y = np.ones((4, 2)), np.ones(4)
    model = nn.Linear(2, 1, rng=np.random.default_rng(0))
    assert not nan_report(x, y, parameters=model, loss=0.5)
    model.weight.data[0, 1] = np.nan
    report = nan_report(x, y, parameters=model)
    assert (report.cause, report.name, report.index) == ("gradient", "weight", (0, 1))
    assert "clip" in report.message
    model.weight.grad = np.full((1, 2), np.inf)
    assert nan_report(x, y, parameters=model).name == "weight.grad"
    y[3] = np.inf
    assert nan_report(x, y, parameters=model).cause == "target"
    x[2, 1] = np.nan
    report = nan_report(x, y, parameters=model)
    assert (report.cause, report.count, report.index) == ("input", 1, (2, 1))
    assert nan_report([1.0], loss=Value(float("nan"))).cause == "gradient"


@pytest.mark.spec("S-268")
def test_a_trace_shows_where_numbers_cease_to_be_finite() -> None:
    import viz

    x, y = Value(-1.0, name="x"), Value(2.0, name="y")
    record = trace((x * y).sqrt() + y)
    found = nan_report(record)
    assert found.cause == "gradient"
    assert found.node == next(n.id for n in record.nodes if n.gate == "sqrt")
    assert f'data-node="{found.node}"' in viz.svg(record, marks={found.node: found.message})
    # The data come first, wherever they enter.
    model = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Tanh())
    record = trace(model(Tensor([[1.0, math.nan]])).sum())
    found = nan_report(record)
    assert (found.cause, found.count) == ("input", 1)
    assert found.node is not None
    assert record.nodes[found.node].kind == "constant"
    # A gradient that is not finite although every value is.
    root = Value(0.0, name="r")
    found = nan_report(trace(root.sqrt() * y))
    assert (found.cause, found.name) == ("gradient", "r.grad")
    assert not nan_report(trace(y * y))
    assert "\n" not in found.message


def test_updates_beside_weights() -> None:
    small, large = Tensor([3.0, 4.0], True, name="small"), Tensor([0.3, 0.4], True, name="large")
    zero = Tensor([0.0], True, name="zero")
    (small.sum() * 3e-7 + large.sum() + zero.sum()).backward()
    found = update_ratios([small, large, zero], SGD([small, large, zero], lr=1.0).step)
    assert [s.ratio for s in found.sizes] == pytest.approx([3e-7 * 2**0.5 / 5, 2**0.5 / 0.5, math.inf], rel=1e-6)
    assert (found.too_small, found.too_large) == (("small",), ("large",))
    assert "large" in found.message


def test_units_refuse_what_they_cannot_look_at() -> None:
    for call in (
        lambda: dead_relu_fraction([]), lambda: saturation_fraction(1.0), lambda: sign_agreement([[1.0]]),
        lambda: saturation_fraction([1.0], "no such"), lambda: identical_units([1.0]),
    ):  # fmt: skip
        with pytest.raises(OptimizerError):
            call()
