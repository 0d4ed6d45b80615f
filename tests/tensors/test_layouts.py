"""Every case once more on arrays that lie in memory in other orders than row by row without gaps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from .cases import CASES
from .harness import Array, Case, our_gradients, weights_for


def fortran(x: Array) -> Array:
    """Column by column."""
    return np.array(x, order="F")


def backwards(x: Array) -> Array:
    """The last element first along every axis."""
    every = (..., *(slice(None, None, -1),) * x.ndim)
    return x[every].copy()[every]


def spaced(x: Array) -> Array:
    """Every other element of a larger array, from an odd place on."""
    wide = np.full([2 * n + 1 for n in x.shape], np.nan)
    view = wide[(..., *(slice(1, None, 2),) * x.ndim)]
    view[...] = x
    return view


def inside(x: Array) -> Array:
    """The axes stored in rolled order."""
    order = np.roll(np.arange(x.ndim), 1)
    return x.transpose(order).copy().transpose(np.argsort(order)) if x.ndim else x


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
@pytest.mark.parametrize("layout", [fortran, backwards, spaced, inside])
def test_any_layout(case: Case, layout: Callable[[Array], Array]) -> None:
    arrays = tuple(map(layout, case.inputs))
    before = [a.copy() for a in arrays]
    expected, gradients = our_gradients(case)
    out, found = _gradients_in_place(case, arrays)
    np.testing.assert_allclose(out, expected.data, rtol=1e-12, atol=1e-13)
    for ours, usual in zip(found, gradients, strict=True):
        np.testing.assert_allclose(ours, usual, rtol=1e-12, atol=1e-13)
    for a, b in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(a, b)


def _gradients_in_place(case: Case, arrays: tuple[Array, ...]) -> tuple[Array, list[Array]]:
    """The result and the gradients with leaves that use the arrays as they lie, and an upstream that lies oddly too."""
    from autograd import Tensor

    leaves = [Tensor(a, requires_grad=True) for a in arrays]
    assert all(leaf.data is a for leaf, a in zip(leaves, arrays, strict=True))
    out = case.ours(*leaves)
    out.backward(spaced(weights_for(out.shape)) if out.dtype == float else weights_for(out.shape).astype(out.dtype))
    return out.data, [leaf.grad for leaf in leaves]
