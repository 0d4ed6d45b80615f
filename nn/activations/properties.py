"""What one wants of an activation function, measured: flat tails, zero-centred outputs, slopes that change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import OperandError, Tensor, enable_grad

from .functions import ACTIVATIONS, activation

__all__ = ["ActivationProperties", "activation_properties", "activation_table"]

_FAR = 1e4
_FLAT = 1e-6


@dataclass(frozen=True)
class ActivationProperties:
    """The properties of one activation function.

    Attributes:
        name: What it is called.
        low, high: Its smallest and largest value for inputs within ±1e4.
        differentiable: Whether the slopes left and right of every point agree, 0 included.
        linear: Whether its slope is the same everywhere, so that layers of it stay one linear function.
        saturates_left, saturates_right: Whether the slope vanishes far out on that side.
        zero_centred: Whether it is odd, so that inputs around 0 give outputs around 0.
        monotonic: Whether it never decreases.
        mean_output: Its mean over inputs from the standard normal distribution.
    """

    name: str
    low: float
    high: float
    differentiable: bool
    linear: bool
    saturates_left: bool
    saturates_right: bool
    zero_centred: bool
    monotonic: bool
    mean_output: float
    function: Callable[..., Any] = field(repr=False, compare=False)

    @property
    def saturates(self) -> bool:
        """Whether it is flat far out on both sides, as sigmoid and tanh are."""
        return self.saturates_left and self.saturates_right

    @property
    def one_sided(self) -> bool:
        """Whether it is flat far out on one side only, as relu is."""
        return self.saturates_left != self.saturates_right

    def curve(self, x: Any) -> tuple[NDArray[Any], NDArray[Any]]:
        """Values and slopes at some points: what a plot of it shows.

        >>> [round(float(s), 4) for s in activation_properties("sigmoid").curve([-3.0, 0.0, 3.0])[1]]
        [0.0452, 0.25, 0.0452]
        """
        return _curve(self.function, np.asarray(x, dtype=float))


def _curve(function: Callable[..., Any], x: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    with enable_grad():
        leaf = Tensor(x, requires_grad=True)
        out = function(leaf)
        if not isinstance(out, Tensor) or out.shape != leaf.shape:
            raise OperandError("activation_properties: the function must give a Tensor of its input's shape")
        if out.requires_grad:
            out.backward(np.ones_like(out.data))
    slopes = np.zeros_like(x) if leaf.grad is None else leaf.grad
    return np.array(out.data), np.array(slopes)


def activation_properties(which: str | Callable[..., Any]) -> ActivationProperties:
    """Measure an activation function.

    Args:
        which: Its name in `nn.functional`, or a function of a Tensor.

    Raises:
        OperandError: there is none of that name, or the function does not keep its input's shape.

    >>> found = activation_properties("tanh")
    >>> found.saturates, found.zero_centred, found.differentiable, activation_properties("relu").one_sided
    (True, True, True, True)
    """
    function = activation(which)
    name = which if isinstance(which, str) else getattr(which, "__name__", type(which).__name__)
    near = np.linspace(-12, 12, 4801)
    x = np.concatenate([-np.geomspace(_FAR, 12.5, 300), near, np.geomspace(12.5, _FAR, 300)])
    values, slopes = _curve(function, x)
    # A kink shows where the slope jumps between neighbours that are next to nothing apart.
    close = np.sort(np.concatenate([near - 1e-9, near + 1e-9]))
    beside, beside_slopes = _curve(function, close)
    gaps = np.diff(close) < 1e-8
    jumps = np.abs(np.diff(beside_slopes)[gaps]) > 1e-4
    breaks = np.abs(np.diff(beside)[gaps]) > 1e-4
    weights = np.exp(-(near**2) / 2)
    return ActivationProperties(
        name=name,
        low=float(values.min()),
        high=float(values.max()),
        differentiable=not bool(jumps.any() or breaks.any()),
        linear=bool(np.ptp(slopes) < _FLAT and not breaks.any()),
        saturates_left=bool(abs(slopes[0]) < _FLAT),
        saturates_right=bool(abs(slopes[-1]) < _FLAT),
        zero_centred=bool(np.allclose(values, -values[::-1], rtol=1e-9, atol=1e-9)),
        monotonic=bool((np.diff(values) >= -1e-12).all()),
        mean_output=float((_curve(function, near)[0] * weights).sum() / weights.sum()),
        function=function,
    )


def activation_table() -> list[ActivationProperties]:
    """The properties of every activation function that has a name, in the order of `ACTIVATIONS`.

    >>> [p.name for p in activation_table() if p.saturates and p.zero_centred]
    ['tanh', 'arctan', 'softsign', 'hardtanh']
    """
    named = {id(function): name for name, function in reversed(ACTIVATIONS.items())}
    return [activation_properties(name) for name, function in ACTIVATIONS.items() if named[id(function)] == name]
