"""What happens to a graph of Tensors: freed by a pass, kept, found stale, interrupted, very deep."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import GraphError, Tensor, no_grad


def leaf(*numbers: float, name: str | None = None) -> Tensor:
    return Tensor(np.array(numbers), requires_grad=True, name=name)


# ------------------------------------------------------------------------------------------------------------ freeing


def test_a_pass_frees_the_graph() -> None:
    x = leaf(1.0, 2.0)
    middle = (x * 3).exp()
    loss = middle.sum()
    node, array = weakref.ref(middle), weakref.ref(middle.data)
    del middle
    assert node() is not None
    loss.backward()
    # Nothing waits for the collector of circles: reference counts are enough.
    assert node() is None
    assert array() is None
    assert loss.op == "sum"


def test_dropping_the_result_frees_the_graph_too() -> None:
    x = leaf(1.0, 2.0)
    middle = x.tanh()
    node = weakref.ref(middle)
    loss = middle.sum()
    del middle, loss
    assert node() is None


def test_a_graph_is_no_circle_of_references() -> None:
    x = leaf(1.0, 2.0)
    y = x[0:1].reshape(1, 1) @ x[1:2].reshape(1, 1)
    nodes = [weakref.ref(n) for n in autograd_nodes(y)]
    y.backward(retain_graph=True)
    del y
    assert [n() for n in nodes if n() is not x] == [None] * (len(nodes) - 1)


def autograd_nodes(root: Tensor) -> list[Tensor]:
    found: dict[int, Tensor] = {}
    stack = [root]
    while stack:
        node = stack.pop()
        if id(node) not in found:
            found[id(node)] = node
            stack.extend(node.parents)
    return list(found.values())


def test_a_second_pass_says_how_to_have_one() -> None:
    x = leaf(1.0, 2.0)
    loss = (x * x).sum()
    loss.backward()
    with pytest.raises(GraphError, match=r"was freed by an earlier backward pass.*backward\(retain_graph=True\)"):
        loss.backward()
    np.testing.assert_array_equal(x.grad, [2.0, 4.0])
    for look in (lambda: loss.operands, lambda: loss.parents, loss.to_values):
        with pytest.raises(GraphError, match="was freed by a backward pass"):
            look()


def test_a_kept_graph_gives_the_same_again() -> None:
    x = leaf(1.0, 2.0)
    loss = (x.exp() * x).sum()
    loss.backward(retain_graph=True)
    first = x.grad.copy()
    loss.backward(retain_graph=True)
    np.testing.assert_array_equal(x.grad, 2 * first)
    loss.backward()
    np.testing.assert_array_equal(x.grad, 3 * first)
    with pytest.raises(GraphError, match="freed"):
        loss.backward()


def test_create_graph_keeps_the_graph() -> None:
    x = leaf(1.0, 2.0)
    loss = (x**3).sum()
    loss.backward(create_graph=True)
    loss.backward()
    np.testing.assert_allclose(x.grad.data, [6.0, 24.0])


def test_two_results_that_share_a_part_which_the_first_pass_frees() -> None:
    x = leaf(1.0, 2.0)
    shared = x.exp()
    one, two = shared.sum(), (shared * 2).sum()
    one.backward()
    before = x.grad.copy()
    with pytest.raises(GraphError, match=r"exp.*was freed by an earlier backward pass"):
        two.backward()
    np.testing.assert_array_equal(x.grad, before)
    one, two = (shared := x.exp()).sum(), (shared * 2).sum()
    one.backward(retain_graph=True)
    two.backward()
    np.testing.assert_allclose(x.grad, 4 * np.exp(x.data))


def test_a_leaf_alone_can_be_passed_again_and_again() -> None:
    x = leaf(1.0, 2.0)
    x.backward(np.array([1.0, 3.0]))
    x.backward(np.array([1.0, 3.0]))
    np.testing.assert_array_equal(x.grad, [2.0, 6.0])


# -------------------------------------------------------------------------------------------------------------- stale


def changed_in_place(x: Tensor) -> None:
    with no_grad():
        x += 1.0


def changed_elements(x: Tensor) -> None:
    with no_grad():
        x[0] = 9.0


def changed_through_a_view(x: Tensor) -> None:
    with no_grad():
        x[1:] *= 2.0


def changed_through_detach(x: Tensor) -> None:
    x.detach().fill_(3.0)


def data_assigned(x: Tensor) -> None:
    x.data = np.array([7.0, 8.0])


def data_combined(x: Tensor) -> None:
    x.data -= 0.1


def copied_into(x: Tensor) -> None:
    with no_grad():
        x.copy_([1.0, 2.0])


def by_views(x: Tensor) -> Tensor:
    return x[0:1] * x[1:2]


CHANGES = [
    changed_in_place, changed_elements, changed_through_a_view, changed_through_detach, data_assigned, data_combined,
    copied_into,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "compute",
    [lambda x: x * x, lambda x: x.log(), lambda x: x**2, lambda x: x @ x, by_views, lambda x: x.max()],
)
def test_what_a_pullback_looks_at_must_not_change(
    compute: Callable[[Tensor], Tensor], change: Callable[[Tensor], None]
) -> None:
    x = leaf(1.0, 2.0, name="x")
    loss = autograd.sum(compute(x))
    if change is data_assigned and compute is by_views:
        return  # views keep the old array: see below
    change(x)
    with pytest.raises(GraphError, match=r"as it was on the forward pass, but it has been changed in place since"):
        loss.backward(create_graph=True)
    with pytest.raises(GraphError, match="changed in place"):
        loss.backward()
    assert x.grad is None
    # Computed again, all is well.
    autograd.sum(compute(x)).backward()
    assert x.grad is not None


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "compute",
    [
        lambda x: x + 1, lambda x: -x, lambda x: x - x, lambda x: x * 3, lambda x: x.sum(), lambda x: x.reshape(1, 2),
        lambda x: x.exp(), lambda x: x.tanh(), lambda x: x[[0, 0]], lambda x: x.mean(), lambda x: x.T, lambda x: x / 2,
    ],
)  # fmt: skip
def test_what_no_pullback_looks_at_may_change(
    compute: Callable[[Tensor], Tensor], change: Callable[[Tensor], None]
) -> None:
    x = leaf(1.0, 2.0)
    loss = autograd.sum(compute(x))
    expected = leaf(1.0, 2.0)
    autograd.sum(compute(expected)).backward()
    change(x)
    loss.backward()
    np.testing.assert_array_equal(x.grad, expected.grad)


def test_views_of_an_array_that_was_replaced_keep_it() -> None:
    x = leaf(1.0, 2.0)
    loss = (x[0:1] * x[1:2]).sum()
    data_assigned(x)
    loss.backward()
    np.testing.assert_array_equal(x.grad, [2.0, 1.0])


def test_a_change_before_the_use_is_none_of_its_business() -> None:
    x = leaf(1.0, 2.0)
    for change in CHANGES:
        change(x)
    (x * x).sum().backward()
    np.testing.assert_array_equal(x.grad, 2 * x.data)


def test_a_result_that_was_changed() -> None:
    x = leaf(1.0, 2.0)
    y = x.exp()
    loss = y.sum()
    y.data = np.zeros(2)
    with pytest.raises(GraphError, match="exp needs its result as it was on the forward pass"):
        loss.backward()
    y = x + 1
    loss = y.sum()
    y.data = np.zeros(2)
    loss.backward()
    np.testing.assert_array_equal(x.grad, [1.0, 1.0])


def test_a_view_that_was_changed_is_a_change_of_the_whole() -> None:
    buffer = Tensor([1.0, 2.0, 3.0])
    w = leaf(1.0, 1.0, 1.0)
    loss = (w * buffer).sum()
    buffer[0:2].zero_()
    with pytest.raises(GraphError, match="changed in place"):
        loss.backward()


def test_the_message_names_what_was_changed() -> None:
    x, w = leaf(1.0, 2.0, name="x"), leaf(1.0, 2.0, name="w")
    loss = (x * w).sum()
    changed_in_place(w)
    with pytest.raises(GraphError) as caught:
        loss.backward()
    assert "mul needs w (a Tensor of shape (2,)) as it was" in str(caught.value)
    assert "x (a" not in str(caught.value)


# -------------------------------------------------------------------------------------------------------- interrupted


def test_an_interrupted_pass_leaves_the_leaves_alone() -> None:
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    x.grad = held = np.array([5.0, 5.0])
    middle = x * 2

    def interrupt(_: Any) -> None:
        raise KeyboardInterrupt

    handle = middle.register_hook(interrupt)
    loss = (w * middle).sum()
    with pytest.raises(KeyboardInterrupt):
        loss.backward(retain_graph=True)
    assert x.grad is held
    np.testing.assert_array_equal(held, [5.0, 5.0])
    assert w.grad is None
    handle.remove()
    loss.backward()
    np.testing.assert_array_equal(x.grad, [11.0, 13.0])
    np.testing.assert_array_equal(w.grad, [2.0, 4.0])


def test_a_hook_on_a_leaf_interrupts_before_any_leaf_is_changed() -> None:
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)

    def interrupt(_: Any) -> None:
        raise ValueError("no")

    w.register_hook(interrupt)
    with pytest.raises(ValueError, match="no"):
        (x * w).sum().backward()
    assert x.grad is None
    assert w.grad is None


# --------------------------------------------------------------------------------------------------------------- deep


def test_a_long_chain() -> None:
    """200,000 gates: built, passed and freed with Python's usual limit of recursion, in time that grows with them."""
    depth = 200_000
    assert sys.getrecursionlimit() <= 10_000
    x = leaf(1.0)
    y = x
    for _ in range(depth):
        y = y + 1e-6
    assert y.data[0] == pytest.approx(1.2)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [1.0])
    kept = weakref.ref(y)
    del y
    assert kept() is None


def test_a_long_chain_that_no_pass_has_freed() -> None:
    y = leaf(1.0)
    for _ in range(200_000):
        y = y * 1.0
    kept = weakref.ref(y)
    del y
    assert kept() is None


def test_a_long_chain_of_views() -> None:
    x = leaf(1.0, 2.0)
    y = x
    for _ in range(5_000):
        y = y.reshape(1, 2).T.reshape(2)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [1.0, 1.0])


def test_a_ladder_is_walked_once() -> None:
    x = leaf(1.0)
    y = x
    for _ in range(60):
        y = y + y
    y.sum().backward(retain_graph=True)
    np.testing.assert_array_equal(x.grad, [2.0**60])
    x.zero_grad()
    y.sum().backward(create_graph=True)
    assert x.grad.data[0] == 2.0**60


def test_a_deep_chain_can_be_differentiated_twice() -> None:
    depth = 2_000
    x = leaf(0.5)
    y = x
    for _ in range(depth):
        y = y * 1.0 + 0.0
    (y * y).sum().backward(create_graph=True)
    gradient = x.grad
    x.zero_grad()
    gradient.sum().backward()
    np.testing.assert_allclose(x.grad, [2.0])
