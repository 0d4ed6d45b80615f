"""numpy's functions applied to Values: `np.exp(x)` and `np.float64(2) * x` are gates like any other."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from .errors import OperandError
from .gate import GATES
from .record import as_number

__all__ = ["UFUNC_GATES", "apply_ufunc"]

UFUNC_GATES = {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "div", "floor_divide": "floordiv", "remainder": "mod",
    "power": "pow", "float_power": "pow", "negative": "neg", "absolute": "abs", "fabs": "abs", "reciprocal": "inv",
    "sqrt": "sqrt", "exp": "exp", "expm1": "expm1", "log": "log", "log1p": "log1p", "sin": "sin", "cos": "cos",
    "arctan": "atan", "tanh": "tanh", "sign": "sign", "maximum": "max", "minimum": "min",
}  # fmt: skip
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "less": operator.lt, "less_equal": operator.le, "greater": operator.gt, "greater_equal": operator.ge,
    "equal": operator.eq, "not_equal": operator.ne,
}  # fmt: skip


def apply_ufunc(name: str, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """What a numpy function makes of operands of which at least one is a Value.

    Raises:
        OperandError: the function has no gate, or an operand is an array.

    >>> import numpy as np
    >>> from autograd import Value
    >>> np.exp(Value(0.0)).op, (np.float64(2.0) * Value(3.0)).data
    ('exp', 6.0)
    """
    if method != "__call__" or options:
        raise OperandError(f"np.{name} with {method if method != '__call__' else ', '.join(options)} takes no Values")
    gate = GATES.get(UFUNC_GATES.get(name, ""))
    for operand in inputs:
        if not hasattr(type(operand), "_apply_gate_"):
            as_number(operand, gate)
    if name in _COMPARISONS:
        return _COMPARISONS[name](float(inputs[0]), float(inputs[1]))
    if gate is None:
        raise OperandError(f"np.{name} has no gate: use autograd's functions, or pass float(x)")
    return gate(*(x if hasattr(type(x), "_apply_gate_") else as_number(x, gate) for x in inputs))
