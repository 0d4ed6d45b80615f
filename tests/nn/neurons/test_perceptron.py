"""The perceptron: its geometry, both learning algorithms against written-out ones, and the bound."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograd import OperandError, ShapeError
from nn import DataError
from nn.neurons import Perceptron, boolean_functions, is_linearly_separable, perceptron_bound

from ...autograd.settings import thorough

ROWS = [[0, 0], [1, 0], [0, 1], [1, 1]]
AND, OR, XOR = [0, 0, 0, 1], [0, 1, 1, 1], [0, 1, 1, 0]


@pytest.mark.spec("S-047")
def test_threshold_and_bias_say_the_same() -> None:
    unit = Perceptron.from_threshold(1.5, (1.0, 1.0))
    assert unit(ROWS).tolist() == AND
    assert (unit.w0, unit.theta) == (-1.5, 1.5)
    rng = np.random.default_rng(0)
    points = rng.uniform(-2, 3, (1000, 2))
    on_the_line = rng.integers(-64, 64, 200) / 32
    points[:200] = np.column_stack([on_the_line, 1.5 - on_the_line])  # exact in binary
    by_threshold = [int(x1 + x2 >= 1.5) for x1, x2 in points.tolist()]
    assert unit(points).tolist() == by_threshold
    assert unit(points[:200]).tolist() == [1] * 200
    assert [unit(x) for x in points] == by_threshold


@pytest.mark.spec("S-048")
@thorough
@given(st.lists(st.floats(-10, 10), min_size=3, max_size=3), st.floats(-5, 5), st.floats(-5, 5))
def test_the_weights_stand_at_right_angles_on_the_boundary(weights: list[float], s: float, t: float) -> None:
    w0, w1, w2 = weights
    assume(np.hypot(w1, w2) > 0.1)
    normal = np.array([w1, w2])
    foot, along = -w0 * normal / (normal @ normal), np.array([-w2, w1])
    one, other = foot + s * along, foot + t * along
    unit = Perceptron(w0, normal)
    assert abs((one - other) @ unit.w) <= 1e-12 * max(1, np.linalg.norm(one - other) * np.linalg.norm(normal))
    assert abs(unit.distance(one)) < 1e-12 * max(1, np.abs(one).max())


@pytest.mark.spec("S-048")
@thorough
@given(st.lists(st.floats(-10, 10), min_size=5, max_size=5))
def test_the_angle_is_below_90_degrees_exactly_where_it_fires(numbers: list[float]) -> None:
    w, x = np.array(numbers[:3]), np.array(numbers[3:])
    assume(np.linalg.norm(w) > 0.1)
    unit = Perceptron(w[0], w[1:])
    augmented = np.array([1, *x])
    dot = w @ augmented
    assume(abs(dot) > 1e-9)
    angle = unit.angle(x)
    assert (angle < np.pi / 2) == (dot > 0)
    assert np.cos(angle) == pytest.approx(dot / np.linalg.norm(w) / np.linalg.norm(augmented), abs=1e-12)


@pytest.mark.spec("S-048")
def test_a_positive_correction_raises_the_dot_product_by_the_squared_length() -> None:
    rng = np.random.default_rng(3)
    rows = rng.standard_normal((40, 3))
    targets = (rows @ [1.0, -2.0, 0.5] > 0.3).astype(int)
    unit = Perceptron().fit(rows, targets, init="random", order="random", rng=rng)
    assert unit.converged
    assert len(unit.history) > 5
    for before, after in zip(unit.history, unit.history[1:], strict=False):
        if targets[after.row]:
            x = np.array([1, *rows[after.row]])
            assert after.weights @ x == pytest.approx(before.weights @ x + x @ x, rel=1e-12, abs=1e-12)
            assert after.weights @ x > before.weights @ x


@pytest.mark.spec("S-049")
def test_and_and_or_learned_from_zero_to_the_last_correction() -> None:
    unit = Perceptron().fit(ROWS, AND)
    assert (unit.weights.tolist(), len(unit.history), unit.passes, unit.converged) == ([-3, 1, 2], 11, 6, True)
    assert unit(ROWS).tolist() == AND
    unit = Perceptron().fit(ROWS, OR)
    assert (unit.weights.tolist(), len(unit.history), unit.passes, unit.converged) == ([-1, 1, 1], 5, 4, True)


@pytest.mark.spec("S-049")
@pytest.mark.parametrize("algorithm", ["pla", "negated"])
@pytest.mark.parametrize("order", ["cyclic", "random"])
def test_xor_never_ends(algorithm: str, order: str) -> None:
    unit = Perceptron().fit(ROWS, XOR, algorithm, order=order, max_iter=50, rng=np.random.default_rng(0))
    assert (unit.converged, unit.passes) == (False, 50)
    assert len(unit.history) >= 50


@pytest.mark.needs("scipy")
@pytest.mark.spec("S-049", "S-050")
@pytest.mark.parametrize("algorithm", ["pla", "negated"])
@pytest.mark.parametrize("order", ["cyclic", "random"])
def test_every_separable_function_of_two_inputs_is_learned(algorithm: str, order: str) -> None:
    for outputs in boolean_functions(2).T:
        unit = Perceptron().fit(ROWS, outputs, algorithm, order=order, init="random", rng=np.random.default_rng(5))
        assert unit.converged is is_linearly_separable(outputs)
        if unit.converged:
            assert unit(ROWS).tolist() == outputs.tolist()


@pytest.mark.spec("S-050")
def test_weights_of_zero_are_not_taken_for_a_solution() -> None:
    unit = Perceptron().fit(ROWS, AND, "negated")
    assert unit.history
    assert unit.converged
    assert unit(ROWS).tolist() == AND
    assert Perceptron(0.0, (0.0, 0.0))(ROWS).tolist() == [1, 1, 1, 1], "what weights of zero would answer"
    # every row is strictly on its side, which the version of one sign promises
    points = [np.array([1, *x]) * (1 if y else -1) for x, y in zip(ROWS, AND, strict=True)]
    assert min(p @ unit.weights for p in points) > 0


@pytest.mark.needs("sklearn")
@pytest.mark.spec("S-050")
@pytest.mark.parametrize("seed", range(5))
def test_the_negated_version_makes_the_corrections_of_scikit_learn(seed: int) -> None:
    from sklearn.linear_model import Perceptron as Theirs

    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((50, 4))
    targets = (rows @ rng.standard_normal(4) > 0.2).astype(int)
    ours = Perceptron().fit(rows, targets, "negated")
    theirs = Theirs(shuffle=False, tol=None, max_iter=ours.passes, eta0=1.0).fit(rows, targets)
    np.testing.assert_allclose(ours.weights, [*theirs.intercept_, *theirs.coef_[0]], rtol=1e-9, atol=1e-9)


def best_margin(points: np.ndarray) -> tuple[float, np.ndarray]:
    """The unit vector with the largest smallest product with the points: towards the hull's point nearest to 0."""
    from scipy.optimize import nnls

    scale = 1e6  # a heavy row that makes the coefficients add up to 1
    coefficients, _ = nnls(np.vstack([points.T, scale * np.ones(len(points))]), np.r_[np.zeros(points.shape[1]), scale])
    nearest = points.T @ (coefficients / coefficients.sum())
    w = nearest / np.linalg.norm(nearest)
    return float((points @ w).min()), w


@pytest.mark.needs("scipy")
@pytest.mark.spec("S-051")
def test_the_bound_for_and_with_inputs_of_length_one() -> None:
    points = np.array([np.array([1, *x]) * (1 if y else -1) for x, y in zip(ROWS, AND, strict=True)])
    points = points / np.linalg.norm(points, axis=1, keepdims=True)
    delta, w = best_margin(points)
    assert delta == pytest.approx(0.156949, abs=1e-6)
    bound = perceptron_bound(ROWS, AND, w, normalize=True)
    assert bound == pytest.approx(1 / delta**2, rel=1e-12)
    assert bound == pytest.approx(40.6, abs=0.05)
    assert len(Perceptron().fit(ROWS, AND).history) == 11 <= bound


@pytest.mark.spec("S-051")
@pytest.mark.parametrize("start", ["zeros", "random"])
def test_no_run_on_200_random_separable_sets_exceeds_the_bound(start: str) -> None:
    for seed in range(200):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(1, 5))
        w_star = rng.standard_normal(n + 1)
        rows = rng.standard_normal((40, n))
        net = w_star[0] + rows @ w_star[1:]
        rows = rows[np.abs(net) / np.linalg.norm(w_star) > 0.15]
        if not len(rows):
            continue
        targets = (w_star[0] + rows @ w_star[1:] > 0).astype(int)
        unit = Perceptron(3 * rng.standard_normal(), 3 * rng.standard_normal(n))
        first = unit.weights
        algorithm, order = ("pla", "negated")[seed % 2], ("cyclic", "random")[seed // 2 % 2]
        unit.fit(rows, targets, algorithm, order=order, init="zeros" if start == "zeros" else "current", rng=rng,
                 max_iter=100_000)  # fmt: skip
        assert unit.converged
        bound = perceptron_bound(rows, targets, 7 * w_star, start=first if start == "random" else None)
        assert len(unit.history) <= bound


@pytest.mark.spec("S-051")
def test_from_zero_the_bound_is_the_radius_over_the_margin_squared() -> None:
    w = np.array([-3.0, 2.0, 2.0])
    assert perceptron_bound(ROWS, AND, w) == pytest.approx(3 / (1 / 17), rel=1e-12)
    assert perceptron_bound(ROWS, AND, w, start=[0, 0, 0]) == perceptron_bound(ROWS, AND, w)
    with pytest.raises(DataError, match="no margin"):
        perceptron_bound(ROWS, AND, [-1.0, 1.0, 0.0])
    with pytest.raises(DataError, match="no margin"):
        perceptron_bound(ROWS, AND, [0.0, 0.0, 0.0])
    with pytest.raises(ShapeError, match="w_star"):
        perceptron_bound(ROWS, AND, [1.0, 1.0])


@pytest.mark.spec("S-051")
@pytest.mark.parametrize("start", [(0.0, 0.0, 0.0), (2.0, -1.0, -3.0), (-6.0, 4.0, 4.0), (1.0, 1.0, 1.0)])
def test_the_bound_is_the_last_number_of_corrections_the_inequality_allows(start: tuple[float, ...]) -> None:
    w = np.array([-3.0, 2.0, 2.0]) / math.sqrt(17)
    delta, radius2, first = 1 / math.sqrt(17), 3.0, np.array(start)
    allowed = [k for k in range(2000) if w @ first + k * delta <= math.sqrt(first @ first + k * radius2) + 1e-12]
    assert math.floor(perceptron_bound(ROWS, AND, w, start=start) + 1e-9) == max(allowed)


def test_one_seed_one_course() -> None:
    rng = [np.random.default_rng(7) for _ in range(2)]
    one, other = (Perceptron().fit(ROWS, OR, order="random", init="random", rng=r) for r in rng)
    assert one.weights.tolist() == other.weights.tolist()
    assert [c.row for c in one.history] == [c.row for c in other.history]


def test_what_a_perceptron_refuses() -> None:
    with pytest.raises(DataError, match="row 1 has a number that is not finite"):
        Perceptron().fit([[0.0], [np.nan]], [0, 1])
    with pytest.raises(DataError, match="classes are 0 and 1"):
        Perceptron().fit(ROWS, [-1, 1, 1, -1])
    for ragged in ([[1.0], [1.0, 2.0]], [["a"], ["b"]], [[None], [1.0]]):
        with pytest.raises(DataError):
            Perceptron().fit(ragged, [0, 1])  # type: ignore[arg-type]
    with pytest.raises(DataError, match="takes numbers"):
        Perceptron(0.0, (1.0,))(["<script>"])  # type: ignore[arg-type]
    with pytest.raises(DataError, match="as many classes"):
        Perceptron().fit(ROWS, [0, 1])
    with pytest.raises(DataError, match="one or more rows"):
        Perceptron().fit(np.zeros((0, 2)), [])
    for options in ({"algorithm": "delta"}, {"order": "up"}, {"init": "ones"}, {"max_iter": 0}):
        with pytest.raises(OperandError, match=next(iter(options))):
            Perceptron().fit(ROWS, OR, **options)  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match="cannot go on"):
        Perceptron(0.0, (1.0,)).fit(ROWS, OR, init="current")
    with pytest.raises(ShapeError, match="rows of 2 inputs"):
        Perceptron(0.0, (1.0, 2.0))([1.0])
    with pytest.raises(OperandError):
        Perceptron(float("inf"), (1.0,))
    with pytest.raises(DataError, match="point nowhere"):
        Perceptron(0.0, (0.0,)).angle([1.0])
    with pytest.raises(DataError, match="no boundary"):
        Perceptron(1.0, (0.0,)).distance([1.0])
