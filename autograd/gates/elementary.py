"""Exponential, logarithm, trigonometric and error functions."""

from __future__ import annotations

import math

from .. import ieee
from ..gate import POWER, Gate
from ..source import Native

exp = Gate(
    "exp", latex="e^{{0}}", unicode="exp({0})", binds=POWER,
    native=Native(ieee.exp, "exp({0})", partial=True, page="Math.exp({0})"),
    local=lambda x, out: (out,),
    metaphor="exp is its own slope",
    doc="""e to the x; inf above about 709.78.

    >>> import autograd
    >>> autograd.exp(autograd.Value(1.0)).local
    (2.718281828459045,)
    """,
)  # fmt: skip

expm1 = Gate(
    "expm1", latex=r"\left(e^{{0}} - 1\right)", unicode="(exp({0}) − 1)",
    native=Native(ieee.expm1, "expm1({0})", partial=True, page="Math.expm1({0})"),
    local=lambda x, out: (exp(x),),
    definition=lambda x: exp(x) - 1,
    metaphor="exp − 1 has exp for a slope",
    doc="""e to the x, minus one, without the cancellation near 0. Opens into exp(x) - 1.

    >>> import autograd
    >>> autograd.expm1(autograd.Value(0.0)).local
    (1.0,)
    """,
)  # fmt: skip

log = Gate(
    "log", glyph="ln", latex=r"\ln\left({0}\right)", unicode="ln({0})",
    native=Native(ieee.log, "log({0})", partial=True, page="Math.log({0})"),
    local=lambda x, out: (1 / x,),
    metaphor="log divides by its input",
    domain="x > 0",
    doc="""Natural logarithm. -inf at 0 and nan below, never a silent clamp; the slope is 1/x wherever x is.

    >>> import autograd
    >>> autograd.log(autograd.Value(0.5)).local
    (2.0,)
    """,
)  # fmt: skip

log1p = Gate(
    "log1p", latex=r"\ln\left(1 + {0}\right)", unicode="ln(1 + {0})",
    native=Native(ieee.log1p, "log1p({0})", partial=True, page="Math.log1p({0})"),
    local=lambda x, out: (1 / (1 + x),),
    definition=lambda x: log(1 + x),
    metaphor="log1p divides by one plus its input",
    domain="x > −1",
    doc="""log(1 + x) without the loss of digits near 0. Opens into log(1 + x).

    >>> import autograd
    >>> autograd.log1p(autograd.Value(1.0)).local
    (0.5,)
    """,
)  # fmt: skip

sin = Gate(
    "sin", latex=r"\sin\left({0}\right)", unicode="sin({0})",
    native=Native(ieee.sin, "sin({0})", partial=True, page="Math.sin({0})"),
    local=lambda x, out: (cos(x),),
    metaphor="sine turns into cosine",
    doc="""Sine of x radians; nan at infinity.

    >>> import autograd
    >>> autograd.sin(autograd.Value(0.0)).local
    (1.0,)
    """,
)  # fmt: skip

cos: Gate = Gate(
    "cos", latex=r"\cos\left({0}\right)", unicode="cos({0})",
    native=Native(ieee.cos, "cos({0})", partial=True, page="Math.cos({0})"),
    local=lambda x, out: (-sin(x),),
    metaphor="cosine turns into minus sine",
    doc="""Cosine of x radians; nan at infinity.

    >>> import autograd
    >>> autograd.cos(autograd.Value(0.0)).data
    1.0
    """,
)  # fmt: skip

atan = Gate(
    "atan", latex=r"\arctan\left({0}\right)", unicode="atan({0})",
    native=Native(ieee.atan, "atan({0})", page="Math.atan({0})"),
    local=lambda x, out: (1 / (1 + x * x),),
    metaphor="atan fades with the square",
    doc="""Inverse tangent, in radians between -pi/2 and pi/2.

    >>> import autograd
    >>> autograd.atan(autograd.Value(1.0)).local
    (0.5,)
    """,
)  # fmt: skip

TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)

erf = Gate(
    "erf", latex=r"\operatorname{erf}\left({0}\right)", unicode="erf({0})",
    native=Native(ieee.erf, "erf({0})", page="ieeeErf({0})"),
    local=lambda x, out: (TWO_OVER_ROOT_PI * exp(-(x * x)),),
    metaphor="erf has a bell for a slope",
    doc="""Error function, 2/sqrt(pi) times the integral of exp(-t*t) from 0 to x.

    >>> import autograd
    >>> autograd.erf(autograd.Value(0.0)).data
    0.0
    """,
)  # fmt: skip
