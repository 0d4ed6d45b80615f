"""Two layers of threshold units, and how a truth table becomes such a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .boolean import inputs_of
from .mcculloch_pitts import McCullochPitts, binary, mp_or
from .perceptron import Perceptron

__all__ = ["BooleanNetwork", "McCullochPittsNetwork", "ThresholdNetwork", "xor_mlp"]


class ThresholdNetwork:
    """A hidden layer of threshold units and one output unit that sees what they say.

    Args:
        hidden: Units: each takes rows of inputs, shape (m, n), and answers with zeros and ones, shape (m,).
        output: The unit that takes the hidden units' answers.

    >>> xor = xor_mlp()
    >>> xor.hidden_outputs([0, 1]).tolist(), xor([0, 1])
    ([0, 1], 1)
    """

    def __init__(self, hidden: Sequence[Callable[[Any], Any]], output: Callable[[Any], Any]) -> None:
        self.hidden = list(hidden)
        self.output = output

    def _inputs(self, x: ArrayLike) -> NDArray[Any]:
        return np.asarray(x)

    def hidden_outputs(self, x: ArrayLike) -> NDArray[np.int64]:
        """What the hidden units answer, shape (..., number of hidden units)."""
        rows = self._inputs(x)
        answers = [np.asarray(unit(rows)) for unit in self.hidden]
        return np.stack(answers, axis=-1) if answers else np.zeros((*rows.shape[:-1], 0), dtype=np.int64)

    def __call__(self, x: ArrayLike) -> Any:
        """The output for one row (an int), or for each row of several (an array)."""
        return self.output(self.hidden_outputs(x))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.hidden)} hidden units, output {self.output!r})"


class McCullochPittsNetwork(ThresholdNetwork):
    """A network of McCulloch–Pitts units; any Boolean function is one. Source: McCulloch and Pitts, 1943."""

    @classmethod
    def from_truth_table(cls, outputs: Sequence[int] | NDArray[Any]) -> Self:
        """The disjunctive normal form: an AND per row that is 1, whose negated inputs inhibit, and an OR of them.

        Args:
            outputs: 0 or 1 for each row of `boolean_inputs(n)`: (0, 0), (1, 0), (0, 1), (1, 1) for two inputs.

        Raises:
            DataError: the outputs are not 2ⁿ zeros and ones.

        >>> xor = McCullochPittsNetwork.from_truth_table([0, 1, 1, 0])
        >>> len(xor.hidden), xor([[0, 0], [1, 0], [0, 1], [1, 1]]).tolist()
        (2, [0, 1, 1, 0])
        """
        rows, values = inputs_of(outputs, "McCullochPittsNetwork.from_truth_table")
        terms = [
            McCullochPitts(int(row.sum()), np.flatnonzero(row == 0).tolist(), inputs=rows.shape[1])
            for row in rows[values == 1]
        ]
        return cls(terms, mp_or(len(terms)))

    def _inputs(self, x: ArrayLike) -> NDArray[Any]:
        return binary(x, "McCullochPittsNetwork")


class BooleanNetwork(ThresholdNetwork):
    """2ⁿ hidden perceptrons, one for each pattern of signs, and an output perceptron: any Boolean function of n inputs.

    Inside, false is −1 and true is +1. The hidden unit for a pattern has the pattern as weights and −n as bias, so it
    fires for that pattern alone. They stand in counting order with the first input slowest: for two inputs (−, −),
    (−, +), (+, −), (+, +). The output unit has bias 0 and weight +1 for the patterns that are true, −1 for the others.
    That many units suffice; fewer often do. Source: Minsky and Papert, 1969.
    """

    @classmethod
    def from_truth_table(cls, outputs: Sequence[int] | NDArray[Any]) -> Self:
        """The network of a truth table.

        Args:
            outputs: 0 or 1 for each row of `boolean_inputs(n)`: (0, 0), (1, 0), (0, 1), (1, 1) for two inputs.

        Raises:
            DataError: the outputs are not 2ⁿ zeros and ones.

        >>> network = BooleanNetwork.from_truth_table([0, 1, 1, 0])
        >>> network([[0, 0], [1, 0], [0, 1], [1, 1]]).tolist()
        [0, 1, 1, 0]
        >>> network.hidden_outputs([1, 0]).tolist()  # the third pattern is (+, −)
        [0, 0, 1, 0]
        """
        rows, values = inputs_of(outputs, "BooleanNetwork.from_truth_table")
        n = rows.shape[1]
        order = np.lexsort(rows.T[::-1])  # the first input slowest
        hidden = [Perceptron(-n, 2.0 * row - 1) for row in rows[order]]
        return cls(hidden, Perceptron(0.0, 2.0 * values[order] - 1))

    def _inputs(self, x: ArrayLike) -> NDArray[Any]:
        return 2 * binary(x, "BooleanNetwork") - 1


def xor_mlp() -> ThresholdNetwork:
    """XOR in two layers: z1 = x1 and not x2, z2 = x2 and not x1, y = z1 or z2.

    >>> xor_mlp()([[0, 0], [1, 0], [0, 1], [1, 1]]).tolist()
    [0, 1, 1, 0]
    """
    return ThresholdNetwork(
        [Perceptron(-1.0, (1.0, -1.0)), Perceptron(-1.0, (-1.0, 1.0))],
        Perceptron(-1.0, (1.0, 1.0)),
    )
