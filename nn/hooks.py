"""Functions called around a module's forward pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from autograd import RemovableHandle

if TYPE_CHECKING:
    from .module import Module

__all__ = ["Hook", "Hooks"]

Hook: TypeAlias = Callable[..., Any]


class Hooks:
    """The hooks of one module."""

    def __init__(self) -> None:
        self._before: dict[object, Hook] = {}
        self._after: dict[object, Hook] = {}

    def add_before(self, hook: Hook) -> RemovableHandle:
        """Add one that is called with the inputs."""
        return RemovableHandle(self._before, hook)

    def add_after(self, hook: Hook) -> RemovableHandle:
        """Add one that is called with the inputs and the output."""
        return RemovableHandle(self._after, hook)

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
