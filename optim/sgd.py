"""Gradient descent, plain or with momentum."""

from __future__ import annotations

import math
from collections.abc import Iterable

from autograd import OperandError, Value

__all__ = ["SGD", "Optimizer"]


class Optimizer:
    """Base of everything that changes parameters by their gradients.

    Args:
        parameters: The leaves to change.

    Raises:
        OperandError: there are none, one is given twice, or one is not a leaf Value.
    """

    def __init__(self, parameters: Iterable[Value]) -> None:
        self.parameters = list(parameters)
        if not self.parameters:
            raise OperandError(f"{type(self).__name__} was given no parameters")
        if len({id(p) for p in self.parameters}) < len(self.parameters):
            raise OperandError(f"{type(self).__name__} was given the same parameter twice")
        for p in self.parameters:
            if not isinstance(p, Value) or p.parents:
                raise OperandError(f"{type(self).__name__} changes leaf Values, not {p!r}")

    def zero_grad(self) -> None:
        """Set every gradient to 0.0, before the next backward pass."""
        for p in self.parameters:
            p.zero_grad()

    def step(self) -> None:
        """Change the parameters once."""
        raise TypeError(f"{type(self).__name__} does not say what a step is")


class SGD(Optimizer):
    """Gradient descent: velocity = momentum * velocity + gradient; parameter -= lr * velocity.

    Parameters without a gradient stay as they are. Source: Robbins and Monro, 1951; momentum: Polyak, 1964, in the
    form of PyTorch's SGD.

    Args:
        parameters: The leaves to change.
        lr: Learning rate, above 0.
        momentum: Share of the last velocity that is kept, from 0 to below 1.

    Raises:
        OperandError: a setting is out of range, or a parameter is unusable.

    >>> x = Value(3.0)
    >>> optimizer = SGD([x], lr=0.1)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (x * x).backward()
    ...     optimizer.step()
    >>> round(x.data, 12)
    1.92
    """

    def __init__(self, parameters: Iterable[Value], lr: float, momentum: float = 0.0) -> None:
        super().__init__(parameters)
        if not (math.isfinite(lr) and lr > 0):
            raise OperandError(f"SGD: lr must be a positive number, not {lr!r}")
        if not 0 <= momentum < 1:
            raise OperandError(f"SGD: momentum must be at least 0 and below 1, not {momentum!r}")
        self.lr = lr
        self.momentum = momentum
        self._velocity: list[float | None] = [None] * len(self.parameters)

    def step(self) -> None:
        """Move every parameter against its gradient."""
        for i, p in enumerate(self.parameters):
            if p.grad is None:
                continue
            velocity = float(p.grad)
            last = self._velocity[i]
            if self.momentum and last is not None:
                velocity += self.momentum * last
            self._velocity[i] = velocity
            p.data -= self.lr * velocity
