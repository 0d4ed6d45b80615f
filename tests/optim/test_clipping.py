"""Clipping: as PyTorch does it, over scalars and tensors together, and never in place."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, Value
from optim import OptimizerError, clip_grad_adaptive_, clip_grad_norm_, clip_grad_value_, grad_norm

from ..autograd.settings import thorough


def leaves(*gradients: object) -> list[Tensor]:
    found = []
    for g in gradients:
        leaf = Tensor(np.zeros_like(np.asarray(g, dtype=float)), requires_grad=True)
        leaf.grad = np.asarray(g, dtype=float)
        found.append(leaf)
    return found


@pytest.mark.spec("S-274")
def test_by_value() -> None:
    (w,) = leaves([0.9, 100.0])
    before = w.grad.copy()
    given_array = w.grad
    clip_grad_value_([w], 1.0)
    np.testing.assert_array_equal(w.grad, [0.9, 1.0])
    np.testing.assert_array_equal(given_array, before)
    angles = [math.degrees(math.atan2(y, x)) for x, y in (before, w.grad)]
    assert angles == [pytest.approx(89.484, abs=1e-3), pytest.approx(48.013, abs=1e-3)]


@pytest.mark.spec("S-275", "S-360")
def test_by_norm() -> None:
    (w,) = leaves([0.9, 100.0])
    assert clip_grad_norm_([w], 1.0, eps=0) == pytest.approx(math.hypot(0.9, 100))
    np.testing.assert_allclose(w.grad, [0.00899964, 0.99995950], atol=5e-9)
    (w,) = leaves([0.9, 100.0])
    clip_grad_norm_(w, 1.0)
    np.testing.assert_allclose(w.grad, [0.008999635, 0.999959492], atol=5e-10)
    (w,) = leaves([0.3, 0.4])
    kept = w.grad
    clip_grad_norm_(w, 1.0)
    assert w.grad is kept, "below the bound nothing is touched"


@pytest.mark.spec("S-274", "S-275")
@pytest.mark.needs("torch")
@thorough
@given(
    st.lists(st.lists(st.floats(-100, 100), min_size=1, max_size=4), min_size=1, max_size=3),
    st.floats(0.01, 50), st.sampled_from([1.0, 2.0, 3.0, math.inf]),
)  # fmt: skip
def test_as_pytorch(gradients: list[list[float]], bound: float, kind: float) -> None:
    import torch

    def other() -> list[torch.Tensor]:
        found = []
        for g in gradients:
            leaf = torch.zeros(len(g), dtype=torch.float64, requires_grad=True)
            leaf.grad = torch.tensor(g, dtype=torch.float64)
            found.append(leaf)
        return found

    mine, reference = leaves(*gradients), other()
    norm = clip_grad_norm_(mine, bound, kind)
    assert norm == pytest.approx(float(torch.nn.utils.clip_grad_norm_(reference, bound, kind)), rel=1e-12, abs=1e-300)
    for a, b in zip(mine, reference, strict=True):
        np.testing.assert_allclose(a.grad, b.grad.numpy(), rtol=1e-12, atol=1e-300)
    mine, reference = leaves(*gradients), other()
    clip_grad_value_(mine, bound)
    torch.nn.utils.clip_grad_value_(reference, bound)
    for a, b in zip(mine, reference, strict=True):
        np.testing.assert_array_equal(a.grad, b.grad.numpy())


def test_scalars_and_tensors_share_one_norm() -> None:
    a, (b,) = Value(0.0), leaves([4.0])
    a.grad = 3.0
    unused = Value(1.0)
    assert grad_norm([a, b, unused]) == 5.0
    clip_grad_norm_([a, b, unused], 0.5, eps=0)
    assert (a.grad, b.grad.tolist(), unused.grad) == (pytest.approx(0.3), [pytest.approx(0.4)], None)
    assert type(a.grad) is float
    clip_grad_value_([a, b], 0.35)
    assert type(a.grad) is float
    assert b.grad.tolist() == [0.35]


def test_adaptive_clipping_goes_by_the_weights_of_each_unit() -> None:
    w = Tensor([[3.0, 4.0], [0.0, 0.0]], requires_grad=True)
    w.grad = np.array([[6.0, 8.0], [0.0, 1.0]])
    clip_grad_adaptive_(w, 0.1)
    np.testing.assert_allclose(w.grad, [[0.3, 0.4], [0.0, 1e-4]])
    small = Tensor([[3.0, 4.0]], requires_grad=True)
    small.grad = np.array([[0.03, 0.04]])
    clip_grad_adaptive_(small, 0.1)
    np.testing.assert_array_equal(small.grad, [[0.03, 0.04]])


def test_norms_that_are_not_finite() -> None:
    (w,) = leaves([1.0, math.nan])
    with pytest.raises(OptimizerError, match="the norm of the gradients is nan"):
        clip_grad_norm_(w, 1.0, error_if_nonfinite=True)
    np.testing.assert_array_equal(w.grad, [1.0, math.nan])
    clip_grad_norm_(w, 1.0)
    assert np.isnan(w.grad).all(), "as in PyTorch"


@pytest.mark.parametrize("bound", [0, -1, math.nan, "1"])
def test_bounds_that_make_no_sense(bound: object) -> None:
    for clip in (clip_grad_norm_, clip_grad_value_, clip_grad_adaptive_):
        with pytest.raises(OptimizerError, match="must be a positive number"):
            clip(leaves([1.0]), bound)  # type: ignore[operator]
