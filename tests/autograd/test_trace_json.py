"""Traces as JSON: by the schema, complete, and the same again when read back."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Trace, Value, group, record_sources, trace
from tests.oracles.points import NAMES, TABLE, apply
from tests.oracles.programs import Program, programs

from .settings import thorough

SCHEMA = json.loads((Path(autograd.__file__).parent / "trace.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def _strict(text: str) -> Any:
    """The document, read as other programs read JSON: NaN and Infinity are not in the language."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def _checked(record: Trace) -> Any:
    text = record.to_json()
    assert text.isascii()
    document = _strict(text)
    VALIDATOR.validate(document)
    assert repr(Trace.from_json(text)) == repr(record)
    return document


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", NAMES)
def test_every_gate_at_every_point(name: str) -> None:
    for point in TABLE[name].points[::3]:
        record = trace(apply(name, [Value(x) for x in point]))
        document = _checked(record)
        assert document["nodes"][document["root"]]["gate"] == name


@thorough
@given(programs(most=20), st.booleans())
def test_random_graphs(program: Program, backward: bool) -> None:
    nodes = program.run([Value(x) for x in program.leaves])
    _checked(trace(nodes[-1], backward=backward))


@thorough
@given(st.text(st.characters(), max_size=12), st.text(st.characters(), max_size=12), st.floats(), st.floats())
def test_any_names_and_numbers(first: str, second: str, x: float, y: float) -> None:
    with group(second, kind=first):
        result = Value(x, name=first) * Value(y, name=second) + x
    document = _checked(trace(result, names={"any": result}))
    assert [n.get("name") for n in document["nodes"][:2]] == [first, second]


def test_numbers_that_json_does_not_have() -> None:
    x = Value(0.0, name="x")
    document = _checked(trace(x.log() * x + x.inv()))
    values = {n.get("gate"): n["value"] for n in document["nodes"]}
    assert (values["log"], values["mul"], values["inv"]) == ("-inf", "nan", "inf")
    assert '"value":-0.0' in trace(Value(-0.0)).to_json()


def test_what_is_left_out_and_what_is_not() -> None:
    document = _checked(trace(Value(2.0, name="") * 3.0))
    leaf, constant, gate = document["nodes"]
    assert leaf == {"id": 0, "kind": "leaf", "label": "␣", "name": "", "value": 2.0, "grad": 3.0}
    assert constant == {"id": 1, "kind": "constant", "label": "3", "value": 3.0}
    assert gate == {
        "id": 2, "kind": "gate", "label": "v1", "gate": "mul", "value": 6.0, "grad": 1.0, "formula": "␣·3",
        "numbers": "2·3", "latex": r"\text{␣} \cdot 3",
    }  # fmt: skip
    assert document["edges"] == [
        {"parent": 0, "child": 2, "slot": 0, "local": 3.0, "upstream": 1.0, "contribution": 3.0, "formula": "3",
         "latex": "3"},
        {"parent": 1, "child": 2, "slot": 1},
    ]  # fmt: skip
    assert (document["order"], document["root"], document["groups"]) == ([2], 2, [])
    assert document["gates"] == {"mul": {"glyph": "×", "metaphor": "multiply swaps"}}


def test_sources_and_groups_are_kept() -> None:
    with record_sources(), group("layer", kind="layer"), group("neuron", kind="neuron"):
        y = Value(2.0) * 3.0
    document = _checked(trace(y))
    assert document["nodes"][-1]["source"].startswith(__file__)
    assert document["groups"] == [{"name": "layer", "kind": "layer"}, {"name": "neuron", "kind": "neuron", "parent": 0}]


def test_a_single_number() -> None:
    for value in (Value(2.0), Value(2.0, requires_grad=False), Value(math.nan, name="n")):
        document = _checked(trace(value))
        assert len(document["nodes"]) == 1
        assert document["edges"] == document["order"] == []


def test_without_a_backward_pass_there_are_no_gradients() -> None:
    document = _checked(trace(Value(2.0) * 3.0, backward=False))
    assert not any("grad" in node for node in document["nodes"])
    assert [set(edge) & {"local", "upstream", "contribution"} for edge in document["edges"]] == [{"local"}, set()]


def test_names_from_outside_and_labels() -> None:
    a, b = Value(2.0), Value(3.0)
    c = a * b
    d = c + 1.0
    record = trace(d, names={"a": a, "b": b, "total": c, "text": "not a Value", "v1": Value(0.0)})
    assert [n.label for n in record.nodes] == ["a", "b", "total", "1", "v1"]
    # A number handed out must not be taken already.
    e = Value(1.0, name="v1") + Value(2.0)
    assert [n.label for n in trace(e).nodes] == ["v1", "v2", "v3"]
    assert a.name is None


def test_find_and_summary() -> None:
    x = Value(-1.0, name="x")
    record = trace((x * 2.0).log() + x)
    assert record.find("x").kind == "leaf"
    assert record.find("v1").gate == "mul"
    with pytest.raises(autograd.TraceError, match="no node is called 'y'; there are x, v1, v2, v3"):
        record.find("y")
    assert record.summary().splitlines() == [
        "5 nodes: 3 gates, 1 leaf, 1 constant; 5 edges",
        "gates: add 1, log 1, mul 1",
        "result v3 = nan",
        "not finite since v2 = ln(v1)",
    ]
    assert record.not_finite == record.find("v2")
    assert trace(Value(2.0, name="a\nb")).summary() == "1 node: 1 leaf; 0 edges\nresult a\\nb = 2"
    assert [n.label for n in record.leaves] == ["x"]
