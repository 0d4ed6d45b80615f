"""How frames look: titles are readable on every shade, in every theme; their names are text and nothing else."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest

import autograd
import viz
from autograd import Value
from viz.formats.frames import SHADES
from viz.theme import DARK, LIGHT, PRINT, Palette

from .colours import contrast
from .reading import SVG

OPACITY = 0.05
NAMES = ("<script>alert(1)</script>\"'&", "]]>", "a\nb\x00\ud800", "x" * 10_000, "", "🎈" * 50)


def shaded(palette: Palette, frames: int) -> str:
    """The background under so many frames."""
    back, veil = ([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (palette.background, palette.wire))
    left = (1 - OPACITY) ** frames
    return "#" + "".join(f"{round(b * left + v * (1 - left)):02x}" for b, v in zip(back, veil, strict=True))


@pytest.mark.parametrize("palette", [LIGHT, DARK, PRINT], ids=["light", "dark", "print"])
def test_texts_keep_their_contrast_on_every_shade(palette: Palette) -> None:
    for frames in range(SHADES + 1):
        for text in (palette.text, palette.muted, palette.value, palette.grad, palette.warning):
            assert contrast(text, shaded(palette, frames)) >= 4.5
    assert contrast(palette.muted, palette.gate) >= 4.5


@pytest.mark.parametrize("theme", ["auto", "light", "dark", "print"])
def test_no_more_frames_are_shaded_than_that(theme: str) -> None:
    x = Value(2.0, "x")
    with autograd.group("1"), autograd.group("2"), autograd.group("3"), autograd.group("4"), autograd.group("5"):
        y = x.exp()
    picture = viz.svg(y, theme=theme)
    assert f"fill-opacity:{OPACITY:.2f}".replace("0.", ".") in picture
    kinds = [e.attrib["class"] for e in ElementTree.fromstring(picture).iter(f"{SVG}g") if "data-group" in e.attrib]
    assert kinds == ["frame"] * SHADES + ["frame deep"] * (5 - SHADES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("collapse", [False, True])
def test_hostile_names_are_text(name: str, collapse: bool) -> None:
    x = Value(2.0, "x")
    with autograd.group(name, name):
        a = x.exp()
    with autograd.group("other"):
        b = x.tanh()
    picture = viz.svg(a * b, collapse=collapse)
    root = ElementTree.fromstring(picture)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "style", "rect", "g", "path", "text",
    }  # fmt: skip
    assert not re.search(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]", picture)
    assert len(picture) < 40_000
    frame = next(e for e in root.iter(f"{SVG}g") if e.attrib.get("data-group") == "0")
    title = frame.find(f"{SVG}title")
    assert title is not None
    assert (title.text or "").endswith(": 1 node")
