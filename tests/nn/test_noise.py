"""Noise on inputs, hidden units and weights."""

from __future__ import annotations

import random

import numpy as np
import pytest

import nn
from autograd import OperandError, Tensor, Value

W, X, Y = np.array([[0.5, -1.0]]), np.array([1.0, 2.0]), 0.3


def linear_model() -> nn.Linear:
    layer = nn.Linear(2, 1, bias=False, rng=np.random.default_rng(0))
    layer.load_state_dict({"weight": W})
    return layer


@pytest.mark.spec("S-170")
def test_noise_on_inputs_is_a_penalty_on_weights() -> None:
    model = nn.Sequential(nn.GaussianNoise(0.1, rng=0), linear_model())
    losses = (model(Tensor(np.tile(X, (400_000, 1)))).data - Y) ** 2
    exact = (Y - (W @ X).item()) ** 2 + 0.01 * (W**2).sum()
    assert exact == pytest.approx(3.2525, rel=1e-12)
    assert losses.mean() == pytest.approx(exact, rel=0.005)


@pytest.mark.spec("S-171")
def test_noise_on_hidden_units_adds_its_variance() -> None:
    hidden = np.random.default_rng(1).normal(0, 2, (200_000, 1))
    layer = nn.GaussianNoise(1.5, rng=0)
    assert layer(Tensor(hidden)).data.var() - hidden.var() == pytest.approx(1.5**2, rel=0.03)
    x = Tensor(hidden)
    assert layer.eval()(x) is x
    leaf = Tensor(np.ones(3), requires_grad=True)
    layer.train()(leaf).sum().backward()
    assert leaf.grad.tolist() == [1.0] * 3
    values = nn.GaussianNoise(0.5, rng=3)([Value(1.0), Value(2.0)])
    assert [v.data for v in values] == nn.GaussianNoise(0.5, rng=3)(Tensor([1.0, 2.0])).tolist()
    assert nn.GaussianNoise(0.5)(Tensor(np.ones(2, np.float32))).dtype == np.float32


@pytest.mark.spec("S-172")
def test_noise_on_weights_penalises_the_slope_in_them() -> None:
    layer = linear_model()
    model = nn.WeightNoise(layer, 0.1, rng=0)
    losses = [(model(Tensor(X)).item() - Y) ** 2 for _ in range(20_000)]
    exact = (Y - (W @ X).item()) ** 2 + 0.01 * (X**2).sum()
    assert exact == pytest.approx(3.29, rel=1e-12)
    assert np.mean(losses) == pytest.approx(exact, rel=0.01)
    assert (layer.weight.data == W).all(), "the weights themselves stay"
    assert model.eval()(Tensor(X)).item() == (W @ X).item()


@pytest.mark.spec("S-172")
def test_the_gradient_of_a_noisy_pass_reaches_the_parameters() -> None:
    net = nn.FeedForward([2, 3, 1], "tanh", rng=0)
    model = nn.WeightNoise(net, 0.2, rng=5)
    parameters = net.parameters()
    x = np.random.default_rng(1).normal(size=(4, 2))
    (model(Tensor(x)) ** 2).sum().backward()
    noise = np.random.default_rng(5)
    twin = nn.FeedForward([2, 3, 1], "tanh", rng=0)
    twin.load_state_dict({k: p.data + noise.normal(0, 0.2, p.shape) for k, p in net.named_parameters()})
    (twin(Tensor(x)) ** 2).sum().backward()
    for ours, other in zip(parameters, twin.parameters(), strict=True):
        np.testing.assert_allclose(ours.grad, other.grad, rtol=1e-12)
    assert all(p is q for p, q in zip(net.parameters(), parameters, strict=True))


def test_scalar_networks_are_shaken_too_and_put_back_after_an_error() -> None:
    net = nn.MLP(2, [3, 1], rng=random.Random(0))
    before = [p.data for p in net.parameters()]
    model = nn.WeightNoise(net, 0.1, rng=0)
    first = model([1.0, 2.0])
    first.backward()
    assert first.data != model([1.0, 2.0]).data
    assert any(p.grad for p in net.parameters())
    with pytest.raises(OperandError):
        model([1.0])
    assert [p.data for p in net.parameters()] == before
    frozen = nn.WeightNoise(nn.Linear(2, 1).freeze(), 0.1)
    assert frozen(Tensor(X)).item() == frozen(Tensor(X)).item()


def test_tied_weights_are_shaken_once() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            self.first = nn.Linear(1, 1, bias=False)
            self.second = nn.Linear(1, 1, bias=False)
            self.second.weight = self.first.weight

        def forward(self, x: Tensor) -> Tensor:
            return self.first(x) - self.second(x)

    assert nn.WeightNoise(Twice(), 0.5, rng=0)(Tensor([1.0])).item() == 0.0


def test_wrong_noise_is_refused() -> None:
    for std in (-1.0, float("nan"), float("inf"), "much", True):
        with pytest.raises(OperandError, match="std is a finite number"):
            nn.GaussianNoise(std)
    with pytest.raises(OperandError, match="takes a module"):
        nn.WeightNoise([1.0], 0.1)

    class Tupled(nn.Module):
        def __init__(self) -> None:
            self.pair = (Tensor(1.0, requires_grad=True), Tensor(2.0, requires_grad=True))

    with pytest.raises(OperandError, match="use a list"):
        nn.WeightNoise(Tupled(), 0.1)(1.0)
