"""Losses by their formulas: worked numbers, gradients in closed form, and what each is for."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
from autograd import Tensor, Value
from nn import functional as F  # noqa: N812

from ...autograd.settings import thorough

rng = np.random.default_rng(1)
LOGITS = (1.4, -1.1, 0.68)


def slope(loss: Any, x: Any) -> Any:
    """The gradient of a loss of one Tensor."""
    leaf = Tensor(np.asarray(x, float), requires_grad=True)
    loss(leaf).backward()
    return leaf.grad


@pytest.mark.spec("S-120")
def test_scalings_of_the_squared_error() -> None:
    y, t = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    n, k = y.shape
    total = float(((y - t) ** 2).sum())
    factors = {"mean": 1 / (n * k), "batchmean": 1 / n, "sum": 1, "half_sum": 1 / 2, "half_mean": 1 / (2 * n * k),
               "half_batchmean": 1 / (2 * n)}  # fmt: skip
    for reduction, factor in factors.items():
        loss = nn.MSELoss(reduction)
        assert loss(Tensor(y), t).item() == pytest.approx(factor * total, rel=1e-13), reduction
        np.testing.assert_allclose(slope(lambda x, f=loss: f(x, t), y), 2 * factor * (y - t), rtol=1e-12)
    np.testing.assert_allclose(slope(lambda x: nn.MSELoss("half_sum")(x, t), y), y - t, rtol=1e-13)
    assert nn.MSELoss()(Tensor(y), t).item() == pytest.approx(nn.MSELoss("batchmean")(Tensor(y), t).item() / k)
    single, target = y[:, 0], t[:, 0]
    assert nn.MSELoss("half_batchmean")(single, target).item() == nn.MSELoss("half_mean")(single, target).item()


@pytest.mark.spec("S-120", "S-121")
def test_signed_errors_cancel_and_squares_do_not() -> None:
    for size, squares in ((1.0, 1.0), (2.0, 4.0)):
        target, y = np.zeros(2), np.array([size, -size])
        assert (y - target).sum() == 0
        assert nn.MSELoss("half_sum")(y, target).item() == squares
        assert nn.MSELoss("sum")(y, target).item() == 2 * squares


@pytest.mark.spec("S-122")
@given(st.lists(st.floats(-50, 50), min_size=1, max_size=9))
@thorough
def test_the_median_has_the_smallest_absolute_error(targets: list[float]) -> None:
    def cost(c: float) -> float:
        return float(F.l1_loss(np.full(len(targets), c), targets, "sum").item())

    best = cost(float(np.median(targets)))
    for other in (*targets, 0.0, float(np.mean(targets))):
        assert best <= cost(other) + 1e-9


@pytest.mark.spec("S-122")
def test_the_absolute_error_is_trained_by_its_sign() -> None:
    np.testing.assert_array_equal(slope(lambda x: F.l1_loss(x, np.zeros(3), "sum"), [-2.0, 0.0, 3.0]), [-1, 0, 1])


@pytest.mark.spec("S-130")
def test_cross_entropy_of_scores() -> None:
    loss = nn.CrossEntropyLoss()
    assert loss([LOGITS], [0]).item() == pytest.approx(0.450334742803, abs=1e-12)
    found = slope(lambda x: loss(x, [0]), [LOGITS])
    np.testing.assert_allclose(found, [[-0.362585254093, 0.052322188541, 0.310263065552]], atol=1e-12)
    far = slope(lambda x: loss(x, [1]), [[1e4, 0.0, -1e4]])
    assert loss([[1e4, 0.0, -1e4]], [1]).item() == 1e4
    np.testing.assert_array_equal(far, [[1.0, -1.0, 0.0]])


@pytest.mark.spec("S-130")
@given(st.integers(1, 5), st.integers(1, 4), st.integers(0, 10**6))
@thorough
def test_its_parts_are_log_softmax_and_the_negative_log_likelihood(rows: int, classes: int, seed: int) -> None:
    source = np.random.default_rng(seed)
    z, labels = source.normal(0, 5, (rows, classes)), source.integers(0, classes, rows)
    parts = F.nll_loss(F.log_softmax(Tensor(z)), labels).item()
    assert F.cross_entropy(Tensor(z), labels).item() == pytest.approx(parts, rel=1e-12, abs=1e-12)
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    found = slope(lambda x: F.cross_entropy(x, labels), z)
    np.testing.assert_allclose(found, (p - np.eye(classes)[labels]) / rows, atol=1e-13)


@pytest.mark.spec("S-131", "S-132", "S-133")
def test_through_the_probabilities_step_by_step() -> None:
    z, label = rng.normal(size=5), 3
    p = np.exp(z) / np.exp(z).sum()
    by_p = slope(lambda x: -autograd.log(x[label]), p)
    expected = np.zeros(5)
    expected[label] = -1 / p[label]
    np.testing.assert_allclose(by_p, expected, rtol=1e-14)
    jacobian = np.array(autograd.jacobian(autograd.softmax, Tensor(z)))
    np.testing.assert_allclose(jacobian, np.diag(p) - np.outer(p, p), atol=1e-15)
    by_z = jacobian.T @ by_p
    np.testing.assert_allclose(by_z, p - np.eye(5)[label], atol=1e-12)
    np.testing.assert_allclose(by_z, slope(lambda x: F.cross_entropy(x, label), z), atol=1e-12)
    assert by_z.sum() == pytest.approx(0, abs=1e-15)


@pytest.mark.spec("S-133")
def test_the_jacobian_of_three_classes() -> None:
    jacobian = np.array(autograd.jacobian(autograd.softmax, Tensor(LOGITS)))
    np.testing.assert_allclose(jacobian[0], [0.23111719, -0.03335093, -0.19776625], atol=5e-9)
    np.testing.assert_allclose(jacobian.sum(axis=1), 0, atol=1e-15)
    p = np.array([0.637414745907, 0.052322188541, 0.310263065552])
    np.testing.assert_allclose(jacobian, np.diag(p) - np.outer(p, p), atol=1e-12)


@pytest.mark.spec("S-134")
def test_log_sum_exp() -> None:
    assert F.logsumexp(Tensor(LOGITS)).item() == pytest.approx(1.850334742803, abs=1e-12)
    assert F.logsumexp(Tensor([1000.0, 999.0, 0.0])).item() == pytest.approx(1000.313261687518, abs=1e-12)
    with np.errstate(over="ignore"):
        assert np.log(np.exp([1000.0, 999.0, 0.0]).sum()) == math.inf, "the formula as it stands"
    for scale in (0.1, 1.0, 100.0, 1e5):
        z = rng.normal(0, scale, 7)
        value = F.logsumexp(Tensor(z)).item()
        assert z.max() <= value <= z.max() + math.log(7)
        np.testing.assert_allclose(slope(F.logsumexp, z), F.softmax(Tensor(z)).data, atol=1e-14)


@pytest.mark.spec("S-135", "S-136")
@pytest.mark.parametrize(
    ("t", "loss", "gradient"), [(1, 0.562118918154, -1.754385964912), (0, 0.843970070295, 2.325581395349)]
)
def test_binary_cross_entropy(t: int, loss: float, gradient: float) -> None:
    p = 0.57
    assert F.binary_cross_entropy([p], [t]).item() == pytest.approx(loss, abs=1e-12)
    (found,) = slope(lambda x: F.binary_cross_entropy(x, [t]), [p])
    assert found == pytest.approx(gradient, abs=1e-12)
    assert found == pytest.approx((1 - t) / (1 - p) - t / p, rel=1e-13)
    assert found == pytest.approx((p - t) / (p * (1 - p)), rel=1e-13)
    value = Value(p)
    scalar = F.binary_cross_entropy(value, t)
    scalar.backward()
    assert (scalar.data, value.grad) == pytest.approx((loss, gradient), abs=1e-12)


@pytest.mark.spec("S-136", "S-138")
def test_sigmoids_and_binary_cross_entropy_make_prediction_minus_target() -> None:
    z, t = rng.normal(size=(4, 3)), (rng.random((4, 3)) < 0.5).astype(float)
    n, k = z.shape
    p = 1 / (1 + np.exp(-z))

    def summed_over_outputs(outputs: Any) -> Any:
        return nn.BCELoss(reduction="sum")(outputs, t) / n

    by_logits = slope(lambda x: summed_over_outputs(F.sigmoid(x)), z)
    np.testing.assert_allclose(by_logits, (p - t) / n, atol=1e-12)
    fused = slope(lambda x: nn.BCEWithLogitsLoss()(x, t), z)
    np.testing.assert_allclose(fused, (p - t) / (n * k), atol=1e-15)
    # Behind a softmax the same sum has another gradient, and cross-entropy is what gives prediction minus target.
    one_hot = np.eye(3)[[0, 2, 1, 1]]
    t = one_hot
    q = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    behind_softmax = slope(lambda x: summed_over_outputs(F.softmax(x)), z)
    assert np.abs(behind_softmax - (q - t) / n).max() > 0.01
    np.testing.assert_allclose(slope(lambda x: nn.CrossEntropyLoss()(x, one_hot), z), (q - t) / n, atol=1e-15)


@pytest.mark.spec("S-137")
def test_logistic_loss_far_out() -> None:
    loss = nn.BCEWithLogitsLoss(reduction="none")
    assert loss([500.0, -500.0], [0.0, 1.0]).tolist() == [500.0, 500.0]
    np.testing.assert_allclose(loss([500.0, -500.0], [1.0, 0.0]).data, [math.exp(-500)] * 2, rtol=1e-12)
    np.testing.assert_array_equal(slope(lambda z: loss(z, [0.0, 1.0]).sum(), [500.0, -500.0]), [1.0, -1.0])
    signs = nn.SoftMarginLoss("none")
    assert signs([500.0, -500.0], [-1, 1]).tolist() == [500.0, 500.0]
    np.testing.assert_allclose(signs([500.0, -500.0], [1, -1]).data, [math.exp(-500)] * 2, rtol=1e-12)


@pytest.mark.spec("S-137")
@given(st.floats(-700, 700), st.floats(-700, 700), st.floats(0, 1), st.sampled_from([0.0, 1.0]))
@thorough
def test_logistic_loss_is_convex_and_one_quantity_under_three_names(a: float, b: float, w: float, t: float) -> None:
    def cost(z: float) -> float:
        return float(F.binary_cross_entropy_with_logits([z], [t]).item())

    assert cost(w * a + (1 - w) * b) <= w * cost(a) + (1 - w) * cost(b) + 1e-9
    assert F.soft_margin_loss([a], [2 * t - 1]).item() == pytest.approx(cost(a), rel=1e-12, abs=1e-300)
    two_scores = F.cross_entropy([[0.0, a]], [int(t)]).item()
    assert two_scores == pytest.approx(cost(a), rel=1e-9, abs=1e-15)


@pytest.mark.spec("S-139")
@pytest.mark.needs("sklearn")
def test_hinge_loss_is_scikit_learns() -> None:
    from sklearn.metrics import hinge_loss

    for _ in range(20):
        scores, signs = rng.normal(0, 2, 8), np.array([1, -1, 1, 1, -1, -1, 1, -1])
        assert nn.HingeLoss()(scores, signs).item() == pytest.approx(hinge_loss(signs, scores), rel=1e-12)
        many, labels = rng.normal(0, 2, (8, 4)), np.array([0, 1, 2, 3, 3, 1, 0, 2])
        assert nn.HingeLoss()(many, labels).item() == pytest.approx(hinge_loss(labels, many), rel=1e-12)
    z = rng.normal(0, 2, (6, 4))
    labels = np.array([0, 1, 2, 3, 0, 1])
    nn.HingeLoss()(leaf := Tensor(z, requires_grad=True), labels).backward()
    assert autograd.gradcheck(lambda x: F.hinge_loss(x, labels), [leaf])
    assert autograd.gradcheck(lambda x: F.hinge_loss(x, np.sign(z), "sum", margin=0.7), [leaf])


@pytest.mark.spec("S-147")
def test_a_regularised_objective_has_the_sum_of_both_gradients() -> None:
    model = nn.Linear(3, 2, rng=np.random.default_rng(0))
    x, t = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    criterion = nn.MSELoss("half_sum")

    def penalty(parameters: list[Any]) -> Any:
        return 0.5 * autograd.sum_of_squares(*parameters)

    whole = nn.RegularizedLoss(criterion, penalty, [model.weight], alpha=0.3)
    whole(model(x), t).backward()
    got = {name: p.grad.copy() for name, p in model.named_parameters()}
    model.zero_grad()
    criterion(model(x), t).backward()
    np.testing.assert_allclose(got["weight"], model.weight.grad + 0.3 * model.weight.data, rtol=1e-13)
    np.testing.assert_allclose(got["bias"], model.bias.grad, rtol=1e-13)
    other = rng.normal(size=(5, 3))
    sizes = {whole(model(d), t).item() - criterion(model(d), t).item() for d in (x, other)}
    assert max(sizes) - min(sizes) == pytest.approx(0, abs=1e-12), "the penalty does not see the data"


@pytest.mark.spec("S-149")
def test_two_objectives_over_shared_parameters() -> None:
    shared = Tensor(rng.normal(size=3), requires_grad=True)
    labelled, other = rng.normal(size=(4, 3)), rng.normal(size=(7, 3))

    def supervised() -> Any:
        return -autograd.softplus(-(Tensor(labelled) @ shared))

    def generative() -> Any:
        return -0.5 * ((Tensor(other) - shared) ** 2).sum(axis=1)

    found = []
    for loss in (-supervised().mean(), -generative().mean(), nn.SemiSupervisedLoss(0.4)(supervised(), generative())):
        shared.zero_grad()
        loss.backward()
        found.append(shared.grad.copy())
    np.testing.assert_allclose(found[2], found[0] + 0.4 * found[1], rtol=1e-13)


@pytest.mark.spec("S-173")
def test_label_smoothing_both_ways() -> None:
    classes, amount = 10, 0.1
    soft = F.smooth_labels([3], classes, amount)
    assert soft[0, 3] == pytest.approx(0.9)
    np.testing.assert_allclose(np.delete(soft[0], 3), 0.1 / 9)
    z, labels = rng.normal(size=(6, classes)), rng.integers(0, classes, 6)
    ours = F.cross_entropy(z, labels, label_smoothing=amount, label_smoothing_mode="others").item()
    logs = z - np.log(np.exp(z).sum(1, keepdims=True))
    by_hand = -(F.smooth_labels(labels, classes, amount) * logs).sum(1).mean()
    assert ours == pytest.approx(by_hand, rel=1e-13)
    assert ours == pytest.approx(F.cross_entropy(z, labels, label_smoothing=amount * classes / (classes - 1)).item())
    assert abs(ours - F.cross_entropy(z, labels, label_smoothing=amount).item()) > 1e-4
    for mode in ("all", "others"):
        options = {"label_smoothing": 0.2, "label_smoothing_mode": mode}
        of_labels = F.cross_entropy(z, labels, **options)
        assert of_labels.item() == pytest.approx(F.cross_entropy(z, np.eye(classes)[labels], **options).item())


def test_whole_numbers_are_numbers() -> None:
    for reduction, expected in (("mean", 0.5), ("sum", 1.0), ("half_sum", 0.5)):
        assert F.mse_loss(Tensor([1, 2]), Tensor([1, 3]), reduction).item() == expected
        assert F.mse_loss([1, 2], [1, 3], reduction).item() == expected
    assert F.l1_loss(Tensor([1, 2]), np.array([1, 3])).item() == 0.5
    assert F.huber_loss(Tensor([1, 2]), [1, 3]).item() == 0.25
    assert F.binary_cross_entropy_with_logits(Tensor([0, 0]), Tensor([1, 0])).item() == pytest.approx(math.log(2))
    assert F.binary_cross_entropy(Tensor([1, 0]), np.array([True, False])).item() == 0
    assert F.cross_entropy(Tensor([[0, 0]]), [1]).item() == pytest.approx(math.log(2))
    assert F.hinge_loss(Tensor([0, 2]), [1, 1]).item() == 0.5
    assert F.soft_margin_loss(Tensor([0, 0]), [1, -1]).item() == pytest.approx(math.log(2))
