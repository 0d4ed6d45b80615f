"""Activation functions, of Values and Tensors alike; the public names of `nn.functional`."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

import autograd
from autograd import OperandError, ShapeError, Tensor, Value

__all__ = [
    "ACTIVATIONS", "activation", "arctan", "elu", "gelu", "hardtanh", "heaviside", "leaky_relu", "linear_activation",
    "log_softmax", "logsigmoid", "mish", "prelu", "relu", "selu", "sigmoid", "silu", "softmax", "softplus", "softsign",
    "swish", "tanh",
]  # fmt: skip

Function = Callable[..., Any]


def has_values(x: Any) -> bool:
    """Whether a list, a tuple or an array holds Values."""
    if isinstance(x, np.ndarray):
        return bool(x.dtype == object)
    return isinstance(x, (list, tuple)) and any(isinstance(v, Value) or has_values(v) for v in x)


def element_wise(function: Function) -> Function:
    """The function of a Value or a Tensor, also applied to each element of a list or an array.

    What a layer of scalars returns, a list of Values, gives a list of Values; numbers give a Tensor.
    """

    @wraps(function)
    def applied(x: Any, *arguments: Any, **options: Any) -> Any:
        if isinstance(x, (Tensor, Value)):
            return function(x, *arguments, **options)
        if has_values(x):
            if isinstance(x, np.ndarray):
                return np.frompyfunc(lambda v: function(v, *arguments, **options), 1, 1)(x)
            return [applied(v, *arguments, **options) for v in x]
        if isinstance(x, (np.ndarray, list, tuple)):
            x = Tensor(np.asarray(x))
        return function(x, *arguments, **options)

    return applied


@element_wise
def linear_activation(x: Any, a: float = 1.0) -> Any:
    """a·x: the activation that is none. However many layers it follows, they stay one linear function.

    >>> linear_activation(3.0, 2.0)
    6.0
    """
    return x if isinstance(a, (int, float)) and a == 1 else a * x


@element_wise
def heaviside(x: Any, values: float = 1.0) -> Any:
    """0 below 0, 1 above, and `values` at 0: the threshold unit. No gradient passes, so nothing in front of it learns.

    Source: McCulloch and Pitts, 1943. (`torch.heaviside`, where `values` has no default.)

    >>> heaviside([-1.0, 0.0, 2.0]).tolist(), heaviside(0.0, 0.5)
    ([0.0, 1.0, 1.0], 0.5)
    """
    out = autograd.step(x)
    return out if values == 1 else autograd.where(autograd.eq(x, 0), values, out)


sigmoid = element_wise(autograd.sigmoid)
tanh = element_wise(autograd.tanh)
arctan = element_wise(autograd.atan)
softsign = element_wise(autograd.softsign)
relu = element_wise(autograd.relu)


@element_wise
def leaky_relu(x: Any, negative_slope: Any = 0.01) -> Any:
    """x above 0 and negative_slope·x below, whatever the slope; at 0 the slope is negative_slope.

    Written as max(negative_slope·x, x), as one reads at times, it would be another function for slopes above 1.
    Source: Maas, Hannun and Ng, 2013.

    >>> leaky_relu(-2.0), leaky_relu(2.0, negative_slope=1.5)
    (-0.02, 2.0)
    """
    return autograd.leaky_relu(x, negative_slope)


def prelu(x: Any, weight: Any) -> Any:
    """leaky_relu with learned slopes: one for all, or one for each channel.

    Args:
        x: A Tensor with the channels along axis 1 (along axis 0 of a vector), or Values.
        weight: A Tensor of shape (1,) or (channels,); for Values a Value or as many as there are in x.

    Source: He, Zhang, Ren and Sun, 2015.

    Raises:
        ShapeError: there are neither one slope nor as many as channels.

    >>> prelu(Tensor([[-1.0, -1.0]]), Tensor([0.1, 0.5])).tolist()
    [[-0.1, -0.5]]
    """
    if isinstance(x, Value):
        slopes = weight if isinstance(weight, (list, tuple)) else [weight]
        return autograd.leaky_relu(x, slopes[0])
    if has_values(x):
        slopes = list(weight) if isinstance(weight, (list, tuple)) else [weight]
        slopes = slopes * len(x) if len(slopes) == 1 else slopes
        if len(slopes) != len(x):
            raise ShapeError(f"prelu: {len(slopes)} slopes for {len(x)} Values; give one, or one for each")
        return [autograd.leaky_relu(v, slope) for v, slope in zip(x, slopes, strict=True)]
    x = x if isinstance(x, Tensor) else Tensor(np.asarray(x))
    weight = weight if isinstance(weight, Tensor) else Tensor(np.atleast_1d(weight))
    axis = min(1, x.ndim - 1)
    if weight.size != 1 and (x.ndim == 0 or weight.shape != (x.shape[axis],)):
        raise ShapeError(
            f"prelu: {weight.size} slopes for an input of shape {x.shape}; give one slope, or one for each channel "
            "(axis 1)"
        )
    shape = () if x.ndim == 0 else tuple(-1 if i == axis else 1 for i in range(x.ndim))
    return autograd.leaky_relu(x, weight.reshape(shape))


@element_wise
def elu(x: Any, alpha: Any = 1.0) -> Any:
    """x above 0 and alpha·(exp(x) - 1) below.

    Two branches, not the larger of the two: max(alpha·(exp(x) - 1), x) would be exp(x) - 1 everywhere for alpha = 1.
    Source: Clevert, Unterthiner and Hochreiter, 2016.

    >>> elu(2.0), round(elu(-1.0), 6), round(elu(-1.0, alpha=2.0), 6)
    (2.0, -0.632121, -1.264241)
    """
    return autograd.elu(x, alpha)


@element_wise
def softplus(x: Any, beta: float = 1.0, threshold: float | None = 20.0) -> Any:
    """log(1 + exp(beta·x)) / beta, a smooth relu; no x overflows.

    Args:
        x: A Value or a Tensor.
        beta: How sharply it bends.
        threshold: Where beta·x is above it, x itself is returned, as PyTorch does; the difference is below
            2.1e-9 / beta at 20. With None the formula is used everywhere (`autograd.softplus`), one gate in a picture.

    Source: Dugas, Bengio, Bélisle, Nadeau and Garcia, 2001.

    >>> round(softplus(-2.0), 12), softplus(1000.0)
    (0.126928011043, 1000.0)
    """
    if beta <= 0:
        raise OperandError(f"softplus: beta must be positive, not {beta!r}")
    scaled = x if beta == 1 else beta * x
    smooth = autograd.softplus(scaled) if beta == 1 else autograd.softplus(scaled) / beta
    return smooth if threshold is None else autograd.where(autograd.gt(scaled, threshold), x, smooth)


@element_wise
def swish(x: Any, beta: Any = 1.0) -> Any:
    """x·sigmoid(beta·x); `beta` may be learned. With beta = 1 it is silu, with 0 it is x/2, for large beta nearly relu.

    Sources: Ramachandran, Zoph and Le, 2017; Elfwing, Uchibe and Doya, 2018. (`torch.nn.functional.silu` has beta = 1.)

    >>> round(swish(1.0), 12), round(swish(1.0, 2.0), 12), swish(3.0, 0.0)
    (0.73105857863, 0.880797077978, 1.5)
    """
    if isinstance(beta, (int, float)) and beta == 1:
        return autograd.silu(x)
    return x * autograd.sigmoid(beta * x)


@element_wise
def gelu(x: Any, approximate: str = "none") -> Any:
    """x times the probability that a standard normal number is below x.

    Args:
        x: A Value or a Tensor.
        approximate: "none" for the exact x·(1 + erf(x/√2))/2; "tanh" for the approximation of the paper, which differs
            by up to 5e-4.

    Source: Hendrycks and Gimpel, 2016.

    >>> round(gelu(1.0), 6), round(gelu(1.0, approximate="tanh"), 6)
    (0.841345, 0.841192)
    """
    if approximate == "none":
        return 0.5 * x * (1 + autograd.erf(x * math.sqrt(0.5)))
    if approximate != "tanh":
        raise OperandError(f'gelu: approximate is "none" or "tanh", not {approximate!r}')
    return 0.5 * x * (1 + autograd.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))


SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946


@element_wise
def selu(x: Any) -> Any:
    """An elu scaled so that layers keep mean 0 and variance 1 by themselves.

    Source: Klambauer, Unterthiner, Mayr and Hochreiter, 2017.

    >>> round(selu(1.0), 6)
    1.050701
    """
    return SELU_SCALE * autograd.elu(x, SELU_ALPHA)


@element_wise
def mish(x: Any) -> Any:
    """x·tanh(softplus(x)). Source: Misra, 2019.

    >>> round(mish(1.0), 6)
    0.865098
    """
    return x * autograd.tanh(autograd.softplus(x))


@element_wise
def hardtanh(x: Any, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    """x kept between min_val and max_val; no gradient passes outside, nor at the ends, as in PyTorch.

    >>> hardtanh([-3.0, 0.5, 3.0]).tolist()
    [-1.0, 0.5, 1.0]
    """
    if not min_val < max_val:
        raise OperandError(f"hardtanh: min_val must be below max_val, not {min_val!r} and {max_val!r}")
    above = autograd.where(autograd.le(x, min_val), min_val, x)
    return autograd.where(autograd.ge(x, max_val), max_val, above)


@element_wise
def logsigmoid(x: Any) -> Any:
    """log(sigmoid(x)) = -softplus(-x), without overflow.

    >>> logsigmoid(-1000.0)
    -1000.0
    """
    return -autograd.softplus(-x)


silu = element_wise(autograd.silu)


def softmax(x: Any, dim: int = -1) -> Any:
    """Probabilities from scores along an axis, the last by default: exp(xᵢ) / Σ exp(xⱼ), shifted by the largest.

    A list of Values gives a list of Values. Source: Bridle, 1990.

    >>> [round(v.data, 6) for v in softmax([Value(1.4), Value(-1.1), Value(0.68)])]
    [0.637415, 0.052322, 0.310263]
    """
    return _along(autograd.softmax, x, dim)


def log_softmax(x: Any, dim: int = -1) -> Any:
    """The logarithm of the softmax, finite where the softmax itself rounds to 0.

    >>> log_softmax([1000.0, 0.0]).tolist()
    [0.0, -1000.0]
    """
    return _along(autograd.log_softmax, x, dim)


def _along(operation: Function, x: Any, dim: int) -> Any:
    if isinstance(x, Tensor):
        return operation(x, axis=dim)
    if has_values(x):
        out = operation(np.array(x, dtype=object), axis=dim)
        return out if isinstance(x, np.ndarray) else out.tolist()
    return operation(Tensor(np.asarray(x, dtype=float)), axis=dim)


ACTIVATIONS: dict[str, Function] = {
    "identity": linear_activation, "linear": linear_activation, "step": heaviside, "heaviside": heaviside,
    "sigmoid": sigmoid, "tanh": tanh, "arctan": arctan, "softsign": softsign, "relu": relu, "leaky_relu": leaky_relu,
    "elu": elu, "softplus": softplus, "silu": silu, "swish": swish, "gelu": gelu, "selu": selu, "mish": mish,
    "hardtanh": hardtanh, "logsigmoid": logsigmoid,
}  # fmt: skip
"""Every element-wise activation that needs no further argument, by name."""


def activation(which: str | Function | None) -> Function:
    """The activation function of a name; a function is returned as it is, and None stands for the identity.

    Raises:
        OperandError: there is no activation of that name.

    >>> activation("tanh")(0.0)
    0.0
    """
    if which is None:
        return linear_activation
    if callable(which):
        return which
    if which not in ACTIVATIONS:
        raise OperandError(f"there is no activation {which!r}: give a function, or one of {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[which]
