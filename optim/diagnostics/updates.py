"""How far a step moves parameters, beside how large they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..checks import positive
from .arrays import as_floats, named, shown, size

__all__ = ["UpdateSize", "Updates", "update_ratios"]


@dataclass(frozen=True)
class UpdateSize:
    """One parameter's update.

    Attributes:
        name: The parameter's name.
        update_norm: ‖after − before‖.
        weight_norm: ‖before‖.
        ratio: Their quotient; inf where a parameter of zeros has moved, 0 where nothing has.
    """

    name: str
    update_norm: float
    weight_norm: float
    ratio: float


@dataclass(frozen=True)
class Updates:
    """All updates of a step.

    Attributes:
        sizes: One per parameter, in order.
        too_large, too_small: The names of those outside of the bounds. Parameters of zeros are not counted.
        message: What was found and what helps, in a sentence.
    """

    sizes: tuple[UpdateSize, ...] = field(repr=False)
    too_large: tuple[str, ...]
    too_small: tuple[str, ...]
    message: str


def update_ratios(parameters: Any, step: Callable[[], Any], low: float = 1e-5, high: float = 1e-1) -> Updates:
    """Take a step and see how far it moved each parameter; about a thousandth of its size is healthy.

    Source: Karpathy, CS231n, Stanford, "ratio of weights : updates".

    Args:
        parameters: A network, a mapping from names to parameters, or a list of them.
        step: Takes the step, e.g. `optimizer.step`.
        low, high: Between which ratios nothing is said.

    Raises:
        OptimizerError: there are no parameters, or the bounds make no sense.

    >>> from autograd import Tensor
    >>> from optim import SGD
    >>> w = Tensor([3.0, 4.0], requires_grad=True, name="w")
    >>> (w * w).sum().backward()
    >>> update_ratios([w], SGD([w], lr=0.001).step).sizes[0].ratio.__round__(6)
    0.002
    """
    positive("update_ratios", "low", low)
    positive("update_ratios", "high", high)
    listed = list(named(parameters))
    before = [as_floats(p).copy() for _, p in listed]
    step()
    return compared([(name, old, as_floats(p)) for (name, p), old in zip(listed, before, strict=True)], low, high)


def compared(moved: list[tuple[str, Any, Any]], low: float, high: float) -> Updates:
    """The verdict on parameters before and after a step."""
    sizes = []
    for name, old, new in moved:
        with np.errstate(invalid="ignore"):
            length, weight = size(new - old), size(old)
        sizes.append(UpdateSize(name, length, weight, length / weight if weight else np.inf if length else 0.0))
    large = tuple(s.name for s in sizes if s.weight_norm and s.ratio > high)
    small = tuple(s.name for s in sizes if s.weight_norm and s.ratio < low)
    text = "the step moved every parameter by a reasonable share of its size"
    if large:
        worst = max((s for s in sizes if s.name in large), key=lambda s: s.ratio)
        text = f"the step moved {shown(worst.name)} by {worst.ratio:.2g} of its size; lower the learning rate or clip"
    elif small:
        least = min((s for s in sizes if s.name in small), key=lambda s: s.ratio)
        text = (
            f"the step moved {shown(least.name)} by only {least.ratio:.2g} of its size; raise the learning rate, or "
            "see whether gradients vanish"
        )
    return Updates(tuple(sizes), large, small, text)
