"""What rearranges, joins, repeats and cuts is linear: its pullback is its adjoint, for any shape and any options.

Without PyTorch: numpy computes the operation of a random direction t, and ⟨w, f(t)⟩ must be ⟨gradient for w, t⟩.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd
from autograd import Tensor

from ..autograd.settings import EXAMPLES, thorough
from .harness import Array, numbers, weights_for

brief = settings(thorough, max_examples=EXAMPLES // 4)

Shape = tuple[int, ...]
Use = tuple[Callable[..., Any], tuple[Shape, ...]]
"""A function that arrays and Tensors both know, and the shapes of its operands."""


def axes_of(shape: Shape) -> st.SearchStrategy[int]:
    return st.integers(-len(shape), len(shape) - 1)


def some_axes(draw: st.DrawFn, shape: Shape) -> tuple[int, ...] | int | None:
    several = st.lists(st.integers(0, len(shape) - 1), unique=True).map(tuple)
    return draw(st.none() | axes_of(shape) | several) if shape else None  # type: ignore[no-any-return]


def shuffled(draw: st.DrawFn, n: int) -> tuple[int, ...]:
    return tuple(draw(st.permutations(range(n))))


def reshaped(draw: st.DrawFn, shape: Shape) -> Shape:
    """Another shape with as many elements."""
    left, lengths = int(np.prod(shape)), []
    while left > 1 and len(lengths) < 4:
        length = draw(st.sampled_from([n for n in range(1, left + 1) if left % n == 0]))
        lengths.append(length)
        left //= length
    return (*lengths, left)


def padding(draw: st.DrawFn, shape: Shape) -> tuple[list[tuple[int, int]], str]:
    modes = ["constant"] + (["edge", "reflect", "symmetric", "wrap"] if 0 not in shape else [])
    return [(draw(st.integers(0, 3)), draw(st.integers(0, 3))) for _ in shape], draw(st.sampled_from(modes))


@st.composite
def uses(draw: st.DrawFn, name: str) -> Use:
    matrices = name in ("diagonal", "tril", "triu", "trace")
    axis_needed = matrices or name in ("swapaxes", "concatenate", "take_along_axis", "split", "repeat along")
    shape = draw(hnp.array_shapes(min_dims=2 if matrices else int(axis_needed), max_dims=4, min_side=0, max_side=4))
    axis = draw(axes_of(shape)) if shape else 0
    if name in ("flip", "roll"):
        axes = some_axes(draw, shape)
        if name == "flip":
            return lambda x: np.flip(x, axes), (shape,)
        shift = draw(st.integers(-5, 5))
        shifts = tuple(shift + i for i in range(len(axes))) if isinstance(axes, tuple) and axes else shift
        return lambda x: np.roll(x, shifts, axes if axes != () else None), (shape,)
    if name == "transpose":
        order = shuffled(draw, len(shape))
        return lambda x: np.transpose(x, order), (shape,)
    if name == "moveaxis":
        order, places = shuffled(draw, len(shape)), shuffled(draw, len(shape))
        n = draw(st.integers(0, len(shape)))
        return lambda x: np.moveaxis(x, order[:n], places[:n]), (shape,)
    if name == "swapaxes":
        other = draw(axes_of(shape))
        return lambda x: np.swapaxes(x, axis, other), (shape,)
    if name == "reshape":
        wanted = reshaped(draw, shape)
        return lambda x: np.reshape(x, wanted), (shape,)
    if name in ("squeeze", "expand_dims"):
        places = tuple(sorted(draw(st.sets(st.integers(0, len(shape)), max_size=2))))
        whole = np.expand_dims(np.zeros(shape), places).shape
        if name == "expand_dims":
            return lambda x: np.expand_dims(x, places), (shape,)
        return lambda x: np.squeeze(x, places or None), (whole,) if places else (shape,)
    if name == "broadcast_to":
        source = tuple(n if draw(st.booleans()) else 1 for n in shape)[draw(st.integers(0, len(shape))) :]
        return lambda x: np.broadcast_to(x, shape), (source,)
    if name == "concatenate":
        axis %= len(shape)
        shapes = [(*shape[:axis], draw(st.integers(0, 3)), *shape[axis + 1 :]) for _ in range(draw(st.integers(1, 3)))]
        return lambda *items: np.concatenate(items, axis), tuple(shapes)
    if name == "stack":
        place = draw(st.integers(-len(shape) - 1, len(shape)))
        return lambda *items: np.stack(items, place), (shape,) * draw(st.integers(1, 3))
    if name == "split":
        places = draw(st.lists(st.integers(-2, 5), max_size=3))
        taken = draw(st.integers(0, len(places)))
        return lambda x: np.split(x, places, axis)[taken], (shape,)
    if name == "tile":
        reps = draw(st.lists(st.integers(0, 3), max_size=5))
        return lambda x: np.tile(x, reps), (shape,)
    if name == "repeat":
        counts = draw(st.integers(0, 3))
        return lambda x: np.repeat(x, counts), (shape,)
    if name == "repeat along":
        each = draw(st.lists(st.integers(0, 3), min_size=shape[axis], max_size=shape[axis]) | st.integers(0, 3))
        return lambda x: np.repeat(x, each, axis), (shape,)
    if name == "pad":
        widths, mode = padding(draw, shape)
        return lambda x: np.pad(x, widths, mode) if widths else x * 1, (shape,)
    if name == "take_along_axis":
        many = draw(st.integers(0, 4)) if shape[axis] else 0
        among = list(shape)
        among[axis] = many
        places = draw(hnp.arrays(np.intp, among, elements=st.integers(0, max(shape[axis] - 1, 0))))
        return lambda x: np.take_along_axis(x, places, axis), (shape,)
    offset, first = draw(st.integers(-4, 4)), draw(axes_of(shape))
    if name in ("tril", "triu"):
        return lambda x: getattr(np, name)(x, offset), (shape,)
    second = draw(axes_of(shape).filter(lambda a: a % len(shape) != first % len(shape)))
    return lambda x: getattr(np, name)(x, offset, first, second), (shape,)


NAMES = (
    "flip", "roll", "transpose", "moveaxis", "swapaxes", "reshape", "squeeze", "expand_dims", "broadcast_to",
    "concatenate", "stack", "split", "tile", "repeat", "repeat along", "pad", "take_along_axis", "tril", "triu",
    "diagonal", "trace",
)  # fmt: skip


def filled(shape: Shape, seed: int) -> Array:
    return numbers(*shape, seed=seed) if shape else np.array(1.7 + seed)


@pytest.mark.parametrize("name", NAMES)
@brief
@given(st.data())
def test_the_pullback_is_the_adjoint(name: str, data: st.DataObject) -> None:
    compute, shapes = data.draw(uses(name))
    dtype = data.draw(st.sampled_from([np.float64, np.float32]))
    leaves = [Tensor(filled(s, i).astype(dtype), requires_grad=True) for i, s in enumerate(shapes)]
    directions = [filled(s, 10 + i) for i, s in enumerate(shapes)]
    out = compute(*leaves)
    moved = compute(*directions)
    assert isinstance(out, Tensor)
    assert (out.shape, out.dtype) == (np.shape(moved), dtype)
    np.testing.assert_array_equal(out.data, compute(*(leaf.data for leaf in leaves)))
    weights = np.asarray(weights_for(out.shape))
    out.backward(weights)
    assert all((leaf.grad.shape, leaf.grad.dtype) == (leaf.shape, dtype) for leaf in leaves)
    pulled = sum(float((leaf.grad * t).sum()) for leaf, t in zip(leaves, directions, strict=True))
    size = float(np.abs(weights).sum() * 4 + 1)
    assert pulled == pytest.approx(float((weights * moved).sum()), abs=size * (1e-6 if dtype is np.float32 else 1e-13))


@pytest.mark.parametrize("name", NAMES)
@brief
@given(st.data())
def test_the_pullback_as_a_graph_is_the_pullback(name: str, data: st.DataObject) -> None:
    compute, shapes = data.draw(uses(name))
    leaves = [Tensor(filled(s, i), requires_grad=True) for i, s in enumerate(shapes)]
    out = compute(*leaves)
    weights = Tensor(np.asarray(weights_for(out.shape)), requires_grad=True)
    autograd.sum(out * weights).backward(create_graph=True)
    found = [leaf.grad for leaf in leaves]
    compute(*(again := [Tensor(leaf.data, requires_grad=True) for leaf in leaves])).backward(weights.data)
    for graph, twin in zip(found, again, strict=True):
        np.testing.assert_allclose(np.asarray(graph.data), twin.grad, rtol=1e-12, atol=1e-13)
    # The gradient is linear in the weights: its own derivative by them is the operation itself.
    weights.zero_grad()
    directions = [filled(s, 10 + i) for i, s in enumerate(shapes)]
    total: Any = sum((autograd.sum(g * t) for g, t in zip(found, directions, strict=True)), start=Tensor(0.0))
    if total.requires_grad:
        total.backward()
        np.testing.assert_allclose(weights.grad, compute(*directions), rtol=1e-11, atol=1e-12)
