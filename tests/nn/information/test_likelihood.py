"""Coins, likelihood ratios, maximum likelihood and Bayes' rule."""

from __future__ import annotations

import math
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import OperandError, ShapeError, Tensor, Value, log_softmax, logsumexp, softmax
from nn import DataError, Linear, RegularizedLoss, SemiSupervisedLoss
from nn.information import (
    JointTable,
    bayes,
    bernoulli_likelihood,
    bernoulli_mle,
    bernoulli_probabilities,
    coin_log_likelihood_ratio,
    kl_divergence,
    likelihood_ratio,
    posterior,
)

from ...autograd.settings import thorough

FLIPS = "HTHHTTHT"


@pytest.mark.spec("S-126")
def test_a_coins_likelihood_ratio_is_the_divergence_from_the_counted_shares() -> None:
    flips, p, q = "HHTHHTHHHTHT", (2 / 3, 1 / 3), (0.5, 0.5)
    assert (flips.count("H"), flips.count("T")) == (8, 4)
    ratio = coin_log_likelihood_ratio(flips, p, q)
    assert ratio == pytest.approx(kl_divergence(p, q), rel=1e-12)
    assert ratio == pytest.approx(0.056633, abs=1e-6)
    by_product = math.log((2 / 3) ** 8 * (1 / 3) ** 4 / 0.5**12) / 12
    assert ratio == pytest.approx(by_product, rel=1e-12)
    assert coin_log_likelihood_ratio(flips, 2 / 3, 0.5) == pytest.approx(ratio, rel=1e-12)
    assert coin_log_likelihood_ratio(flips, q, p) == pytest.approx(-ratio, rel=1e-12)
    assert coin_log_likelihood_ratio(flips, p, q, base=2) == pytest.approx(ratio / math.log(2), rel=1e-12)


@pytest.mark.spec("S-126")
def test_with_many_flips_it_comes_to_the_divergence() -> None:
    p, q = (0.7, 0.3), (0.4, 0.6)
    flips = (np.random.default_rng(0).random(1_000_000) < 0.7).astype(int)
    assert coin_log_likelihood_ratio(flips, p, q) == pytest.approx(kl_divergence(p, q), abs=0.002)


def test_coins_at_the_edge() -> None:
    assert coin_log_likelihood_ratio("HH", (1.0, 0.0), (0.5, 0.5)) == pytest.approx(math.log(2))
    assert coin_log_likelihood_ratio("HT", (1.0, 0.0), (0.5, 0.5)) == -math.inf
    with pytest.raises(DataError, match="neither coin"):
        coin_log_likelihood_ratio("HT", 1.0, 0.0)
    with pytest.raises(ShapeError, match="two sides"):
        coin_log_likelihood_ratio("HT", (0.2, 0.3, 0.5), 0.5)
    for flips in ("HX", [0, 2], [], "", [[0, 1]], [0.5], [None]):
        with pytest.raises(DataError, match="flip"):
            coin_log_likelihood_ratio(flips, 0.5, 0.5)
    p = Tensor(0.6, requires_grad=True)
    coin_log_likelihood_ratio(FLIPS, p, 0.5).backward()
    assert float(p.grad) == pytest.approx(0.5 / 0.6 - 0.5 / 0.4, rel=1e-12)


@pytest.mark.spec("S-140", "S-359")
def test_likelihoods_of_eight_flips() -> None:
    assert bernoulli_likelihood(FLIPS, 1.0) == 0
    assert bernoulli_likelihood(FLIPS, 0.75) == 0.0012359619140625
    assert bernoulli_likelihood(FLIPS, 0.5) == 0.00390625
    assert round(bernoulli_likelihood(FLIPS, 0.75), 5) == 0.00124
    assert bernoulli_likelihood([1, 0, 1, 1, 0, 0, 1, 0], 0.5) == 0.00390625
    assert bernoulli_mle(FLIPS) == 0.5
    grid = np.linspace(0, 1, 1001)
    assert grid[bernoulli_likelihood(FLIPS, grid).argmax()] == 0.5
    assert grid[bernoulli_likelihood(FLIPS, grid, log=True).argmax()] == 0.5


@pytest.mark.spec("S-140")
@thorough
@given(st.lists(st.integers(0, 1), min_size=1, max_size=30), st.floats(0, 1))
def test_likelihood_and_its_logarithm_are_the_product_and_the_sum(flips: list[int], theta: float) -> None:
    product = math.prod(theta if x else 1 - theta for x in flips)
    assert bernoulli_likelihood(flips, theta) == pytest.approx(product, rel=1e-12, abs=0)
    assert bernoulli_likelihood(flips, theta) == pytest.approx(
        float(np.prod(bernoulli_probabilities(flips, theta))), rel=1e-12, abs=1e-300
    )
    if product > 0:
        assert bernoulli_likelihood(flips, theta, log=True) == pytest.approx(
            sum(math.log(theta if x else 1 - theta) for x in flips), rel=1e-12, abs=1e-14
        )
    assert bernoulli_likelihood(flips, bernoulli_mle(flips)) >= product * (1 - 1e-12)


@pytest.mark.spec("S-140")
def test_the_slope_of_the_log_likelihood_is_0_at_its_maximum() -> None:
    for flips in (FLIPS, "HHT", "TTTTH"):
        theta = Tensor(bernoulli_mle(flips), requires_grad=True)
        bernoulli_likelihood(flips, theta, log=True).backward()
        assert float(theta.grad) == pytest.approx(0, abs=1e-12)
    assert bernoulli_likelihood("HHH", 0.0, log=True) == -math.inf
    assert bernoulli_likelihood("HHH", 1.0, log=True) == 0
    for theta in (-0.1, 1.1, math.nan):
        with pytest.raises(DataError, match="theta"):
            bernoulli_likelihood(FLIPS, theta)
    with pytest.raises(ShapeError, match="one number"):
        bernoulli_probabilities(FLIPS, [0.5, 0.5])


@pytest.mark.spec("S-143", "S-359")
def test_one_coin_against_another() -> None:
    ratio = likelihood_ratio(bernoulli_probabilities(FLIPS, 0.5), bernoulli_probabilities(FLIPS, 0.75))
    assert ratio == pytest.approx(3.1604938271604937, rel=1e-12)  # above 1: the fair coin
    assert ratio == pytest.approx(0.00390625 / 0.0012359619140625, rel=1e-12)


@pytest.mark.spec("S-143")
def test_the_logarithm_of_the_ratio_is_a_sum_over_samples() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.uniform(0.01, 1, 2000), rng.uniform(0.01, 1, 2000)
    log_ratio = likelihood_ratio(one, other, log_ratio=True)
    assert log_ratio == pytest.approx(sum(math.log(a / b) for a, b in zip(one, other, strict=True)), rel=1e-10)
    assert likelihood_ratio(one[:50], other[:50]) == pytest.approx(np.prod(one[:50] / other[:50]), rel=1e-12)
    assert likelihood_ratio([0.0, 0.5], [0.1, 0.5]) == 0
    assert likelihood_ratio([0.5], [0.0]) == math.inf
    with pytest.raises(DataError, match="0/0"):
        likelihood_ratio([0.0, 1.0], [1.0, 0.0])
    with pytest.raises(ShapeError, match="same samples"):
        likelihood_ratio([0.5], [0.5, 0.5])
    theta = Tensor(0.5, requires_grad=True)
    likelihood_ratio(bernoulli_probabilities("HHT", theta), np.full(3, 0.5), log_ratio=True).backward()
    assert float(theta.grad) == pytest.approx(2 / 0.5 - 1 / 0.5, rel=1e-12)


@pytest.mark.spec("S-141")
def test_the_softmax_loss_is_the_likelihood_of_the_labels() -> None:
    rng = np.random.default_rng(2)
    x, y, base = rng.standard_normal((6, 2)), rng.integers(0, 3, 6), rng.standard_normal((3, 2))
    grid = np.linspace(-3, 3, 121)
    losses, likelihoods = [], []
    for theta in grid:
        logits = Tensor(x @ (theta * base).T)
        loss = (logsumexp(logits, axis=1) - logits[np.arange(6), y]).mean()
        likelihood = softmax(logits, axis=1).data[np.arange(6), y].prod()
        assert math.exp(-6 * float(loss.data)) == pytest.approx(likelihood, rel=1e-12)
        assert float(autograd.cross_entropy(logits, y).data) == pytest.approx(float(loss.data), rel=1e-12)
        losses.append(float(loss.data))
        likelihoods.append(likelihood)
    assert int(np.argmin(losses)) == int(np.argmax(likelihoods))
    assert 0 < np.argmin(losses) < 120, "an optimum inside the grid"


@pytest.mark.spec("S-144")
def test_cross_entropy_says_no_louder_than_squares() -> None:
    p = Value(0.01)
    loss = -p.log()
    loss.backward()
    assert loss.data == pytest.approx(4.605, abs=5e-4)
    assert p.grad == pytest.approx(-100, rel=1e-12)
    p = Value(0.01)
    loss = (1 - p) ** 2
    loss.backward()
    assert loss.data == pytest.approx(0.9801, rel=1e-12)
    assert p.grad == pytest.approx(-1.98, rel=1e-12)


@pytest.mark.spec("S-145")
@pytest.mark.parametrize(("z", "squares", "entropy"), [(-10, -4.5394e-5, -0.99995), (-5, -0.0066036, -0.99331)])
def test_squares_of_a_sigmoid_stall_where_cross_entropy_does_not(z: float, squares: float, entropy: float) -> None:
    logit = Value(float(z))
    (0.5 * (logit.sigmoid() - 1) ** 2).backward()
    assert logit.grad == pytest.approx(squares, rel=1e-4)
    logit = Value(float(z))
    (-logit.sigmoid().log()).backward()
    assert logit.grad == pytest.approx(entropy, rel=1e-5)


def joint(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    table = np.random.default_rng(seed).random(shape)
    return table / table.sum()


@pytest.mark.spec("S-146")
def test_a_joint_table_factorises_every_way() -> None:
    data = joint((2, 3, 2))
    table = JointTable(data, "abc")
    for a, b in permutations("abc", 2):
        both = table.marginal([a, b])
        np.testing.assert_allclose(both, table.marginal(a)[:, None] * table.conditional(b, given=a), rtol=1e-12)
        np.testing.assert_allclose(both, (table.marginal(b)[:, None] * table.conditional(a, given=b)).T, rtol=1e-12)
        others = tuple(i for i in range(3) if "abc"[i] not in (a, b))
        expected = data.sum(axis=others)
        np.testing.assert_allclose(both, expected if a < b else expected.T, rtol=1e-12)
    # p(a, b, c) = p(c) p(a | c) p(b | a, c)
    product = np.einsum(
        "c,ca,acb->abc", table.marginal("c"), table.conditional("a", "c"), table.conditional("b", ["a", "c"])
    )
    np.testing.assert_allclose(product, data, rtol=1e-12)
    # Bayes: p(a | b) from p(b | a)
    np.testing.assert_allclose(
        table.conditional("a", "b"),
        bayes(table.conditional("b", "a").T, table.marginal("a")[None], table.marginal("b")[:, None]),
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        table.conditional("a", "b"), posterior(table.conditional("b", "a").T, table.marginal("a")), rtol=1e-12
    )


@pytest.mark.spec("S-146")
def test_two_variables_given_two_others() -> None:
    data = joint((2, 3, 2, 2), seed=1)
    table = JointTable(data, "bcde")
    given = table.conditional(["b", "c"], given=["d", "e"])
    assert given.shape == (2, 2, 2, 3)
    np.testing.assert_allclose(given, np.einsum("bcde->debc", data / data.sum(axis=(0, 1))), rtol=1e-12)
    np.testing.assert_allclose(given.sum(axis=(2, 3)), 1, rtol=1e-12)
    np.testing.assert_allclose(table.marginal("ecb"), np.einsum("bcde->ecb", data), rtol=1e-12)
    np.testing.assert_allclose(table.marginal("dbc"), np.einsum("bcde->dbc", data), rtol=1e-12)
    np.testing.assert_allclose(table.marginal("bcde"), data, rtol=0)


@pytest.mark.spec("S-146")
def test_independent_variables_multiply() -> None:
    p, q, r = joint((2,)), joint((3,), 1), joint((2, 2), 2)
    table = JointTable(np.einsum("a,b,cd->abcd", p, q, r), "abcd")
    assert table.independent("a", "b")
    assert table.independent(["a", "b"], ["c", "d"])
    assert not table.independent("c", "d")
    np.testing.assert_allclose(table.conditional("b", given="a"), np.tile(q, (2, 1)), rtol=1e-12)
    assert not JointTable(joint((2, 3)), "ab").independent("a", "b")


@pytest.mark.spec("S-146")
def test_a_rare_illness_and_a_good_test() -> None:
    evidence = 0.9 * 0.01 + 0.05 * 0.99
    assert bayes(0.9, 0.01, evidence) == pytest.approx(0.009 / 0.0585, rel=1e-14)
    assert posterior([0.9, 0.05], [0.01, 0.99])[0] == pytest.approx(bayes(0.9, 0.01, evidence), rel=1e-14)
    with pytest.raises(DataError, match="cannot happen"):
        bayes(0.5, 0.5, 0.0)
    with pytest.raises(DataError, match="too small"):
        bayes(0.9, 0.9, 0.1)
    with pytest.raises(DataError, match="no hypothesis"):
        posterior([0.0, 1.0], [1.0, 0.0])
    with pytest.raises(ShapeError):
        posterior([0.5], [0.5, 0.5])


def test_tables_of_tensors_differentiate_and_names_are_checked() -> None:
    logits = Tensor(np.zeros((2, 2)), requires_grad=True)
    table = JointTable(softmax(logits.reshape(-1), axis=0).reshape(2, 2), ["rain", "late"])
    table.conditional("late", given="rain")[0, 0].log().backward()
    np.testing.assert_allclose(logits.grad, [[0.5, -0.5], [0, 0]], atol=1e-15)
    data = joint((2, 2))
    for wrong in ("x", ["rain", "rain"], ["rain", "x"]):
        with pytest.raises(OperandError):
            JointTable(data, ["rain", "late"]).marginal(wrong)
    with pytest.raises(OperandError, match="asked for and given"):
        JointTable(data, "ab").conditional("a", given=["a", "b"])
    with pytest.raises(ShapeError, match="3 names"):
        JointTable(data, "abc")
    with pytest.raises(OperandError, match="repeat"):
        JointTable(data, "aa")
    with pytest.raises(DataError, match="add up to 1"):
        JointTable(2 * data / 3, "ab")
    impossible = JointTable([[0.0, 0.0], [0.5, 0.5]], "ab").conditional("b", given="a")
    assert np.isnan(impossible[0]).all()
    assert impossible[1].tolist() == [0.5, 0.5]


@pytest.mark.spec("S-147")
def test_a_regularised_objective_adds_alpha_times_the_penalty() -> None:
    rng = np.random.default_rng(0)
    model = Linear(3, 1, rng=rng)
    x, y = rng.standard_normal((8, 3)), rng.standard_normal((8, 1))

    def mean_square(output: Any, target: Any) -> Any:
        return ((output - target) ** 2).mean()

    def squares(parameters: list[Any]) -> Any:
        return sum((p**2).sum() for p in parameters)

    def gradient(loss: Any) -> np.ndarray:
        model.zero_grad()
        loss.backward()
        return np.concatenate([model.weight.grad.ravel(), np.ravel(model.bias.grad)])  # type: ignore[union-attr]

    before = model(x).data.copy()
    alpha = 0.3
    objective = RegularizedLoss(mean_square, squares, model.parameters(), alpha)
    whole = gradient(objective(model(x), y))
    theta = np.concatenate([p.data.ravel() for p in model.parameters()])
    np.testing.assert_allclose(whole, gradient(mean_square(model(x), y)) + alpha * 2 * theta, rtol=1e-12)
    penalties = [
        float((objective(model(data), goal) - mean_square(model(data), goal)).data)
        for data, goal in ((x, y), (5 * x, -y))
    ]
    assert penalties == pytest.approx([alpha * float(theta @ theta)] * 2, rel=1e-10)  # whatever the data
    np.testing.assert_array_equal(model(x).data, before)  # and the model answers as it did
    assert objective.parameters() == []
    for wrong in (-0.1, math.nan):
        with pytest.raises(OperandError, match="alpha"):
            RegularizedLoss(mean_square, squares, model.parameters(), wrong)
    with pytest.raises(OperandError, match="no parameters"):
        RegularizedLoss(mean_square, squares, [], 1.0)


@pytest.mark.spec("S-149")
def test_supervised_and_generative_terms_share_parameters() -> None:
    """Two Gaussian classes with means to learn: p(x) is their mixture, p(y | x) its softmax."""
    rng = np.random.default_rng(3)
    labelled, labels, unlabelled = rng.standard_normal((5, 2)), rng.integers(0, 2, 5), rng.standard_normal((9, 2))
    start = rng.standard_normal((2, 2))

    def terms(means: Tensor) -> tuple[Any, Any]:
        def scores(x: np.ndarray) -> Any:
            return -0.5 * ((x[:, None, :] - means) ** 2).sum(axis=2) + math.log(0.5) - math.log(2 * math.pi)

        everything = np.concatenate([labelled, unlabelled])
        supervised = log_softmax(scores(labelled), axis=1)[np.arange(5), labels]
        return supervised, logsumexp(scores(everything), axis=1)

    def gradient(weights: tuple[float, float] | None, lam: float = 0.7) -> np.ndarray:
        means = Tensor(start.copy(), requires_grad=True)
        supervised, generative = terms(means)
        if weights is None:
            SemiSupervisedLoss(lam)(supervised, generative).backward()
        else:
            (-weights[0] * supervised.mean() - weights[1] * generative.mean()).backward()
        return np.asarray(means.grad)

    np.testing.assert_allclose(gradient(None), gradient((1, 0)) + 0.7 * gradient((0, 1)), rtol=1e-12)
    np.testing.assert_allclose(gradient(None, lam=0.0), gradient((1, 0)), rtol=1e-12)
    with pytest.raises(OperandError, match="weight"):
        SemiSupervisedLoss(-1.0)
    with pytest.raises(OperandError, match="at least one sample"):
        SemiSupervisedLoss(1.0)(np.zeros(0), np.zeros(3))
