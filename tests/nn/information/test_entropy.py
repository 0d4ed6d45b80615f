"""Surprise, entropy, cross-entropy and divergence: against SciPy, PyTorch, closed forms and each other."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import OperandError, ShapeError, Tensor, softmax
from nn import DataError, KLDivLoss
from nn.information import cross_entropy, entropy, kl_divergence, surprise

from ...autograd.settings import thorough


def distributions(size: int) -> st.SearchStrategy[np.ndarray]:
    """With zeros now and then, but never only zeros."""
    numbers = st.lists(st.one_of(st.just(0.0), st.floats(1e-6, 1.0)), min_size=size, max_size=size)
    return numbers.filter(lambda v: sum(v) > 0).map(lambda v: np.array(v) / np.sum(v))


@pytest.mark.spec("S-123", "S-353")
def test_how_surprising_a_probability_is() -> None:
    assert surprise(0.9, base=2) == pytest.approx(0.152003, abs=1e-6)
    assert surprise(0.1, base=2) == pytest.approx(3.321928, abs=1e-6)
    assert surprise(1.0) == 0
    assert math.copysign(1, surprise(1.0)) == 1, "no negative zero"
    assert surprise(0.0) == math.inf
    assert surprise(np.array([0.9, 0.1]), base=2).round(2).tolist() == [0.15, 3.32]
    p = Tensor([0.25, 0.5], requires_grad=True)
    surprise(p, base=2).sum().backward()
    np.testing.assert_allclose(p.grad, [-4 / np.log(2), -2 / np.log(2)], rtol=1e-14)


@pytest.mark.spec("S-124", "S-353", "S-354")
def test_entropies_of_coins_and_dice() -> None:
    assert entropy([0.9, 0.1], base=2) == pytest.approx(0.468995593589, abs=1e-12)
    assert round(entropy([0.9, 0.1], base=2), 2) == 0.47
    assert round(0.9 * 0.15 + 0.1 * 3.32, 3) == 0.467  # with the rounded surprises
    assert entropy([0.5, 0.5], base=2) == 1.0
    assert entropy([0.5, 0.25, 0.125, 0.125], base=2) == 1.75
    assert entropy([0.5, 0.25, 0.125, 0.125], base=4) == 0.875
    assert entropy([0.0, 1.0, 0.0]) == 0
    for n in (2, 3, 10):
        assert entropy(np.full(n, 1 / n), base=n) == pytest.approx(1, rel=1e-14)


@pytest.mark.needs("scipy")
@pytest.mark.spec("S-124", "S-354")
@thorough
@given(distributions(5), st.sampled_from([None, 2, 10, 5]))
def test_entropy_is_scipys_and_lies_in_its_range(p: np.ndarray, base: int | None) -> None:
    from scipy.stats import entropy as theirs

    ours = entropy(p, base)
    assert ours == pytest.approx(theirs(p, base=base), rel=1e-12, abs=1e-15)
    assert -1e-15 <= ours <= math.log(5) / (1 if base is None else math.log(base)) * (1 + 1e-15)
    averaged = sum(p_i * surprise(float(p_i), base) for p_i in p if p_i)
    assert ours == pytest.approx(averaged, rel=1e-12, abs=1e-15)


@pytest.mark.spec("S-125", "S-358")
def test_the_divergence_from_certainty() -> None:
    assert kl_divergence([1.0, 0.0], [0.7, 0.3]) == pytest.approx(0.356674943939, abs=1e-12)
    assert kl_divergence([1.0, 0.0], [0.7, 0.3], base=2) == pytest.approx(0.514573, abs=1e-6)
    assert cross_entropy([1.0, 0.0], [0.7, 0.3]) == kl_divergence([1.0, 0.0], [0.7, 0.3])
    assert kl_divergence([0.5, 0.5], [1.0, 0.0]) == math.inf
    assert kl_divergence([0.0, 1.0], [0.0, 1.0]) == 0


@pytest.mark.needs("scipy")
@pytest.mark.spec("S-125")
@thorough
@given(distributions(4), distributions(4))
def test_the_divergence_is_scipys_and_never_negative(p: np.ndarray, q: np.ndarray) -> None:
    from scipy.special import rel_entr

    ours = kl_divergence(p, q)
    assert ours == pytest.approx(rel_entr(p, q).sum(), rel=1e-12, abs=1e-14)
    assert ours >= -1e-15
    assert kl_divergence(p, p) == 0
    if np.abs(p - q).max() > 1e-6:
        assert ours > 0


@pytest.mark.spec("S-125")
def test_the_gradient_of_the_divergence() -> None:
    p, q = Tensor([0.0, 0.2, 0.8], requires_grad=True), Tensor([0.3, 0.2, 0.5], requires_grad=True)
    kl_divergence(p, q).backward()
    np.testing.assert_allclose(q.grad, [0, -1, -1.6], rtol=1e-14)
    np.testing.assert_allclose(p.grad[1:], np.log(p.data[1:] / q.data[1:]) + 1, atol=1e-14)
    assert np.isfinite(p.grad).all()


@pytest.mark.needs("torch")
@pytest.mark.spec("S-125")
@pytest.mark.parametrize("reduction", ["mean", "batchmean", "sum", "none"])
@pytest.mark.parametrize("log_target", [False, True])
def test_the_loss_is_pytorchs(reduction: Any, log_target: bool) -> None:
    import torch

    rng = np.random.default_rng(0)
    logits, target = rng.standard_normal((3, 4)), rng.dirichlet(np.ones(4), 3)
    target[0] = [0, 0.5, 0.5, 0]
    if log_target:
        target = np.log(rng.dirichlet(np.ones(4), 3))
    mine, theirs = Tensor(logits, requires_grad=True), torch.tensor(logits, requires_grad=True)
    ours = KLDivLoss(reduction, log_target=log_target)(mine - 2.0, target)
    other = torch.nn.KLDivLoss(reduction=reduction, log_target=log_target)
    if reduction == "mean":
        with pytest.warns(UserWarning, match="batchmean"):
            result = other(theirs - 2.0, torch.tensor(target))
    else:
        result = other(theirs - 2.0, torch.tensor(target))
    np.testing.assert_allclose(ours.data, result.detach().numpy(), rtol=1e-12, atol=1e-14)
    ours.sum().backward()
    result.sum().backward()
    assert theirs.grad is not None
    np.testing.assert_allclose(mine.grad, theirs.grad.numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.spec("S-125")
def test_the_loss_takes_log_q_and_p_in_this_order() -> None:
    p, q = np.array([[0.2, 0.8], [1.0, 0.0]]), np.array([[0.6, 0.4], [0.7, 0.3]])
    np.testing.assert_allclose(KLDivLoss("batchmean")(np.log(q), p).data, kl_divergence(p, q).mean(), rtol=1e-14)
    np.testing.assert_allclose(KLDivLoss("sum")(np.log(q), p).data, kl_divergence(p, q).sum(), rtol=1e-14)
    certain = KLDivLoss("sum")(Tensor([0.0, -np.inf], requires_grad=True), [1.0, 0.0])
    assert float(certain.data) == 0, "0·log 0 = 0"
    with pytest.raises(ShapeError, match="must agree"):
        KLDivLoss()(np.log(q), p[0])
    with pytest.raises(DataError, match="probabilities"):
        KLDivLoss()(np.log(q), -p)
    with pytest.raises(OperandError, match="reduction"):
        KLDivLoss("median")


@pytest.mark.spec("S-128")
def test_the_divergence_is_no_distance() -> None:
    assert kl_divergence([0.5, 0.5], [0.9, 0.1]) == pytest.approx(0.510826, abs=1e-6)
    assert kl_divergence([0.9, 0.1], [0.5, 0.5]) == pytest.approx(0.368064, abs=1e-6)
    a, b, c = [0.5, 0.5], [0.1, 0.9], [0.25, 0.75]
    direct, around = kl_divergence(a, b), kl_divergence(a, c) + kl_divergence(c, b)
    assert direct == pytest.approx(0.510826, abs=1e-6)
    assert around == pytest.approx(0.236173, abs=1e-6)
    assert direct > around


@pytest.mark.spec("S-129")
@thorough
@given(distributions(6), distributions(6), st.sampled_from([None, 2, 3.5]))
def test_cross_entropy_is_entropy_and_divergence(p: np.ndarray, q: np.ndarray, base: float | None) -> None:
    together = entropy(p, base) + kl_divergence(p, q, base)
    assert cross_entropy(p, q, base) == pytest.approx(together, rel=1e-12, abs=1e-14)
    if base:
        assert cross_entropy(p, q, base) == pytest.approx(cross_entropy(p, q) / math.log(base), rel=1e-14)
    assert cross_entropy(p, q) >= 0
    for i in range(6):
        if q[i]:
            assert cross_entropy(np.eye(6)[i], q) == pytest.approx(-math.log(q[i]), rel=1e-14, abs=1e-16)


@pytest.mark.spec("S-129")
def test_cross_entropy_of_certainty_and_its_gradients() -> None:
    assert cross_entropy([1.0, 0.0], [0.7, 0.3]) == pytest.approx(0.356675, abs=1e-6)
    assert cross_entropy([0.5, 0.5], [1.0, 0.0]) == math.inf
    assert cross_entropy([1.0, 0.0], [1.0, 0.0]) == 0
    p, q = Tensor([0.0, 1.0], requires_grad=True), Tensor([0.25, 0.75], requires_grad=True)
    cross_entropy(p, q).backward()
    np.testing.assert_allclose(q.grad, [0, -1 / 0.75], rtol=1e-14)
    np.testing.assert_allclose(p.grad, -np.log([0.25, 0.75]), rtol=1e-14)


@pytest.mark.spec("S-355")
def test_three_cross_entropies_and_what_rounding_does_to_their_sum() -> None:
    losses = [cross_entropy([1.0, 0.0], [p, 1 - p]) for p in (0.57, 0.58, 0.52)]
    assert losses == pytest.approx([0.562119, 0.544727, 0.653926], abs=1e-6)
    assert [math.floor(100 * loss) / 100 for loss in losses] == [0.56, 0.54, 0.65]
    assert sum(losses) == pytest.approx(1.760773, abs=1e-6)
    assert sum(losses) / 3 == pytest.approx(0.586924, abs=1e-6)
    assert round(0.56 + 0.54 + 0.65, 2) == 1.75


@pytest.mark.spec("S-357")
def test_three_marks_through_softmax() -> None:
    marks = Tensor([100.0, 5.0, 4.0], requires_grad=True)
    p = softmax(marks, axis=0)
    assert p.data[0] == 1.0
    assert p.data[1:] == pytest.approx([5.52108e-42, 2.03109e-42], rel=1e-5)
    assert 1 - p.data[0] == 0
    assert p.data[1:].sum() == pytest.approx(7.552e-42, rel=1e-3)
    p[0].backward()
    np.testing.assert_allclose(marks.grad[1:], -p.data[0] * p.data[1:], rtol=1e-12)
    assert abs(marks.grad[0]) < 1e-40  # p(1 − p)
    naive = np.exp(marks.data) / np.exp(marks.data).sum()
    np.testing.assert_allclose(naive, p.data, rtol=1e-12)
    with np.errstate(over="ignore", invalid="ignore"):
        assert np.isnan((np.exp([1000.0, 5.0, 4.0]) / np.exp([1000.0, 5.0, 4.0]).sum())[0])
    assert softmax(Tensor([1000.0, 5.0, 4.0]), axis=0).tolist() == [1.0, 0.0, 0.0]
    assert entropy(p.data) == pytest.approx(0, abs=1e-39)
    assert surprise(p.data)[1] == pytest.approx(95, rel=1e-12)


@pytest.mark.spec("S-142")
def test_minimising_cross_entropy_is_minimising_the_divergence() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        p, start = rng.dirichlet(np.ones(5)), rng.standard_normal(5)
        grads = []
        for loss in (cross_entropy, kl_divergence):
            logits = Tensor(start.copy(), requires_grad=True)
            loss(p, softmax(logits, axis=0)).backward()
            grads.append(logits.grad)
        np.testing.assert_allclose(grads[0], grads[1], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(grads[0], np.exp(start) / np.exp(start).sum() - p, rtol=1e-11, atol=1e-14)


@pytest.mark.spec("S-142")
def test_maximising_likelihood_is_minimising_cross_entropy_with_the_counted_shares() -> None:
    rng = np.random.default_rng(1)
    samples = rng.integers(0, 4, 200)
    counted, start = np.bincount(samples, minlength=4) / 200, rng.standard_normal(4)
    one, other = Tensor(start.copy(), requires_grad=True), Tensor(start.copy(), requires_grad=True)
    cross_entropy(counted, softmax(one, axis=0)).backward()
    (-softmax(other, axis=0)[samples].log().mean()).backward()
    np.testing.assert_allclose(one.grad, other.grad, rtol=1e-12, atol=1e-14)


def test_batches_and_axes() -> None:
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(3), (2, 5)), rng.dirichlet(np.ones(3), 5)
    assert entropy(p).shape == (2, 5)
    np.testing.assert_allclose(entropy(np.moveaxis(p, -1, 0), axis=0), entropy(p), rtol=1e-14)
    np.testing.assert_allclose(kl_divergence(p, q)[1, 3], kl_divergence(p[1, 3], q[3]), rtol=1e-14)
    single = entropy(np.array([0.5, 0.5], dtype=np.float32))
    assert isinstance(single, float)
    assert isinstance(entropy(Tensor([0.5, 0.5])), Tensor)
    assert entropy(Tensor([0.5, 0.5], dtype=np.float32)).dtype == np.float32


@pytest.mark.parametrize("function", [entropy, lambda p: cross_entropy([0.5, 0.5], p), lambda p: kl_divergence(p, p)])
def test_what_is_no_distribution(function: Any) -> None:
    for wrong, message in (
        ([-0.1, 1.1], "from 0 to 1; it holds"), ([0.5, 0.6], r"adds up to 1\.1;"), ([np.nan, 1.0], "nan"),
        ([], "empty"), ([0.4, 0.5], "divide it by its sum"),
    ):  # fmt: skip
        with pytest.raises(DataError, match=message):
            function(wrong)
    with pytest.raises(ShapeError, match="one number"):
        function(0.5)
    assert math.isfinite(function(np.array([0.1] * 9 + [0.1])[:10].reshape(5, 2).sum(axis=0)))


def test_what_does_not_go_together() -> None:
    with pytest.raises(ShapeError, match="3 outcomes and q 2"):
        kl_divergence([0.2, 0.3, 0.5], [0.5, 0.5])
    with pytest.raises(ShapeError, match="no axis 1"):
        entropy([0.5, 0.5], axis=1)
    with pytest.raises(ShapeError, match="do not go together"):
        kl_divergence(np.full((2, 2), 0.5), np.full((3, 2), 0.5))
    for wrong in (["a", "b"], [None, 1.0], "HT", {"p": 1.0}):
        with pytest.raises(OperandError):
            entropy(wrong)
    with pytest.raises(ShapeError):
        entropy([[0.5, 0.5], [1.0]])
    for base in (1, 0, -2, math.inf, "e"):
        with pytest.raises(OperandError, match="base"):
            entropy([0.5, 0.5], base=base)  # type: ignore[arg-type]
    with pytest.raises(DataError, match=r"holds 1.5"):
        surprise(1.5)
