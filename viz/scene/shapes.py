"""What a scene consists of, in pixels, y downwards. Renderers draw these and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from autograd import Trace
from autograd.array_info import Quantity
from autograd.text import cell_width

from ..captions import Role
from .heat import Heat

__all__ = ["FONT_SIZE", "SMALL", "Box", "Frame", "Label", "Scene", "Wire", "text_width"]

FONT_SIZE = 12.0
SMALL = 10.5
CHARACTER = 0.61
"""Width of a character of a monospaced font, in units of its size; a little generous."""


@dataclass(frozen=True, slots=True)
class Box:
    """A node's box. x and y are its middle; `kind` is "leaf", "constant" or "gate".

    `group` is the index of the group it stands in, or None.
    """

    node: int
    kind: str
    x: float
    y: float
    width: float
    height: float
    text: str
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """A piece of wire. It lies in one group: at a frame's border a wire is cut, on one side and on the other.

    Attributes:
        node: id of the node whose value it carries.
        points: Two points for a straight piece; three for a curve from the first to the second, then straight on.
        edge: (child, slot) if the piece ends at a gate's input, else None.
        group: Index of the group it lies in, or None.
        trunk: The uses, (child, slot), of the whole wire it is a piece of, those on one branch together.
        span: Which of them this piece leads to: `trunk[span[0]:span[1]]`.
    """

    node: int
    points: tuple[tuple[float, float], ...]
    edge: tuple[int, int] | None
    group: int | None = None
    trunk: tuple[tuple[int, int], ...] = ()
    span: tuple[int, int] = (0, 0)

    @property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """Every use, (child, slot), that this piece leads to, in this group or another."""
        return self.trunk[self.span[0] : self.span[1]]


@dataclass(frozen=True, slots=True)
class Label:
    """A caption on a wire. A node's starts at x; an edge's, by (child, slot), ends there. y is the baseline.

    `number` is what it tells of: a number, an array, or None for a linear map.
    `group` is the index of the group it stands in, or None.
    """

    role: Role
    x: float
    y: float
    text: str
    number: Quantity | None
    node: int
    edge: tuple[int, int] | None = None
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a group. x and y are its top-left corner; `text` is its title, `around` the group it stands in.

    Everything inside, frames included, lies within it. If the scene was built with the group closed, nothing is.
    """

    group: int
    x: float
    y: float
    width: float
    height: float
    text: str
    around: int | None = None
    closed: bool = False


@dataclass(frozen=True)
class Scene:
    """A laid-out picture. `frames` come outermost first."""

    trace: Trace
    width: float
    height: float
    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]
    labels: tuple[Label, ...]
    frames: tuple[Frame, ...] = ()
    heats: tuple[Heat, ...] = ()


def text_width(text: str, size: float = FONT_SIZE) -> float:
    """Width of a text in pixels."""
    return cell_width(text) * size * CHARACTER
