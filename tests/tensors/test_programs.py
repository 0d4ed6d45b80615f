"""Random computations with arrays: PyTorch, Tensors and the scalar graphs they open into agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given

from autograd import Tensor, scalar_graph
from tests.autograd.settings import thorough
from tests.oracles.tensor_programs import TensorProgram, by_tensors, by_torch, tensor_programs


def our_run(program: TensorProgram) -> tuple[list[Tensor], Tensor]:
    leaves = [Tensor(x, requires_grad=True) for x in program.leaves]
    result: Tensor = program.run(leaves, by_tensors)[-1]
    assert result.shape == ()
    return leaves, result


def gradient_of(leaf: Tensor) -> Any:
    return np.zeros_like(leaf.data) if leaf.grad is None else leaf.grad


def assert_close(ours: Any, theirs: Any) -> None:
    scale = max(1.0, float(np.abs(theirs).max(initial=0.0)))
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-11 * scale)


@pytest.mark.needs("torch")
@pytest.mark.spec("S-001", "S-002", "S-012", "S-040")
@thorough
@given(program=tensor_programs())
def test_as_pytorch(program: TensorProgram) -> None:
    import torch

    theirs = [torch.tensor(x, requires_grad=True) for x in program.leaves]
    expected = program.run(theirs, by_torch)[-1]
    leaves, result = our_run(program)
    assert_close(result.data, expected.detach().numpy())
    assert result.requires_grad == expected.requires_grad
    if not result.requires_grad:
        return
    expected.backward()
    result.backward()
    for leaf, other in zip(leaves, theirs, strict=True):
        assert_close(gradient_of(leaf), np.zeros(leaf.shape) if other.grad is None else other.grad.numpy())


@thorough
@given(program=tensor_programs())
def test_as_the_scalar_graph(program: TensorProgram) -> None:
    leaves, result = our_run(program)
    opened = scalar_graph(result)
    assert_close(opened.values.data, result.data)
    if not result.requires_grad:
        return
    result.backward()
    opened.values.backward()
    for leaf in leaves:
        if leaf not in opened.leaves:
            assert leaf.grad is None
            continue
        found = np.zeros(leaf.shape)
        values = np.asarray(opened.leaves[leaf], dtype=object)
        for index in np.ndindex(leaf.shape):
            found[index] = values[index].grad or 0.0
        assert_close(found, gradient_of(leaf))


def test_programs_reach_everything() -> None:
    from collections import Counter

    from tests.oracles.tensor_programs import ALONG, ONE, REDUCE, SAME_NUMBERS, TWO, seeded

    programs = [seeded(seed) for seed in range(300)]
    used = Counter(name for program in programs for name, _, _ in program.steps)
    assert [name for name in (*ONE, *TWO, *REDUCE, *ALONG, *SAME_NUMBERS, "matmul", "einsum") if used[name] < 8] == []
    assert sum(our_run(program)[1].requires_grad for program in programs) > 280
