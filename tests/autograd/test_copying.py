"""Leaves can be copied and pickled; nodes of a graph cannot, and say what to do instead."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable

import pytest

from autograd import GraphError, Value, no_grad

COPIES: dict[str, Callable[[Value], Value]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle {p}": lambda x, p=p: pickle.loads(pickle.dumps(x, p)) for p in range(2, pickle.HIGHEST_PROTOCOL + 1)},
}


@pytest.mark.parametrize("how", COPIES)
def test_a_leaf_keeps_what_it_is(how: str) -> None:
    leaf = Value(-0.0, name="w\n")
    leaf.grad = 2.5
    other = COPIES[how](leaf)
    assert other is not leaf
    assert repr(other) == repr(leaf)
    assert math.copysign(1.0, other.data) == -1.0
    assert (other.name, other.grad, other.requires_grad) == ("w\n", 2.5, True)
    frozen = COPIES[how](Value(math.nan, requires_grad=False))
    assert math.isnan(frozen.data)
    assert (frozen.requires_grad, frozen.grad, frozen.name) == (False, None, None)


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_is_a_leaf_of_its_own(how: str) -> None:
    leaf = Value(2.0)
    other = COPIES[how](leaf)
    (leaf * other).backward()
    assert (leaf.grad, other.grad) == (2.0, 2.0)
    other.data = 5.0
    assert leaf.data == 2.0


def test_a_list_of_leaves_keeps_its_sharing() -> None:
    shared = Value(1.0)
    first, second = copy.deepcopy([shared, shared])
    assert first is second
    assert first is not shared


@pytest.mark.parametrize("how", COPIES)
def test_a_node_of_a_graph_refuses(how: str) -> None:
    y = Value(2.0) * 3.0
    with pytest.raises(GraphError, match=r"mul = 6 is part of a graph and cannot be copied or pickled.*detach\(\)"):
        COPIES[how](y)
    y.name = "y"
    with pytest.raises(GraphError, match="y = 6 is part of a graph"):
        COPIES[how](y)
    assert COPIES[how](y.detach()).data == 6.0


@pytest.mark.parametrize("how", COPIES)
def test_a_result_computed_without_recording_is_a_leaf(how: str) -> None:
    with no_grad():
        y = Value(2.0) * 3.0
    assert COPIES[how](y).data == 6.0


def test_no_other_attributes() -> None:
    # A misspelt attribute (x.gard = 0) must not pass in silence.
    with pytest.raises(AttributeError):
        Value(1.0).gard = 0.0  # type: ignore[attr-defined]
