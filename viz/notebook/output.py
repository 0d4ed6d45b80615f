"""What a cell's output holds: the page in a frame over a still picture, which is seen where frames are taken out."""

from __future__ import annotations

import base64
import re
from html import escape
from typing import Any

from autograd import Trace

from ..captions import headline
from ..formats.svg import svg
from ..formats.tables import steps
from ..page.page import place_of
from ..page.payload import payload
from .frame import frame

__all__ = ["height_of", "output"]

MOST_DRAWN = 400
"""Above this many nodes there is no still picture: it would be larger than the page and too small to read."""
SMALLEST = 0.7
"""How far the still picture may shrink before it scrolls."""
FEW = 100
"""Up to this many nodes the steps stand below the still picture as a table."""
WIDE = 2.4
"""A picture this many times as wide as it is high has its explanation below it, as in the page."""
BAR, BESIDE, BELOW = 100, 320, 305
"""Height of what stands above the graph, of what needs to stand beside it, and of what stands below it, in pixels."""
HIGHEST = 640
"""Greatest height of a page in an output."""

_LIGHT = (
    "[data-jp-theme-light=true],[data-vscode-theme-kind$=light],[theme=light],[data-theme=light],.light,.quarto-light"
)
_DARK = (
    "[data-jp-theme-light=false],[data-vscode-theme-kind$=dark],[data-vscode-theme-kind$=high-contrast],"
    "[theme=dark],[data-theme=dark],.dark,.quarto-dark"
)
_NOTES = re.compile(r"<title>.*?</title>| data-[\w-]+=\"[^\"]*\"", re.DOTALL)


def output(trace: Trace, *, start: int | None = None, key: str | None = None) -> str:
    """HTML for the output of a cell: it needs no kernel, no server and no network.

    The page runs in a sandboxed frame with an origin of its own, so it can reach nothing of the notebook. A still
    picture lies behind the frame; a viewer that runs no scripts shows that picture, and one that takes out frames also
    shows the steps, as tables to unfold.

    Args:
        trace: What to show.
        start: How many steps have been taken when the page opens; the forward pass where None.
        key: The widget this is the output of; it hides itself where that widget is live.
    """
    start = place_of(trace, "backward") if start is None else start
    data = payload(trace, start=start)
    height = height_of(data)
    owner = "" if key is None else f' data-backglow="{key}"'
    title = _title(trace)
    return (
        f'<div class="backglow-output"{owner} style="display:grid">\n<style>{_style(key)}</style>\n'
        f'<div style="grid-area:1/1;min-width:0;max-height:{height}px;overflow:auto" tabindex="-1">'
        f"{_still(trace)}</div>\n"
        f'<iframe title="{title}" sandbox="allow-scripts" width="100%" height="{height}" '
        f'style="grid-area:1/1;border:0;width:100%;min-width:0;position:relative" '
        f"srcdoc='{_quoted(frame(trace, data))}'></iframe>\n</div>\n"
    )


def height_of(data: dict[str, Any]) -> int:
    """Height of the page with this data in an output, in pixels: as the picture needs, within limits."""
    size: list[int] = data["size"]  # in tenths of a pixel
    width, height = size[0] / 10, size[1] / 10
    picture = max(height + 40, 190)
    if width > WIDE * height:
        return round(min(BAR + picture + BELOW, HIGHEST))
    return round(min(BAR + max(picture, BESIDE), HIGHEST))


def _still(trace: Trace) -> str:
    title = _title(trace)
    if len(trace.nodes) > MOST_DRAWN:
        return f"<p>{title}: a graph of {len(trace.nodes):,} nodes. Trust this notebook to see it.</p>"
    # An image, because a filter that takes out SVG elements leaves their texts behind in a heap.
    picture = _NOTES.sub("", svg(trace, show_labels=True))
    width = float(picture.split(' width="', 1)[1].split('"', 1)[0])
    data = base64.b64encode(picture.encode()).decode()
    shape = f"max-width:100%;min-width:{SMALLEST * width:.0f}px;height:auto"
    image = f'<img alt="{title}" style="{shape}" src="data:image/svg+xml;base64,{data}">'
    return image + (f'<div class="backglow-steps">{steps(trace)}</div>' if len(trace.nodes) <= FEW else "")


def _title(trace: Trace) -> str:
    return escape(f"graph of {headline(trace)}")


def _style(key: str | None) -> str:
    """The notebook's own colours, handed to frame and picture; and a widget's output hidden beside the live widget."""
    rules = [
        ".backglow-output,.backglow-output iframe{color-scheme:light dark}",
        ".backglow-output:has(iframe) .backglow-steps{display:none}",
        # Also where a host puts the frame into an element of its own, as marimo does.
        ".backglow-output>*{grid-area:1/1;min-width:0}.backglow-output>style{display:none}",
        *(f":is({hosts}) .backglow-output,:is({hosts}) .backglow-output iframe{{color-scheme:{scheme}}}"
          for hosts, scheme in ((_LIGHT, "light"), (_DARK, "dark"))),
    ]  # fmt: skip
    if key is not None:
        live, mine = f'[data-backglow-live="{key}"]', f'[data-backglow="{key}"]'
        rules += [
            f"body:has({live}) {mine}{{display:none!important}}",
            # Without a kernel JupyterLab would put a message here that the widget's model was not found.
            f".jp-OutputArea-child:has({mine})+.jp-OutputArea-child:has(>.lm-Panel):not(:has({live})){{display:none}}",
        ]
    return "".join(rules)


def _quoted(text: str) -> str:
    """Text as an attribute's value in single quotes."""
    return text.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;").replace(">", "&gt;")
