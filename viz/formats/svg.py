"""SVG: the scene as a picture, the same bytes every time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from html import escape
from types import MappingProxyType

from autograd import Trace
from autograd.array_info import ArrayInfo, Quantity, exact, is_finite
from autograd.text import visible
from autograd.trace_data import Edge

from ..captions import legend_of
from ..scene import FONT_SIZE, SMALL, Box, Label, Scene, Wire, build_scene, text_width
from ..scene.closed import LIMIT, closed_groups
from ..theme import FONTS, Palette, Theme, themed
from .frames import draw_frames, frame_style
from .heat_cells import heat_cells, heat_style, heat_title
from .marks import draw_marks, mark_style, shown_marks

__all__ = ["draw_scene", "style_sheet", "svg"]


def svg(
    trace: Trace, *, theme: Theme = "auto", legend: bool = True, show_labels: bool = False, groups: bool = True,
    collapse: bool | Collection[int] | None = None, marks: Mapping[int, str] | None = None,
) -> str:  # fmt: skip
    """The trace as an SVG document.

    Args:
        trace: What to draw.
        theme: "auto" (light or dark as the reader prefers), "light", "dark" or "print" (black on white).
        legend: Explain the notation below the picture.
        show_labels: Name every wire, also those the user gave no name.
        groups: Draw a frame around the nodes of each group.
        collapse: Which groups to draw closed, as a box with their name: True for the outermost that stand side by
            side, False for none, or their indices. By default as True in a graph of more than 200 nodes, else False.
        marks: Nodes to mark, by id, and what is said of each.
    """
    closed: Collection[int] = ()
    if groups and collapse is not False:
        closed = collapse if isinstance(collapse, Collection) else closed_groups(trace, 0 if collapse else LIMIT)
    return draw_scene(
        build_scene(trace, show_labels=show_labels, groups=groups, closed=closed), theme=theme, legend=legend,
        marks=marks or {},
    )  # fmt: skip


def draw_scene(
    scene: Scene, *, theme: Theme = "auto", legend: bool = True, marks: Mapping[int, str] = MappingProxyType({})
) -> str:
    """A laid-out scene as an SVG document; see `svg`."""
    width, height = scene.width, scene.height
    marked = shown_marks(scene, marks)
    told = legend_of(scene.trace) + "".join(f" · ! {visible(text)}" for text in list(marked.values())[:1])
    if legend:
        width, height = max(width, text_width(told, SMALL) + 32), height + 20
    style = style_sheet(theme) + (frame_style(theme) if scene.frames else "")
    style += heat_style(theme) if scene.trace.of_tensors else ""
    style += mark_style(theme) if marked else ""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="backglow" role="img" width="{_n(width)}" '
        f'height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}">',
        f"<title>{_text(_title(scene.trace))}</title>",
        f"<style>{style}</style>",
        f'<rect class="background" width="{_n(width)}" height="{_n(height)}"/>',
        *draw_frames(scene),
        '<g class="wires">',
        *_wires(scene),
        '</g><g class="boxes">',
        *(_box(scene, box) for box in scene.boxes),
        f'</g>{"".join(draw_marks(scene, marked))}<g class="labels">',
        *(_label(label) for label in scene.labels),
        *(heat_cells(heat, heat_title(scene.trace, heat)) for heat in scene.heats),
        "</g>",
    ]
    if legend:
        lines.append(f'<text class="legend" x="16" y="{_n(height - 10)}">{_text(told)}</text>')
    lines.append("</svg>")
    return "\n".join(lines) + "\n"


def style_sheet(theme: Theme, scope: str = ".backglow") -> str:
    """The picture's CSS; every rule starts with `scope`."""
    rules = "".join(f"{scope} {rule}" for rule in _shapes())
    return rules + themed(theme, lambda palette: "".join(f"{scope} {rule}" for rule in _colours(palette)))


def _shapes() -> Iterator[str]:
    yield f"text{{font-family:{FONTS};font-size:{_n(FONT_SIZE)}px}}"
    yield f".name{{font-size:{_n(FONT_SIZE + 1)}px;text-anchor:middle}}"
    yield f".local,{'.backglow'} .contribution,{'.backglow'} .legend{{font-size:{_n(SMALL)}px}}"
    yield ".local,.backglow .contribution{text-anchor:end}"
    yield ".wire{fill:none;stroke-width:1.4}"
    yield ".leaf rect,.backglow .gate rect{stroke-width:1.2}"
    yield ".constant rect{stroke-width:1;stroke-dasharray:2 2}"


def _colours(palette: Palette) -> Iterator[str]:
    yield f".background{{fill:{palette.background}}}"
    yield f"text{{fill:{palette.text}}}"
    yield f".wire{{stroke:{palette.wire}}}"
    yield f".arrow{{fill:{palette.wire}}}"
    yield f".gate rect{{fill:{palette.gate};stroke:{palette.border}}}"
    yield f".leaf rect{{fill:{palette.leaf};stroke:{palette.border}}}"
    yield f".constant rect{{fill:{palette.background};stroke:{palette.border}}}"
    yield f".value{{fill:{palette.value}}}"
    yield f".grad,.backglow .contribution{{fill:{palette.grad}}}"
    yield f".local,.backglow .legend{{fill:{palette.muted}}}"
    yield f".warning{{fill:{palette.warning};font-weight:bold}}"


def _wires(scene: Scene) -> Iterator[str]:
    edges = {(edge.child, edge.slot): edge for edge in scene.trace.edges}
    for wire in scene.wires:
        if wire.edge is None:
            yield f'<path class="wire" data-node="{wire.node}" d="{_path(wire)}"/>'
            continue
        edge = edges[wire.edge]
        x, y = wire.points[-1]
        yield (
            f'<g class="edge" data-parent="{edge.parent}" data-child="{edge.child}" data-slot="{edge.slot}">'
            f"<title>{_text(_edge_title(scene.trace, edge))}</title>"
            f'<path class="wire" d="{_path(wire)}"/>'
            f'<path class="arrow" d="M{_n(x)} {_n(y)}l-6 -3v6z"/></g>'
        )


def _path(wire: Wire) -> str:
    start, *bends, last = wire.points
    if not bends or abs(start[1] - last[1]) < 0.05:
        return f"M{_n(start[0])} {_n(start[1])}H{_n(last[0])}"
    end = bends[0]
    middle = _n((start[0] + end[0]) / 2)
    curve = f"C{middle} {_n(start[1])} {middle} {_n(end[1])} {_n(end[0])} {_n(end[1])}"
    return f"M{_n(start[0])} {_n(start[1])}{curve}H{_n(last[0])}"


def _box(scene: Scene, box: Box) -> str:
    node = scene.trace.nodes[box.node]
    radius = 6 if box.kind != "gate" else min(box.height, box.width) / 2
    return (
        f'<g class="node {box.kind}" data-id="{box.node}"><title>{_text(_node_title(scene.trace, box.node))}</title>'
        f'<rect x="{_n(box.x - box.width / 2)}" y="{_n(box.y - box.height / 2)}" width="{_n(box.width)}" '
        f'height="{_n(box.height)}" rx="{_n(min(radius, 15))}"/>'
        f'<text class="name{"" if is_finite(node.value) else " warning"}" x="{_n(box.x)}" '
        f'y="{_n(box.y + 4.5)}">{_text(box.text)}</text></g>'
    )


def _label(label: Label) -> str:
    number = label.number
    warning = "" if number is None or is_finite(number) or label.role == "shape" else " warning"
    where = f'data-node="{label.node}"'
    if label.edge is not None:
        where += f' data-child="{label.edge[0]}" data-slot="{label.edge[1]}"'
    return (
        f'<text class="{label.role}{warning}" {where}{_data(number)} '
        f'x="{_n(label.x)}" y="{_n(label.y)}">{_text(label.text)}</text>'
    )


def _data(number: Quantity | None) -> str:
    """What a caption tells of, as attributes in full."""
    if isinstance(number, ArrayInfo):
        return f' data-shape="{number.shape}" data-minimum="{number.minimum!r}" data-maximum="{number.maximum!r}"'
    return "" if number is None else f' data-number="{number!r}"'


def _title(trace: Trace) -> str:
    result = trace.result
    leaves = ", ".join(f"∂/∂{leaf.label} = {exact(leaf.grad)}" for leaf in trace.leaves[:12] if leaf.grad is not None)
    return f"{result.label} = {exact(result.value)}" + (f"; {leaves}" if leaves else "")


def _node_title(trace: Trace, node_id: int) -> str:
    node = trace.nodes[node_id]
    lines = [f"{visible(node.name) if node.name else node.label} = {exact(node.value)}"]
    if isinstance(node.value, ArrayInfo):
        lines += node.value.rows()
    elif node.shape is not None:
        lines.append(f"{node.dtype} {node.shape}")
    if node.formula:
        lines.append(f"{node.label} = {node.formula} = {node.numbers}")
    if node.grad is not None:
        lines.append(f"gradient {exact(node.grad)}")
        lines += node.grad.rows() if isinstance(node.grad, ArrayInfo) else []
    terms = [edge.contribution for edge in trace.uses[node_id] if edge.contribution is not None]
    if len(terms) > 1:
        lines.append("= " + " + ".join(map(exact, terms[:12])) + (" + …" if len(terms) > 12 else ""))
    if node.source:
        lines.append(visible(node.source))
    return "\n".join(lines)


def _edge_title(trace: Trace, edge: Edge) -> str:
    parent, child = trace.nodes[edge.parent].label, trace.nodes[edge.child].label
    if not edge.passes:
        return f"{parent} into {child}: a constant, no gradient"
    if edge.pullback:
        return _pullback_title(trace, edge)
    line = f"∂{child}/∂{parent} = {edge.formula} = {exact(edge.local)}"
    if edge.because:
        line += f" because {edge.because}"
    if edge.contribution is None:
        return line
    return f"{line}\nupstream {exact(edge.upstream)} × local {exact(edge.local)} = {exact(edge.contribution)}"


def _pullback_title(trace: Trace, edge: Edge) -> str:
    """The operation's sentence, what this input gets, and that in numbers."""
    parent, child = trace.nodes[edge.parent].label, trace.nodes[edge.child]
    lines = [f"{trace.gates[child.gate or ''].metaphor or child.gate}: {parent} gets {edge.pullback}"]
    if edge.local is not None:
        lines.append(f"∂{child.label}/∂{parent} = {edge.formula}: {exact(edge.local)}")
    if edge.contribution is not None:
        lines += [f"upstream {exact(edge.upstream)}", f"contribution {exact(edge.contribution)}"]
        lines += edge.contribution.rows() if isinstance(edge.contribution, ArrayInfo) else []
    return "\n".join(lines)


def _text(text: str) -> str:
    """Text as XML character data: line ends stay, nothing else that XML cannot hold does."""
    return "\n".join(escape(visible(line)) for line in text.split("\n"))


def _n(x: float) -> str:
    """A coordinate with one decimal and no needless zeros."""
    return f"{x:.1f}".removesuffix(".0").replace("-0", "0") if abs(x) < 0.05 else f"{x:.1f}".removesuffix(".0")
