"""The activation functions of small networks."""

from __future__ import annotations

from .. import ieee
from ..gate import Gate
from ..source import Native
from ..symbol import select
from .choices import abs, gt, where
from .elementary import exp, expm1, log, log1p

relu = Gate(
    "relu", unicode="relu({0})", latex=r"\operatorname{relu}\left({0}\right)",
    # Written with <= so that nan stays nan and keeps its gradient, as in PyTorch.
    value=lambda x: select(x <= 0, 0, x), array="maximum({0}, 0)",
    local=lambda x, out: (select(x <= 0, 0, 1),),
    definition=lambda x: where(gt(x, 0), x, 0),
    metaphor="relu opens or closes",
    chooses=True,
    doc="""max(x, 0), with slope 0 at 0, as PyTorch. Source: Nair and Hinton, 2010.

    >>> import autograd
    >>> [autograd.relu(autograd.Value(x)).local for x in (-1.0, 0.0, 1.0)]
    [(0.0,), (0.0,), (1.0,)]
    """,
)  # fmt: skip

leaky_relu = Gate(
    "leaky_relu", glyph="leaky", unicode="leaky_relu({0}, {1})",
    latex=r"\operatorname{leaky\_relu}\left({0}, {1}\right)",
    value=lambda x, negative_slope=0.01: select(x > 0, x, negative_slope * x),
    local=lambda x, negative_slope, out: (select(x > 0, 1, negative_slope), select(x > 0, 0, x)),
    definition=lambda x, negative_slope: where(gt(x, 0), x, negative_slope * x),
    metaphor="leaky relu opens or narrows",
    chooses=True,
    doc="""x above 0 and negative_slope * x from 0 down; the slope may itself be a Value, which makes it a PReLU.

    Sources: Maas, Hannun and Ng, 2013; He, Zhang, Ren and Sun, 2015.

    >>> import autograd
    >>> autograd.leaky_relu(autograd.Value(-2.0), 0.1).data
    -0.2
    """,
)  # fmt: skip

elu = Gate(
    "elu", unicode="elu({0}, {1})", latex=r"\operatorname{elu}\left({0}, {1}\right)",
    value=lambda x, alpha=1.0: select(x > 0, x, alpha * expm1(x)),
    local=lambda x, alpha, out: (select(x > 0, 1, alpha * exp(x)), select(x > 0, 0, expm1(x))),
    # The exponential sees 0 where it is not wanted, so that its overflow cannot turn 0 × inf into nan.
    definition=lambda x, alpha: where(gt(x, 0), x, alpha * (exp(where(gt(x, 0), 0, x)) - 1)),
    metaphor="elu opens or fades",
    chooses=True,
    doc="""x above 0 and alpha * (exp(x) - 1) from 0 down. Source: Clevert, Unterthiner and Hochreiter, 2016.

    >>> import autograd
    >>> autograd.elu(autograd.Value(0.0), 2.0).local
    (2.0,)
    """,
)  # fmt: skip

sigmoid = Gate(
    "sigmoid", glyph="σ", unicode="σ({0})", latex=r"\sigma\left({0}\right)",
    # One exponential of a number that is never positive: neither tail overflows or loses digits.
    value=lambda x: select(x >= 0, 1, exp(-abs(x))) / (1 + exp(-abs(x))),
    local=lambda x, out: (out * (1 - out),),
    definition=lambda x: 1 / (1 + exp(-x)),
    metaphor="sigmoid squashes",
    doc="""1 / (1 + exp(-x)), the logistic function, exact in both tails.

    It opens into the textbook formula, whose exp(-x) overflows below about x = -709: there the value still comes out
    as 0 but the opened gradient is nan.

    >>> import autograd
    >>> autograd.sigmoid(autograd.Value(0.0)).local
    (0.25,)
    """,
)  # fmt: skip

tanh = Gate(
    "tanh", unicode="tanh({0})", latex=r"\tanh\left({0}\right)",
    native=Native(ieee.tanh, "tanh({0})", page="Math.tanh({0})"),
    local=lambda x, out: (1 - out * out,),
    definition=lambda x: 1 - 2 / (exp(2 * x) + 1),
    metaphor="tanh squashes",
    doc="""Hyperbolic tangent. Opens into 1 - 2/(exp(2x) + 1), which overflows above about x = 354.

    >>> import autograd
    >>> autograd.tanh(autograd.Value(0.0)).local
    (1.0,)
    """,
)  # fmt: skip

softplus = Gate(
    "softplus", unicode="softplus({0})", latex=r"\operatorname{softplus}\left({0}\right)",
    value=lambda x: select(x > 0, x, 0) + log1p(exp(-abs(x))),
    local=lambda x, out: (sigmoid(x),),
    definition=lambda x: log(1 + exp(x)),
    metaphor="softplus has sigmoid for a slope",
    doc="""log(1 + exp(x)), a smooth relu, without overflow. Source: Dugas, Bengio, Bélisle, Nadeau and Garcia, 2001.

    Exact for every x (PyTorch returns x itself above a threshold of 20, which differs by less than 3e-9).

    >>> import autograd
    >>> autograd.softplus(autograd.Value(0.0)).local
    (0.5,)
    """,
)  # fmt: skip

silu = Gate(
    "silu", unicode="silu({0})", latex=r"\operatorname{silu}\left({0}\right)",
    value=lambda x: x * sigmoid(x),
    local=lambda x, out: (sigmoid(x) * (1 + x * (1 - sigmoid(x))),),
    definition=lambda x: x * sigmoid(x),
    metaphor="silu gates itself",
    doc="""x * sigmoid(x), also called swish. Sources: Hendrycks and Gimpel, 2016; Elfwing, Uchibe and Doya, 2018.

    >>> import autograd
    >>> autograd.silu(autograd.Value(0.0)).local
    (0.5,)
    """,
)  # fmt: skip
