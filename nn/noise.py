"""Noise as regularisation: on inputs, on hidden units, on weights; in training only."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import OperandError, Tensor, Value

from .module import Module

__all__ = ["GaussianNoise", "WeightNoise"]


def _check_std(name: str, std: Any) -> float:
    if isinstance(std, bool) or not isinstance(std, (int, float, np.integer, np.floating)) or not 0 <= std < math.inf:
        raise OperandError(f"{name}: std is a finite number from 0 on, not {std!r}")
    return float(std)


class GaussianNoise(Module):
    """x plus N(0, std²), drawn anew for every element in every forward pass of training; x itself in use.

    On the inputs of a linear model it adds std²·‖w‖² to the expected squared error: an L2 penalty. Dropout is its
    multiplicative relative.

    Args:
        std: The standard deviation of the noise, in the input's unit.
        rng: Where it comes from, a generator or a seed; a new unseeded generator by default.

    Source: Bishop, 1995.

    Raises:
        OperandError: std is negative or not finite.

    >>> layer = GaussianNoise(0.1, rng=0)
    >>> layer(Tensor([1.0, 1.0])).data.round(6).tolist(), layer.eval()(Tensor([1.0, 1.0])).tolist()
    ([1.012573, 0.98679], [1.0, 1.0])
    """

    kind = "noise"

    def __init__(self, std: float, *, rng: np.random.Generator | int | None = None) -> None:
        self.std = _check_std("GaussianNoise", std)
        self.rng = np.random.default_rng(rng)

    def forward(self, x: Any) -> Any:
        """What a Tensor, a Value or a list of Values becomes."""
        if not self.training:
            return x
        if isinstance(x, (list, tuple)) and x and isinstance(x[0], Value):
            return [_noisy(v, self.std, self.rng) for v in x]
        return _noisy(x if isinstance(x, (Tensor, Value)) else Tensor(np.asarray(x, dtype=float)), self.std, self.rng)

    def extra_repr(self) -> str:
        """The standard deviation."""
        return f"std={self.std:g}"


def _noisy(x: Any, std: float, rng: np.random.Generator) -> Any:
    if isinstance(x, Value):
        return x + float(rng.normal(0, std))
    kind = x.dtype if x.dtype.kind == "f" else np.dtype(float)
    return x + rng.normal(0, std, x.shape).astype(kind)


class WeightNoise(Module):
    """A module whose parameters each get N(0, std²) added in every forward pass of training.

    The parameters themselves stay as they are, and get the gradient at the noisy place. For small noise the expected
    squared error grows by std²·E‖∂ŷ/∂W‖², which favours flat places; exactly so for a model linear in its weights,
    elsewhere up to a term that vanishes where the error is small.

    Args:
        module: Whose parameters are shaken; those that do not require a gradient are left alone.
        std: The standard deviation of the noise.
        rng: Where it comes from, a generator or a seed; a new unseeded generator by default.

    Sources: An, 1996; Jim, Giles and Horne, 1996; Graves, 2011.

    Raises:
        OperandError: std is negative or not finite.

    >>> from nn import Linear
    >>> model = WeightNoise(Linear(2, 1, rng=np.random.default_rng(0)), 0.1, rng=0)
    >>> bool((model(Tensor([1.0, 2.0])).data != model(Tensor([1.0, 2.0])).data).all())
    True
    """

    kind = "noise"

    def __init__(self, module: Module, std: float, *, rng: np.random.Generator | int | None = None) -> None:
        if not isinstance(module, Module):
            raise OperandError(f"WeightNoise: takes a module, not a {type(module).__name__}")
        self.module = module
        self.std = _check_std("WeightNoise", std)
        self.rng = np.random.default_rng(rng)

    def forward(self, *inputs: Any, **options: Any) -> Any:
        """What the module computes with noisy parameters."""
        if not self.training or not self.std:
            return self.module(*inputs, **options)
        parameters = {id(p): p for p in self.module.parameters() if p.requires_grad}
        noisy = {key: _noisy(p, self.std, self.rng) for key, p in parameters.items()}
        places = list(_places(self.module, noisy.keys()))
        try:
            for holder, key, parameter in places:
                holder[key] = noisy[id(parameter)]
            return self.module(*inputs, **options)
        finally:
            for holder, key, parameter in places:
                holder[key] = parameter

    def extra_repr(self) -> str:
        """The standard deviation."""
        return f"std={self.std:g}"


def _places(root: Module, wanted: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Every attribute or list element that is one of the wanted parameters: where, under which key, and it."""
    for module in root.modules():
        stack: list[tuple[Any, Any]] = [(vars(module), name) for name in vars(module)]
        while stack:
            holder, key = stack.pop()
            item = holder[key]
            if isinstance(item, (Tensor, Value)) and id(item) in wanted:
                yield holder, key, item
            elif isinstance(item, (list, dict)):
                stack.extend((item, k) for k in (range(len(item)) if isinstance(item, list) else item))
            elif isinstance(item, tuple) and any(id(part) in wanted for part in item):
                raise OperandError(
                    f"WeightNoise: {type(module).__name__} keeps parameters in a tuple, which cannot be exchanged; use "
                    "a list"
                )
