"""Every gate's first and second derivatives against finite differences of a function written without the engine."""

from __future__ import annotations

import itertools
import math

import pytest

from autograd import Value, grad
from tests.oracles import differences
from tests.oracles.points import NAMES, TABLE, Case, Point, apply


def test_every_gate_is_in_the_table() -> None:
    assert set(NAMES) == set(TABLE)
    for name, case in TABLE.items():
        assert len(case.ordinary) >= 2, f"{name} needs ordinary points"
        assert case.hard, f"{name} needs hard points"


def _smooth(case: Case) -> tuple[Point, ...]:
    return case.ordinary + case.smooth


def _agree(ours: float, theirs: tuple[float, float], allowed: float, natural: float) -> bool:
    """Whether the two agree, relative to themselves or, where terms cancel, to what rounding of f leaves visible."""
    exact, doubt = theirs
    scale = max(abs(exact), 1e-5 * abs(natural))
    assert math.isfinite(scale)
    # The estimate of the difference's own error must be small too, or agreement would mean nothing.
    return doubt <= allowed * scale and abs(ours - exact) <= allowed * scale


@pytest.mark.spec("S-003", "S-004", "S-006", "S-007", "S-008", "S-017", "S-040")
@pytest.mark.parametrize("name", NAMES)
def test_first_derivatives(name: str) -> None:
    case = TABLE[name]
    for point in _smooth(case):
        leaves = [Value(x) for x in point]
        output = apply(name, leaves)
        assert math.isclose(output.data, case.f(*point), rel_tol=1e-14)
        output.backward()
        for i, leaf in enumerate(leaves):
            expected = differences.first(case.f, point, i, case.step(point[i]))
            natural = output.data / point[i]
            assert _agree(leaf.grad, expected, 1e-8, natural), (name, point, i, leaf.grad, expected)


def _second_by_double_backward(name: str, point: Point, i: int, j: int) -> float:
    leaves = [Value(x) for x in point]
    apply(name, leaves).backward(create_graph=True)
    slope = leaves[i].grad
    if not isinstance(slope, Value):  # a rule that is a constant leaves nothing to differentiate
        return 0.0
    for leaf in leaves:
        leaf.grad = None
    if slope.requires_grad:
        slope.backward()
    held = leaves[j].grad
    return 0.0 if held is None else held


def _second_by_nesting(name: str, point: Point, i: int, j: int) -> float:
    def f(*inputs: Value) -> Value:
        result: Value = apply(name, inputs)
        return result

    second: float = grad(grad(f, argnums=i), argnums=j)(*point)
    return second


@pytest.mark.spec("S-007", "S-017")
@pytest.mark.parametrize("second", [_second_by_double_backward, _second_by_nesting])
@pytest.mark.parametrize("name", NAMES)
def test_second_derivatives(name: str, second: object) -> None:
    assert callable(second)
    case = TABLE[name]
    for point in _smooth(case):
        steps = [case.step(x) for x in point]
        for i, j in itertools.product(range(len(point)), repeat=2):
            expected = differences.second(case.f, point, i, j, steps)
            natural = case.f(*point) / point[i] / point[j]
            ours = second(name, point, i, j)
            assert _agree(ours, expected, 1e-6, natural), (name, point, i, j, ours, expected)
