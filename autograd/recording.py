"""Recording: what tracing a graph of numbers and one of tensors have in common: ids, labels and groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .graph import info_of
from .membership import memberships, titles
from .modes import Group
from .text import shorten, visible
from .trace_data import Edge, GroupInfo, Node

__all__ = ["Recording", "shown_label"]


class Recording:
    """The parts of a trace as they are found.

    Args:
        order: All nodes of the graph in the order of evaluation.
        names: Names for what has none, by the name: what is not one of `kinds` is left out.
        kinds: What a name can be of.

    Attributes:
        nodes, edges: The trace's own.
        ids: The id of a node of the graph in the trace, by its `id()`.
        latex: Each node's label in LaTeX.
        labels: Labels for nodes without a name: v1, v2, ... as far as no name is one of them.
    """

    def __init__(self, order: Sequence[Any], names: Mapping[str, Any], kinds: tuple[type[Any], ...]) -> None:
        self.order = order
        self.given = {id(v): n for n, v in names.items() if isinstance(v, kinds)}
        self.ids: dict[int, int] = {}
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.latex: list[str] = []
        self.groups: dict[Group, int] = {}
        self.members = dict(zip(map(id, order), memberships(order), strict=True))
        taken = {n for v in order if (n := self.name(v)) is not None}
        self.labels = (label for label in numbered("v") if label not in taken)

    def name(self, value: Any) -> str | None:
        """The name of a node of the graph: its own, or the one given for it."""
        return value.name if value.name is not None else self.given.get(id(value))

    def source(self, value: Any) -> str | None:
        """Where it was made, if that was recorded."""
        info = info_of(value)
        return None if info is None else info.source

    def group(self, value: Any) -> int | None:
        """The index of the group a node of the graph is in; the groups around it get theirs first."""
        group = self.members[id(value)]
        if group is None:
            return None
        line: list[Group] = []
        around: Group | None = group
        while around is not None and around not in self.groups:
            line.append(around)
            around = around.parent
        for member in reversed(line):
            self.groups[member] = len(self.groups)
        return self.groups[group]

    def group_infos(self) -> Iterable[GroupInfo]:
        """The groups met so far."""
        for group, name in zip(self.groups, titles(list(self.groups)), strict=True):
            yield GroupInfo(name, group.kind, None if group.parent is None else self.groups[group.parent])


def shown_label(name: str) -> str:
    """A name as a label: printable, short and not empty."""
    return shorten(visible(name)) or "␣"


def numbered(letter: str) -> Iterator[str]:
    """v1, v2, ..."""
    count = 0
    while True:
        count += 1
        yield f"{letter}{count}"
