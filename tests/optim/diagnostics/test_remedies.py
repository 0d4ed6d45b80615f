"""What helps against an explosion, tried on one run; and why saddles outnumber minima in many dimensions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from optim import SGD, clip_grad_norm_
from optim.diagnostics import detect_exploding, nan_report, record_layers


def run(lr: float = 0.5, init: Callable[..., Any] | None = None, clip: float | None = None, steps: int = 200) -> Any:
    """A network of four layers with weights too large, from one seed: its losses, and whether it exploded."""
    rng = np.random.default_rng(4)
    modules: list[nn.Module] = []
    for _ in range(4):
        linear = nn.Linear(20, 20, rng=rng)
        linear.weight.data[...] = 0.5 * rng.normal(size=(20, 20))
        if init is not None:
            init(linear.weight, rng=rng)
        modules += [linear, nn.LeakyReLU(0.2)]
    model = nn.Sequential(*modules[:-1])
    x = rng.normal(size=(30, 20))
    optimizer = SGD(model.parameters(), lr=lr)

    def loss() -> Tensor:
        return (model(Tensor(x)) ** 2).mean()

    first = detect_exploding(record_layers(model, loss), ratio=5)
    losses = []
    with np.errstate(all="ignore"):
        for _ in range(steps):
            optimizer.zero_grad()
            now = loss()
            now.backward()
            if clip is not None:
                clip_grad_norm_(model.parameters(), clip)
            optimizer.step()
            losses.append(float(now))
    return losses, first, nan_report(x, parameters=model)


@pytest.mark.spec("S-267")
def test_each_remedy_saves_the_same_run() -> None:
    losses, first, report = run()
    assert not np.isfinite(losses[-1])
    assert first.found, "seen before the first step"
    assert report.cause == "gradient"
    for remedy in (
        {"clip": 1.0}, {"lr": 0.5 / 100}, {"init": nn.init.kaiming_normal_},
        {"init": nn.init.xavier_normal_},
    ):  # fmt: skip
        losses, _, report = run(**remedy)  # type: ignore[arg-type]
        assert np.isfinite(losses).all(), remedy
        assert losses[-1] < losses[0], remedy
        assert not report


@pytest.mark.spec("S-278")
def test_the_more_dimensions_the_rarer_a_minimum() -> None:
    """Of random symmetric matrices, the share that curve upwards in every direction falls faster than 2⁻ⁿ."""
    rng = np.random.default_rng(0)
    shares = []
    for n in range(1, 6):
        a = rng.normal(size=(10_000, n, n))
        least = np.linalg.eigvalsh((a + a.transpose(0, 2, 1)) / 2)[:, 0]
        shares.append(float((least > 0).mean()))
    expected = [0.499, 0.145, 0.025, 0.002, 0.0002]
    spread = [4 * (p * (1 - p) / 10_000) ** 0.5 for p in expected]
    for share, value, room in zip(shares, expected, spread, strict=True):
        assert share == pytest.approx(value, abs=room + 5e-4)
    assert all(share <= 2.0**-n * 1.05 for n, share in enumerate(shares, 1))


@pytest.mark.spec("S-278")
def test_noise_prefers_the_flat_of_two_minima() -> None:
    """Steps that jump out of a narrow valley stay in a wide one of the same depth."""

    def valleys(x: Any) -> Any:
        return 1 - (-0.5 * (x - 2) ** 2 / 1.0).exp() - (-0.5 * (x + 2) ** 2 / 0.01).exp()

    ends = []
    for start in np.linspace(-2.2, 3.0, 27):
        x = Tensor(np.array(start), requires_grad=True)
        optimizer = SGD([x], lr=0.05, momentum=0.9)
        for _ in range(200):
            optimizer.zero_grad()
            valleys(x).backward()
            optimizer.step()
        ends.append(float(x))
    found = np.array(ends)
    assert (np.abs(found - 2) < 0.1).sum() > 10 * (np.abs(found + 2) < 0.05).sum()
