"""Losses of scalar networks: the same numbers and gradients as of Tensors."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, trace
from nn import functional as F  # noqa: N812

rng = np.random.default_rng(2)
Z = rng.normal(0, 1.5, (3, 4))
P = rng.uniform(0.05, 0.95, (3, 4))
YES = (rng.random((3, 4)) < 0.5).astype(float)
LABELS = np.array([1, 3, 0])
W = np.array([0.5, 2.0, 1.0, 3.0])

CASES: list[tuple[str, Any, Any, dict[str, Any]]] = [
    *[("mse_loss", Z, P, {"reduction": r}) for r in ("mean", "sum", "none", "batchmean", "half_mean", "half_sum")],
    ("l1_loss", Z, P, {}),
    ("huber_loss", Z, P, {"delta": 0.5}),
    ("smooth_l1_loss", Z, P, {"reduction": "sum"}),
    ("binary_cross_entropy", P, YES, {}),
    ("binary_cross_entropy", P, P[::-1].copy(), {"reduction": "sum", "weight": W}),
    ("binary_cross_entropy_with_logits", Z, YES, {"weight": W, "pos_weight": 2 * W}),
    ("binary_cross_entropy_with_logits", Z, P, {"reduction": "none"}),
    ("soft_margin_loss", Z, 2 * YES - 1, {}),
    ("hinge_loss", Z, 2 * YES - 1, {}),
    ("hinge_loss", Z, LABELS, {"reduction": "sum"}),
    ("multi_margin_loss", Z, LABELS, {"p": 2, "weight": W}),
    ("cross_entropy", Z, LABELS, {}),
    ("cross_entropy", Z, LABELS, {"weight": W, "label_smoothing": 0.1}),
    ("cross_entropy", Z, [1, -100, 0], {"reduction": "none"}),
    ("cross_entropy", Z, P / P.sum(1, keepdims=True), {}),
    ("nll_loss", np.log(P), LABELS, {"weight": W}),
    ("nll_loss", np.log(P), [1, -100, 0], {}),
]


CASES += [
    (function, x[0], t[0], options)
    for function, x, t, options in CASES
    if options.get("reduction") != "batchmean" and not (np.ndim(t) == 1 and function == "hinge_loss")
]  # of one row


@pytest.mark.parametrize(("function", "x", "t", "options"), CASES)
def test_lists_of_values(function: str, x: Any, t: Any, options: dict[str, Any]) -> None:
    leaf = Tensor(x, requires_grad=True)
    theirs = getattr(F, function)(leaf, t, **options)
    (theirs if not theirs.ndim else theirs.sum()).backward()
    values = [[Value(v) for v in row] for row in x.tolist()] if x.ndim == 2 else [Value(v) for v in x.tolist()]
    ours = getattr(F, function)(values, np.asarray(t).tolist(), **options)
    flat = np.array(ours, object).ravel()
    np.testing.assert_allclose([float(v) for v in flat], theirs.data.ravel(), rtol=1e-12, atol=1e-14)
    if theirs.ndim:
        assert isinstance(ours, list)
    else:
        assert isinstance(ours, Value)
    total = flat[0]
    for v in flat[1:]:
        total = total + v
    total.backward()
    grads = [v.grad or 0.0 for v in np.array(values, object).ravel()]
    np.testing.assert_allclose(grads, leaf.grad.ravel(), rtol=1e-10, atol=1e-13)


def test_one_value_and_one_number() -> None:
    y = Value(3.0)
    loss = nn.MSELoss("half_sum")(y, 1.0)
    loss.backward()
    assert (loss.data, y.grad) == (2.0, 2.0)


def test_a_certain_answer_of_values_keeps_to_the_formula() -> None:
    assert F.binary_cross_entropy(Value(1.0), 1.0).data == 0
    assert F.binary_cross_entropy([Value(1.0), Value(0.0)], [0, 0]).data == math.inf


def test_a_scalar_network_learns_and_is_drawn_with_its_loss() -> None:
    model = nn.MLP(2, [3, 1], rng=random.Random(3))
    points, answers = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [1.0, 0.0, 1.0]
    criterion = nn.BCEWithLogitsLoss()
    costs = []
    for _ in range(60):
        model.zero_grad()
        loss = criterion([model(p) for p in points], answers)
        loss.backward()
        costs.append(loss.data)
        for p in model.parameters():
            p.data -= 0.5 * p.grad
    assert costs[-1] < 0.5 * costs[0]
    assert "BCEWithLogitsLoss" in {g.name for g in trace(loss).groups}
