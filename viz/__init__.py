"""Pictures of backpropagation: every function takes a Value, a Tensor or a Trace.

>>> from autograd import Value
>>> import viz
>>> loss = (Value(2.0, name="a") * Value(-3.0, name="b")).tanh()
>>> viz.to_dot(loss).splitlines()[0]
'digraph backglow {'
"""

from autograd.display import offer as _offer

from .errors import MissingExtraError, OutputError, PictureError
from .notebook import output as _output
from .notebook import widget
from .pictures import (
    FORMATS,
    animate,
    as_trace,
    draw,
    gif,
    html,
    pdf,
    png,
    svg,
    text,
    to_dot,
    to_graphviz,
    to_json,
    to_latex,
    to_mermaid,
    tree,
    worksheet,
)
from .theme import Theme

__all__ = [
    "FORMATS", "MissingExtraError", "OutputError", "PictureError", "Theme", "animate", "as_trace", "draw", "gif",
    "html", "pdf", "png", "svg", "text", "to_dot", "to_graphviz", "to_json", "to_latex", "to_mermaid", "tree",
    "widget", "worksheet",
]  # fmt: skip

_offer("svg", svg)
_offer("html", lambda value, backward=True: _output(as_trace(value, backward=backward)))
_offer("tree", tree)
