"""Recording one application of an operation to Tensors: the general way, which knows every mode and kind of operand.

The everyday cases take a generated short cut (`short_cuts`), so both must build the same node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import AutogradError, OperandError
from ..gate import Gate
from ..graph import Info
from ..modes import ACTIVE, state
from ..operand import as_number
from ..operation import Operation
from ..record import caller
from .anomaly import check_forward
from .describe import described
from .elementwise import array_gate
from .family import share, shares_memory
from .shape_errors import NUMPY_ERRORS, explain

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["apply_gate", "as_operand", "record"]

ndarray = np.ndarray
new = object.__new__


def record(
    cls: type[Tensor], rule: Operation, operands: tuple[Any, ...], options: dict[str, Any] | None = None
) -> Tensor:
    """Apply the operation to operands that are Tensors, arrays or Python numbers, and return the node.

    Raises:
        OperandError, ShapeError: numpy cannot do it; the message says what to change.
    """
    arrays = []
    depth = stamp = 0
    needs = False
    for o in operands:
        if type(o) is cls:
            arrays.append(o._data)
            stamp += o._version
            if o._requires_grad:
                needs = True
                if o._depth > depth:
                    depth = o._depth
        else:
            arrays.append(o)
    try:
        out = rule.forward(*arrays) if options is None else rule.forward(*arrays, **options)
    except AutogradError:
        raise
    except NUMPY_ERRORS as error:
        raise explain(rule, operands, options or {}, error) from None
    kept = None
    if rule.keeps:
        out, kept = out
    if type(out) is not ndarray:
        out = np.asarray(out)
    node = new(cls)
    node._data = out
    node.grad = None
    node._info = node._hooks = node._family = node._past = None
    node._version = 0
    if ACTIVE:
        needs = needs and state.grad_enabled
        if state.sources or state.group is not None or state.anomaly is not None:
            seen = state.sources or state.anomaly is not None
            node._info = Info(source=caller() if seen else None, group=state.group)
    if needs and rule.differentiable and out.dtype.kind == "f":
        node._requires_grad = True
        node._rule = rule
        node._operands = operands
        node._options = options
        node._kept = kept
        node._stamp = stamp
        node._depth = depth + 1
    else:
        node._requires_grad = False
        node._rule = node._operands = node._options = node._kept = None
        node._stamp = node._depth = 0
    if rule.view and shares_memory(out, arrays[0]):
        share(node, operands[0])
    if ACTIVE and state.anomaly is not None:
        check_forward(node, rule, operands, arrays, options)
    return node


def as_operand(cls: type[Tensor], operand: Any, rule: Operation | Gate) -> Any:
    """An operand in a form `record` takes: a Tensor, an array or a Python number.

    Raises:
        OperandError: it is nothing of the kind.
    """
    kind = type(operand)
    if kind is cls or kind is float or kind is int:
        return operand
    if kind is ndarray:
        if operand.dtype.kind not in "fiub":
            raise OperandError(f"{rule.name}: an array of {operand.dtype} is not one of real numbers{_object(operand)}")
        return operand
    if kind is bool or kind is np.bool_:
        return np.asarray(operand)
    if isinstance(operand, np.generic):
        # A numpy scalar is a number like any other; as an array it would turn float32 into float64.
        if operand.dtype.kind not in "fiub":
            raise OperandError(f"{rule.name} takes Tensors, arrays and real numbers, not {operand!r}")
        return operand.item()
    if isinstance(operand, (list, tuple)):
        return _array(operand, rule)
    if hasattr(type(operand), "_apply_gate_"):
        raise OperandError(
            f"{rule.name} cannot combine a {kind.__name__} and a Tensor: open the Tensor with to_values(), "
            f"or turn the {kind.__name__} into a Tensor of its number"
        )
    return as_number(operand, rule if isinstance(rule, Gate) else None)


def _object(array: Any) -> str:
    if array.dtype != object or not array.size:
        return ""
    first = array.flat[0]
    return f" (it holds a {type(first).__name__}; Values and Tensors do not mix: open Tensors with to_values())"


def _array(operand: Any, rule: Operation | Gate) -> Any:
    from .construction import as_array

    return as_array(operand, f"{rule.name}: ")


def apply_gate(cls: type[Tensor], gate: Gate, operands: tuple[Any, ...]) -> Any:
    """Apply an element-wise gate, with the modes that open it."""
    inputs = tuple(as_operand(cls, o, gate) for o in operands)
    if ACTIVE and state.primitives and gate.definition is not None and state.grad_enabled:
        # The gates inside are given Tensors, never bare arrays, which they would take for numbers.
        return gate.definition(*(cls(o) if type(o) is ndarray else o for o in inputs))
    if gate.variadic:
        raise OperandError(f"{gate.name} works on lists of Values, not on {described(inputs)}")
    pattern = "".join("c" if type(o) is float or type(o) is int else "a" for o in inputs)
    return record(cls, array_gate(gate, pattern), inputs, None)
