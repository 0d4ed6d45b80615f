"""How a Value shows itself in a notebook, without the engine knowing how pictures are made.

The package that draws offers its renderers here when it is imported; if nobody has, the default one is imported at the
moment a notebook asks for a picture.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

__all__ = ["offer", "render"]

DEFAULT_RENDERERS = "viz"
"""The package imported for its renderers when a picture is wanted and none were offered."""

_RENDERERS: dict[str, Callable[..., str]] = {}


def offer(kind: str, renderer: Callable[..., str]) -> None:
    """Use `renderer` to show nodes as `kind` ("svg", "html", "tree")."""
    _RENDERERS[kind] = renderer


def render(kind: str, node: Any, **options: Any) -> str:
    """The node shown as `kind`; `options` are the renderer's own."""
    if kind not in _RENDERERS:
        importlib.import_module(DEFAULT_RENDERERS)
    return _RENDERERS[kind](node, **options)
