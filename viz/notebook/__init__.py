"""The page in a notebook: as the output of a cell, which needs no kernel, and as a widget, which talks with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import MissingExtraError
from ..page import Start
from ..source import Names, Source, as_trace
from .output import output

if TYPE_CHECKING:
    from .graph_widget import GraphWidget

__all__ = ["output", "widget"]

ADVICE = 'viz.widget needs anywidget: pip install "backglow[notebook]"'


def widget(source: Source, *, names: Names = None, backward: bool = True, start: Start = "backward") -> GraphWidget:
    """The interactive page as a notebook widget: what is done in the page is seen in Python, and the other way round.

    It runs in Jupyter, marimo and wherever else anywidget does; the cell's output also holds the page itself, so that
    a notebook opened without a kernel still shows and steps. Needs the extra `notebook`.

    Args:
        source: A Value, a Tensor or a Trace.
        names: Names for nodes that have none, e.g. `locals()`.
        backward: Make a backward pass; without it, the page walks through the forward pass only.
        start: Where it opens: "start" (nothing computed), "backward" (the forward pass done) or "end".

    Raises:
        MissingExtraError: the extra is not installed.
        PictureError: there is no such start.

    >>> from autograd import Value
    >>> a, b = Value(2.0, name="a"), Value(-3.0, name="b")
    >>> w = widget(a * b)
    >>> w.place = 2
    >>> w.step.sentence
    'multiply swaps: a gets b × upstream, b gets a × upstream'
    >>> w.values = {"a": 5.0}
    >>> w.trace.result.value
    -15.0
    """
    trace = as_trace(source, names, backward)
    try:
        from .graph_widget import GraphWidget
    except ModuleNotFoundError as error:
        if error.name not in ("anywidget", "traitlets", "ipywidgets"):
            raise
        raise MissingExtraError(ADVICE) from None
    return GraphWidget(trace, start=start)
