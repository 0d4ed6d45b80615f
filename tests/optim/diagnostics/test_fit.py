"""Underfitting and overfitting, told by two errors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from optim import OptimizerError
from optim.diagnostics import diagnose_fit


@pytest.mark.spec("S-277")
@pytest.mark.parametrize("seed", range(5))
def test_polynomials_of_degree_1_3_and_14(seed: int) -> None:
    """On 15 noisy points of a cubic: a line is too stiff, a polynomial through every point too supple."""
    source = np.random.default_rng(seed)
    noise = 0.1

    def sample(x: np.ndarray) -> np.ndarray:
        return 4 * x**3 - 3 * x + source.normal(0, noise, x.size)

    x, fresh = np.linspace(-1, 1, 15), source.uniform(-1, 1, 400)
    y, other = sample(x), sample(fresh)
    verdicts = {}
    for degree in (1, 3, 14):
        model = np.polynomial.Polynomial.fit(x, y, degree)
        errors = [float(((model(inputs) - targets) ** 2).mean()) for inputs, targets in ((x, y), (fresh, other))]
        verdicts[degree] = diagnose_fit(*errors, acceptable=2 * noise**2).verdict
    assert verdicts == {1: "underfitting", 3: "good", 14: "overfitting"}


def test_curves_say_where_to_stop() -> None:
    found = diagnose_fit([1.0, 0.5, 0.1, 0.01], [1.1, 0.6, 0.4, 0.9], acceptable=0.2)
    assert (found.verdict, found.at, found.train, found.validation) == ("overfitting", 2, 0.01, 0.9)
    assert "stop at epoch 2" in found.message
    assert diagnose_fit([1.0, 0.1], [1.1, 0.15], acceptable=0.2).at is None
    assert diagnose_fit(math.nan, 1.0, acceptable=0.2).verdict == "underfitting"
    assert diagnose_fit(0.1, math.nan, acceptable=0.2).verdict == "overfitting"
    assert "\n" not in found.message


def test_what_cannot_be_told() -> None:
    with pytest.raises(OptimizerError, match="acceptable must be a positive number"):
        diagnose_fit(0.1, 0.2, acceptable=0)
    with pytest.raises(OptimizerError, match="give the train error"):
        diagnose_fit([], [0.2], acceptable=1)
