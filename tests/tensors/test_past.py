"""The quick ways through the engine are read off the table, and lead where the general ones lead."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import GraphError, ShapeError, Tensor
from autograd.operation import OPERATIONS, Operation
from autograd.tensors.backward import backward_order

from .cases import CASES
from .harness import Array, Case, our_gradients, weights_for

QUICK = [rule for rule in OPERATIONS.values() if rule.arrange is not None and rule.plain]


@pytest.mark.parametrize("case", [c for c in CASES if c.inputs], ids=[c.name for c in CASES if c.inputs])
def test_the_written_out_way_past_a_node_is_that_of_its_entry(case: Case) -> None:
    leaves = [Tensor(x.copy(), requires_grad=True) for x in case.inputs]
    out = case.ours(*leaves)
    arrived: dict[int, Any] = {id(out): weights_for(out.shape).astype(out.dtype)}
    for node in backward_order(out):
        for slot, operand in enumerate(node.operands):
            if isinstance(operand, Tensor) and operand.requires_grad:
                part = node.contribution(slot, arrived[id(node)])
                if part is not None:
                    arrived[id(operand)] = arrived.get(id(operand), 0) + part
    _, found = our_gradients(case)
    for leaf, gradient in zip(leaves, found, strict=True):
        if gradient is None:
            assert id(leaf) not in arrived
            continue
        assert gradient.shape == leaf.shape
        assert gradient.dtype == leaf.dtype
        np.testing.assert_allclose(gradient, arrived[id(leaf)], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("rule", QUICK, ids=[rule.name for rule in QUICK])
def test_plain_arguments_are_the_operands_as_they_are(rule: Operation) -> None:
    assert rule.arrange is not None
    for count in rule.plain:
        given = tuple(Tensor(np.ones((2, 2)), requires_grad=True) for _ in range(count))
        operands, options = rule.arrange(*given)
        assert len(operands) == count
        assert all(o is g for o, g in zip(operands, given, strict=True))
        assert not options
        quick, general = rule(*given), given[0]._apply_operation_(rule, operands, options)
        assert quick.operands == general.operands == operands
        assert quick._options is None
        assert general._options is None
        np.testing.assert_array_equal(quick.data, general.data)


def test_switches_work_on_the_quick_way() -> None:
    x, w = Tensor([[1.0, -2.0]]), Tensor([[3.0, 1.0]], requires_grad=True)
    with autograd.no_grad():
        assert not autograd.linear(x, w).requires_grad
    with autograd.group("layer"):
        assert autograd.trace(autograd.linear(x, w).sum()).groups[0].name == "layer"


class Kind(Tensor):
    """A class of somebody's own."""


def test_a_tensor_of_another_class_is_refused_as_ever() -> None:
    with pytest.raises(autograd.OperandError):
        autograd.matmul(Kind([[1.0]]), Kind([[1.0]]))


# ----------------------------------------------------------------------------------------------------- in numpy's words


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_closed_unit_stops_a_gradient_and_one_that_is_no_number_does_not(dtype: str) -> None:
    w = Tensor(np.eye(5, dtype=dtype))
    b = Tensor(np.array([-1.0, -0.0, 2.0, np.nan, np.inf], dtype), requires_grad=True)
    out = autograd.linear_relu(Tensor(np.zeros((2, 5), dtype)), w, b)
    out.backward(np.ones((2, 5), dtype))
    assert b.grad.tolist() == [0.0, 0.0, 2.0, 2.0, 2.0]
    assert b.grad.dtype == dtype


@pytest.mark.parametrize(("left", "right"), [((0, 3), (3, 2)), ((2, 0), (0, 3)), ((3, 2), (2, 0)), ((1, 1), (1, 1))])
def test_products_of_matrices_that_are_hardly_there(left: tuple[int, int], right: tuple[int, int]) -> None:
    a, b = Tensor(np.ones(left), requires_grad=True), Tensor(np.ones(right), requires_grad=True)
    out = a @ b
    np.testing.assert_array_equal(out.data, np.ones(left) @ np.ones(right))
    out.sum().backward()
    np.testing.assert_array_equal(a.grad, np.ones(out.shape) @ np.ones(right).T)
    np.testing.assert_array_equal(b.grad, np.ones(left).T @ np.ones(out.shape))


def test_products_keep_their_messages_and_dtypes() -> None:
    with pytest.raises(ShapeError, match="matmul"):
        Tensor(np.ones((2, 3))) @ Tensor(np.ones((2, 3)))
    assert (Tensor(np.ones((2, 3), np.float32)) @ Tensor(np.ones((3, 2)))).dtype == np.float64
    assert (Tensor(np.ones((2, 3), int)) @ Tensor(np.ones((3, 2), int))).dtype == np.int64
    wide = np.arange(24.0).reshape(4, 6)
    np.testing.assert_array_equal(
        (Tensor(wide[::2, ::3]) @ Tensor(wide[:2, ::-2])).data, wide[::2, ::3] @ wide[:2, ::-2]
    )


def layouts(x: Array) -> list[Array]:
    """The same numbers laid out in several ways."""
    spread = np.zeros((2 * x.shape[0], 3 * x.shape[1]))
    spread[::2, ::3] = x
    return [x, np.asfortranarray(x), spread[::2, ::3], x[::-1][::-1]]


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_cross_entropy_whatever_the_layout(reduction: str) -> None:
    scores, labels = np.random.default_rng(3).normal(size=(5, 4)), np.array([0, 3, 1, 1, 2])
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    rows = -np.log(shares[np.arange(5), labels])
    expected = (shares - np.eye(4)[labels]) / (5 if reduction == "mean" else 1)
    for x in layouts(scores):
        leaf = Tensor(x, requires_grad=True)
        loss = autograd.cross_entropy(leaf, labels, reduction=reduction)
        reduced = {"mean": rows.mean(), "sum": rows.sum(), "none": rows}[reduction]
        np.testing.assert_allclose(loss.data, reduced, rtol=1e-13)
        loss.backward(np.ones(loss.shape))
        np.testing.assert_allclose(leaf.grad, expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("about", [autograd.softmax, autograd.log_softmax])
def test_rows_without_an_answer_are_nan_without_a_warning(about: Any) -> None:
    rows = np.array([[0.0, 1.0], [-np.inf, -np.inf], [np.inf, 0.0], [np.nan, 0.0], [-np.inf, 0.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with np.errstate(divide="ignore"):
            found = about(Tensor(rows), axis=1).data
            alone = [about(Tensor(row), axis=0).data for row in rows]
    np.testing.assert_allclose(found, alone, rtol=1e-15)
    assert np.isnan(found[1:4]).any(axis=1).all()


def test_a_pass_starts_from_a_one_of_its_own() -> None:
    w = Tensor([[2.0]], requires_grad=True)
    loss = (w * w).sum(axis=0, keepdims=True)
    loss.backward()
    assert loss.grad.tolist() == [[1.0]]
    loss.grad[...] = 5.0
    assert loss.data.tolist() == [[4.0]]
    with pytest.raises(GraphError, match="freed"):
        loss.backward()
