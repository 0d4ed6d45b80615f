"""Gates that compare: the gradient goes one way or the other, or nowhere."""

from __future__ import annotations

import math

from ..gate import RELATION, Gate
from ..source import Native
from ..symbol import select

max = Gate(
    "max", latex=r"\max\left({0}, {1}\right)", unicode="max({0}, {1})",
    value=lambda x, y: select(x != x, x, select(x > y, x, y)), array="maximum({0}, {1})",
    local=lambda x, y, out: (
        select(x == y, 0.5, select(x < y, 0, 1)),
        select(x == y, 0.5, select(x > y, 0, 1)),
    ),
    metaphor="max routes",
    chooses=True,
    doc="""The larger of two; all of the gradient goes to it. A tie gives each half, so that the total is the upstream.

    nan if either input is nan (`torch.maximum`).

    >>> import autograd
    >>> autograd.max(autograd.Value(2.0), autograd.Value(-1.0)).local
    (1.0, 0.0)
    """,
)  # fmt: skip

min = Gate(
    "min", latex=r"\min\left({0}, {1}\right)", unicode="min({0}, {1})",
    value=lambda x, y: select(x != x, x, select(x < y, x, y)), array="minimum({0}, {1})",
    local=lambda x, y, out: (
        select(x == y, 0.5, select(x > y, 0, 1)),
        select(x == y, 0.5, select(x < y, 0, 1)),
    ),
    definition=lambda x, y: -max(-x, -y),
    metaphor="min routes",
    chooses=True,
    doc="""The smaller of two; all of the gradient goes to it, half each on a tie. nan if either input is nan.

    >>> import autograd
    >>> autograd.min(autograd.Value(2.0), autograd.Value(-1.0)).local
    (0.0, 1.0)
    """,
)  # fmt: skip

abs = Gate(
    "abs", glyph="|x|", latex=r"\left|{0}\right|", unicode="|{0}|",
    native=Native(math.fabs, "fabs({0})", page="Math.abs({0})"),
    local=lambda x, out: (sign(x),),
    definition=lambda x: max(x, -x),
    metaphor="abs passes or flips",
    chooses=True,
    doc="""Absolute value, with slope 0 at the kink, as PyTorch.

    >>> import autograd
    >>> autograd.abs(autograd.Value(-2.0)).local, autograd.abs(autograd.Value(0.0)).local
    ((-1.0,), (0.0,))
    """,
)  # fmt: skip

sign: Gate = Gate(
    "sign", latex=r"\operatorname{sign}\left({0}\right)", unicode="sign({0})",
    value=lambda x: select(x > 0, 1, select(x < 0, -1, 0)),
    local=lambda x, out: (0,),
    metaphor="sign blocks the gradient",
    doc="""-1, 0 or 1. Flat on both sides of its jump, so no gradient passes.

    >>> import autograd
    >>> autograd.sign(autograd.Value(-3.0)).data
    -1.0
    """,
)  # fmt: skip

step = Gate(
    "step", latex=r"\operatorname{step}\left({0}\right)", unicode="step({0})",
    value=lambda x: select(x >= 0, 1, select(x < 0, 0, x)),
    local=lambda x, out: (0,),
    metaphor="step blocks the gradient",
    doc="""1 from 0 on, 0 below: the threshold unit of McCulloch and Pitts (1943). No gradient passes.

    >>> import autograd
    >>> autograd.step(autograd.Value(0.0)).data
    1.0
    """,
)  # fmt: skip

where = Gate(
    "where", glyph="?:", latex=r"\begin{cases}{1} & \text{if } {0}\\ {2} & \text{else}\end{cases}",
    unicode="({1} if {0} else {2})",
    value=lambda condition, x, y: select(condition != 0, x, y),
    local=lambda condition, x, y, out: (0, select(condition != 0, 1, 0), select(condition != 0, 0, 1)),
    metaphor="where switches",
    chooses=True,
    doc="""x where the condition is not zero, else y; only the chosen one receives the gradient.

    Give the condition as a comparison gate (`gt`, `le`, ...) to keep it alive in pictures and pages; a Python bool is
    drawn as a constant.

    >>> import autograd
    >>> a, b = autograd.Value(2.0), autograd.Value(5.0)
    >>> autograd.where(autograd.gt(a, b), a, b).data
    5.0
    """,
)  # fmt: skip


def _comparison(name: str, shown: str, latex: str, relation: str) -> Gate:
    spelled = {"<": lambda x, y: x < y, "<=": lambda x, y: x <= y, ">": lambda x, y: x > y,
               ">=": lambda x, y: x >= y, "==": lambda x, y: x == y, "!=": lambda x, y: x != y}  # fmt: skip
    return Gate(
        name, glyph=shown, unicode=f"{{0:sum}} {shown} {{1:sum}}", latex=f"{{0:sum}} {latex} {{1:sum}}", binds=RELATION,
        value=spelled[relation],
        local=lambda x, y, out: (0, 0),
        metaphor="a comparison blocks the gradient",
        doc=f"""1 where x {relation} y, else 0, as a gate: a condition that `where` follows. No gradient passes.

    >>> import autograd
    >>> autograd.{name}(autograd.Value(2.0), 2.0).local
    (0.0,)
    """,
    )  # fmt: skip


gt = _comparison("gt", ">", ">", ">")
ge = _comparison("ge", "≥", r"\ge", ">=")
lt = _comparison("lt", "<", "<", "<")
le = _comparison("le", "≤", r"\le", "<=")
eq = _comparison("eq", "=", "=", "==")
ne = _comparison("ne", "≠", r"\ne", "!=")
