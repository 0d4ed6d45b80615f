"""Heat-maps as SVG: cells in diverging colours, and for those who see no colours a dash in every negative cell."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from autograd import Trace
from autograd.text import visible

from ..scene import SMALL, Heat
from ..scene.heat import LEVELS, level
from ..theme import DARK, DARK_HEAT, HeatPalette, Palette, Theme, heat_palette_of, themed
from .pieces import coordinate

__all__ = ["heat_cells", "heat_style", "heat_title"]


def heat_cells(heat: Heat, title: str = "") -> str:
    """One heat-map as a group of paths, one for each colour.

    Args:
        heat: Which, and where.
        title: What a tooltip and a screen reader say of it; nothing for a picture that carries no notes.
    """
    n = coordinate
    cells: dict[str, list[str]] = {}
    dashes: dict[str, list[str]] = {}
    side, scale = heat.cell, heat.scale
    for row, numbers in enumerate(heat.array.thumbnail):
        for column, x in enumerate(numbers):
            left, top = heat.x + column * side, heat.y + row * side
            step = level(x, scale)
            if step == 0:
                continue  # the ground shows
            if step is None:
                arm = n(side - 4)
                cross = f"M{n(left + 2)} {n(top + 2)}l{arm} {arm}m0 -{arm}l-{arm} {arm}"
                dashes.setdefault("x", []).append(cross)
                continue
            name = f"{'n' if step < 0 else 'p'}{abs(step)}"
            cells.setdefault(name, []).append(f"M{n(left)} {n(top)}h{n(side)}v{n(side)}h{n(-side)}z")
            if step < 0:
                dash = f"M{n(left + side / 2 - 1.5)} {n(top + side / 2)}h3"
                dashes.setdefault("weak" if step >= -LEVELS / 2 else "strong", []).append(dash)
    place = f'x="{n(heat.x)}" y="{n(heat.y)}" width="{n(heat.width)}" height="{n(heat.height)}"'
    told = f"<title>{_text(title)}</title>" if title else ""
    where = f' data-node="{heat.node}" data-role="{heat.role}"' if title else ""
    parts = [f'<g class="heat"{where}>{told}<rect class="ground" {place}/>']
    parts += [f'<path class="{name}" d="{"".join(d)}"/>' for name, d in sorted(cells.items())]
    parts += [f'<path class="mark {name}" d="{"".join(d)}"/>' for name, d in sorted(dashes.items())]
    parts.append(f'<rect class="rim" {place}/></g>')
    return "".join(parts)


def heat_title(trace: Trace, heat: Heat) -> str:
    """A heat-map in words: what it is of, its range, and all its numbers where they are few."""
    node = trace.nodes[heat.node]
    what = node.label if heat.role == "value" else f"gradient of {node.label}"
    return "\n".join([f"{what}: {heat.array.told()}", *heat.array.rows()])


def heat_style(theme: Theme, scope: str = ".backglow") -> str:
    """The CSS of heat-maps and of the lines that tell shapes; every rule starts with `scope`."""
    rules = f"{scope} .shape{{font-size:{SMALL}px}}{scope} .mark{{fill:none;stroke-width:1.2}}"
    rules += f"{scope} .rim{{fill:none;stroke-width:.8}}"

    def colours(palette: Palette) -> str:
        heat = DARK_HEAT if palette is DARK else heat_palette_of(theme)
        return "".join(f"{scope} {rule}" for rule in _colours(palette, heat))

    return rules + themed(theme, colours)


def _colours(palette: Palette, heat: HeatPalette) -> Iterator[str]:
    yield f".shape{{fill:{palette.muted}}}"
    yield f".ground{{fill:{heat.zero}}}"
    yield f".rim{{stroke:{palette.border}}}"
    for name, colours in (("n", heat.negative), ("p", heat.positive)):
        for i, colour in enumerate(colours, 1):
            yield f".{name}{i}{{fill:{colour}}}"
    yield f".weak{{stroke:{palette.text}}}"
    yield f".strong{{stroke:{palette.background}}}"
    yield f".mark.x{{stroke:{palette.warning}}}"


def _text(text: str) -> str:
    return "\n".join(escape(visible(line)) for line in text.split("\n"))
