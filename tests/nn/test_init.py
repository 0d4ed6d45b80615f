"""Initialisers: what they fill with, what they fill, and that the same seed fills alike."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import OperandError, ShapeError, Tensor, Value
from nn import init

RANDOM = {
    "uniform_": init.uniform_, "normal_": init.normal_, "trunc_normal_": init.trunc_normal_,
    "orthogonal_": init.orthogonal_, "sparse_": lambda t, rng=None: init.sparse_(t, 0.3, rng=rng),
    "xavier_uniform_": init.xavier_uniform_, "xavier_normal_": init.xavier_normal_,
    "xavier_fan_in_normal_": init.xavier_fan_in_normal_, "lecun_uniform_": init.lecun_uniform_,
    "kaiming_normal_": init.kaiming_normal_, "kaiming_uniform_": init.kaiming_uniform_,
}  # fmt: skip
sizes = st.integers(1, 7)


def weights(*shape: int) -> Tensor:
    return Tensor(np.full(shape, 7.0), requires_grad=True)


@pytest.mark.parametrize("name", RANDOM)
def test_a_seed_decides(name: str) -> None:
    fill: Callable[..., Any] = RANDOM[name]
    first, second = weights(5, 4), weights(5, 4)
    assert fill(first, rng=3) is first
    fill(second, rng=np.random.default_rng(3))
    assert (first.data == second.data).all()
    assert not (first.data == 7).any()
    assert (fill(weights(5, 4), rng=4).data != first.data).any()
    assert (fill(weights(5, 4)).data != fill(weights(5, 4)).data).any()
    assert first.requires_grad
    assert first.is_leaf
    half = Tensor(np.zeros((5, 4), np.float32))
    assert fill(half, rng=3).dtype == np.float32
    np.testing.assert_allclose(half.data, first.data, rtol=1e-6)


@pytest.mark.parametrize("name", RANDOM)
def test_a_scalar_layer_is_filled_like_its_matrix(name: str) -> None:
    layer = nn.Layer(4, 5, rng=random.Random(0))
    before = [n.b for n in layer.neurons]
    assert RANDOM[name](layer, rng=3) is layer
    filled = [[w.data for w in neuron.w] for neuron in layer.neurons]
    assert filled == RANDOM[name](weights(5, 4), rng=3).tolist()
    assert [n.b for n in layer.neurons] == before


def test_values_and_neurons_are_filled() -> None:
    v = Value(1.0)
    assert init.constant_(v, 3.0) is v
    assert v.data == 3.0
    rows = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]]
    init.eye_(rows)
    assert [[x.data for x in row] for row in rows] == [[1.0, 0.0], [0.0, 1.0]]
    neuron = nn.Neuron(4, rng=random.Random(0))
    init.kaiming_uniform_(neuron, rng=0)
    assert [w.data for w in neuron.w] == init.kaiming_uniform_(weights(1, 4), rng=0).tolist()[0]
    assert init.ones_(weights(2)).tolist() == [1.0, 1.0]


def std_of(fill: Callable[..., Any], *shape: int) -> float:
    return float(fill(weights(*shape), rng=0).data.std())


def chain(fill: Callable[..., Any], activation: str, width: int = 500, depth: int = 10, seed: int = 0) -> nn.Sequential:
    rng = np.random.default_rng(seed)
    net = nn.FeedForward([width] * (depth + 1) + [1], activation, rng=rng)[:-1]
    for layer in net:
        if isinstance(layer, nn.Linear):
            layer.reset_parameters(fill, rng=rng)
    return net


def spreads(fill: Callable[..., Any], activation: str, **options: int) -> init.LayerStatistics:
    """Statistics behind each activation of a deep chain."""
    net = chain(fill, activation, **options)
    width = net[0].in_features
    found = init.layer_statistics(net, np.random.default_rng(5).normal(size=(64, width)), rng=6)
    return init.LayerStatistics(*(column[1::2] for column in found))


def blobs(positive: float, n: int = 100, seed: int = 0) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    y = (np.arange(n) < positive * n).astype(float)[:, None]
    return rng.normal(size=(n, 3)) + 2 * y, y


def train(net: Any, x: Any, y: Any, steps: int, lr: float = 0.1) -> list[float]:
    losses = []
    for _ in range(steps):
        z = net(Tensor(x))
        loss = (nn.functional.softplus(z, threshold=None) - z * y).mean()
        net.zero_grad()
        loss.backward()
        for parameter in net.parameters():
            parameter.data = parameter.data - lr * parameter.grad
        losses.append(loss.item())
    return losses


@pytest.mark.spec("S-095")
@pytest.mark.parametrize("share", [0.5, 0.3])
def test_all_zeros_learn_nothing_but_the_last_bias(share: float) -> None:
    net = nn.FeedForward([3, 5, 5, 1], "tanh", rng=0)
    for parameter in net.parameters():
        init.zeros_(parameter)
    x, y = blobs(share)
    losses = train(net, x, y, 1000)
    matrices = [p for p in net.parameters() if p.ndim == 2]
    assert all((w.data == 0).all() and (w.grad == 0).all() for w in matrices)
    assert all((layer.bias.data == 0).all() for layer in net[:-1] if isinstance(layer, nn.Linear))
    right = ((net(Tensor(x)).data >= 0) == (y > 0.5)).mean()
    if share == 0.5:
        np.testing.assert_allclose(losses, math.log(2), rtol=0, atol=1e-12)
        assert right == 0.5
    else:
        assert losses[-1] == pytest.approx(-0.3 * math.log(0.3) - 0.7 * math.log(0.7), abs=1e-4)
        assert losses[-1] == pytest.approx(0.6109, abs=1e-4)
        assert right == 0.7
        assert net[-1].bias.item() < -0.8


@pytest.mark.spec("S-096")
def test_a_constant_never_breaks_the_symmetry() -> None:
    net = nn.FeedForward([3, 5, 4, 1], "tanh", rng=0)
    for parameter in net.parameters():
        init.constant_(parameter, 0.01)
    train(net, *blobs(0.3), steps=50)
    for layer in net:
        if isinstance(layer, nn.Linear):
            assert (layer.weight.data == layer.weight.data[0]).all(), "all rows the same, to the last bit"
            assert (layer.weight.data != 0.01).all(), "although they moved"


@pytest.mark.spec("S-097")
def test_small_random_numbers_fade_in_deep_networks() -> None:
    small = spreads(lambda w, rng: init.normal_(w, std=0.01, rng=rng), "tanh").activation_std
    assert small[0] == pytest.approx(0.214, abs=0.01)
    assert 1e-7 < small[-1] < 1e-6
    assert (np.diff(small) < 0).all()
    wide = spreads(lambda w, rng: init.normal_(w, std=0.1, rng=rng), "tanh").activation_std
    assert wide[-1] == pytest.approx(0.76, abs=0.03), "a variance of 0.01 does not fade"


@pytest.mark.spec("S-098")
def test_large_random_numbers_explode_or_saturate() -> None:
    exploding = spreads(init.normal_, "relu").activation_std
    assert 10 < exploding[0] < 17
    assert 1e11 < exploding[-1] < 1e13
    saturated = spreads(init.normal_, "tanh")
    assert saturated.activation_std[-1] == pytest.approx(0.98, abs=0.01)
    assert saturated.saturated[-1] == pytest.approx(0.95, abs=0.02)


@pytest.mark.spec("S-099")
@pytest.mark.parametrize("seed", range(5))
def test_very_large_random_numbers_end_worse_than_scaled_ones(seed: int) -> None:
    rng = np.random.default_rng(100)
    m = rng.standard_normal(200)
    x = np.clip(rng.uniform(0.25, 0.75, (100, 200)) + 0.03 * m * np.repeat([1, -1], 50)[:, None], 0, 1)
    y = np.repeat([1.0, 0.0], 50)[:, None]
    final = {}
    fills: dict[str, Callable[..., Any]] = {
        "big": lambda w, rng: init.normal_(w, std=10, rng=rng),
        "uniform": lambda w, rng: init.uniform_(w, -10, 10, rng=rng),
        "he": init.kaiming_normal_,
        "xavier": init.xavier_fan_in_normal_,
    }
    for name, fill in fills.items():
        net, source = nn.FeedForward([200, 5, 5, 1], "tanh", rng=0), np.random.default_rng(seed)
        for layer in net:
            if isinstance(layer, nn.Linear):
                layer.reset_parameters(fill, rng=source)
        final[name] = train(net, x, y, 300, lr=0.1)[-1]
    assert min(final["big"], final["uniform"]) > max(final["he"], final["xavier"])


@pytest.mark.spec("S-100")
def test_xavier_by_fan_in() -> None:
    linear = spreads(init.xavier_fan_in_normal_, "identity").activation_std
    assert linear[0] == pytest.approx(1, abs=0.1)
    assert linear[-1] == pytest.approx(1, abs=0.15)
    sample = init.xavier_fan_in_normal_(weights(300, 400), rng=0).data
    assert sample.var() == pytest.approx(1 / 400, rel=0.02)
    assert init.lecun_normal_ is init.xavier_fan_in_normal_
    assert init.lecun_uniform_(weights(300, 400), rng=0).data.var() == pytest.approx(1 / 400, rel=0.02)


@pytest.mark.spec("S-101")
@pytest.mark.needs("torch")
def test_glorot_normal() -> None:
    import torch

    torch.manual_seed(0)
    ours = init.xavier_normal_(weights(400, 700), gain=1.5, rng=0).data
    theirs = torch.nn.init.xavier_normal_(torch.empty(400, 700, dtype=torch.float64), gain=1.5).numpy()
    assert ours.var() == pytest.approx(theirs.var(), rel=0.01)
    assert ours.var() == pytest.approx(1.5**2 * 2 / 1100, rel=0.01)
    many = np.stack([init.xavier_normal_(weights(3, 4), rng=i).data for i in range(10_000)])
    assert many.var() == pytest.approx(2 / 7, rel=0.02)
    assert abs(many.mean()) < 0.01


@pytest.mark.spec("S-102")
def test_the_bound_of_glorot_uniform_is_a_root_of_the_whole_fraction() -> None:
    many = np.stack([init.xavier_uniform_(weights(3, 4), rng=i).data for i in range(10_000)])
    assert 0.9257 < np.abs(many).max() <= 0.925820099773
    assert many.var() == pytest.approx(2 / 7, rel=0.02)
    assert np.abs(many).max() > math.sqrt(6) / 7 + 0.5, "not √6 over the sum"


@pytest.mark.spec("S-103")
@pytest.mark.needs("torch")
def test_he_keeps_relu_networks_alive() -> None:
    import torch

    he = spreads(init.kaiming_normal_, "relu").activation_std
    assert he[0] == pytest.approx(0.83, abs=0.05)
    assert 0.5 < he[-1] < 1.0
    assert spreads(init.xavier_fan_in_normal_, "relu").activation_std[-1] == pytest.approx(0.023, abs=0.01)
    torch.manual_seed(0)
    for options in ({}, {"mode": "fan_out"}, {"a": 0.5}, {"nonlinearity": "relu"}, {"nonlinearity": "tanh"}):
        for name in ("kaiming_normal_", "kaiming_uniform_"):
            empty = torch.empty(64, 16, 5, 5, dtype=torch.float64)
            theirs = getattr(torch.nn.init, name)(empty, **options).numpy()
            ours = getattr(init, name)(weights(64, 16, 5, 5), **options, rng=0).data
            assert ours.var() == pytest.approx(theirs.var(), rel=0.03), (name, options)


@pytest.mark.needs("torch")
@given(out=sizes, into=sizes, kernel=st.lists(sizes, max_size=2))
def test_fans_as_pytorch(out: int, into: int, kernel: list[int]) -> None:
    import torch

    theirs = torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(out, into, *kernel))
    std = init.kaiming_normal_(weights(out, into, *kernel), rng=0).data
    unit = np.random.default_rng(0).normal(0, 1, std.shape)
    np.testing.assert_allclose(std, unit * math.sqrt(2 / theirs[0]), rtol=1e-12)
    std = init.kaiming_normal_(weights(out, into, *kernel), mode="fan_out", rng=0).data
    np.testing.assert_allclose(std, unit * math.sqrt(2 / theirs[1]), rtol=1e-12)


@pytest.mark.needs("torch")
@pytest.mark.parametrize("name", ["linear", "conv2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"])
def test_gains_as_pytorch(name: str) -> None:
    import torch

    assert init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name), rel=1e-15)
    assert init.calculate_gain("leaky_relu", 0.3) == pytest.approx(torch.nn.init.calculate_gain("leaky_relu", 0.3))


@pytest.mark.spec("S-104")
def test_variances_multiply_and_add() -> None:
    exact = init.variance_propagation(0.25, 2.25, mean_w=1.0, mean_h=2.0)
    assert exact == 3.8125
    rng = np.random.default_rng(0)
    w, h = rng.normal(1, 0.5, 1_000_000), rng.normal(2, 1.5, 1_000_000)
    assert (w * h).var() == pytest.approx(exact, rel=0.01)
    assert init.variance_propagation(1 / 500, 3.0, n_in=500) == pytest.approx(3.0, rel=1e-14)
    sums = (rng.normal(0, 0.2, (20_000, 25)) * rng.normal(0, 3, (20_000, 25))).sum(axis=1)
    assert sums.var() == pytest.approx(init.variance_propagation(0.04, 9.0, n_in=25), rel=0.03)
    with pytest.raises(OperandError, match="not negative"):
        init.variance_propagation(-1.0, 1.0)


@pytest.mark.spec("S-105")
def test_gradients_keep_their_size_with_xavier_only() -> None:
    xavier = spreads(init.xavier_fan_in_normal_, "tanh", width=100).gradient_std
    assert 1 / 5 < xavier[0] / xavier[-1] < 5
    small = spreads(lambda w, rng: init.normal_(w, std=0.01, rng=rng), "tanh", width=100).gradient_std
    assert small[0] / small[-1] < 1e-8
    linear = init.layer_statistics([nn.Linear(4, 4, rng=np.random.default_rng(0))], np.ones((2, 4)), rng=0)
    assert linear.names == ["Linear"]
    with pytest.raises(OperandError, match="no modules"):
        init.layer_statistics([], np.ones((2, 4)))


@pytest.mark.spec("S-106")
@pytest.mark.needs("torch")
def test_biases_start_at_zero_where_a_scheme_is_given() -> None:
    import torch

    layer = nn.Linear(100, 50, rng=np.random.default_rng(0))
    bound = 1 / math.sqrt(100)
    theirs = torch.nn.Linear(100, 50, dtype=torch.float64)
    for ours, other in ((layer.weight.data, theirs.weight), (layer.bias.data, theirs.bias)):
        assert 0.9 * bound < np.abs(ours).max() <= bound
        assert abs(other.detach().numpy()).max() <= bound
    assert layer.reset_parameters(init.xavier_normal_, rng=1) is layer
    assert (layer.bias.data == 0).all()
    assert (layer.weight.data == init.xavier_normal_(weights(50, 100), rng=1).data).all()
    assert (layer.reset_parameters(init.zeros_).weight.data == 0).all()
    first = layer.reset_parameters(rng=0).state_dict()
    second = nn.Linear(100, 50, rng=np.random.default_rng(0)).state_dict()
    assert all((first[k] == second[k]).all() for k in first)
    assert nn.Linear(2, 2, bias=False).reset_parameters(init.eye_).weight.tolist() == [[1, 0], [0, 1]]


def test_orthogonal_and_sparse_and_truncated() -> None:
    for shape in ((3, 5), (5, 3), (4, 4), (2, 3, 2)):
        w = init.orthogonal_(weights(*shape), gain=2.0, rng=0).data.reshape(shape[0], -1) / 2
        small = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
        np.testing.assert_allclose(small, np.eye(len(small)), atol=1e-12)
    sparse = init.sparse_(weights(10, 6), 0.25, rng=0).data
    assert ((sparse == 0).sum(axis=0) == 3).all()
    cut = init.trunc_normal_(weights(100, 100), rng=0).data
    assert 1.95 < np.abs(cut).max() <= 2
    assert cut.std() == pytest.approx(0.8796, abs=0.02)


def test_what_cannot_be_filled_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"xavier_normal_ needs weights of at least two axes"):
        init.xavier_normal_(weights(3))
    with pytest.raises(ShapeError, match="eye_"):
        init.eye_(weights(2, 2, 2))
    refused: list[Callable[[], Any]] = [
        lambda: init.zeros_("weights"),
        lambda: init.zeros_([]),
        lambda: init.zeros_([[Value(1.0)], [Value(1.0), Value(2.0)]]),
        lambda: init.normal_(weights(2), std=-1.0),
        lambda: init.normal_(weights(2), std=math.nan),
        lambda: init.uniform_(weights(2), 1.0, 0.0),
        lambda: init.kaiming_normal_(weights(2, 2), mode="both"),
        lambda: init.kaiming_normal_(weights(2, 2), nonlinearity="nope"),
        lambda: init.trunc_normal_(weights(2), a=50.0, b=51.0),
        lambda: init.sparse_(weights(2, 2), 1.5),
    ]
    for attempt in refused:
        with pytest.raises(OperandError):
            attempt()
