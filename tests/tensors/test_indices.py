"""Indices of every kind numpy has, at random: the gradient is what numpy adds up at the index."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd
from autograd import AutogradError, IndexingError, OperandError, Tensor, Value

from ..autograd.settings import thorough
from .harness import numbers, weights_for


@st.composite
def shapes_and_indices(draw: st.DrawFn) -> tuple[tuple[int, ...], Any]:
    """A shape, and an index into it made of slices, whole numbers, arrays, masks, new axes and an ellipsis."""
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
    among = draw(hnp.array_shapes(min_dims=0, max_dims=2, max_side=3))
    parts: list[Any] = []
    axis, cut = 0, False
    while axis < len(shape):
        size = shape[axis]
        kinds = ["slice", "mask", "stop", "..."] + (["place", "places"] if size else [])
        kind = draw(st.sampled_from(kinds))
        if kind == "stop":
            break
        if kind == "...":
            if not cut:
                parts.append(...)
                axis = draw(st.integers(axis, len(shape)))
            cut = True
            continue
        if draw(st.integers(0, 5)) == 0:
            parts.append(None)
        if kind == "slice":
            parts.append(draw(st.slices(size)))
        elif kind == "place":
            parts.append(draw(st.integers(-size, size - 1)))
        elif kind == "places":
            parts.append(draw(hnp.arrays(np.intp, among, elements=st.integers(-size, size - 1))))
        else:
            over = draw(st.integers(1, min(2, len(shape) - axis)))
            parts.append(draw(hnp.arrays(bool, shape[axis : axis + over])))
            axis += over - 1
        axis += 1
    index = parts[0] if len(parts) == 1 and draw(st.booleans()) else tuple(parts)
    return shape, index


def as_tensors(index: Any) -> Any:
    """The same with Tensors in place of arrays."""
    if isinstance(index, tuple):
        return tuple(map(as_tensors, index))
    return Tensor(index) if isinstance(index, np.ndarray) else index


@thorough
@given(shapes_and_indices(), st.sampled_from([np.float64, np.float32]), st.booleans())
def test_the_gradient_is_what_numpy_adds_up(
    case: tuple[tuple[int, ...], Any], dtype: type[np.floating[Any]], wrapped: bool
) -> None:
    shape, index = case
    array = numbers(*shape).astype(dtype) if shape else np.asarray(1.5, dtype)
    x = Tensor(array, requires_grad=True)
    given_index = as_tensors(index) if wrapped else index
    try:
        part = array[index]
    except IndexError:  # masks and arrays that select different numbers of elements
        with pytest.raises(AutogradError):
            x[given_index]
        return
    out = x[given_index]
    weights = weights_for(np.shape(part)).astype(dtype)
    out.backward(weights)
    expected = np.zeros(shape, dtype)
    np.add.at(expected, index, weights)
    np.testing.assert_array_equal(out.data, part)
    np.testing.assert_allclose(x.grad, expected, rtol=1e-6)
    assert (out.dtype, x.grad.dtype) == (dtype, dtype)
    # put, its gradient's gradient, is linear: pulled back it takes the elements out again.
    placed = Tensor(weights, requires_grad=True)
    autograd.operations.put(placed, given_index, shape).backward(array)
    np.testing.assert_array_equal(placed.grad, part)


@thorough
@given(shapes_and_indices(), st.integers(0, 3))
def test_assignment_is_numpys(case: tuple[tuple[int, ...], Any], value: int) -> None:
    shape, index = case
    expected = numbers(*shape) if shape else np.array(1.5)
    t = Tensor(expected.copy())
    try:
        expected[index] = value
    except IndexError:
        with pytest.raises(AutogradError):
            t[index] = value
        return
    t[as_tensors(index)] = value
    np.testing.assert_array_equal(t.data, expected)


@pytest.mark.parametrize("shape", [(40,), (7, 3), (5, 4, 3)])
@pytest.mark.parametrize("size", [3, 500])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_many_repeats(shape: tuple[int, ...], size: int, dtype: Any) -> None:
    source = np.random.default_rng(size)
    first = source.integers(-shape[0], shape[0], size)
    last = source.integers(-shape[-1], shape[-1], size)
    pairs = [(first, ..., last), (first, last)] if len(shape) > 1 else []
    for index in (first, (first,), first.astype(np.int8), (..., last), (first[:, None], None), *pairs):
        x = Tensor(np.ones(shape, dtype), requires_grad=True)
        out = x[index]
        weights = source.random(out.shape).astype(dtype)
        out.backward(weights)
        expected = np.zeros(shape)
        np.add.at(expected, index, weights.astype(float))
        np.testing.assert_allclose(x.grad, expected, rtol=1e-4 if dtype is np.float32 else 1e-12)
        assert x.grad.dtype == dtype


def test_an_index_is_taken_as_it_is_now() -> None:
    places, mask = np.array([0, 0, 2]), np.array([True, False, True])
    x, y = Tensor([1.0, 2.0, 3.0], requires_grad=True), Tensor([1.0, 2.0, 3.0], requires_grad=True)
    out = x[places].sum() + y[mask].sum() + y.take_along_axis(places, 0).sum()
    places[...] = 1
    mask[...] = False
    out.backward()
    assert x.grad.tolist() == [2.0, 0.0, 1.0]
    assert y.grad.tolist() == [3.0, 0.0, 2.0]


@pytest.mark.parametrize(
    ("index", "kind", "message"),
    [
        (5, IndexingError, r"\[5\] is outside of t \(a Tensor of shape \(2, 3\)\): index 5 .* axis 0 with size 2"),
        ((0, -4), IndexingError, r"\[0, -4\] is outside of t .* axis 1 with size 3"),
        ((0, 0, 0), IndexingError, r"\[0, 0, 0\] names 3 axes, and t .* has 2"),
        ((slice(None), 0, ..., 1), IndexingError, r"\[:, 0, ..., 1\] names 3 axes"),
        ([0, 7], IndexingError, r"\[\[0, 7\]\] is outside of t"),
        (([0, 1], [0, 1, 2]), IndexingError, "do not go together"),
        (np.ones(3, bool), IndexingError, "mask .* along axis 0; size of axis is 2 but .* 3"),
        (np.ones((2, 2), bool), IndexingError, "mask"),
        ((..., ...), IndexingError, "single ellipsis"),
        (1.5, OperandError, r"\[1.5\] is no index of t"),
        ("a", OperandError, "is no index of t"),
        ([0.5], OperandError, "is no index of t"),
        (Tensor([0.5]), OperandError, "is no index of t"),
        (Value(1.0), OperandError, "is no index of t"),
        (slice("a"), OperandError, r"\[:'a'\] is no index of t"),
    ],
)  # fmt: skip
def test_wrong_indices(index: Any, kind: type[Exception], message: str) -> None:
    t = Tensor(np.ones((2, 3)), name="t")
    with pytest.raises(kind, match=message):
        t[index]
    with pytest.raises(kind):
        t[index] = 1.0
    assert t.tolist() == [[1.0] * 3] * 2
    if kind is IndexingError:
        with pytest.raises(IndexError):
            t[index]


def test_a_long_index_is_cut_in_the_message() -> None:
    t = Tensor(np.ones(3))
    with pytest.raises(IndexingError) as caught:
        t[[9] * 1000]
    assert len(str(caught.value)) < 300
    with pytest.raises(IndexingError) as caught:
        t[(0,) * 60]
    assert len(str(caught.value)) < 300


def test_rows_one_by_one() -> None:
    t = Tensor(np.arange(6.0).reshape(3, 2), requires_grad=True)
    assert [row.tolist() for row in t] == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
    total = sum(row[0] * i for i, row in enumerate(t))
    assert isinstance(total, Tensor)
    total.backward()
    assert t.grad.tolist() == [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]]
