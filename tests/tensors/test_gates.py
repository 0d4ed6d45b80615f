"""The rule table read on arrays: all the points of the oracles' table as one array, and every way to broadcast."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import GATES, Tensor
from tests.oracles.agreement import agree, slack
from tests.oracles.points import TABLE

from .harness import numbers

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "gates.json").read_text(encoding="utf-8"))["gates"]
ELEMENTWISE = sorted(name for name, gate in GATES.items() if not gate.variadic)
COMPARISONS = {"gt", "ge", "lt", "le", "eq", "ne"}


def _columns(rows: list[Any]) -> list[np.ndarray[Any, Any]]:
    return [np.array([float(x) for x in column]) for column in zip(*(row[0] for row in rows), strict=True)]


@pytest.mark.spec("S-003", "S-004", "S-005", "S-006", "S-007", "S-008", "S-013", "S-037", "S-040")
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_all_points_at_once_as_pytorch(name: str) -> None:
    rows = GOLDEN[name]
    leaves = [Tensor(column, requires_grad=True) for column in _columns(rows)]
    with np.errstate(all="ignore"):
        out = GATES[name](*leaves)
        if out.requires_grad:
            out.backward(np.ones(len(rows)))
    for i, (point, (value,), slopes) in enumerate(rows):
        where = tuple(map(float, point))
        found = float(out.data[i])
        assert agree(found, float(value), slack(name, 0, where)), (name, where, found, value)
        for leaf, slope in zip(leaves, slopes, strict=True):
            if slope is not None:
                ours = 0.0 if leaf.grad is None else float(leaf.grad[i])
                assert agree(ours, float(slope), slack(name, 1, where)), (name, where, ours, slope)


@pytest.mark.spec("S-040")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", [n for n in ELEMENTWISE if len(GATES[n].parameters) > 1])
def test_stretched_operands_get_the_sum_of_their_copies(name: str, dtype: Any) -> None:
    gate = GATES[name]
    shapes = [(3, 1), (1, 4), (2, 1, 1)][: gate.arity]
    positive = {"low": 0.25, "high": 2.5}
    inputs = [numbers(*shape, seed=i, **positive).astype(dtype) for i, shape in enumerate(shapes)]
    leaves = [Tensor(x, requires_grad=True) for x in inputs]
    out = gate(*leaves)
    assert out.shape == np.broadcast_shapes(*shapes)
    weights = numbers(*out.shape, seed=9).astype(out.dtype)
    if not out.requires_grad:
        assert name in COMPARISONS
        return
    out.backward(weights)
    full = [np.broadcast_to(x, out.shape).astype(float) for x in inputs]
    expected = [np.zeros(shape) for shape in shapes]
    for index in np.ndindex(out.shape):
        value, slopes = gate.number(*(float(x[index]) for x in full))
        assert out.data[index] == pytest.approx(value, rel=1e-12 if dtype == np.float64 else 1e-5)
        for total, slope in zip(expected, slopes, strict=True):
            place = tuple(0 if n == 1 else i for n, i in zip(total.shape, index[-total.ndim :], strict=True))
            total[place] += slope * weights[index]
    for leaf, total in zip(leaves, expected, strict=True):
        assert leaf.grad.shape == total.shape
        assert leaf.grad.dtype == dtype
        near = {"rtol": 1e-10, "atol": 1e-12} if dtype == np.float64 else {"rtol": 1e-4, "atol": 1e-5}
        np.testing.assert_allclose(leaf.grad, total, **near)


def test_every_gate_has_points() -> None:
    assert set(ELEMENTWISE) <= set(TABLE)
    assert set(ELEMENTWISE) <= set(GOLDEN), "python -m tests.golden.make_gates"
