"""Worksheet: a page to print, with numbered blanks in the picture; and its answer key, the same page filled in."""

from __future__ import annotations

from collections.abc import Iterator

from autograd import Trace
from autograd.array_info import short
from autograd.text import cell_width

from ..captions import GRADIENT_GLYPH, LOCAL_GLYPH
from ..formats import pieces
from ..formats.pieces import coordinate, safe
from ..formats.svg import style_sheet
from ..scene import FONT_SIZE, SMALL, Label, Scene, build_scene, text_width
from ..scene.roomy import roomy
from .exercise import GAP_SIGN, Blank, Exercise, exercise
from .redraw import with_new_inputs
from .rules import gate_rules, whole_expression

__all__ = ["worksheet"]

WIDTH, HEIGHT = 64.0, 22.0
"""Of a blank, in CSS pixels: 17 × 6 mm, room for a pencil."""
GAP = 3.0
PORTRAIT = 680.0
"""Pixels between the margins of a page of A4 or Letter, upright."""


def worksheet(
    trace: Trace,
    *,
    answers: bool = False,
    values: float = 0.0,
    derivatives: bool = False,
    seed: int | None = None,
    title: str = "Backpropagation",
) -> str:
    """The trace as a worksheet, or as its answer key; see `viz.worksheet`."""
    if seed is not None:
        trace = with_new_inputs(trace, seed)
    asked = exercise(trace, values=values, derivatives=derivatives, seed=seed or 0)
    hidden = asked.without_answers()
    scene = _scene(hidden)  # so that not even the widths of columns tell a number, and the key looks the same
    shown = asked if answers else hidden
    kind = "answer key" if answers else "worksheet"
    sheet = "" if seed is None else f"sheet {seed}"
    head = " · ".join(part for part in (title, kind, sheet) if part)
    wide = scene.width > PORTRAIT * 1.2
    page = f"@page{{size:{'landscape' if wide else 'portrait'};margin:12mm 14mm}}"
    body = "".join(
        (_header(head, answers), _task(shown, answers), _figure(scene, shown), _rules(hidden), _lines(shown, wide))
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{safe(head)}</title>\n<style>{page}{_STYLE}{style_sheet('print')}</style>\n"
        f"</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


_GAP = '<span class="gap"></span>'
_STYLE = (
    "body{margin:0;background:#fff;color:#000;font:10.5pt/1.4 'DejaVu Sans','Liberation Sans',Arial,sans-serif}"
    "main{max-width:60rem;margin:0 auto;padding:1rem}h1{font-size:15pt;margin:0;overflow-wrap:anywhere}"
    "h2{font-size:11.5pt;margin:.9em 0 .2em;break-after:avoid}p{margin:.3em 0}"
    "header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:.5rem 2rem;"
    "border-bottom:1.5px solid #000;padding-bottom:.4rem}header p{white-space:nowrap}"
    ".rule{display:inline-block;border-bottom:1px solid #000}.name{width:14em}.date{width:8em}"
    "code,.line{font-family:'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,monospace;font-size:.92em}"
    "code{overflow-wrap:anywhere}figure{margin:.6rem 0;break-inside:avoid;overflow-x:auto}"
    "figure svg{max-width:100%;height:auto;display:block;margin:0 auto}"
    ".backglow .blank{fill:#fff;stroke:#000;stroke-width:1.1}.backglow .number{font-size:7.5px}"
    ".backglow .answer{font-weight:bold;text-anchor:middle;font-size:10.5px}.backglow .glyph{text-anchor:end}"
    "ul{margin:.2rem 0;padding:0;list-style:none;columns:13em;column-gap:2rem}li{break-inside:avoid}"
    ".together{break-inside:avoid}.rules{columns:27em}.rules b{display:inline-block;min-width:4em}"
    ".rules span{display:inline-block;min-width:7em}"
    ".lines{columns:2 24em;column-gap:2rem}.long{columns:1}"
    ".line{break-inside:avoid;display:flex;gap:.5em;padding:.22rem 0;"
    "align-items:baseline}.line b{min-width:2.1em;text-align:right}"
    ".line .q{white-space:nowrap;max-width:60%;overflow:hidden;text-overflow:ellipsis}"
    ".write{flex:1;border-bottom:1px solid #777;min-width:4em;height:1.5em;white-space:nowrap}"
    ".gap{display:inline-block;width:4.5em;border-bottom:1px solid #777}"
    ".space{height:36mm;border:1px solid #999;break-inside:avoid;margin-top:.4rem}"
    "@media screen and (max-width:700px){figure svg{max-width:none}.line{flex-wrap:wrap}.line .q{max-width:none}}"
    "@media print{main{max-width:none;padding:0}figure{overflow:visible}}"
)


def _header(head: str, answers: bool) -> str:
    fields = "" if answers else (
        '<p>Name <span class="rule name"></span>&ensp;Date <span class="rule date"></span></p>'
    )  # fmt: skip
    return f"<header><h1>{safe(head)}</h1>{fields}</header>\n"


def _task(shown: Exercise, answers: bool) -> str:
    trace = shown.trace
    root = trace.result.label
    whole = whole_expression(trace)
    parts = []
    if whole is not None:
        parts.append(f"<p><code>{safe(root)} = {safe(whole)}</code></p>")
    inputs = ", ".join(f"{leaf.label} = {short(leaf.value)}" for leaf in trace.leaves)
    parts.append(f"<p>Inputs: <code>{safe(inputs)}</code></p>" if inputs else "")
    steps = [f"<li><code>{safe(s.node.label)} = {safe(s.node.formula)}</code></li>" for s in trace.forward]
    if len(steps) > 1 or whole is None:
        parts.append(f"<p>Step by step:</p><ul>{''.join(steps)}</ul>")
    kinds = {blank.place[0] for blank in shown.blanks}
    also = [w for k, w in (("value", "a missing value goes"), ("local", "a local derivative goes")) if k in kinds]
    where = f"; {' and '.join(also)} into its box too" if also else ""
    told = "The numbered boxes hold the answers."
    if not answers:
        told = f"Fill in the numbered boxes{where}; four significant digits will do."
    parts.append(
        f"<p>Above a wire stands its value, below it its gradient {GRADIENT_GLYPH}: the derivative of "
        f"<code>{safe(root)}</code> with respect to that value. {LOCAL_GLYPH} is the local derivative of a gate in one "
        "of its inputs. Begin at the result, whose gradient is 1, and go back gate by gate: each input gets "
        "<b>upstream × local</b>, and where several wires leave a value, what comes back along them adds up. "
        f"{told}</p>"
    )
    return f"<h2>The expression</h2>\n{''.join(parts)}\n"


def _rules(shown: Exercise) -> str:
    rows = []
    for glyph, formula, pairs in gate_rules(shown.trace):
        told = ";&ensp; ".join(f"∂/∂{safe(name)} = {safe(rule)}" for name, rule in pairs)
        rows.append(f"<li><code><b>{safe(glyph)}</b><span>{safe(formula)}</span>{told}</code></li>\n")
    if not rows:
        return ""
    return (
        f'<section class="together"><h2>Rules of its gates</h2>\n<ul class="rules">\n{"".join(rows)}</ul></section>\n'
    )


def _lines(shown: Exercise, wide: bool) -> str:
    lines = []
    for blank in shown.blanks:
        if shown.answers:
            working = f"{blank.working} = {blank.answer}" if blank.working else blank.answer
            space = f"<span>{safe(working)}</span>"
        else:
            space = (
                f"<span>{safe(blank.hint).replace(GAP_SIGN, _GAP)} =</span>" if blank.hint else ""
            ) + '<span class="write"></span>'
        lines.append(
            f'<div class="line"><b>{blank.number}</b><span class="q">{safe(blank.question)} =</span>{space}</div>\n'
        )
    # In one column or two: what a gap in the working is written into is wider than the gap is printed.
    longest = max(cell_width(b.question) + max(cell_width(b.hint) + 18, 24) for b in shown.blanks)
    columns = "lines" if longest <= (58 if wide else 40) else "lines long"
    found = f'<section><h2>The boxes, one by one</h2>\n<div class="{columns}">\n{"".join(lines)}</div></section>\n'
    return (
        found
        if shown.answers
        else f'{found}<section class="together"><h2>Space to work</h2><div class="space"></div></section>\n'
    )


def _scene(hidden: Exercise) -> Scene:
    places = {blank.place for blank in hidden.blanks}
    scene = build_scene(hidden.trace, show_labels=True, groups=False)
    entries: dict[tuple[int, int], float] = {}
    leaves: dict[int, float] = {}
    for label in scene.labels:
        if (label.role, label.node, label.edge) not in places:
            continue
        if label.edge is not None:
            entries[label.edge] = WIDTH + text_width("∂ ", SMALL) + 18
        else:
            prefix = text_width(_prefix(label, hidden.trace))
            leaves[label.node] = max(leaves.get(label.node, 0.0), WIDTH + prefix + 16)
    kinds = {place[0] for place in places}
    stretch = 1.8 if {"local", "contribution"} <= kinds or "value" in kinds else 1.45
    return roomy(scene, entries=entries, leaves=leaves, stretch=stretch)


def _figure(scene: Scene, shown: Exercise) -> str:
    width, height = coordinate(scene.width), coordinate(scene.height)
    parts = []
    for wire in scene.wires:
        parts.append(f'<path class="wire" d="{pieces.path([wire])}"/>')
        if wire.edge is not None:
            parts.append(pieces.arrow(*wire.points[-1]))
    parts += [pieces.box(box) for box in scene.boxes]
    parts += _captions(scene, shown)
    return (
        f'<figure><svg xmlns="http://www.w3.org/2000/svg" class="backglow" role="img" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}"><title>the graph, with numbered boxes</title>\n'
        + "\n".join(parts)
        + "\n</svg></figure>\n"
    )


def _captions(scene: Scene, shown: Exercise) -> Iterator[str]:
    blanks = {blank.place: blank for blank in shown.blanks}
    rows = {box.node: box.y for box in scene.boxes}
    entries = {wire.edge: wire.points[-1][1] for wire in scene.wires if wire.edge is not None}
    for label in scene.labels:
        blank = blanks.get((label.role, label.node, label.edge))
        if blank is None:
            yield pieces.label(label)
            continue
        wire = rows[label.node] if label.edge is None else entries[label.edge]
        top = wire - GAP - HEIGHT if label.role in ("value", "local") else wire + GAP
        yield _blank(blank, label, top, _prefix(label, shown.trace))


def _blank(blank: Blank, label: Label, top: float, prefix: str) -> str:
    """A box with its number, what stands before it, and in a key the answer in it."""
    size = FONT_SIZE if label.edge is None else SMALL
    left = label.x + text_width(prefix, size) if label.edge is None else label.x - WIDTH
    before = f'<text class="glyph" x="{coordinate(left - 3)}" y="{coordinate(top + 15)}">{safe(prefix.strip())}</text>'
    place = f'x="{coordinate(left)}" y="{coordinate(top)}" width="{coordinate(WIDTH)}" height="{coordinate(HEIGHT)}"'
    number = pieces.text("number", left + 2.5, top + 7.5, str(blank.number))
    # A long number keeps clear of the box's own number, which stands in the upper left corner.
    answer = pieces.text("answer", left + WIDTH / 2, top + 17, blank.answer) if blank.answer else ""
    return f'{before if prefix.strip() else ""}<rect class="blank" {place}/>{number}{answer}'


def _prefix(label: Label, trace: Trace) -> str:
    if label.role == "value":
        return f"{trace.nodes[label.node].label} = "
    return f"{LOCAL_GLYPH} " if label.role == "local" else f"{GRADIENT_GLYPH} "
