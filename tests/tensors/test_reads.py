"""What an entry says its pullbacks look at is all they look at: a change in place is noticed, or does no harm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from autograd import GraphError, Tensor, no_grad

from .cases import CASES
from .harness import Array, Case, our_gradients, weights_for


def spoil(tensor: Tensor) -> None:
    """Put other numbers into a tensor, in place."""
    with no_grad():
        tensor.copy_(np.flip(tensor.data) * -0.75 + 0.1)


def gradients(case: Case, spoiled: Sequence[int], result: bool, create_graph: bool) -> list[Any] | None:
    """The gradients after a change of these inputs, or of the result; None where the change is noticed."""
    leaves = [Tensor(x.copy(), requires_grad=True) for x in case.inputs]
    out = case.ours(*leaves)
    weights = weights_for(out.shape).astype(out.dtype)
    for i in spoiled:
        spoil(leaves[i])
    if result and out.data.flags.writeable:
        spoil(out)
    try:
        with np.errstate(all="ignore"):
            out.backward(weights, create_graph=create_graph)
    except GraphError:
        return None
    return [np.asarray(leaf.grad) for leaf in leaves]


def require_same(case: Case, found: list[Array] | None) -> None:
    """Noticed, or the same as without the change."""
    if found is None:
        return
    _, expected = our_gradients(case)
    near = 1e-6 if case.about == "astype" else 1e-12
    for ours, usual in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, usual, rtol=near, atol=1e-12)


@pytest.mark.parametrize("create_graph", [False, True], ids=["", "graph"])
@pytest.mark.parametrize("case", [c for c in CASES if c.inputs], ids=[c.name for c in CASES if c.inputs])
def test_a_change_is_noticed_or_does_no_harm(case: Case, create_graph: bool) -> None:
    for i in range(len(case.inputs)):
        require_same(case, gradients(case, [i], False, create_graph))
    require_same(case, gradients(case, [], True, create_graph))
