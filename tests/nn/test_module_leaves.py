"""Parameters of a module, found with and without their names: the same ones in the same order, as they are now."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, Value
from nn import BatchNorm1d, Linear, Module, Sequential

LEAVES: list[Any] = [Tensor(np.ones(2), requires_grad=True, name=str(i)) for i in range(3)] + [Value(1.0)]


@st.composite
def modules(draw: st.DrawFn) -> Module:
    """Modules that hold, in any nesting, leaves, containers and each other: shared, repeated and in circles."""
    made = [Module() for _ in range(draw(st.integers(1, 4)))]
    single = st.sampled_from([*LEAVES, *made, Linear(1, 1), BatchNorm1d(2), Sequential(*made), 3, "text", None])
    nested = st.recursive(
        single, lambda s: st.one_of(st.lists(s, max_size=3), st.dictionaries(st.sampled_from("ab"), s, max_size=2))
    )
    for module in made:
        for name in draw(st.lists(st.sampled_from(["x", "y", "z", "_hidden"]), unique=True)):
            setattr(module, name, draw(nested))
        module.buffers_named = ("z",) if draw(st.booleans()) else ()
    return made[0]


@given(modules())
def test_the_same_ones_in_the_same_order(module: Module) -> None:
    assert list(map(id, module.parameters())) == [id(p) for _, p in module.named_parameters()]


def test_changes_are_seen() -> None:
    net = Sequential(Linear(2, 3), Linear(3, 1))
    assert len(net.parameters()) == 4
    net.append(Linear(1, 1))
    net[0].scale = Tensor([1.0], requires_grad=True)
    net[1].extra = [LEAVES[0]]
    assert len(net.parameters()) == 8
    net[1].extra.append(LEAVES[1])
    assert len(net.parameters()) == 9
    del net[0].scale
    net[2].bias = None
    assert len(net.parameters()) == 7
    net.parameters()[0].grad = np.ones((3, 2))
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())


def test_names_of_ones_own_are_heeded() -> None:
    class Half(Module):
        def __init__(self) -> None:
            self.a, self.b = LEAVES[:2]

        def named_parameters(self) -> Any:
            return iter([("b", self.b)])

    assert [p is LEAVES[1] for p in Half().parameters()] == [True]
