"""The written-out passes against the engine and PyTorch, and the two gradients worked out by hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import OperandError, ShapeError, Tensor, Value, linear
from nn import DataError, Linear, Module, Sequential
from nn.manual import (
    backward,
    batchnorm_backward,
    delta_backprop,
    forward,
    sigmoid_neuron_gradient,
    stages,
    two_layer_gradient,
)

ACTIVATIONS = ["sigmoid", "tanh", "relu"]
SIZES = [[3, 4], [4, 5, 3], [2, 6, 5, 3], [3, 4, 4, 5, 2]]
Arrays = list[np.ndarray]


def network(sizes: list[int], seed: int = 0) -> tuple[np.ndarray, Arrays, Arrays]:
    rng = np.random.default_rng(seed + len(sizes))
    pairs = list(pairwise(sizes))
    weights = [rng.standard_normal((m, n)) for n, m in pairs]
    return rng.standard_normal(sizes[0]), weights, [rng.standard_normal(m) for _, m in pairs]


class Engine:
    """The same network on Tensors, with every intermediate result at hand."""

    def __init__(self, x: np.ndarray, weights: Arrays, biases: Arrays, activation: str) -> None:
        self.weights = [Tensor(w.copy(), requires_grad=True) for w in weights]
        self.biases = [Tensor(b.copy(), requires_grad=True) for b in biases]
        self.hidden, self.sums = [Tensor(x.copy(), requires_grad=True)], list[Any]()
        g = getattr(autograd, activation)
        for k, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            self.sums.append(linear(self.hidden[-1], w, b))
            if k < len(weights) - 1:
                self.hidden.append(g(self.sums[-1]))

    def compare(self, ours: Any) -> None:
        for part in ("weights", "biases", "sums", "hidden"):
            for mine, theirs in zip(getattr(ours, part), getattr(self, part), strict=True):
                assert mine.shape == theirs.shape
                np.testing.assert_allclose(mine, theirs.grad, rtol=1e-10, atol=1e-12)


def torch_network(x: np.ndarray, weights: Arrays, biases: Arrays, activation: str) -> tuple[Any, list[Any], list[Any]]:
    import torch

    ws = [torch.tensor(w, requires_grad=True) for w in weights]
    bs = [torch.tensor(b, requires_grad=True) for b in biases]
    h = torch.tensor(x)
    for k, (w, b) in enumerate(zip(ws, bs, strict=True)):
        h = w @ h + b
        if k < len(ws) - 1:
            h = getattr(torch, activation)(h)
    return h, ws, bs


class Apply(Module):
    """A function as a module."""

    def __init__(self, function: Any) -> None:
        self._function = function

    def forward(self, x: Any) -> Any:
        return self._function(x)


@pytest.mark.spec("S-065")
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_forward_is_what_modules_compute(sizes: list[int], activation: str) -> None:
    x, weights, biases = network(sizes)
    parts: list[Module] = []
    for w, b in zip(weights, biases, strict=True):
        layer = Linear(w.shape[1], len(w))
        layer.load_state_dict({"weight": w, "bias": b})
        parts += [layer, Apply(getattr(autograd, activation))]
    model = Sequential(*parts[:-1], Apply(lambda a: autograd.softmax(a, axis=-1)))
    passed = forward(x, weights, biases, activation=activation, output="softmax")
    np.testing.assert_allclose(passed.output, model(Tensor(x)).data, rtol=1e-12)
    assert len(passed.sums) == len(passed.hidden) == len(weights)


@pytest.mark.needs("torch")
@pytest.mark.spec("S-066")
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_every_gradient_of_the_matrix_form(sizes: list[int], activation: str) -> None:
    import torch

    x, weights, biases = network(sizes)
    for label in range(sizes[-1]):
        ours = backward(forward(x, weights, biases, activation=activation, output="softmax"), label)
        engine = Engine(x, weights, biases, activation)
        loss = autograd.cross_entropy(engine.sums[-1].reshape(1, -1), np.array([label]))
        loss.backward()
        assert ours.loss == pytest.approx(float(loss.data), rel=1e-12)
        engine.compare(ours)
        logits, ws, bs = torch_network(x, weights, biases, activation)
        torch.nn.functional.cross_entropy(logits[None], torch.tensor([label])).backward()
        for mine, theirs in zip(ours.weights + ours.biases, ws + bs, strict=True):
            np.testing.assert_allclose(mine, theirs.grad.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.spec("S-066")
def test_the_loop_starts_at_the_output_layer() -> None:
    x, weights, biases = network([3, 4, 2])
    result = backward(forward(x, weights, biases, output="softmax"), 1)
    assert [w.shape for w in result.weights] == [(4, 3), (2, 4)]
    assert np.abs(result.weights[-1]).max() > 0
    assert result.sums[-1].sum() == pytest.approx(0, abs=1e-15)  # ŷ − e


@pytest.mark.needs("torch")
@pytest.mark.spec("S-067")
@pytest.mark.parametrize("activation", [*ACTIVATIONS, "identity"])
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_every_gradient_of_the_delta_rule(sizes: list[int], activation: str) -> None:
    import torch

    x, weights, biases = network(sizes, seed=5)
    y = np.random.default_rng(9).standard_normal(sizes[-1])
    ours = delta_backprop(x, y, weights, biases, activation=activation)
    engine = Engine(x, weights, biases, activation)
    loss = 0.5 * ((getattr(autograd, activation)(engine.sums[-1]) - y) ** 2).sum()
    loss.backward()
    assert ours.loss == pytest.approx(float(loss.data), rel=1e-12)
    engine.compare(ours)
    if activation != "identity":
        sums, ws, bs = torch_network(x, weights, biases, activation)
        (0.5 * ((getattr(torch, activation)(sums) - torch.tensor(y)) ** 2).sum()).backward()
        for mine, theirs in zip(ours.weights + ours.biases, ws + bs, strict=True):
            np.testing.assert_allclose(mine, theirs.grad.numpy(), rtol=1e-10, atol=1e-12)


def test_losses_stay_finite_where_softmax_underflows() -> None:
    result = backward(forward([1.0], [[[1e4], [0.0]]], output="softmax"), 1)
    assert result.loss == pytest.approx(1e4)
    assert result.sums[0].tolist() == [1.0, -1.0]
    assert forward([1.0], [[[1e4], [-1e4]]], output="sigmoid").output.tolist() == [1.0, 0.0]


@pytest.mark.spec("S-073")
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_the_stages_multiply_to_the_gradient(sizes: list[int], activation: str) -> None:
    x, weights, biases = network(sizes, seed=2)
    passed = forward(x, weights, biases, activation=activation, output="softmax")
    engine = Engine(x, weights, biases, activation)
    autograd.cross_entropy(engine.sums[-1].reshape(1, -1), np.array([1])).backward()
    for layer in range(1, len(weights) + 1):
        told = stages(passed, 1, layer)
        assert len(told) == len(weights) - layer + 2
        product = told[0].jacobian
        for stage in told[1:]:
            product = product @ stage.jacobian
        np.testing.assert_allclose(
            product.reshape(weights[layer - 1].shape), engine.weights[layer - 1].grad, rtol=1e-10, atol=1e-12
        )


@pytest.mark.spec("S-073")
def test_the_stages_of_two_hidden_layers_by_name() -> None:
    x, weights, biases = network([2, 3, 3, 2])
    told = stages(forward(x, weights, biases, output="softmax"), 0)
    assert [(stage.name, stage.formula) for stage in told] == [
        ("talk to the output layer", "∂L/∂ŷ · ∂ŷ/∂a3"),
        ("talk to the hidden layer 2", "∂a3/∂h2 · ∂h2/∂a2"),
        ("talk to the hidden layer 1", "∂a2/∂h1 · ∂h1/∂a1"),
        ("talk to the weights", "∂a1/∂W1"),
    ]


@pytest.mark.spec("S-069")
def test_one_sigmoid_neuron_of_three_inputs() -> None:
    x, w = (1.0, 2.0, -1.0), (0.1, -0.2, 0.3)
    result = sigmoid_neuron_gradient(x, w, 1.0)
    assert result.output == pytest.approx(0.354343693774, abs=1e-12)
    assert result.loss == pytest.approx(0.208436032885, abs=1e-12)
    np.testing.assert_allclose(result.weights, [-0.147715987616, -0.295431975232, 0.147715987616], atol=1e-12)

    leaves = [Value(v) for v in w]
    h = (leaves[0] * x[0] + leaves[1] * x[1] + leaves[2] * x[2]).sigmoid()
    loss = 0.5 * (1.0 - h) ** 2
    loss.backward()
    assert result.loss == pytest.approx(loss.data, rel=1e-14)
    np.testing.assert_allclose(result.weights, [leaf.grad for leaf in leaves], rtol=1e-13)


@pytest.mark.spec("S-070")
def test_the_network_of_two_three_and_one() -> None:
    x, y = np.array([0.5, -1.0]), 1.0
    w1, w2 = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]), np.array([0.7, -0.8, 0.9])
    result = two_layer_gradient(x, w1, w2, y)
    assert result.output == pytest.approx(0.579017762227, abs=1e-12)
    assert result.loss == pytest.approx(0.088613022260, abs=1e-12)
    np.testing.assert_allclose(result.w2, [-0.042420075358, -0.041181479501, -0.039955044518], atol=1e-12)
    np.testing.assert_allclose(
        result.w1,
        [[-0.008709526666, 0.009861937441, -0.010979153000], [0.017419053333, -0.019723874882, 0.021958305999]],
        atol=1e-12,
    )
    after = two_layer_gradient(x, w1 - 0.1 * result.w1, w2 - 0.1 * result.w2, y)
    assert after.loss == pytest.approx(0.087958302982, abs=1e-12)

    first, second = Tensor(w1, requires_grad=True), Tensor(w2, requires_grad=True)
    loss = 0.5 * (y - autograd.sigmoid(autograd.sigmoid(x @ first) @ second)) ** 2
    loss.backward()
    np.testing.assert_allclose(result.w1, first.grad, rtol=1e-12)
    np.testing.assert_allclose(result.w2, second.grad, rtol=1e-12)
    delta = delta_backprop(x, [y], [w1.T, w2[None]])
    np.testing.assert_allclose(delta.weights[0].T, result.w1, rtol=1e-12)
    np.testing.assert_allclose(delta.weights[1][0], result.w2, rtol=1e-12)


@pytest.mark.needs("torch")
@pytest.mark.spec("S-110")
@pytest.mark.parametrize("shape", [(2, 1), (5, 3), (32, 4)], ids=str)
def test_batch_normalisation_backwards(shape: tuple[int, int]) -> None:
    import torch

    rng = np.random.default_rng(shape[0])
    x, g = 3 + 2 * rng.standard_normal(shape), rng.standard_normal(shape)
    gamma, beta = rng.uniform(0.5, 2, shape[1]), rng.standard_normal(shape[1])
    ours = batchnorm_backward(x, gamma, g)

    leaves = [Tensor(a.copy(), requires_grad=True) for a in (x, gamma, beta)]
    rows, scale, shift = leaves
    centred = rows - rows.mean(axis=0)
    y = scale * centred / ((centred**2).mean(axis=0) + 1e-5).sqrt() + shift
    (y * g).sum().backward()

    norm = torch.nn.BatchNorm1d(shape[1], dtype=torch.float64)
    norm.weight.data, norm.bias.data = torch.tensor(gamma), torch.tensor(beta)
    theirs = torch.tensor(x, requires_grad=True)
    (norm(theirs) * torch.tensor(g)).sum().backward()
    assert norm.weight.grad is not None
    assert norm.bias.grad is not None
    assert theirs.grad is not None
    for mine, engine, torchs in zip(ours, leaves, (theirs.grad, norm.weight.grad, norm.bias.grad), strict=True):
        np.testing.assert_allclose(mine, engine.grad, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(mine, torchs.numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(ours.x.sum(axis=0), 0, atol=1e-13)


def test_what_the_written_out_passes_refuse() -> None:
    x, weights, biases = network([3, 4, 2])
    softmax = forward(x, weights, biases, output="softmax")
    for label in (-1, 2, 0.0):
        with pytest.raises(DataError, match="class from 0 to 1"):
            backward(softmax, label)  # type: ignore[arg-type]
        with pytest.raises(DataError):
            stages(softmax, label)  # type: ignore[arg-type]
    with pytest.raises(OperandError, match="softmax"):
        backward(forward(x, weights, biases), 0)
    with pytest.raises(OperandError, match="softmax"):
        stages(forward(x, weights, biases), 0)
    with pytest.raises(OperandError, match="layers are 1 to 2"):
        stages(softmax, 0, layer=3)
    with pytest.raises(ShapeError, match="layer 1 is given 2 numbers"):
        forward(x[:2], weights, biases)
    with pytest.raises(ShapeError, match="layer 2"):
        forward(x, [weights[0], weights[0]], biases)
    with pytest.raises(ShapeError, match="bias per weight matrix"):
        forward(x, weights, biases[:1])
    with pytest.raises(OperandError, match="activation"):
        forward(x, weights, biases, activation="gauss")
    with pytest.raises(ShapeError, match="target"):
        delta_backprop(x, [1.0], weights, biases)
    with pytest.raises(ShapeError):
        sigmoid_neuron_gradient([1.0], [1.0, 2.0], 1.0)
    with pytest.raises(ShapeError):
        two_layer_gradient([1.0], [[1.0, 2.0]], [1.0], 1.0)
    with pytest.raises(ShapeError):
        batchnorm_backward([[1.0]], [1.0, 2.0], [[1.0]])
    with pytest.raises(DataError):
        batchnorm_backward(np.ones((0, 2)), [1.0, 2.0], np.ones((0, 2)))
