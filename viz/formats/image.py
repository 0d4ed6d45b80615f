"""PNG and PDF: the SVG turned into pixels or a printable page by vl-convert, an optional package."""

from __future__ import annotations

import math
from typing import Any

from autograd import Trace

from ..errors import MissingExtraError, PictureError
from ..theme import FONTS, Theme
from .svg import svg

__all__ = ["ADVICE", "converter", "pdf", "png"]

SCALE = 2.0
"""Pixels of a PNG per unit of the drawing."""
MOST_PIXELS = 100_000_000
"""A larger PNG would need gigabytes and no viewer shows it."""


def png(trace: Trace, *, theme: Theme = "light", scale: float = SCALE) -> bytes:
    """The trace as a PNG image.

    Raises:
        MissingExtraError: the package that makes it is not installed.
        PictureError: the picture would be too large, or the machine has no font to write with.
    """
    convert = converter("PNG")
    text = svg(trace, theme=_still(theme))
    width, height = _size(text)
    if not (math.isfinite(scale) and 0.1 <= scale <= 100):
        raise PictureError(f"scale must be between 0.1 and 100, not {scale!r}")
    if width * height * scale * scale > MOST_PIXELS:
        raise PictureError(
            f"a PNG of {width * scale:,.0f} × {height * scale:,.0f} pixels is too large: use .svg or .pdf"
        )
    image: bytes = convert.svg_to_png(text, scale=scale)
    return image


def pdf(trace: Trace, *, theme: Theme = "light") -> bytes:
    """The trace as a PDF of one page; the exceptions are those of `png`."""
    convert = converter("PDF")
    document: bytes = convert.svg_to_pdf(svg(trace, theme=_still(theme)))
    return document


def converter(kind: str) -> Any:
    """The package that turns SVG into images, if it and a font for it are there.

    Args:
        kind: The format asked for, for the message.

    Raises:
        MissingExtraError: the package is not installed.
        PictureError: the machine has no font to write with.
    """
    try:
        import vl_convert
    except ImportError:
        raise MissingExtraError(ADVICE.format(kind=kind)) from None
    # Without any font it leaves out all text and says nothing, which would be a picture of empty boxes.
    empty, letter = (vl_convert.svg_to_png(_PROBE.format(text=text)) for text in ("", "x"))
    if empty == letter:
        raise PictureError(
            f"a {kind} needs a font and none is installed: install one (Debian: fonts-dejavu-core), or use .svg"
        )
    return vl_convert


_PROBE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">'
    f'<text y="15" font-family="{FONTS}">{{text}}</text></svg>'
)
ADVICE = "{kind} pictures need the extra 'image': pip install 'backglow[image]' (or write .svg or .html instead)"


def _still(theme: Theme) -> Theme:
    """Nobody's preference can be asked once the picture is pixels."""
    return "light" if theme == "auto" else theme


def _size(text: str) -> tuple[float, float]:
    head = text[: text.index(">")]
    width, height = (float(head.split(f' {name}="')[1].split('"')[0]) for name in ("width", "height"))
    return width, height
