"""Leaves can be copied, deep-copied and pickled; what is part of a graph cannot, and says what to do."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import GraphError, Tensor, no_grad

WAYS: list[Callable[[Any], Any]] = [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]


@pytest.mark.parametrize("way", WAYS, ids=["deepcopy", "pickle"])
@pytest.mark.parametrize("requires_grad", [True, False])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_leaf_and_all_it_knows(way: Callable[[Any], Any], requires_grad: bool, dtype: Any) -> None:
    x = Tensor([[1.0, -0.0], [np.inf, 3.0]], requires_grad=requires_grad, dtype=dtype, name="naïve 🎈\n")
    x.grad = np.full((2, 2), 5.0, dtype)
    other = way(x)
    assert type(other) is Tensor
    assert (other.name, other.requires_grad, other.dtype, other.is_leaf) == (x.name, requires_grad, dtype, True)
    np.testing.assert_array_equal(other.data, x.data)
    np.testing.assert_array_equal(other.grad, x.grad)
    assert not np.shares_memory(other.data, x.data)
    assert not np.shares_memory(other.grad, x.grad)


def test_a_shallow_copy_shares_the_numbers() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    x.grad = np.array([5.0, 6.0])
    other = copy.copy(x)
    assert other is not x
    assert np.shares_memory(other.data, x.data)
    np.testing.assert_array_equal(other.grad, x.grad)
    assert not np.shares_memory(other.grad, x.grad)
    # A change of one is a change of the other, for what was computed before too.
    loss = (x * x).sum()
    with no_grad():
        other += 1.0
    np.testing.assert_array_equal(x.data, [2.0, 3.0])
    with pytest.raises(GraphError, match="changed in place"):
        loss.backward()


def test_copies_are_leaves_of_their_own() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    other = copy.deepcopy(x)
    (x * other).sum().backward()
    np.testing.assert_array_equal(x.grad, [1.0, 2.0])
    np.testing.assert_array_equal(other.grad, [1.0, 2.0])
    assert x.grad is not other.grad


@pytest.mark.parametrize("way", [*WAYS, copy.copy], ids=["deepcopy", "pickle", "copy"])
def test_a_part_of_a_graph_is_refused(way: Callable[[Any], Any]) -> None:
    y = Tensor([1.0, 2.0], requires_grad=True) * 2
    with pytest.raises(GraphError, match=r"mul \(a Tensor of shape \(2,\)\) is part of a graph.*detach\(\)"):
        way(y)
    assert way(y.detach()).tolist() == [2.0, 4.0]


@pytest.mark.parametrize("way", WAYS, ids=["deepcopy", "pickle"])
def test_lists_of_leaves(way: Callable[[Any], Any]) -> None:
    x = Tensor([1.0], requires_grad=True, name="x")
    first, second = way([x, x])
    assert first is second
    assert first.name == "x"


def test_a_leaf_with_views_and_hooks_is_copied_without_them() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    x.register_hook(lambda g: g * 100)
    kept = x.detach()
    other = copy.deepcopy(x)
    other.sum().backward()
    np.testing.assert_array_equal(other.grad, [1.0, 1.0])
    kept.fill_(9.0)
    np.testing.assert_array_equal(other.data, [1.0, 2.0])
