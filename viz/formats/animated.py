"""Animated SVG: the film of both passes, played by CSS alone, so that it runs in an `<img>` of a README.

The markup without its style sheet's animations is the finished picture: that is what a reader sees who asked for
reduced motion, and what a program draws that plays nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import groupby

from autograd import Trace

from ..film import HOLD, SECONDS, Film, Piece, Times, film
from ..theme import Palette, Theme, themed
from .heat_cells import heat_style
from .pieces import coordinate, safe
from .svg import style_sheet

__all__ = ["animated", "still"]

FADE = 0.12
"""Seconds in which a piece appears or goes."""


def animated(
    trace: Trace,
    *,
    seconds: float = SECONDS,
    hold: float = HOLD,
    forward: bool = True,
    loop: bool = True,
    theme: Theme = "auto",
) -> str:
    """The trace as an SVG document that plays itself; see `viz.animate`."""
    played = film(trace, seconds=seconds, hold=hold, forward=forward)
    body, keyframes = _animated_body(played, "infinite" if loop else "1")
    scope = f"b{zlib.crc32((body + keyframes).encode()):08x}"  # two pictures in one page must not share their names
    rules = style_sheet(theme) + film_style(theme) + _heat(played, theme) + keyframes.replace("SCOPE", scope)
    return _document(played, f"backglow {scope}", rules, body)


def still(played: Film, time: float, *, theme: Theme = "light") -> str:
    """The film at one moment, as an SVG document without animation; strokes under way are drawn whole."""
    shown = [p.markup for p in played.pieces if any(start <= time < end for start, end in p.times)]
    rules = style_sheet(theme) + film_style(theme) + _heat(played, theme)
    return _document(played, "backglow", rules, "\n".join(shown))


def _heat(played: Film, theme: Theme) -> str:
    return heat_style(theme) if played.trace.of_tensors else ""


def film_style(theme: Theme) -> str:
    """CSS of what only a film shows."""
    rules = (
        ".backglow .product{font-size:10.5px;text-anchor:end;font-weight:bold}"
        ".backglow .halo,.backglow .run{fill:none;stroke-width:3;stroke-linecap:round}"
        ".backglow .run{stroke-dasharray:1}"
    )
    return rules + themed(theme, _film_colours)


def _film_colours(palette: Palette) -> str:
    return (
        f".backglow .product{{fill:{palette.grad}}}.backglow .halo{{stroke:{palette.value}}}"
        f".backglow .back,.backglow .run{{stroke:{palette.grad}}}"
    )


def _document(played: Film, classes: str, rules: str, body: str) -> str:
    width, height = coordinate(played.width), coordinate(played.height)
    title = safe(f"backpropagation through {played.trace.result.label}, step by step; {played.frames[-1].caption}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{classes}" role="img" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">\n<title>{title}</title>\n<style>{rules}</style>\n'
        f'<rect class="background" width="{width}" height="{height}"/>\n{body}\n</svg>\n'
    )


def _animated_body(played: Film, repeat: str) -> tuple[str, str]:
    """The pieces, those of the same layer and times in one group, and the rules that show and hide the groups."""
    names: dict[Times | tuple[float, float], str] = {}
    rules: list[str] = []
    lines: list[str] = []
    length = played.duration

    def named(key: Times | tuple[float, float], letter: str, stops: Iterator[str]) -> str:
        if key not in names:
            names[key] = f"{letter}{len(names)}"
            rules.append(f".SCOPE .{names[key]}{{animation-name:SCOPE-{names[key]}}}")
            rules.append(f"@keyframes SCOPE-{names[key]}{{{''.join(stops)}}}")
        return names[key]

    def order(piece: Piece) -> tuple[int, Times]:
        return piece.layer, piece.times

    for (_, times), group in groupby(sorted(played.pieces, key=order), order):
        markup = ""
        for piece in group:
            name = None if piece.run is None else named(piece.run, "r", _run(piece.run, length))
            markup += piece.markup if name is None else piece.markup.replace('class="run"', f'class="run play {name}"')
        if times == ((0.0, length),):
            lines.append(f"<g>{markup}</g>")
            continue
        hidden = "" if times[-1][1] >= length else ' opacity="0"'
        lines.append(f'<g class="play {named(times, "t", _stops(times, length))}"{hidden}>{markup}</g>')
    play = f".SCOPE .play{{animation:{length:g}s linear {repeat}}}"
    return "\n".join(lines), f"@media (prefers-reduced-motion:no-preference){{{play}{''.join(rules)}}}"


def _stops(times: Times, length: float) -> Iterator[str]:
    """Keyframes that show a piece in its intervals only."""
    gone = "0%"
    for start, end in times:
        fade = min(FADE, (end - start) / 4)
        shown = "0%"
        if start > 0:
            yield f"{gone},{_percent(start, length)}{{opacity:0}}"
            shown = _percent(start + fade, length)
        last = end >= length
        yield f"{shown},{'to' if last else _percent(end - fade, length)}{{opacity:1}}"
        gone = _percent(end, length)
    if times[-1][1] < length:
        yield f"{gone},to{{opacity:0}}"


def _run(run: tuple[float, float], length: float) -> Iterator[str]:
    """Keyframes that draw a stroke from its end, at the gate, to its beginning."""
    start, end = run
    yield f"0%,{_percent(start, length)}{{stroke-dashoffset:-1}}{_percent(end, length)},to{{stroke-dashoffset:0}}"


def _percent(time: float, length: float) -> str:
    return f"{100 * time / length:.2f}".rstrip("0").rstrip(".") + "%"
