"""The gates behind Python's arithmetic operators."""

from __future__ import annotations

from .. import ieee
from ..gate import POWER, PRODUCT, SUM, Gate
from ..source import Native
from ..symbol import select
from .elementary import log

add = Gate(
    "add", glyph="+", unicode="{0:sum} + {1:product}", latex="{0:sum} + {1:product}", binds=SUM,
    native=Native(lambda x, y: x + y, "({0} + {1})", page="({0}+{1})"),
    local=lambda x, y, out: (1, 1),
    metaphor="add distributes",
    doc="""x + y. Each input receives the upstream gradient unchanged.

    >>> import autograd
    >>> a, b = autograd.Value(2.0), autograd.Value(3.0)
    >>> autograd.add(a, b).local
    (1.0, 1.0)
    """,
)  # fmt: skip

neg = Gate(
    "neg", glyph="−x", unicode="−{0:product}", latex="-{0:product}", binds=SUM,
    native=Native(lambda x: -x, "(-{0})", page="(-{0})"),
    local=lambda x, out: (-1,),
    metaphor="negate flips the sign",
    doc="""-x.

    >>> import autograd
    >>> autograd.neg(autograd.Value(2.0)).local
    (-1.0,)
    """,
)  # fmt: skip

sub = Gate(
    "sub", glyph="−", unicode="{0:sum} − {1:product}", latex="{0:sum} - {1:product}", binds=SUM,
    native=Native(lambda x, y: x - y, "({0} - {1})", page="({0}-{1})"),
    local=lambda x, y, out: (1, -1),
    definition=lambda x, y: add(x, neg(y)),
    metaphor="subtract distributes, with a minus for the second",
    doc="""x - y, which opens into x + (-y).

    >>> import autograd
    >>> autograd.sub(autograd.Value(2.0), autograd.Value(3.0)).local
    (1.0, -1.0)
    """,
)  # fmt: skip

mul = Gate(
    "mul", glyph="×", unicode="{0:product}·{1:power}", latex=r"{0:product} \cdot {1:power}", binds=PRODUCT,
    native=Native(lambda x, y: x * y, "({0} * {1})", page="({0}*{1})"),
    local=lambda x, y, out: (y, x),
    metaphor="multiply swaps",
    doc="""x * y. Each input receives the other one times the upstream gradient.

    >>> import autograd
    >>> autograd.mul(autograd.Value(3.0), autograd.Value(-2.0)).local
    (-2.0, 3.0)
    """,
)  # fmt: skip

inv = Gate(
    "inv", glyph="1/x", unicode="1/{0:power}", latex=r"\frac{ 1 }{{0}}", binds=PRODUCT,
    value=lambda x: 1 / x,
    local=lambda x, out: (-(out * out),),
    metaphor="invert shrinks by the square",
    domain="x ≠ 0",
    doc="""1/x, the reciprocal; infinite at 0, as in IEEE 754.

    >>> import autograd
    >>> autograd.inv(autograd.Value(4.0)).local
    (-0.0625,)
    """,
)  # fmt: skip

div = Gate(
    "div", glyph="÷", unicode="{0:product}/{1:power}", latex=r"\frac{{0}}{{1}}", binds=PRODUCT,
    native=Native(ieee.div, "({0} / {1})", partial=True, page="({0}/{1})"),
    # -(out / y) and not -x/y²: y² overflows long before the quotient does.
    local=lambda x, y, out: (1 / y, -(out / y)),
    definition=lambda x, y: mul(x, inv(y)),
    metaphor="divide scales by the divisor",
    domain="y ≠ 0",
    doc="""x / y, which opens into x * (1/y); signed infinity for x/0 and nan for 0/0.

    >>> import autograd
    >>> autograd.div(autograd.Value(3.0), autograd.Value(2.0)).local
    (0.5, -0.75)
    """,
)  # fmt: skip

pow = Gate(
    "pow", glyph="xʸ", unicode="{0:atom}^{1:atom}", latex="{0:atom}^{{1}}", binds=POWER,
    native=Native(ieee.power, "pow({0}, {1})", partial=True, page="ieeePow({0},{1})"),
    local=lambda x, y, out: (
        # At y = 0 this is 0 but not flat in y, hence the quotient; at x = 0 it is the flat line x**0.
        select(y == 0, select(abs(x) > 0, y / x, 0), y * x ** (y - 1)),
        select((x == 0) & (y >= 0), 0, out * log(x)),
    ),
    metaphor="power brings the exponent down",
    domain="x > 0, or a whole y, or x = 0 with y ≥ 0",
    doc="""x to the power y; either may be a Value, and y any real number.

    The corners follow PyTorch: x**0 has derivative 0 in x even at x = 0; the derivative in y is 0 at x = 0 for
    y >= 0 and nan for x < 0, where log x is not real; a negative base with a fractional exponent is nan.

    >>> import autograd
    >>> autograd.pow(autograd.Value(3.0), 2).local
    (6.0,)
    """,
)  # fmt: skip

sqrt = Gate(
    "sqrt", glyph="√", unicode="√{0:atom}", latex=r"\sqrt{{0}}",
    native=Native(ieee.sqrt, "sqrt({0})", partial=True, page="Math.sqrt({0})"),
    local=lambda x, out: (1 / (2 * out),),
    definition=lambda x: pow(x, 0.5),
    metaphor="root divides by twice itself",
    domain="x ≥ 0, with an infinite slope at 0",
    doc="""Square root; nan below 0, slope inf at 0. Opens into x ** 0.5.

    >>> import autograd
    >>> autograd.sqrt(autograd.Value(4.0)).local
    (0.25,)
    """,
)  # fmt: skip

floordiv = Gate(
    "floordiv", glyph="//", unicode="⌊{0:product}/{1:power}⌋", latex=r"\left\lfloor \frac{{0}}{{1}} \right\rfloor",
    native=Native(ieee.floordiv, "({0} // {1})", partial=True, page="ieeeFloordiv({0},{1})"),
    local=lambda x, y, out: (0, 0),
    metaphor="rounding down blocks the gradient",
    doc="""x // y, the quotient rounded down. Flat between its jumps, so no gradient passes.

    >>> import autograd
    >>> autograd.floordiv(autograd.Value(7.0), 2).local
    (0.0,)
    """,
)  # fmt: skip

mod = Gate(
    "mod", glyph="mod", unicode="{0:product} mod {1:power}", latex=r"{0:product} \bmod {1:power}", binds=PRODUCT,
    native=Native(ieee.mod, "({0} % {1})", partial=True, page="ieeeMod({0},{1})"),
    local=lambda x, y, out: (1, -(x // y)),
    metaphor="remainder passes x, and takes the quotient from y",
    domain="y ≠ 0",
    doc="""x % y, the remainder with the sign of y (`torch.remainder`).

    >>> import autograd
    >>> autograd.mod(autograd.Value(7.0), autograd.Value(3.0)).local
    (1.0, -2.0)
    """,
)  # fmt: skip

identity = Gate(
    "identity", glyph="=", unicode="{0}", latex="{0}",
    native=Native(lambda x: x, "{0}", page="{0}"),
    local=lambda x, out: (1,),
    metaphor="a copy passes the gradient on",
    doc="""x itself as a new node: a second handle on the same number, with a gradient of its own.

    >>> import autograd
    >>> autograd.identity(autograd.Value(2.0)).local
    (1.0,)
    """,
)  # fmt: skip
