"""Functions called around a module's forward pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from .module import Module

__all__ = ["Hook", "HookHandle", "Hooks"]

Hook: TypeAlias = Callable[..., Any]


class HookHandle:
    """Takes a hook away again: `handle.remove()`, or `with handle:` for a while."""

    def __init__(self, hooks: dict[int, Hook], key: int) -> None:
        self._hooks = hooks
        self._key = key

    def remove(self) -> None:
        """Remove the hook; a second time does nothing."""
        self._hooks.pop(self._key, None)

    def __enter__(self) -> HookHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


class Hooks:
    """The hooks of one module."""

    def __init__(self) -> None:
        self._before: dict[int, Hook] = {}
        self._after: dict[int, Hook] = {}

    def add_before(self, hook: Hook) -> HookHandle:
        """Add one that is called with the inputs."""
        return _add(self._before, hook)

    def add_after(self, hook: Hook) -> HookHandle:
        """Add one that is called with the inputs and the output."""
        return _add(self._after, hook)

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return bool(self._before or self._after)

    def before(self, module: Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """The inputs after the hooks before the forward pass."""
        for hook in tuple(self._before.values()):
            replaced = hook(module, inputs)
            if replaced is not None:
                inputs = replaced if isinstance(replaced, tuple) else (replaced,)
        return inputs

    def after(self, module: Module, inputs: tuple[Any, ...], output: Any) -> Any:
        """The output after the hooks after the forward pass."""
        for hook in tuple(self._after.values()):
            replaced = hook(module, inputs, output)
            if replaced is not None:
                output = replaced
        return output


def _add(hooks: dict[int, Hook], hook: Hook) -> HookHandle:
    key = max(hooks, default=-1) + 1
    hooks[key] = hook
    return HookHandle(hooks, key)
