"""The graph of a trace computed again from other inputs, with the gates of the rule table."""

from __future__ import annotations

from typing import Any

from autograd import GATES, AutogradError, Trace, Value, trace
from autograd.array_info import number
from autograd.trace_data import Node

from .errors import PictureError

__all__ = ["computed_again"]


def computed_again(source: Trace, inputs: dict[int, float]) -> Trace:
    """The trace of the same gates over other inputs, given by node id.

    Raises:
        PictureError: the trace has a gate that is not in the rule table.
    """
    if source.of_tensors:
        raise PictureError("the graph of a trace of tensors cannot be computed again from the trace")
    values: list[Any] = []
    for node in source.nodes:
        if node.gate is None:
            once = len(source.uses[node.id]) == 1
            values.append(_leaf(node, inputs.get(node.id, number(node.value)), once))
            continue
        operands = [values[edge.parent] for edge in source.operands[node.id]]
        value = _applied(node.gate, operands)
        if node.name is not None:
            value.name = node.name
        values.append(value)
    again = trace(values[source.root])
    if [step.node.gate for step in again.forward] != [step.node.gate for step in source.forward]:
        raise PictureError("the graph of this trace cannot be computed again")
    return again


def _leaf(node: Node, number: float, once: bool) -> Any:
    if node.kind == "constant" and node.name is None and once:
        return number
    return Value(number, name=node.name, requires_grad=node.kind == "leaf")


def _applied(name: str, operands: list[Any]) -> Value:
    gate = GATES.get(name)
    if gate is None:
        raise PictureError(f"the gate {name!r} is not in the rule table, so nothing can be computed again")
    if not any(isinstance(operand, Value) for operand in operands):
        operands = [Value(operands[0], requires_grad=False), *operands[1:]]
    half = len(operands) // 2
    try:
        result: Value = gate(operands[:half], operands[half:]) if name == "dot" else gate(*operands)
    except AutogradError as error:
        raise PictureError(f"the graph of this trace cannot be computed again: {error}") from None
    return result
