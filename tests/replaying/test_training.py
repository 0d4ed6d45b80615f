"""A hundred steps through replay end where a hundred eager steps end; and what is looked at in between is true."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Value, replay

BACKENDS = ["numpy", pytest.param("numba", marks=pytest.mark.needs("numba"))]
STEPS = 100


def _problem() -> tuple[Any, Callable[[Any, Any], Value], list[list[float]], list[float]]:
    random.seed(12)
    model = nn.MLP(2, [6, 6, 1])
    rng = random.Random(1)
    xs = [[rng.gauss(0, 1), rng.gauss(0, 1)] for _ in range(12)]
    ys = [1.0 if x * y > 0 else -1.0 for x, y in xs]

    def loss(xs: Any, ys: Any) -> Value:
        data = sum((1 - y * model(x)).relu() for x, y in zip(xs, ys, strict=True)) * (1 / len(xs))
        return data + 1e-3 * sum(p * p for p in model.parameters())

    return model, loss, xs, ys


def _numbers(model: Any) -> list[float]:
    return [p.data for p in model.parameters()]


def _trained(make: Callable[[list[Value]], Any]) -> tuple[list[float], list[float]]:
    """Eager training: losses, and the parameters at the end."""
    model, loss, xs, ys = _problem()
    optimizer, losses = make(model.parameters()), []
    for _ in range(STEPS):
        optimizer.zero_grad()
        result = loss(xs, ys)
        losses.append(result.data)
        result.backward()
        optimizer.step()
    return losses, _numbers(model)


def _agree(ours: list[float], theirs: list[float]) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)
    # Rounding has grown by then; the first steps are closer.
    np.testing.assert_allclose(ours[:5], theirs[:5], rtol=1e-10 if len(ours) > STEPS else 1e-12)


MAKE = {
    "sgd": lambda parameters: optim.SGD(parameters, lr=0.05, momentum=0.5),
    "adam": lambda parameters: optim.Adam(parameters, lr=0.01),
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("rule", MAKE)
def test_through_values_and_an_optimizer(backend: str, rule: str) -> None:
    losses, numbers = _trained(MAKE[rule])
    model, loss, xs, ys = _problem()
    step, optimizer, ours = replay(loss, backend=backend), MAKE[rule](model.parameters()), []
    for _ in range(STEPS):
        optimizer.zero_grad()
        ours.append(step(xs, ys))
        step.backward()
        optimizer.step()
    _agree(ours, losses)
    _agree(_numbers(model), numbers)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("structure", ["gates", "sums", "lanes"])
def test_on_arrays(backend: str, structure: str) -> None:
    losses, numbers = _trained(lambda parameters: optim.SGD(parameters, lr=0.05))
    model, loss, xs, ys = _problem()
    step = replay(loss, backend=backend, structure=structure)
    ours = [step.run(xs, ys)]
    for _ in range(STEPS - 1):
        step.weights[:] -= 0.05 * step.gradients
        ours.append(step.run())
    step.weights[:] -= 0.05 * step.gradients
    assert _numbers(model) != numbers
    step.store()
    _agree(ours, losses)
    _agree(_numbers(model), numbers)


@pytest.mark.parametrize("backend", BACKENDS)
def test_single_precision_trains_too(backend: str) -> None:
    losses, _ = _trained(lambda parameters: optim.SGD(parameters, lr=0.05))
    _, loss, xs, ys = _problem()
    step = replay(loss, backend=backend, dtype="float32")
    ours = [step.run(xs, ys)]
    for _ in range(STEPS - 1):
        step.weights[:] -= np.float32(0.05) * step.gradients
        ours.append(step.run())
    np.testing.assert_allclose(ours, losses, rtol=2e-4)


def test_parameters_changed_by_hand_are_seen() -> None:
    w, b = Value(2.0), Value(1.0)
    step = replay(lambda x: w * x + b, backend="numpy")
    assert step(3.0) == 7.0
    w.data = -1.0
    assert step(3.0) == -2.0
    assert step() == -2.0
    b.data = 10.0
    assert step() == 7.0
    assert step.run() == 7.0  # the array has what the call has loaded
    w.data = 5.0
    assert step.run() == 7.0  # and reads no Values by itself
    step.load()
    assert step.run() == 25.0
    step.weights[:] = [0.5, 0.25]
    step.store()
    assert (w.data, b.data) == (0.5, 0.25)
    assert step() == 1.75


def test_present_numbers_after_an_optimizer_and_after_arrays() -> None:
    """Looking at the graph undoes no step, whoever took it."""
    w = Value(2.0, name="w")
    step = replay(lambda x: (w * x - 1.0) ** 2, backend="numpy")
    step(3.0)
    step.backward()
    w.data -= 0.1 * w.grad  # Values count
    after = w.data
    graph = step.graph()
    assert w.data == after
    assert graph.data == (after * 3.0 - 1.0) ** 2
    step()
    step.weights[:] = 0.5  # the arrays count
    assert step.graph().data == 0.25
    assert w.data == 0.5
    w.data = 1.0
    assert step.graph().data == 4.0
    assert step() == 4.0


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_graph_shows_true_numbers_and_gradients(backend: str) -> None:
    model, loss, xs, ys = _problem()
    step = replay(loss, backend=backend)
    step.run(xs, ys)
    for _ in range(7):
        step.weights[:] -= 0.05 * step.gradients
        value = step.run()
    other = [[-a, b + 0.5] for a, b in xs], [-y for y in ys]
    for inputs in ((xs, ys), other):
        value = step.run(*inputs)
        graph = step.graph()
        eager = loss([list(map(Value, row)) for row in inputs[0]], list(map(Value, inputs[1])))
        assert graph.data == eager.data
        assert math.isclose(value, eager.data, rel_tol=1e-13)
        trace, wanted = autograd.trace(graph), autograd.trace(eager)
        assert [n.gate for n in trace.nodes] == [n.gate for n in wanted.nodes]
        assert [n.value for n in trace.nodes] == [n.value for n in wanted.nodes]
        assert [n.grad for n in trace.nodes] == [n.grad for n in wanted.nodes]
        graph.backward()
        gradients = dict(zip(map(id, step.parameters), step.gradients.tolist(), strict=True))
        for p in model.parameters():
            assert math.isclose(p.grad, gradients[id(p)], rel_tol=1e-11, abs_tol=1e-13)
            p.grad = None


def test_steps_on_the_graph_of_a_replay() -> None:
    w, b = Value(2.0, name="w"), Value(-1.0, name="b")
    step = replay(lambda x: (w * x + b).tanh(), backend="numpy")
    step(0.5)
    w.data = 3.0
    step(1.5)
    trace = autograd.trace(step.graph())
    nodes = {n.label: n for n in trace.nodes}
    assert nodes["w"].value == 3.0
    assert any(n.value == 1.5 for n in trace.nodes)
    local = 1 - math.tanh(3.5) ** 2
    assert math.isclose(nodes["w"].grad, 1.5 * local, rel_tol=1e-12)
    assert math.isclose(nodes["b"].grad, local, rel_tol=1e-12)
    told = [s.text for s in autograd.Stepper(trace).steps] if hasattr(autograd.Stepper(trace), "steps") else []
    assert all(isinstance(text, str) for text in told)


@pytest.mark.parametrize("backend", BACKENDS)
def test_gradients_accumulate_and_value_and_grad_leaves_them_alone(backend: str) -> None:
    w = Value(2.0)
    step = replay(lambda x: w * w * x, backend=backend)
    value, gradients = step.value_and_grad(3.0)
    assert (value, gradients.tolist(), w.grad) == (12.0, [12.0], None)
    for _ in range(2):
        step.backward()
    assert w.grad == 24.0
    kept = gradients.copy()
    step(100.0)
    step.backward()
    assert gradients.tolist() == kept.tolist()


def test_gradients_of_inputs() -> None:
    w = Value(2.0)
    step = replay(lambda x, y: w * x[0] * y + x[1] ** 2, backend="numpy", input_gradients=True)
    step.run([3.0, 4.0], 5.0)
    of_x, of_y = step.input_gradients
    assert of_x.tolist() == [10.0, 8.0]
    assert of_y.shape == ()
    assert of_y == 6.0
    plain = replay(lambda x: w * x, backend="numpy")
    plain.run(1.0)
    with pytest.raises(autograd.ReplayError, match="input_gradients=True"):
        _ = plain.input_gradients
