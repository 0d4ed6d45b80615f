"""Losses against PyTorch's, values and gradients, in every reduction and with every option."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import functional as F  # noqa: N812

rng = np.random.default_rng(0)
Z = rng.normal(0, 2, (5, 4))
T = rng.normal(0, 2, (5, 4))
P = rng.uniform(0.02, 0.98, (5, 4))
SHARES = rng.dirichlet(np.ones(4), 5)
YES = (rng.random((5, 4)) < 0.5).astype(float)
SIGNS = 2 * YES - 1
LABELS = np.array([0, 3, 1, 1, 2])
HOLES = np.array([0, -100, 1, -100, 2])
W = np.array([0.5, 2.0, 1.0, 0.0])
FAR = np.array([500.0, -500, 500, -500])
IMAGES = rng.normal(0, 2, (2, 4, 3, 2))
PIXELS = rng.integers(0, 4, (2, 3, 2))

REDUCTIONS = ("mean", "sum", "none")
LOG_P = np.log(SHARES)

CASES: list[tuple[str, str, Any, Any, dict[str, Any]]] = [
    ("mse", "mse_loss", Z, T, {}),
    ("l1", "l1_loss", Z, T, {}),
    ("smooth_l1", "smooth_l1_loss", Z, T, {}),
    ("smooth_l1 beta", "smooth_l1_loss", Z, T, {"beta": 2.5}),
    ("smooth_l1 kink", "smooth_l1_loss", Z, T, {"beta": 0.0}),
    ("huber", "huber_loss", Z, T, {}),
    ("huber delta", "huber_loss", Z, T, {"delta": 1.7}),
    ("bce", "binary_cross_entropy", P, YES, {}),
    ("bce of shares", "binary_cross_entropy", P, SHARES, {}),
    ("bce weighted", "binary_cross_entropy", P, YES, {"weight": W}),
    ("bce of certainty", "binary_cross_entropy", np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0]), {}),
    ("logits", "binary_cross_entropy_with_logits", Z, YES, {}),
    ("logits of shares", "binary_cross_entropy_with_logits", Z, SHARES, {}),
    ("logits weighted", "binary_cross_entropy_with_logits", Z, YES, {"weight": W, "pos_weight": 3 * W}),
    ("logits far out", "binary_cross_entropy_with_logits", FAR, np.array([0.0, 0, 1, 1]), {}),
    ("soft margin", "soft_margin_loss", Z, SIGNS, {}),
    ("nll", "nll_loss", LOG_P, LABELS, {}),
    ("nll weighted", "nll_loss", LOG_P, LABELS, {"weight": W}),
    ("nll with holes", "nll_loss", LOG_P, HOLES, {"weight": W}),
    ("nll of images", "nll_loss", IMAGES, PIXELS, {"weight": W, "ignore_index": 2}),
    ("ce", "cross_entropy", Z, LABELS, {}),
    ("ce of one row", "cross_entropy", Z[0], np.array(2), {}),
    ("ce weighted", "cross_entropy", Z, LABELS, {"weight": W}),
    ("ce with holes", "cross_entropy", Z, HOLES, {}),
    ("ce with holes, weighted", "cross_entropy", Z, HOLES, {"weight": W}),
    ("ce ignoring a class", "cross_entropy", Z, LABELS, {"ignore_index": 1}),
    ("ce smoothed", "cross_entropy", Z, LABELS, {"label_smoothing": 0.3}),
    ("ce smoothed and weighted", "cross_entropy", Z, LABELS, {"label_smoothing": 0.3, "weight": W}),
    ("ce with everything", "cross_entropy", Z, HOLES, {"label_smoothing": 0.3, "weight": W}),
    ("ce of shares", "cross_entropy", Z, SHARES, {}),
    ("ce of shares with everything", "cross_entropy", Z, SHARES, {"label_smoothing": 0.3, "weight": W}),
    ("ce of images", "cross_entropy", IMAGES, PIXELS, {"label_smoothing": 0.1, "weight": W, "ignore_index": 0}),
    ("ce far out", "cross_entropy", Z * 1e4, LABELS, {}),
    ("kl", "kl_div", LOG_P, SHARES[::-1].copy(), {}),
    ("kl of logs", "kl_div", LOG_P, LOG_P[::-1].copy(), {"log_target": True}),
    ("multi margin", "multi_margin_loss", Z, LABELS, {}),
    ("multi margin of squares", "multi_margin_loss", Z, LABELS, {"p": 2, "margin": 0.7, "weight": W}),
]  # fmt: skip

each = pytest.mark.parametrize(("name", "function", "x", "t", "options"), CASES, ids=[c[0] for c in CASES])


@pytest.mark.spec("S-120", "S-122", "S-130", "S-135", "S-137", "S-139")
@pytest.mark.needs("torch")
@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides:UserWarning")
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@each
def test_function(
    name: str, function: str, x: Any, t: Any, options: dict[str, Any], reduction: str, dtype: str
) -> None:
    import torch

    kind = getattr(torch, dtype)
    their_x = torch.tensor(x, dtype=kind, requires_grad=True)
    their_t = torch.tensor(t) if np.asarray(t).dtype.kind == "i" else torch.tensor(t, dtype=kind)
    their_options = {k: torch.tensor(v, dtype=kind) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    theirs = getattr(torch.nn.functional, function)(their_x, their_t, reduction=reduction, **their_options)
    upstream = np.linspace(0.5, 1.5, theirs.numel()).reshape(tuple(theirs.shape))
    theirs.backward(torch.tensor(upstream, dtype=kind))
    our_x = Tensor(x.astype(dtype), requires_grad=True)
    ours = getattr(F, function)(our_x, t, reduction=reduction, **options)
    ours.backward(upstream.astype(dtype))
    assert ours.dtype == dtype
    near = (
        {"rtol": 1e-10 if name != "bce of certainty" else 1e-8, "atol": 1e-12}
        if dtype == "float64"
        else {"rtol": 2e-5, "atol": 1e-5}
    )
    np.testing.assert_allclose(ours.data, theirs.detach().numpy(), **near)
    np.testing.assert_allclose(our_x.grad, their_x.grad.numpy(), **near)


MODULES: list[tuple[Callable[[Any], Any], Any, Any]] = [
    (lambda m: m.MSELoss(), Z, T),
    (lambda m: m.L1Loss(reduction="sum"), Z, T),
    (lambda m: m.SmoothL1Loss(beta=0.5), Z, T),
    (lambda m: m.HuberLoss(delta=0.5), Z, T),
    (lambda m: m.BCELoss(), P, YES),
    (lambda m: m.BCEWithLogitsLoss(), Z, YES),
    (lambda m: m.SoftMarginLoss(), Z, SIGNS),
    (lambda m: m.NLLLoss(ignore_index=1), LOG_P, LABELS),
    (lambda m: m.CrossEntropyLoss(label_smoothing=0.2), Z, LABELS),
    (lambda m: m.MultiMarginLoss(p=2), Z, LABELS),
    (lambda m: m.KLDivLoss(reduction="batchmean"), LOG_P, SHARES),
]


@pytest.mark.needs("torch")
@pytest.mark.parametrize(("make", "x", "t"), MODULES)
def test_module(make: Callable[[Any], Any], x: Any, t: Any) -> None:
    import torch

    ours = make(nn)(Tensor(x), t)
    theirs = make(torch.nn)(torch.tensor(x), torch.tensor(t))
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-12)


@pytest.mark.needs("torch")
def test_defaults_are_pytorchs() -> None:
    import inspect

    import torch

    for name in ("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "NLLLoss", "CrossEntropyLoss", "BCELoss",
                 "BCEWithLogitsLoss", "SoftMarginLoss", "MultiMarginLoss", "KLDivLoss"):  # fmt: skip
        theirs = inspect.signature(getattr(torch.nn, name)).parameters
        for option, ours in inspect.signature(getattr(nn, name)).parameters.items():
            if option != "label_smoothing_mode":
                assert ours.default == theirs[option].default, (name, option)


@pytest.mark.needs("torch")
def test_weights_of_certain_answers_in_soft_targets_get_their_gradient() -> None:
    import torch

    for function, x in (("binary_cross_entropy_with_logits", Z), ("mse_loss", Z), ("cross_entropy", Z)):
        ours, theirs = Tensor(SHARES, requires_grad=True), torch.tensor(SHARES, requires_grad=True)
        getattr(F, function)(Tensor(x), ours).backward()
        getattr(torch.nn.functional, function)(torch.tensor(x), theirs).backward()
        np.testing.assert_allclose(ours.grad, theirs.grad.numpy(), rtol=1e-10)
