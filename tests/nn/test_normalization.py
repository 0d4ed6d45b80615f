"""Normalisation: against PyTorch and closed forms, in training and in use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import OperandError, ShapeError, Tensor, Value, batch_norm, layer_norm, no_grad, scalar_graph, trace

from ..autograd.settings import thorough

CLOSE: dict[str, Any] = {"rtol": 1e-12, "atol": 1e-12}


def numbers(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(1.5, 2.0, shape)


def pair(ours: nn.Module, theirs: Any, seed: int = 3) -> tuple[nn.Module, Any]:
    """The same random weights in both."""
    import torch

    rng = np.random.default_rng(seed)
    state = {name: rng.normal(1, 0.5, p.shape) for name, p in ours.named_parameters()}
    ours.load_state_dict({**ours.state_dict(), **state})
    theirs.double()
    theirs.load_state_dict({**theirs.state_dict(), **{k: torch.tensor(v) for k, v in state.items()}})
    return ours, theirs


def held_against(ours: nn.Module, theirs: Any, x: Any) -> None:
    """Output and all gradients."""
    import torch

    leaf, t = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    upstream = numbers(*x.shape, seed=9)
    out, other = ours(leaf), theirs(t)
    np.testing.assert_allclose(out.data, other.detach().numpy(), **CLOSE)
    ours.zero_grad()
    theirs.zero_grad()
    out.backward(upstream)
    other.backward(torch.tensor(upstream))
    np.testing.assert_allclose(leaf.grad, t.grad.numpy(), **CLOSE)
    for (name, p), q in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.grad, q.grad.numpy(), err_msg=name, **CLOSE)


@pytest.mark.spec("S-109")
@pytest.mark.needs("torch")
@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("shape", [(8, 3), (2, 3), (4, 3, 5), (6, 1)])
def test_batch_norm_in_training(shape: tuple[int, ...], affine: bool) -> None:
    import torch

    fresh = nn.BatchNorm1d(shape[1])
    assert fresh.weight.tolist() == [1.0] * shape[1]
    assert fresh.bias.tolist() == [0.0] * shape[1]
    options = {"eps": 1e-3, "momentum": 0.3, "affine": affine}
    ours, theirs = pair(nn.BatchNorm1d(shape[1], **options), torch.nn.BatchNorm1d(shape[1], **options))
    for seed in range(3):
        held_against(ours, theirs, numbers(*shape, seed=seed))
    for name, state in ours.state_dict().items():
        np.testing.assert_allclose(state, theirs.state_dict()[name].numpy(), err_msg=name, **CLOSE)
    held_against(ours.eval(), theirs.eval(), numbers(*shape, seed=8))


@pytest.mark.spec("S-109")
@thorough
@given(gamma=st.floats(-3, 3), beta=st.floats(-3, 3), seed=st.integers(0, 1000))
def test_the_result_has_mean_beta_and_variance_gamma_squared(gamma: float, beta: float, seed: int) -> None:
    layer = nn.BatchNorm1d(2, eps=0.0)
    layer.load_state_dict({**layer.state_dict(), "weight": [gamma] * 2, "bias": [beta] * 2})
    out = layer(Tensor(numbers(20, 2, seed=seed))).data
    np.testing.assert_allclose(out.mean(axis=0), beta, atol=1e-13)
    np.testing.assert_allclose(out.var(axis=0), gamma**2, rtol=1e-12, atol=1e-14)


@pytest.mark.needs("torch")
@pytest.mark.parametrize("mode", [True, False])
def test_batch_norm_of_images(mode: bool) -> None:
    import torch

    ours, theirs = pair(nn.BatchNorm2d(3), torch.nn.BatchNorm2d(3))
    held_against(ours, theirs, numbers(2, 3, 4, 5))
    held_against(ours.train(mode), theirs.train(mode), numbers(1, 3, 4, 5, seed=1))


@pytest.mark.spec("S-110")
@pytest.mark.needs("torch")
def test_batch_norm_backwards_three_ways() -> None:
    import torch

    x, g, gamma = numbers(10, 4), numbers(10, 4, seed=1), numbers(4, seed=2)
    leaf, weight, bias = (Tensor(a, requires_grad=True) for a in (x, gamma, np.zeros(4)))
    batch_norm(leaf, weight, bias).backward(g)
    closed = nn.manual.batchnorm_backward(x, gamma, g)
    t = torch.tensor(x, requires_grad=True)
    torch.nn.functional.batch_norm(t, None, None, torch.tensor(gamma), training=True).backward(torch.tensor(g))
    np.testing.assert_allclose(leaf.grad, closed.x, **CLOSE)
    np.testing.assert_allclose(leaf.grad, t.grad.numpy(), **CLOSE)
    np.testing.assert_allclose(weight.grad, closed.gamma, **CLOSE)
    np.testing.assert_allclose(bias.grad, closed.beta, **CLOSE)
    np.testing.assert_allclose(leaf.grad.sum(axis=0), 0, atol=1e-13)
    # and with a graph of simple operations, by way of Values
    opened = scalar_graph(batch_norm(leaf, weight, bias))
    for value, upstream in zip(np.ravel(opened.values), g.ravel(), strict=True):
        value.backward(upstream)
    np.testing.assert_allclose(np.vectorize(lambda v: v.grad)(opened.leaves[leaf]), closed.x, rtol=1e-10, atol=1e-12)


@pytest.mark.spec("S-111")
@pytest.mark.needs("torch")
@pytest.mark.parametrize("momentum", [0.1, 0.4, None])
def test_running_statistics_after_five_batches(momentum: float | None) -> None:
    import torch

    ours, theirs = nn.BatchNorm1d(3, momentum=momentum), torch.nn.BatchNorm1d(3, momentum=momentum, dtype=torch.float64)
    for i in range(5):
        x = numbers(4 + i, 3, seed=i)
        ours(Tensor(x))
        theirs(torch.tensor(x))
    for name, buffer in ours.named_buffers():
        np.testing.assert_allclose(buffer.data, theirs.state_dict()[name].numpy(), err_msg=name, **CLOSE)
    x = numbers(1, 3, seed=77)
    ours.eval()
    theirs.eval()
    np.testing.assert_allclose(ours(Tensor(x)).data, theirs(torch.tensor(x)).detach().numpy(), **CLOSE)
    before = ours.state_dict()
    ours(Tensor(numbers(9, 3)))
    assert all((before[k] == v).all() for k, v in ours.state_dict().items()), "use changes nothing"
    ours.reset_running_stats()
    assert ours.running_var.tolist() == [1.0] * 3
    assert int(ours.num_batches_tracked.data) == 0


@pytest.mark.spec("S-111")
def test_the_running_variance_is_unbiased_and_an_average_of_variances() -> None:
    layer = nn.BatchNorm1d(1, momentum=0.5)
    first, second = np.array([[0.0], [2.0]]), np.array([[0.0], [6.0]])
    layer(Tensor(first))
    assert layer.running_var.tolist() == [0.5 * 1 + 0.5 * 2.0], "2 is the variance over n - 1"
    layer(Tensor(second))
    assert layer.running_var.tolist() == [0.5 * 1.5 + 0.5 * 18.0]
    assert layer.running_mean.tolist() == [0.5 * 0.5 + 0.5 * 3.0]


@pytest.mark.spec("S-111")
def test_a_batch_of_one_has_no_variance() -> None:
    layer = nn.BatchNorm1d(3)
    before = layer.state_dict()
    for x in (np.ones((1, 3)), np.ones((0, 3))):
        with pytest.raises(nn.DataError, match=r"values? per feature in training.*larger batch"):
            layer(Tensor(x))
    assert all((before[k] == v).all() for k, v in layer.state_dict().items())
    assert layer.eval()(Tensor(np.ones((1, 3)))).shape == (1, 3)
    assert layer(Tensor(np.ones((0, 3)))).shape == (0, 3)
    assert nn.BatchNorm1d(3)(Tensor(numbers(1, 3, 5))).shape == (1, 3, 5)


@pytest.mark.spec("S-112")
def test_weights_can_restore_the_identity() -> None:
    x = numbers(30, 4)
    layer = nn.BatchNorm1d(4)
    state = {"weight": np.sqrt(x.var(axis=0) + layer.eps), "bias": x.mean(axis=0)}
    layer.load_state_dict({**layer.state_dict(), **state})
    assert np.abs(layer(Tensor(x)).data - x).max() < 1e-12
    plain = nn.BatchNorm1d(4)(Tensor(x)).data
    np.testing.assert_allclose(plain, (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5), rtol=1e-12, atol=1e-14)


@pytest.mark.spec("S-113")
def test_both_places_can_be_built() -> None:
    def kinds(norm: str) -> list[str]:
        return [type(m).__name__ for m in nn.FeedForward([4, 8, 8, 2], "relu", norm, dropout=0.5, rng=0)]

    assert kinds("pre") == ["Linear", "BatchNorm1d", "Activation", "Dropout"] * 2 + ["Linear"]
    assert kinds("post") == ["Linear", "Activation", "BatchNorm1d", "Dropout"] * 2 + ["Linear"]
    x = Tensor(numbers(16, 4))
    for norm, redundant in (("pre", True), ("post", False)):
        net = nn.FeedForward([4, 8, 2], "relu", norm, rng=0)
        before = net(x).data.copy()
        with no_grad():
            net[0].bias.copy_(net[0].bias.data + np.linspace(-2, 2, 8))
        assert (np.abs(net(x).data - before).max() < 1e-10) == redundant
    with pytest.raises(OperandError, match="pre"):
        nn.FeedForward([2, 2, 2], norm="before")


@pytest.mark.spec("S-114")
def test_means_of_small_batches_are_noisier() -> None:
    rng = np.random.default_rng(0)
    spread = {}
    for m in (4, 64):
        layer, means = nn.BatchNorm1d(1, momentum=1.0), []
        for _ in range(2000):
            layer(Tensor(rng.normal(size=(m, 1))))
            means.append(layer.running_mean.item())
        spread[m] = np.std(means)
    assert spread[4] / spread[64] == pytest.approx(4, rel=0.1)


@pytest.mark.spec("S-115")
@pytest.mark.parametrize("seed", range(3))
def test_normalisation_allows_larger_steps(seed: int) -> None:
    """A step that makes a network diverge trains the same network with normalisation."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(64, 4))
    y, x = np.sign(x[:, :1] * x[:, 1:2]), 10 * x
    losses = {}
    for norm in (None, "pre"):
        net = nn.FeedForward([4, 16, 16, 16, 1], "relu", norm, rng=seed)
        for layer in net:
            if isinstance(layer, nn.Linear):
                layer.reset_parameters(nn.init.kaiming_normal_, rng=rng)
        with np.errstate(all="ignore"):
            for _ in range(100):
                loss = ((net(Tensor(x)) - y) ** 2).mean()
                net.zero_grad()
                loss.backward()
                with no_grad():
                    for p in net.parameters():
                        p.copy_(p.data - 0.05 * p.grad)
        losses[norm] = loss.item()
    assert not losses[None] < 1e3, "diverged"
    assert losses["pre"] < 0.2


@pytest.mark.spec("S-116")
@pytest.mark.needs("torch")
@pytest.mark.parametrize(("shape", "sizes"), [((5, 4), 4), ((5, 4), (4,)), ((3, 2, 4), (2, 4)), ((4,), 4)])
def test_layer_norm(shape: tuple[int, ...], sizes: Any) -> None:
    import torch

    held_against(*pair(nn.LayerNorm(sizes), torch.nn.LayerNorm(sizes)), numbers(*shape))
    held_against(*pair(nn.LayerNorm(sizes, bias=False), torch.nn.LayerNorm(sizes, bias=False)), numbers(*shape))
    plain = {"eps": 0.1, "elementwise_affine": False}
    held_against(nn.LayerNorm(sizes, **plain), torch.nn.LayerNorm(sizes, **plain).double(), numbers(*shape))


@pytest.mark.spec("S-116")
def test_layer_norm_looks_at_one_example_only() -> None:
    x = numbers(6, 5)
    layer = nn.LayerNorm(5)
    alone = np.concatenate([layer(Tensor(row[None])).data for row in x])
    assert (layer(Tensor(x)).data == alone).all()
    assert (layer.eval()(Tensor(x)).data == alone).all()
    assert list(layer.named_buffers()) == []


@pytest.mark.spec("S-117")
@pytest.mark.needs("torch")
@pytest.mark.parametrize(("shape", "groups"), [((5, 4), 2), ((2, 6, 3), 3), ((2, 4, 3, 2), 4), ((3, 20), 2)])
def test_group_norm(shape: tuple[int, ...], groups: int) -> None:
    import torch

    held_against(*pair(nn.GroupNorm(groups, shape[1]), torch.nn.GroupNorm(groups, shape[1])), numbers(*shape))


@pytest.mark.spec("S-117")
def test_one_group_is_a_layer_norm() -> None:
    x = Tensor(numbers(7, 20))
    assert np.abs(nn.GroupNorm(1, 20, affine=False)(x).data - layer_norm(x, 20).data).max() == 0.0
    tens = nn.GroupNorm(2, 20)(x).data
    for half in (slice(10), slice(10, 20)):
        part = x.data[:, half]
        wanted = (part - part.mean(axis=1, keepdims=True)) / np.sqrt(part.var(axis=1, keepdims=True) + 1e-5)
        np.testing.assert_allclose(tens[:, half], wanted, **CLOSE)


def test_float32_stays_float32() -> None:
    x = numbers(6, 4).astype(np.float32)
    for layer in (nn.BatchNorm1d(4, affine=False), nn.LayerNorm(4, elementwise_affine=False)):
        assert layer(Tensor(x)).dtype == np.float32
        assert layer.eval()(Tensor(x)).dtype == np.float32


def test_a_picture_shows_one_box_that_opens() -> None:
    layer = nn.LayerNorm(3, elementwise_affine=False)
    out = layer(Tensor(np.array([1.0, 2.0, 4.0]), requires_grad=True, name="x"))
    assert [g.name for g in trace(out, gradient=[1.0, 0.0, 0.0]).groups] == ["LayerNorm"]
    opened = scalar_graph(out)
    assert all(isinstance(v, Value) for v in np.ravel(opened.values))
    np.testing.assert_allclose([v.data for v in np.ravel(opened.values)], out.data, rtol=1e-14)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"BatchNorm1d.*takes inputs of shape \(rows, 3\)"):
        nn.BatchNorm1d(3)(Tensor(np.ones((4, 2))))
    with pytest.raises(ShapeError, match="takes inputs"):
        nn.BatchNorm1d(3)(Tensor(np.ones((4, 3, 2, 2))))
    with pytest.raises(ShapeError, match="does not end in"):
        nn.LayerNorm(3)(Tensor(np.ones((4, 2))))
    with pytest.raises(ShapeError, match="GroupNorm"):
        nn.GroupNorm(2, 4)(Tensor(np.ones((4, 6))))
    with pytest.raises(OperandError, match="cannot be divided"):
        nn.GroupNorm(3, 4)
    refused: list[Callable[[], Any]] = [
        lambda: nn.BatchNorm1d(0),
        lambda: nn.BatchNorm1d(2, momentum=1.5),
        lambda: nn.BatchNorm1d(2, eps=-1),
        lambda: nn.LayerNorm(()),
        lambda: nn.LayerNorm(3, eps=float("nan")),
        lambda: nn.GroupNorm(0, 4),
    ]
    for make in refused:
        with pytest.raises(OperandError):
            make()
    with pytest.raises(OperandError, match="bias without weights"):
        batch_norm(Tensor(np.ones((2, 3))), None, Tensor(np.ones(3)))
    with pytest.raises(ShapeError, match="weight of shape"):
        layer_norm(Tensor(np.ones((2, 3))), 3, Tensor(np.ones(2)))
