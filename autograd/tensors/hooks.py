"""Hooks on nodes, and the handles that remove them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["RemovableHandle", "add_hook"]


class RemovableHandle:
    """Takes a hook away again: `handle.remove()`, or `with handle:` for a while."""

    def __init__(self, hooks: dict[object, Callable[[Any], Any]], key: object) -> None:
        self._hooks = hooks
        self._key = key

    def remove(self) -> None:
        """Remove the hook; a second time does nothing."""
        self._hooks.pop(self._key, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


def add_hook(tensor: Tensor, hook: Callable[[Any], Any]) -> RemovableHandle:
    """Add a hook after those a tensor has."""
    hooks = tensor._hooks
    if hooks is None:
        hooks = tensor._hooks = {}
    key = object()  # nobody else's, so that a handle removes its own hook only, however often it is asked to
    hooks[key] = hook
    return RemovableHandle(hooks, key)
