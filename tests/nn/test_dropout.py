"""Dropout: the masks, both conventions, and the ensemble it stands for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import OperandError, ShapeError, Tensor, Value, trace
from nn import functional as F  # noqa: N812 - PyTorch's habit

from ..autograd.settings import thorough

H = np.array([1.0, -2.0, 0.5, 3.0])


def softmax_rows(weight: Any, bias: Any, factor: float = 1.0) -> Any:
    """Softmax regression on rows, the weights scaled."""
    return lambda rows: F.softmax(Tensor(np.asarray(rows) @ (factor * weight) + bias)).data


@pytest.mark.spec("S-177")
@pytest.mark.parametrize("keep", [0.8, 0.5])
def test_the_original_form_scales_in_use(keep: float) -> None:
    layer = nn.Dropout(keep_prob=keep, inverted=False, rng=0)
    many = layer(Tensor(np.broadcast_to(H, (100_000, 4)).copy())).data
    np.testing.assert_allclose(many.mean(axis=0), keep * H, rtol=0.01)
    assert set(np.unique(many)) == {0.0, *H}, "nothing is divided in training"
    layer.eval()
    for _ in range(2):
        np.testing.assert_allclose(layer(Tensor(H)).data, keep * H, rtol=1e-15)
    layer.train()
    assert (layer(Tensor(np.ones(100))).data != layer(Tensor(np.ones(100))).data).any(), "a new mask every pass"


@pytest.mark.spec("S-177", "S-178")
def test_p_is_what_is_dropped_and_keep_prob_what_is_kept() -> None:
    assert nn.Dropout().p == 0.5
    assert nn.Dropout(0.2).keep_prob == pytest.approx(0.8)
    assert nn.Dropout(keep_prob=0.8).p == pytest.approx(0.2)
    kept = nn.Dropout(0.2, rng=0)(Tensor(np.ones(20_000))).data != 0
    assert kept.mean() == pytest.approx(0.8, abs=0.01)
    with pytest.raises(OperandError, match="give one of them"):
        nn.Dropout(0.2, keep_prob=0.8)


@pytest.mark.spec("S-178")
def test_the_inverted_form_keeps_the_mean_and_does_nothing_in_use() -> None:
    layer = nn.Dropout(0.3, rng=0)
    many = layer(Tensor(np.broadcast_to(H, (100_000, 4)).copy())).data
    np.testing.assert_allclose(many.mean(axis=0), H, rtol=0.01)
    x = Tensor(H)
    assert layer.eval()(x) is x
    assert (nn.Dropout(0.0)(x).data == H).all()
    assert nn.Dropout(1.0)(x).tolist() == [0.0] * 4
    assert nn.Dropout(keep_prob=0.0, inverted=False)(x).tolist() == [0.0] * 4


@pytest.mark.spec("S-178")
@pytest.mark.needs("torch")
def test_the_same_mask_backwards_as_pytorch() -> None:
    import torch

    x, upstream = np.linspace(1, 2, 40), np.linspace(-1, 0.5, 40)
    t = torch.tensor(x, requires_grad=True)
    torch.manual_seed(1)
    theirs = torch.nn.functional.dropout(t, 0.4)
    theirs.backward(torch.tensor(upstream))
    mask = theirs.detach().numpy() != 0
    assert 0 < mask.sum() < 40
    leaf = Tensor(x, requires_grad=True)
    ours = F.dropout(leaf, 0.4, mask=mask)
    ours.backward(upstream)
    np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=1e-15)
    np.testing.assert_allclose(leaf.grad, t.grad.numpy(), rtol=1e-15)


@pytest.mark.spec("S-178")
@thorough
@given(p=st.floats(0, 1), inverted=st.booleans(), seed=st.integers(0, 100))
def test_the_gradient_goes_through_the_mask_of_the_forward_pass(p: float, inverted: bool, seed: int) -> None:
    layer = nn.Dropout(p, inverted=inverted, rng=seed)
    leaf = Tensor(np.ones(6), requires_grad=True)
    out = layer(leaf)
    out.sum().backward()
    assert np.isfinite(out.data).all()
    assert (leaf.grad == out.data).all()
    assert ((out.data != 0) == layer.mask).all()
    values = [Value(1.0) for _ in range(6)]
    outs = nn.Dropout(p, inverted=inverted, rng=seed)(values)
    assert [v.data for v in outs] == out.tolist(), "scalars alike, under the same seed"
    for v in outs:
        v.backward()
    assert [v.grad for v in values] == out.tolist()


def test_dropout_takes_what_layers_return() -> None:
    assert isinstance(nn.Dropout(0.5, rng=0)(Value(1.0)), Value)
    assert isinstance(nn.Dropout(0.5, rng=0)(np.ones(3)), Tensor)
    assert nn.Dropout(0.5, rng=0)(Tensor(np.ones(8, np.float32))).dtype == np.float32
    assert nn.Dropout(0.5, inverted=False).eval()([Value(2.0)])[0].data == 1.0
    assert [g.name for g in trace(nn.Dropout(0.5, rng=1)(Value(1.0, "x"))).groups] == ["Dropout"]
    for p in (-0.1, 1.1, float("nan"), True, "half"):
        with pytest.raises(OperandError, match="is a probability"):
            nn.Dropout(p)
    with pytest.raises(ShapeError, match="mask has shape"):
        F.dropout(Tensor(H), mask=[1, 0])


@pytest.mark.spec("S-179")
def test_weight_scaling_is_the_geometric_mean() -> None:
    rng = np.random.default_rng(0)
    weight, bias, x = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=4)
    predict = softmax_rows(weight, bias)
    geometric = nn.dropout_geometric_mean(predict, x)
    halved = softmax_rows(weight, bias, 0.5)(x[None])[0]
    np.testing.assert_allclose(geometric, halved, rtol=0, atol=4e-16)
    in_use = nn.Dropout(keep_prob=0.5, inverted=False).eval()(Tensor(x[None])).data
    np.testing.assert_allclose(predict(in_use)[0], geometric, rtol=0, atol=4e-16)
    doubled = softmax_rows(weight, bias, 2.0)(x[None])[0]
    assert np.abs(doubled - geometric).max() > 0.01, "multiplied, not divided"
    arithmetic = nn.dropout_arithmetic_mean(predict, x).mean
    assert np.abs(arithmetic - geometric).max() > 1e-3
    for keep in (0.8, 1.0):
        scaled = softmax_rows(weight, bias, keep)(x[None])[0]
        np.testing.assert_allclose(nn.dropout_geometric_mean(predict, x, keep), scaled, rtol=0, atol=1e-15)


@pytest.mark.spec("S-180")
def test_sampling_comes_near_the_enumeration() -> None:
    rng = np.random.default_rng(0)
    predict, x = softmax_rows(rng.normal(size=(6, 3)), rng.normal(size=3)), rng.normal(size=6)
    for keep in (0.5, 0.8):
        exact = nn.dropout_arithmetic_mean(predict, x, keep)
        assert exact.count == 64
        assert exact.mean.sum() == pytest.approx(1, abs=1e-14)
        byhand = 0.0
        for code in range(64):
            m = np.array([code >> i & 1 for i in range(6)])
            byhand = byhand + keep ** m.sum() * (1 - keep) ** (6 - m.sum()) * predict(x * m)
        np.testing.assert_allclose(exact.mean, byhand, rtol=1e-13)
        sampled = nn.dropout_arithmetic_mean(predict, x, keep, samples=10_000, rng=1)
        assert (np.abs(sampled.mean - exact.mean) < 3 * sampled.standard_error).all()
        again = nn.dropout_arithmetic_mean(predict, x, keep, samples=10_000, rng=1)
        assert (again.mean == sampled.mean).all()
    with pytest.raises(OperandError, match="at most 12 units"):
        nn.dropout_arithmetic_mean(predict, np.ones(13))
    with pytest.raises(OperandError, match="row for each mask"):
        nn.dropout_arithmetic_mean(lambda rows: rows[0], x)
    with pytest.raises(OperandError, match="samples"):
        nn.dropout_arithmetic_mean(predict, x, samples=1)


@pytest.mark.spec("S-181")
def test_monte_carlo_dropout() -> None:
    rng = np.random.default_rng(0)
    linear = nn.Linear(6, 2, rng=rng)
    x = rng.normal(size=6)

    def predict(rows: Any) -> Any:
        return F.softmax(Tensor(2 * np.asarray(rows) @ linear.weight.data.T + linear.bias.data)).data

    exact = nn.dropout_arithmetic_mean(predict, x).mean
    model = nn.Sequential(nn.Dropout(0.5, rng=3), linear, nn.Softmax()).eval()
    found = nn.mc_dropout_predict(model, Tensor(x[None]), T=4000)
    assert found.samples.shape == (4000, 1, 2)
    assert (np.abs(found.mean[0] - exact) < 4 * found.std[0] / np.sqrt(4000)).all()
    low, high = found.quantile([0.05, 0.95])
    assert ((low <= found.mean) & (found.mean <= high)).all()
    assert ((found.samples >= low) & (found.samples <= high)).mean() == pytest.approx(0.9, abs=0.05)
    assert not any(m.training for m in model.modules())
    model[0].p = 0.0
    assert nn.mc_dropout_predict(model, Tensor(x[None]), T=5).std.max() == 0
    with pytest.raises(OperandError, match="T is a positive"):
        nn.mc_dropout_predict(model, Tensor(x[None]), T=0)


@pytest.mark.spec("S-181")
def test_batch_normalisation_stays_in_use() -> None:
    net = nn.FeedForward([3, 8, 2], norm="pre", dropout=0.5, rng=0)
    net(Tensor(np.random.default_rng(1).normal(size=(20, 3))))
    before = net.state_dict()
    nn.mc_dropout_predict(net, Tensor(np.ones((1, 3))), T=5)
    assert all((before[k] == v).all() for k, v in net.state_dict().items())
    assert all(m.training for m in net.modules()), "every module is in the mode it was in"


@pytest.mark.spec("S-182")
@pytest.mark.parametrize(("inverted", "wanted"), [(False, 6.04), (True, 8.375)])
def test_dropout_in_linear_regression_is_a_penalty(inverted: bool, wanted: float) -> None:
    x, y, w, keep = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([1.0, 2.0]), np.array([0.5, -1.0]), 0.8
    expected = 0.0
    for mask in ([0, 0], [0, 1], [1, 0], [1, 1]):
        chance = np.prod([keep if m else 1 - keep for m in mask])
        dropped = F.dropout(Tensor(w), 1 - keep, inverted=inverted, mask=mask).data
        expected += chance * ((y - x @ dropped) ** 2).sum()
    columns = (x**2).sum(axis=0)
    if inverted:
        formula = ((y - x @ w) ** 2).sum() + (1 - keep) / keep * (w**2 * columns).sum()
    else:
        formula = ((y - keep * x @ w) ** 2).sum() + keep * (1 - keep) * (w**2 * columns).sum()
    assert expected == pytest.approx(wanted, rel=1e-12)
    assert formula == pytest.approx(wanted, rel=1e-12)


@pytest.mark.spec("S-183")
def test_a_rate_for_each_layer() -> None:
    net = nn.FeedForward([20, 50, 50, 2], dropout=[0.2, 0.5, 0.4], rng=0)
    assert [m.p for m in net if isinstance(m, nn.Dropout)] == [0.2, 0.5, 0.4]
    assert isinstance(net[0], nn.Dropout)
    assert isinstance(net[-1], nn.Linear)
    assert [m.p for m in nn.FeedForward([20, 50, 2], dropout=0.3, rng=0) if isinstance(m, nn.Dropout)] == [0.3]
    x = Tensor(np.ones((4, 20)))
    again = nn.FeedForward([20, 50, 50, 2], dropout=[0.2, 0.5, 0.4], rng=0)
    assert (net(x).data == again(x).data).all(), "one seed decides weights and masks"
    with pytest.raises(OperandError, match="2 dropout probabilities for the input and 2 hidden layers"):
        nn.FeedForward([20, 50, 50, 2], dropout=[0.5, 0.5])
