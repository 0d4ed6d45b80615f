"""A page in one file: script, style and data inside, no server and no network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from typing import Literal, TypeAlias, get_args

from autograd import Trace

from ..captions import headline
from ..errors import PictureError
from ..formats.report import text
from ..theme import Theme, palette_of
from .bundle import program, style
from .payload import as_json, payload

__all__ = ["Start", "page", "place_of", "policy"]

Start: TypeAlias = Literal["start", "backward", "end"]
"""Where a page opens: nothing computed, the forward pass done, or both passes done."""

_MOUNT = """
const place = document.getElementById("backglow");
new App(place, JSON.parse(document.getElementById("backglow-data").textContent), { hash: true });
"""


def page(
    trace: Trace, *, theme: Theme = "auto", start: Start = "backward", marks: Mapping[int, str] | None = None
) -> str:
    """The interactive page: walk through both passes, change inputs, be asked, look into groups.

    Args:
        trace: What to show.
        theme: "auto" (light or dark as the reader prefers), "light", "dark" or "print".
        start: Where it opens: "start", "backward" (the forward pass done) or "end". An address that names a step, as
            in `page.html#step=3`, opens there.
        marks: Nodes to mark, by id, and what is said of each. The page opens with the first of them in view.

    Raises:
        PictureError: there is no such theme or start.

    >>> import autograd
    >>> text = page(autograd.trace(autograd.Value(2.0, name="x") * 3))
    >>> text.startswith("<!DOCTYPE html>"), "<script" in text, " src=" in text
    (True, True, False)
    """
    palette_of(theme)
    data = as_json(payload(trace, start=place_of(trace, start), theme=theme, marks=marks))
    code = f"{program(trace)}{_MOUNT}"
    look = style(theme, tensors=trace.of_tensors)
    title = escape(headline(trace))
    told = escape(text(trace, limit=40))
    chosen = f' data-theme="{theme}"' if theme in ("light", "dark") else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(code)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>body{{margin:0}}{look}</style>\n</head>\n<body>\n"
        f'<main id="backglow" class="backglow-page"{chosen}></main>\n<noscript><pre>{told}</pre></noscript>\n'
        f'<script type="application/json" id="backglow-data">{data}</script>\n'
        f'<script type="module">{code}</script>\n</body>\n</html>\n'
    )


def place_of(trace: Trace, start: Start) -> int:
    """How many steps have been taken at one of the named places.

    Raises:
        PictureError: there is no such place.
    """
    if start not in get_args(Start):
        raise PictureError(f"start must be one of {', '.join(get_args(Start))}, not {start!r}")
    forward = len(trace.order)
    back = len(trace.order) if trace.has_gradients else 0
    return {"start": 0, "backward": forward, "end": forward + back}[start]


def policy(*programs: str) -> str:
    """A content security policy: nothing but these very scripts runs, whatever a name in the data may hold."""
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in programs)
    scripts = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'"
