"""The gradients that a pass leaves behind: who gets one, how they add up, and that nobody shares memory."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import GraphError, OperandError, ShapeError, Tensor

from .cases import CASES
from .harness import Case, weights_for


def leaf(*numbers: float, dtype: Any = np.float64) -> Tensor:
    return Tensor(np.array(numbers, dtype), requires_grad=True)


# --------------------------------------------------------------------------------------------------- who gets one


def test_inner_nodes_have_their_gradient_without_being_asked() -> None:
    x = leaf(1.0, 2.0)
    y = x * 3
    z = y.exp()
    loss = z.sum()
    loss.backward()
    assert loss.grad.shape == ()
    np.testing.assert_array_equal(loss.grad, 1.0)
    np.testing.assert_array_equal(z.grad, [1.0, 1.0])
    np.testing.assert_allclose(y.grad, np.exp([3.0, 6.0]))
    np.testing.assert_allclose(x.grad, 3 * np.exp([3.0, 6.0]))


def test_what_requires_no_gradient_gets_none() -> None:
    x, c = leaf(1.0, 2.0), Tensor([3.0, 4.0])
    d = c * 2
    assert not d.requires_grad
    assert d.parents == ()
    loss = (x * d + x.detach()).sum()
    loss.backward()
    assert c.grad is None
    assert d.grad is None
    np.testing.assert_array_equal(x.grad, [6.0, 8.0])


def test_what_the_result_does_not_depend_on_gets_none() -> None:
    x, w = leaf(1.0), leaf(2.0)
    _ = x * w
    (x * 2).sum().backward()
    assert w.grad is None


def test_a_frozen_leaf_can_be_thawed() -> None:
    x = Tensor([1.0, 2.0])
    assert x.requires_grad_() is x
    (x * 2).sum().backward()
    x.requires_grad = False
    assert not (x * 2).requires_grad
    with pytest.raises(GraphError, match="was computed, so it requires grad"):
        (leaf(1.0) * 2).requires_grad = False
    with pytest.raises(OperandError, match="only floating-point tensors have gradients"):
        Tensor([1, 2]).requires_grad = True
    with pytest.raises(OperandError, match=r"astype\(float\)"):
        Tensor([1, 2], requires_grad=True)


def test_a_result_without_a_gradient_says_why() -> None:
    with pytest.raises(GraphError, match="requires no gradient"):
        (Tensor(1.0) * 2).backward()
    with pytest.raises(GraphError, match="is not a single number: reduce it"):
        leaf(1.0, 2.0).backward()
    with pytest.raises(ShapeError, match="must be the same"):
        leaf(1.0, 2.0).backward(np.ones(3))


# ---------------------------------------------------------------------------------------------------- adding up


@pytest.mark.spec("S-010", "S-011")
def test_passes_add_up_in_leaves_and_nowhere_else() -> None:
    x = leaf(1.0, 2.0)
    y = x * 3
    loss = y.sum()
    for times in (1, 2, 3):
        loss.backward(retain_graph=True)
        np.testing.assert_array_equal(x.grad, [3.0 * times] * 2)
        np.testing.assert_array_equal(y.grad, [1.0, 1.0])
    x.zero_grad()
    assert x.grad is None
    loss.backward()
    np.testing.assert_array_equal(x.grad, [3.0, 3.0])


def test_a_gradient_that_somebody_holds_is_not_changed_by_the_next_pass() -> None:
    x = leaf(1.0, 2.0)
    (x * 3).sum().backward()
    held = x.grad
    (x * 3).sum().backward()
    np.testing.assert_array_equal(held, [3.0, 3.0])
    np.testing.assert_array_equal(x.grad, [6.0, 6.0])


@pytest.mark.spec("S-010")
def test_the_order_of_uses_does_not_matter() -> None:
    found = set()
    for order in itertools.permutations(range(3)):
        x = leaf(0.3, 0.7)
        uses: list[Callable[[], Tensor]] = [lambda x=x: x * 2, lambda x=x: x.exp(), lambda x=x: x * x]
        parts = {i: uses[i]() for i in order}
        (parts[0] + parts[1] + parts[2]).sum().backward()
        found.add(tuple(np.round(x.grad, 12)))
    assert len(found) == 1


def test_a_gradient_set_by_hand_is_added_to() -> None:
    x = leaf(1.0, 2.0)
    x.grad = np.array([10.0, 20.0])
    x.sum().backward()
    np.testing.assert_array_equal(x.grad, [11.0, 21.0])


def test_passes_with_and_without_create_graph_add_up() -> None:
    x = leaf(1.0, 2.0)
    (x * x).sum().backward(create_graph=True)
    (x * 3).sum().backward()
    np.testing.assert_array_equal(np.asarray(x.grad.data), [5.0, 7.0])
    x.zero_grad()
    (x * 3).sum().backward()
    (x * x).sum().backward(create_graph=True)
    np.testing.assert_array_equal(np.asarray(x.grad.data), [5.0, 7.0])


# ---------------------------------------------------------------------------------------------------- nobody shares

PROGRAMS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "added to itself": lambda a, b: (a + a).sum() + b.sum(),
    "two leaves added": lambda a, b: (a + b).sum(),
    "added elements": lambda a, b: a + b,
    "subtracted": lambda a, b: a - b,
    "reshaped": lambda a, b: a.reshape(2, 2) + b.reshape(2, 2),
    "transposed": lambda a, b: a.reshape(2, 2).T + b.reshape(2, 2),
    "stretched": lambda a, b: autograd.broadcast_to(a, (3, 4)) + autograd.broadcast_to(b, (3, 4)),
    "summed": lambda a, b: a.sum() + b.sum(),
    "summed along an axis": lambda a, b: a.reshape(2, 2).sum(0) + b.reshape(2, 2).sum(0),
    "parts": lambda a, b: a[1:] + b[1:],
    "everything": lambda a, b: a[...] + b[...],
    "a name of its own": lambda a, b: a.view_as_node() + b.view_as_node(),
    "new axes": lambda a, b: autograd.expand_dims(a, 0) + autograd.expand_dims(b, 0),
    "joined": lambda a, b: autograd.concatenate([a, b, a]),
    "stacked": lambda a, b: autograd.stack([a, b]),
    "chosen": lambda a, b: autograd.where(np.array([True, False, True, False]), a, b),
    "maximum": lambda a, b: autograd.maximum(a, b),
    "averaged": lambda a, b: a.mean() + b.mean(),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("given", ["seed", "number"])
def test_leaves_share_their_gradients_with_nobody(name: str, given: str) -> None:
    a, b = leaf(1.0, 2.0, 3.0, 4.0), leaf(4.0, 3.0, 2.0, 1.0)
    out = PROGRAMS[name](a, b)
    if given == "number":
        out = autograd.sum(out * 1.0)
    seed = np.ones(out.shape)
    inner = [out, *out.parents]
    out.backward(seed, retain_graph=True)
    for one, other in ((a, b), (b, a)):
        others = [seed, other.grad, a.data, b.data, *(n.grad for n in inner if n is not one and n is not other)]
        before = [np.array(x) for x in others]
        assert one.grad.flags.writeable
        one.grad[...] = 99.0
        for now, then in zip(others, before, strict=True):
            np.testing.assert_array_equal(now, then)
        assert not any(np.shares_memory(one.grad, x) for x in others)


def gradient_arrays(case: Case, dtype: Any) -> tuple[Sequence[Tensor], np.ndarray, Tensor]:
    leaves = [Tensor(x.astype(dtype), requires_grad=True) for x in case.inputs]
    out = case.ours(*leaves)
    seed = weights_for(out.shape).astype(out.dtype)
    out.backward(seed, retain_graph=True)
    return leaves, seed, out


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_every_gradient_is_an_array_of_its_own(case: Case, dtype: Any) -> None:
    with np.errstate(all="ignore"):
        leaves, seed, out = gradient_arrays(case, dtype)
    for x in leaves:
        assert type(x.grad) is np.ndarray
        assert (x.grad.shape, x.grad.dtype) == (x.shape, x.dtype)
        assert x.grad.flags.writeable
        others = [seed, *(y.grad for y in leaves if y is not x), *(y.data for y in leaves), out.data]
        assert not any(np.shares_memory(x.grad, other) for other in others)
    if not out.is_leaf:
        assert (out.grad.shape, out.grad.dtype) == (out.shape, out.dtype)


def test_a_result_that_is_its_own_leaf_copies_what_it_is_given() -> None:
    x = leaf(1.0, 2.0)
    seed = np.array([5.0, 6.0])
    x.backward(seed)
    x.grad[0] = 0.0
    np.testing.assert_array_equal(seed, [5.0, 6.0])


@pytest.mark.parametrize("given", [[1, 2], [1.0, 2.0], np.array([1, 2], "f4"), Tensor([1.0, 2.0]), np.array([1, 2])])
def test_the_gradient_given_takes_on_the_dtype(given: Any) -> None:
    for dtype in (np.float64, np.float32):
        x = leaf(3.0, 4.0, dtype=dtype)
        (x * x).backward(given)
        assert x.grad.dtype == dtype
        np.testing.assert_array_equal(x.grad, [6.0, 16.0])


def test_mixed_dtypes_come_back_each_in_its_own() -> None:
    a, b = leaf(1.0, 2.0, dtype=np.float32), leaf(3.0, 4.0)
    loss = (a * b).sum()
    assert loss.dtype == np.float64
    loss.backward()
    assert (a.grad.dtype, b.grad.dtype) == (np.float32, np.float64)
