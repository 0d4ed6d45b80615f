"""Reductions at their edges: ties, zeros, nothing, what is not a number, and the spellings of their options."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import autograd
from autograd import IndexingError, OperandError, ShapeError, Tensor

from .harness import Case, differences, first_value, gradient_as_graph, numbers, our_gradients, second_order


def leaf(*data: Any, dtype: Any = float) -> Tensor:
    """A tensor that takes a gradient."""
    return Tensor(np.array(data, dtype), requires_grad=True)


def gradient(out: Tensor, x: Tensor) -> list[Any]:
    """The gradient of the sum of the elements."""
    x.zero_grad()
    out.sum().backward()
    return x.grad.tolist()  # type: ignore[no-any-return]


@pytest.mark.spec("S-005")
@pytest.mark.parametrize("method", ["max", "amax", "min", "amin"])
def test_ties_of_an_extreme_share_evenly_and_its_help_says_so(method: str) -> None:
    x = leaf([3.0, 3.0, 3.0, 3.0], [1.0, 2.0, 5.0, 4.0])
    found = gradient(getattr(x, method)(axis=1), x)
    assert found[0] == [0.25, 0.25, 0.25, 0.25]
    assert found[1] == ([0, 0, 1, 0] if "max" in method else [1, 0, 0, 0])
    assert "share the gradient evenly" in (getattr(Tensor, method).__doc__ or "")
    assert "the whole gradient to the first" in (getattr(Tensor, method).__doc__ or "")


def test_an_extreme_that_is_not_a_number() -> None:
    x = leaf([1.0, math.nan], [2.0, 3.0])
    out = x.max(axis=1)
    assert math.isnan(out.data[0])
    assert np.isnan(gradient(out, x)[0]).all()
    assert x.grad[1].tolist() == [0.0, 1.0]
    with pytest.raises(ShapeError, match="amax"):
        Tensor(np.ones((0, 2))).max(axis=0)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 0.0, 2.0, -1.5, 0.5]), min_size=1, max_size=6), st.sampled_from(["prod", "cumprod"])
)
def test_products_with_zeros_in_them(row: list[float], name: str) -> None:
    case = Case(name, lambda t: getattr(t, name)(axis=0), lambda t: t, (np.array(row),))
    _, gradients = our_gradients(case)
    np.testing.assert_allclose(
        gradients, differences(lambda x: first_value(case, x), case.inputs), rtol=1e-5, atol=1e-6
    )
    _, graph = gradient_as_graph(case, case.inputs)
    np.testing.assert_allclose(graph[0].data, gradients[0], rtol=1e-12, atol=1e-14)
    _, second = second_order(case, case.inputs)
    slopes = differences(lambda x: second_order(case, x)[0], case.inputs)
    np.testing.assert_allclose(second, slopes, rtol=1e-4, atol=1e-6)


def test_a_product_never_divides() -> None:
    x = leaf(1e-300, 1e-200, 1e300, 0.0)
    assert gradient(x.prod(), x)[:3] == [0.0, 0.0, 0.0]
    assert x.grad[3] == pytest.approx(1e-200)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_axes_in_any_spelling_as_numpy(data: st.DataObject) -> None:
    shape = data.draw(array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=3))
    axes = data.draw(st.lists(st.integers(0, len(shape) - 1), unique=True)) if shape else []
    given_axes = tuple(a - len(shape) if data.draw(st.booleans()) else a for a in axes)
    axis: Any = data.draw(st.sampled_from([given_axes, None] + ([given_axes[0]] if given_axes else [])))
    keepdims = data.draw(st.booleans())
    x = numbers(*shape, low=0.5, high=2.0)
    names = {"axis": axis, "keepdims": keepdims}
    torches = {"dim": list(axis) if isinstance(axis, tuple) else axis, "keepdim": keepdims}
    for name in ("sum", "mean", "prod", "amax", "amin", "var", "std"):
        expected = getattr(np, name)(x, **names)
        options = {"correction": 0} if name in ("var", "std") else {}
        for spelling in (names, torches):
            t = Tensor(x, requires_grad=True)
            out = getattr(autograd, name)(t, **spelling, **options)
            np.testing.assert_allclose(out.data, expected, rtol=1e-12, atol=1e-12)
            out.sum().backward()
            assert t.grad.shape == shape
        np.testing.assert_allclose(getattr(np, name)(Tensor(x), **names).data, expected, rtol=1e-12, atol=1e-12)


def test_whose_default_a_variance_has() -> None:
    x = leaf(1.0, 2.0, 4.0)
    unbiased, biased = 7 / 3, 14 / 9
    for out in (x.var(), x.var(correction=1), x.var(ddof=1), x.var(unbiased=True), x.var(True), np.var(x, ddof=1)):
        assert out.item() == pytest.approx(unbiased)
    for out in (np.var(x), x.var(correction=0), x.var(ddof=0), x.var(unbiased=False), x.var(False)):
        assert out.item() == pytest.approx(biased)
    assert np.std(x).item() == pytest.approx(math.sqrt(biased))
    assert x.std(axis=0, keepdims=True).shape == (1,)
    with pytest.raises(OperandError, match="ddof and unbiased say the same thing"):
        x.var(unbiased=True, ddof=0)
    with pytest.raises(OperandError, match="no option 'bias'"):
        x.var(bias=1)


@pytest.mark.parametrize("name", ["var", "std"])
def test_too_few_elements_for_a_variance_are_nan_without_a_warning(name: str) -> None:
    x = leaf([2.0], [3.0])
    out = getattr(x, name)(axis=1)
    assert np.isnan(out.data).all()
    assert np.isnan(gradient(out, x)).all()
    assert math.isnan(getattr(Tensor(2.0), name)().item())
    assert np.isnan(getattr(Tensor(np.ones((0, 2))), name)(axis=0).data).all()
    assert getattr(Tensor([1, 2, 3]), name)().item() == 1.0


def test_the_mean_of_nothing_is_nan_without_a_warning() -> None:
    x = Tensor(np.ones((0, 3)), requires_grad=True)
    out = x.mean()
    out.backward()
    assert math.isnan(out.item())
    assert x.grad.shape == (0, 3)


def test_the_norm_of_the_zero_vector_has_no_slope() -> None:
    for p in (1, 2, 3, 0.5, math.inf):
        x = leaf(0.0, 0.0)
        out = x.norm(p)
        assert out.item() == 0
        assert gradient(out, x) == [0.0, 0.0]
    x = leaf(0.0, 0.0)
    (slope,) = gradient_as_graph(Case("norm", lambda t: t.norm(), lambda t: t, (x.data,)), (x.data,))[1]
    assert slope.tolist() == [0.0, 0.0]


def test_norms_by_their_names() -> None:
    x = leaf([3.0, -4.0], [0.0, 1.0])
    assert x.norm().item() == pytest.approx(math.sqrt(26))
    assert x.norm("fro").item() == x.norm(None).item() == np.linalg.norm(x).item() == np.linalg.norm(x, "fro").item()
    assert np.linalg.norm(x, 1, axis=1).tolist() == [7.0, 1.0]
    assert autograd.norm(x, ord=math.inf, axis=0).tolist() == [3.0, 4.0]
    assert autograd.norm(x, 0).item() == 3.0
    assert gradient(autograd.norm(x, 0), x) == [[0.0, 0.0], [0.0, 0.0]]
    assert autograd.norm(Tensor([3, 4])).item() == 5.0
    assert x.norm(-1, dim=1).tolist() == [pytest.approx(1 / (1 / 3 + 1 / 4)), 0.0]
    assert gradient(x.norm(-1, dim=1), x)[1] == [0.0, 0.0]
    with pytest.raises(OperandError, match="matrix norm"):
        np.linalg.norm(x, 2)
    for wrong in ("nuc", True, math.nan):
        with pytest.raises(OperandError, match="p is a number such as"):
            x.norm(wrong)


@pytest.mark.parametrize("name", ["cumsum", "cumprod"])
def test_running_sums_go_along_one_axis(name: str) -> None:
    with pytest.raises(ShapeError, match="runs along one axis"):
        getattr(Tensor(np.ones((2, 2))), name)((0, 1))
    with pytest.raises(IndexingError, match="axis 2 does not exist"):
        getattr(Tensor(np.ones((2, 2))), name)(2)
    np.testing.assert_array_equal(getattr(np, name)(Tensor([1.0, 2.0, 3.0])), getattr(np, name)([1.0, 2.0, 3.0]))


def test_long_running_products() -> None:
    x = leaf(*np.linspace(0.9, 1.1, 1001))
    x.data[500] = 0.0
    slopes = gradient(x.cumprod(), x)
    before = np.prod(x.data[:500])
    after = 1 + np.cumprod(x.data[501:]).sum()
    assert slopes[500] == pytest.approx(before * after)
    assert slopes[501:] == [0.0] * 500


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_reduction_keeps_the_dtype(dtype: Any) -> None:
    for name in ("sum", "mean", "prod", "amax", "var", "std", "norm", "logsumexp", "cumsum", "cumprod"):
        for axis in (None, 0):
            x = Tensor(np.arange(1, 7).reshape(2, 3), requires_grad=False).astype(dtype).requires_grad_()
            out = getattr(autograd, name)(x, axis=axis)
            out.sum().backward()
            assert out.dtype == x.grad.dtype == dtype, (name, axis)
