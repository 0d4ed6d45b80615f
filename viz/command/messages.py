"""What the command says when something is wrong: one line, whatever was typed."""

from __future__ import annotations

from autograd.text import shorten, visible

__all__ = ["one_line"]


def one_line(message: str) -> str:
    """The message on one line of a readable length, with nothing in it that a terminal would obey."""
    return shorten(visible(message.replace("\n", " ")), 400)
