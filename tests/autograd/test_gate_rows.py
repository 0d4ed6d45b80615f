"""The single numbers that the rows of docs/curriculum.md ask of single gates."""

from __future__ import annotations

import math
import random

import pytest

import autograd
from autograd import Value, grad, gradcheck


def _gradient(output: Value, *leaves: Value, seed: float = 1.0) -> tuple[float, ...]:
    for leaf in leaves:
        leaf.grad = None
    output.backward(seed)
    return tuple(leaf.grad for leaf in leaves)


@pytest.mark.spec("S-003")
@pytest.mark.parametrize("upstream", [1.0, -2.5, 0.0])
def test_add_distributes(upstream: float) -> None:
    x, y = Value(2.0), Value(3.0)
    assert _gradient(x + y, x, y, seed=upstream) == (upstream, upstream)


@pytest.mark.spec("S-004")
def test_multiply_swaps() -> None:
    x = Value(3.0)
    assert _gradient(x * x, x) == (6.0,)
    assert gradcheck(lambda a, b: a * b, [3.0, -2.0], order=2)


@pytest.mark.spec("S-005")
def test_max_routes_and_halves_a_tie() -> None:
    assert _gradient(autograd.max(x := Value(2.0), y := Value(-1.0)), x, y, seed=5.0) == (5.0, 0.0)
    assert _gradient(autograd.max(x := Value(1.0), y := Value(1.0)), x, y) == (0.5, 0.5)
    assert _gradient(autograd.min(x := Value(1.0), y := Value(1.0)), x, y) == (0.5, 0.5)
    # Both wires of one number together take the whole gradient, tie or not.
    assert _gradient(autograd.max(x := Value(1.0), x), x) == (1.0,)


@pytest.mark.spec("S-006")
def test_inverse() -> None:
    x = Value(4.0)
    assert _gradient(1 / x, x) == (-0.0625,)
    assert (1 / x).op == (1.0 / x).op == x.inv().op == "inv"
    assert (2 / x).op == "div"
    assert gradcheck(lambda v: 1 / v, [0.3], order=2)


@pytest.mark.spec("S-007")
def test_exp_is_its_own_slope() -> None:
    (slope,) = _gradient((x := Value(1.4)).exp(), x)
    assert math.isclose(slope, 4.055199966844675, rel_tol=1e-15)
    assert grad(grad(autograd.exp))(1.4) == slope
    # The slope is the output itself, not exp computed again.
    y = Value(1.4).exp()
    assert y.local[0] is y.data


@pytest.mark.spec("S-008")
def test_log() -> None:
    assert _gradient((x := Value(0.7)).log(), x) == (1.4285714285714286,)
    for x in (-3.0, 0.1, 2.0, 50.0):
        assert math.isclose(grad(lambda v: v.exp().log())(x), 1.0, rel_tol=1e-12)
    assert Value(0.0).log().data == -math.inf
    assert math.isnan(Value(-1.0).log().data)


@pytest.mark.spec("S-014")
def test_product_rule() -> None:
    assert math.isclose(grad(lambda x: x * x.exp())(1.0), 5.43656365691809, rel_tol=1e-15)
    u, v = autograd.sin, autograd.tanh
    for x in (-1.3, 0.2, 2.0):
        by_the_rule = u(x) * grad(v)(x) + grad(u)(x) * v(x)
        assert math.isclose(grad(lambda t: u(t) * v(t))(x), by_the_rule, rel_tol=1e-14)


@pytest.mark.spec("S-015")
def test_pushing_along_the_gradient_raises_and_against_it_lowers() -> None:
    p = 1e-4
    for f in (autograd.sin, autograd.tanh, lambda x: x**3 - 2 * x, lambda x: autograd.exp(x - 1)):
        for x in (-1.2, 0.3, 2.1):
            push = math.copysign(p, grad(f)(x))
            assert float(f(x + push)) > float(f(x)) > float(f(x - push))


@pytest.mark.spec("S-015")
@pytest.mark.parametrize("seed", range(100))
def test_a_step_against_the_gradient_lowers_a_quadratic(seed: int) -> None:
    # f = ½ wᵀAw − bᵀw with A = MMᵀ + I; its largest eigenvalue is at most its trace.
    source = random.Random(seed)
    n = source.randint(1, 4)
    m = [[source.uniform(-1, 1) for _ in range(n)] for _ in range(n)]
    a = [[sum(m[i][k] * m[j][k] for k in range(n)) + (i == j) for j in range(n)] for i in range(n)]
    b = [source.uniform(-2, 2) for _ in range(n)]

    def f(w: list[Value]) -> Value:
        curved = autograd.sum(w[i] * a[i][j] * w[j] for i in range(n) for j in range(n))
        return curved * 0.5 - autograd.dot(b, w)

    w = [Value(source.uniform(-3, 3)) for _ in range(n)]
    before = f(w)
    before.backward()
    rate = 0.9 / sum(a[i][i] for i in range(n))
    for wi in w:
        old = wi.data
        wi.data -= rate * wi.grad
        assert (wi.data > old) == (wi.grad < 0), "a negative gradient means raising w"
    assert f(w) < before


@pytest.mark.spec("S-037")
def test_conventions_at_kinks() -> None:
    for zero in (0.0, -0.0):
        assert _gradient((x := Value(zero)).relu(), x) == (0.0,)
        assert _gradient(abs(x := Value(zero)), x) == (0.0,)
        assert _gradient((x := Value(zero)).leaky_relu(0.3), x) == (0.3,)
        assert _gradient((x := Value(zero)).leaky_relu(), x) == (0.01,)


@pytest.mark.spec("S-040")
def test_a_mean_shares_out_and_a_power_brings_its_exponent_down() -> None:
    leaves = [Value(float(i)) for i in range(5)]
    assert _gradient(autograd.sum(leaves) / 5, *leaves) == (0.2,) * 5
    assert _gradient((x := Value(3.0)) ** 2, x) == (6.0,)
    assert _gradient((x := Value(3.0)) - 1.0, x) == (1.0,)
    assert _gradient(1.0 - (x := Value(3.0)), x) == (-1.0,)


def test_powers_at_exponent_zero_have_equal_mixed_derivatives() -> None:
    # ∂²(x**y)/∂x∂y = 1/x at y = 0, whichever is taken first; a rule that answers a plain 0 there loses it.
    for order in ((0, 1), (1, 0)):
        assert grad(grad(lambda x, y: x**y, argnums=order[0]), argnums=order[1])(2.0, 0.0) == 0.5
    assert grad(lambda x: x**0)(0.0) == grad(grad(lambda x: x**0))(0.0) == 0.0
