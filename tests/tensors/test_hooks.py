"""Hooks on Tensors: called with the gradient of the pass, in their order; what they return takes its place."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import GraphError, OperandError, ShapeError, Tensor


def leaf(*numbers: float, name: str | None = None) -> Tensor:
    return Tensor(np.array(numbers), requires_grad=True, name=name)


def test_a_hook_sees_the_gradient_of_the_pass() -> None:
    x = leaf(1.0, 2.0)
    x.grad = np.array([100.0, 100.0])
    seen: list[Any] = []
    x.register_hook(lambda g: seen.append(g.copy()))
    (x * x + x).sum().backward()
    # Once, with all contributions of this pass added up, and nothing of earlier passes.
    assert len(seen) == 1
    np.testing.assert_array_equal(seen[0], [3.0, 5.0])
    np.testing.assert_array_equal(x.grad, [103.0, 105.0])


def test_hooks_are_called_in_their_order_each_with_what_the_one_before_returned() -> None:
    x = leaf(1.0)
    calls: list[tuple[str, float]] = []

    def hook(name: str, factor: float | None) -> Any:
        def called(g: Any) -> Any:
            calls.append((name, float(g[0])))
            return None if factor is None else g * factor

        return called

    for name, factor in (("a", 2.0), ("b", None), ("c", 10.0)):
        x.register_hook(hook(name, factor))
    (x * 3).sum().backward()
    assert calls == [("a", 3.0), ("b", 6.0), ("c", 6.0)]
    np.testing.assert_array_equal(x.grad, [60.0])


def test_a_hook_on_an_inner_node_changes_what_travels_on() -> None:
    x = leaf(1.0, 2.0)
    middle = x * 2
    middle.register_hook(lambda g: g * [1.0, 0.0])
    (middle * middle).sum().backward()
    np.testing.assert_array_equal(middle.grad, [4.0, 0.0])
    np.testing.assert_array_equal(x.grad, [8.0, 0.0])


def test_a_hook_on_the_result_itself() -> None:
    x = leaf(1.0)
    loss = (x * 2).sum()
    loss.register_hook(lambda g: g * 5)
    loss.backward()
    np.testing.assert_array_equal(x.grad, [10.0])


def test_nodes_are_met_from_the_result_to_the_leaves() -> None:
    x = leaf(1.0)
    names: list[str] = []
    y = x * 2
    z = y + 1
    for node, name in ((x, "x"), (y, "y"), (z, "z")):
        node.register_hook(lambda _, name=name: names.append(name))
    (z * y).sum().backward()
    assert names == ["z", "y", "x"]


def test_removing() -> None:
    x = leaf(1.0)
    handle = x.register_hook(lambda g: g * 2)
    handle.remove()
    handle.remove()
    with x.register_hook(lambda g: g * 3):
        x.sum().backward()
    x.sum().backward()
    np.testing.assert_array_equal(x.grad, [4.0])


def test_a_handle_removes_its_own_hook_only() -> None:
    x = leaf(1.0)
    first = x.register_hook(lambda g: g * 2)
    first.remove()
    x.register_hook(lambda g: g * 3)
    first.remove()
    x.sum().backward()
    np.testing.assert_array_equal(x.grad, [3.0])


def test_removing_and_adding_during_a_pass_counts_from_the_next() -> None:
    x = leaf(1.0)
    calls: list[str] = []

    def first(_: Any) -> None:
        calls.append("first")
        second.remove()
        own.remove()
        x.register_hook(lambda _: calls.append("added"))

    own = x.register_hook(first)
    second = x.register_hook(lambda _: calls.append("second"))
    x.sum().backward()
    assert calls == ["first", "second"]
    calls.clear()
    x.sum().backward()
    assert calls == ["added"]


def test_a_node_that_gets_a_hook_during_the_pass_before_it_is_reached() -> None:
    x = leaf(1.0)
    y = x * 2
    y.register_hook(lambda _: x.register_hook(lambda g: g * 10) and None)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [20.0])


@pytest.mark.parametrize("returned", [np.ones(3), np.ones((1, 2)), 1.0, Tensor([1.0])])
def test_a_gradient_of_another_shape_is_refused(returned: Any) -> None:
    x = leaf(1.0, 2.0, name="x")
    x.register_hook(lambda _: returned)
    with pytest.raises(ShapeError, match=r"a hook of x \(a Tensor of shape \(2,\)\) returned a gradient of shape"):
        (x * 2).sum().backward()
    assert x.grad is None
    x = leaf(1.0, 2.0, name="x")
    x.register_hook(lambda _: returned)
    with pytest.raises(ShapeError, match="a hook of x"):
        (x * x).sum().backward(create_graph=True)


def test_what_is_returned_may_be_a_list_an_array_or_a_tensor() -> None:
    for returned in ([5.0, 6.0], np.array([5.0, 6.0]), Tensor([5.0, 6.0]), np.array([5, 6]), np.array([5, 6], "f4")):
        x = leaf(1.0, 2.0)
        x.register_hook(lambda _, returned=returned: returned)
        (x * 2).sum().backward()
        assert type(x.grad) is np.ndarray
        assert x.grad.dtype == np.float64
        np.testing.assert_array_equal(x.grad, [5.0, 6.0])


def test_the_gradient_kept_is_not_the_array_a_hook_holds() -> None:
    x = leaf(1.0, 2.0)
    held = np.array([5.0, 6.0])
    x.register_hook(lambda _: held)
    x.sum().backward()
    x.grad[0] = -1.0
    np.testing.assert_array_equal(held, [5.0, 6.0])
    x.zero_grad()
    seen: list[Any] = []
    y = leaf(1.0, 2.0)
    y.register_hook(lambda g: seen.append(g))
    (y * 2).sum().backward()
    y.grad[0] = -1.0
    np.testing.assert_array_equal(seen[0], [2.0, 2.0])


def test_with_create_graph_a_hook_is_part_of_the_graph() -> None:
    x = leaf(3.0)
    kinds: list[type] = []

    def hook(g: Any) -> Any:
        kinds.append(type(g))
        return g * g

    x.register_hook(hook)
    (x * x).sum().backward(create_graph=True)
    gradient = x.grad
    assert kinds == [Tensor]
    np.testing.assert_array_equal(gradient.data, [36.0])  # (2x)²
    x.zero_grad()
    x._hooks.clear()
    gradient.sum().backward()
    np.testing.assert_array_equal(x.grad, [24.0])  # 8x


def test_an_array_returned_with_create_graph_is_a_constant() -> None:
    x = leaf(3.0)
    x.register_hook(lambda g: g.data * 2)
    (x * x).sum().backward(create_graph=True)
    assert isinstance(x.grad, Tensor)
    np.testing.assert_array_equal(x.grad.data, [12.0])


def test_what_is_no_gradient_at_all_is_refused() -> None:
    x = Tensor(1.0, requires_grad=True, name="x")
    x.register_hook(lambda _: "much")
    with pytest.raises(OperandError, match=r"a hook of x .*the text 'much' is not a number"):
        (x * 2).backward()


def test_a_gate_with_hooks_inside_a_fused_operation_has_its_hook_called_once() -> None:
    x, w = Tensor([[1.0, 2.0]], requires_grad=True), Tensor([[3.0, 4.0]], requires_grad=True)
    calls: list[int] = []
    w.register_hook(lambda _: calls.append(1))
    autograd.linear_relu(x, w).sum().backward(create_graph=True)
    assert calls == [1]


def test_what_takes_no_gradient_takes_no_hook() -> None:
    with pytest.raises(GraphError, match="requires no gradient, so a hook would never be called"):
        Tensor([1.0]).register_hook(print)


def test_a_hook_keeps_no_graph_alive() -> None:
    x = leaf(1.0)
    y = x * 2
    node = weakref.ref(y)
    y.register_hook(lambda g: g)
    del y
    gc.disable()
    try:
        assert node() is None
    finally:
        gc.enable()
