"""Nested groups as boxes: who stands in which, what the wires between boxes are, and which boxes depend on themselves.

Pure functions over whole numbers: used when a trace is recorded, to keep groups in one piece, and when one is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["Groups", "boxed_links", "cycles"]


class Groups:
    """A forest of groups. `parents[i]` is the group around group i, an earlier one, or None."""

    def __init__(self, parents: Sequence[int | None]) -> None:
        self.parents = parents
        self.depth: list[int] = []
        for parent in parents:
            self.depth.append(1 if parent is None else self.depth[parent] + 1)

    def depth_of(self, group: int | None) -> int:
        """How many groups are entered on the way in, 0 outside all."""
        return 0 if group is None else self.depth[group]

    def meet(self, a: int | None, b: int | None) -> tuple[int | None, int | None, int | None]:
        """The innermost group around both, and the groups directly inside it that lead to each (None if it is itself).

        >>> Groups([None, 0, 1, 0]).meet(2, 3)
        (0, 1, 3)
        """
        below_a = below_b = None
        while a != b:
            if self.depth_of(a) >= self.depth_of(b):
                assert a is not None  # the deeper of two different groups is one
                below_a, a = a, self.parents[a]
            else:
                assert b is not None
                below_b, b = b, self.parents[b]
        return a, below_a, below_b

    def holds(self, group: int | None, inner: int | None) -> bool:
        """Whether `inner` is the group or somewhere inside it."""
        depth = self.depth_of(group)
        while self.depth_of(inner) > depth:
            assert inner is not None
            inner = self.parents[inner]
        return inner == group


def boxed_links(
    groups: Groups, member: Sequence[int | None], links: Iterable[tuple[int, int]]
) -> dict[int | None, set[tuple[int, int]]]:
    """For each group (None: outside all) the links between what stands directly in it.

    A node is written as its number, a group i standing there as ~i.
    """
    found: dict[int | None, set[tuple[int, int]]] = {}
    for source, target in links:
        level, near_source, near_target = groups.meet(member[source], member[target])
        one = source if near_source is None else ~near_source
        other = target if near_target is None else ~near_target
        if one != other:
            found.setdefault(level, set()).add((one, other))
    return found


def cycles(links: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The sets of things that depend on one another in a circle, each sorted (Tarjan, 1972, without recursion).

    >>> cycles([(1, 2), (2, 3), (3, 2), (3, 4)])
    [[2, 3]]
    """
    following: dict[int, list[int]] = {}
    for source, target in sorted(links):
        following.setdefault(source, []).append(target)
        following.setdefault(target, [])
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    waiting: list[int] = []
    on_stack: set[int] = set()
    found: list[list[int]] = []
    for start in following:
        if start in index:
            continue
        work = [(start, iter(following[start]))]
        index[start] = low[start] = len(index)
        waiting.append(start)
        on_stack.add(start)
        while work:
            item, rest = work[-1]
            for target in rest:
                if target not in index:
                    index[target] = low[target] = len(index)
                    waiting.append(target)
                    on_stack.add(target)
                    work.append((target, iter(following[target])))
                    break
                if target in on_stack:
                    low[item] = min(low[item], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[item])
                if low[item] == index[item]:
                    component: list[int] = []
                    while not component or component[-1] != item:
                        component.append(waiting.pop())
                        on_stack.discard(component[-1])
                    if len(component) > 1:
                        found.append(sorted(component))
    return sorted(found)
