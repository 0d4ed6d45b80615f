"""The best of several random starts."""

from __future__ import annotations

import numpy as np
import pytest

from autograd import Tensor
from optim import OptimizerError, random_restarts


def two_valleys(x: Tensor) -> Tensor:
    return (x**4 - 3 * x**2 + x).sum()


@pytest.mark.spec("S-107")
def test_twenty_starts_find_the_deeper_valley() -> None:
    found = random_restarts(two_valleys, lambda rng: rng.uniform(-2, 2), restarts=20, rng=0)
    roots = np.roots([4, 0, -6, 1]).real
    deepest = min(roots, key=lambda r: r**4 - 3 * r**2 + r)
    assert float(found.x) == pytest.approx(deepest, abs=1e-6)
    assert float(found.x) == pytest.approx(-1.3008, abs=1e-4)
    assert found.value == found.values.min()
    assert {round(float(e), 3) for e in found.ends} == {-1.301, 1.131}, "some runs end in the other valley"
    again = random_restarts(two_valleys, lambda rng: rng.uniform(-2, 2), restarts=20, rng=0)
    assert (again.ends == found.ends).all()


def test_a_run_that_diverges_is_not_kept() -> None:
    starts = iter([50.0, 1.0])
    found = random_restarts(two_valleys, lambda _: next(starts), restarts=2, steps=300)
    assert not np.isfinite(found.values[0])
    assert float(found.x) == pytest.approx(1.131, abs=1e-3)
    with pytest.raises(OptimizerError, match="diverged"):
        random_restarts(two_valleys, lambda _: 50.0, restarts=2)
    with pytest.raises(OptimizerError, match="restarts"):
        random_restarts(two_valleys, lambda _: 1.0, restarts=0)
