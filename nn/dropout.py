"""Dropout: in training, units are left out at random; in use, all of them answer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import OperandError, ShapeError, Tensor, Value

from .module import Module

__all__ = ["Dropout", "dropout"]


def dropout(
    x: Any, p: float = 0.5, training: bool = True, *, inverted: bool = True,
    rng: np.random.Generator | int | None = None, mask: Any = None,
) -> Any:  # fmt: skip
    """Leave each element out with probability p.

    Args:
        x: A Tensor, a Value or a list of Values; arrays become Tensors.
        p: The probability of being left out (Srivastava and others write p for that of being kept).
        training: Whether to leave anything out.
        inverted: Divide what is kept by 1 - p in training, so that nothing is to be done in use: PyTorch's way. False
            is the original way (Hinton and others, 2012): nothing is divided in training, and in use everything is
            multiplied by 1 - p.
        rng: Where the mask comes from; a new unseeded generator by default.
        mask: What is kept, 1 or 0 for each element, in place of a random mask.

    The gradient goes through the same mask. With p = 1 the result is 0 and no nan.

    Sources: Hinton and others, 2012; Srivastava and others, 2014.

    Raises:
        OperandError: p is no probability.
        ShapeError: the mask has not the input's shape.

    >>> dropout(Tensor([2.0, 4.0]), 0.5, mask=[1, 0]).tolist()
    [4.0, 0.0]
    >>> dropout(Tensor([2.0, 4.0]), 0.5, training=False, inverted=False).tolist()
    [1.0, 2.0]
    """
    keep = 1 - check_probability("dropout", "p", p)
    if not training:
        return x if inverted else _scaled(x, keep)
    shape = _shape(x)
    kept = draw_mask(shape, keep, rng) if mask is None else np.asarray(mask) != 0
    if kept.shape != shape:
        raise ShapeError(f"dropout: the mask has shape {kept.shape}, the input {shape}")
    return _scaled(x, kept / keep if inverted and keep else kept.astype(float))


def check_probability(name: str, what: str, p: Any) -> float:
    """The number p, if it is a probability.

    Raises:
        OperandError: it is not.
    """
    if isinstance(p, bool) or not isinstance(p, (int, float, np.integer, np.floating)) or not 0 <= p <= 1:
        raise OperandError(f"{name}: {what} is a probability, from 0 to 1, not {p!r}")
    return float(p)


def draw_mask(shape: tuple[int, ...], keep: float, rng: np.random.Generator | int | None) -> NDArray[np.bool_]:
    """True for each element that is kept."""
    return np.asarray(np.random.default_rng(rng).random(shape) < keep)


def _shape(x: Any) -> tuple[int, ...]:
    return (len(x),) if isinstance(x, (list, tuple)) and x and isinstance(x[0], Value) else np.shape(_numbers(x))


def _numbers(x: Any) -> Any:
    return x.data if isinstance(x, (Tensor, Value)) else x


def _scaled(x: Any, factors: Any) -> Any:
    """Each element times its factor; what a layer of Values returns stays a list."""
    if isinstance(x, Tensor):
        kind = x.dtype if x.dtype.kind == "f" else np.dtype(float)
        return x * (factors if isinstance(factors, float) else Tensor(factors.astype(kind), name="mask"))
    if isinstance(x, Value):
        return x * float(factors)
    if isinstance(x, (list, tuple)) and x and isinstance(x[0], Value):
        return [v * float(m) for v, m in zip(x, np.broadcast_to(factors, (len(x),)), strict=True)]
    return Tensor(np.asarray(x, dtype=float) * factors)


class Dropout(Module):
    """Each unit is left out with probability p in training, anew in every forward pass; in use all are kept.

    Args:
        p: The probability that a unit is left out, PyTorch's p. By default 0.5, usual for hidden units; 0.2 is usual
            for inputs.
        keep_prob: The probability that it is kept, the p of Srivastava and others (2014), in place of p.
        inverted: Divide by keep_prob in training and do nothing in use, as PyTorch. False is the original form:
            nothing is divided in training, and in `eval()` everything is multiplied by keep_prob.
        rng: Where the masks come from, a generator or a seed; a new unseeded generator by default.

    Attributes:
        mask: What the last forward pass in training kept, an array of booleans; None before.

    A network of N such units is 2ᴺ networks that share weights; in use it computes their weighted geometric mean where
    a softmax follows directly, and about that elsewhere.

    Raises:
        OperandError: p or keep_prob is no probability, or both are given.

    >>> layer = Dropout(0.5, rng=0)
    >>> layer(Tensor([1.0, 1.0, 1.0, 1.0])).tolist(), layer.eval()(Tensor([1.0])).tolist()
    ([0.0, 2.0, 2.0, 2.0], [1.0])
    """

    kind = "dropout"

    def __init__(
        self, p: float | None = None, *, keep_prob: float | None = None, inverted: bool = True,
        rng: np.random.Generator | int | None = None,
    ) -> None:  # fmt: skip
        if p is not None and keep_prob is not None:
            raise OperandError("Dropout: p and keep_prob say the same thing (keep_prob = 1 - p): give one of them")
        if keep_prob is not None:
            p = 1 - check_probability("Dropout", "keep_prob", keep_prob)
        self.p = 0.5 if p is None else check_probability("Dropout", "p", p)
        self.inverted = inverted
        self.rng = np.random.default_rng(rng)
        self.mask: NDArray[np.bool_] | None = None

    @property
    def keep_prob(self) -> float:
        """The probability that a unit is kept, 1 - p."""
        return 1 - self.p

    def forward(self, x: Any) -> Any:
        """What is left of x."""
        if not self.training:
            return dropout(x, self.p, training=False, inverted=self.inverted)
        self.mask = draw_mask(_shape(x), self.keep_prob, self.rng)
        return dropout(x, self.p, inverted=self.inverted, mask=self.mask)

    def extra_repr(self) -> str:
        """The probability."""
        return f"p={self.p:g}{'' if self.inverted else ', not inverted'}"
