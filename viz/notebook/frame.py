"""The page as a document for an `<iframe>`: compressed, and clear until its program has started."""

from __future__ import annotations

import base64
import json
import zlib
from html import escape
from typing import Any

from autograd import Trace

from ..captions import headline
from ..page.bundle import program, style
from ..page.page import policy
from ..page.payload import as_json

__all__ = ["frame"]

_PROGRAM = """
const sheet = document.createElement("style");
sheet.textContent = {style};
document.head.append(sheet);
new App(document.getElementById("backglow"), {data}, {{ hash: true }});
"""

_UNPACK = """
const bytes = Uint8Array.from(atob(document.getElementById("packed").textContent), (c) => c.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
const program = document.createElement("script");
program.type = "module";
program.textContent = await new Response(stream).text();
document.body.append(program);
"""


def frame(trace: Trace, data: dict[str, Any]) -> str:
    """A whole document. In a browser that cannot run it, nothing is painted and what lies behind it stays visible.

    Args:
        trace: What to show.
        data: The page's data; see `payload`.
    """
    colours = json.dumps(style(tensors=trace.of_tensors))
    code = program(trace) + _PROGRAM.format(style=colours, data=as_json(data))
    packed = base64.b64encode(zlib.compress(code.encode(), 9)).decode()
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(_UNPACK, code)}">'
        # The notebook's scheme, handed on through the frame's element; with another one it would be painted white.
        '<meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(headline(trace))}</title><style>body{{margin:0}}</style></head>"
        '<body><main id="backglow" class="backglow-page"></main>'
        f'<script type="text/plain" id="packed">{packed}</script><script type="module">{_UNPACK}</script></body></html>'
    )
