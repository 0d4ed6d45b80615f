"""Graphs that the tests of pictures draw: random ones, and families with a known shape."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from hypothesis import strategies as st

from autograd import GATES, Value, primitives
from nn import MLP

NUMBERS = (0.0, -0.0, 1.0, -1.0, 2.5, 1e-300, 1e300, 710.0, math.inf, -math.inf, math.nan)
NAMES = ("x", "w1", "loss", "out.b", "a name far too long for the picture", "日本語", "", " ", "e\u0301", "<b>&", "−3")
UNARY = ("exp", "log", "tanh", "relu", "sigmoid", "neg", "abs", "sqrt", "inv", "step")
BINARY = ("add", "sub", "mul", "div", "pow", "max", "min", "gt")

numbers = st.sampled_from(NUMBERS) | st.floats(-9, 9)
names = st.none() | st.sampled_from(NAMES)


@st.composite
def graphs(draw: st.DrawFn, most_gates: int = 12) -> Value:
    """Any graph: shared nodes, an operand used twice, constants, names or none, and numbers of every kind."""
    leaf = st.builds(Value, numbers, names, requires_grad=st.sampled_from([True, True, True, False]))
    nodes = draw(st.lists(leaf, min_size=1, max_size=4))
    operand = st.deferred(lambda: st.sampled_from(nodes))
    for _ in range(draw(st.integers(0, most_gates))):
        size = draw(st.integers(1, 4))
        if size == 1:
            node = GATES[draw(st.sampled_from(UNARY))](draw(operand))
        elif size == 2:
            other = draw(operand | numbers)
            pair = (draw(operand), other) if draw(st.booleans()) else (other, draw(operand))
            node = GATES[draw(st.sampled_from(BINARY))](*pair)
        else:
            node = GATES["sum"](*[draw(operand) for _ in range(size)], draw(operand | numbers))
        node.name = draw(names)
        nodes.append(node)
    return nodes[-1]


def plain_graph(seed: int, gates: int, near: int = 30) -> Value:
    """A random graph of many gates and finite numbers, each gate using two of the `near` last nodes."""
    rng = random.Random(seed)
    nodes = [Value(rng.uniform(-1, 1), f"x{i}") for i in range(8)]
    for _ in range(gates):
        a, b = rng.choices(nodes[-near:], k=2)
        nodes.append(rng.choice([a + b, a * b, a - b, a.tanh(), a + rng.uniform(0, 1)]))
    result: Value = GATES["sum"](*nodes[-near:])
    return result


def chain(length: int = 40) -> Value:
    """One gate after another."""
    y = Value(0.5, "x")
    for i in range(length):
        y = y.tanh() if i % 2 else y * 1.5
    return y


def ladder(rungs: int = 60) -> Value:
    """y = y + y, again and again: as many paths as 2 to the number of rungs."""
    y = Value(1.0, "y")
    for _ in range(rungs):
        y = y + y
    return y


def wide_sum(terms: int = 60) -> Value:
    """One gate of many inputs."""
    return GATES["sum"](*[Value(float(i), f"x{i}") for i in range(terms)])


def network(inputs: int = 3, layers: tuple[int, ...] = (4, 4, 1)) -> Value:
    """The output of a small network of named weights."""
    model = MLP(inputs, layers, rng=random.Random(1))
    result: Value = model([Value(0.1 * (i + 1), f"x{i}") for i in range(inputs)])
    return result


def neuron() -> Value:
    """The neuron of the Stanford course, whose gradients everybody knows."""
    w0, x0, w1, x1, w2 = (Value(v, n) for n, v in zip("abcde", (2.0, -1.0, -3.0, -2.0, -3.0), strict=True))
    return 1 / (1 + (-(w0 * x0 + w1 * x1 + w2)).exp())


def opened() -> Value:
    """Gates opened into simpler ones."""
    with primitives():
        return (Value(1.0, "x") * Value(2.0, "y")).sigmoid().tanh()


FAMILIES: dict[str, Callable[[], Value]] = {
    "leaf": lambda: Value(1.0, "x"),
    "square": lambda: (x := Value(3.0, "x")) * x,
    "chain": chain,
    "ladder": ladder,
    "wide sum": wide_sum,
    "network": network,
    "neuron": neuron,
    "opened": opened,
    "tangle": lambda: plain_graph(7, 120),
}
