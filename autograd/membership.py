"""Membership: which group every node of a graph is in, found out when the graph is traced.

Nodes made inside `group()` are marked. Of a module's call only the results are (`autograd.calls`), and what lies
between them and what the module was called with is in its group too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .calls import values_in
from .graph import info_of
from .modes import Group
from .nesting import Groups, boxed_links, cycles

if TYPE_CHECKING:
    from .value import Value

__all__ = ["memberships", "titles"]

ROUNDS = 50
"""Most attempts at keeping groups in one piece; a picture copes with what is left."""


def memberships(order: Sequence[Value]) -> list[Group | None]:
    """The group of every node.

    A marked node is in the group of its mark. Any other is where its users are: in the innermost group around all of
    them, unless it is something a group was called with, which is outside that group. If only some users of a gate are
    in a group, the others use an inner value of it later, and the gate stays in. A gate without a mark is outside every
    group made by `group()`, where all gates have one.

    Args:
        order: All nodes, each after its operands.
    """
    own = [None if (info := info_of(value)) is None else info.group for value in order]
    if not any(own):
        return own
    return _Finder(order, own).found()


def titles(groups: Sequence[Group]) -> list[str]:
    """Names of these groups; repeated calls of one name in the same group are numbered."""
    calls: dict[tuple[Group | None, str], int] = {}
    for group in groups:
        if group.inputs is not None:
            calls[group.parent, group.name] = calls.get((group.parent, group.name), 0) + 1
    seen = dict.fromkeys(calls, 0)
    names: list[str] = []
    for group in groups:
        key = group.parent, group.name
        if group.inputs is None or calls[key] == 1:
            names.append(group.name)
            continue
        seen[key] += 1
        names.append(f"{group.name} #{seen[key]}")
    return names


class _Finder:
    def __init__(self, order: Sequence[Value], own: Sequence[Group | None]) -> None:
        index = {id(value): i for i, value in enumerate(order)}
        self.links = [(index[id(parent)], i) for i, value in enumerate(order) for parent in value.parents]
        self.users: list[list[int]] = [[] for _ in order]
        for source, target in self.links:
            self.users[source].append(target)
        self.is_gate = [value._depth > 0 for value in order]
        number: dict[Group, int] = {}
        for group in own:
            for member in _inwards(group, number):
                number[member] = len(number)
        self.list = list(number)
        self.groups = Groups([None if g.parent is None else number[g.parent] for g in self.list])
        self.mark = [None if group is None else number[group] for group in own]
        self.called_with: list[set[int]] = [set() for _ in order]
        self.for_gates: list[int | None] = []  # for each group where a gate without a mark that is used there may be
        for i, group in enumerate(self.list):
            for value in values_in(group.inputs or ()):
                if id(value) in index:
                    self.called_with[index[id(value)]].add(i)
            around = self.groups.parents[i]
            free = around is None or self.for_gates[around] == around
            self.for_gates.append(i if free and group.inputs is not None else self.for_gate(around))
        self.outwards: set[int] = set()  # gates that are in the innermost group around all users after all
        self.torn: set[int] = set()  # gates that only some users keep in their group

    def for_gate(self, group: int | None) -> int | None:
        return None if group is None else self.for_gates[group]

    def found(self) -> list[Group | None]:
        member = self._derive()
        for _ in range(ROUNDS):
            if not self._mended(member):
                break
            member = self._derive()
        return [None if group is None else self.list[group] for group in member]

    def _derive(self) -> list[int | None]:
        member = list(self.mark)
        self.torn.clear()
        for node in range(len(member) - 1, -1, -1):
            if self.mark[node] is None and self.users[node]:
                member[node] = self._where(node, {self._seen_from(member[user], node) for user in self.users[node]})
        return member

    def _seen_from(self, group: int | None, node: int) -> int | None:
        """Where a node can be that is used in this group."""
        place = group
        if self.called_with[node]:
            while group is not None:
                if group in self.called_with[node]:
                    place = self.groups.parents[group]
                group = self.groups.parents[group]
        return self.for_gate(place) if self.is_gate[node] else place

    def _where(self, node: int, places: set[int | None]) -> int | None:
        """One place, given those that the node's users would have it in."""
        wanted = sorted(places, key=lambda place: (-self.groups.depth_of(place), -1 if place is None else place))
        place = wanted[0]
        for other in wanted[1:]:
            if self.is_gate[node] and node not in self.outwards and self.groups.holds(other, place):
                self.torn.add(node)
                continue
            place, _, _ = self.groups.meet(place, other)
        return place

    def _mended(self, member: Sequence[int | None]) -> bool:
        """Whether a group depended on itself through nodes outside it, and something was done about it."""
        changed = False
        for pairs in boxed_links(self.groups, member, self.links).values():
            for circle in cycles(pairs):
                inside = [~item for item in circle if item < 0]
                outside = [item for item in circle if item >= 0]
                torn = [i for i in self.torn if any(self.groups.holds(group, member[i]) for group in inside)]
                if torn:  # made before the call, it seems, and used in it without being given
                    self.outwards.update(torn)
                    changed = True
                elif len(inside) == 1 and all(self.mark[i] is None for i in outside):
                    for i in outside:  # between two nodes of the group: made in it
                        self.mark[i] = inside[0]
                    changed = True
        return changed


def _inwards(group: Group | None, known: dict[Group, int]) -> Iterator[Group]:
    """The group and those around it that are not known yet, outermost first."""
    line: list[Group] = []
    while group is not None and group not in known:
        line.append(group)
        group = group.parent
    return reversed(line)
