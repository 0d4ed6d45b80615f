"""Any activation function as a module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..activations.functions import activation as named
from ..module import Module

__all__ = ["Activation"]


class Activation(Module):
    """An activation function as a module.

    Args:
        which: Its name in `nn.functional`, or a function.

    >>> from autograd import Tensor
    >>> Activation("relu")(Tensor([-1.0, 1.0])).tolist()
    [0.0, 1.0]
    """

    kind = "activation"

    def __init__(self, which: str | Callable[..., Any]) -> None:
        named(which)  # says at once if there is none of that name
        self._given = which
        self.which = which if isinstance(which, str) else getattr(which, "__name__", type(which).__name__)
        self.name = self.which

    def forward(self, x: Any) -> Any:
        """The function of each element."""
        return named(self._given)(x)

    def extra_repr(self) -> str:
        """Which function."""
        return self.which
