"""Colours, chosen to stay apart for colour-blind readers and to reach AA contrast on their background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from .errors import PictureError

__all__ = [
    "DARK", "DARK_HEAT", "FONTS", "LIGHT", "PRINT", "HeatPalette", "Palette", "Theme", "heat_palette_of", "palette_of",
    "themed",
]  # fmt: skip

Theme: TypeAlias = Literal["auto", "light", "dark", "print"]
"""Which colours: light or dark as the reader prefers, always light, always dark, or black on white for paper."""

FONTS = "'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, 'Courier New', monospace"


@dataclass(frozen=True)
class Palette:
    """One set of colours; blue for values and orange for gradients differ in every kind of colour vision."""

    background: str
    text: str
    muted: str
    value: str
    grad: str
    wire: str
    gate: str
    leaf: str
    border: str
    warning: str


LIGHT = Palette(
    background="#ffffff", text="#1f2328", muted="#57606a", value="#0550ae", grad="#a04100", wire="#8c959f",
    gate="#f6f8fa", leaf="#ddf4ff", border="#57606a", warning="#b3001b",
)  # fmt: skip
DARK = Palette(
    background="#0d1117", text="#e6edf3", muted="#9ea7b3", value="#79c0ff", grad="#ffa657", wire="#6e7681",
    gate="#161b22", leaf="#0c2d6b", border="#8b949e", warning="#ff7b72",
)  # fmt: skip
PRINT = Palette(
    background="#ffffff", text="#000000", muted="#333333", value="#000000", grad="#000000", wire="#555555",
    gate="#ffffff", leaf="#eeeeee", border="#000000", warning="#000000",
)  # fmt: skip


def palette_of(theme: Theme) -> Palette:
    """The palette a theme starts from; "auto" is light and follows the reader's preference where it can.

    Raises:
        PictureError: there is no such theme.
    """
    palettes = {"auto": LIGHT, "light": LIGHT, "dark": DARK, "print": PRINT}
    if theme not in palettes:
        raise PictureError(f"theme must be one of {', '.join(palettes)}, not {theme!r}")
    return palettes[theme]


def themed(theme: Theme, colours: Callable[[Palette], str]) -> str:
    """CSS in a theme's colours; with "auto" the dark ones too, for readers who prefer them."""
    rules = colours(palette_of(theme))
    return rules + (f"@media (prefers-color-scheme:dark){{{colours(DARK)}}}" if theme == "auto" else "")


@dataclass(frozen=True)
class HeatPalette:
    """Colours of the cells of a heat-map, from near zero to the largest: green and purple, as ColorBrewer's PRGn.

    They differ for colour-blind readers and grow darker (on a dark ground lighter) with size. A dash marks negative
    cells besides.
    """

    zero: str
    negative: tuple[str, str, str, str]
    positive: tuple[str, str, str, str]


LIGHT_HEAT = HeatPalette(
    "#ffffff", ("#e7d4e8", "#c2a5cf", "#9970ab", "#762a83"), ("#d9f0d3", "#a6dba0", "#4a9c52", "#1b7837")
)
DARK_HEAT = HeatPalette(
    "#0d1117", ("#3b2a4a", "#6b4a86", "#a581c4", "#dcc1f2"), ("#1c3d29", "#2f6b44", "#57ab70", "#b2ecbd")
)
PRINT_HEAT = HeatPalette(
    "#ffffff", ("#dddddd", "#b5b5b5", "#7d7d7d", "#444444"), ("#dddddd", "#b5b5b5", "#7d7d7d", "#444444")
)


def heat_palette_of(theme: Theme) -> HeatPalette:
    """The heat-map's colours of a theme, as `palette_of` has the others."""
    return {"auto": LIGHT_HEAT, "light": LIGHT_HEAT, "dark": DARK_HEAT, "print": PRINT_HEAT}[theme]
