"""Numbers worked out by hand elsewhere, from the library."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Tensor
from nn import functional as F  # noqa: N812 - what everybody calls it
from nn.data import MinMaxScaler

SIZES = [1100, 1400, 1425, 1550, 1600, 1700, 1700, 1875, 2350, 2450]
PRICES = [199, 245, 319, 240, 312, 279, 310, 308, 405, 324]


@pytest.mark.spec("S-352")
def test_a_line_through_house_prices() -> None:
    table = MinMaxScaler().fit_transform(np.column_stack([SIZES, PRICES]).astype(float))
    x, y = table.T
    a, b = Tensor(0.45, requires_grad=True), Tensor(0.75, requires_grad=True)
    errors = y - (b * x + a)
    loss = 0.5 * (errors * errors).sum()
    assert float(0.5 * errors[0] ** 2) == pytest.approx(0.101, abs=5e-4)
    assert float(loss) == pytest.approx(0.677345, abs=5e-7)
    loss.backward()
    assert [float(a.grad), float(b.grad)] == pytest.approx([3.300162, 1.545260], abs=5e-7)
    optim.SGD([a, b], lr=0.01).step()
    assert [float(a), float(b)] == pytest.approx([0.416998, 0.734547], abs=5e-7)
    assert float(0.5 * ((y - (b * x + a)) ** 2).sum()) == pytest.approx(0.552675, abs=5e-7)
    optimizer = optim.SGD([a, b], lr=0.1)
    for _ in range(2000):
        optimizer.zero_grad()
        loss = 0.5 * ((y - (b * x + a)) ** 2).sum()
        loss.backward()
        optimizer.step()
    assert [float(a), float(b), float(loss)] == pytest.approx([0.142096, 0.701462, 0.131776], abs=5e-7)


@pytest.mark.spec("S-356")
def test_softmax_of_three_scores() -> None:
    found = F.softmax(Tensor([1.4, -1.1, 0.68]), dim=0)
    np.testing.assert_allclose(found.data, [0.637415, 0.052322, 0.310263], atol=5e-7)


@pytest.mark.spec("S-357")
def test_marks() -> None:
    scores = Tensor([100.0, 5.0, 4.0], requires_grad=True)
    p = autograd.softmax(scores, axis=0)
    np.testing.assert_allclose(p.data[1:], [5.52108e-42, 2.03109e-42], rtol=5e-6)
    assert 1 - p.data[0] == 0, "rounded away, although the others are not 0"
    jacobian = autograd.jacobian(lambda s: autograd.softmax(s, axis=0), scores.data)
    assert jacobian[0, 0] == pytest.approx(0, abs=1e-40)
    assert jacobian[0, 1] == pytest.approx(-p.data[0] * p.data[1], rel=1e-12)
    assert np.isfinite(autograd.softmax(Tensor([1000.0, 5.0, 4.0]), axis=0).data).all()


@pytest.mark.spec("S-362")
@pytest.mark.parametrize(("shape", "size"), [((150, 150, 3), 67500), ((32, 32, 3), 3072)])
def test_images_as_rows(shape: tuple[int, ...], size: int) -> None:
    assert nn.Flatten()(Tensor(np.zeros((2, *shape)))).shape == (2, size)


@pytest.mark.spec("S-365")
def test_two_masks() -> None:
    """What a mask leaves is relu of part of the sum; and scaling the sum scales relu, though not tanh."""
    h, w = Tensor([1.0, -2.0, 0.5, 3.0]), np.array([0.7, 0.2, -0.4, 0.9])
    for mask in ([1, 0, 1, 0], [0, 1, 0, 1]):
        thinned = F.dropout(h, p=0.5, mask=np.array(mask, dtype=float), inverted=False)
        kept = [i for i, m in enumerate(mask) if m]
        expected = max(sum(w[i] * h.data[i] for i in kept), 0.0)
        assert float(autograd.relu((thinned * w).sum())) == pytest.approx(expected, rel=1e-15)
    total, p = (h * w).sum(), 0.5
    assert float(autograd.relu(total) * p) == pytest.approx(float(autograd.relu(total * p)), rel=1e-15)
    assert abs(float(autograd.tanh(total) * p) - float(autograd.tanh(total * p))) > 0.01


@pytest.mark.spec("S-366")
@pytest.mark.parametrize(("scaled", "variance"), [(nn.init.xavier_normal_, 2 / 7), (nn.init.kaiming_normal_, 2 / 4)])
def test_four_inputs_and_three_outputs(scaled: Any, variance: float) -> None:
    """The same draws as of a variance of 1, so that what they are scaled by is seen exactly."""
    given, plain = (nn.Linear(4, 3).weight for _ in range(2))
    ratio = scaled(given, rng=5).data / nn.init.normal_(plain, rng=5).data
    np.testing.assert_allclose(ratio**2, np.full((3, 4), variance), rtol=1e-12)


@pytest.mark.spec("S-367")
def test_a_velocity_is_a_weighted_sum_of_the_gradients() -> None:
    w = Tensor([0.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=0.1, momentum=0.9, convention="velocity")
    moves = []
    for slope in (1.0, 2.0, 3.0):
        before = w.item()
        w.grad = np.array([slope])
        optimizer.step()
        moves.append(w.item() - before)
    assert moves == pytest.approx([-0.1, -0.1 * (0.9 + 2), -0.561], rel=1e-12)
    assert moves[2] == pytest.approx(-0.1 * (0.9**2 * 1 + 0.9 * 2 + 3), rel=1e-12)


def two_classes() -> tuple[np.ndarray, np.ndarray]:
    """A hundred grey pictures of 1000 pixels in two balanced classes that differ by a faint pattern."""
    source = np.random.default_rng(0)
    pattern = source.standard_normal(1000)
    sign = np.repeat([1.0, -1.0], 50)
    x = np.clip(source.uniform(0.25, 0.75, (100, 1000)) + 0.03 * pattern * sign[:, None], 0, 1)
    return x, (sign > 0).astype(float)


def trained(scale: str, seed: int) -> tuple[list[float], float]:
    """The cost every hundred of 1000 steps, and the accuracy at the end, of a 1000-5-5-1 network from such weights."""
    x, y = two_classes()
    rng = np.random.default_rng(seed)
    layers = [nn.Linear(n, m, rng=rng) for n, m in ((1000, 5), (5, 5), (5, 1))]
    factor = {
        "zeros": lambda _: 0.0,
        "random": lambda _: 10.0,
        "He": lambda n: (2 / n) ** 0.5,
        "Xavier": lambda n: n**-0.5,
    }
    with autograd.no_grad():
        for layer in layers:
            n = layer.in_features
            layer.weight.copy_(rng.standard_normal(layer.weight.shape) * factor[scale](n))
            assert layer.bias is not None
            layer.bias.zero_()
    model = nn.Sequential(layers[0], nn.Tanh(), layers[1], nn.Tanh(), layers[2])
    optimizer = optim.SGD(model.parameters(), lr=0.01)
    inputs, targets = Tensor(x), Tensor(y[:, None])
    costs = []
    for step in range(1001):
        scores = model(inputs)
        loss = F.binary_cross_entropy_with_logits(scores, targets)
        if step % 100 == 0:
            costs.append(float(loss))
        if step == 1000:
            break
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return costs, float(((scores.data[:, 0] > 0) == (y > 0.5)).mean())


@pytest.mark.spec("S-361")
def test_where_weights_start_decides() -> None:
    costs, right = trained("zeros", 0)
    np.testing.assert_allclose(costs, np.log(2), rtol=0, atol=5e-16)
    assert right == 0.5
    for seed in range(5):
        final = {}
        for scale in ("random", "He", "Xavier"):
            costs, right = trained(scale, seed)
            final[scale] = costs[-1]
            if scale != "random":
                assert right >= 0.99
                assert costs[-1] < 0.2
        assert final["random"] > 5 * max(final["He"], final["Xavier"])
