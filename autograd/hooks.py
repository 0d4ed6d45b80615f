"""Handles that take a hook away again, for whatever keeps hooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["RemovableHandle"]


class RemovableHandle:
    """Adds a hook and takes it away again: `handle.remove()`, or `with handle:` for a while.

    Args:
        hooks: Where the hooks are kept, in their order.
        hook: The one to add.

    >>> hooks = {}
    >>> handle = RemovableHandle(hooks, print)
    >>> list(hooks.values()) == [print]
    True
    >>> handle.remove()
    >>> hooks
    {}
    """

    def __init__(self, hooks: dict[object, Callable[..., Any]], hook: Callable[..., Any]) -> None:
        self._hooks = hooks
        # Nobody else's key, so that a handle removes its own hook only, however often it is asked to.
        self._key = object()
        hooks[self._key] = hook

    def remove(self) -> None:
        """Remove the hook; a second time does nothing."""
        self._hooks.pop(self._key, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()
