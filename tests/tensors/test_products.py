"""Products: einsum of every kind, what dot dispatches to, and the formulas of matrix calculus."""

from __future__ import annotations

import string
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import OperandError, ShapeError, Tensor, Value
from autograd.operation import OPERATIONS

from .harness import Array, Case, differences, first_value, numbers, our_gradients, second_order, their_gradients


@st.composite
def equations(draw: Any, exotic: bool = True) -> tuple[str, tuple[Array, ...]]:
    """An equation and operands for it; `exotic` ones have ellipses, diagonals and axes that stretch."""
    letters = draw(st.lists(st.sampled_from(string.ascii_letters), min_size=1, max_size=4, unique=True))
    sizes = {c: draw(st.integers(1, 3)) for c in letters}
    dots = tuple(draw(st.lists(st.integers(1, 2), max_size=2))) if exotic and draw(st.booleans()) else ()
    terms, inputs = [], []
    for i in range(draw(st.integers(1, 3))):
        term = draw(st.lists(st.sampled_from(letters), max_size=3, unique=not exotic))
        shape = [1 if exotic and term.count(c) == 1 and draw(st.integers(0, 5)) == 0 else sizes[c] for c in term]
        written = "".join(term)
        if dots:
            place, kept = draw(st.integers(0, len(term))), draw(st.integers(0, len(dots)))
            shape[place:place] = dots[len(dots) - kept :]
            written = f"{written[:place]}...{written[place:]}"
        terms.append(written)
        inputs.append(numbers(*shape, seed=i))
    used = [c for c in letters if any(c in term for term in terms)]
    output = "".join(draw(st.permutations(used))[: draw(st.integers(0, len(used)))])
    equation = ",".join(terms)
    if draw(st.integers(0, 3)):
        equation += f"->{'...' if dots else ''}{output}"
    return equation, tuple(inputs)


def einsum_case(equation: str, inputs: tuple[Array, ...]) -> Case:
    """The equation as a case."""

    def theirs(*tensors: Any) -> Any:
        import torch

        return torch.einsum(equation, *tensors)

    return Case(equation, lambda *tensors: autograd.einsum(equation, *tensors), theirs, inputs, operation="einsum")


@settings(max_examples=150, deadline=None)
@given(equations())
def test_any_einsum_is_numpys_and_its_gradient_the_slope(drawn: tuple[str, tuple[Array, ...]]) -> None:
    equation, inputs = drawn
    case = einsum_case(equation, inputs)
    out, gradients = our_gradients(case)
    np.testing.assert_allclose(out.data, np.einsum(equation, *inputs), rtol=1e-12, atol=1e-12)
    for ours, slope in zip(gradients, differences(lambda x: first_value(case, x), inputs), strict=True):
        np.testing.assert_allclose(ours, slope, rtol=1e-5, atol=1e-7)


@settings(max_examples=40, deadline=None)
@given(equations())
def test_any_einsum_can_be_differentiated_twice(drawn: tuple[str, tuple[Array, ...]]) -> None:
    case = einsum_case(*drawn)
    _, second = second_order(case, case.inputs)
    for ours, slope in zip(second, differences(lambda x: second_order(case, x)[0], case.inputs), strict=True):
        np.testing.assert_allclose(ours, slope, rtol=1e-5, atol=1e-6)


@pytest.mark.needs("torch")
@settings(max_examples=150, deadline=None)
@given(equations(exotic=False))
def test_any_einsum_is_pytorchs(drawn: tuple[str, tuple[Array, ...]]) -> None:
    case = einsum_case(*drawn)
    out, gradients = our_gradients(case)
    theirs, their = their_gradients(case)
    np.testing.assert_allclose(out.data, theirs.detach().numpy(), rtol=1e-12, atol=1e-12)
    for ours, other in zip(gradients, their, strict=True):
        np.testing.assert_allclose(ours, other.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("equation", ["ij,jk->ik", "ij,jk,kl->il", "...j,jk->...k"])
def test_a_large_einsum_goes_by_way_of_matrix_products(equation: str) -> None:
    shapes = [(300, 20), (20, 30), (30, 25)][: equation.count(",") + 1]
    inputs = [numbers(*shape, seed=i) for i, shape in enumerate(shapes)]
    leaves = [Tensor(x, requires_grad=True) for x in inputs]
    out = autograd.einsum(equation, *leaves)
    np.testing.assert_allclose(out.data, np.einsum(equation, *inputs), rtol=1e-10, atol=1e-10)
    out.sum().backward()
    again = [Tensor(x, requires_grad=True) for x in inputs]
    product = again[0] @ again[1]
    (product @ again[2] if len(again) > 2 else product).sum().backward()
    for a, b in zip(leaves, again, strict=True):
        np.testing.assert_allclose(a.grad, b.grad, rtol=1e-10, atol=1e-10)


def test_einsum_through_numpy_and_of_plain_arrays() -> None:
    a, b = numbers(2, 3), numbers(3, 4)
    t = Tensor(a, requires_grad=True)
    assert np.einsum("ij,jk", t, b, optimize=True).op == "einsum"
    assert autograd.einsum("ij,jk", [t, b]).shape == (2, 4)
    np.testing.assert_allclose(autograd.einsum("ij,jk", a, b), a @ b, rtol=1e-12)
    view = autograd.einsum("ij->ji", t)
    assert not np.shares_memory(view.data, t.data)
    assert autograd.einsum(",i->i", 2.0, Tensor(np.ones(3, np.float32))).dtype == np.float32


@pytest.mark.parametrize(
    ("equation", "shapes", "error", "message"),
    [
        ("ij,jk->ik", [(2, 3)], OperandError, "is for 2 operand"),
        ("ij->i", [(2, 3, 4)], ShapeError, "operand 0 of 'ij->i' has 3 axes, but 'ij' names 2"),
        ("ijk...->i", [(2, 3)], ShapeError, "fewer than 'ijk...' names"),
        ("ij,jk->ik", [(2, 3), (4, 2)], ShapeError, "axis 'j' .* has 3 elements in operand 0 .* and 4 in operand 1"),
        ("ii->i", [(2, 3)], ShapeError, "axis 'i' .* has 2 elements in operand 0"),
        ("...,...", [(2,), (3,)], ShapeError, "under '...'"),
        ("ij->ik", [(2, 3)], OperandError, "axis 'k', which no operand has"),
        ("ij->ii", [(2, 3)], OperandError, "more than once"),
        ("i1->i", [(2, 3)], OperandError, "'1' in 'i1->i' names no axis"),
        ("i->j->i", [(2,)], OperandError, "names no axis"),
        ("...i->i", [(2, 3)], OperandError, "says nothing of the axes under"),
        ("i.j->i", [(2, 3)], OperandError, "'.'"),
    ],
)
def test_einsum_says_what_is_wrong(equation: str, shapes: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        autograd.einsum(equation, *(Tensor(np.ones(s), requires_grad=True) for s in shapes))


def test_einsum_without_an_equation_or_operands() -> None:
    with pytest.raises(OperandError, match=r"equation comes first, .* not a Tensor"):
        autograd.einsum(Tensor([1.0]), "i")
    with pytest.raises(OperandError, match="needs operands"):
        autograd.einsum("i")
    with pytest.raises(OperandError, match="no option 'order'"):
        autograd.einsum("i", Tensor([1.0]), order="C")


@pytest.mark.parametrize(
    ("a", "b", "axes", "message"),
    [
        ((2, 3), (2, 3), 1, "axis 1 of the first operand has 3 elements, axis 0 of the second has 2"),
        ((2, 3), (3,), 2, "cannot sum over 2 axes"),
        ((2, 3), (3, 2), ([0], [0, 1]), "1 axes of the first operand against 2"),
        ((2, 3), (3, 2), ([2], [0]), "name existing axes"),
        ((2, 3), (3, 2), ([0, 0], [1, 1]), "each once"),
    ],
)
def test_tensordot_says_what_is_wrong(a: Any, b: Any, axes: Any, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        autograd.tensordot(Tensor(np.ones(a)), np.ones(b), axes)


def test_dot_is_a_gate_for_values_and_an_operation_for_tensors() -> None:
    w, x = [Value(2.0), Value(3.0)], [5.0, 7.0]
    assert autograd.dot(w, x).data == 31.0
    t = Tensor([2.0, 3.0], requires_grad=True)
    for product in (autograd.dot(t, x), autograd.dot(x, t), np.dot(t, x), t.dot(x), autograd.dot(np.array(x), t)):
        assert (product.op, product.item()) == ("dot", 31.0)
    with pytest.raises(OperandError, match="stack them first"):
        autograd.sum(t, t)
    with pytest.raises(ShapeError, match=r"dot.*\(2,\).*\(3,\)"):
        autograd.dot(t, [1.0, 2.0, 3.0])


def test_a_number_times_float32_stays_float32() -> None:
    t = Tensor(np.ones(3, np.float32), requires_grad=True)
    for product in (autograd.dot(2.0, t), autograd.inner(t, 2.0), autograd.outer(2.0, t)):
        assert product.dtype == np.float32
        product.sum().backward()
    assert t.grad.dtype == np.float32
    assert t.grad.tolist() == [6.0, 6.0, 6.0]


# ------------------------------------------------------------------------------------------------ matrix calculus


@pytest.mark.spec("S-012", "S-024")
def test_a_matrix_product_transposes_the_other_factor() -> None:
    w, x, g = numbers(2, 3), numbers(3), numbers(2, seed=4)
    weights, inputs = Tensor(w, requires_grad=True), Tensor(x, requires_grad=True)
    (weights @ inputs).backward(g)
    np.testing.assert_array_equal(inputs.grad, w.T @ g)
    np.testing.assert_array_equal(weights.grad, np.outer(g, x))
    batch, rows = numbers(4, 3), numbers(4, 2, seed=5)
    z, v = Tensor(batch, requires_grad=True), Tensor(w.T.copy(), requires_grad=True)
    (z @ v).backward(rows)
    np.testing.assert_array_equal(z.grad, rows @ w)
    np.testing.assert_array_equal(v.grad, batch.T @ rows)


@pytest.mark.spec("S-013")
@pytest.mark.parametrize("name", ["tanh", "sigmoid", "exp", "relu", "softplus", "sin"])
def test_element_wise_gradients_are_hadamard_products(name: str) -> None:
    x, g = numbers(7), numbers(7, seed=3)
    t = Tensor(x, requires_grad=True)
    out = getattr(t, name)()
    slopes = np.diag(out.local[0])
    out.backward(g)
    np.testing.assert_allclose(t.grad, slopes @ g, rtol=1e-15)
    if name == "relu":
        np.testing.assert_array_equal(t.grad, np.where(x > 0, g, 0))


@pytest.mark.spec("S-022")
def test_the_gradient_of_a_linear_form_is_its_coefficients() -> None:
    theta, x = numbers(4), Tensor(numbers(4, seed=1), requires_grad=True)
    (theta @ x).backward()
    assert x.grad.tolist() == theta.tolist()
    x.zero_grad()
    autograd.dot(x, theta).backward()
    assert x.grad.tolist() == theta.tolist()


@pytest.mark.spec("S-023")
def test_the_gradient_of_a_quadratic_form() -> None:
    a = np.array([[1.0, 2.0], [3.0, 4.0]])
    for form in (lambda x: x @ a @ x, lambda x: autograd.einsum("i,ij,j", x, a, x), lambda x: (x * (a @ x)).sum()):
        x = Tensor([1.0, -1.0], requires_grad=True)
        form(x).backward()
        assert x.grad.tolist() == [-3.0, -3.0]
    symmetric, x = a + a.T, Tensor(numbers(2), requires_grad=True)
    (x @ symmetric @ x).backward()
    np.testing.assert_allclose(x.grad, 2 * symmetric @ x.data, rtol=1e-15)
    one = Tensor([3.0], requires_grad=True)
    (one @ np.array([[5.0]]) @ one).backward()
    assert one.grad.tolist() == [30.0]


@pytest.mark.spec("S-024")
def test_the_gradient_of_a_trace_has_the_matrixs_shape() -> None:
    b = numbers(3, 2)
    a = Tensor(numbers(3, 2, seed=1), requires_grad=True)
    autograd.einsum("ii", b.T @ a).backward()
    assert a.grad.shape == (3, 2)
    np.testing.assert_array_equal(a.grad, b)


@pytest.mark.spec("S-031")
@pytest.mark.parametrize(("a", "b"), [((2, 3), (3, 4)), ((2, 3), (3,)), ((3,), (3, 4)), ((1, 3), (3, 1))])
@pytest.mark.parametrize("name", ["matmul", "linear", "linear_relu", "dot"])
def test_no_array_of_three_axes_is_made_on_the_way_back(name: str, a: tuple[int, ...], b: tuple[int, ...]) -> None:
    most = 0

    class Watched(np.ndarray):
        def __array_finalize__(self, made_from: Any) -> None:
            nonlocal most
            most = max(most, self.ndim)

    rule = OPERATIONS[name]
    left, right = numbers(*a), numbers(*b)
    if name.startswith("linear"):
        right = np.atleast_2d(right.T).copy()  # weights are a matrix, (outputs, inputs)
    out = rule(left, right)
    upstream = np.ones(np.shape(out)).view(Watched)
    arrays = [left.view(Watched), right.view(Watched)]
    result = np.asarray(out).view(Watched)
    most = 0
    if rule.before is not None:
        upstream = rule.before(upstream, result, *arrays)
    for pullback, operand in zip(rule.pullbacks, arrays, strict=False):
        assert pullback is not None
        found = pullback(upstream, result, *arrays)
        assert isinstance(found, Watched), "the watch has lost its sight"
        assert found.shape == operand.shape
    assert 1 <= most <= 2


def test_a_layer_takes_numbers_and_lists() -> None:
    x, w = Tensor(np.ones((4, 3), np.float32)), Tensor(np.ones((2, 3), np.float32), requires_grad=True)
    shifted = autograd.linear(x, w, 0.5)
    assert shifted.dtype == np.float32
    np.testing.assert_array_equal(shifted.data, np.full((4, 2), 3.5))
    np.testing.assert_array_equal(autograd.linear(x, w, [1.0, 2.0]).data, np.tile([4.0, 5.0], (4, 1)))
    with pytest.raises(ShapeError, match="linear"):
        autograd.linear(x, 2.0)


@pytest.mark.parametrize("rows", [100, 200])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_large_products_are_what_small_ones_are(rows: int, dtype: str) -> None:
    """Results of 10,000 and of 40,000 numbers take different ways through numpy."""
    x, w, g = (numbers(rows, n, seed=n).astype(dtype) for n in (30, 30, rows))
    w = w[::-1].copy()
    near = {"rtol": 1e-5, "atol": 1e-4} if dtype == "float32" else {"rtol": 1e-12, "atol": 1e-12}
    for apply in (autograd.linear, lambda a, b: autograd.matmul(a, b.T)):
        a, b = Tensor(x, requires_grad=True), Tensor(w, requires_grad=True)
        out = apply(a, b)
        out.backward(g)
        for found, expected in ((out.data, ("ik,jk->ij", x, w)), (a.grad, ("ij,jk->ik", g, w)),
                                (b.grad, ("ij,ik->jk", g, x))):  # fmt: skip
            assert found.dtype == dtype
            np.testing.assert_allclose(found, np.einsum(*expected), **near)
