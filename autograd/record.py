"""Recording one application of a gate: the general way, which knows every mode and every kind of operand.

The operators of `Value` take a generated short cut (`autograd.construct`) for the everyday cases and come here for the
rest, so both must build the same node.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .anomalies.values import check_result
from .gate import Gate
from .graph import FROZEN, MANY, Info, forms
from .modes import state
from .operand import as_number

if TYPE_CHECKING:
    from .value import Value

__all__ = ["as_number", "caller", "record"]

_PACKAGE = __name__.partition(".")[0]


def record(cls: type[Value], gate: Gate, operands: tuple[Any, ...]) -> Value:
    """Apply the gate to these operands and return the node.

    Raises:
        OperandError: an operand is neither a Value nor a real number.
    """
    inputs = tuple(o if isinstance(o, cls) else as_number(o, gate) for o in operands)
    if state.primitives and gate.definition is not None and state.grad_enabled:
        opened: Value = gate.definition(*inputs)
        return opened
    numbers = tuple(o.data if isinstance(o, cls) else o for o in inputs)
    data, local = gate.number(*numbers)
    node = cls.__new__(cls)
    node.data = data
    node.grad = None
    node._next = None
    node._info = _info()
    if not state.grad_enabled:
        node._form = FROZEN
        node._a = node._b = node._ga = node._gb = None
        node._depth = 0
    else:
        _link(node, cls, gate, inputs, local)
    if state.anomaly is not None:
        check_result(node, gate, inputs)
    return node


def _link(node: Value, cls: type[Value], gate: Gate, inputs: tuple[Any, ...], local: tuple[float, ...]) -> None:
    parents = tuple(o for o in inputs if isinstance(o, cls))
    node._depth = 1 + max(p._depth for p in parents)
    if gate.arity in (1, 2):
        pattern = "".join("v" if isinstance(o, cls) else "c" for o in inputs)
        recorded = [d for o, d in zip(inputs, local, strict=True) if isinstance(o, cls)]
        node._a, node._ga = parents[0], recorded[0]
        node._b = parents[1] if len(parents) == 2 else None
        node._gb = recorded[1] if len(parents) == 2 else next((o for o in inputs if not isinstance(o, cls)), None)
    else:
        pattern = "*"
        node._a, node._b = parents, MANY
        node._ga = tuple(d for o, d in zip(inputs, local, strict=True) if isinstance(o, cls))
        node._gb = tuple([(i, o) for i, o in enumerate(inputs) if not isinstance(o, cls)]) or None
    node._form = forms(gate, pattern)


def _info() -> Info | None:
    seen = state.sources or state.anomaly is not None
    if state.group is None and not seen:
        return None
    return Info(source=caller() if seen else None, group=state.group)


def caller() -> str | None:
    """File and line of the innermost frame outside this package."""
    frame = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.partition(".")[0] != _PACKAGE:
            return f"{frame.f_code.co_filename}:{frame.f_lineno}"
        frame = frame.f_back  # type: ignore[assignment]
    return None
