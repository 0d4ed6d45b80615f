"""Convexity on samples: what is convex passes, and what is not comes with a witness that can be checked."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import OperandError, Tensor
from optim.convexity import Chord, Segment, is_concave, is_convex, is_convex_program, is_convex_set_sample

from ..autograd.settings import thorough

LINE = np.linspace(-4, 4, 33)
CONVEX = {
    "square": lambda x: x * x,
    "exp": lambda x: x.exp(),
    "softplus": lambda x: x.softplus(),
    "hinge": lambda x: (1 - x).relu(),
    "abs": abs,
}


@pytest.mark.spec("S-034")
@pytest.mark.parametrize("f", CONVEX.values(), ids=CONVEX)
def test_convex_functions(f: Any) -> None:
    assert is_convex(f, LINE)
    assert is_concave(lambda x: -f(x), LINE)
    assert not is_concave(f, LINE)


@pytest.mark.spec("S-034")
@pytest.mark.parametrize("name", ["square", "exp", "softplus"])
def test_by_the_second_derivative(name: str) -> None:
    assert is_convex(CONVEX[name], LINE, second_order=True, chords=0)
    found = is_convex(lambda x: x.sin(), LINE, second_order=True, chords=0)
    assert not found
    assert math.sin(found.witness) > 0, "sin'' = -sin is negative there"
    assert "curvature" in found.reason
    matrix = np.array([[2.0, 1.0], [1.0, 1.0]])
    points = np.random.default_rng(0).normal(size=(5, 2))
    assert is_convex(lambda x: x @ matrix @ x, points, second_order=True)
    assert not is_convex(lambda x: x[0] ** 2 - x[1] ** 2, points, second_order=True, chords=0)


@pytest.mark.spec("S-034")
def test_neither_nor_and_both() -> None:
    sigmoid = lambda x: x.sigmoid()  # noqa: E731
    assert not is_convex(sigmoid, LINE)
    assert not is_concave(sigmoid, LINE)
    line = lambda x: 3 * x - 1  # noqa: E731
    assert is_convex(line, LINE)
    assert is_concave(line, LINE)


@pytest.mark.spec("S-034")
def test_sin_is_one_and_the_other() -> None:
    sin = lambda x: x.sin()  # noqa: E731
    up, down = np.linspace(math.pi, 2 * math.pi, 21), np.linspace(0, math.pi, 21)
    assert is_convex(sin, up)
    assert is_concave(sin, down)
    assert not is_convex(sin, down)
    assert not is_concave(sin, np.concatenate([down, up]))


@pytest.mark.spec("S-034")
def test_losses_of_a_linear_and_of_a_two_layer_model() -> None:
    random = np.random.default_rng(0)
    x, y = random.normal(size=(20, 3)), random.normal(size=20)

    def linear(w: Any) -> Any:
        return ((x @ w - y) ** 2).mean()

    def network(w: Any) -> Any:
        return (((x @ w[:6].reshape(3, 2)).tanh() @ w[6:] - y) ** 2).mean()

    assert is_convex(linear, random.normal(size=(40, 3)) * 3, second_order=True)
    found = is_convex(network, random.normal(size=(40, 8)) * 3)
    assert not found
    chord = found.witness
    assert isinstance(chord, Chord)
    # The witness holds up when looked at again.
    at = lambda w: float(network(Tensor(w)))  # noqa: E731
    between = at(chord.alpha * chord.x + (1 - chord.alpha) * chord.y)
    assert between == chord.value
    assert between > chord.alpha * at(chord.x) + (1 - chord.alpha) * at(chord.y)
    # Swapping the hidden units leaves the loss alone, so half way between two equal minima it must not rise; it does.
    w = random.normal(size=8)
    swapped = np.concatenate([w[:6].reshape(3, 2)[:, ::-1].ravel(), w[6:][::-1]])
    assert at(w) == pytest.approx(at(swapped), rel=1e-12)


@pytest.mark.spec("S-034")
@thorough
@given(st.floats(0.1, 0.9), st.floats(-5, 5), st.floats(-5, 5), st.floats(-3, 3))
def test_the_inequality_itself(alpha: float, x: float, y: float, c: float) -> None:
    found = is_convex(lambda v: v * v + c * v, [x, y])
    assert found, found.reason
    between = alpha * x + (1 - alpha) * y
    assert between**2 <= alpha * x * x + (1 - alpha) * y * y + 1e-9


@pytest.mark.spec("S-035")
def test_a_ball_and_a_half_space() -> None:
    points = np.random.default_rng(1).uniform(-1.5, 1.5, size=(400, 3))
    ball = is_convex_set_sample(lambda p: float(p @ p) <= 1, points, segments=10_000)
    assert ball
    assert ball.tried == 10_000
    half = np.array([1.0, -2.0, 0.5])
    assert is_convex_set_sample(lambda p: float(half @ p) <= 0.3, points, segments=10_000)


@pytest.mark.spec("S-035")
def test_an_annulus_has_a_hole() -> None:
    def annulus(p: np.ndarray) -> bool:
        return 0.5 <= float(np.hypot(*p)) <= 1

    points = np.random.default_rng(2).uniform(-1, 1, size=(400, 2))
    found = is_convex_set_sample(annulus, points)
    assert not found
    segment = found.witness
    assert isinstance(segment, Segment)
    assert annulus(segment.x)
    assert annulus(segment.y)
    assert not annulus(segment.point)
    np.testing.assert_allclose(segment.point, segment.alpha * segment.x + (1 - segment.alpha) * segment.y)


@pytest.mark.spec("S-035")
def test_the_form_of_a_convex_programme() -> None:
    points = np.random.default_rng(3).normal(size=(20, 2))
    square, plane = (lambda p: (p * p).sum()), (lambda p: p[0] - 2 * p[1] + 1)
    assert is_convex_program(square, points, [lambda p: (p * p).sum() - 4], [plane])
    for outcome, part in (
        (is_convex_program(lambda p: -(p * p).sum(), points), "the objective is not convex"),
        (is_convex_program(square, points, [square, lambda p: 1 - (p * p).sum()]), "inequality 1 is not convex"),
        (is_convex_program(square, points, [], [square]), "equality 0 is not affine"),
    ):
        assert not outcome
        assert outcome.reason.startswith(part)


def test_many_samples_are_drawn_from_and_always_the_same() -> None:
    points = np.linspace(-3, 3, 500)
    one, two = (is_convex(lambda x: x.sin(), points, chords=200) for _ in range(2))
    assert not one
    assert one == two
    assert is_convex(lambda x: x * x, points, chords=200).tried == 200


def test_errors_say_what_to_do() -> None:
    with pytest.raises(OperandError, match="two samples or more, not 1"):
        is_convex(lambda x: x, [1.0])
    with pytest.raises(OperandError, match="must return one number, not a Tensor"):
        is_convex(lambda x: x, np.ones((3, 2)))
    with pytest.raises(OperandError, match="at least two samples that are in the set"):
        is_convex_set_sample(lambda x: x > 5, [1.0, 2.0, 6.0])
