"""Graphs far deeper than Python's stack: built, differentiated, traced and freed without recursion."""

from __future__ import annotations

import gc
import weakref

import pytest

from autograd import Value, gradients, trace


class _Watched(Value):
    """A Value that can be seen to be freed."""

    __slots__ = ("__weakref__",)


def _chain(x: Value, length: int) -> Value:
    for _ in range(length):
        x = x + 1.0
    return x


@pytest.mark.spec("S-002")
def test_a_chain_of_50_000() -> None:
    x = Value(0.0)
    y = _chain(x, 50_000)
    y.backward()
    assert (y.data, x.grad) == (50_000.0, 1.0)
    assert gradients(y, [x]) == [1.0]
    x.grad = None
    y.backward(create_graph=True)
    assert x.grad == 1.0


def test_a_chain_of_a_million() -> None:
    x = Value(0.25, name="x")
    y = x
    for _ in range(1_000_000):
        y = -y
    y.backward()
    assert (y.data, x.grad) == (0.25, 1.0)


def test_the_trace_of_a_long_chain() -> None:
    x = Value(0.25, name="x")
    y = x
    for _ in range(100_000):
        y = -y
    summary = trace(y).summary().splitlines()
    assert summary[0] == "100,001 nodes: 100,000 gates, 1 leaf; 100,000 edges"
    assert summary[1] == "gates: neg 100000"


def test_a_second_derivative_of_a_long_chain() -> None:
    x = Value(0.3)
    y = x * x
    for _ in range(5_000):
        y = y * 1.0
    (slope,) = gradients(y, [x], create_graph=True)
    assert gradients(slope, [x]) == [2.0]


@pytest.mark.parametrize("with_pass", [False, True])
def test_a_deep_graph_is_freed_by_counting_alone(with_pass: bool) -> None:
    x = _Watched(1.0)
    y = _chain(x, 200_000)
    if with_pass:
        y.backward()
    gone = weakref.ref(x)
    gc.disable()
    try:
        del x, y
        assert gone() is None, "something keeps the graph in a cycle"
    finally:
        gc.enable()


def test_wide_and_deep_at_once() -> None:
    leaves = [Value(float(i)) for i in range(200)]
    layer = leaves
    for _ in range(100):
        layer = [a * 0.5 + b * 0.5 for a, b in zip(layer, layer[1:] + layer[:1], strict=True)]
    total = layer[0]
    for node in layer[1:]:
        total = total + node
    total.backward()
    # Averaging neighbours keeps the sum, so every leaf counts once.
    assert all(abs(leaf.grad - 1.0) < 1e-12 for leaf in leaves)
