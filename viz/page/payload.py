"""What a page is told: the trace's numbers, the formulas of its gates, and where everything stands, as compact data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from autograd import Trace
from autograd.array_info import number
from autograd.gate import GATES
from autograd.javascript import emittable
from autograd.templates import page_rule
from autograd.text import shorten, visible
from autograd.trace_data import Node

from ..captions import is_plain_constant
from ..scene import Scene, build_scene
from ..theme import Theme
from .arrays import as_number, local_of, told_tensors
from .wiring import wire_rows

__all__ = ["as_json", "payload"]

RESERVED = 8.0
"""Characters kept for every number, so that most edits fit without a new layout."""
LONGEST = 2000
"""Characters of what is said of a node."""
_KIND = {"leaf": "l", "gate": "g", "constant": "c"}


def payload(
    trace: Trace, *, start: int, theme: Theme = "auto", marks: Mapping[int, str] | None = None
) -> dict[str, Any]:
    """The data of a page, ready for JSON. Lists are parallel: entry i of each belongs to node i.

    Args:
        trace: What to show.
        start: How many steps have been taken when the page opens.
        theme: Colours the page opens with.
        marks: Nodes to mark, by id, and what is said of each.
    """
    scene = build_scene(trace, show_labels=True, reserve=RESERVED)
    gates = {name: i for i, name in enumerate(trace.gates)}
    rules = _Rules(trace)
    return {
        "theme": theme if theme in ("light", "dark") else "auto",
        "start": start,
        "root": trace.root,
        "gradients": trace.has_gradients,
        "order": list(trace.order),
        "nodes": {
            "label": [visible(node.label) for node in trace.nodes],
            "kind": "".join(_KIND[node.kind] for node in trace.nodes),
            "value": [as_number(node.value) for node in trace.nodes],
            "of": [[edge.parent for edge in edges] for edges in trace.operands],
            "local": [[local_of(edge) for edge in edges] for edges in trace.operands],
            "gate": [-1 if node.gate is None else gates[node.gate] for node in trace.nodes],
            "rule": [-1 if node.gate is None else rules.index(node) for node in trace.nodes],
            "name": {
                node.id: visible(node.name) for node in trace.nodes if node.name and visible(node.name) != node.label
            },
            "named": {node.id: 1 for node in trace.nodes if node.kind == "constant" and not is_plain_constant(node)},
            "source": {node.id: visible(node.source) for node in trace.nodes if node.source},
        },
        "gates": [
            {"name": name, "glyph": visible(g.glyph), "metaphor": visible(g.metaphor), "domain": visible(g.domain)}
            for name, g in trace.gates.items()
        ],
        "rules": rules.found,
        **({"tensors": told_tensors(trace, scene)} if trace.of_tensors else {}),
        **_places(scene),
        **({"marks": said} if (said := _said(trace, marks or {})) else {}),
    }


def _said(trace: Trace, marks: Mapping[int, str]) -> dict[int, str]:
    """The marks of nodes that there are, in the order of evaluation."""
    return {node: visible(marks[node])[:LONGEST] for node in sorted(marks) if 0 <= node < len(trace.nodes)}


class _Rules:
    """The formula templates of a trace, each once."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.found: list[dict[str, Any]] = []
        self._known: dict[Any, int] = {}

    def index(self, node: Node) -> int:
        """Which template belongs to a gate's node; the formulas as recorded where this program has no such gate."""
        edges = self.trace.operands[node.id]
        gate = GATES.get(node.gate or "")
        if gate is None or self.trace.of_tensors or not emittable(gate):
            return self._add(None, self._recorded(node))
        shown = [self.trace.nodes[edge.parent] for edge in edges]
        constants = tuple(number(n.value) if n.kind == "constant" and n.name is None else None for n in shown)
        key = (gate.name, *map(repr, constants))
        return self._known[key] if key in self._known else self._add(key, page_rule(gate, constants))

    def _add(self, key: Any, rule: dict[str, Any]) -> int:
        self.found.append(rule)
        if key is not None:
            self._known[key] = len(self.found) - 1
        return len(self.found) - 1

    def _recorded(self, node: Node) -> dict[str, Any]:
        leaves = []
        for edge in self.trace.operands[node.id]:
            leaves.append({"f": [visible(edge.formula)], **({"b": [visible(edge.because)]} if edge.because else {})})
        return {"e": [visible(node.formula)], "n": [visible(node.numbers)], "d": leaves}


def _places(scene: Scene) -> dict[str, Any]:
    return {
        "size": _tenths((scene.width, scene.height)),
        "boxes": [[b.node, _index(b.group), *_tenths((b.x, b.y, b.width, b.height))] for b in scene.boxes],
        "wires": wire_rows(scene),
        "frames": [[f.group, *_tenths((f.x, f.y, f.width, f.height))] for f in scene.frames],
        "groups": [[shorten(visible(g.name)), shorten(visible(g.kind)), _index(g.parent)] for g in scene.trace.groups],
    }


def _index(group: int | None) -> int:
    return -1 if group is None else group


def _tenths(numbers: Iterable[float]) -> list[int]:
    return [round(10 * x) for x in numbers]


_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def as_json(data: dict[str, Any]) -> str:
    """JSON that may stand inside a script element: nothing in it can end the element or start another."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
