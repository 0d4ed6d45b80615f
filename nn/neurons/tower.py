"""Universal approximation built by hand: a hidden layer of steep sigmoids, two to a tower."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import OperandError, Tensor, sigmoid

from ..errors import DataError
from ..layers import Linear
from ..module import Module
from ..operands import as_tensor

__all__ = ["TowerApproximation", "tower_approximation"]


class TowerApproximation(Module):
    """A network of one hidden layer, made by `tower_approximation`.

    Attributes:
        hidden: 1 → 2n: the left and the right edge of each tower in turn.
        output: 2n → 1: a tower's height for its left edge, minus that for its right one.
    """

    def __init__(self, hidden: Linear, output: Linear) -> None:
        self.hidden = hidden
        self.output = output

    def forward(self, x: Any) -> Tensor:
        """The approximation at each x, of the shape of x."""
        points = as_tensor(x)
        result: Tensor = self.output(sigmoid(self.hidden(points.reshape(-1, 1)))).reshape(*points.shape)
        return result


def tower_approximation(
    function: Callable[[NDArray[np.float64]], Any], low: float, high: float, towers: int, *, steepness: float = 50.0
) -> TowerApproximation:
    """A sigmoid network close to a function on an interval: a tower of its height over each of equal parts.

    A tower is a steep sigmoid that rises at its left edge minus one that rises at its right edge, times the function's
    value at its middle. On a function with slopes up to M the error falls as M·(high − low)/(2·towers), away from the
    two ends, where half a tower's height is missing. That one hidden layer is enough for any continuous function is
    due to Cybenko, 1989, and Hornik, Stinchcombe and White, 1989.

    Args:
        function: From an array of points to an array of values.
        low: Where the interval begins.
        high: Where it ends.
        towers: How many; the network has twice as many hidden units.
        steepness: How steep the sigmoids are, in units of 1/(width of a tower). The steeper, the more of a staircase.

    Raises:
        OperandError: the interval is empty, or `towers` or `steepness` is not positive.
        DataError: the function gives something else than a finite number for each point.

    >>> net = tower_approximation(np.sin, 0.0, 2 * np.pi, 40)
    >>> net.hidden, round(float(net([1.0]).data[0]), 2)
    (Linear(1 → 80, 160 parameters), 0.85)
    """
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise OperandError(f"tower_approximation: low must be below high and both finite, not {low!r} and {high!r}")
    if not isinstance(towers, (int, np.integer)) or towers < 1 or not steepness > 0:
        raise OperandError(
            f"tower_approximation: towers must be a positive whole number and steepness positive, not {towers!r} and "
            f"{steepness!r}"
        )
    edges = np.linspace(low, high, towers + 1)
    heights = np.asarray(function((edges[:-1] + edges[1:]) / 2), dtype=np.float64)
    if heights.shape != (towers,) or not np.isfinite(heights).all():
        raise DataError("tower_approximation: the function must give one finite number for each point of an array")
    slope = steepness * towers / (high - low)
    hidden, output = Linear(1, 2 * towers), Linear(2 * towers, 1)
    beginnings = np.stack([edges[:-1], edges[1:]], axis=1).ravel()
    hidden.load_state_dict({"weight": np.full((2 * towers, 1), slope), "bias": -slope * beginnings})
    output.load_state_dict({"weight": np.stack([heights, -heights], axis=1).reshape(1, -1), "bias": np.zeros(1)})
    return TowerApproximation(hidden, output)
