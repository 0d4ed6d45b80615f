"""The divergence of densities against closed forms and PyTorch's."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import OperandError, Tensor
from nn import DataError
from nn.information import kl_divergence_continuous


def normal(mean: float, sigma: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: np.exp(-0.5 * ((x - mean) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))


def log_normal_density(mean: float, sigma: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: -0.5 * ((x - mean) / sigma) ** 2 - np.log(sigma * np.sqrt(2 * np.pi))


@pytest.mark.needs("torch")
@pytest.mark.spec("S-127")
@pytest.mark.parametrize(("p", "q"), [((0, 1), (1, 2)), ((1, 2), (0, 1)), ((-3, 0.5), (2, 4)), ((0, 1), (0, 1))])
def test_normal_densities(p: tuple[float, float], q: tuple[float, float]) -> None:
    import torch
    from torch.distributions import Normal

    ours = kl_divergence_continuous(normal(*p), normal(*q))
    (m, s), (n, t) = p, q
    assert ours == pytest.approx(math.log(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - 0.5, abs=1e-9)
    one, other = (Normal(*(torch.tensor(float(v), dtype=torch.float64) for v in pair)) for pair in (p, q))
    assert ours == pytest.approx(torch.distributions.kl_divergence(one, other).item(), abs=1e-9)


@pytest.mark.spec("S-127")
def test_the_worked_number() -> None:
    assert kl_divergence_continuous(normal(0, 1), normal(1, 2)) == pytest.approx(0.443147180560, abs=1e-6)


def test_half_lines_intervals_heavy_tails_and_kinks() -> None:
    def exponential(rate: float) -> Callable[[np.ndarray], np.ndarray]:
        return lambda x: rate * np.exp(-rate * x)

    assert kl_divergence_continuous(exponential(1.0), exponential(3.0), 0.0) == pytest.approx(
        math.log(1 / 3) + 3 - 1, abs=1e-9
    )
    mirrored = kl_divergence_continuous(lambda x: np.exp(x), lambda x: 3 * np.exp(3 * x), high=0.0)
    assert mirrored == pytest.approx(math.log(1 / 3) + 2, abs=1e-9)
    uniform = kl_divergence_continuous(lambda x: np.ones_like(x), lambda x: np.full_like(x, 0.5), 0.0, 1.0)
    assert uniform == pytest.approx(math.log(2), abs=1e-9)
    cauchy = [lambda x, s=s: s / np.pi / (x * x + s * s) for s in (1.0, 2.0)]
    assert kl_divergence_continuous(*cauchy) == pytest.approx(math.log(9 / 8), abs=1e-9)
    laplace = kl_divergence_continuous(lambda x: 0.5 * np.exp(-np.abs(x)), normal(0, 1))
    assert laplace == pytest.approx(0.5 * math.log(2 * math.pi) - math.log(2), abs=1e-8)


def test_logarithms_reach_further_than_densities() -> None:
    far = kl_divergence_continuous(log_normal_density(0, 200), log_normal_density(0, 1), logarithms=True)
    assert far == pytest.approx(math.log(1 / 200) + 200**2 / 2 - 0.5, rel=1e-9)


def test_what_q_thinks_impossible_costs_infinitely_much() -> None:
    assert kl_divergence_continuous(normal(0, 1), lambda x: (x > 0) * 1.0) == math.inf
    with np.errstate(divide="ignore"):
        assert kl_divergence_continuous(
            log_normal_density(0, 1), lambda x: np.log((x > 0) * 1.0), logarithms=True
        ) == math.inf  # fmt: skip
    assert kl_divergence_continuous(lambda x: np.full_like(x, 0.5), lambda x: (x < 1) * 1.0, 0.0, 2.0) == math.inf


def test_a_gradient_goes_into_a_densitys_parameters() -> None:
    mean, sigma = Tensor(1.0, requires_grad=True), Tensor(2.0, requires_grad=True)

    def believed(x: np.ndarray) -> Any:
        return autograd.exp(-0.5 * ((x - mean) / sigma) ** 2) / (sigma * math.sqrt(2 * math.pi))

    result = kl_divergence_continuous(normal(0, 1), believed)
    assert float(result.data) == pytest.approx(0.443147180560, abs=1e-9)
    result.backward()
    assert float(mean.grad) == pytest.approx(1 / 4, abs=1e-8)
    assert float(sigma.grad) == pytest.approx(1 / 2 - (1 + 1) / 8, abs=1e-8)


def test_what_is_no_density() -> None:
    with pytest.raises(DataError, match=r"p integrates to 2 "):
        kl_divergence_continuous(lambda x: 2 * normal(0, 1)(x), normal(0, 1))
    with pytest.raises(DataError, match="integrates to 0 between"):
        kl_divergence_continuous(normal(1e6, 1), normal(0, 1))  # narrow and far from 0: low and high are needed
    assert kl_divergence_continuous(normal(1e6, 1), normal(1e6, 2), 1e6 - 20, 1e6 + 20) == pytest.approx(
        math.log(2) + 1 / 8 - 0.5, abs=1e-8
    )
    for wrong in (lambda x: -normal(0, 1)(x), lambda x: x * np.nan, lambda x: x[:3] ** 2):
        with pytest.raises(DataError, match="density"):
            kl_divergence_continuous(normal(0, 1), wrong)
        with pytest.raises(DataError, match="density"):
            kl_divergence_continuous(wrong, normal(0, 1))
    with pytest.raises(OperandError, match="low must be below high"):
        kl_divergence_continuous(normal(0, 1), normal(0, 1), 1.0, 1.0)
