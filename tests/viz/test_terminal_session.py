"""The walk that the screen and the prompt share: moving, breakpoints, search, edits, and what is known at each step."""

from __future__ import annotations

import math
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given

import autograd
import viz
from autograd import AutogradError, BackwardStep, ExpressionError, TraceError, Value, parse
from autograd.text import format_number
from viz.terminal.graph import Graph
from viz.terminal.session import LEAP, Session

from ..autograd.settings import thorough
from .graphs import graphs, network, plain_graph, wide_sum


def typed(text: str, **numbers: float) -> Session:
    expression = parse(text)

    def compute(changed: dict[str, float]) -> autograd.Trace:
        return autograd.trace(expression(**changed))

    return Session(compute(numbers), title=text, numbers=numbers, compute=compute)


def demo() -> Session:
    return typed("1/(1+exp(-(w0*x0+w1*x1+w2)))", w0=2.0, x0=-1.0, w1=-3.0, x1=-2.0, w2=-3.0)


def same(a: float | None, b: float | None) -> bool:
    return a == b or (a is not None and b is not None and math.isnan(a) and math.isnan(b))


@thorough
@given(graphs())
def test_at_every_step_exactly_what_has_happened_is_known(output: Value) -> None:
    """The running values and gradients, added up here step by step, against what the session tells."""
    trace = autograd.trace(output)
    if not trace.order:
        return
    session = Session(trace)
    values = {n.id: n.value for n in trace.nodes if n.kind != "gate"}
    sums: dict[int, float] = {}
    arrived: dict[int, int] = defaultdict(int)
    expected = {n.id: sum(e.contribution is not None for e in trace.edges if e.parent == n.id) for n in trace.nodes}
    for position in range(-1, len(session.stepper)):
        if position >= 0:
            step = session.move(1)
            if isinstance(step, BackwardStep):
                for move in step.moves:
                    i = move.node.id
                    sums[i] = sums[i] + move.contribution if i in sums else move.contribution
                    arrived[i] += 1
            else:
                values[step.node.id] = step.node.value
            if position == len(trace.order) - 1:
                assert all(session.known.gradient(n, position) is None for n in trace.nodes)
        assert session.position == position
        for node in trace.nodes:
            assert same(session.known.value(node, position), values.get(node.id))
            gradient = session.known.gradient(node, position)
            if node.id == trace.root:
                assert (None if gradient is None else gradient.sum) == (
                    node.grad if position >= len(trace.order) else None
                )
            elif node.id in sums:
                assert gradient is not None
                assert same(gradient.sum, sums[node.id])
                assert (gradient.arrived, gradient.awaited) == (arrived[node.id], expected[node.id])
                shown = format_number(sums[node.id]) + ("" if gradient.complete else " + ?")
                assert session.known.shown_gradient(node, position) == shown
            else:
                assert gradient is None
                assert session.known.shown_gradient(node, position) == ("" if node.grad is None else "?")
    for node in trace.nodes:
        final = session.known.gradient(node, session.position)
        if final is not None:
            assert final.complete
            assert same(final.sum, node.grad)


def test_a_single_number_has_no_steps() -> None:
    with pytest.raises(TraceError, match="a single number has no steps"):
        Session(autograd.trace(Value(1.0, "x")))


def test_moving_is_held_within_the_steps() -> None:
    session = demo()
    assert session.step is None
    session.move(-5)
    assert session.position == 0
    session.move(10**9)
    assert session.position == 15
    session.go(3)
    assert session.position == 3
    session.last()
    assert session.position == 15


def test_without_groups_a_leap_is_ten_steps() -> None:
    session = demo()
    session.go(0)
    session.leap(1)
    assert session.position == LEAP
    session.leap(-1)
    assert session.position == 0


def test_with_groups_a_leap_ends_in_another_group() -> None:
    with autograd.group("first"):
        x = Value(2.0, "x")
        a = (x * x).tanh()
    with autograd.group("second"):
        b = a * a + 1.0
    session = Session(autograd.trace(b))
    groups = [session.stepper[i].node.group for i in range(len(session.stepper))]
    assert groups == [0, 0, 1, 1, 1, 1, 0, 0]
    session.go(0)
    places = []
    for way in (1, 1, 1, -1, -1, -1):
        session.leap(way)
        places.append(session.position)
    assert places == [2, 6, 7, 5, 1, 0]
    session.leap(2)
    assert session.position == 6


def test_breakpoints_stop_where_the_trace_says() -> None:
    session = demo()
    assert session.toggle("v4") == "breakpoints: v4"
    assert session.go_on() == "stopped: v4"
    assert (session.position, session.step.node.label) == (3, "v4")
    assert session.go_on() == "stopped: v4"
    assert session.position == 8 + 4
    assert session.toggle() == "no breakpoints"
    assert session.go_on() == "the last step; there are no breakpoints"
    assert session.go_on() == "this is the last step"
    session.go(0)
    assert session.toggle("> 0.5") == "breakpoints: |∇| > 0.5"
    assert session.go_on() == "stopped: |∇| > 0.5"
    assert session.position == 8
    assert session.toggle_condition("0.5") == "no breakpoints"
    session.go(0)
    session.toggle("w1")
    assert session.go_on() == "stopped: w1"
    assert session.step.node.label == "v2", "an input stops where it is used"


def test_the_first_number_that_is_not_finite_stops() -> None:
    session = typed("log(x)*0 + y", x=-1.0, y=1.0)
    session.toggle("nan")
    assert session.go_on() == "stopped: not finite"
    assert session.step.node.label == session.trace.not_finite.label


def test_breakpoints_outlive_an_edit() -> None:
    session = demo()
    session.toggle("v4")
    session.toggle("> 1e9")
    session.edit("w0=7")
    assert session.breakpoints == "breakpoints: |∇| > 1e+09, v4"
    assert session.go_on() == "stopped: v4"


def test_running_to_a_node() -> None:
    session = demo()
    session.run_to("v6")
    assert session.position == 5
    session.run_to("v6")
    assert session.position == 8 + 2
    with pytest.raises(TraceError, match="v6 has no step further on"):
        session.run_to("v6")
    assert session.position == 8 + 2
    session.go(0)
    session.run_to("w2")
    assert session.step.node.label == "v4"
    session.run_to("w2")
    assert session.position == 8 + 4


def test_searching_goes_round_and_both_ways() -> None:
    session = demo()
    assert [session.search("w").label, session.search().label, session.search().label] == ["w0", "w1", "w2"]
    assert session.search().label == "w0"
    assert session.search(way=-1).label == "w2"
    assert session.focus.label == "w2"
    assert session.search("EXP").gate == "exp"
    session.move(1)
    assert session.focus.label == "v1"


def test_an_edit_computes_everything_anew_and_keeps_the_place() -> None:
    session = demo()
    session.go(12)
    assert session.edit(" w0 = -1.5e0 ") == f"w0 = −1.5; v8 is now {format_number(session.trace.result.value)}"
    fresh = typed(session.title, **{**demo().numbers, "w0": -1.5})
    assert session.trace == fresh.trace
    assert session.position == 12
    assert session.edit("w0=2") == "w0 = 2; v8 is now 0.7311"
    assert session.trace == demo().trace
    assert "inf" in typed("1/x", x=1.0).edit("x=0")


def test_an_edit_takes_a_name_in_any_spelling() -> None:
    session = typed("2*μ", μ=1.0)  # Greek letter
    session.edit("\u00b5=4")  # micro sign
    assert session.trace.result.value == 8.0


WRONG = {
    "no such node": (lambda s: s.toggle("nope"), "no node is called 'nope'; there are w0"),
    "no such place": (lambda s: s.run_to("nope"), "no node is called 'nope'"),
    "no condition": (lambda s: s.toggle("> x"), "'> x' is no condition"),
    "no limit": (lambda s: s.toggle_condition(""), "is no condition"),
    "negative limit": (lambda s: s.toggle_condition("-1"), "'-1' is no condition"),
    "no node yet": (lambda s: s.toggle(), "no current gate yet"),
    "nothing sought": (lambda s: s.search(), "search for what"),
    "not found": (lambda s: s.search("zzz"), "has 'zzz' in its name"),
    "no number": (lambda s: s.edit("w0=two"), "w0=two: 'two' is not a number"),
    "no input": (lambda s: s.edit("v1=2"), "there is no input 'v1'; there are w0, x0, w1, x1, w2"),
    "nothing": (lambda s: s.edit(""), "there is no input ''"),
    "no equals": (lambda s: s.edit("w0"), "'w0' is not of the form NAME=NUMBER"),
    "no format": (lambda s: s.save("x.bmp"), "cannot tell the format of 'x.bmp'"),
    "no directory": (lambda s: s.save("/nowhere/at/all.svg"), "cannot write '/nowhere/at/all.svg'"),
    "no home": (lambda s: s.save("~nobody-of-that-name/x.svg"), "cannot write"),
    "no file": (lambda s: s.save(" "), "cannot tell the format"),
}  # fmt: skip


@pytest.mark.parametrize(("act", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_goes_wrong_is_told_and_changes_nothing(act, message: str) -> None:  # type: ignore[no-untyped-def]
    session = demo()
    with pytest.raises(AutogradError) as raised:
        act(session)
    assert message in str(raised.value)
    assert (session.position, session.breakpoints, session.numbers) == (-1, "no breakpoints", demo().numbers)
    assert session.trace == demo().trace


def test_a_trace_without_its_expression_cannot_be_edited() -> None:
    with pytest.raises(TraceError, match="cannot be changed"):
        Session(autograd.trace(network())).edit("x0=1")


def test_saving_draws_the_trace_as_it_is_now(tmp_path: Path) -> None:
    session = demo()
    session.edit("w0=7")
    path = tmp_path / "a b.svg"
    assert session.save(f"  {path} ") == f"wrote {path}"
    assert path.read_text(encoding="utf-8") == viz.svg(session.trace)


def test_a_home_directory_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    demo().save("~/x.svg")
    assert (tmp_path / "x.svg").exists()


@pytest.mark.parametrize("output", [plain_graph(3, 400), wide_sum(200), network()], ids=["tangle", "wide", "network"])
def test_the_graph_tells_every_node_once_and_hides_what_is_not_known(output: Value) -> None:
    session = Session(autograd.trace(output))
    graph = Graph(session)
    assert sorted(graph.line_of) == session.shown
    assert max(line.cell_len for line in (graph.line(i, numbers=False) for i in range(len(graph.rows)))) < 60
    gates = [graph.line(i, numbers=True).plain for i, row in enumerate(graph.rows) if row.telling == "told"]
    assert all("∇ ?" in line or "∇" not in line for line in gates)
    session.last()
    assert not [line for line in (line.plain for line in graph.lines()) if "?" in line]


def test_a_wrong_edit_of_a_gate_is_refused_whole() -> None:
    session = typed("x*y", x=1.0, y=2.0)
    with pytest.raises(ExpressionError):
        session.edit("x=1,y=3")
    assert session.numbers == {"x": 1.0, "y": 2.0}


def test_the_graph_marks_the_uses_of_the_current_gate_and_no_others() -> None:
    session = typed("x*x*x + tanh(x)*x", x=3.0)
    graph = Graph(session)
    session.go(2)
    assert session.step.node.gate == "tanh"
    shown = [graph.line(i, numbers=False).plain for i in range(len(graph.rows))]
    assert [line for line in shown if "•" in line] == [" • │ │ ├ x", " •   │ └ ↑ x"]
