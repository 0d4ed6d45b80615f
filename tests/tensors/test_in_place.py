"""Changes in place: when they are allowed, what fits, who sees them, and which graphs they make stale."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import GraphError, OperandError, ShapeError, Tensor, Value, no_grad

UPDATES: tuple[Callable[[Any, Any], Any], ...] = (
    operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ifloordiv, operator.imod, operator.ipow,
)  # fmt: skip


def leaf(*data: float, name: str | None = None) -> Tensor:
    return Tensor(list(data), requires_grad=True, name=name)


@pytest.mark.parametrize("update", UPDATES, ids=lambda f: f.__name__)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_updates_keep_the_array_and_the_dtype(update: Callable[[Any, Any], Any], dtype: Any) -> None:
    array = np.array([[4.0, 9.0], [1.0, 2.0]], dtype)
    for other in (2, 2.0, np.float64(2), np.array([2.0, 3.0]), Tensor([[2.0], [3.0]]), [2.0, 3.0]):
        expected = array.copy()
        expected = update(expected, np.asarray(other, dtype))
        t = before = Tensor(array.copy())
        numbers = t.data
        t = update(t, other)
        assert t is before
        assert t.data is numbers
        assert t.dtype == dtype
        np.testing.assert_allclose(t.data, expected, rtol=1e-6)


def test_assignment() -> None:
    t = Tensor(np.zeros((3, 4)))
    t[1] = 2
    t[:, -1] = Tensor([1.0, 2.0, 3.0])
    t[0, 0] = np.float32(0.5)
    t[t > 2.5] = -1.0
    t[[0, 0], [1, 2]] += 4.0
    t[2] = [7, 7, 7, 7]
    assert t.tolist() == [[0.5, 4.0, 4.0, 1.0], [2.0, 2.0, 2.0, 2.0], [7.0, 7.0, 7.0, 7.0]]
    assert t.fill_(2).tolist() == [[2.0] * 4] * 3
    assert t.zero_() is t
    assert t.copy_(np.arange(4)).tolist() == [[0.0, 1.0, 2.0, 3.0]] * 3
    t[...] = True
    assert t.data.all()


def test_numbers_of_no_axes() -> None:
    t = Tensor(1.0)
    t += 2
    t[()] = t * 2
    t[...] += 1
    assert (t.shape, t.item()) == ((), 7.0)


def test_computed_tensors_become_new_ones() -> None:
    x = leaf(1.0, 2.0)
    y = first = x * 3
    y += x
    y *= 2.0
    assert first.tolist() == [3.0, 6.0]
    y.sum().backward()
    assert x.grad.tolist() == [8.0, 8.0]
    plain = before = Tensor([1.0, 1.0])
    plain += x
    assert before.tolist() == [1.0, 1.0]
    assert plain.requires_grad


CHANGES: tuple[Callable[[Tensor], Any], ...] = (
    lambda t: operator.iadd(t, 1),
    lambda t: t.__setitem__(0, 1.0),
    lambda t: t.fill_(0),
    lambda t: t.zero_(),
    lambda t: t.copy_([1.0, 2.0]),
)


@pytest.mark.parametrize("change", CHANGES)
def test_leaves_that_require_grad_change_only_without_recording(change: Callable[[Tensor], Any]) -> None:
    w = leaf(1.0, -2.0, name="w")
    with pytest.raises(GraphError, match=r"w \(a Tensor of shape \(2,\)\) is a leaf that requires grad.*no_grad\(\)"):
        change(w)
    assert w.tolist() == [1.0, -2.0]
    with no_grad():
        change(w)
    assert w.requires_grad
    assert w.is_leaf


@pytest.mark.parametrize("change", CHANGES[1:])
def test_parts_of_a_graph_do_not_change(change: Callable[[Tensor], Any]) -> None:
    y = leaf(1.0, -2.0) * 2
    with pytest.raises(GraphError, match="part of a graph"):
        change(y)


def test_a_value_that_requires_grad_is_not_lost_silently() -> None:
    t, w = Tensor([1.0, 2.0]), leaf(3.0)
    with pytest.raises(GraphError, match="gradient would be lost"):
        t[:1] = w
    with pytest.raises(GraphError, match="gradient would be lost"):
        t[:1] += w
    with no_grad():
        t[:1] = w
    assert t.tolist() == [3.0, 2.0]


@pytest.mark.parametrize(
    ("dtype", "value", "message"),
    [
        (np.int64, 1.5, "holds int64 numbers, which cannot take over float64"),
        (np.int64, Tensor([1.5, 2.0, 3.0]), "float64"),
        (np.bool_, 2, "holds bool"),
        (np.uint8, np.array([-1, 2, 3]), "int64"),
        (np.uint8, -1, "uint8"),
        (np.int8, 1000, "int8"),
        (np.float64, "a", "convert it with float"),
        (np.float64, None, "NoneType"),
        (np.float64, 1j, "complex"),
        (np.float64, Value(1.0), "other engine"),
        (np.float64, [Value(1.0)] * 3, "Values and Tensors do not mix"),
    ],
)
def test_numbers_of_another_kind_do_not_go_in(dtype: Any, value: Any, message: str) -> None:
    t = Tensor(np.ones(3, dtype), name="t")
    for change in (lambda: t.__setitem__(slice(None), value), lambda: t.copy_(value), lambda: t.fill_(value)):
        with pytest.raises(OperandError, match=message):
            change()
        assert t.tolist() == [1] * 3


@pytest.mark.parametrize(("dtype", "other"), [(np.int64, 1.5), (np.int32, np.ones(3)), (np.bool_, 1), (np.int64, "a")])
def test_updates_of_another_kind(dtype: Any, other: Any) -> None:
    t = Tensor(np.ones(3, dtype))
    with pytest.raises(OperandError):
        t += other
    assert t.tolist() == [1] * 3
    with pytest.raises(OperandError, match="holds int64 numbers, which cannot take over"):
        operator.itruediv(Tensor([4, 2]), 2)


def test_shapes_that_do_not_go_in() -> None:
    t = Tensor(np.zeros((2, 3)), name="t")
    with pytest.raises(ShapeError, match=r"there is room for shape \(3,\)"):
        t[0] = [1.0, 2.0]
    with pytest.raises(ShapeError, match=r"room for shape \(2, 3\)"):
        t.copy_(np.ones((3, 2)))
    with pytest.raises(ShapeError, match=r"would change the shape \(2, 3\) of t"):
        t += np.ones((4, 2, 3))
    with pytest.raises(ShapeError, match=r"add in place: an array of shape \(2,\) would change the shape"):
        t += np.ones(2)
    with pytest.raises(ShapeError, match="data: "):
        t.data = np.ones(6)
    assert not t.any()


def test_read_only_arrays() -> None:
    frozen = np.ones((2, 3))
    frozen.flags.writeable = False
    for t in (Tensor(frozen), Tensor(np.ones(3)).broadcast_to(2, 3), Tensor(np.ones((2, 2))).diagonal()):
        for change in CHANGES:
            with pytest.raises(OperandError, match="read-only"):
                change(t)
        assert t.data.all()
        copied = t.clone()
        copied += 1
        assert (copied.data == 2).all()


VIEWS: tuple[Callable[[Tensor], Tensor], ...] = (
    lambda t: t[1:], lambda t: t[1], lambda t: t[1, 0], lambda t: t.T, lambda t: t.reshape(-1), lambda t: t.ravel(),
    lambda t: t.flip(), lambda t: t.unsqueeze(0), lambda t: t[None].squeeze(), lambda t: t.detach(),
    lambda t: t.swapaxes(0, 1)[1], lambda t: t.view_as_node(), lambda t: t.split(3)[1], lambda t: t.unbind()[1],
    lambda t: t.broadcast_to(2, 3, 2), lambda t: autograd.diagonal(t), lambda t: t.moveaxis(0, 1), lambda t: t[...],
    lambda t: t.flatten(),
)  # fmt: skip
COPIES: tuple[Callable[[Tensor], Tensor], ...] = (
    lambda t: t[[1, 2]], lambda t: t[t > 0], lambda t: t.clone(), lambda t: t.T.reshape(-1), lambda t: t.sort(),
    lambda t: t.roll(1), lambda t: t.astype(float), lambda t: autograd.concatenate([t]), lambda t: t.tile((1, 1)),
)  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_views_see_the_change(view: Callable[[Tensor], Tensor]) -> None:
    t = Tensor(np.ones((3, 2)))
    seen = view(t)
    assert np.shares_memory(seen.data, t.data)
    t += 1
    assert (seen.data == 2).all()
    if seen.data.flags.writeable:
        seen[...] = 5.0
        assert (t.data == 5).sum() == seen.size


@pytest.mark.parametrize("copy", COPIES)
def test_copies_do_not(copy: Callable[[Tensor], Tensor]) -> None:
    t = Tensor(np.ones((3, 2)))
    copied = copy(t)
    t += 1
    assert (copied.data == 1).all()


@pytest.mark.parametrize("view", VIEWS)
def test_a_change_through_a_view_makes_graphs_stale(view: Callable[[Tensor], Tensor]) -> None:
    w = Tensor(np.ones((3, 2)), requires_grad=True, name="w")
    loss = (w * w).sum()
    with no_grad():
        seen = view(w)
        if not seen.data.flags.writeable:
            return
        seen += 1
    with pytest.raises(GraphError, match=r"mul needs w \(a Tensor of shape \(3, 2\)\) as it was"):
        loss.backward()
    # A change of the whole is one of every part.
    part = view(w)
    if not part.requires_grad:
        return
    loss = part.exp().sum() + (part * part).sum()
    with no_grad():
        w.zero_()
    with pytest.raises(GraphError, match="has been changed in place"):
        loss.backward()


@pytest.mark.parametrize("copy", COPIES)
def test_a_change_of_the_original_does_not_spoil_a_copy(copy: Callable[[Tensor], Tensor]) -> None:
    w = Tensor(np.full((3, 2), 2.0), requires_grad=True)
    part = copy(w)
    loss = (part * part).sum()
    with no_grad():
        w.zero_()
    loss.backward()
    assert w.grad.sum() == 4.0 * part.size


def test_what_does_not_look_at_a_tensor_does_not_mind() -> None:
    w, b = leaf(1.0, 2.0), leaf(3.0, 4.0)
    out = autograd.concatenate([(w + b).reshape(2, 1), b[:, None]], axis=1).T.flip().sum()
    with no_grad():
        w.zero_()
        b += 1
    out.backward()
    assert w.grad.tolist() == [1.0, 1.0]
    assert b.grad.tolist() == [2.0, 2.0]


def test_a_failed_change_makes_nothing_stale() -> None:
    w = leaf(1.0, 2.0)
    loss = (w * w).sum()
    with no_grad():
        with pytest.raises(ShapeError):
            w += np.ones(3)
        with pytest.raises(OperandError):
            w[0] = "a"
        with pytest.raises(autograd.IndexingError):
            w[7] = 1.0
    loss.backward()
    assert w.grad.tolist() == [2.0, 4.0]


def test_the_version_is_counted_once_per_change_in_the_whole_family() -> None:
    w = leaf(1.0, 2.0)
    with no_grad():
        halves = w.split(2)
        for half in halves:
            half.copy_([5.0])
    assert w.tolist() == [5.0, 5.0]
    loss = (w * w).sum()  # recorded after the changes: not stale
    loss.backward()
    assert w.grad.tolist() == [10.0, 10.0]


def test_other_numbers_altogether_are_shared_with_nobody() -> None:
    w = leaf(1.0, 2.0)
    part = w[:1]
    loss = part.exp().sum() + (part * part).sum()
    w.data = np.array([5.0, 6.0])
    assert part.tolist() == [1.0]
    with no_grad():
        w += 1
    loss.backward()  # the part still has the numbers it had
    assert w.grad.tolist() == [np.exp(1.0) + 2.0, 0.0]


def test_an_array_does_not_take_a_tensor_in() -> None:
    array, t = np.ones(2), Tensor([1.0, 2.0])
    with pytest.raises(OperandError, match=r"out=.*a = a \+ t"):
        array += t
    with pytest.raises(OperandError, match="out="):
        np.add(array, 1.0, out=t)
    assert array.tolist() == [1.0, 1.0]
    assert t.tolist() == [1.0, 2.0]
    array += t.data
    assert array.tolist() == [2.0, 3.0]


def test_the_array_of_a_leaf_cannot_be_written_to_behind_its_back() -> None:
    w = leaf(1.0, 2.0)
    with pytest.raises(ValueError, match="read-only"):
        np.asarray(w)[0] = 5.0
    with pytest.raises(ValueError, match="read-only"):
        w.numpy()[0] = 5.0
    assert w.tolist() == [1.0, 2.0]
