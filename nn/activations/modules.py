"""Activation functions as modules: one box each in a picture. They take Tensors, Values and lists of Values."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import OperandError, Tensor, Value, amax, linear

from ..module import Module, Parameter
from . import functions as f

__all__ = [
    "ELU", "GELU", "SELU", "Arctan", "BinaryStep", "Hardtanh", "LeakyReLU", "LogSigmoid", "LogSoftmax", "Maxout",
    "Mish", "PReLU", "ReLU", "SiLU", "Sigmoid", "Softmax", "Softplus", "Softsign", "Swish", "Tanh",
]  # fmt: skip


class _Activation(Module):
    """Base of those without parameters."""

    kind = "activation"


class ReLU(_Activation):
    """max(x, 0), with slope 0 at 0. Sources: Nair and Hinton, 2010; Glorot, Bordes and Bengio, 2011.

    >>> ReLU()(Tensor([-1.0, 2.0])).tolist()
    [0.0, 2.0]
    """

    def forward(self, x: Any) -> Any:
        """Each element's relu."""
        return f.relu(x)


class Sigmoid(_Activation):
    """1 / (1 + exp(-x)), the logistic function: the probability of the class 1 for a score x."""

    def forward(self, x: Any) -> Any:
        """Each element's sigmoid."""
        return f.sigmoid(x)


class Tanh(_Activation):
    """The hyperbolic tangent, 2·sigmoid(2x) - 1."""

    def forward(self, x: Any) -> Any:
        """Each element's tanh."""
        return f.tanh(x)


class Arctan(_Activation):
    """The arctangent, between -π/2 and π/2."""

    def forward(self, x: Any) -> Any:
        """Each element's arctangent."""
        return f.arctan(x)


class Softsign(_Activation):
    """x / (1 + |x|). Source: Turian, Bergstra and Bengio, 2009."""

    def forward(self, x: Any) -> Any:
        """Each element's softsign."""
        return f.softsign(x)


class BinaryStep(_Activation):
    """1 from 0 on, 0 below. No gradient passes: nothing in front of it learns by gradient descent.

    Source: McCulloch and Pitts, 1943.
    """

    def forward(self, x: Any) -> Any:
        """Each element's step."""
        return f.heaviside(x)


class SiLU(_Activation):
    """x·sigmoid(x). Source: Elfwing, Uchibe and Doya, 2018."""

    def forward(self, x: Any) -> Any:
        """Each element's silu."""
        return f.silu(x)


class SELU(_Activation):
    """A scaled elu that keeps layers at mean 0 and variance 1. Source: Klambauer and others, 2017."""

    def forward(self, x: Any) -> Any:
        """Each element's selu."""
        return f.selu(x)


class Mish(_Activation):
    """x·tanh(softplus(x)). Source: Misra, 2019."""

    def forward(self, x: Any) -> Any:
        """Each element's mish."""
        return f.mish(x)


class LogSigmoid(_Activation):
    """log(sigmoid(x)), without overflow."""

    def forward(self, x: Any) -> Any:
        """Each element's logsigmoid."""
        return f.logsigmoid(x)


class LeakyReLU(_Activation):
    """x above 0 and negative_slope·x below. Source: Maas, Hannun and Ng, 2013.

    Args:
        negative_slope: The slope below 0.
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: Any) -> Any:
        """Each element's leaky_relu."""
        return f.leaky_relu(x, self.negative_slope)

    def extra_repr(self) -> str:
        """The slope."""
        return f"negative_slope={self.negative_slope}"


class ELU(_Activation):
    """x above 0 and alpha·(exp(x) - 1) below. Source: Clevert, Unterthiner and Hochreiter, 2016.

    Args:
        alpha: It approaches -alpha on the left.
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Any) -> Any:
        """Each element's elu."""
        return f.elu(x, self.alpha)

    def extra_repr(self) -> str:
        """Alpha."""
        return f"alpha={self.alpha}"


class Softplus(_Activation):
    """log(1 + exp(beta·x)) / beta. Source: Dugas and others, 2001.

    Args:
        beta: How sharply it bends.
        threshold: Where beta·x is above it, x itself, as in PyTorch; None for the formula everywhere.
    """

    def __init__(self, beta: float = 1.0, threshold: float | None = 20.0) -> None:
        self.beta, self.threshold = beta, threshold

    def forward(self, x: Any) -> Any:
        """Each element's softplus."""
        return f.softplus(x, self.beta, self.threshold)

    def extra_repr(self) -> str:
        """Beta and the threshold."""
        return f"beta={self.beta}, threshold={self.threshold}"


class GELU(_Activation):
    """x times the normal distribution function. Source: Hendrycks and Gimpel, 2016.

    Args:
        approximate: "none", or "tanh" for the paper's approximation.
    """

    def __init__(self, approximate: str = "none") -> None:
        self.approximate = approximate

    def forward(self, x: Any) -> Any:
        """Each element's gelu."""
        return f.gelu(x, self.approximate)

    def extra_repr(self) -> str:
        """Which form."""
        return f"approximate={self.approximate!r}"


class Hardtanh(_Activation):
    """x kept between two bounds.

    Args:
        min_val: The lower bound.
        max_val: The upper bound.
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0) -> None:
        if not min_val < max_val:
            raise OperandError(f"Hardtanh: min_val must be below max_val, not {min_val!r} and {max_val!r}")
        self.min_val, self.max_val = min_val, max_val

    def forward(self, x: Any) -> Any:
        """Each element, kept between the bounds."""
        return f.hardtanh(x, self.min_val, self.max_val)

    def extra_repr(self) -> str:
        """The bounds."""
        return f"min_val={self.min_val}, max_val={self.max_val}"


class Softmax(_Activation):
    """Probabilities from scores. Source: Bridle, 1990.

    Args:
        dim: The axis along which they sum to 1; the last unless another is named. (PyTorch's default guesses by the
            number of axes, and warns.)
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        """The probabilities."""
        return f.softmax(x, self.dim)

    def extra_repr(self) -> str:
        """The axis."""
        return f"dim={self.dim}"


class LogSoftmax(Softmax):
    """The logarithm of the softmax, finite where that rounds to 0.

    Args:
        dim: The axis, as in Softmax.
    """

    def forward(self, x: Any) -> Any:
        """The logarithms of the probabilities."""
        return f.log_softmax(x, self.dim)


class PReLU(Module):
    """leaky_relu whose slopes below 0 are learned. Source: He, Zhang, Ren and Sun, 2015.

    Args:
        num_parameters: 1 slope for all, or one for each channel.
        init: The slope at first.
        scalar: Whether it stands behind a layer of Values: the slopes are then Values themselves.

    Attributes:
        weight: The slopes, shape (num_parameters,), or a list of Values.

    >>> PReLU()(Tensor([-4.0, 4.0])).tolist()
    [-1.0, 4.0]
    """

    kind = "activation"

    def __init__(self, num_parameters: int = 1, init: float = 0.25, *, scalar: bool = False) -> None:
        if not isinstance(num_parameters, (int, np.integer)) or num_parameters < 1:
            raise OperandError(f"PReLU: num_parameters must be a positive whole number, not {num_parameters!r}")
        self.weight: Any = (
            [Value(init, f"a{i}" if num_parameters > 1 else "a") for i in range(num_parameters)]
            if scalar
            else Parameter(np.full(num_parameters, float(init)), name="a")
        )

    def forward(self, x: Any) -> Any:
        """Each element's leaky_relu with its channel's slope."""
        return f.prelu(x, self.weight)

    def extra_repr(self) -> str:
        """How many slopes."""
        return f"num_parameters={len(self.weight)}"


class Swish(Module):
    """x·sigmoid(beta·x). Source: Ramachandran, Zoph and Le, 2017.

    Args:
        beta: How sharply it bends; 1 makes it a SiLU.
        learnable: Whether beta is a parameter, as in the paper.

    Attributes:
        beta: The number, or a Tensor of one that is trained.

    >>> Swish(beta=0.0)(Tensor([3.0])).tolist()
    [1.5]
    """

    kind = "activation"

    def __init__(self, beta: float = 1.0, learnable: bool = False) -> None:
        self.beta: Any = Parameter(float(beta), name="β") if learnable else float(beta)

    def forward(self, x: Any) -> Any:
        """Each element's swish."""
        return f.swish(x, self.beta)

    def extra_repr(self) -> str:
        """Beta."""
        return f"beta={float(self.beta)}"


class Maxout(Module):
    """The largest of `pieces` weighted sums, per output. Source: Goodfellow and others, 2013.

    Args:
        in_features: Size of the last axis of the input.
        out_features: Size of the last axis of the output.
        pieces: Of how many sums each output is the largest.
        rng: Where the starting weights come from.

    Attributes:
        weight: Shape (out_features · pieces, in_features), an output's pieces one after another, at first uniform
            within ±1/√in_features.
        bias: Shape (out_features · pieces,), at first from the same range.

    >>> Maxout(3, 2, rng=np.random.default_rng(0))(Tensor(np.ones((4, 3)))).shape
    (4, 2)
    """

    kind = "layer"

    def __init__(
        self, in_features: int, out_features: int, pieces: int = 2, *, rng: np.random.Generator | int | None = None
    ) -> None:
        for what, size in (("in_features", in_features), ("out_features", out_features), ("pieces", pieces)):
            if not isinstance(size, (int, np.integer)) or size < 1:
                raise OperandError(f"Maxout: {what} must be a positive whole number, not {size!r}")
        rng = np.random.default_rng(rng)
        bound, sums = 1 / np.sqrt(in_features), out_features * pieces
        self.pieces = int(pieces)
        self.weight = Parameter(rng.uniform(-bound, bound, (sums, in_features)), name="W")
        self.bias = Parameter(rng.uniform(-bound, bound, sums), name="b")

    def forward(self, x: Any) -> Tensor:
        """The largest of each output's sums."""
        sums: Tensor = linear(x, self.weight, self.bias)
        found: Tensor = amax(sums.reshape(*sums.shape[:-1], -1, self.pieces), axis=-1)
        return found

    def extra_repr(self) -> str:
        """The sizes."""
        return f"{self.weight.shape[1]} → {self.weight.shape[0] // self.pieces}, {self.pieces} pieces"
