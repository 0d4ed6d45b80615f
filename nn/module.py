"""Module: something with parameters."""

from __future__ import annotations

from autograd import Value

__all__ = ["Module"]


class Module:
    """Base of everything that is trained."""

    def parameters(self) -> list[Value]:
        """Every parameter, in a fixed order."""
        return []

    def zero_grad(self) -> None:
        """Set every parameter's gradient to 0.0."""
        for parameter in self.parameters():
            parameter.zero_grad()
