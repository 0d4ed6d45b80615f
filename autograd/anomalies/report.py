"""The error itself: what is known of the place where a number stopped being finite, as one message."""

from __future__ import annotations

import linecache
from collections.abc import Callable
from typing import Any

from ..errors import AnomalyError
from ..text import shorten, visible
from ..trace_data import Trace

__all__ = ["error", "line_text"]


def line_text(source: str | None) -> str:
    """A line of the user's code as a message shows it: where it stands, and what it says."""
    if source is None:
        return "not recorded: run the forward pass inside detect_anomaly() too, or inside record_sources()"
    file, _, number = source.rpartition(":")
    text = linecache.getline(file, int(number)).strip()
    return visible(source) + (f"  {shorten(visible(text), 100)}" if text else "")


def error(
    what: str,
    facts: list[tuple[str, str]],
    nearby: list[str],
    node: Any,
    source: str | None,
    trace: Callable[[], Trace],
) -> AnomalyError:
    """The error to raise.

    Args:
        what: The first line: which operation made what, and on which pass.
        facts: The lines below it, each with what it is about. Empty ones are left out.
        nearby: The graph around the node, as a text tree.
        node: The node.
        source: The line that made it, as "file:line".
        trace: Makes the record of the graph around it, for pictures.
    """
    lines = [what, *(f"  {about}: {text}" for about, text in facts if text)]
    lines += ["  nearby:", *(f"    {line}" for line in nearby)]
    return AnomalyError("\n".join(lines), node=node, source=source, trace=trace)
