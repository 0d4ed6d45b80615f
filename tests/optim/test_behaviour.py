"""What the rules do: counts, oscillation, look-ahead, bias, norms, sparse features, saddles, kinks, decay."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, is_grad_enabled, trace
from nn.data import DataLoader
from optim import SGD, Adagrad, Adam, Adamax, MaxProp, Optimizer, OptimizerError, RMSprop, lr_scheduler

START, SCALES, RATE, KEEP = np.array([3.0, -2.0]), np.array([1.0, 10.0]), 0.05, 0.9


def bowl(x: Any) -> Any:
    return (x * x * SCALES).sum() * 0.5


def followed(optimizer: Optimizer, x: Any, f: Callable[[Any], Any], steps: int) -> list[Any]:
    """The points after each step, the start first, by a closure."""

    def closure() -> Any:
        optimizer.zero_grad()
        loss = f(x)
        loss.backward()
        return loss

    path = [np.array(x.data)]
    for _ in range(steps):
        optimizer.step(closure)
        path.append(np.array(x.data))
    return path


# ------------------------------------------------------------------------------------------------------ work and noise


@pytest.mark.spec("S-211")
def test_work_grows_with_epochs_rows_and_features() -> None:
    """Multiplications counted, not timed: those of the graphs that training by rows builds and goes back over."""

    def work(epochs: int, rows: int, features: int) -> int:
        rng = np.random.default_rng(0)
        x, y = rng.normal(size=(rows, features)).tolist(), rng.normal(size=rows).tolist()
        w = [Value(0.0) for _ in range(features)]
        optimizer, count = SGD(w, lr=0.01), 0
        for _ in range(epochs):
            optimizer.zero_grad()
            for row, target in zip(x, y, strict=True):
                total = w[0] * row[0]
                for weight, number in zip(w[1:], row[1:], strict=True):
                    total = total + weight * number
                loss = (total - target) ** 2
                record = trace(loss)
                count += sum(node.gate == "mul" for node in record.nodes)
                count += sum(record.nodes[edge.child].gate == "mul" and edge.passes for edge in record.edges)
                loss.backward()
            optimizer.step()
        return count

    base = work(2, 5, 3)
    assert base == 2 * 2 * 5 * 3
    assert work(6, 5, 3) == 3 * base
    assert work(2, 20, 3) == 4 * base
    assert work(2, 5, 30) == 10 * base


@pytest.mark.spec("S-212")
def test_larger_batches_update_less_often_and_vary_less() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(256, 1))
    updates, variances = [], []
    for size in (1, 4, 16, 64):
        w = Tensor(np.zeros(1), requires_grad=True)
        optimizer, made, seen = SGD([w], lr=0.0), 0, []
        for epoch in range(8):
            for (batch,) in DataLoader(x, batch_size=size, shuffle=True, rng=epoch):
                optimizer.zero_grad()
                (0.5 * (w - Tensor(np.asarray(batch))) ** 2).mean().backward()
                seen.append(float(w.grad[0]))
                optimizer.step()
                made += 1
        updates.append(made // 8)
        variances.append(np.var(seen))
    assert updates == [256, 64, 16, 4]
    assert all(later < before for before, later in itertools.pairwise(variances))
    # Without replacement the variance is σ²/m · (N − m)/(N − 1).
    for size, variance in zip((1, 4, 16, 64), variances, strict=True):
        assert variance == pytest.approx(x.var() / size * (256 - size) / 255, rel=0.4)


# ------------------------------------------------------------------------------------------------------------ momentum


@pytest.mark.spec("S-215")
def test_momentum_overshoots_and_nesterov_less() -> None:
    def run(**options: Any) -> np.ndarray:
        x = Tensor(1.0, requires_grad=True)
        return np.array(followed(SGD([x], lr=0.1, momentum=0.9, **options), x, lambda x: 0.5 * x * x, 60))

    heavy, ahead = run(), run(nesterov=True, form="lookahead")
    assert heavy.min() == pytest.approx(-0.603717, abs=1e-6)
    assert ahead.min() == pytest.approx(-0.354595, abs=1e-6)
    assert abs(heavy[60]) == pytest.approx(0.0381, abs=5e-5)
    assert abs(ahead[60]) == pytest.approx(0.0018, abs=5e-5)


@pytest.mark.spec("S-215")
def test_momentum_wins_on_a_gentle_slope() -> None:
    def moved(momentum: float) -> float:
        x = Tensor(3.0, requires_grad=True)
        return 3.0 - float(followed(SGD([x], lr=0.1, momentum=momentum), x, lambda x: 1 - (-(x * x)).exp(), 100)[-1])

    assert moved(0.0) == pytest.approx(0.0076, abs=5e-5)
    assert moved(0.9) == pytest.approx(0.0806, abs=5e-5)


@pytest.mark.spec("S-216")
@pytest.mark.parametrize("convention", ["velocity", "accumulate"])
@pytest.mark.parametrize("kind", ["tensor", "large tensor", "values"])
def test_looking_ahead(convention: Any, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if kind == "large tensor":
        monkeypatch.setattr("optim.blocks.SMALL", 0)
    x: Any = [Value(v) for v in START] if kind == "values" else Tensor(START.copy(), requires_grad=True)
    optimizer = SGD(
        x if kind == "values" else [x], lr=RATE, momentum=KEEP, nesterov=True, form="lookahead", convention=convention
    )
    twin, v = START.copy(), np.zeros(2)
    for _ in range(20):

        def closure() -> Any:
            assert is_grad_enabled()
            optimizer.zero_grad()
            loss = 0.5 * (x[0] * x[0] + 10 * x[1] * x[1])
            loss.backward()
            return loss

        optimizer.step(closure)
        v = KEEP * v + RATE * SCALES * (twin - KEEP * v)
        twin = twin - v
        np.testing.assert_allclose([float(p) for p in x], twin, rtol=1e-12)
    np.testing.assert_allclose(twin, [-0.339947852132, 0.000679751583], atol=5e-11)


@pytest.mark.spec("S-216", "S-217")
def test_both_forms_pass_the_same_points_ahead() -> None:
    a, b = Tensor(START.copy(), requires_grad=True), Tensor(START.copy(), requires_grad=True)
    ahead = SGD([a], lr=RATE, momentum=KEEP, nesterov=True, form="lookahead", convention="velocity")
    points = followed(ahead, a, bowl, 20)
    shifted = followed(SGD([b], lr=RATE, momentum=KEEP, nesterov=True), b, bowl, 20)
    for t in range(1, 21):
        velocity = points[t - 1] - points[t]
        np.testing.assert_allclose(points[t] - KEEP * velocity, shifted[t], rtol=1e-12, atol=1e-14)


@pytest.mark.spec("S-216")
def test_a_look_ahead_without_the_rate_diverges() -> None:
    """w − βu in place of w − ηβu, as it is sometimes printed."""
    w, u = START.copy(), np.zeros(2)
    for _ in range(20):
        u = KEEP * u + SCALES * (w - KEEP * u)
        w = w - RATE * u
    assert np.abs(w).max() > 1e15


@pytest.mark.spec("S-216")
def test_looking_ahead_puts_the_parameters_back() -> None:
    x = Tensor(START.copy(), requires_grad=True)
    optimizer = SGD([x], lr=RATE, momentum=KEEP, nesterov=True, form="lookahead")
    followed(optimizer, x, bowl, 3)
    here = x.data.copy()

    def broken() -> Any:
        assert (x.data != here).all(), "the closure runs further on"
        raise RuntimeError("no loss")

    with pytest.raises(RuntimeError, match="no loss"):
        optimizer.step(broken)
    np.testing.assert_array_equal(x.data, here)
    with pytest.raises(OptimizerError, match="give step a closure"):
        optimizer.step()
    with pytest.raises(OptimizerError, match="form must be"):
        SGD([x], form="backwards")  # type: ignore[arg-type]


@pytest.mark.spec("S-218")
def test_nesterov_without_the_step_before() -> None:
    x = Tensor(START.copy(), requires_grad=True)
    path = followed(SGD([x], lr=RATE, momentum=KEEP, nesterov=True), x, bowl, 20)
    w, m = START.copy(), np.zeros(2)
    printed, both = START.copy(), np.zeros(2)
    for t in range(1, 21):
        g = SCALES * w
        m = KEEP * m + g
        w = w - RATE * (KEEP * m + g)
        np.testing.assert_allclose(path[t], w, rtol=1e-12, atol=1e-15)
        g = SCALES * printed
        both = KEEP * both + RATE * g
        printed = printed - RATE * (KEEP * both + RATE * g)
    assert np.abs(printed - w).max() == pytest.approx(2.4, abs=0.1), "with the rate in both places"


# ------------------------------------------------------------------------------------------------------ adaptive rules


@pytest.mark.spec("S-224")
def test_why_the_moments_are_corrected() -> None:
    """For a constant gradient of 2 the raw mean starts too small by 1 − βᵗ; divided by that it is 2 at once."""
    x = Tensor([0.0], requires_grad=True)
    optimizer = Adam([x], lr=0.1, betas=(0.9, 0.999))
    for t in range(1, 30):
        x.grad = np.array([2.0])
        optimizer.step()
        m = float(optimizer.state_dict()["state"][0]["m"][0])
        assert m == pytest.approx([0.2, 0.38, 0.542][t - 1] if t < 4 else 2 * (1 - 0.9**t), rel=1e-12)
        assert m / (1 - 0.9**t) == pytest.approx(2.0, rel=1e-12)


@pytest.mark.spec("S-226")
def test_the_norm_whose_power_has_no_end() -> None:
    x = np.array([3.0, -4.0])

    def norm(p: float) -> float:
        return float(4 * ((np.abs(x) / 4) ** p).sum() ** (1 / p))

    assert norm(2) == pytest.approx(5.0, rel=1e-15)
    assert norm(50) == pytest.approx(4.0, abs=1e-6)
    assert [norm(p) for p in (1, 2, 4, 8, 50)] == sorted((norm(p) for p in (1, 2, 4, 8, 50)), reverse=True)


@pytest.mark.spec("S-226", "S-227")
@pytest.mark.parametrize("make", [lambda x: MaxProp([x], lr=0.1, beta=0.9), lambda x: Adamax([x], lr=0.1, eps=0.0)])
def test_the_recursion_is_the_largest_faded_gradient(make: Callable[[Any], Optimizer]) -> None:
    beta = 0.9 if "MaxProp" in repr(make(Tensor([0.0], requires_grad=True))) else 0.999
    x = Tensor([0.0], requires_grad=True)
    optimizer, seen = make(x), np.random.default_rng(0).normal(size=30)
    for t in range(30):
        x.grad = seen[t : t + 1]
        optimizer.step()
        state = optimizer.state_dict()["state"][0]
        largest = max(beta ** (t - k) * abs(seen[k]) for k in range(t + 1))
        assert float(state["v" if beta == 0.9 else "u"][0]) == pytest.approx(largest, rel=1e-12)


@pytest.mark.spec("S-230")
def test_rare_features_keep_a_larger_rate() -> None:
    rng = np.random.default_rng(0)
    w = Tensor(np.zeros(2), requires_grad=True)
    optimizer = Adagrad([w], lr=0.1)
    rates = []
    for _ in range(1000):
        w.grad = np.array([rng.normal(), rng.normal() * (rng.uniform() < 0.01)])
        optimizer.step()
        with np.errstate(divide="ignore"):
            rates.append(0.1 / np.sqrt(optimizer.state_dict()["state"][0]["squares"]))
    assert rates[-1][1] > 5 * rates[-1][0]
    assert all((b <= a).all() for a, b in itertools.pairwise(rates)), "Adagrad's never rises"


@pytest.mark.spec("S-220")
def test_rmsprop_rates_rise_again() -> None:
    x = Tensor([0.0], requires_grad=True)
    optimizer, rates = RMSprop([x], lr=0.1, alpha=0.9), []
    for g in [1.0] * 20 + [0.01] * 20:
        x.grad = np.array([g])
        optimizer.step()
        rates.append(0.1 / float(np.sqrt(optimizer.state_dict()["state"][0]["squares"][0])))
    assert rates[19] < rates[0]
    assert rates[39] > 2 * rates[19]


# --------------------------------------------------------------------------------------------------- saddles and kinks


def saddle(x: Any) -> Any:
    return x[0] * x[0] - x[1] * x[1]


@pytest.mark.spec("S-238")
@pytest.mark.parametrize("seed", range(5))
def test_noise_leaves_a_saddle(seed: int) -> None:
    x = Tensor([1.0, 0.0], requires_grad=True)
    still = followed(SGD([x], lr=0.1), x, saddle, 100)
    assert all(p[1] == 0.0 for p in still)
    assert abs(still[-1][0]) < 1e-9, "descent arrives at the saddle"
    y = Tensor([1.0, 0.0], requires_grad=True)
    path = followed(SGD([y], lr=0.1, grad_noise=1e-3, rng=seed), y, saddle, 100)
    assert abs(path[-1][1]) > 1
    assert path[60][1] / path[59][1] == pytest.approx(1.2, rel=0.02)
    z = Tensor([1.0, 0.0], requires_grad=True)
    again = followed(SGD([z], lr=0.1, grad_noise=1e-3, rng=seed), z, saddle, 100)
    np.testing.assert_array_equal(again[-1], path[-1])


@pytest.mark.spec("S-238")
def test_the_noise_has_the_size_that_was_asked_for() -> None:
    for size in (300, 20_000):
        x = Tensor(np.zeros(size, np.float32), requires_grad=True)
        x.grad = np.zeros(size, np.float32)
        SGD([x], lr=1.0, grad_noise=0.5, rng=0).step()
        assert x.dtype == np.float32
        assert (x.grad == 0).all(), "the gradient itself stays"
        assert float(x.data.std()) == pytest.approx(0.5, rel=0.1)
    with pytest.raises(OptimizerError, match="grad_noise"):
        SGD([x], grad_noise=-1.0)


@pytest.mark.spec("S-239")
def test_a_start_beside_the_saddle_leaves_it_too() -> None:
    x = Tensor([1.0, 1e-6], requires_grad=True)
    for t, p in enumerate(followed(SGD([x], lr=0.1), x, saddle, 80)):
        np.testing.assert_allclose(p, [0.8**t, 1e-6 * 1.2**t], rtol=1e-12)


@pytest.mark.spec("S-240")
def test_a_fixed_step_never_settles_at_a_kink() -> None:
    x = Tensor(1.0, requires_grad=True)
    path = [float(p) for p in followed(SGD([x], lr=0.3), x, abs, 50)]
    assert path[3:7] == pytest.approx([0.1, -0.2, 0.1, -0.2], abs=1e-12)
    assert {round(p, 9) for p in path[3:]} == {0.1, -0.2}
    y = Value(1.0)
    optimizer = SGD([y], lr=0.3)
    schedule = lr_scheduler.InverseSqrtLR(optimizer)
    for t in range(1, 2001):
        rate = optimizer.lr
        optimizer.zero_grad()
        abs(y).backward()
        optimizer.step()
        schedule.step()
        assert rate == pytest.approx(0.3 / t**0.5, rel=1e-12)
        if t > 10:
            assert abs(y.data) <= rate * (1 + 1e-9)
    assert abs(y.data) <= 0.3 / 2000**0.5 * (1 + 1e-9)


@pytest.mark.spec("S-263")
def test_a_rate_that_decays_ends_the_noise() -> None:
    """On a noisy parabola a constant rate keeps a variance of about rate/2; 1/t decay goes below a tenth of it."""

    def ends(decay: bool) -> Iterable[float]:
        for seed in range(40):
            rng = np.random.default_rng(seed)
            x = Value(1.0)
            optimizer = SGD([x], lr=0.5)
            schedule = lr_scheduler.InverseTimeDecay(optimizer, 0.5) if decay else None
            for _ in range(400):
                x.grad = x.data + float(rng.normal())
                optimizer.step()
                if schedule is not None:
                    schedule.step()
            yield x.data

    constant, decayed = np.var(list(ends(False))), np.var(list(ends(True)))
    assert constant == pytest.approx(0.5 / (2 - 0.5), rel=0.6)
    assert decayed < constant / 10
