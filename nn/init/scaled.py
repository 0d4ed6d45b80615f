"""Initialisers scaled to the layer, so that signals neither fade nor explode: LeCun, Xavier (Glorot), Kaiming (He)."""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np

from autograd import OperandError

from .plain import Random
from .targets import fans, put, shape_of

__all__ = [
    "calculate_gain", "kaiming_normal_", "kaiming_uniform_", "lecun_normal_", "lecun_uniform_", "xavier_fan_in_normal_",
    "xavier_normal_", "xavier_uniform_",
]  # fmt: skip

T = TypeVar("T")


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much weights in front of an activation are scaled up, PyTorch's table.

    Args:
        nonlinearity: "linear", "conv1d", "conv2d" and "sigmoid": 1; "tanh": 5/3; "relu": √2;
            "leaky_relu": √(2/(1 + slope²)); "selu": 3/4.
        param: The slope of a leaky_relu, 0.01 by default.

    Raises:
        OperandError: there is no gain for it.

    >>> round(calculate_gain("relu"), 6), round(calculate_gain("leaky_relu", 0.5), 6)
    (1.414214, 1.264911)
    """
    if nonlinearity in ("linear", "identity", "conv1d", "conv2d", "sigmoid"):
        return 1.0
    if nonlinearity == "tanh":
        return 5 / 3
    if nonlinearity == "relu":
        return math.sqrt(2)
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity == "selu":
        return 3 / 4
    raise OperandError(
        f"there is no gain for {nonlinearity!r}: it is one of linear, conv1d, conv2d, sigmoid, tanh, relu, leaky_relu "
        "and selu"
    )


def _normal(target: T, std: float, rng: Random, name: str) -> T:
    return put(target, np.random.default_rng(rng).normal(0, std, shape_of(target, name)))


def _uniform(target: T, std: float, rng: Random, name: str) -> T:
    bound = math.sqrt(3) * std
    return put(target, np.random.default_rng(rng).uniform(-bound, bound, shape_of(target, name)))


def _glorot(target: object, gain: float, name: str) -> float:
    return gain * math.sqrt(2 / max(sum(fans(shape_of(target, name), name)), 1))


def xavier_normal_(target: T, gain: float = 1.0, *, rng: Random = None) -> T:
    """Fill from N(0, gain²·2/(fan_in + fan_out)), for tanh, sigmoid and softmax.

    A compromise between keeping the variance of signals (1/fan_in) and of gradients (1/fan_out).
    Source: Glorot and Bengio, 2010. (`torch.nn.init.xavier_normal_`; see `xavier_fan_in_normal_` for N(0, 1/fan_in).)

    Args:
        target: A Tensor of shape (outputs, inputs, ...), or a scalar Layer.
        gain: See `calculate_gain`.
        rng: A generator or a seed.

    Raises:
        ShapeError: fewer than two axes.
    """
    return _normal(target, _glorot(target, gain, "xavier_normal_"), rng, "xavier_normal_")


def xavier_uniform_(target: T, gain: float = 1.0, *, rng: Random = None) -> T:
    """Fill uniformly within ±gain·√(6/(fan_in + fan_out)), the root over the whole fraction.

    The variance is that of `xavier_normal_`. Source: Glorot and Bengio, 2010.

    Args and errors are those of `xavier_normal_`.

    >>> from autograd import Tensor
    >>> bool(abs(xavier_uniform_(Tensor(np.zeros((3, 4))), rng=0).data).max() <= 0.925820099773)
    True
    """
    return _uniform(target, _glorot(target, gain, "xavier_uniform_"), rng, "xavier_uniform_")


def _fan_in(target: object, name: str) -> int:
    return max(fans(shape_of(target, name), name)[0], 1)


def xavier_fan_in_normal_(target: T, *, rng: Random = None) -> T:
    """Fill from N(0, 1/fan_in), which keeps the variance of signals where units are linear, about so with tanh.

    Lectures call this Xavier's; it is LeCun's (1998), and `lecun_normal_` is another name for it. Glorot and Bengio's
    own is `xavier_normal_`.

    Args:
        target: A Tensor of shape (outputs, inputs, ...), or a scalar Layer.
        rng: A generator or a seed.

    Raises:
        ShapeError: fewer than two axes.
    """
    return _normal(target, math.sqrt(1 / _fan_in(target, "xavier_fan_in_normal_")), rng, "xavier_fan_in_normal_")


lecun_normal_ = xavier_fan_in_normal_


def lecun_uniform_(target: T, *, rng: Random = None) -> T:
    """Fill uniformly within ±√(3/fan_in): the variance is 1/fan_in. Source: LeCun, Bottou, Orr and Müller, 1998.

    Args and errors are those of `xavier_fan_in_normal_`.
    """
    return _uniform(target, math.sqrt(1 / _fan_in(target, "lecun_uniform_")), rng, "lecun_uniform_")


def _he(target: object, a: float, mode: str, nonlinearity: str, name: str) -> float:
    fan_in, fan_out = fans(shape_of(target, name), name)
    if mode not in ("fan_in", "fan_out"):
        raise OperandError(f'nn.init.{name}: mode is "fan_in" or "fan_out", not {mode!r}')
    return calculate_gain(nonlinearity, a) / math.sqrt(max(fan_in if mode == "fan_in" else fan_out, 1))


def kaiming_normal_(
    target: T, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, rng: Random = None
) -> T:
    """Fill from N(0, gain²/fan): with the defaults N(0, 2/fan_in), for relu, which halves the variance.

    Args:
        target: A Tensor of shape (outputs, inputs, ...), or a scalar Layer.
        a: The slope below 0, where the nonlinearity is a leaky_relu; 0 makes it a relu.
        mode: "fan_in" keeps the variance of signals, "fan_out" that of gradients.
        nonlinearity: See `calculate_gain`.
        rng: A generator or a seed.

    Source: He, Zhang, Ren and Sun, 2015. Names and defaults are PyTorch's.

    Raises:
        ShapeError: fewer than two axes.
        OperandError: mode or nonlinearity is none there is.
    """
    return _normal(target, _he(target, a, mode, nonlinearity, "kaiming_normal_"), rng, "kaiming_normal_")


def kaiming_uniform_(
    target: T, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, rng: Random = None
) -> T:
    """Fill uniformly within ±gain·√(3/fan): the variance is that of `kaiming_normal_`.

    Args and errors are those of `kaiming_normal_`.
    """
    return _uniform(target, _he(target, a, mode, nonlinearity, "kaiming_uniform_"), rng, "kaiming_uniform_")
