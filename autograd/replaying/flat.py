"""What all replays share: their parameters as Values, and as one flat array of numbers beside one of gradients."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ReplayError
from ..value import Value
from .program import Effort

__all__ = ["Flat"]


class Flat(ABC):
    """Parameters in a flat array.

    The Values are what counts: a call reads their numbers first, and `backward` adds to their gradients. A training
    loop that wants no more of Python than it must works on the arrays instead, between `load` and `store`.
    """

    _loaded: NDArray[Any]
    """`weights` as they were when they last agreed with the Values."""

    @property
    @abstractmethod
    def parameters(self) -> tuple[Value, ...]:
        """The Values whose numbers are looked up at every call, in the order of `weights`."""

    @property
    @abstractmethod
    def weights(self) -> NDArray[Any]:
        """The parameters' numbers, shape (parameters,): the array the replay reads, to be changed in place."""

    @property
    @abstractmethod
    def gradients(self) -> NDArray[Any]:
        """The parameters' gradients of the last backward pass, shape (parameters,); the next one overwrites it."""

    @property
    @abstractmethod
    def _learns(self) -> Sequence[bool]:
        """For each parameter whether it gets a gradient."""

    _effort: Effort

    @property
    def backend(self) -> str:
        """What runs it now: "numba" or "numpy"."""
        return self._effort.backend

    def compile(self) -> None:
        """Have loops compiled now, rather than when so much has been run without them that they begin to pay.

        Raises:
            ReplayError: numba is missing (extra `fast`).
        """
        self._use("numba")
        self._effort.settle("numba")

    @abstractmethod
    def _use(self, backend: str) -> None:
        """Change to another back end."""

    def _work(self, amount: float) -> None:
        """Count work about to be done, and change to compiled loops once they are worth their price."""
        if self._effort.spend(amount):
            try:
                self.compile()
            except ReplayError:  # numba is there and cannot be loaded
                self._effort.settle("numpy")

    @abstractmethod
    def _forward(self) -> float:
        """Compute the result from the weights and inputs as they stand."""

    @abstractmethod
    def _backward(self) -> None:
        """Compute the gradients of the last result."""

    @abstractmethod
    def _prepare(self, *inputs: Any, **named: Any) -> None:
        """Take these inputs, if there are any; record, if nothing has been recorded for such inputs."""

    def load(self) -> None:
        """Copy the numbers of the Values into `weights`."""
        self.weights[:] = [p.data for p in self.parameters]
        self._agree()

    def store(self) -> None:
        """Copy `weights` into the Values."""
        for parameter, number in zip(self.parameters, self.weights.tolist(), strict=True):
            parameter.data = number
        self._agree()

    def _agree(self) -> None:
        self._loaded = self.weights.copy()

    def _store_changed(self) -> None:
        """Copy those of `weights` into the Values that were changed since the two last agreed.

        The other Values may have been changed themselves, by an optimizer or by hand, and keep their numbers.
        """
        now, then = self.weights, self._loaded
        for i in np.flatnonzero((now != then) & ((now == now) | (then == then))).tolist():
            self.parameters[i].data = float(now[i])
        self._agree()

    def __call__(self, *inputs: Any, **named: Any) -> float:
        """Compute the result from the parameters' present numbers.

        Args:
            inputs: As the function takes them; the last ones where none are given.
            named: The same, by name.

        Returns:
            The result, a float.

        Raises:
            ReplayError: the first call with inputs of these shapes records, and the graph depends on data.
        """
        self._prepare(*inputs, **named)
        self.load()
        return self._forward()

    def backward(self) -> None:
        """Add the gradients of the last result to the parameters' `.grad`, as `Value.backward` does.

        Parameters that are frozen now, were so when the graph was recorded, or are not among those that were declared
        to learn, keep the gradient they have.

        Raises:
            ReplayError: nothing has been computed yet.
        """
        self._backward()
        for parameter, learns, gradient in zip(self.parameters, self._learns, self.gradients.tolist(), strict=True):
            if learns and parameter.requires_grad:
                parameter.grad = gradient if parameter.grad is None else parameter.grad + gradient

    def value_and_grad(self, *inputs: Any, **named: Any) -> tuple[float, NDArray[Any]]:
        """The result and its gradients, shape (parameters,), from the parameters' numbers; no `.grad` changes."""
        result = self(*inputs, **named)
        self._backward()
        return result, np.array(self.gradients)

    def run(self, *inputs: Any, **named: Any) -> float:
        """Compute the result from `weights`, and its `gradients`: a step of a training loop on arrays.

        >>> import autograd
        >>> w = Value(0.0, name="w")
        >>> step = autograd.replay(lambda x, y: (w * x - y) ** 2)
        >>> _ = step(2.0, 6.0)
        >>> for _ in range(20):
        ...     loss = step.run()
        ...     step.weights[:] -= 0.1 * step.gradients
        >>> step.store()
        >>> round(w.data, 6)
        3.0
        """
        self._prepare(*inputs, **named)
        result = self._forward()
        self._backward()
        return result
