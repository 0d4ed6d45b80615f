"""Schedules: PyTorch's rates epoch by epoch, and the formulas of those PyTorch has not."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from autograd import Value
from optim import SGD, Adam, Optimizer, OptimizerError, lr_scheduler

SCHEDULES: list[tuple[str, dict[str, Any]]] = [
    ("LambdaLR", {"lr_lambda": lambda t: 0.9**t / (1 + t)}),
    ("StepLR", {"step_size": 5, "gamma": 0.5}),
    ("StepLR", {"step_size": 2}),
    ("MultiStepLR", {"milestones": [3, 4, 17], "gamma": 0.3}),
    ("ExponentialLR", {"gamma": math.exp(-0.1)}),
    ("ConstantLR", {}),
    ("ConstantLR", {"factor": 0.2, "total_iters": 7}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.1, "end_factor": 0.7, "total_iters": 9}),
    ("PolynomialLR", {"total_iters": 20, "power": 2.0}),
    ("CosineAnnealingLR", {"T_max": 10, "eta_min": 0.01}),
    ("CosineAnnealingWarmRestarts", {"T_0": 4, "eta_min": 0.1}),
    ("CosineAnnealingWarmRestarts", {"T_0": 3, "T_mult": 2}),
    ("CyclicLR", {"base_lr": 0.1, "max_lr": 0.5, "step_size_up": 4, "cycle_momentum": False}),
    ("CyclicLR", {"base_lr": 0.1, "max_lr": 0.5, "step_size_up": 4, "step_size_down": 6, "mode": "triangular2"}),
    ("CyclicLR", {"base_lr": 0.1, "max_lr": 0.5, "step_size_up": 3, "mode": "exp_range", "gamma": 0.95}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 51}),
    (
        "OneCycleLR",
        {"max_lr": 1.0, "total_steps": 60, "anneal_strategy": "linear", "pct_start": 0.4, "div_factor": 7},
    ),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 55, "three_phase": True}),
]
ids = [f"{name}-{'-'.join(options)}" for name, options in SCHEDULES]


def ours(**options: Any) -> Optimizer:
    return SGD([Value(1.0)], **{"lr": 0.8, "momentum": 0.9, **options})


def theirs() -> Any:
    import torch

    return torch.optim.SGD([torch.zeros(1, dtype=torch.float64, requires_grad=True)], lr=0.8, momentum=0.9)


@pytest.mark.spec("S-253", "S-255", "S-261")
@pytest.mark.needs("torch")
@pytest.mark.filterwarnings("ignore:Detected call of")
@pytest.mark.parametrize(("name", "options"), SCHEDULES, ids=ids)
def test_fifty_epochs(name: str, options: dict[str, Any]) -> None:
    import torch

    mine, reference = ours(), theirs()
    schedule, other = (
        getattr(lr_scheduler, name)(mine, **options),
        getattr(torch.optim.lr_scheduler, name)(reference, **options),
    )
    for t in range(51):
        group, expected = mine.param_groups[0], reference.param_groups[0]
        assert group["lr"] == pytest.approx(expected["lr"], rel=1e-12, abs=1e-14), t
        assert group["momentum"] == pytest.approx(expected["momentum"], rel=1e-12), t
        if t < 50:
            schedule.step()
            other.step()


@pytest.mark.needs("torch")
@pytest.mark.filterwarnings("ignore")
def test_chained_and_sequential() -> None:
    import torch

    mine, reference = ours(), theirs()
    chain = lr_scheduler.ChainedScheduler(
        [lr_scheduler.ConstantLR(mine, 0.1, 3), lr_scheduler.ExponentialLR(mine, 0.9), lr_scheduler.StepLR(mine, 4)]
    )
    torch_lr = torch.optim.lr_scheduler
    other: Any = torch_lr.ChainedScheduler(
        [torch_lr.ConstantLR(reference, 0.1, 3), torch_lr.ExponentialLR(reference, 0.9), torch_lr.StepLR(reference, 4)]
    )
    for _ in range(20):
        chain.step()
        other.step()
        assert mine.lr == pytest.approx(reference.param_groups[0]["lr"], rel=1e-12)
    mine, reference = ours(), theirs()
    sequence = lr_scheduler.SequentialLR(
        mine, [lr_scheduler.LinearLR(mine, 0.1, total_iters=5), lr_scheduler.CosineAnnealingLR(mine, 20)], [5]
    )
    other = torch_lr.SequentialLR(
        reference, [torch_lr.LinearLR(reference, 0.1, total_iters=5), torch_lr.CosineAnnealingLR(reference, 20)], [5]
    )
    for _ in range(24):
        sequence.step()
        other.step()
        assert mine.lr == pytest.approx(reference.param_groups[0]["lr"], rel=1e-12)


def test_a_rate_changed_by_hand_is_kept_in_proportion() -> None:
    optimizer = ours(lr=1.0)
    schedule = lr_scheduler.ExponentialLR(optimizer, 0.5)
    schedule.step()
    optimizer.lr = 5.0
    schedule.step()
    assert optimizer.lr == 2.5


@pytest.mark.spec("S-252")
def test_a_constant_rate_and_how_it_fails() -> None:
    """On ½λx²: below 1/λ monotone, up to 2/λ alternating and shrinking, at 2/λ a cycle, above it growth."""

    def run(product: float) -> list[float]:
        x = Value(1.0)
        optimizer = SGD([x], lr=product)
        schedule = lr_scheduler.ConstantLR(optimizer, factor=1.0)
        seen = [x.data]
        for _ in range(20):
            optimizer.zero_grad()
            (0.5 * x * x).backward()
            optimizer.step()
            schedule.step()
            seen.append(x.data)
        return seen

    slow, alternating, cycle, growing = run(0.5), run(1.5), run(2.0), run(2.5)
    assert all(a > b > 0 for a, b in pairwise(slow))
    assert all(a * b < 0 and abs(b) < abs(a) for a, b in pairwise(alternating))
    assert cycle == [(-1.0) ** i for i in range(21)]
    assert abs(growing[-1]) > 1000


@pytest.mark.spec("S-254")
def test_halving_when_the_error_rises() -> None:
    optimizer = ours(lr=1.0)
    schedule = lr_scheduler.HalveOnIncrease(optimizer)
    seen = []
    for error in (5, 4, 4.5, 4.4, 4.6):
        schedule.step(error)
        seen.append(optimizer.lr)
    assert seen == [1, 1, 0.5, 0.5, 0.25]


@pytest.mark.spec("S-256")
@pytest.mark.parametrize(("base", "expected"), [(math.e, 1 / math.e), (10.0, 0.1)])
def test_a_drop_every_five_epochs(base: float, expected: float) -> None:
    optimizer = ours(lr=1.0)
    schedule = lr_scheduler.ExponentialLR(optimizer, gamma=1 / base, every=5)
    for _ in range(5):
        schedule.step()
    assert optimizer.lr == pytest.approx(expected, rel=1e-14)
    assert math.log(base) / 5 == pytest.approx({math.e: 0.2, 10.0: 0.4605}[base], abs=1e-4)
    assert (math.log(base) / 5 > math.log(2) / 2) == (base == 10.0), "only base 10 falls faster than halving every two"


@pytest.mark.spec("S-257")
def test_one_over_t() -> None:
    schedule = lr_scheduler.InverseTimeDecay(ours(lr=0.6), k=0.1)
    for _ in range(10):
        schedule.step()
    assert schedule.get_last_lr() == [pytest.approx(0.3, rel=1e-15)]


@pytest.mark.spec("S-258")
def test_diminishing_rates() -> None:
    schedule = lr_scheduler.DiminishingLR(ours(lr=2.0), b=3.0)
    assert schedule.get_last_lr() == [0.5]
    rates = [schedule.rate(2.0, t) for t in range(100_000)]
    assert sum(rates[10_000:]) > 4, "the sum goes on growing"
    assert sum(r * r for r in rates[10_000:]) < 1e-3, "the squares do not"
    root = lr_scheduler.InverseSqrtLR(ours(lr=2.0))
    assert [root.rate(2.0, t) for t in (0, 3)] == [2.0, 1.0]


@pytest.mark.spec("S-259")
@pytest.mark.needs("torch")
@pytest.mark.parametrize("options", [{"factor": 0.5, "patience": 2}, {"factor": 0.3, "patience": 1, "cooldown": 2},
                                     {"mode": "max", "patience": 0, "threshold_mode": "abs", "threshold": 0.05},
                                     {"factor": 0.1, "patience": 0, "min_lr": 0.2}])  # fmt: skip
def test_plateaus(options: dict[str, Any]) -> None:
    import torch

    metrics = [1, 0.9, 0.9, 0.9, 0.9, 0.8, 0.8, 0.8, 0.8, 0.8, 0.85, 0.7, 0.7, 0.7]
    mine, reference = ours(), theirs()
    schedule, other = (
        lr_scheduler.ReduceLROnPlateau(mine, **options),
        torch.optim.lr_scheduler.ReduceLROnPlateau(reference, **options),
    )
    for metric in metrics:
        schedule.step(metric)
        other.step(metric)
        assert mine.lr == reference.param_groups[0]["lr"]
    if options == {"factor": 0.5, "patience": 2}:
        fresh = ours(lr=1.0)
        again, seen = lr_scheduler.ReduceLROnPlateau(fresh, **options), []
        for metric in metrics[:10]:
            again.step(metric)
            seen.append(fresh.lr)
        assert seen == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25]


@pytest.mark.spec("S-260")
def test_momentum_grows_in_steps() -> None:
    optimizer = ours()
    schedule = lr_scheduler.MomentumSchedule(optimizer, beta_max=0.999)
    assert [round(schedule.momentum(t), 6) for t in (0, 249, 250, 500, 750, 1000)] == [
        0.5, 0.5, 0.75, 0.833333, 0.875, 0.9,
    ]  # fmt: skip
    assert optimizer.param_groups[0]["momentum"] == 0.5
    for _ in range(250):
        schedule.step()
    assert optimizer.param_groups[0]["momentum"] == 0.75
    assert lr_scheduler.MomentumSchedule(optimizer, beta_max=0.9).momentum(10**6) == 0.9


@pytest.mark.spec("S-262")
def test_restarts_in_both_readings() -> None:
    notes = lr_scheduler.CosineAnnealingWarmRestarts(ours(lr=1.0), T_0=4, eta_min=0.1, inclusive=True)
    usual = lr_scheduler.CosineAnnealingWarmRestarts(ours(lr=1.0), T_0=4, eta_min=0.1)
    assert [round(notes.rate(1.0, t), 4) for t in range(6)] == [1, 0.8682, 0.55, 0.2318, 0.1, 1]
    assert [round(usual.rate(1.0, t), 4) for t in range(6)] == [1, 0.8682, 0.55, 0.2318, 1, 0.8682]


@pytest.mark.spec("S-261")
def test_a_triangle() -> None:
    schedule = lr_scheduler.CyclicLR(ours(), 0.1, 0.5, step_size_up=4, cycle_momentum=False)
    seen = [round(schedule.rate(0.0, t), 12) for t in range(9)]
    assert seen == [0.1, 0.2, 0.3, 0.4, 0.5, 0.4, 0.3, 0.2, 0.1]


def test_adam_s_momentum_is_its_first_beta() -> None:
    optimizer = Adam([Value(1.0)])
    lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=10)
    assert optimizer.param_groups[0]["betas"] == (0.95, 0.999)


@pytest.mark.parametrize(("name", "options"), SCHEDULES, ids=ids)
def test_resuming_a_schedule(name: str, options: dict[str, Any]) -> None:
    first, second = ours(), ours()
    schedule = getattr(lr_scheduler, name)(first, **options)
    for _ in range(7):
        schedule.step()
    resumed = getattr(lr_scheduler, name)(second, **options)
    second.load_state_dict(first.state_dict())
    resumed.load_state_dict(schedule.state_dict())
    for _ in range(7):
        schedule.step()
        resumed.step()
        assert second.lr == first.lr


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda o: lr_scheduler.StepLR(o, 0), "step_size must be a whole number from 1 on"),
        (lambda o: lr_scheduler.StepLR(o, 1, gamma=-1), "gamma must be a positive number"),
        (lambda o: lr_scheduler.MultiStepLR(o, [3, 1]), "milestones must be in order"),
        (lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 0), "T_0 must be a whole number"),
        (lambda o: lr_scheduler.CyclicLR(o, 0.1, 0.5, mode="square"), "mode must be"),
        (lambda o: lr_scheduler.OneCycleLR(o, 1.0, 10, pct_start=2.0), "pct_start must be from 0 to 1"),
        (lambda o: lr_scheduler.OneCycleLR(o, 1.0, 10, anneal_strategy="step"), "anneal_strategy must be"),
        (lambda o: lr_scheduler.ReduceLROnPlateau(o, factor=1.0), "factor must be below 1"),
        (lambda o: lr_scheduler.ReduceLROnPlateau(o, mode="low"), "mode is 'min' or 'max'"),
        (lambda o: lr_scheduler.SequentialLR(o, [lr_scheduler.StepLR(o, 1)], [3]), "need 0 rising milestones"),
        (lambda _: lr_scheduler.ChainedScheduler([]), "at least one schedule"),
        (lambda _: lr_scheduler.StepLR(3, 1), "schedules an Optimizer, not a int"),
        (lambda o: lr_scheduler.StepLR(o, 1).load_state_dict({"t": 1}), "cannot take over a state of t"),
    ],
)
def test_what_makes_no_sense(make: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(OptimizerError, match=message):
        make(ours())


def test_an_optimizer_without_momentum_cannot_cycle_it() -> None:
    from optim import Adagrad

    with pytest.raises(OptimizerError, match="has no momentum to schedule"):
        lr_scheduler.CyclicLR(Adagrad([Value(1.0)]), 0.1, 0.5)
