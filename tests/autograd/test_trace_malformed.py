"""A document that is not a trace gives a TraceError, and one that is accepted can be read to its end."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Stepper, Trace, TraceError, Value, group, max, record_sources, trace  # noqa: A004

from .settings import thorough
from .test_trace_json import VALIDATOR


def _document() -> Any:
    x, y = Value(2.0, name="x"), Value(-3.0, name="y")
    with record_sources(), group("outer"), group("inner", kind="layer"):
        hidden = max(x * y + 1.0, x)
    return json.loads(trace((hidden * hidden).log() + x * x).to_json())


DOCUMENT = _document()


def _read_all(record: Trace) -> None:
    """Everything a trace can be asked for."""
    assert record.summary()
    assert record.to_json()
    for forward in record.forward:
        assert forward.sentence + forward.formula + str(forward)
    for backward in record.backward:
        assert backward.sentence + str(backward)
    assert all(leaf.kind == "leaf" for leaf in record.leaves)
    if len(record.forward):
        Stepper(record).last()


def _load(document: Any) -> Trace | TraceError:
    try:
        return Trace.from_json(document if isinstance(document, str) else json.dumps(document))
    except TraceError as error:
        return error


def _refused(document: Any) -> str:
    found = _load(document)
    assert isinstance(found, TraceError), found
    message = str(found)
    assert message.startswith("trace: ")
    assert "\n" not in message
    return message


def _paths(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to everything inside the document."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [path, *(found for key, value in inner for found in _paths(value, (*path, key)))]


PATHS = [p for p in _paths(DOCUMENT) if p]


def _changed(path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    document = copy.deepcopy(DOCUMENT)
    holder = document
    for key in path[:-1]:
        holder = holder[key]
    change(holder, path[-1])
    return document


def _judge(document: Any) -> None:
    """Refused with a TraceError, or as good as any trace; and nothing outside the schema is let in."""
    found = _load(document)
    if isinstance(found, Trace):
        VALIDATOR.validate(document)
        _read_all(found)


def test_the_document_itself_is_good() -> None:
    found = _load(DOCUMENT)
    assert isinstance(found, Trace)
    _read_all(found)


@pytest.mark.parametrize("path", PATHS, ids=lambda p: ".".join(map(str, p)))
def test_a_part_left_out(path: tuple[Any, ...]) -> None:
    def drop(holder: Any, key: Any) -> None:
        del holder[key]

    _judge(_changed(path, drop))


OTHERS: list[Any] = [
    None, True, False, 0, 1, -1, 7, 10**400, 1.5, -0.0, 1e308, "", "x", "nan", "-inf", "NaN", "1", [], [0], {},
    {"a": 1}, [[]], [None], "gate", "leaf", "constant", "mul",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=lambda p: ".".join(map(str, p)))
def test_a_part_that_is_something_else(path: tuple[Any, ...]) -> None:
    for other in OTHERS:
        _judge(_changed(path, lambda holder, key, other=other: holder.__setitem__(key, other)))


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 12), st.floats(-1e9, 1e9), st.text(max_size=4)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=4,
)  # fmt: skip


@thorough
@given(
    st.lists(
        st.tuples(
            st.sampled_from(PATHS),
            st.sampled_from(["drop", "set", "swap", "add", "copy"]),
            _JSON,
            st.sampled_from(PATHS),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_several_changes_at_once(changes: list[tuple[tuple[Any, ...], str, Any, tuple[Any, ...]]]) -> None:
    document = copy.deepcopy(DOCUMENT)
    for path, how, value, other in changes:
        _apply(document, path, how, value, other)
    _judge(document)


def _apply(document: Any, path: tuple[Any, ...], how: str, value: Any, other: tuple[Any, ...]) -> None:
    try:
        holder, source = document, document
        for key in path[:-1]:
            holder = holder[key]
        for key in other:
            source = source[key]
        if how == "drop":
            del holder[path[-1]]
        elif how == "set":
            holder[path[-1]] = value
        elif how == "swap":
            holder[path[-1]] = copy.deepcopy(source)
        elif how == "copy" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[path[-1]]))
        elif isinstance(holder, dict):
            holder[str(value)[:8]] = value
    except (KeyError, IndexError, TypeError):
        pass  # an earlier change took away what this one is about


@thorough
@given(_JSON)
def test_any_json_at_all(document: Any) -> None:
    _refused(document)


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", "3", '"text"', "{}", '{"schema": "backglow-trace/2"}', '{"schema": null}', "NaN", "\x00",
     "[" * 100_000, '{"schema": "backglow-trace/1"}', "{'schema': 1}", '{"a": ' * 50_000, "9" * 5000, "\ufeff{}",
     '{"schema": ["backglow-trace/1"]}'],
)  # fmt: skip
def test_texts_that_are_no_trace(text: str) -> None:
    _refused(text)


@thorough
@given(st.integers(0, 3000), st.integers(0, 40))
def test_a_text_cut_off_or_with_a_hole(start: int, length: int) -> None:
    text = json.dumps(DOCUMENT)
    for broken in (text[:start], text[: start % len(text)] + text[start % len(text) + length :]):
        found = _load(broken)
        if isinstance(found, Trace):
            _read_all(found)


MISFITS: list[tuple[str, tuple[Any, ...], Any, str]] = [
    ("a root beyond the nodes", ("root",), 99, "root 99 is not one of its"),
    ("a negative root", ("root",), -1, "root -1"),
    ("ids out of order", ("nodes", 0, "id"), 1, "numbered 0, 1, 2"),
    ("an edge backwards", ("edges", 0, "parent"), 5, "does not lead from a node to a later one"),
    ("an order without a gate", ("order",), [], "must name every gate node once"),
    ("a gate twice in the order", ("order", 0), DOCUMENT["order"][1], "must name every gate node once"),
    ("an unknown gate", ("gates",), {}, "nothing is said of the gate"),
    ("a group beyond the groups", ("groups",), [], "in a group beyond"),
    ("a group inside itself", ("groups", 1, "parent"), 1, "must come after the group around it"),
    ("a value in words", ("nodes", 0, "value"), "two", 'value must be a number, found "two"'),
    ("a value missing", ("nodes", 0, "value"), None, "value"),
    ("another kind", ("nodes", 0, "kind"), "node", "a node's kind is one of leaf, constant, gate, not 'node'"),
    ("an unknown field", ("nodes", 0, "colour"), "red", "a Node has no field 'colour'"),
    ("no schema", ("schema",), "other/1", "'backglow-trace/1' or 'backglow-trace/2', found 'other/1'"),
    ("a number beyond floats", ("nodes", 0, "value"), 10**400, "value"),
]


@pytest.mark.parametrize(("what", "path", "value", "message"), MISFITS)
def test_parts_that_do_not_fit_together(what: str, path: tuple[Any, ...], value: Any, message: str) -> None:
    found = _refused(_changed(path, lambda holder, key: holder.__setitem__(key, value)))
    assert message in found, what


def test_the_schema_library_agrees_on_the_original() -> None:
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate({**DOCUMENT, "extra": 1})
