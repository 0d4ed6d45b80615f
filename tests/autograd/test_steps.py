"""A trace told one gate at a time: sentences, formulas and running sums."""

# ruff: noqa: ARG005 - the examples are all functions of the same two inputs
from __future__ import annotations

import pytest

import autograd
from autograd import BackwardStep, ForwardStep, Trace, Value, trace
from tests.oracles.points import NAMES, TABLE, apply


def _example() -> Trace:
    x, y = Value(2.0, name="x"), Value(-3.0, name="y")
    h = x * y
    h.name = "h"
    return trace((h + x).tanh() * h + autograd.max(x, y))


def test_the_forward_steps() -> None:
    assert [str(step) for step in _example().forward] == [
        "h = x·y = 2·(-3) = -6",
        "v1 = h + x = -6 + 2 = -4",
        "v2 = tanh(v1) = tanh(-4) = -0.9993",
        "v3 = v2·h = (-0.9993)·(-6) = 5.996",
        "v4 = max(x, y) = max(2, -3) = 2",
        "v5 = v3 + v4 = 5.996 + 2 = 7.996",
    ]
    step = _example().forward[0]
    assert isinstance(step, ForwardStep)
    assert step.sentence == "mul of x and y is −6"
    assert [n.label for n in step.operands] == ["x", "y"]


def test_the_backward_steps() -> None:
    assert [step.sentence for step in _example().backward] == [
        "add distributes: v3 and v4 each get upstream",
        "multiply swaps: v2 gets h × upstream, h gets v2 × upstream",
        "tanh squashes: v1 gets (1 − tanh(v1)²) × upstream",
        "add distributes: h and x each get upstream",
        "multiply swaps: x gets y × upstream, y gets x × upstream",
        "max routes: x gets upstream because x > y, y gets nothing because x > y",
    ]


@pytest.mark.spec("S-010")
def test_running_sums() -> None:
    steps = _example().backward
    assert str(steps[4]) == (
        "h = x·y, upstream ∂v5/∂h = -1.007\n"
        "  multiply swaps: x gets y × upstream, y gets x × upstream\n"
        "  ∂h/∂x = y = -3;  -1.007 × (-3) = 3.022;  ∂v5/∂x = -0.008046 + 3.022 = 3.014\n"
        "  ∂h/∂y = x = 2;  -1.007 × 2 = -2.015;  ∂v5/∂y = -2.015"
    )
    h = next(s for s in steps if s.node.label == "h")
    assert [e.contribution for e in h.arrived] == [
        m.contribution for s in steps for m in s.moves if m.node.label == "h"
    ]
    assert h.upstream == h.arrived[0].contribution + h.arrived[1].contribution


def test_running_sums_end_at_the_gradient() -> None:
    record = _example()
    last: dict[int, float] = {}
    for step in record.backward:
        assert isinstance(step, BackwardStep)
        for move in step.moves:
            assert move.before == last.get(move.node.id)
            assert move.contribution == step.upstream * move.local
            last[move.node.id] = move.after
    assert {i: record.nodes[i].grad for i in last} == last


@pytest.mark.parametrize("name", NAMES)
def test_every_gate_tells_its_step(name: str) -> None:
    for point in TABLE[name].points[::5]:
        record = trace(apply(name, [Value(x, name=n) for x, n in zip(point, "abcdefghijkl", strict=False)]))
        (forward,), (backward,) = record.forward, record.backward
        assert forward.sentence.startswith(f"{name} of a")
        assert backward.sentence.startswith(f"{autograd.GATES[name].metaphor}: ")
        assert len(backward.lines()) == len(point)
        assert "None" not in str(forward) + str(backward)
        assert "−" not in str(forward) + str(backward), "a terminal may not have the real minus sign"


SENTENCES = [
    (lambda x, y: x * x, "multiply swaps: x and x each get x × upstream"),
    (lambda x, y: x - y, "subtract distributes, with a minus for the second: x gets upstream, y gets −upstream"),
    (lambda x, y: x * 0.0, "multiply swaps: x gets nothing"),
    (lambda x, y: x * -1.0, "multiply swaps: x gets −upstream"),
    (lambda x, y: autograd.gt(x, y), "a comparison blocks the gradient: x and y each get nothing"),
    (lambda x, y: autograd.sum([x, y, x]), "sum distributes: x, y and x each get upstream"),
    (lambda x, y: autograd.sum([x] * 9), "sum distributes: x, x, x, … and x each get upstream"),
    (lambda x, y: x**3, "power brings the exponent down: x gets 3·x² × upstream"),
    (lambda x, y: x.relu(), "relu opens or closes: x gets upstream because x > 0"),
    (lambda x, y: (-x).relu(), "relu opens or closes: v1 gets nothing because v1 ≤ 0"),
    (lambda x, y: x.detach() * 3.0, "multiply swaps: nothing here takes a gradient"),
    (lambda x, y: x.detach() * y, "multiply swaps: y gets x × upstream"),
]


@pytest.mark.parametrize(("f", "sentence"), SENTENCES, ids=[s for _, s in SENTENCES])
def test_sentences(f: object, sentence: str) -> None:
    assert callable(f)
    assert trace(f(Value(2.0, name="x"), Value(3.0, name="y"))).backward[0].sentence == sentence


def test_names_are_not_taken_for_words() -> None:
    x, y = Value(2.0, name="a gets b"), Value(3.0, name="gets")
    assert trace(x + y).backward[0].sentence == "add distributes: a gets b and gets each get upstream"
    assert (
        trace(x * y).backward[0].sentence
        == "multiply swaps: a gets b gets gets × upstream, gets gets a gets b × upstream"
    )


def test_constants_get_nothing() -> None:
    x, c = Value(2.0, name="x"), Value(5.0, name="c", requires_grad=False)
    record = trace(x * c * 3.0)
    assert all((e.contribution is None) == (record.nodes[e.parent].kind == "constant") for e in record.edges)
    assert [m.node.label for s in record.backward for m in s.moves] == ["v1", "x"]


def test_steps_are_a_sequence() -> None:
    steps = _example().backward
    assert len(steps) == 6
    assert [s.index for s in steps] == list(range(6))
    assert steps[-1] == steps[5]
    assert steps[1:3] == [steps[1], steps[2]]
    for index in (6, -7):
        with pytest.raises(IndexError, match=f"step {index} of 6"):
            steps[index]


def test_a_value_tells_its_own_steps_and_keeps_its_gradients() -> None:
    x = Value(2.0, name="x")
    y = x * x
    assert [s.sentence for s in y.steps()] == ["multiply swaps: x and x each get x × upstream"]
    assert x.grad is None
    assert y.grad is None


def test_without_a_backward_pass_there_are_no_backward_steps() -> None:
    record = trace(Value(2.0) * 3.0, backward=False)
    assert len(record.backward) == 0
    assert len(record.forward) == 1


def test_a_step_of_a_large_graph_is_made_when_looked_at() -> None:
    y = Value(1.0)
    for _ in range(20_000):
        y = y * 1.0
    record = trace(y)
    assert record.backward[19_999].moves[0].after == 1.0
    assert record.forward[0].node.gate == "mul"
