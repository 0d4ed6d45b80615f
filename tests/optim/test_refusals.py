"""Whatever makes no sense is refused by an OptimizerError that names it, before anything is changed."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Tensor, Value
from optim import SGD, Adam, OptimizerError, lr_scheduler

RULES = ["SGD", "Adam", "AdamW", "Adagrad", "RMSprop", "Adadelta", "Adamax", "MaxProp", "NAdam", "RAdam", "Lion",
         "AdaHessian", "Newton", "DiagonalNewton", "GaussNewton"]  # fmt: skip
NEEDED: dict[str, dict[str, Any]] = {
    "StepLR": {"step_size": 2}, "ExponentialLR": {"gamma": 0.5}, "CosineAnnealingLR": {"T_max": 3},
    "CosineAnnealingWarmRestarts": {"T_0": 3}, "CyclicLR": {"base_lr": 0.1, "max_lr": 0.2},
    "OneCycleLR": {"max_lr": 0.1, "total_steps": 5}, "InverseTimeDecay": {"k": 0.1}, "ConstantLR": {}, "LinearLR": {},
    "PolynomialLR": {}, "DiminishingLR": {}, "ReduceLROnPlateau": {}, "HalveOnIncrease": {}, "MomentumSchedule": {},
}  # fmt: skip
SENSELESS = [-1.0, math.nan, math.inf, "x", None, True]


def numeric(of: Any, needed: dict[str, Any]) -> list[str]:
    """The names of the numbers something is made with."""
    found = [
        p.name for p in inspect.signature(of).parameters.values()
        if (type(p.default) in (int, float) or p.name in needed) and p.name != "optimizer"
    ]  # fmt: skip
    assert found or of in (lr_scheduler.InverseSqrtLR,)
    return found


@pytest.mark.parametrize("value", SENSELESS, ids=map(str, SENSELESS))
@pytest.mark.parametrize("name", RULES)
def test_every_number_of_every_optimizer(name: str, value: Any) -> None:
    rule = getattr(optim, name)
    for setting in numeric(rule, {}):
        with pytest.raises(OptimizerError, match=setting):
            rule([Tensor([1.0, 2.0], requires_grad=True)], **{setting: value})


@pytest.mark.parametrize("name", [n for n in RULES if "betas" in inspect.signature(getattr(optim, n)).parameters])
@pytest.mark.parametrize("betas", [(0.9,), 0.9, (1.0, 0.9), (0.9, 1.0), (-0.1, 0.9), (0.9, math.nan), ("a", 0.9), None])
def test_betas(name: str, betas: Any) -> None:
    with pytest.raises(OptimizerError, match="betas"):
        getattr(optim, name)([Value(1.0)], betas=betas)


@pytest.mark.parametrize("value", SENSELESS, ids=map(str, SENSELESS))
@pytest.mark.parametrize("name", NEEDED)
def test_every_number_of_every_schedule(name: str, value: Any) -> None:
    schedule = getattr(lr_scheduler, name)
    for setting in numeric(schedule, NEEDED[name]):
        with pytest.raises(OptimizerError, match=setting):
            schedule(SGD([Value(1.0)], lr=0.1, momentum=0.9), **{**NEEDED[name], setting: value})


@pytest.mark.parametrize("value", SENSELESS, ids=map(str, SENSELESS))
@pytest.mark.parametrize("clip", [optim.clip_grad_norm_, optim.clip_grad_value_, optim.clip_grad_adaptive_])
def test_bounds_of_clipping(clip: Callable[..., Any], value: Any) -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    x.grad = np.array([3.0, 4.0])
    with pytest.raises(OptimizerError):
        clip([x], value)
    assert x.grad.tolist() == [3.0, 4.0]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (lambda: Tensor([1.0], requires_grad=True), "takes a list of parameters, .* not a Tensor"),
        (lambda: Value(1.0), "not a Value"),
        (lambda: None, "not a NoneType"),
        (lambda: nn.Linear(2, 2), "not a Linear"),
        (lambda: {"params": [Value(1.0)]}, "not a dict"),
        (list, "was given no parameters"),
        (lambda: iter(()), "was given no parameters"),
        (lambda: [{"params": []}], "was given no parameters"),
        (lambda: [np.ones(3)], "changes leaf Values and Tensors"),
    ],
)
def test_what_is_no_list_of_parameters(parameters: Callable[[], Any], message: str) -> None:
    with pytest.raises(OptimizerError, match=message):
        Adam(parameters())


@pytest.mark.parametrize("size", [3, 20_000])
def test_a_gradient_of_another_shape(size: int) -> None:
    x, y = Tensor(np.ones(size), requires_grad=True), Tensor(np.ones(2), requires_grad=True, name="bias")
    x.grad, y.grad = np.ones(size), np.ones(3)
    with pytest.raises(OptimizerError, match=r"the gradient of bias has shape \(3,\), but the parameter \(2,\)"):
        SGD([x, y], lr=0.5).step()
    assert (x.data == 1).all()
    # Two that would fit when their numbers are laid end to end.
    y.grad, x.grad = np.ones(size), np.ones(2)
    with pytest.raises(OptimizerError, match="the gradient of"):
        SGD([x, y], lr=0.5).step()


@pytest.mark.parametrize("kind", ["values", "small", "large"])
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_gradient_that_is_not_finite(kind: str, bad: float) -> None:
    """By option: raise and change nothing, skip the step with a warning, or go on; a second step as a first."""
    shape = {"values": (), "small": (3,), "large": (20_000,)}[kind]
    for first_was_fine in (False, True):
        for option in ("raise", "skip", "allow"):
            p: Any = Value(1.0, name="w") if kind == "values" else Tensor(np.ones(shape), name="w")
            optimizer = SGD([p], lr=0.0 if first_was_fine else 0.5, nonfinite=option)
            if first_was_fine:
                p.grad = 0.0 if kind == "values" else np.zeros(p.shape)
                optimizer.step()
                optimizer.lr = 0.5
            p.grad = bad if kind == "values" else np.full(p.shape, bad)
            if option == "raise":
                with pytest.raises(OptimizerError, match="the gradient of the parameter w is not finite"):
                    optimizer.step()
            elif option == "skip":
                with pytest.warns(RuntimeWarning, match="this step was skipped"):
                    optimizer.step()
            else:
                optimizer.step()
            assert np.all(np.asarray(p.data) == 1.0) == (option != "allow")


def test_a_state_that_makes_no_sense_changes_nothing() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    x.grad = np.ones(2)
    adam = Adam([x], lr=0.1)
    adam.step()
    state = adam.state_dict()
    group = state["param_groups"][0]
    cases: list[tuple[Any, str]] = [
        (None, "the state of None"),
        ({"state": {}, "param_groups": []}, "the state of None"),
        ({"optimizer": "Adam"}, "has the entries 'state' and 'param_groups'"),
        ({**state, "param_groups": [{**group, "lr": -1.0}]}, "lr must be"),
        ({**state, "param_groups": [{**group, "speed": 1.0}]}, "differ in the setting 'speed'"),
        ({**state, "param_groups": [{"params": [0], "lr": 0.1}]}, "differ in the setting 'amsgrad'"),
        ({**state, "state": {0: {"step": 1, "m": "text"}}}, r"m of parameter 0 has shape \(\)"),
    ]
    for broken, message in cases:
        fresh = Adam([x], lr=0.3)
        with pytest.raises(OptimizerError, match=message):
            fresh.load_state_dict(broken)
        assert fresh.lr == 0.3
        assert fresh.state_dict()["state"] == {}


def test_numbers_of_numpy_are_numbers() -> None:
    x = Tensor(np.array([1.0, 2.0], "f4"), requires_grad=True)
    x.grad = np.array([1.0, 1.0], "f4")
    SGD([x], lr=np.float64(0.5), momentum=np.float32(0.5)).step()  # type: ignore[arg-type]
    assert x.data.tolist() == [0.5, 1.5]
    assert x.dtype == np.float32


def test_a_phase_of_no_steps_is_over_at_once() -> None:
    schedule = lr_scheduler.OneCycleLR(SGD([Value(1.0)], momentum=0.9), max_lr=1.0, total_steps=10, pct_start=0.1)
    assert schedule.get_last_lr() == [1.0]
