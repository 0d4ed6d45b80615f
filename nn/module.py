"""Module: something with parameters that computes something, and shows as one box in a picture."""

from __future__ import annotations

from typing import Any

from autograd import Value, call_in_group

__all__ = ["Module"]


class Module:
    """Base of everything that is trained.

    A subclass that defines `forward` can be called; what it computes shows in pictures and traces as a group of its
    name, with the groups of the modules it calls inside. One that defines `__call__` itself works as well, without a
    group of its own. Groups cost next to nothing: only the results of a call are marked.

    Attributes:
        name: What to call the module in pictures; the name of its class, where empty.
        kind: What to call its sort there.

    >>> from autograd import trace
    >>> class Squares(Module):
    ...     def forward(self, x):
    ...         return sum(v * v for v in x)
    >>> record = trace(Squares()([Value(2.0), Value(3.0)]))
    >>> record.groups[0].name, [node.label for node in record.nodes if node.group == 0]
    ('Squares', ['v2', '0', 'v3', 'v5', 'v6'])
    """

    name: str = ""
    kind: str = "module"

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        """What `forward` computes."""
        return call_in_group(self.forward, self.name or type(self).__name__, self.kind, inputs, options)

    def forward(self, *_inputs: Any, **_options: Any) -> Any:
        """Compute the outputs; to be defined by the subclass.

        Raises:
            NotImplementedError: it is not.
        """
        raise NotImplementedError(f"{type(self).__name__} computes nothing: define forward(self, x) in it")

    def parameters(self) -> list[Value]:
        """Every parameter, in a fixed order."""
        return []

    def zero_grad(self) -> None:
        """Set every parameter's gradient to 0.0."""
        for parameter in self.parameters():
            parameter.zero_grad()
