"""where, maximum, minimum, clip and orders where it matters: ties, nan, bounds that meet, dtypes, broadcasting."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import OperandError, Tensor

from .harness import numbers

FLAT = np.array(list(product([-1.0, 0.0, 1.0, np.nan], repeat=2))).T
CROSSED = np.array(list(product([-1.0, 0.0, 1.0], repeat=3))).T


def pullback(compute: Callable[..., Any], arrays: Any, dtype: str) -> list[Any]:
    """The result and the gradients, the elements weighted."""
    leaves = [Tensor(a.astype(dtype), requires_grad=True) for a in arrays]
    out = compute(*leaves)
    out.backward(numbers(*out.shape).astype(out.dtype))
    assert str(out.dtype) == dtype
    return [out.data, *(leaf.grad for leaf in leaves)]


def their_pullback(compute: Callable[..., Any], arrays: Any, dtype: str) -> list[Any]:
    import torch

    leaves = [torch.tensor(a, dtype=getattr(torch, dtype), requires_grad=True) for a in arrays]
    out = compute(*leaves)
    out.backward(torch.tensor(numbers(*out.shape), dtype=out.dtype))
    return [out.detach().numpy(), *(leaf.grad.numpy() for leaf in leaves)]


@pytest.mark.spec("S-005")
@pytest.mark.needs("torch")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_ties_and_nan_as_pytorch(name: str, dtype: str) -> None:
    import torch

    ties = FLAT[:, ~np.isnan(FLAT).any(axis=0)]
    ours = pullback(getattr(autograd, name), ties, dtype)
    for a, b in zip(ours, their_pullback(getattr(torch, name), ties, dtype), strict=True):
        np.testing.assert_allclose(a, b)
    values = getattr(autograd, name)(*map(Tensor, FLAT))
    np.testing.assert_array_equal(values.data, getattr(np, name)(*FLAT))


@pytest.mark.needs("torch")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_clip_where_bounds_meet_and_cross_as_pytorch(dtype: str) -> None:
    ours = pullback(lambda x, low, high: x.clip(low, high), CROSSED, dtype)
    for a, b in zip(ours, their_pullback(lambda x, low, high: x.clip(low, high), CROSSED, dtype), strict=True):
        np.testing.assert_allclose(a, b)
    x, bound = CROSSED[:2]
    for option in ("min", "max"):
        ours = pullback(lambda x, bound, o=option: x.clip(**{o: bound}), (x, bound), dtype)
        theirs = their_pullback(lambda x, bound, o=option: x.clip(**{o: bound}), (x, bound), dtype)
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, b)


@pytest.mark.needs("torch")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "shapes",
    [((3, 4), (3, 4), (3, 4)), ((4,), (3, 1), (3, 4)), ((3, 1), (4,), ()), ((), (2,), (2, 1)), ((0, 1), (3,), (1,))],
)
def test_where_broadcasts_as_pytorch(shapes: tuple[tuple[int, ...], ...], dtype: str) -> None:
    import torch

    condition = numbers(*shapes[0]) > 0 if shapes[0] else np.array(True)
    arrays = [numbers(*s, seed=i) if s else np.array(1.5) for i, s in enumerate(shapes[1:])]
    theirs = their_pullback(lambda x, y: torch.where(torch.tensor(condition), x, y), arrays, dtype)
    for mask in (
        condition,
        Tensor(condition),
        condition.astype(int),
        condition.tolist() if condition.size else condition,
    ):
        ours = pullback(lambda x, y, m=mask: autograd.where(m, x, y), arrays, dtype)
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32", "int64"])
def test_where_keeps_the_dtype(dtype: str) -> None:
    x = Tensor(np.array([1, 2, 3], dtype))
    mask = np.array([True, False, True])
    for out in (
        autograd.where(mask, x, 0),
        autograd.where(mask, 1, x),
        np.where(mask, x, 0),
        autograd.where(x > 1, x, x),
    ):
        assert out.dtype == dtype
    if dtype.startswith("float"):
        assert autograd.where(mask, x, 0.5).dtype == dtype
        assert autograd.where(mask, x, np.float64(0.5)).dtype == dtype
    assert autograd.where(mask, x, np.ones(3)).dtype == np.float64


def test_where_follows_a_comparison_of_what_it_chooses() -> None:
    x = Tensor([-1.0, 0.0, 2.0], requires_grad=True)
    autograd.where(x > 0, x * x, -3 * x).sum().backward()
    assert x.grad.tolist() == [-3.0, -3.0, 4.0]


def test_the_side_not_chosen_gives_no_nan() -> None:
    x = Tensor([0.0, 4.0], requires_grad=True)
    with np.errstate(divide="ignore"):
        autograd.where(x > 0, 1.0, x).sum().backward()
    assert x.grad.tolist() == [1.0, 0.0]


@pytest.mark.needs("torch")
@pytest.mark.parametrize("descending", [False, True])
def test_orders_with_ties_and_nan_as_pytorch(descending: bool) -> None:
    import torch

    x = np.array([[2.0, np.nan, 1.0, 2.0, -np.inf, 1.0], [0.0, -0.0, np.inf, np.nan, 0.0, np.nan]])
    for axis in (0, 1):
        theirs = torch.tensor(x).sort(dim=axis, stable=True, descending=descending)
        np.testing.assert_array_equal(Tensor(x).sort(axis, descending=descending).data, theirs.values.numpy())
        np.testing.assert_array_equal(Tensor(x).argsort(axis, descending=descending).data, theirs.indices.numpy())


def test_topk_gives_values_and_places() -> None:
    x = Tensor([[3.0, 1.0, 2.0, 3.0]], requires_grad=True)
    values, places = x.topk(3)
    assert (values.tolist(), places.tolist()) == ([[3.0, 3.0, 2.0]], [[0, 3, 2]])
    assert not places.requires_grad
    (values * [1.0, 10.0, 100.0]).sum().backward()
    assert x.grad.tolist() == [[1.0, 0.0, 100.0, 10.0]]
    assert x.topk(0)[0].shape == (1, 0)
    assert autograd.topk(x, 1, largest=False)[0].tolist() == [[1.0]]


@pytest.mark.parametrize("name", ["argmax", "argmin"])
def test_places_are_numpys(name: str) -> None:
    x = numbers(3, 4, 2)
    for axis in (None, 0, -1):
        for keepdims in (False, True):
            ours = getattr(Tensor(x), name)(axis=axis, keepdims=keepdims)
            np.testing.assert_array_equal(ours.data, getattr(np, name)(x, axis=axis, keepdims=keepdims))
    assert getattr(autograd, name)(x) == getattr(np, name)(x)


def test_clip_of_whole_numbers() -> None:
    assert Tensor([1, 5, 9]).clip(2, 6).dtype == np.int64
    assert Tensor(np.array([1, 5], np.uint8)).clip(max=4).tolist() == [1, 4]
    assert Tensor(np.array([1, 5], np.uint8)).clip(-1, 4).dtype == np.uint8
    with pytest.raises(OperandError, match="clip has no option 'lower'"):
        Tensor([1]).clip(lower=2)
