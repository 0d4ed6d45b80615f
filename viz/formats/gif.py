"""GIF: the film of both passes, one still per step, for slides and wherever an SVG is not shown."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

from autograd import Trace

from ..errors import MissingExtraError, PictureError
from ..film import HOLD, SECONDS, Film, film
from ..theme import Theme, palette_of
from .animated import still
from .image import ADVICE, converter

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

__all__ = ["gif"]

COLOURS = 64
"""Colours of the one palette all stills share; edges of letters need most of them."""
MOST_PIXELS = 300_000_000
"""Of all stills together; more would take minutes and gigabytes."""
WIDEST = 65_535
"""The format has two bytes for a width and for a height."""


def gif(
    trace: Trace,
    *,
    seconds: float = SECONDS,
    hold: float = HOLD,
    forward: bool = True,
    loop: bool = True,
    theme: Theme = "light",
    scale: float = 1.5,
) -> bytes:
    """The trace as an animated GIF; see `viz.gif`."""
    convert = converter("GIF")
    try:
        from PIL import Image
    except ImportError:
        raise MissingExtraError(ADVICE.format(kind="GIF")) from None
    if not (math.isfinite(scale) and 0.1 <= scale <= 10):
        raise PictureError(f"scale must be between 0.1 and 10, not {scale!r}")
    played = film(trace, seconds=seconds, hold=hold, forward=forward)
    _check_size(played, scale)
    shown: Theme = "light" if theme == "auto" else theme
    stills: list[Picture] = []
    palette = None
    for frame in reversed(played.frames):  # the last shows the most, so its colours make the palette
        picture = convert.svg_to_png(still(played, frame.at(0.999), theme=shown), scale=scale)
        image = Image.open(io.BytesIO(picture)).convert("RGB")
        palette = palette or _palette(image, shown)
        stills.append(image.quantize(palette=palette, dither=Image.Dither.NONE))
    stills.reverse()
    out = io.BytesIO()
    times = [round(100 * (frame.end - frame.start)) * 10 for frame in played.frames]  # in whole centiseconds
    options: dict[str, Any] = {"loop": 0} if loop else {}
    stills[0].save(
        out, "GIF", save_all=True, append_images=stills[1:], optimize=True, disposal=1, duration=times, **options
    )
    return out.getvalue()


def _palette(last: Picture, theme: Theme) -> Picture:
    """The colours of the finished picture and of what shows only on the way to it."""
    from PIL import Image

    colours = palette_of(theme)
    sample = Image.new("RGB", (last.width, last.height + 8), colours.background)
    sample.paste(last, (0, 0))
    for i, colour in enumerate((colours.grad, colours.value, colours.text, colours.muted)):
        sample.paste(Image.new("RGB", (max(1, last.width // 4), 8), colour), (i * last.width // 4, last.height))
    return sample.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _check_size(played: Film, scale: float) -> None:
    width, height = played.width * scale, played.height * scale
    if max(width, height) > WIDEST or width * height * len(played.frames) > MOST_PIXELS:
        raise PictureError(
            f"a GIF of {len(played.frames)} stills of {width:,.0f} × {height:,.0f} pixels is too large: "
            "use a smaller scale or .anim.svg"
        )
