"""Layers of weighted sums: against PyTorch, as nested formulas, counted, collapsed, and stepped over a batch."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import OperandError, ShapeError, Tensor, Value
from nn import (
    MLP,
    FeedForward,
    Identity,
    Linear,
    Module,
    QuadraticForm,
    Sequential,
    collapse_linear,
    count_parameters,
    depth,
    manual,
    output_pairing,
)
from optim import SGD, OptimizerError, batch_gradient_step


class Tanh(Module):
    """tanh as a module."""

    def forward(self, x: Any) -> Any:
        return autograd.tanh(x)


@pytest.mark.needs("torch")
@pytest.mark.spec("S-059")
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(3,), (1, 3), (5, 3), (2, 4, 3)], ids=str)
def test_an_affine_layer_is_pytorchs(shape: tuple[int, ...], bias: bool) -> None:
    import torch

    rng = np.random.default_rng(0)
    layer = Linear(3, 4, bias, rng=rng)
    theirs = torch.nn.Linear(3, 4, bias, dtype=torch.float64)
    theirs.weight.data = torch.tensor(layer.weight.data.copy())
    if layer.bias is not None:
        theirs.bias.data = torch.tensor(layer.bias.data.copy())
    x, g = rng.standard_normal(shape), rng.standard_normal((*shape[:-1], 4))
    mine, other = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    y, z = layer(mine), theirs(other)
    np.testing.assert_allclose(y.data, z.detach().numpy(), rtol=1e-12, atol=1e-14)
    (y * g).sum().backward()
    (z * torch.tensor(g)).sum().backward()
    pairs = [(mine, other), (layer.weight, theirs.weight)] + ([(layer.bias, theirs.bias)] if bias else [])
    for ours, torchs in pairs:
        np.testing.assert_allclose(ours.grad, torchs.grad.numpy(), rtol=1e-12, atol=1e-14)  # type: ignore[union-attr]
    rows, upstream = x.reshape(-1, 3), g.reshape(-1, 4)
    np.testing.assert_allclose(layer.weight.grad, upstream.T @ rows, rtol=1e-12, atol=1e-14)


@pytest.mark.spec("S-060")
def test_a_network_is_a_nested_formula() -> None:
    sizes = [3, 4, 4, 2]
    layers = [Linear(n, m, rng=np.random.default_rng(n + m)) for n, m in pairwise(sizes)]
    model = Sequential(layers[0], Tanh(), layers[1], Tanh(), layers[2])
    x = np.random.default_rng(1).standard_normal((6, 3))
    (w1, b1, w2, b2, w3, b3) = (p.data for p in model.parameters())
    expected = np.tanh(np.tanh(x @ w1.T + b1) @ w2.T + b2) @ w3.T + b3
    np.testing.assert_allclose(model(x).data, expected, rtol=1e-13, atol=1e-14)
    assert [w.shape for w in (w1, w2, w3)] == [(4, 3), (4, 4), (2, 4)]
    assert [name for name, _ in model.named_parameters()] == [
        "0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias",
    ]  # fmt: skip


@pytest.mark.spec("S-060", "S-065")
def test_the_network_by_its_sizes_is_the_nested_formula_too() -> None:
    model = FeedForward([3, 4, 4, 2], "tanh", rng=0)
    weights, biases = ([p.data for name, p in model.named_parameters() if kind in name] for kind in ("weight", "bias"))
    assert [w.shape for w in weights] == [(4, 3), (4, 4), (2, 4)]
    x = np.random.default_rng(1).standard_normal((5, 3))
    by_hand = [manual.forward(row, weights, biases, activation="tanh").output for row in x]
    np.testing.assert_allclose(model(x).data, by_hand, rtol=1e-12, atol=1e-14)
    assert depth(model) == 3


@pytest.mark.spec("S-061")
def test_depth_does_not_count_the_input() -> None:
    assert MLP(3, [4, 4, 2]).depth == 3
    assert depth(MLP(3, [4, 4, 2])) == 3
    model = Sequential(Linear(3, 4), Tanh(), Sequential(Linear(4, 4), Tanh()), Linear(4, 2))
    assert depth(model) == 3
    shared = Linear(4, 4)
    assert depth(Sequential(shared, Tanh(), shared)) == 1
    assert depth(Tanh()) == 0


@pytest.mark.needs("torch")
@pytest.mark.spec("S-062")
def test_how_many_numbers_are_learned() -> None:
    import torch

    for sizes, count in (([3, 4, 2], 26), ([3072, 100, 50, 10], 312860)):
        pairs = list(pairwise(sizes))
        ours = Sequential(*(Linear(n, m) for n, m in pairs))
        theirs = torch.nn.Sequential(*(torch.nn.Linear(n, m) for n, m in pairs))
        assert count_parameters(ours) == count == sum(p.numel() for p in theirs.parameters())
    assert count_parameters(MLP(3, [4, 2], rng=random.Random(0))) == 26


@pytest.mark.spec("S-063")
@pytest.mark.parametrize("bias", [True, False, "mixed"])
def test_linear_layers_in_a_row_are_one(bias: bool | str) -> None:
    rng = np.random.default_rng(3)
    sizes = [6, 5, 2, 7, 4]
    layers = [
        Linear(n, m, bool(i % 2) if bias == "mixed" else bool(bias), rng=rng)
        for i, (n, m) in enumerate(pairwise(sizes))
    ]
    deep = Sequential(layers[0], Identity(), Sequential(layers[1], layers[2]), layers[3])
    flat = collapse_linear(deep)
    x = rng.standard_normal((20, 6))
    np.testing.assert_allclose(flat(x).data, deep(x).data, rtol=1e-10, atol=1e-12)
    assert np.linalg.matrix_rank(flat.weight.data) <= 2  # the bottleneck
    assert (flat.bias is None) == (bias is False)
    np.testing.assert_allclose(collapse_linear(layers)(x).data, flat(x).data)
    flat.weight.data = flat.weight.data * 0
    assert np.abs(layers[0].weight.data).max() > 0, "the collapsed layer has weights of its own"


def test_what_does_not_collapse() -> None:
    with pytest.raises(OperandError, match="Tanh is not linear"):
        collapse_linear(Sequential(Linear(2, 2), Tanh(), Linear(2, 2)))
    with pytest.raises(OperandError, match="QuadraticForm is not linear"):
        collapse_linear([QuadraticForm(2)])
    with pytest.raises(OperandError, match="no linear layer"):
        collapse_linear([])
    with pytest.raises(ShapeError, match="takes 3 features, but is given 2"):
        collapse_linear([Linear(1, 2), Linear(3, 1)])


def test_collapsing_keeps_the_precision() -> None:
    flat = collapse_linear([Linear(2, 3, dtype=np.float32), Linear(3, 1, dtype=np.float32)])
    assert flat.weight.dtype == flat.bias.dtype == np.float32  # type: ignore[union-attr]


@pytest.mark.spec("S-064")
def test_outputs_and_losses_that_belong_together() -> None:
    assert [output_pairing(task)[1:] for task in ("regression", "classification", "binary")] == [
        ("Identity", "squared error", "MSELoss"),
        ("Softmax", "cross-entropy", "CrossEntropyLoss"),
        ("Sigmoid", "binary cross-entropy", "BCEWithLogitsLoss"),
    ]
    with pytest.raises(OperandError, match="regression, classification, binary"):
        output_pairing("ranking")


@pytest.mark.spec("S-064")
def test_each_pairs_gradient_by_the_last_sums_is_output_minus_target() -> None:
    rng = np.random.default_rng(0)
    for task in ("regression", "classification", "binary"):
        a = Tensor(rng.standard_normal(4), requires_grad=True)
        if task == "regression":
            output, target = Identity()(a), rng.standard_normal(4)
            loss = 0.5 * ((output - target) ** 2).sum()
            assert output is a  # the linear output is the last weighted sums themselves
        elif task == "classification":
            output, target = autograd.softmax(a, axis=0), np.eye(4)[2]
            loss = -(target * autograd.log(output)).sum()
        else:
            output, target = autograd.sigmoid(a), np.array([0.0, 1.0, 1.0, 0.0])
            loss = -(target * autograd.log(output) + (1 - target) * autograd.log(1 - output)).sum()
        loss.backward()
        np.testing.assert_allclose(a.grad, output.data - target, rtol=1e-10, atol=1e-14)


@pytest.mark.needs("torch")
@pytest.mark.spec("S-068")
def test_gradients_added_up_over_a_batch_make_the_step_of_the_mean_loss() -> None:
    import torch

    rng = np.random.default_rng(5)
    x, y = rng.standard_normal((7, 3)), rng.standard_normal((7, 1))
    model = Sequential(Linear(3, 4, rng=rng), Tanh(), Linear(4, 1, rng=rng))
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1)).double()
    for ours, other in zip(model.parameters(), theirs.parameters(), strict=True):
        other.data = torch.tensor(ours.data.copy())
    optimizer, peer = SGD(model.parameters(), lr=0.3), torch.optim.SGD(theirs.parameters(), lr=0.3)
    for _ in range(3):
        mean = batch_gradient_step(optimizer, lambda s: ((model(s[0]) - s[1]) ** 2).sum(), zip(x, y, strict=True))
        peer.zero_grad()
        loss = ((theirs(torch.tensor(x)) - torch.tensor(y)) ** 2).mean()
        loss.backward()  # type: ignore[no-untyped-call]
        peer.step()
        assert mean == pytest.approx(loss.item(), rel=1e-12)
        for ours, other in zip(model.parameters(), theirs.parameters(), strict=True):
            np.testing.assert_allclose(ours.data, other.detach().numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.spec("S-068")
def test_a_batch_of_scalars_and_an_empty_one() -> None:
    w = Value(1.0)
    w.grad = 100.0  # of an earlier pass
    optimizer = SGD([w], lr=0.1)
    batch_gradient_step(optimizer, lambda s: (w * s) ** 2, [1.0, 2.0, 3.0])
    assert w.data == pytest.approx(1 - 0.1 * 2 * (1 + 4 + 9) / 3, rel=1e-12)
    with pytest.raises(OptimizerError, match="no samples"):
        batch_gradient_step(optimizer, lambda s: w * s, [])
