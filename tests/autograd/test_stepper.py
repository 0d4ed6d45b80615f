"""Walking through a trace like a debugger."""

from __future__ import annotations

import math

import pytest

from autograd import ForwardStep, Stepper, TraceError, Value, gradient_above, not_finite, trace
from autograd.stepper import Step


def _stepper(*breakpoints: object) -> Stepper:
    x, y = Value(2.0, name="x"), Value(5.0, name="y")
    h = x * y
    h.name = "h"
    return Stepper(trace((h + x) * h), breakpoints)  # type: ignore[arg-type]


def _at(stepper: Stepper) -> str:
    step = stepper.current
    assert step is not None
    return f"{'forward' if isinstance(step, ForwardStep) else 'backward'} {step.node.label}"


def test_forward_then_backward() -> None:
    stepper = _stepper()
    assert stepper.current is None
    assert stepper.position == -1
    assert len(stepper) == 6
    seen = []
    while not stepper.at_end:
        stepper.next()
        seen.append(_at(stepper))
    assert seen == ["forward h", "forward v1", "forward v2", "backward v2", "backward v1", "backward h"]


def test_moves_stay_within_the_sequence() -> None:
    stepper = _stepper()
    assert stepper.previous() == stepper.first() == stepper[0]
    assert stepper.last() == stepper[5]
    assert stepper.next() == stepper[5]
    assert stepper.at_end
    assert stepper.previous() == stepper[4]
    assert stepper.position == 4
    assert stepper.go(99) == stepper[5]
    assert stepper.go(-99) == stepper[0]
    assert stepper.go(2) == stepper.current == stepper[2]


def test_run_without_breakpoints_goes_to_the_end() -> None:
    stepper = _stepper()
    assert stepper.run() == stepper[5]
    assert stepper.run() == stepper[5]


def test_run_stops_where_a_condition_holds_and_goes_on_from_there() -> None:
    def large(step: Step) -> bool:
        return isinstance(step, ForwardStep) and step.node.value > 11

    stepper = _stepper(large)
    stepper.run()
    assert _at(stepper) == "forward v1"
    stepper.run()
    assert _at(stepper) == "forward v2"
    stepper.run()
    assert stepper.at_end


def test_run_to_a_name() -> None:
    stepper = _stepper()
    stepper.run_to("h")
    assert _at(stepper) == "forward h"
    stepper.run_to("h")
    assert _at(stepper) == "backward h"
    stepper.run_to("v1")
    assert stepper.at_end, "there is no later step of it"
    with pytest.raises(TraceError, match="no node is called 'z'"):
        stepper.run_to("z")


def test_gradient_above() -> None:
    # h gets 12 (through the product) and then 10 (through the sum); 12 is what leaves the product.
    stepper = _stepper(gradient_above(11.0))
    stepper.run()
    assert _at(stepper) == "backward v2"
    stepper.run()
    assert _at(stepper) == "backward h"
    assert not gradient_above(1e9)(stepper[5])
    assert not gradient_above(0.0)(stepper[0])


def test_not_finite() -> None:
    x = Value(0.0, name="x")
    stepper = Stepper(trace((x.sqrt() + 1.0) * 2.0), [not_finite()])
    stepper.run()
    # Values are finite; the slope of the root at 0 is not.
    assert _at(stepper) == "backward v1"
    stepper = Stepper(trace(x.log() + 1.0), [not_finite()])
    stepper.run()
    assert _at(stepper) == "forward v1"
    assert math.isinf(stepper.current.node.value)


def test_breakpoints_can_be_added_on_the_way() -> None:
    stepper = _stepper()
    stepper.breakpoints.append(lambda step: step.node.label == "v1")
    stepper.run()
    assert _at(stepper) == "forward v1"


def test_a_trace_without_a_backward_pass() -> None:
    stepper = Stepper(trace(Value(2.0) * 3.0, backward=False))
    assert len(stepper) == 1
    stepper.run()
    assert stepper.at_end


def test_a_single_number_has_no_steps() -> None:
    with pytest.raises(TraceError, match="a single number has no steps"):
        Stepper(trace(Value(1.0)))


def test_indices_count_from_either_end() -> None:
    stepper = _stepper()
    assert stepper[-1] == stepper[5]
    assert [stepper[i].index for i in range(6)] == [0, 1, 2, 0, 1, 2]
    with pytest.raises(IndexError):
        stepper[6]
