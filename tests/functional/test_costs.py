"""What derivatives cost, by counting evaluations and operations rather than by the clock."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, grad, gradcheck, jacobian, jvp, numerical_grad, register, unregister, vjp
from autograd.gate import Gate

# ruff: noqa: ARG005


class Counted:
    """A function that counts its evaluations."""

    def __init__(self, f: Any) -> None:
        self.f = f
        self.calls = 0

    def __call__(self, *args: Any) -> Any:
        self.calls += 1
        return self.f(*args)


@pytest.mark.spec("S-039")
@pytest.mark.parametrize("n", [1, 2, 10, 100, 1000])
def test_a_numerical_gradient_takes_two_evaluations_per_parameter(n: int) -> None:
    """2n by central differences, against one evaluation and one backward pass whatever n is."""
    x = np.linspace(-1, 1, n)
    numerical, backprop = (Counted(lambda w: (w * w).sum()) for _ in range(2))
    by_differences = numerical_grad(numerical, x)
    by_backprop = grad(backprop)(x)
    assert numerical.calls == 2 * n
    assert backprop.calls == 1
    np.testing.assert_allclose(by_differences, by_backprop, rtol=1e-6, atol=1e-6)


@pytest.mark.spec("S-039")
@pytest.mark.parametrize("n", [1, 10, 100])
def test_of_numbers_too(n: int) -> None:
    f = lambda *w: sum((v * v for v in w), Value(0.0))  # noqa: E731
    numerical, one_sided, backprop = Counted(f), Counted(f), Counted(lambda w: f(*w))
    x = [0.1 * i for i in range(n)]
    numerical_grad(numerical, x)
    numerical_grad(one_sided, x, scheme="forward")
    grad(backprop)(x)
    assert (numerical.calls, backprop.calls) == (2 * n, 1)
    assert n + 1 <= one_sided.calls <= 2 * n, "n + 1 would do: f(x) itself is shared"


@pytest.mark.spec("S-039")
@pytest.mark.parametrize("n", [3, 30, 300])
def test_the_backward_pass_does_not_depend_on_how_many_parameters_there_are(n: int) -> None:
    """Every gate's rule is read once on the way back."""
    counts = {"local": 0}

    def local(x: Any, out: Any) -> tuple[Any, ...]:  # noqa: ARG001
        counts["local"] += 1
        return (2 * x,)

    gate = register(Gate("counted_square", value=lambda x: x * x, local=local))
    try:
        counts["local"] = 0
        x = Tensor(np.ones(n), requires_grad=True)
        y = gate(gate(gate(x))).sum()
        read = counts["local"]
        y.backward()
        assert counts["local"] == read, "the rule was read when it was compiled, not per element"
        np.testing.assert_array_equal(x.grad, 8 * np.ones(n))
    finally:
        unregister("counted_square")


@pytest.mark.spec("S-039")
def test_the_cheaper_mode_for_a_jacobian() -> None:
    """Passes through a node are counted by a hook: one per output in reverse mode, and none in forward mode."""

    def passes(m: int, n: int, **options: Any) -> int:
        weights = np.ones((m, n))
        counted = []

        def f(x: Any) -> Any:
            y = x * 1.0
            y.register_hook(lambda g: counted.append(1))
            return weights @ y

        assert jacobian(f, np.ones(n), **options).shape == (m, n)
        return len(counted)

    assert passes(2, 50) == 2
    assert passes(50, 2) == 0, "forward mode: 2 pushes instead of 50 pulls"
    assert passes(50, 2, mode="reverse") == 50
    assert passes(2, 50, mode="forward") == 0


def test_products_evaluate_the_function_once() -> None:
    f = Counted(lambda x: x * x)
    x = np.ones(3)
    _, pullback = vjp(f, x)
    for _ in range(5):
        pullback(x)
    assert f.calls == 1
    jvp(f, (x,), (x,))
    assert f.calls == 2
    assert gradcheck(f, [x])
