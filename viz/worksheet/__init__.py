"""Worksheets: a graph with blanks to fill in by hand, on paper, and its answer key."""

from __future__ import annotations

from .sheet import worksheet

__all__ = ["worksheet"]
