"""The interactive page: one scene in plain JavaScript, for a file, a notebook output and a widget alike."""

from __future__ import annotations

from .page import Start, page

__all__ = ["Start", "page"]
