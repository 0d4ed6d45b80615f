"""Traces as JSON text, by the schema in `trace.schema.json`, and back again without losing a bit."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from typing import Any, TypeVar

from .errors import TraceError
from .trace_data import Edge, GateInfo, GroupInfo, Node, Trace

__all__ = ["SCHEMA", "dump", "load"]

SCHEMA = "backglow-trace/1"

_NUMBERS = {"value", "grad", "local", "upstream", "contribution"}
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_KINDS = ("leaf", "constant", "gate")

Record = TypeVar("Record", Node, Edge, GateInfo, GroupInfo)


def dump(trace: Trace, indent: int | None = None) -> str:
    """The trace as JSON text. Fields that are empty or None are left out."""
    document = {
        "schema": SCHEMA,
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
        if isinstance(value, float) and not math.isfinite(value):
            value = str(value)
        plain[field.name] = value
    return plain


def load(text: str) -> Trace:
    """Read a trace.

    Raises:
        TraceError: the text is not JSON, of another schema version, or does not hold together.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TraceError(f"trace: this is not JSON: {error}") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        found = document.get("schema") if isinstance(document, dict) else type(document).__name__
        raise TraceError(f"trace: expected the schema {SCHEMA!r}, found {found!r}")
    try:
        return Trace(
            root=_integer(document["root"]),
            nodes=tuple(_record(Node, item) for item in document["nodes"]),
            edges=tuple(_record(Edge, item) for item in document["edges"]),
            order=tuple(map(_integer, document["order"])),
            gates={str(name): _record(GateInfo, item) for name, item in document["gates"].items()},
            groups=tuple(_record(GroupInfo, item) for item in document["groups"]),
        )
    except KeyError as error:
        raise TraceError(f"trace: {error.args[0]!r} is missing") from None
    except (TypeError, AttributeError, ValueError) as error:
        raise TraceError(f"trace: {error}") from None


def _integer(item: Any) -> int:
    if isinstance(item, bool) or not isinstance(item, int):
        raise TraceError(f"trace: expected a whole number, found {item!r}")
    return item


def _record(kind: type[Record], item: Any) -> Record:
    if not isinstance(item, dict):
        raise TraceError(f"trace: expected an object for a {kind.__name__}, found {item!r}")
    given = dict(item)
    for name in ("name", "gate", "grad", "local", "upstream", "contribution"):
        if name in kind.__dataclass_fields__ and kind is not GroupInfo:
            given.setdefault(name, None)
    for name, value in given.items():
        given[name] = _checked(kind, name, value)
    return kind(**given)


def _checked(kind: type[Any], name: str, value: Any) -> Any:
    if name not in kind.__dataclass_fields__:
        raise TraceError(f"trace: a {kind.__name__} has no field {name!r}")
    if value is None:
        return None
    if name in _NUMBERS:
        if isinstance(value, str) and value in _NOT_FINITE:
            return _NOT_FINITE[value]
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TraceError(f"trace: {name} must be a number, found {value!r}")
        return float(value)
    if name in ("id", "parent", "child", "slot", "group"):
        return _integer(value)
    if not isinstance(value, str):
        raise TraceError(f"trace: {name} must be text, found {value!r}")
    if name == "kind" and kind is Node and value not in _KINDS:
        raise TraceError(f"trace: a node's kind is one of {', '.join(_KINDS)}, not {value!r}")
    return value
