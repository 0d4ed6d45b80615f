"""Gradients of several paths add up, and so do several passes in the leaves, until they are cleared."""

from __future__ import annotations

import itertools
import math

import pytest

import autograd
from autograd import GraphError, Value, gradients


@pytest.mark.spec("S-010")
def test_diamond() -> None:
    x = Value(3.0)
    ((x + 1) * (x + 2)).backward()
    assert x.grad == 9.0


@pytest.mark.spec("S-010")
@pytest.mark.parametrize("k", [1, 2, 3, 7, 100])
def test_a_node_used_k_times_gets_k_times_the_gradient(k: int) -> None:
    x = Value(0.5)
    middle = x * 3.0
    total = middle * 1.0
    for _ in range(k - 1):
        total = total + middle
    total.backward()
    assert middle.grad == k
    assert x.grad == 3.0 * k
    single = Value(0.5)
    autograd.sum([single * 3.0] * k).backward()
    assert single.grad == 3.0 * k


@pytest.mark.spec("S-010")
def test_the_order_of_consumers_does_not_matter() -> None:
    found = set()
    for order in itertools.permutations(range(4)):
        x = Value(2.0)
        consumers = [x * 0.25, x * x, -x, x * 8.0]
        total = Value(0.0)
        for i in order:
            total = total + consumers[i]
        total.backward()
        found.add(x.grad)
    assert found == {0.25 + 4.0 - 1.0 + 8.0}


def test_paths_of_different_length_all_arrive_first() -> None:
    # x reaches the result directly and through ever longer chains; a pass that went on from a node before all of its
    # uses had reported would lose the later ones.
    x = Value(1.0)
    total = x * 1.0
    for length in (1, 5, 50):
        chain = x
        for _ in range(length):
            chain = chain + 0.0
        total = chain * total
    total.backward()
    assert x.grad == 4.0


def test_exponentially_many_paths_cost_one_visit_per_node() -> None:
    x = Value(1.0)
    y = x
    for _ in range(200):
        y = y + y
    y.backward()
    assert x.grad == 2.0**200


@pytest.mark.spec("S-011")
def test_a_second_pass_doubles_the_leaves_and_only_them() -> None:
    x, w = Value(3.0), Value(0.1)
    hidden = (x * w).tanh()
    result = hidden * hidden
    result.backward()
    first = (x.grad, w.grad, hidden.grad, result.grad)
    result.backward()
    assert (x.grad, w.grad, hidden.grad, result.grad) == (2 * first[0], 2 * first[1], *first[2:])
    for leaf in (x, w):
        leaf.zero_grad()
        assert leaf.grad == 0.0
    result.backward()
    assert (x.grad, w.grad, hidden.grad, result.grad) == first


@pytest.mark.spec("S-011")
def test_two_results_add_up_in_the_leaves() -> None:
    x = Value(3.0)
    (x * x).backward()
    (x * 5.0).backward(2.0)
    assert x.grad == 6.0 + 10.0


def test_a_gradient_from_before_is_kept_whatever_it_is() -> None:
    x = Value(1.0)
    x.grad = math.inf
    (x * 2.0).backward()
    assert x.grad == math.inf


def test_a_leaf_can_be_its_own_result() -> None:
    x = Value(7.0)
    x.backward()
    x.backward(3.0)
    assert x.grad == 4.0
    assert gradients(x, [x]) == [1.0]


def test_only_what_the_result_depends_on_is_touched() -> None:
    x, other = Value(1.0), Value(2.0)
    beside = x * other
    (x * 3.0).backward()
    assert other.grad is None
    assert beside.grad is None


def test_a_frozen_leaf_gets_none_and_stops_nothing_else() -> None:
    x, c = Value(2.0), Value(5.0, requires_grad=False)
    c.grad = -1.0
    (x * c + c).backward()
    assert (x.grad, c.grad) == (5.0, -1.0)
    c.requires_grad = True
    (x * c + c).backward()
    assert c.grad == -1.0 + 3.0


def test_a_result_without_gradient_says_so() -> None:
    frozen = Value(2.0, name="rate", requires_grad=False)
    with pytest.raises(GraphError, match=r"backward: rate = 2 requires no gradient"):
        frozen.backward()
    with pytest.raises(GraphError, match=r"mul = 6 was computed"):
        (Value(2.0) * 3.0).requires_grad = False


def test_gradients_touch_no_grad() -> None:
    x, y = Value(3.0), Value(4.0)
    inner = x * x
    assert gradients(inner * y, [x, inner, y, Value(0.0)]) == [24.0, 4.0, 9.0, 0.0]
    assert x.grad is y.grad is inner.grad is None
