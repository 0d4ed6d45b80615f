"""The rule table: one entry per gate. To add a gate, add an entry to one of these modules; nothing else changes.

Names follow PyTorch. Where a function has a kink, a pole or a tie, the entry says what happens there, and it is what
PyTorch does.
"""

from ..gate import GATES, Gate, register
from . import activations, arithmetic, choices, elementary, squashing, sums
from .activations import softsign
from .arithmetic import add, div, floordiv, identity, inv, mod, mul, neg, pow, sqrt, sub
from .choices import abs, eq, ge, gt, le, lt, max, min, ne, sign, step, where
from .elementary import atan, cos, erf, exp, expm1, log, log1p, sin
from .squashing import elu, leaky_relu, relu, sigmoid, silu, softplus, tanh
from .sums import dot, sum

__all__ = [
    "abs", "add", "atan", "cos", "div", "dot", "elu", "eq", "erf", "exp", "expm1", "floordiv", "ge", "gt", "identity",
    "inv", "le", "leaky_relu", "log", "log1p", "lt", "max", "min", "mod", "mul", "ne", "neg", "pow", "relu", "sigmoid",
    "sign", "silu", "sin", "softplus", "softsign", "sqrt", "step", "sub", "sum", "tanh", "where",
]  # fmt: skip

# Entries refer to one another, so they are registered once all of them exist.
for _module in (arithmetic, elementary, choices, squashing, activations, sums):
    for _entry in list(vars(_module).values()):
        if isinstance(_entry, Gate) and _entry.name not in GATES:
            register(_entry)
