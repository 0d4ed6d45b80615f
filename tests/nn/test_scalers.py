"""Scaling of features: against scikit-learn, and what it is good for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import nn
from autograd import OperandError, Tensor
from nn.data import MinMaxScaler, StandardScaler

from ..autograd.settings import thorough

PAIRS = [("StandardScaler", StandardScaler), ("MinMaxScaler", MinMaxScaler)]
tables = arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 4)), elements=st.floats(-1e6, 1e6))


@pytest.mark.spec("S-118", "S-119")
@pytest.mark.needs("sklearn")
@pytest.mark.parametrize(("name", "ours"), PAIRS)
@thorough
@given(train=tables, seed=st.integers(0, 100))
def test_as_scikit_learn(name: str, ours: Callable[[], Any], train: Any, seed: int) -> None:
    from sklearn import preprocessing

    theirs = getattr(preprocessing, name)().fit(train)
    scaler = ours().fit(train)
    other = np.random.default_rng(seed).normal(size=(5, train.shape[1])) * 100
    near = {"rtol": 1e-9, "atol": 1e-9}
    np.testing.assert_allclose(scaler.transform(other), theirs.transform(other), **near)
    np.testing.assert_allclose(ours().fit_transform(train), theirs.transform(train), **near)
    np.testing.assert_allclose(scaler.inverse_transform(other), theirs.inverse_transform(other), **near)


@pytest.mark.spec("S-118")
@pytest.mark.needs("sklearn")
def test_standardising_by_the_training_data() -> None:
    from sklearn.preprocessing import StandardScaler as Theirs

    rng = np.random.default_rng(0)
    train, test = rng.normal(3, 5, (50, 3)), rng.normal(0, 1, (10, 3))
    train[:, 2] = 7.1  # constant
    scaler, theirs = StandardScaler().fit(train), Theirs().fit(train)
    np.testing.assert_allclose(scaler.mean_, theirs.mean_, rtol=1e-12)
    np.testing.assert_allclose(scaler.var_[:2], theirs.var_[:2], rtol=1e-12)
    np.testing.assert_allclose(scaler.transform(test), theirs.transform(test), rtol=1e-12)
    np.testing.assert_allclose(scaler.transform(Tensor(train))[:, :2].std(axis=0), 1, rtol=1e-12)
    assert scaler.scale_[2] == 1


@pytest.mark.spec("S-118")
def test_descent_takes_far_fewer_steps_on_one_scale() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 2)) * [1, 1000] + [0.5, 300]
    y = x @ [2.0, 0.003] + 1

    def steps(rows: Any) -> tuple[float, int]:
        design = np.column_stack([rows, np.ones(len(rows))])
        hessian = design.T @ design / len(rows)
        best = np.linalg.lstsq(design, y, rcond=None)[0]
        lr, w, taken = 1 / np.linalg.eigvalsh(hessian)[-1], np.zeros(3), 0
        while ((design @ (w - best)) ** 2).mean() > 1e-6 and taken < 200_000:
            w = w - lr * design.T @ (design @ w - y) / len(rows)
            taken += 1
        return float(np.linalg.cond(hessian)), taken

    (raw, many), (scaled, few) = steps(x), steps(StandardScaler().fit_transform(x))
    assert scaled < raw / 1000
    assert few * 5 < many


@pytest.mark.spec("S-119")
def test_scaling_to_zero_and_one() -> None:
    scaler = MinMaxScaler()
    x = np.array([[2.0, 5.0, 1.0], [4.0, 5.0, -1.0], [3.0, 5.0, 0.0]])
    assert scaler.fit_transform(x).tolist() == [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.5, 0.0, 0.5]]
    assert scaler.inverse_transform(scaler.transform(x)).tolist() == x.tolist()
    assert (scaler.data_min_.tolist(), scaler.data_max_.tolist()) == ([2.0, 5.0, -1.0], [4.0, 5.0, 1.0])


@pytest.mark.parametrize("ours", [StandardScaler, MinMaxScaler])
def test_data_that_cannot_be_scaled(ours: Callable[[], Any]) -> None:
    scaler = ours()
    with pytest.raises(OperandError, match="call fit"):
        scaler.transform([[1.0]])
    for bad, says in (
        ([[1.0], [np.nan]], "row 1, feature 0 is nan"),
        ([[np.inf]], "inf"),
        (np.zeros((0, 2)), "no rows"),
        ([1.0, 2.0], r"\(rows, features\)"),
        ([["a"]], "not rows of numbers"),
        ([[1.0], [1.0, 2.0]], "not rows of numbers"),
    ):
        with pytest.raises(nn.DataError, match=says):
            scaler.fit(bad)
    with pytest.raises(nn.DataError, match="fitted to 2 features, and these rows have 3"):
        scaler.fit([[1.0, 2.0], [2.0, 4.0]]).transform([[1.0, 2.0, 3.0]])
