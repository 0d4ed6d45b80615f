"""gradcheck and numerical_grad on arrays: right rules pass, rules wrong by a tenth of a percent do not."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import GATES, GradcheckError, OperandError, Operation, Tensor, Value, gradcheck, no_grad, numerical_grad

from ..oracles.points import NAMES, TABLE, apply
from ..tensors.cases import CASES
from ..tensors.harness import Case, differences, first_value, numbers, our_gradients, weighted

# ruff: noqa: ARG001, ARG005 - planted rules name their operands, whichever they use

SMOOTH = [case for case in CASES if case.smooth]
each = pytest.mark.parametrize("case", SMOOTH, ids=[case.name for case in SMOOTH])


@pytest.mark.spec("S-017", "S-040")
@each
def test_every_operation_passes_at_both_orders(case: Case) -> None:
    assert gradcheck(case.ours, case.inputs, order=2)


@pytest.mark.spec("S-004", "S-006", "S-013", "S-017", "S-040")
@pytest.mark.parametrize("name", [n for n in NAMES if GATES[n].arity])
def test_every_gate_passes_on_arrays_at_both_orders(name: str) -> None:
    points = np.array(TABLE[name].ordinary, dtype=float).T
    assert gradcheck(lambda *x: apply(name, x), list(points), order=2)
    # A row and a column stretch over each other.
    if GATES[name].arity == 2:
        x, y = points
        kept = [(i, j) for i in range(len(x)) for j in range(len(y)) if safe(name, x[i], y[j])]
        mask = np.zeros((len(x), len(y)))
        mask[tuple(np.array(kept).T)] = 1.0
        assert gradcheck(lambda x, y: autograd.where(mask, apply(name, [x, y]), 0.0), [x[:, None], y])


def safe(name: str, x: float, y: float) -> bool:
    """Whether a gate of two numbers is smooth around these."""
    around = [[apply(name, [x + a, y + b]) for a in (-1e-3, 0, 1e-3)] for b in (-1e-3, 0, 1e-3)]
    bends = np.diff(around, n=2, axis=0), np.diff(around, n=2, axis=1)
    return bool(np.isfinite(around).all() and max(np.abs(b).max() for b in bends) < 1e-4)


def planted(name: str, **changes: Any) -> Operation:
    """A wrong version of an operation, outside of the table."""
    return dataclasses.replace(autograd.OPERATIONS[name], name=f"wrong_{name}", **changes)


def fails(f: Any, inputs: Any, **options: Any) -> str:
    assert gradcheck(f, inputs, raise_exception=False, **options) is False
    with pytest.raises(GradcheckError) as caught:
        gradcheck(f, inputs, **options)
    return str(caught.value)


@pytest.mark.spec("S-017")
@pytest.mark.parametrize("factor", [1.001, 0.999])
@pytest.mark.parametrize("slot", [0, 1])
def test_a_tenth_of_a_percent_fails(slot: int, factor: float) -> None:
    pullbacks = list(autograd.OPERATIONS["matmul"].pullbacks)
    right: Any = pullbacks[slot]
    pullbacks[slot] = lambda *given, **options: factor * right(*given, **options)
    wrong = planted("matmul", pullbacks=tuple(pullbacks))
    message = fails(lambda a, b: wrong(a, b), [numbers(2, 3), numbers(3, 4)])
    assert message.startswith(f"gradcheck: ∂f[0, 0]/∂{'ab'[slot]}[0, 0] is ")
    assert " by backpropagation but " in message
    assert " at a[0, 0] = " in message or " at b[0, 0] = " in message


@pytest.mark.spec("S-017")
@each
def test_a_tenth_of_a_percent_fails_in_every_operation(case: Case) -> None:
    """The entry in the table is wrong for the time of the test."""
    rule = autograd.OPERATIONS[case.about]
    right = rule.pullbacks

    def scaled(pullback: Any) -> Any:
        return None if pullback is None else lambda *given, **options: 1.001 * pullback(*given, **options)

    flat = not any(np.abs(np.asarray(slope)).max(initial=0.0) > 1e-3 for slope in our_gradients(case)[1])
    object.__setattr__(rule, "pullbacks", tuple(map(scaled, right)))
    try:
        found = gradcheck(case.ours, case.inputs, raise_exception=False)
    finally:
        object.__setattr__(rule, "pullbacks", right)
    assert found is flat, "0 times anything is right"


@pytest.mark.spec("S-017")
def test_the_parameter_and_the_element_are_named() -> None:
    def back(g: Any, out: Any, x: Any) -> Any:
        scale = np.ones(x.shape)
        scale[0, 2] = 1.001
        return g * scale

    wrong = Operation("off", forward=lambda x: x + 0.0, pullbacks=(back,))
    w, x = numbers(2, 3), numbers(3)
    message = fails(lambda W, x: wrong(W) @ x, [w, x])  # noqa: N803
    assert message.startswith("gradcheck: ∂f[0]/∂W[0, 2] is ")
    assert f"at W[0, 2] = {w[0, 2]:g}" in message
    assert "∂f/∂rate[0, 2]" in fails(lambda *v: wrong(v[0]).sum(), [Tensor(w, name="rate")])
    assert "∂f[1][0]/∂x0[0, 2]" in fails(lambda *v: (v[0] @ x, wrong(v[0]) @ x), [w])


@pytest.mark.spec("S-017")
def test_the_graph_of_the_derivative_is_checked_too() -> None:
    """A pullback that is right on arrays and wrong on Tensors."""

    def back(g: Any, out: Any, x: Any) -> Any:
        return g * 2.0 * x * (1.001 if isinstance(g, Tensor) else 1.0)

    wrong = Operation("square", forward=lambda x: x * x, pullbacks=(back,))
    message = fails(lambda x: wrong(x), [numbers(3)])
    assert "by backpropagation with create_graph=True but" in message


@pytest.mark.spec("S-017")
def test_forward_mode_is_checked_too() -> None:
    wrong = Operation(  # called linear, which it is not
        "square", forward=lambda x: x * x, pullbacks=(lambda g, out, x: g * 2.0 * x,), linear=True
    )
    assert "by forward mode but" in fails(lambda x: wrong(x), [numbers(3)])


@pytest.mark.spec("S-017")
def test_a_wrong_second_derivative_fails_at_order_2_only() -> None:
    # The slope of x² is the right number, from which a graph finds the wrong slope.
    wrong = Operation(
        "square",
        forward=lambda x: x * x,
        pullbacks=(lambda g, out, x: g * 2.0 * x.data if isinstance(x, Tensor) else g * 2.0 * x,),
    )
    x = numbers(3)
    assert gradcheck(lambda x: wrong(x), [x])
    message = fails(lambda x: wrong(x).sum(), [x], order=2)
    assert message.startswith("gradcheck: ∂²f/∂x[0]∂x[0] is 0.0 by backpropagation but ")
    assert "∂²(Σ w·f)/∂x[0]∂x[0]" in fails(lambda x: wrong(x), [x], order=2)


def test_a_function_that_forgets_part_of_its_graph_fails() -> None:
    message = fails(lambda x: (x.detach() * x).sum(), [numbers(3)])
    assert "∂f/∂x[0]" in message
    assert "∂f/∂x[0] is 0.0" in fails(lambda x: x.detach().sum(), [numbers(3)])


def test_elements_of_all_sizes() -> None:
    """A step of 1e-6 would be too large or too small for some of these."""
    x = np.array([1e-9, 1e-4, 1.0, 1e5, 1e9])
    assert gradcheck(lambda x: x.log(), [x])
    assert gradcheck(lambda x: x * x, [x])
    assert gradcheck(lambda x: 1 / x, [x])
    assert gradcheck(lambda x: x.sin(), [x])
    wrong = planted("sum", pullbacks=(lambda g, out, x: 1.001 * g * np.ones(x.shape),))
    for f, places in ((lambda v: v.log(), x[:3]), (lambda v: v * v, x[2:]), (lambda v: 1 / v, x[:3])):
        for number in places:
            assert "∂f/∂v[0]" in fails(lambda v, f=f: wrong(f(v)), [np.array([number])])


def test_mixed_inputs_and_structures_of_results() -> None:
    def f(w: Any, s: Any, rows: Any) -> dict[str, Any]:
        return {"a": w[rows.data] * s, "b": [(w * w).sum(), w.sum() * 2.0]}

    s = np.array(1.5)
    assert gradcheck(f, [numbers(3, 2), s, np.array([0, 2, 0])], order=2)
    assert gradcheck(lambda x, v: [(x * x).sum(), v * v], [numbers(2), 3.0], order=2)
    assert gradcheck(lambda x, v: [(x * x).sum(), v * v], [Tensor(numbers(2)), Value(3.0)])


def test_under_no_grad_and_on_derivatives() -> None:
    with no_grad():
        assert gradcheck(lambda x: x.tanh(), [numbers(3)], order=2)
    assert gradcheck(autograd.grad(lambda x: (x**4).sum()), [numbers(3)], order=2)
    x = Tensor(numbers(3), requires_grad=True)
    assert gradcheck(lambda v: v * x, [x], order=2)
    assert x.grad is None


def test_float32_is_refused_with_a_remedy() -> None:
    x = np.ones(2, np.float32)
    for check in (gradcheck, numerical_grad):
        with pytest.raises(OperandError, match=r"float32 numbers, and finite differences need float64: .*astype"):
            check(lambda x: x.sum(), [x])  # type: ignore[operator]
    with pytest.raises(OperandError, match="must return Tensors or Values, not ndarray"):
        gradcheck(lambda x: x.data, [np.ones(2)])


@pytest.mark.spec("S-017")
@each
def test_numerical_gradients_of_arrays(case: Case) -> None:
    found = numerical_grad(lambda *x: weighted(case, x), case.inputs)
    for ours, expected, x in zip(
        found, differences(lambda x: first_value(case, x), case.inputs), case.inputs, strict=True
    ):
        assert ours.shape == x.shape
        np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-8)


def test_numerical_gradients_take_steps_as_told() -> None:
    x = np.array([3.0, -1.0])
    square = lambda x: (x * x).sum()  # noqa: E731
    np.testing.assert_allclose(numerical_grad(square, x, h=1e-3, scheme="forward"), 2 * x + 1e-3, rtol=1e-9)
    np.testing.assert_allclose(numerical_grad(square, x, h=1e-3, scheme="backward"), 2 * x - 1e-3, rtol=1e-9)
    np.testing.assert_allclose(numerical_grad(square, Tensor(x)), 2 * x, rtol=1e-8)
    array, number = numerical_grad(lambda x, v: (x * 2.0).sum() if v is None else v * v, [x, 3.0])
    np.testing.assert_array_equal(array, [0.0, 0.0])
    assert number == pytest.approx(6.0)
    with pytest.raises(OperandError, match="scheme must be one of"):
        numerical_grad(square, x, scheme="upwards")  # type: ignore[call-overload]
    with pytest.raises(OperandError, match="h must be a positive number"):
        numerical_grad(square, x, h=0.0)
    with pytest.raises(OperandError, match="vanishes beside 1e\\+20"):
        numerical_grad(square, np.array([1e20]))
    with pytest.raises(OperandError, match="returned 2 numbers"):
        numerical_grad(lambda x: x * x, x)
    with pytest.raises(OperandError, match="int64 numbers cannot be moved"):
        numerical_grad(square, np.array([1, 2]))
