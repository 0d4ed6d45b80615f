"""An SVG picture read back by an XML parser, as the shapes and numbers it shows."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from functools import cached_property

SVG = "{http://www.w3.org/2000/svg}"
Point = tuple[float, float]


@dataclass(frozen=True)
class Node:
    id: int
    kind: str
    x: float
    y: float
    width: float
    height: float
    text: str
    title: str
    warning: bool

    @property
    def right(self) -> float:
        return round(self.x + self.width, 1)

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Piece:
    """A piece of wire; `edge` is (parent, child, slot) where it ends at a gate's input."""

    node: int
    points: tuple[Point, ...]
    edge: tuple[int, int, int] | None


@dataclass(frozen=True)
class Label:
    role: str
    node: int
    edge: tuple[int, int] | None
    number: float
    text: str
    x: float
    y: float
    warning: bool


@dataclass(frozen=True)
class Picture:
    text: str

    @cached_property
    def root(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.text)

    @cached_property
    def nodes(self) -> list[Node]:
        found = []
        for group in self._all("g", "node"):
            box, text, title = (_only(group, name) for name in ("rect", "text", "title"))
            place = [float(box.attrib[key]) for key in ("x", "y", "width", "height")]
            kind = group.attrib["class"].split()[1]
            warning = "warning" in text.attrib["class"].split()
            found.append(Node(int(group.attrib["data-id"]), kind, *place, text.text or "", title.text or "", warning))
        return found

    @cached_property
    def pieces(self) -> list[Piece]:
        found = [
            Piece(int(path.attrib["data-node"]), path_points(path.attrib["d"]), None)
            for path in self._all("path", "wire")
            if "data-node" in path.attrib
        ]
        for group in self._all("g", "edge"):
            parent, child, slot = (int(group.attrib[f"data-{key}"]) for key in ("parent", "child", "slot"))
            path = next(p for p in group.iter(f"{SVG}path") if p.attrib["class"] == "wire")
            found.append(Piece(parent, path_points(path.attrib["d"]), (parent, child, slot)))
        return found

    @property
    def edges(self) -> list[tuple[int, int, int]]:
        """(parent, child, slot) of every use drawn."""
        return [piece.edge for piece in self.pieces if piece.edge is not None]

    @cached_property
    def labels(self) -> list[Label]:
        found = []
        for text in self.root.iter(f"{SVG}text"):
            if "data-number" not in text.attrib:
                continue
            role, *warning = text.attrib["class"].split()
            edge = None
            if "data-child" in text.attrib:
                edge = int(text.attrib["data-child"]), int(text.attrib["data-slot"])
            number = float(text.attrib["data-number"])
            place = float(text.attrib["x"]), float(text.attrib["y"])
            node = int(text.attrib["data-node"])
            found.append(Label(role, node, edge, number, text.text or "", *place, warning == ["warning"]))
        return found

    def label(self, role: str, node: int, edge: tuple[int, int] | None = None) -> Label | None:
        """The one label of that role at that place, or None."""
        found = [lb for lb in self.labels if (lb.role, lb.node, lb.edge) == (role, node, edge)]
        assert len(found) <= 1, found
        return found[0] if found else None

    def _all(self, tag: str, kind: str) -> list[ElementTree.Element]:
        return [e for e in self.root.iter(SVG + tag) if e.attrib.get("class", "").split()[:1] == [kind]]


def _only(element: ElementTree.Element, tag: str) -> ElementTree.Element:
    (found,) = element.findall(SVG + tag)
    return found


def path_points(d: str) -> tuple[Point, ...]:
    """The corners of a path of M, C and H: its start, the end of its curve if it has one, and its end.

    >>> path_points("M1 2C3 2 3 4 5 4H6"), path_points("M1 2H6")
    (((1.0, 2.0), (5.0, 4.0), (6.0, 4.0)), ((1.0, 2.0), (6.0, 2.0)))
    """
    points: list[Point] = []
    for command, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", d):
        numbers = [float(n) for n in rest.split()]
        if command == "H":
            points.append((numbers[0], points[-1][1]))
        else:
            assert command in "MC", d
            points.append((numbers[-2], numbers[-1]))
    return tuple(points)


def same_bits(a: float | None, b: float | None) -> bool:
    """Whether two numbers are the same float, down to the sign of zero; any nan is like any other."""
    if a is None or b is None:
        return a is b
    return struct.pack("<d", a) == struct.pack("<d", b) or (a != a and b != b)
