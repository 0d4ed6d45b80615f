"""Traces as JSON text, by the schema in `trace.schema.json`, and back again without losing a bit."""

from __future__ import annotations

import json
import math
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from .array_info import ArrayInfo
from .errors import TraceError
from .trace_data import Edge, GateInfo, GroupInfo, Node, Trace

__all__ = ["SCHEMA", "SCHEMA_WITH_ARRAYS", "dump", "load"]

SCHEMA = "backglow-trace/1"
SCHEMA_WITH_ARRAYS = "backglow-trace/2"
"""Traces of plain numbers are still written as version 1, so that those who know no arrays can read them."""

MOST = 2**53
"""The largest whole number that every JSON reader keeps exactly."""

_NUMBERS = {"value", "grad", "local", "upstream", "contribution", "so_far"}
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_KINDS = ("leaf", "constant", "gate")

Record = TypeVar("Record", Node, Edge, GateInfo, GroupInfo)


def dump(trace: Trace, indent: int | None = None) -> str:
    """The trace as JSON text. Fields that are empty or None are left out."""
    document = {
        "schema": SCHEMA_WITH_ARRAYS if trace.of_tensors else SCHEMA,
        "root": trace.root,
        "nodes": [_plain(node) for node in trace.nodes],
        "edges": [_plain(edge) for edge in trace.edges],
        "order": list(trace.order),
        "gates": {name: _plain(info, keep={"glyph", "metaphor"}) for name, info in trace.gates.items()},
        "groups": [_plain(group, keep={"name", "kind"}) for group in trace.groups],
    }
    # ASCII keeps lone surrogates in names readable by every JSON parser.
    return json.dumps(document, indent=indent, allow_nan=False, separators=None if indent else (",", ":"))


def _plain(record: Any, keep: frozenset[str] | set[str] = frozenset({"label"})) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if value is None or (value == "" and field.name != "name" and field.name not in keep):
            continue
        if field.name == "summed" and not value:
            continue
        if isinstance(value, ArrayInfo):
            value = _plain(value)
        elif type(value) is tuple:
            value = [[_finite(x) for x in row] if type(row) is tuple else _finite(row) for row in value]
        plain[field.name] = _finite(value)
    return plain


def _finite(value: Any) -> Any:
    """A number that JSON cannot hold as text."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def load(text: str) -> Trace:
    """Read a trace.

    Raises:
        TraceError: the text is not JSON, of another schema version, or does not hold together.
    """
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise TraceError(f"trace: this is not JSON: {error}") from None
    found = document.get("schema") if isinstance(document, dict) else type(document).__name__
    if found not in (SCHEMA, SCHEMA_WITH_ARRAYS):
        raise TraceError(f"trace: expected the schema {SCHEMA!r} or {SCHEMA_WITH_ARRAYS!r}, found {str(found)[:40]!r}")
    extra = set(document) - {"schema", "root", "nodes", "edges", "order", "gates", "groups"}
    if extra:
        raise TraceError(f"trace: there is no field {min(extra)[:40]!r}")
    try:
        trace = Trace(
            root=_integer(document["root"]),
            nodes=tuple(_record(Node, item) for item in _list(document["nodes"])),
            edges=tuple(_record(Edge, item) for item in _list(document["edges"])),
            order=tuple(map(_integer, _list(document["order"]))),
            gates={name: _record(GateInfo, item) for name, item in _object(document["gates"]).items()},
            groups=tuple(_record(GroupInfo, item) for item in _list(document["groups"])),
        )
    except KeyError as error:
        raise TraceError(f"trace: {error.args[0]!r} is missing") from None
    new = any(n.dtype for n in trace.nodes) or any(
        e.pullback or e.pullback_latex or e.so_far is not None for e in trace.edges
    )
    if found == SCHEMA and (trace.of_tensors or new):
        raise TraceError(f"trace: tensors need the schema {SCHEMA_WITH_ARRAYS!r}")
    return trace


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number of JSON's")


def _list(item: Any) -> list[Any]:
    if not isinstance(item, list):
        raise TraceError(f"trace: expected a list, found {_shown(item)}")
    return item


def _object(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise TraceError(f"trace: expected an object, found {_shown(item)}")
    return item


def _shown(item: Any) -> str:
    """A piece of the document in a few characters."""
    if isinstance(item, (dict, list)):
        return "an object" if isinstance(item, dict) else "a list"
    return json.dumps(item)[:40]


def _integer(item: Any) -> int:
    if isinstance(item, bool) or not isinstance(item, int) or abs(item) > MOST:
        raise TraceError(f"trace: expected a whole number, found {_shown(item)}")
    return item


_WITHOUT_DEFAULT: dict[type[Any], list[tuple[str, bool]]] = {
    kind: [(f.name, "None" in str(f.type)) for f in fields(kind) if f.default is MISSING]
    for kind in (Node, Edge, GateInfo, GroupInfo)
}
"""For each kind of record the fields that must be given, and whether by None where the document leaves them out."""


def _record(kind: type[Record], item: Any) -> Record:
    given = {name: _checked(kind, name, value) for name, value in _object(item).items()}
    for name, may_be_none in _WITHOUT_DEFAULT[kind]:
        if name not in given:
            if not may_be_none:
                raise KeyError(name)
            given[name] = None
    return kind(**given)


def _number(name: str, value: Any) -> float:
    if isinstance(value, str) and value in _NOT_FINITE:
        return _NOT_FINITE[value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TraceError(f"trace: {name} must be a number, found {_shown(value)}")
    try:
        return float(value)
    except OverflowError:
        raise TraceError(f"trace: {name} is too large for a float") from None


def _array(item: dict[str, Any]) -> ArrayInfo:
    given: dict[str, Any] = {}
    for name, value in item.items():
        if name in ("nans", "infinities"):
            given[name] = _integer(value)
        elif name == "thumbnail":
            given[name] = tuple(tuple(_number(name, x) for x in _list(row)) for row in _list(value))
        elif name == "numbers":
            given[name] = tuple(_number(name, x) for x in _list(value))
        elif name in ("minimum", "maximum", "mean", "norm"):
            given[name] = _number(name, value)
        else:
            given[name] = _checked(ArrayInfo, name, value)
    for name in ("shape", "dtype"):
        if name not in given:
            raise KeyError(name)
    return ArrayInfo(**given)


def _checked(kind: type[Any], name: str, value: Any) -> Any:
    if name not in kind.__dataclass_fields__:
        raise TraceError(f"trace: a {kind.__name__} has no field {name[:40]!r}")
    if name in _NUMBERS:
        return _array(value) if isinstance(value, dict) else _number(name, value)
    if name in ("shape", "summed"):
        return tuple(map(_integer, _list(value)))
    if name in ("id", "parent", "child", "slot", "group"):
        return _integer(value)
    if not isinstance(value, str):
        raise TraceError(f"trace: {name} must be text, found {_shown(value)}")
    if name == "kind" and kind is Node and value not in _KINDS:
        raise TraceError(f"trace: a node's kind is one of {', '.join(_KINDS)}, not {value[:40]!r}")
    return value
