"""The sigmoid neuron, the neuron of any activation, and towers, against closed forms, the engine and PyTorch."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import autograd
from autograd import OperandError, ShapeError, Tensor, gradcheck, sigmoid
from nn import DataError, Linear, QuadraticForm, Sequential
from nn.neurons import Neuron, Perceptron, SigmoidNeuron, tower_approximation

XOR_ROWS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])


@pytest.mark.spec("S-055")
def test_one_half_exactly_on_the_boundary() -> None:
    unit = SigmoidNeuron([1.0, 1.0], -1.5)
    t = np.arange(-64, 64) / 32
    assert set(unit(np.column_stack([t, 1.5 - t])).tolist()) == {0.5}


@pytest.mark.spec("S-055")
def test_a_sigmoid_of_large_weights_is_a_perceptron() -> None:
    w0, w = -0.3, np.array([0.7, -1.2])
    points = np.random.default_rng(0).uniform(-3, 3, (1000, 2))
    away = np.abs(w0 + points @ w) > 0.2
    soft = SigmoidNeuron(100 * w, 100 * w0)(points).data
    assert np.abs(soft - Perceptron(w0, w)(points))[away].max() < 1e-8
    assert away.sum() > 800


@pytest.mark.spec("S-055")
def test_nothing_overflows_far_from_the_boundary() -> None:
    assert SigmoidNeuron([1000.0])([[-1.0], [1.0]]).tolist() == [0.0, 1.0]


@pytest.mark.spec("S-056")
def test_a_neuron_is_f_of_a_dot_product() -> None:
    rng = np.random.default_rng(0)
    w, x, matrix = rng.standard_normal(5), rng.standard_normal((7, 5)), rng.standard_normal((3, 5))
    np.testing.assert_allclose(Neuron(w)(x).data, x @ w, rtol=1e-15)
    assert float(Neuron(w)(x[0]).data) == pytest.approx(np.dot(w, x[0]), rel=1e-15)
    np.testing.assert_allclose(Neuron(matrix)(x[0]).data, matrix @ x[0], rtol=1e-14)
    b = rng.standard_normal(3)
    np.testing.assert_allclose(
        Neuron(matrix, b, autograd.tanh)(x).data, np.tanh(x @ matrix.T + b), rtol=1e-14, atol=1e-15
    )


@pytest.mark.spec("S-056")
def test_a_neuron_differentiates() -> None:
    x = np.random.default_rng(1).standard_normal((4, 3))
    for weight, bias in (([0.1, -0.4, 0.3], 0.2), ([[0.1, -0.4, 0.3], [1.0, 0.5, -1.0]], [0.1, 0.2])):
        neuron = Neuron(weight, bias, autograd.tanh)
        (neuron(x) ** 2).sum().backward()
        w, b = np.array(weight), np.array(bias)
        y = np.tanh(x @ w.T + b)
        signal = 2 * y * (1 - y**2)
        np.testing.assert_allclose(neuron.weight.grad, signal.T @ x, rtol=1e-12)
        assert neuron.bias is not None
        np.testing.assert_allclose(neuron.bias.grad, signal.sum(axis=0), rtol=1e-12)
    with pytest.raises(ShapeError, match="rows of as many"):
        Neuron([1.0, 2.0])([1.0])
    with pytest.raises(ShapeError, match="bias"):
        Neuron([1.0, 2.0], [1.0, 2.0])
    with pytest.raises(OperandError):
        Neuron(3.0)


@pytest.mark.spec("S-057")
def test_three_families_of_models_and_their_gradients() -> None:
    rng = np.random.default_rng(2)
    x, w, matrix = rng.standard_normal((6, 3)), rng.standard_normal(3), rng.standard_normal((3, 3))
    assert gradcheck(lambda w: sigmoid(Tensor(x) @ w).sum(), [Tensor(w, requires_grad=True)])
    assert gradcheck(lambda w: (Tensor(x) @ w).sum(), [Tensor(w, requires_grad=True)])

    form = QuadraticForm(3)
    form.load_state_dict({"weight": matrix})
    np.testing.assert_allclose(form(x).data, np.einsum("bi,ij,bj->b", x, matrix, x), rtol=1e-12)
    form(x[0]).backward()
    np.testing.assert_allclose(form.weight.grad, np.outer(x[0], x[0]), rtol=1e-15)
    point = Tensor(x[0], requires_grad=True)
    form(point).backward()
    np.testing.assert_allclose(point.grad, (matrix + matrix.T) @ x[0], rtol=1e-12)

    layer = Linear(3, 1, bias=False)
    layer.load_state_dict({"weight": w[None]})
    np.testing.assert_allclose(layer(x).data[:, 0], x @ w, rtol=1e-14)
    with pytest.raises(ShapeError, match="rows of 3 numbers"):
        form(np.ones((2, 4)))
    with pytest.raises(OperandError, match="positive whole number"):
        QuadraticForm(0)


@pytest.mark.spec("S-058")
def test_the_gradient_of_one_point_to_the_last_digit() -> None:
    loss, weight, bias = SigmoidNeuron([0.5], -0.2).gradient([2.0], [0.8], loss="half")
    assert loss == pytest.approx(0.006052807401569, abs=1e-15)
    assert weight[0] == pytest.approx(-0.04707105070296, abs=1e-14)
    assert bias == pytest.approx(-0.02353552535148, abs=1e-14)
    assert float(SigmoidNeuron([0.5], -0.2)([2.0]).data) == pytest.approx(0.6899744811276125, abs=1e-16)


@pytest.mark.spec("S-058")
@pytest.mark.parametrize("kind", ["mean", "half"])
def test_the_closed_form_is_what_the_engine_computes(kind: str) -> None:
    rng = np.random.default_rng(4)
    rows, goals = rng.standard_normal((9, 3)), rng.uniform(0, 1, 9)
    unit = SigmoidNeuron(rng.standard_normal(3), 0.4)
    squares = (unit(rows) - goals) ** 2
    loss = squares.mean() if kind == "mean" else 0.5 * squares.sum()
    loss.backward()
    closed = unit.gradient(rows, goals, kind)
    assert closed.loss == pytest.approx(float(loss.data), rel=1e-14)
    np.testing.assert_allclose(unit.weight.grad, closed.weight, rtol=1e-12)
    assert float(unit.bias.grad) == pytest.approx(closed.bias, rel=1e-12)


@pytest.mark.spec("S-058")
def test_descent_goes_down_and_the_two_losses_differ_by_their_factor() -> None:
    rows, goals = np.array([0.5, 2.5]), np.array([0.2, 0.9])
    unit = SigmoidNeuron([-2.0], -2.0).fit(rows, goals, lr=1.0)
    assert len(unit.history) == 1001
    assert unit.history[-1] < 1e-3 < unit.history[0]
    assert all(a >= b for a, b in pairwise(unit.history))
    # with m points the half loss is m/2 times the mean, so 2/m of the rate makes the same steps
    half = SigmoidNeuron([-2.0], -2.0).fit(rows, goals, lr=1.0 * 2 / 2, max_iterations=20, loss="half")
    mean = SigmoidNeuron([-2.0], -2.0).fit(rows, goals, lr=1.0, max_iterations=20)
    np.testing.assert_allclose(half.weight.data, mean.weight.data, rtol=1e-12)


def test_what_a_sigmoid_neuron_refuses() -> None:
    unit = SigmoidNeuron([1.0, 2.0])
    with pytest.raises(DataError, match="as many targets"):
        unit.gradient([[1.0, 2.0]], [1.0, 0.0])
    with pytest.raises(DataError, match="rows of 2 inputs"):
        unit.fit([[1.0]], [1.0], lr=0.1)
    with pytest.raises(DataError, match="not finite"):
        unit.fit([[1.0, np.inf]], [1.0], lr=0.1)
    for options in ({"lr": 0.0}, {"lr": 1.0, "max_iterations": 0}, {"lr": 1.0, "loss": "sum"}):
        with pytest.raises(OperandError):
            unit.fit([[1.0, 1.0]], [1.0], **options)  # type: ignore[arg-type]
    with pytest.raises(OperandError, match="one neuron"):
        SigmoidNeuron([[1.0]], 0.0)


class Squash(Linear):
    """A linear layer and a sigmoid."""

    def forward(self, x: object) -> Tensor:
        return sigmoid(super().forward(x))  # type: ignore[no-any-return]


@pytest.mark.spec("S-054")
def test_a_trained_network_of_sigmoids_learns_xor() -> None:
    goals = np.array([[0.0], [1.0], [1.0], [0.0]])
    right = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        model = Sequential(Squash(2, 4, rng=rng), Squash(4, 1, rng=rng))
        for parameter in model.parameters():
            parameter.data = 2 * parameter.data
        for _ in range(1500):
            model.zero_grad()
            ((model(XOR_ROWS) - goals) ** 2).mean().backward()
            for parameter in model.parameters():
                parameter.data = parameter.data - 5.0 * parameter.grad
        right.append(int(((model(XOR_ROWS).data > 0.5) == goals).sum()))
        if right[-1] == 4:
            break
    assert max(right) == 4


@pytest.mark.spec("S-071")
def test_more_towers_come_closer_to_sine() -> None:
    points = np.linspace(0, 2 * np.pi, 8001)
    for steepness, expected in ((50.0, None), (2000.0, [0.307, 0.155, 0.077, 0.038])):
        errors = []
        for towers in (10, 20, 40, 80):
            net = tower_approximation(np.sin, 0.0, 2 * np.pi, towers, steepness=steepness)
            width = 2 * np.pi / towers
            inside = (points > width / 2) & (points < 2 * np.pi - width / 2)
            errors.append(float(np.abs(net(points).data - np.sin(points))[inside].max()))
        assert all(a > 1.8 * b for a, b in pairwise(errors))
        if expected:
            assert errors == pytest.approx(expected, abs=0.01)


@pytest.mark.spec("S-071")
def test_a_tower_is_two_hidden_units_of_one_network() -> None:
    net = tower_approximation(lambda x: x**2, -1.0, 2.0, 6)
    x = np.linspace(-1, 2, 50)
    w, b = net.hidden.weight.data[:, 0], net.hidden.bias.data  # type: ignore[union-attr]
    by_hand = (1 / (1 + np.exp(-(x[:, None] * w + b)))) @ net.output.weight.data[0]
    np.testing.assert_allclose(net(x).data, by_hand, rtol=1e-12, atol=1e-12)
    assert net(x.reshape(5, 10)).shape == (5, 10)
    for arguments in ((1.0, 1.0, 5), (0.0, 1.0, 0), (0.0, np.inf, 5)):
        with pytest.raises(OperandError):
            tower_approximation(np.sin, *arguments)
    with pytest.raises(DataError, match="finite number"):
        tower_approximation(lambda x: x * np.nan, 0.0, 1.0, 3)
