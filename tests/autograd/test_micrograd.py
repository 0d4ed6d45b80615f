"""Programs written for micrograd run unchanged on our Value, with micrograd itself as the judge."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import pytest

from autograd import Value

MICROGRAD = pytest.mark.needs("micrograd")


def _readme(cls: Any) -> tuple[float, float, float]:
    """The example of micrograd's README."""
    a = cls(-4.0)
    b = cls(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    return g.data, a.grad, b.grad


@pytest.mark.spec("S-002", "S-010")
def test_the_readme_example() -> None:
    data, a, b = _readme(Value)
    assert f"{data:.4f} {a:.4f} {b:.4f}" == "24.7041 138.8338 645.5773"


@MICROGRAD
def test_the_readme_example_to_the_last_bit() -> None:
    from micrograd.engine import Value as Theirs

    assert _readme(Value) == pytest.approx(_readme(Theirs), rel=1e-15)


def _walk(root: Any) -> tuple[set[Any], set[tuple[Any, Any]]]:
    """micrograd's way of collecting a graph for drawing: over _prev."""
    nodes: set[Any] = set()
    edges: set[tuple[Any, Any]] = set()

    def build(v: Any) -> None:
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)

    build(root)
    return nodes, edges


def _labels(cls: Any) -> list[str]:
    """What such a drawing writes into its boxes: the number and the gradient, of gates only."""
    x, w = cls(0.5), cls(3.0)
    y = (x * w + x).relu() + w**2 + (x + x)
    y.backward()
    nodes, edges = _walk(y)
    assert all(a in nodes and b in nodes for a, b in edges)
    assert all(bool(n._op) == bool(n._prev) for n in nodes)
    return sorted(f"{n.data:.4f} {n.grad:.4f}" for n in nodes if n._op)


def test_a_drawing_walks_over_prev_and_op() -> None:
    x, y = Value(2.0), Value(3.0)
    z = x * y + x
    assert (z._op, (x * y)._op, x._op, (x * x)._prev) == ("+", "×", "", {x})
    assert z._prev == set(z.parents)
    nodes, edges = _walk(z)
    assert len(nodes) == len(edges) == 4


@MICROGRAD
def test_a_drawing_says_the_same() -> None:
    from micrograd.engine import Value as Theirs

    assert _labels(Value) == _labels(Theirs)


def _train(cls: Any) -> list[float]:
    """A perceptron of two layers in micrograd's style: parameters zeroed and nudged by hand, leaves only."""
    source = random.Random(1337)
    sizes = [2, 4, 1]
    layers = [
        [[cls(source.uniform(-1, 1)) for _ in range(n + 1)] for _ in range(m)] for n, m in itertools.pairwise(sizes)
    ]
    parameters = [p for layer in layers for neuron in layer for p in neuron]
    data = [((1.0, 2.0), 1.0), ((-1.0, 0.5), -1.0), ((0.3, -2.0), -1.0), ((2.0, 0.1), 1.0)]
    losses = []
    for step in range(12):
        total = cls(0.0)
        for inputs, target in data:
            x: Any = inputs
            for depth, layer in enumerate(layers):
                acts = [sum((w * xi for w, xi in zip(neuron[:-1], x, strict=True)), neuron[-1]) for neuron in layer]
                x = [a.relu() if depth == 0 else a for a in acts]
            total = total + (1 + -target * x[0]).relu()
        total = total * (1.0 / len(data)) + 1e-4 * sum(p * p for p in parameters)
        for p in parameters:
            p.grad = 0
        total.backward()
        for p in parameters:
            p.data -= (0.5 - 0.4 * step / 12) * p.grad
        losses.append(total.data)
    return losses


@MICROGRAD
def test_training_by_hand_gives_the_same_losses() -> None:
    from micrograd.engine import Value as Theirs

    ours, theirs = _train(Value), _train(Theirs)
    assert ours == pytest.approx(theirs, rel=1e-9)
    assert ours[-1] < ours[0]


@MICROGRAD
def test_micrograd_s_own_network_runs_on_our_value(monkeypatch: pytest.MonkeyPatch) -> None:
    import micrograd.nn

    def loss() -> tuple[float, list[float]]:
        random.seed(7)
        model = micrograd.nn.MLP(3, [4, 4, 1])
        out = model([1.0, -2.0, 0.5])
        model.zero_grad()
        (out * out).backward()
        return out.data, [p.grad for p in model.parameters()]

    theirs = loss()
    monkeypatch.setattr(micrograd.nn, "Value", Value)
    ours = loss()
    assert ours[0] == pytest.approx(theirs[0], rel=1e-13)
    assert ours[1] == pytest.approx(theirs[1], rel=1e-12, abs=1e-15)
    assert any(ours[1])


@MICROGRAD
@pytest.mark.parametrize("seed", range(30))
def test_random_programs_in_micrograd_s_vocabulary(seed: int) -> None:
    from micrograd.engine import Value as Theirs

    def build(cls: Any) -> tuple[list[Any], Any]:
        source = random.Random(seed)
        leaves = [cls(source.uniform(-2, 2)) for _ in range(3)]
        nodes = list(leaves)
        for _ in range(source.randint(1, 25)):
            a, b, k = source.choice(nodes), source.choice(nodes), source.uniform(0.5, 2)
            nodes.append(
                source.choice([
                    lambda a=a, b=b: a + b, lambda a=a, b=b: a * b * 0.5, lambda a=a, b=b: a - b, lambda a=a: a.relu(),
                    lambda a=a, k=k: k - a, lambda a=a, k=k: k * a, lambda a=a, k=k: a / k, lambda a=a: -a,
                    lambda a=a: (a * 0.1) ** 2, lambda a=a, k=k: a + k, lambda a=a, k=k: k / (a * a + 1.0),
                ])()
            )  # fmt: skip
        total = sum(nodes[1:], nodes[0])
        total.backward()
        return leaves, total

    ours, our_total = build(Value)
    theirs, their_total = build(Theirs)
    assert math.isclose(our_total.data, their_total.data, rel_tol=1e-12)
    for a, b in zip(ours, theirs, strict=True):
        assert math.isclose(a.grad, b.grad, rel_tol=1e-10, abs_tol=1e-12)
