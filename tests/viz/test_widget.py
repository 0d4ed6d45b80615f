"""The widget's Python side, without a notebook: places, edits and what is sent, and what an output holds."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import viz
from autograd import Value
from viz.errors import PictureError

pytestmark = pytest.mark.needs("anywidget")


def neuron() -> Value:
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(6.5, "c")
    return (a * b + c).tanh()


def received(widget: Any, **state: Any) -> None:
    """What a page sends, through JSON."""
    widget.set_state(json.loads(json.dumps(state)))


def test_every_place_has_its_step() -> None:
    widget = viz.widget(neuron(), start="start")
    trace = autograd.trace(neuron())
    assert (widget.place, widget.step, widget.last) == (0, None, 6)
    for place, step in enumerate([*trace.forward, *trace.backward], 1):
        widget.place = place
        assert widget.step == step
    for wrong in (-1, 7):
        with pytest.raises(PictureError, match="place must be from 0 to 6"):
            widget.place = wrong
    assert widget.place == 6


@given(st.floats())
def test_an_edit_in_the_page_is_what_computing_anew_gives(number: float) -> None:
    widget = viz.widget(neuron())
    wire = number if math.isfinite(number) and (number or math.copysign(1, number) > 0) else {
        "inf": "Infinity", "-inf": "-Infinity", "nan": "NaN", "-0.0": "-0"}[str(number)]  # fmt: skip
    received(widget, values={"1": wire})
    if number == -3.0:
        assert widget.values == {}
        return
    assert repr(widget.values) == repr({"b": number})
    assert json.loads(json.dumps(widget.get_state("values"), allow_nan=False)) == {"values": {"1": wire}}
    expected = (Value(2.0, "a") * Value(number, "b") + Value(6.5, "c")).tanh().data
    assert repr(widget.trace.result.value) == repr(expected)


def test_edits_are_seen_by_observers_and_taken_back() -> None:
    widget = viz.widget(neuron())
    seen: list[Any] = []
    widget.observe(lambda change: seen.append(change.new), "values")
    widget.values = {"a": 5, "b": -3.0}
    assert widget.values == {"a": 5.0}, "b keeps its recorded value"
    received(widget, values={})
    assert seen == [{"a": 5.0}, {}]
    assert widget.trace.result.value == neuron().data
    for wrong, message in (({"d": 1.0}, "no input 'd'; there are a, b, c"), ({"a": "much"}, "a must be a number")):
        with pytest.raises(PictureError, match=message):
            widget.values = wrong


def test_inputs_of_one_name_are_told_apart() -> None:
    names = ["w", "w", "w#2", "w", "<script>"]
    inputs = [Value(float(i), name) for i, name in enumerate(names)]
    total = inputs[0]
    for x in inputs[1:]:
        total = total + x
    widget = viz.widget(total)
    received(widget, values={str(node.id): 10.0 + node.value for node in widget.trace.leaves})
    assert sorted(widget.values.values()) == [10.0, 11.0, 12.0, 13.0, 14.0]
    assert widget.values["w"] == 10.0
    assert widget.values["w#2"] == 12.0
    assert widget.values["<script>"] == 14.0


def test_a_gate_registered_after_the_first_widget_is_in_the_next_ones_module() -> None:
    program = """
import viz
from autograd import Gate, Value, register
first = viz.widget(Value(1.0, "x").tanh())
late = register(Gate("late_gate", value=lambda x: x * x, local=lambda x, out: (2 * x,)))
w = viz.widget(late(Value(3.0, "x")))
w.values = {"x": 4.0}
print("late_gate" in first._esm, "late_gate" in w._esm, w.trace.result.value)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.split(), done.stderr) == (["False", "True", "16.0"], "")


def test_one_bundle_holds_the_view_the_page_and_the_picture() -> None:
    widget = viz.widget(neuron())
    data, _ = widget._repr_mimebundle_()
    assert set(data) == {
        "application/vnd.jupyter.widget-view+json", "text/html", "image/svg+xml", "text/plain",
    }  # fmt: skip
    widget.close()
    assert widget._view() == {}, "a closed widget has no view"
    assert set(widget._still()) == {"text/html", "image/svg+xml", "text/plain"}


def test_without_the_extra_one_line_says_what_to_install() -> None:
    program = """
import sys
sys.modules["anywidget"] = None
import viz
from autograd import Value
viz.text(Value(1.0))
try:
    viz.widget(Value(1.0))
except viz.MissingExtraError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == 'viz.widget needs anywidget: pip install "backglow[notebook]"\n'
    assert done.stderr == ""
