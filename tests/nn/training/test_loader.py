"""Batches: every row once per epoch, sizes as promised, the same under a seed, classes evenly spread."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor
from nn import DataError
from nn.data import DataLoader, check_finite, circles, moons, spirals, train_test_split

from ...autograd.settings import thorough


@pytest.mark.spec("S-207", "S-371")
def test_a_thousand_rows_are_a_thousand_updates() -> None:
    loader = DataLoader(np.arange(1000.0), shuffle=True, rng=0)
    seen = [float(x) for (x,) in loader]
    assert len(seen) == len(loader) == 1000
    assert sorted(seen) == list(range(1000)), "each row exactly once"
    assert seen != sorted(seen)


@pytest.mark.spec("S-209")
@pytest.mark.parametrize(("batch", "full", "dropped"), [(1000, 1, 1), (1, 1000, 1000), (32, 32, 31), (7, 143, 142)])
def test_steps_per_epoch(batch: int, full: int, dropped: int) -> None:
    rows = np.zeros(1000)
    assert len(DataLoader(rows, batch_size=batch)) == full
    assert len(DataLoader(rows, batch_size=batch, drop_last=True)) == dropped


@thorough
@given(st.integers(1, 60), st.integers(1, 20), st.booleans(), st.booleans())
def test_every_row_comes_once(rows: int, batch: int, shuffle: bool, drop_last: bool) -> None:
    if drop_last and batch > rows:
        with pytest.raises(DataError, match="make no batch"):
            DataLoader(np.arange(rows), batch_size=batch, drop_last=True)
        return
    loader = DataLoader(np.arange(rows), np.arange(rows) * 1.5, batch_size=batch, shuffle=shuffle, drop_last=drop_last)
    batches = list(loader)
    assert len(batches) == len(loader)
    for i, (x, y) in enumerate(batches):
        assert isinstance(y, Tensor)
        np.testing.assert_array_equal(y.data, x * 1.5)
        assert len(x) == batch or (i == len(batches) - 1 and not drop_last)
    seen = np.concatenate([x for x, _ in batches])
    assert len(set(seen.tolist())) == len(seen) == (rows // batch * batch if drop_last else rows)
    if not shuffle:
        np.testing.assert_array_equal(seen, np.arange(len(seen)))


def test_a_seed_repeats_the_order_and_a_state_resumes_it() -> None:
    def orders(loader: DataLoader, epochs: int) -> list[list[int]]:
        return [np.concatenate([x for (x,) in loader]).tolist() for _ in range(epochs)]

    whole = orders(DataLoader(np.arange(20), batch_size=6, shuffle=True, rng=3), 4)
    assert whole[0] != whole[1]
    first = DataLoader(np.arange(20), batch_size=6, shuffle=True, rng=3)
    assert orders(first, 2) == whole[:2]
    second = DataLoader(np.arange(20), batch_size=6, shuffle=True, rng=99)
    second.load_state_dict(first.state_dict())
    assert orders(second, 2) == whole[2:]
    with pytest.raises(DataError, match="not the state of a generator"):
        second.load_state_dict({"nothing": 1})


def test_classes_are_spread_evenly() -> None:
    labels = np.repeat([0, 1, 2], [60, 30, 10])
    loader = DataLoader(labels, batch_size=20, stratify=labels, rng=1)
    for (y,) in loader:
        counts = np.bincount(y, minlength=3)
        assert abs(counts - [12, 6, 2]).max() <= 1
    assert [y.tolist() for (y,) in loader] != [y.tolist() for (y,) in loader]


@pytest.mark.spec("S-208", "S-210")
def test_the_gradient_of_a_batch_estimates_that_of_all() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(64, 3)), rng.normal(size=64)

    def gradient(rows: Any) -> np.ndarray:
        w = Tensor(np.array([0.3, -0.2, 0.1]), requires_grad=True)
        ((Tensor(x[rows]) @ w - y[rows]) ** 2).mean().backward()
        return w.grad

    whole = gradient(np.arange(64))
    batches = [gradient(np.arange(i, i + 8)) for i in range(0, 64, 8)]
    np.testing.assert_allclose(np.mean(batches, axis=0), whole, rtol=1e-12)

    def variance(size: int) -> float:
        drawn = [gradient(rng.integers(0, 64, size)) for _ in range(1500)]
        return float(np.var(drawn, axis=0).sum())

    assert variance(1) / variance(16) == pytest.approx(16, rel=0.15)


def test_splits() -> None:
    x, y = np.arange(40).reshape(20, 2), np.repeat([0, 1], [15, 5])
    a, b, labels, held = train_test_split(x, y, test_size=0.2, stratify=y, rng=0)
    assert (len(a), len(b)) == (16, 4)
    assert sorted(np.concatenate([a, b])[:, 0].tolist()) == list(range(0, 40, 2))
    np.testing.assert_array_equal(y[a[:, 0] // 2], labels)
    assert held.sum() == 1, "a quarter of the held rows are of class 1"
    for bad in (0, 20, 1.0):
        with pytest.raises(DataError, match="leaves one part empty"):
            train_test_split(x, test_size=bad)
    with pytest.raises(DataError, match=r"have \[19, 20\] rows"):
        train_test_split(x, y[1:])
    with pytest.raises(DataError, match="stratify needs 20 labels"):
        train_test_split(x, stratify=y[:3])


def test_shapes_in_the_plane() -> None:
    for make, classes in ((moons, 2), (circles, 2), (lambda n, rng: spirals(n, 4, rng=rng), 4)):
        x, y = make(101, rng=0)
        again, _ = make(101, rng=0)
        np.testing.assert_array_equal(x, again)
        assert x.shape == (101, 2)
        assert np.ptp(np.bincount(y)) <= 1
        assert len(np.bincount(y)) == classes
    for bad in (lambda: moons(1), lambda: circles(0), lambda: spirals(2, 3)):
        with pytest.raises(DataError):
            bad()


@pytest.mark.needs("sklearn")
def test_real_data() -> None:
    from nn.data import digits, iris

    x, y = digits()
    assert x.shape == (1797, 64)
    assert (x.min(), x.max()) == (0.0, 1.0)
    assert np.bincount(y).size == 10
    x, y = iris()
    assert (x.shape, np.bincount(y).tolist()) == ((150, 4), [50, 50, 50])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DataLoader(), "needs arrays"),
        (lambda: DataLoader(3.0), "needs arrays"),
        (lambda: DataLoader(np.zeros((0, 2))), "has no rows"),
        (lambda: DataLoader(np.zeros(3), np.zeros(2)), "have 3, 2 rows"),
        (lambda: DataLoader(np.zeros(3), batch_size=0), "batch_size must be"),
        (lambda: DataLoader(np.zeros(3), stratify=[1]), "stratify needs 3 labels"),
        (lambda: check_finite("X", [[1.0, np.inf]]), "X is not finite: row 0, column 1 holds inf"),
        (lambda: check_finite("y", [np.nan]), "y is not finite: row 0 holds nan"),
    ],
)
def test_data_that_will_not_do(make: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        make()
