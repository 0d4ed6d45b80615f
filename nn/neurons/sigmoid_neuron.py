"""The sigmoid neuron, and gradient descent on it written out."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import OperandError, Tensor, sigmoid

from ..errors import DataError
from .neuron import Neuron
from .rows import real_numbers

__all__ = ["SigmoidGradient", "SigmoidNeuron"]


class SigmoidGradient(NamedTuple):
    """A loss of a sigmoid neuron and how it changes with the weights."""

    loss: float
    weight: NDArray[np.float64]
    """∂L/∂w, shape (n,)."""
    bias: float
    """∂L/∂b."""


class SigmoidNeuron(Neuron):
    """y = 1/(1 + exp(−(b + w·x))): a perceptron whose step is smooth, exactly ½ on the boundary.

    Source: Rumelhart, Hinton and Williams, 1986.

    Args:
        weight: A weight for each input.
        bias: The bias, in a perceptron's terms w0.

    >>> float(SigmoidNeuron([2.0], -1.0)([0.5]).data)
    0.5
    """

    bias: Tensor

    def __init__(self, weight: ArrayLike, bias: float = 0.0) -> None:
        if np.ndim(weight) != 1 or np.ndim(bias):
            raise OperandError("SigmoidNeuron is one neuron: give it a row of weights and one bias, or use Neuron")
        super().__init__(weight, bias, sigmoid)

    def gradient(self, inputs: ArrayLike, targets: ArrayLike, loss: str = "mean") -> SigmoidGradient:
        """The squared error and its gradient in closed form, without the engine: ∂/∂w = Σ (f − y)·f·(1 − f)·x · scale.

        Args:
            inputs: Shape (m, n); one input may be given as (m,).
            targets: What the m outputs should be.
            loss: "mean": (1/m) Σ (f − y)², scale 2/m. "half": ½ Σ (f − y)², scale 1.

        Raises:
            DataError: there are no rows, not as many targets, another number of inputs, or numbers that are not finite.
            OperandError: the loss is another.

        >>> unit = SigmoidNeuron([0.5], -0.2)
        >>> round(unit.gradient([2.0], [0.8], loss="half").bias, 10)
        -0.0235355254
        """
        rows, goals = self._data(inputs, targets)
        if loss not in ("mean", "half"):
            raise OperandError(f'SigmoidNeuron: loss is "mean" or "half", not {loss!r}')
        outputs = np.asarray(self(rows).data)
        error = outputs - goals
        signal = error * outputs * (1 - outputs)
        share = 1 / len(rows) if loss == "mean" else 0.5
        slope = 2 * share
        return SigmoidGradient(share * float(error @ error), slope * (signal @ rows), slope * float(signal.sum()))

    def fit(
        self, inputs: ArrayLike, targets: ArrayLike, *, lr: float, max_iterations: int = 1000, loss: str = "mean"
    ) -> Self:
        """Gradient descent over all rows at once: w ← w − lr·∂L/∂w, b ← b − lr·∂L/∂b.

        Args:
            inputs: Shape (m, n); one input may be given as (m,).
            targets: What the m outputs should be, from 0 to 1.
            lr: Learning rate.
            max_iterations: How many steps.
            loss: "mean" or "half"; see `gradient`. The latter is m/2 times the former, and so are its steps.

        Returns:
            Itself; `history` holds the loss before every step and after the last.

        Raises:
            DataError: the data is unusable, as in `gradient`.
            OperandError: a setting is out of range.

        >>> unit = SigmoidNeuron([0.0]).fit([-1.0, 1.0], [0.0, 1.0], lr=1.0, max_iterations=200)
        >>> unit.history[0], unit.history[-1] < 0.01
        (0.25, True)
        """
        if not (np.isfinite(lr) and lr > 0):
            raise OperandError(f"SigmoidNeuron.fit: lr must be a positive number, not {lr!r}")
        if not isinstance(max_iterations, (int, np.integer)) or max_iterations < 1:
            raise OperandError(
                f"SigmoidNeuron.fit: max_iterations must be a positive whole number, not {max_iterations!r}"
            )
        self.history: list[float] = []
        for _ in range(max_iterations):
            loss_now, weight, bias = self.gradient(inputs, targets, loss)
            self.history.append(loss_now)
            self.weight.data = self.weight.data - lr * weight
            self.bias.data = self.bias.data - lr * bias
        self.history.append(self.gradient(inputs, targets, loss).loss)
        return self

    def _data(self, inputs: ArrayLike, targets: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        rows, goals = real_numbers(inputs, "SigmoidNeuron"), real_numbers(targets, "SigmoidNeuron")
        if rows.ndim == 1 and self.weight.shape[0] == 1:
            rows = rows[:, None]
        if rows.ndim != 2 or not len(rows) or goals.shape != (len(rows),) or rows.shape[1] != self.weight.shape[0]:
            raise DataError(
                f"SigmoidNeuron: one or more rows of {self.weight.shape[0]} inputs need as many targets; the inputs "
                f"have shape {rows.shape}, the targets {goals.shape}"
            )
        if not (np.isfinite(rows).all() and np.isfinite(goals).all()):
            raise DataError("SigmoidNeuron: the inputs or targets hold a number that is not finite")
        return rows, goals
