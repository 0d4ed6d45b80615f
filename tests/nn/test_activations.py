"""Activation functions, on Values and Tensors: against PyTorch, closed forms, and what is often got wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import OperandError, ShapeError, Tensor, Value, gradcheck, trace
from nn import functional as F  # noqa: N812 - PyTorch's habit

from ..autograd.settings import thorough

POINTS = np.array([-30.0, -5.0, -2.0, -1.0, -0.3, 0.0, 0.2, 0.5, 1.0, 2.0, 3.0, 19.0, 21.0, 40.0])
FUNCTIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "identity": (F.linear_activation, lambda t: t * 1),
    "sigmoid": (F.sigmoid, lambda t: t.sigmoid()),
    "tanh": (F.tanh, lambda t: t.tanh()),
    "arctan": (F.arctan, lambda t: t.atan()),
    "softsign": (F.softsign, lambda t: _torch().softsign(t)),
    "relu": (F.relu, lambda t: t.relu()),
    "leaky_relu": (F.leaky_relu, lambda t: _torch().leaky_relu(t)),
    "leaky_relu 1.5": (lambda x: F.leaky_relu(x, 1.5), lambda t: _torch().leaky_relu(t, 1.5)),
    "elu": (F.elu, lambda t: _torch().elu(t)),
    "elu 2": (lambda x: F.elu(x, 2.0), lambda t: _torch().elu(t, 2.0)),
    "softplus": (F.softplus, lambda t: _torch().softplus(t)),
    "softplus 2": (lambda x: F.softplus(x, 2.0, 10.0), lambda t: _torch().softplus(t, 2.0, 10.0)),
    "softplus 2 to 3": (lambda x: F.softplus(x, 2.0, 3.0), lambda t: _torch().softplus(t, 2.0, 3.0)),
    "silu": (F.silu, lambda t: _torch().silu(t)),
    "swish": (F.swish, lambda t: _torch().silu(t)),
    "swish 2": (lambda x: F.swish(x, 2.0), lambda t: t * (2 * t).sigmoid()),
    "gelu": (F.gelu, lambda t: _torch().gelu(t)),
    "gelu tanh": (lambda x: F.gelu(x, "tanh"), lambda t: _torch().gelu(t, approximate="tanh")),
    "selu": (F.selu, lambda t: _torch().selu(t)),
    "mish": (F.mish, lambda t: _torch().mish(t)),
    "hardtanh": (F.hardtanh, lambda t: _torch().hardtanh(t)),
    "logsigmoid": (F.logsigmoid, lambda t: _torch().logsigmoid(t)),
}
each = pytest.mark.parametrize("name", FUNCTIONS)
finite = st.floats(-30, 30)


def _torch() -> Any:
    import torch

    return torch.nn.functional


def slopes(function: Callable[[Any], Any], x: Any) -> Any:
    leaf = Tensor(np.asarray(x, dtype=float), requires_grad=True)
    function(leaf).sum().backward()
    return leaf.grad


@pytest.mark.spec("S-081", "S-082", "S-084", "S-085", "S-086", "S-088", "S-089", "S-090")
@pytest.mark.needs("torch")
@each
def test_as_pytorch(name: str) -> None:
    import torch

    ours, theirs = FUNCTIONS[name]
    t = torch.tensor(POINTS, requires_grad=True)
    out = theirs(t)
    out.sum().backward()
    np.testing.assert_allclose(ours(Tensor(POINTS)).data, out.detach().numpy(), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(slopes(ours, POINTS), t.grad.numpy(), rtol=1e-12, atol=1e-14)


@each
def test_both_engines_give_the_same_numbers(name: str) -> None:
    function = FUNCTIONS[name][0]
    leaves = [Value(x) for x in POINTS]
    outs = function(leaves)
    assert isinstance(outs, list)
    for out in outs:
        out.backward()
    np.testing.assert_allclose([v.data for v in outs], function(Tensor(POINTS)).data, rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose([v.grad for v in leaves], slopes(function, POINTS), rtol=1e-13, atol=1e-15)


@each
def test_derivatives_against_differences(name: str) -> None:
    for x in (-2.1, -0.4, 0.3, 1.7):
        if not (name == "hardtanh" and abs(x) > 1):
            gradcheck(FUNCTIONS[name][0], [x], order=1)


@thorough
@given(x=finite)
def test_functions_of_numbers_values_and_tensors_agree(x: float) -> None:
    for function, _ in FUNCTIONS.values():
        number = float(function(x))
        assert math.isclose(function(Value(x)).data, number, rel_tol=1e-13, abs_tol=1e-15)
        assert math.isclose(function(Tensor(x)).item(), number, rel_tol=1e-13, abs_tol=1e-15)


@pytest.mark.spec("S-079")
@given(a=finite, x=finite)
def test_the_slope_of_the_identity_is_the_same_everywhere(a: float, x: float) -> None:
    assert slopes(lambda t: F.linear_activation(t, a), [x, 0.0, -x]).tolist() == [a] * 3
    v = Value(x)
    F.linear_activation(v, a).backward()
    assert v.grad == a


@pytest.mark.spec("S-079")
def test_layers_with_it_collapse_into_one() -> None:
    net = nn.FeedForward([3, 5, 4, 2], activation="identity", rng=0)
    x = np.random.default_rng(1).normal(size=(6, 3))
    weight, bias = np.eye(3), np.zeros(3)
    for layer in net:
        if isinstance(layer, nn.Linear):
            weight, bias = layer.weight.data @ weight, layer.weight.data @ bias + layer.bias.data
    np.testing.assert_allclose(net(Tensor(x)).data, x @ weight.T + bias, rtol=1e-12)
    assert isinstance(nn.Identity()(Tensor(x)), Tensor)


@pytest.mark.spec("S-080")
@pytest.mark.needs("torch")
def test_the_step_is_one_at_zero_and_blocks() -> None:
    import torch

    assert (F.heaviside(0.0), F.heaviside(-1e-300), F.heaviside(0.0, 0.5)) == (1.0, 0.0, 0.5)
    for at_zero in (1.0, 0.5):
        theirs = torch.heaviside(torch.tensor(POINTS), torch.tensor(at_zero, dtype=torch.float64)).numpy()
        assert (F.heaviside(Tensor(POINTS), at_zero).data == theirs).all()
    leaf = Tensor(POINTS, requires_grad=True)
    (nn.BinaryStep()(leaf) * leaf.detach()).sum().backward()
    assert (leaf.grad == 0).all()
    v = Value(0.0)
    nn.BinaryStep()(v).backward()
    assert v.grad == 0


@pytest.mark.spec("S-081")
def test_the_sigmoid_keeps_its_tails() -> None:
    with np.errstate(all="raise", under="ignore"):
        assert F.sigmoid(Tensor([-1000.0, 0.0, 1000.0])).tolist() == [0.0, 0.5, 1.0]
    assert (F.sigmoid(Value(-1000.0)).data, F.sigmoid(0.0)) == (0.0, 0.5)
    np.testing.assert_allclose(slopes(F.sigmoid, [-3, 0, 3]), [0.045176659730912, 0.25, 0.045176659730912], rtol=1e-12)


@pytest.mark.spec("S-082")
def test_tanh_is_twice_the_sigmoid_of_twice_x_minus_one() -> None:
    assert F.tanh(0.7) == pytest.approx(0.604367777117, abs=1e-12)
    assert slopes(F.tanh, [2.0])[0] == pytest.approx(0.070650824853, abs=1e-12)
    np.testing.assert_allclose(F.tanh(Tensor(POINTS)).data, 2 * F.sigmoid(Tensor(2 * POINTS)).data - 1, atol=1e-15)
    assert 2 * F.sigmoid(0.7) - 1 == pytest.approx(0.336376, abs=1e-6)  # the misprint, another number
    assert abs(F.tanh(0.7) - 0.336376) > 0.2


@pytest.mark.spec("S-083")
def test_arctan() -> None:
    assert F.arctan(1.0) == pytest.approx(0.785398163397, abs=1e-12)
    np.testing.assert_allclose(nn.Arctan()(Tensor(POINTS)).data, np.arctan(POINTS), rtol=1e-14)
    np.testing.assert_allclose(slopes(F.arctan, POINTS), 1 / (1 + POINTS**2), rtol=1e-14)
    assert gradcheck(F.arctan, [0.7], order=2)


@pytest.mark.spec("S-084")
def test_softsign() -> None:
    assert F.softsign([-2.0, 0.5]).tolist() == [-2 / 3, 1 / 3]
    np.testing.assert_allclose(slopes(F.softsign, POINTS), 1 / (1 + np.abs(POINTS)) ** 2, rtol=1e-14)
    assert slopes(F.softsign, [0.0]) == [1.0]


@pytest.mark.spec("S-085")
def test_relu_at_the_kink() -> None:
    assert slopes(nn.ReLU(), [-1.0, 0.0, 1.0]).tolist() == [0.0, 0.0, 1.0]


@pytest.mark.spec("S-086")
def test_leaky_relu_is_no_maximum() -> None:
    layer = nn.LeakyReLU(1.5)
    assert nn.LeakyReLU()(Tensor([-2.0])).item() == -0.02
    assert layer(Tensor([2.0, -2.0])).tolist() == [2.0, -3.0]
    assert layer(Value(2.0)).data == 2.0
    assert slopes(layer, [-1.0, 0.0, 1.0]).tolist() == [1.5, 1.5, 1.0]


@pytest.mark.spec("S-087")
@pytest.mark.needs("torch")
@pytest.mark.parametrize("shape", [(5,), (4, 3), (2, 3, 4), (2, 3, 2, 2)])
@pytest.mark.parametrize("shared", [True, False])
def test_prelu_as_pytorch(shape: tuple[int, ...], shared: bool) -> None:
    import torch

    count = 1 if shared or len(shape) == 1 else 3
    x = np.random.default_rng(0).normal(size=shape)
    x.flat[0] = 0.0
    upstream = np.random.default_rng(1).normal(size=shape)
    ours, theirs = nn.PReLU(count), torch.nn.PReLU(count, dtype=torch.float64)
    assert ours.weight.data.tolist() == theirs.weight.tolist() == [0.25] * count
    ours.load_state_dict({"weight": np.linspace(0.1, 1.4, count)})
    theirs.load_state_dict({"weight": torch.linspace(0.1, 1.4, count, dtype=torch.float64)})
    leaf, t = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    ours(leaf).backward(upstream)
    theirs(t).backward(torch.tensor(upstream))
    np.testing.assert_allclose(ours(leaf).data, theirs(t).detach().numpy(), rtol=1e-14)
    np.testing.assert_allclose(leaf.grad, t.grad.numpy(), rtol=1e-14)
    np.testing.assert_allclose(ours.weight.grad, theirs.weight.grad.numpy(), rtol=1e-12)


@pytest.mark.spec("S-087")
def test_prelu_of_values_learns_its_slope() -> None:
    layer = nn.PReLU(init=0.5, scalar=True)
    xs = [Value(-2.0), Value(-1.0), Value(3.0)]
    outs = layer(xs)
    assert [v.data for v in outs] == [-1.0, -0.5, 3.0]
    (outs[0] + 10 * outs[1] + outs[2]).backward()
    assert layer.weight[0].grad == -12.0
    assert [name for name, _ in layer.named_parameters()] == ["weight.0"]
    per_unit = nn.PReLU(3, scalar=True)
    assert len(per_unit(xs)) == 3
    with pytest.raises(ShapeError, match="3 slopes for 2 Values"):
        per_unit(xs[:2])
    with pytest.raises(ShapeError, match="4 slopes"):
        nn.PReLU(4)(Tensor(np.ones((2, 3))))


@pytest.mark.spec("S-088")
def test_elu_is_no_maximum() -> None:
    np.testing.assert_allclose(nn.ELU()(Tensor([-1.0, 2.0])).data, [-0.632120558829, 2.0], atol=1e-12)
    np.testing.assert_allclose(nn.ELU(2.0)(Tensor([-1.0])).data, [-1.264241117657], atol=1e-12)
    out = F.elu(Tensor([-1.0, -3.0]), 2.0).data
    np.testing.assert_allclose(slopes(nn.ELU(2.0), [-1.0, -3.0]), out + 2.0, rtol=1e-14)


@pytest.mark.spec("S-089")
def test_softplus_does_not_overflow() -> None:
    layer = nn.Softplus()
    np.testing.assert_allclose(layer(Tensor([0.0, -2.0])).data, [math.log(2), 0.126928011043], atol=1e-12)
    with np.errstate(all="raise", under="ignore"):
        assert layer(Tensor([1000.0, -1000.0])).tolist() == [1000.0, 0.0]
        assert nn.Softplus(threshold=None)(Tensor([1000.0])).tolist() == [1000.0]
    np.testing.assert_allclose(slopes(layer, POINTS), F.sigmoid(Tensor(POINTS)).data, atol=2.1e-9)
    exact = slopes(nn.Softplus(threshold=None), POINTS)
    np.testing.assert_allclose(exact, F.sigmoid(Tensor(POINTS)).data, rtol=1e-14)
    with pytest.raises(OperandError, match="beta must be positive"):
        F.softplus(1.0, 0.0)


@pytest.mark.spec("S-090")
def test_swish_and_its_beta() -> None:
    np.testing.assert_allclose(nn.Swish()(Tensor([-2.0, 1.0])).data, [-0.238405844044, 0.731058578630], atol=1e-12)
    assert nn.Swish(2.0)(Tensor(1.0)).item() == pytest.approx(0.880797077978, abs=1e-12)
    assert nn.Swish(0.0)(Tensor([3.0, -5.0])).tolist() == [1.5, -2.5]
    assert (nn.SiLU()(Tensor(POINTS)).data == nn.Swish()(Tensor(POINTS)).data).all()
    learnable = nn.Swish(1.3, learnable=True)
    assert len(learnable.parameters()) == 1
    x = np.array([-1.0, 0.5])
    learnable(Tensor(x)).sum().backward()
    s = 1 / (1 + np.exp(-1.3 * x))
    np.testing.assert_allclose(learnable.beta.grad, (x * x * s * (1 - s)).sum(), rtol=1e-13)
    np.testing.assert_allclose(slopes(nn.Swish(1.3), x), s + 1.3 * x * s * (1 - s), rtol=1e-13)


@pytest.mark.spec("S-091")
@pytest.mark.needs("torch")
def test_softmax() -> None:
    import torch

    scores = np.array([1.4, -1.1, 0.68])
    found = nn.Softmax(dim=0)(Tensor(scores)).data
    np.testing.assert_allclose(found, [0.637414745907, 0.052322188541, 0.310263065552], atol=1e-12)
    jacobian = np.stack([slopes(lambda t, i=i: F.softmax(t)[i], scores) for i in range(3)])
    np.testing.assert_allclose(jacobian[0], [0.23111719, -0.03335093, -0.19776625], atol=1e-8)
    np.testing.assert_allclose(jacobian, np.diag(found) - np.outer(found, found), atol=1e-15)
    np.testing.assert_allclose(jacobian.sum(axis=1), 0, atol=1e-16)
    np.testing.assert_allclose(F.softmax(Tensor(scores + 100)).data, found, rtol=1e-13)
    assert (np.argsort(found) == np.argsort(scores)).all()
    values = F.softmax([Value(s) for s in scores])
    np.testing.assert_allclose([v.data for v in values], found, rtol=1e-14)
    x = np.random.default_rng(0).normal(size=(3, 4, 2))
    for dim in (0, 1, -1):
        theirs = torch.tensor(x)
        np.testing.assert_allclose(nn.Softmax(dim)(Tensor(x)).data, theirs.softmax(dim).numpy(), rtol=1e-13)
        np.testing.assert_allclose(nn.LogSoftmax(dim)(Tensor(x)).data, theirs.log_softmax(dim).numpy(), rtol=1e-12)
    assert nn.LogSoftmax()(Tensor([1000.0, 0.0])).tolist() == [0.0, -1000.0]


@pytest.mark.spec("S-091", "S-094")
@thorough
@given(a=finite, b=finite)
def test_two_classes_are_a_sigmoid_of_the_difference(a: float, b: float) -> None:
    assert abs(F.softmax(Tensor([a, b])).data[0] - F.sigmoid(a - b)) <= 1e-14


@pytest.mark.spec("S-094")
def test_the_sigmoid_is_the_softmax_of_z_and_zero() -> None:
    z = np.linspace(-30, 30, 601)
    both = F.softmax(Tensor(np.stack([z, np.zeros_like(z)], axis=1))).data[:, 0]
    np.testing.assert_allclose(both, F.sigmoid(Tensor(z)).data, rtol=0, atol=1e-15)


def test_maxout_with_a_zero_piece_is_a_relu() -> None:
    layer = nn.Maxout(3, 2, rng=np.random.default_rng(0))
    weight = np.array([[1.0, -2.0, 0.5], [0, 0, 0], [0.3, 0.1, -1.0], [0, 0, 0]])
    layer.load_state_dict({"weight": weight, "bias": np.zeros(4)})
    x = np.random.default_rng(1).normal(size=(7, 3))
    np.testing.assert_allclose(layer(Tensor(x)).data, np.maximum(x @ weight[::2].T, 0), rtol=1e-14)
    with pytest.raises(OperandError, match="pieces"):
        nn.Maxout(3, 2, 0)


@pytest.mark.spec("S-093")
def test_properties_are_measured() -> None:
    flags = {p.name: p for p in nn.activation_table()}
    assert flags["sigmoid"].saturates
    assert not flags["sigmoid"].zero_centred
    assert flags["tanh"].saturates
    assert flags["tanh"].zero_centred
    assert flags["relu"].one_sided
    assert not flags["relu"].zero_centred
    assert {n for n, p in flags.items() if p.linear} == {"identity"}
    kinked = {"step", "relu", "leaky_relu", "selu", "hardtanh"}
    assert {n for n, p in flags.items() if not p.differentiable} == kinked
    assert {n for n, p in flags.items() if not p.monotonic} == {"silu", "swish", "gelu", "mish"}
    assert (flags["tanh"].low, flags["tanh"].high) == (-1.0, 1.0)
    assert flags["sigmoid"].mean_output == pytest.approx(0.5)
    assert flags["relu"].mean_output == pytest.approx(1 / math.sqrt(2 * math.pi), abs=1e-4)
    values, slope = flags["sigmoid"].curve([3.0, 0.0])
    assert values[1] == 0.5
    assert slope[0] == pytest.approx(0.0452, abs=5e-5)
    assert nn.activation_properties("tanh").curve([2.0])[1][0] == pytest.approx(0.0707, abs=5e-5)
    assert nn.activation_properties(lambda t: t * 3).linear
    with pytest.raises(OperandError, match="there is no activation 'nope'"):
        nn.activation_properties("nope")
    with pytest.raises(OperandError, match="shape"):
        nn.activation_properties(lambda t: t.sum())


def test_a_module_is_a_box_of_its_own_in_a_picture() -> None:
    out = nn.Tanh()(Value(0.5, "x"))
    assert [g.name for g in trace(out).groups] == ["Tanh"]
    assert "negative_slope=0.1" in repr(nn.LeakyReLU(0.1))


def test_wrong_settings_are_refused() -> None:
    for make in (lambda: nn.Hardtanh(1.0, -1.0), lambda: nn.PReLU(0), lambda: F.gelu(1.0, "rough"),
                 lambda: F.hardtanh(0.0, 2.0, 1.0), lambda: F.activation("nope")):  # fmt: skip
        with pytest.raises(OperandError):
            make()
