"""Random computations with arrays: forward mode and second derivatives are PyTorch's, and each other's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from autograd import Tensor, grad, hvp, jvp

from ..autograd.settings import thorough
from ..oracles.tensor_programs import TensorProgram, by_tensors, by_torch, tensor_programs

Arrays = list[NDArray[Any]]


def function(program: TensorProgram) -> Any:
    """The program as a function of its leaves."""

    def f(*leaves: Any) -> Any:
        result = program.run(leaves, by_tensors)[-1]
        return result if isinstance(result, Tensor) else Tensor(result)

    return f


def directions(program: TensorProgram) -> Arrays:
    random = np.random.default_rng(sum(x.size for x in program.leaves))
    return [random.uniform(-1, 1, x.shape) for x in program.leaves]


def assert_close(ours: Any, theirs: Any) -> None:
    scale = max(1.0, float(np.abs(theirs).max(initial=0.0)))
    np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-9 * scale)


@pytest.mark.needs("torch")
@pytest.mark.spec("S-020", "S-028")
@thorough
@given(program=tensor_programs())
def test_as_pytorch(program: TensorProgram) -> None:
    import torch

    f, v = function(program), directions(program)
    x = list(program.leaves)
    theirs = [torch.tensor(leaf, requires_grad=True) for leaf in x]
    result = program.run(theirs, by_torch)[-1]
    _, rate = jvp(f, x, v)
    if not result.requires_grad:
        assert rate == 0.0
        return
    slopes = torch.autograd.grad(result, theirs, create_graph=True, materialize_grads=True)
    along: Any = sum((g * torch.tensor(d)).sum() for g, d in zip(slopes, v, strict=True))
    assert_close(rate, along.item())
    curved = torch.autograd.grad(along, theirs, materialize_grads=True) if along.requires_grad else None
    product = hvp(lambda leaves: f(*leaves), x, v)
    for i, leaf in enumerate(x):
        assert_close(product[i], np.zeros_like(leaf) if curved is None else curved[i].numpy(force=True))


@thorough
@given(program=tensor_programs())
def test_the_ways_to_a_second_derivative_agree(program: TensorProgram) -> None:
    f, v = function(program), directions(program)
    numbers = tuple(range(len(v)))
    product = hvp(lambda leaves: f(*leaves), list(program.leaves), v)
    over_reverse = grad(
        lambda *x: sum(((g * d).sum() for g, d in zip(grad(f, numbers)(*x), v, strict=True)), Tensor(0.0)), numbers
    )(*program.leaves)
    over_forward = grad(lambda *x: jvp(f, x, v)[1], numbers)(*program.leaves)
    for one, two, three in zip(product, over_reverse, over_forward, strict=True):
        assert_close(two, one)
        assert_close(three, one)
