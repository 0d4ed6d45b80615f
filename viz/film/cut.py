"""Film: both passes over a scene as pieces that each show for a part of the time. Renderers only play it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograd import BackwardStep, Trace
from autograd.array_info import ArrayInfo, Quantity, is_finite, short
from autograd.steps import Move
from autograd.text import cell_width, shorten, signed

from ..captions import BACK_GLYPH, GRADIENT_GLYPH, WIDEST, legend_of
from ..errors import PictureError
from ..formats import pieces
from ..formats.heat_cells import heat_cells
from ..scene import FONT_SIZE, SMALL, Label, Scene, build_scene, text_width
from ..scene.heat import GAP, heat_size
from ..scene.roomy import roomy, whole_wires
from .timeline import HOLD, SECONDS, Frame, timeline

__all__ = ["HOLD", "MOST_STEPS", "SECONDS", "Film", "Frame", "Piece", "film"]

MOST_STEPS = 120
"""A longer film nobody watches to its end."""

LINE_HEIGHT = 17.0
PADDING = 18.0
RUN = (0.1, 0.45)
"""The part of a backward step in which the gradient runs back along the wires."""
REVEAL = 0.45
"""The part of a step after which its numbers stand."""

Times = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """An SVG element and when it shows, as intervals in seconds. `run` is when a stroke runs along it, from its end."""

    layer: int
    markup: str
    times: Times
    run: tuple[float, float] | None = None


WIRES, RUNS, BOXES, LABELS, CAPTIONS = range(5)


@dataclass(frozen=True)
class Film:
    """Everything that shows, with its times. The last frame is the finished picture."""

    trace: Trace
    width: float
    height: float
    frames: tuple[Frame, ...]
    pieces: tuple[Piece, ...]

    @property
    def duration(self) -> float:
        """Seconds from the beginning to the end of the last frame."""
        return self.frames[-1].end


def film(trace: Trace, *, seconds: float = SECONDS, hold: float = HOLD, forward: bool = True) -> Film:
    """Plan the film of a trace.

    Args:
        trace: What to play.
        seconds: How long a backward step shows; a forward step takes 0.6 of that.
        hold: How long the finished picture stands, in seconds.
        forward: Play the forward pass too; without it all values stand from the beginning.

    Raises:
        PictureError: there is nothing to play, there are too many steps, or a time is not a positive number.
    """
    for name, number in (("seconds", seconds), ("hold", hold)):
        if not (math.isfinite(number) and 0.05 <= number <= 3600):
            raise PictureError(f"{name} must be between 0.05 and 3600, not {number!r}")
    count = len(trace.forward) * forward + len(trace.backward)
    if count > MOST_STEPS:
        less = " or leave out the forward pass (forward=False)" if forward and len(trace.backward) <= MOST_STEPS else ""
        raise PictureError(
            f"an animation shows at most {MOST_STEPS} steps and this graph has {count:,}: draw a part of it{less}, "
            "or write .html"
        )
    if not forward and not trace.has_gradients:
        raise PictureError("there is nothing to play: without gradients, keep the forward pass (forward=True)")
    return _Director(trace, seconds, hold, forward).film()


class _Director:
    def __init__(self, trace: Trace, seconds: float, hold: float, forward: bool) -> None:
        self.trace = trace
        self.backward = tuple(trace.backward)
        self.scene = _scene(trace, self.backward)
        self.frames = tuple(timeline(trace, seconds, hold, forward))
        self.end = self.frames[-1].end
        gates = [step.node.id for step in trace.forward]
        self.computed = dict(zip(gates, [f for f in self.frames if f.kind == "forward"], strict=False))
        self.passed = dict(zip(trace.order, [f for f in self.frames if f.kind == "backward"], strict=False))
        self.boxes = {box.node: box for box in self.scene.boxes}
        self.where = {(label.role, label.node, label.edge): label for label in self.scene.labels}
        self.width = max(self.scene.width, text_width(legend_of(trace), SMALL) + 32)
        cells = int((self.width - 32) / text_width("x", FONT_SIZE))
        self.captions = [_wrapped(frame.caption, cells) for frame in self.frames]
        self.lines = max(map(len, self.captions))

    def film(self) -> Film:
        found = [*self._still(), *self._values(), *self._forward(), *self._backward(), *self._gradients()]
        found += self._captions()
        legend_y = self.scene.height + PADDING + self.lines * LINE_HEIGHT
        found.append(Piece(CAPTIONS, pieces.text("legend", 16, legend_y, legend_of(self.trace)), self._always()))
        height = legend_y + 10
        found.sort(key=lambda piece: piece.layer)
        return Film(self.trace, self.width, height, self.frames, tuple(found))

    def _always(self) -> Times:
        return ((0.0, self.end),)

    def _still(self) -> Iterator[Piece]:
        for wire in self.scene.wires:
            markup = f'<path class="wire" d="{pieces.path([wire])}"/>'
            if wire.edge is not None:
                markup += pieces.arrow(*wire.points[-1])
            yield Piece(WIRES, markup, self._always())
        for box in self.scene.boxes:
            warning = not is_finite(self.trace.nodes[box.node].value)
            yield Piece(BOXES, pieces.box(box, warning=warning), self._always())

    def _since(self, node: int) -> float:
        """When a gate's value and local derivatives are known; everything else is from the beginning."""
        frame = self.computed.get(node)
        return 0.0 if frame is None else frame.at(REVEAL)

    def _values(self) -> Iterator[Piece]:
        for label in self.scene.labels:
            if label.role in ("value", "shape"):
                yield Piece(LABELS, pieces.label(label), ((self._since(label.node), self.end),))
            elif label.role == "local" and label.edge is not None:
                start, step = self._since(label.edge[0]), self.passed.get(label.edge[0])
                times = ((start, self.end),) if step is None else ((start, step.start), (step.end, self.end))
                yield Piece(LABELS, pieces.label(label), times)

        for heat in self.scene.heats:
            if heat.role == "value":
                yield Piece(LABELS, heat_cells(heat), ((self._since(heat.node), self.end),))

    def _forward(self) -> Iterator[Piece]:
        for node, frame in self.computed.items():
            yield self._halo(node, "halo", frame)

    def _halo(self, node: int, kind: str, frame: Frame) -> Piece:
        box = self.boxes[node]
        radius = min(box.height / 2, box.width / 2, 15.0) if box.kind == "gate" else 6.0
        return Piece(BOXES, pieces.rectangle(kind, box, radius=radius, margin=3.5), ((frame.start, frame.end),))

    def _backward(self) -> Iterator[Piece]:
        """For each step its gate, and on every wire the gradient running back and the product it is."""
        wires = whole_wires(self.scene)
        for step in self.backward:
            frame = self.passed[step.node.id]
            yield self._halo(step.node.id, "halo back", frame)
            shown = ((frame.at(REVEAL), frame.end),)
            for move in step.moves:
                use = (move.edge.child, move.edge.slot)
                run = (frame.at(RUN[0]), frame.at(RUN[1]))
                stroke = f'<path class="run" pathLength="1" d="{pieces.path(wires[use])}"/>'
                yield Piece(RUNS, stroke, ((run[0], frame.end),), run)
                at = self.where["local", move.node.id, use]
                for words, y in zip(_product(step, move), (0, SMALL + 5), strict=True):
                    yield Piece(LABELS, pieces.text("product", at.x, at.y + y, words), shown)
                if (part := self.where.get(("contribution", move.node.id, use))) is not None:
                    yield Piece(LABELS, pieces.label(part), ((frame.end, self.end),))

    def _gradients(self) -> Iterator[Piece]:
        """Each gradient as it becomes known; where paths meet, the sum as it grows."""
        arrivals = _arrivals(self.backward)
        heats = {heat.node: heat for heat in self.scene.heats if heat.role == "grad"}
        seed = next((frame for frame in self.frames if frame.kind == "seed"), None)
        for label in self.scene.labels:
            if label.role != "grad" or seed is None:
                continue
            sums = arrivals.get(label.node, [])
            last = self.passed[sums[-1][0]] if sums else seed
            heat = heats.get(label.node)
            if heat is not None:  # the finished gradient's, so it shows when nothing more arrives
                yield Piece(LABELS, heat_cells(heat), ((last.at(REVEAL), self.end),))
            if len(sums) <= 1 and not any(" = " in words for _, words, _ in sums):
                yield Piece(LABELS, pieces.label(label), ((last.at(REVEAL), self.end),))
            else:
                yield from self._growing(label, sums)

    def _growing(self, label: Label, sums: Sequence[tuple[int, str, Quantity]]) -> Iterator[Piece]:
        frames = [self.passed[gate] for gate, _, _ in sums]
        for i, (_, words, total) in enumerate(sums):
            start, then = frames[i].at(REVEAL), frames[i].end
            if " = " in words:
                yield self._sum(label, words, (start, then))
                start = then
            if i + 1 < len(sums):
                yield self._sum(label, f"{short(total)} + …", (start, frames[i + 1].at(REVEAL)))
            else:
                yield Piece(LABELS, pieces.label(label), ((start, self.end),))

    def _sum(self, label: Label, words: str, times: tuple[float, float]) -> Piece:
        return Piece(LABELS, pieces.text("grad", label.x, label.y, f"{GRADIENT_GLYPH} {words}"), (times,))

    def _captions(self) -> Iterator[Piece]:
        for frame, lines in zip(self.frames, self.captions, strict=True):
            markup = "".join(
                pieces.text("caption", 16, self.scene.height + PADDING + i * LINE_HEIGHT - 4, line)
                for i, line in enumerate(lines)
            )
            yield Piece(CAPTIONS, markup, ((frame.start, frame.end),))


def _scene(trace: Trace, backward: Sequence[BackwardStep]) -> Scene:
    """The scene, with the names that captions use, and room for products and sums that show only while it plays."""
    entries: dict[tuple[int, int], float] = {}
    leaves: dict[int, float] = {}
    for step in backward:
        for move in step.moves:
            above, below = _product(step, move)
            longest = max(text_width(above, SMALL), text_width(below, SMALL))
            entries[move.edge.child, move.edge.slot] = longest + PADDING
    for node, sums in _arrivals(backward).items():
        beside = heat_size(trace.nodes[node].grad)[0]
        longest = max(text_width(f"{GRADIENT_GLYPH} {words}") for _, words, _ in sums)
        leaves[node] = longest + (beside + GAP if beside else 0.0) + PADDING
    return roomy(build_scene(trace, show_labels=True, groups=False), entries=entries, leaves=leaves)


def _product(step: BackwardStep, move: Move) -> tuple[str, str]:
    """upstream × local (of arrays the pullback) above the wire, the contribution below it."""
    if isinstance(move.local, float) and not move.of_arrays:
        return f"{short(step.upstream)} × {signed(move.local)}", f"= {short(move.contribution)}"
    return f"{BACK_GLYPH} {shorten(move.edge.pullback, WIDEST)}", f"= {short(move.contribution)}"


def _arrivals(backward: Sequence[BackwardStep]) -> dict[int, list[tuple[int, str, Quantity]]]:
    """For each node, step by step: the gate that sends to it, the sum as words, and what the gradient comes to."""
    found: dict[int, list[tuple[int, str, Quantity]]] = {}
    for step in backward:
        sent: dict[int, list[Quantity]] = {}
        before: dict[int, Quantity | None] = {}
        after: dict[int, Quantity] = {}
        for move in step.moves:
            before.setdefault(move.node.id, move.before)
            sent.setdefault(move.node.id, []).append(move.contribution)
            after[move.node.id] = move.after
        for node, contributions in sent.items():
            first = before[node]
            terms = contributions if first is None else [first, *contributions]
            total = short(after[node])
            words = total if len(terms) == 1 or isinstance(after[node], ArrayInfo) else f"{_added(terms)} = {total}"
            found.setdefault(node, []).append((step.node.id, words, after[node]))
    return found


def _added(terms: Sequence[Quantity]) -> str:
    shown = [short(terms[0]), *(signed(x) if isinstance(x, float) else short(x) for x in terms[1:])]
    return " + ".join(shown if len(shown) <= 4 else [*shown[:2], "…", shown[-1]])


def _wrapped(words: str, cells: int) -> list[str]:
    """The text on at most two lines of so many character cells, cut with an ellipsis where it is longer."""
    line = ""
    rest = words.split(" ")
    while rest and cell_width(f"{line} {rest[0]}".strip()) <= cells:
        line = f"{line} {rest.pop(0)}".strip()
    if not rest:
        return [line]
    return [line, shorten(" ".join(rest), cells)] if line else [shorten(words, cells)]
