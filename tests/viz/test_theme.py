"""Colours: all text is readable on what it stands on, and values and gradients differ in every kind of vision."""

from __future__ import annotations

import re
from typing import get_args

import pytest

import viz
from autograd import Value
from viz.theme import DARK, LIGHT, PRINT, Palette, Theme, palette_of

from .colours import BLINDNESS, contrast, distance

PALETTES = {"light": LIGHT, "dark": DARK, "print": PRINT}
THEMES: tuple[Theme, ...] = get_args(Theme)

# What stands on what: names and warnings in boxes of every kind, everything else beside them.
PAIRS = [
    *((text, ground) for text in ("text", "warning") for ground in ("background", "gate", "leaf")),
    *((text, "background") for text in ("value", "grad", "muted")),
]


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_reaches_level_aa(palette: Palette, text: str, ground: str) -> None:
    assert contrast(getattr(palette, text), getattr(palette, ground)) >= 4.5


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_wires_and_borders_can_be_seen(palette: Palette) -> None:
    for line in (palette.wire, palette.border):
        assert contrast(line, palette.background) >= 3, "level AA for what is not text"


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("blindness", [None, *BLINDNESS])
def test_values_and_gradients_look_different(palette: Palette, blindness: str | None) -> None:
    assert distance(palette.value, palette.grad, blindness) > 30


def test_the_measures_know_what_is_known() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the well-known grey that just fails
    assert distance("#ffffff", "#000000") == pytest.approx(100, abs=0.1)
    assert distance("#ff0000", "#a08000", "protanopia") < distance("#ff0000", "#a08000") / 2


def styles(picture: str) -> dict[str, dict[str, str]]:
    """The properties of every rule outside media queries, by selector."""
    sheet = re.search("<style>(.*?)</style>", picture, re.DOTALL)
    assert sheet is not None
    rules: dict[str, dict[str, str]] = {}
    for selectors, body in re.findall(
        r"([^{}]+)\{([^{}]*)\}", re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*\}", "", sheet[1])
    ):
        for selector in selectors.split(","):
            rules.setdefault(selector.strip(), {}).update(re.findall(r"([\w-]+):([^;]+)", body))
    return rules


@pytest.mark.parametrize("theme", THEMES)
def test_the_picture_wears_its_palette(theme: Theme) -> None:
    rules, palette = styles(viz.svg(Value(2.0, "x") * 3, theme=theme)), palette_of(theme)
    assert rules[".backglow .background"]["fill"] == palette.background
    assert rules[".backglow .value"]["fill"] == palette.value
    assert rules[".backglow .grad"]["fill"] == rules[".backglow .contribution"]["fill"] == palette.grad
    assert rules[".backglow .local"]["fill"] == rules[".backglow .legend"]["fill"] == palette.muted
    assert rules[".backglow .gate rect"]["fill"] == palette.gate
    assert rules[".backglow .wire"]["stroke"] == palette.wire


def test_only_the_automatic_theme_asks_for_the_readers_preference() -> None:
    for theme in THEMES:
        picture = viz.svg(Value(2.0, "x"), theme=theme)
        assert ("prefers-color-scheme:dark" in picture) == (theme == "auto")


@pytest.mark.parametrize("theme", THEMES)
def test_rules_touch_nothing_outside_the_picture(theme: Theme) -> None:
    for selector in styles(viz.svg(Value(2.0, "x"), theme=theme)):
        assert selector.startswith(".backglow ")


def test_in_print_everything_is_said_without_colour() -> None:
    used = set(vars(PRINT).values())
    assert all(colour[1:3] == colour[3:5] == colour[5:7] for colour in used), "only greys"
    assert PRINT.value == PRINT.grad, "which place and signs must then tell apart"


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_the_page_around_the_picture_is_readable(theme: Theme) -> None:
    page = viz.html(Value(2.0, "x") * 3, theme=theme)
    selector = '.backglow-page[data-theme="dark"]{' if theme == "dark" else ".backglow-page{"
    colours = dict(re.findall(r"--(\w+):(#\w+)", page.split(selector, 1)[1].split("}", 1)[0]))
    palette = palette_of(theme)
    for role in ("text", "muted", "value", "grad", "warning"):
        assert colours[role] == getattr(palette, role)
        assert contrast(colours[role], colours["background"]) >= 4.5
    assert contrast(colours["text"], colours["closed"]) >= 4.5
    assert colours["background"] == palette.background
