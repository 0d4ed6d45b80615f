"""One parameter in several places; weights handed on, frozen, replaced and copied."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Tensor, gradcheck, trace
from nn import StateDictError
from nn import functional as F  # noqa: N812

rng = np.random.default_rng(0)
X = rng.normal(size=(6, 4))


def test_tied_weights_are_one_parameter_whose_gradients_add_up() -> None:
    model = nn.Autoencoder([4, 3, 2], "tanh", tied=True, rng=0)
    assert len(model.parameters()) == 2 + 4, "two matrices, four biases"
    assert nn.count_parameters(model) == 4 * 3 + 3 * 2 + (3 + 2) + (3 + 4)
    assert len(model.state_dict()) == 6
    F.mse_loss(model(X), X).backward()
    tied = {name: p.grad.copy() for name, p in model.named_parameters()}
    # The same network with two matrices of each kind: their gradients, one of them turned, add up to the tied one.
    free = nn.Autoencoder([4, 3, 2], "tanh", rng=1)
    w = [p.data for p in model.parameters() if p.ndim == 2]
    state = {**free.state_dict(), "encoder.0.weight": w[0], "encoder.2.weight": w[1], "decoder.0.weight": w[1].T,
             "decoder.2.weight": w[0].T}  # fmt: skip
    for part in ("encoder.0", "encoder.2", "decoder.0", "decoder.2"):
        state[f"{part}.bias"] = model.state_dict()[f"{part}.bias"]
    free.load_state_dict(state)
    np.testing.assert_allclose(free(X).data, model(X).data, atol=1e-15)
    F.mse_loss(free(X), X).backward()
    apart = {name: p.grad for name, p in free.named_parameters()}
    np.testing.assert_allclose(
        tied["encoder.0.weight"], apart["encoder.0.weight"] + apart["decoder.2.weight"].T, rtol=1e-12
    )
    np.testing.assert_allclose(
        tied["encoder.2.weight"], apart["encoder.2.weight"] + apart["decoder.0.weight"].T, rtol=1e-12
    )


@pytest.mark.spec("S-187")
def test_two_layers_with_one_weight() -> None:
    first, second = nn.Linear(4, 4, rng=np.random.default_rng(0)), nn.Linear(4, 4)
    second.weight = first.weight
    model = nn.Sequential(first, nn.Tanh(), second)
    assert [name for name, _ in model.named_parameters()] == ["0.weight", "0.bias", "2.bias"]
    assert len(optim.SGD(model.parameters(), lr=0.1).parameters) == 3
    assert set(model.state_dict()) == {"0.weight", "0.bias", "2.bias"}
    h = np.tanh(X @ first.weight.data.T + first.bias.data)
    model(X).sum().backward()
    upstream = np.ones((6, 4))
    by_second = upstream.T @ h
    by_first = ((upstream @ first.weight.data) * (1 - h * h)).T @ X
    np.testing.assert_allclose(first.weight.grad, by_first + by_second, rtol=1e-12)
    other = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4))
    other[2].weight = other[0].weight
    other.load_state_dict(model.state_dict())
    np.testing.assert_array_equal(other(X).data, model(X).data)


def test_a_layer_used_twice() -> None:
    layer = nn.Linear(4, 4, rng=np.random.default_rng(0))
    model = nn.Sequential(layer, nn.ReLU(), layer)
    assert len(model.parameters()) == 2
    assert "40" not in repr(model)
    assert "(2): Linear(4 → 4, 20 parameters)" in repr(model)
    assert gradcheck(model, [Tensor(X, requires_grad=True)])


def test_a_copy_shares_nothing_but_keeps_what_is_tied() -> None:
    model = nn.Autoencoder([4, 2], tied=True, rng=0)
    other = copy.deepcopy(model)
    assert not {id(p) for p in model.parameters()} & {id(p) for p in other.parameters()}
    assert len(other.parameters()) == 3
    assert other.decoder[0].weight is other.encoder[0].weight
    before = model(X).data.copy()
    optimizer = optim.SGD(other.parameters(), lr=0.5)
    F.mse_loss(other(X), X).backward()
    optimizer.step()
    np.testing.assert_array_equal(model(X).data, before)
    assert np.abs(other(X).data - before).max() > 1e-3
    assert all(p.grad is None for p in model.parameters())


def test_deepcopy_and_pickle_of_networks() -> None:
    for model in (nn.FeedForward([4, 5, 2], norm="pre", dropout=0.5, rng=0), nn.MLP(4, [3, 1])):
        for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
            assert repr(other) == repr(model)
            state = other.state_dict()
            assert all(np.array_equal(state[name], a) for name, a in model.state_dict().items())


def trained(model: nn.Module, steps: int, targets: Any) -> None:
    optimizer = optim.Adam([p for p in model.parameters() if p.requires_grad], lr=0.05)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), targets).backward()
        optimizer.step()


@pytest.mark.spec("S-200")
def test_features_are_kept_and_a_new_head_is_trained() -> None:
    model = nn.Sequential(nn.Linear(4, 8, rng=rng), nn.ReLU(), nn.Linear(8, 3, rng=rng))
    trained(model, 20, rng.normal(size=(6, 3)))
    model[0].freeze()
    model[2] = nn.Linear(8, 1, rng=rng)
    before = model.state_dict()
    learned = [p for p in model.parameters() if p.requires_grad]
    assert [p.shape for p in learned] == [(1, 8), (1,)]
    assert (nn.count_parameters(model), nn.count_parameters(model, trainable=True)) == (49, 9)
    trained(model, 100, rng.normal(size=(6, 1)))
    after = model.state_dict()
    for name in ("0.weight", "0.bias"):
        assert after[name].tobytes() == before[name].tobytes()
        assert dict(model.named_parameters())[name].grad is None
    assert np.abs(after["2.weight"] - before["2.weight"]).max() > 0.1
    model.unfreeze()
    assert all(p.requires_grad for p in model.parameters())


def test_weights_are_handed_on_where_they_fit() -> None:
    old = nn.Sequential(nn.Linear(4, 8, rng=rng), nn.ReLU(), nn.Linear(8, 3, rng=rng))
    new = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3), nn.Linear(3, 1))
    last = new[3].weight.data.copy()
    with pytest.raises(StateDictError, match=r"missing: 3\.weight, 3\.bias"):
        new.load_state_dict(old.state_dict())
    new.load_state_dict(old.state_dict(), strict=False)
    np.testing.assert_array_equal(new[:3](X).data, old(X).data)
    np.testing.assert_array_equal(new[3].weight.data, last)
    new[0].load_state_dict(nn.Linear(4, 8, rng=np.random.default_rng(5)).state_dict())
    np.testing.assert_array_equal(new[0].weight.data, nn.Linear(4, 8, rng=np.random.default_rng(5)).weight.data)


def test_what_is_loaded_is_copied() -> None:
    a, b = nn.Linear(2, 2), nn.Linear(2, 2)
    state = a.state_dict()
    b.load_state_dict(state)
    state["weight"][:] = 0
    assert a.weight.data.any()
    assert b.weight.data.any()
    kept = b.weight
    b.load_state_dict(state)
    assert b.weight is kept, "the parameter stays the one that an optimizer knows"


def test_frozen_parameters_are_no_leaves_of_a_trace_that_learn() -> None:
    model = nn.Linear(2, 1).freeze()
    record = trace((model(Tensor([[1.0, 2.0]], requires_grad=True))).sum())
    assert {node.kind for node in record.nodes if node.label in ("W", "b")} == {"constant"}
