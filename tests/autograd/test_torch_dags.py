"""200 random computations: every leaf's gradient equals PyTorch's, and the backward pass computes no gate again."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from autograd import Gate, Value, register, unregister
from autograd.source import Native
from tests.oracles.points import apply
from tests.oracles.programs import seeded

SEEDS = range(200)


@pytest.mark.needs("torch")
@pytest.mark.spec("S-002")
@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_equal_torch(seed: int) -> None:
    import torch

    from tests.oracles import torch_gates

    def call(name: str, operands: list[Any]) -> torch.Tensor:
        tensors = [torch.as_tensor(o, dtype=torch.float64) for o in operands]
        if name == "elu":  # PyTorch's own takes alpha as a number only
            x, alpha = tensors
            return torch.where(x > 0, x, alpha * torch.expm1(x))
        return torch_gates.FUNCTIONS[name](*tensors)

    program = seeded(seed)
    theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in program.leaves]
    result = program.run(theirs, call)[-1]
    if result.requires_grad:  # it does not where only comparisons and the like depend on the leaves
        result.backward()
    ours = [Value(x) for x in program.leaves]
    output = program.run(ours)[-1]
    output.backward()
    assert math.isclose(output.data, result.item(), rel_tol=1e-12, abs_tol=1e-12)
    for leaf, tensor in zip(ours, theirs, strict=True):
        expected = 0.0 if tensor.grad is None else tensor.grad.item()
        assert math.isclose(0.0 if leaf.grad is None else leaf.grad, expected, rel_tol=1e-12, abs_tol=1e-12)


@pytest.fixture
def evaluations() -> Iterator[list[float]]:
    """A gate `counted`, the identity, and the list of all numbers it was computed for."""
    seen: list[float] = []

    def number(x: float) -> float:
        seen.append(x)
        return x

    # A quick spelling that always fails sends every evaluation through `number`.
    register(Gate("counted", native=Native(number, "(1 / 0)", partial=True), local=lambda x, out: (1,)))  # noqa: ARG005
    yield seen
    unregister("counted")


@pytest.mark.spec("S-002", "S-017")
def test_a_backward_pass_evaluates_nothing_again(evaluations: list[float]) -> None:
    for seed in SEEDS:
        program = seeded(seed)
        evaluations.clear()
        nodes = program.run([Value(x) for x in program.leaves], lambda name, x: apply("counted", [apply(name, x)]))
        assert len(evaluations) == len(program.steps)
        values = [float(n) for n in nodes]
        nodes[-1].backward()
        nodes[-1].backward()
        assert len(evaluations) == len(program.steps)
        assert [float(n) for n in nodes] == values
