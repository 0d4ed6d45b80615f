"""A linear layer and the relu behind it: one operation, the same numbers, and two again when somebody looks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
from autograd import Tensor, trace

from ...autograd.settings import thorough


class Apart(nn.Sequential):
    """Sequential as plainly as can be."""

    def forward(self, x: Any) -> Any:
        for module in self._modules:
            x = module(x)
        return x


def names(out: Tensor) -> list[str]:
    return [group.name for group in trace(out.sum()).groups]


def gates(out: Tensor) -> list[str]:
    return [node.gate for node in trace(out.sum()).nodes if node.gate]


@given(st.lists(st.sampled_from(["linear", "relu", "tanh", "activation"]), max_size=7), st.integers(0, 10**6))
@thorough
def test_the_numbers_are_the_same(kinds: list[str], seed: int) -> None:
    rng = np.random.default_rng(seed)
    make: dict[str, Any] = {
        "linear": lambda: nn.Linear(3, 3, rng=rng), "relu": nn.ReLU, "tanh": nn.Tanh,
        "activation": lambda: nn.Activation("relu"),
    }  # fmt: skip
    modules = [make[kind]() for kind in kinds]
    x = rng.normal(size=(4, 3))
    found = []
    for model in (nn.Sequential(*modules), Apart(*modules)):
        leaf = Tensor(x, requires_grad=True)
        out = model(leaf)
        model.zero_grad()
        if out.requires_grad:
            out.sum().backward()
        found.append(
            (out.data.copy(), leaf.grad, [None if p.grad is None else p.grad.copy() for p in model.parameters()])
        )
    for ours, plain in zip(found[0][2], found[1][2], strict=True):
        np.testing.assert_allclose(ours, plain, rtol=1e-13, atol=1e-15)
    np.testing.assert_array_equal(found[0][0], found[1][0])
    if kinds:
        np.testing.assert_allclose(found[0][1], found[1][1], rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("relu", [nn.ReLU(), nn.Activation("relu")])
def test_one_operation_in_one_box(relu: nn.Module) -> None:
    model = nn.Sequential(nn.Linear(3, 4), relu, nn.Linear(4, 2))
    out = model(np.ones((2, 3)))
    assert gates(out) == ["linear_relu", "linear", "sum"]
    assert names(out) == ["Sequential", f"Linear + {relu.name or 'ReLU'}", "Linear"]


def test_it_opens_into_both() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
    opened = autograd.scalar_graph(model(np.ones((2, 3))))
    assert [value.op for value in opened.values.ravel()] == ["relu"] * 8


def test_a_hook_sees_what_it_would_see_without_fusing() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    x = Tensor(np.random.default_rng(0).normal(size=(5, 3)))
    seen: dict[str, Any] = {}
    before = model(x).data
    with model[0].register_forward_hook(lambda _m, _i, out: seen.update(sums=out)):
        assert names(model(x)) == ["Sequential", "Linear #1", "ReLU", "Linear #2"]
    assert (seen["sums"].data < 0).any(), "weighted sums, not their relu"
    with model[1].register_forward_pre_hook(lambda _m, inputs: seen.update(given=inputs[0])):
        np.testing.assert_array_equal(model(x).data, before)
    np.testing.assert_array_equal(seen["given"].data, seen["sums"].data)
    assert not model[0].has_hooks
    assert names(model(x)) == ["Sequential", "Linear + ReLU", "Linear"], "fused again"


def test_what_is_not_quite_a_linear_layer_and_a_relu_stays_apart() -> None:
    class Doubled(nn.Linear):
        def forward(self, x: Any) -> Any:
            return super().forward(x) * 2

    class Leaky(nn.ReLU):
        def forward(self, x: Any) -> Any:
            return autograd.leaky_relu(x)

    x = np.ones((2, 3))
    patched = nn.Linear(3, 3)
    patched.forward = lambda x: Tensor(x) * 3.0  # type: ignore[method-assign]
    for model in (
        nn.Sequential(Doubled(3, 3), nn.ReLU()),
        nn.Sequential(nn.Linear(3, 3), Leaky()),
        nn.Sequential(patched, nn.ReLU()),
        nn.Sequential(nn.Linear(3, 3), nn.Activation("tanh")),
        nn.Sequential(nn.Linear(3, 3), nn.Sequential(nn.ReLU())),
    ):
        np.testing.assert_array_equal(model(x).data, Apart(*model)(x).data)
        assert "linear_relu" not in gates(model(Tensor(x, requires_grad=True)))


def test_a_wrong_number_of_features_is_told_by_the_layer() -> None:
    with pytest.raises(autograd.ShapeError, match=r"Linear\(3 → 4.* takes inputs with 3 features"):
        nn.Sequential(nn.Linear(3, 4), nn.ReLU())(np.ones((2, 5)))
