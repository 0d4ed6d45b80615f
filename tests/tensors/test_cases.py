"""Every case of every array operation against PyTorch, finite differences and itself."""

from __future__ import annotations

import numpy as np
import pytest

from autograd import OPERATIONS

from .cases import CASES
from .harness import (
    Case,
    differences,
    first_value,
    gradient_as_graph,
    our_gradients,
    second_order,
    their_gradients,
)

each = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
smooth = pytest.mark.parametrize("case", [c for c in CASES if c.smooth], ids=[c.name for c in CASES if c.smooth])


def test_every_operation_has_cases() -> None:
    differentiable = {name for name, rule in OPERATIONS.items() if rule.differentiable}
    assert differentiable <= {case.about for case in CASES}
    assert {case.about for case in CASES} <= set(OPERATIONS)


@pytest.mark.spec("S-001", "S-002", "S-009", "S-012", "S-040")
@pytest.mark.needs("torch")
@each
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_as_pytorch(case: Case, dtype: str) -> None:
    out, gradients = our_gradients(case, dtype)
    theirs, their = their_gradients(case, dtype)
    assert str(out.dtype) == str(theirs.dtype).removeprefix("torch.")
    tolerance = (
        {"rtol": 1e-11, "atol": 1e-12}
        if dtype == "float64" and out.dtype == np.float64
        else {"rtol": 2e-5, "atol": 2e-6}
    )
    np.testing.assert_allclose(out.data, theirs.detach().numpy(), **tolerance)
    for ours, other, x in zip(gradients, their, case.inputs, strict=True):
        assert ours.shape == x.shape
        assert ours.dtype == dtype
        np.testing.assert_allclose(ours, other.numpy(), **tolerance)


@smooth
def test_the_gradient_is_the_slope(case: Case) -> None:
    _, gradients = our_gradients(case)
    for ours, slope in zip(gradients, differences(lambda x: first_value(case, x), case.inputs), strict=True):
        np.testing.assert_allclose(ours, slope, rtol=1e-5, atol=1e-7)


@each
def test_the_gradient_as_a_graph_is_the_gradient(case: Case) -> None:
    _, gradients = our_gradients(case)
    _, graph = gradient_as_graph(case, case.inputs)
    for ours, other in zip(gradients, graph, strict=True):
        np.testing.assert_allclose(
            np.asarray(other.data), ours, rtol=1e-6 if case.about == "astype" else 1e-12, atol=1e-12
        )


@smooth
def test_the_second_derivative_is_the_slope_of_the_first(case: Case) -> None:
    _, second = second_order(case, case.inputs)
    for ours, slope in zip(second, differences(lambda x: second_order(case, x)[0], case.inputs), strict=True):
        np.testing.assert_allclose(ours, slope, rtol=1e-5, atol=1e-6)
