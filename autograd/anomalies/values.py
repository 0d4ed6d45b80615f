"""Watching Values: what a gate made, and what a backward pass would make."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..errors import AnomalyError
from ..gate import Gate
from ..graph import FROZEN, Info, backward_order, info_of, operands_of
from ..modes import switched
from ..trace_data import Trace
from .advice import advice
from .figures import figures, label
from .nearby import copied, tree
from .report import error, line_text

if TYPE_CHECKING:
    from ..value import Value

__all__ = ["check_gradient", "check_pass", "check_result"]


def check_result(node: Value, gate: Gate, operands: Sequence[Any]) -> None:
    """Raise if a gate has made a number that is not finite."""
    if math.isfinite(node.data):
        return
    bad = [o for o in operands if not math.isfinite(float(o))]
    made = figures(node.data)
    if bad:
        met = " and ".join(_described(o) for o in bad)
        what = f"{gate.name} met a number that was not finite already, {met}, on the forward pass and made {made} of it"
        todo = "look where that number comes from: it was not made while detect_anomaly watched"
    else:
        what = f"{gate.name} made {made} out of finite numbers, on the forward pass"
        todo = advice(gate.name, backward=False)
    facts = [(f"operand {slot}", _described(o)) for slot, o in enumerate(operands)]
    raise _error(what, facts, gate, todo, node, operands, backward=False)


def check_pass(root: Value, seed: float) -> None:
    """Raise if a backward pass would make a gradient that is not finite; nothing is changed."""
    gradients: dict[int, float] = {id(root): seed}
    for node in backward_order(root):
        upstream = gradients[id(node)]
        check_gradient(node, upstream)
        for parent, local in zip(node.parents, node.local, strict=True):
            gradients[id(parent)] = gradients.get(id(parent), 0.0) + local * upstream


def check_gradient(node: Value, upstream: float) -> None:
    """Raise if a gate makes a gradient that is not finite of the one that arrives."""
    for slot, (parent, local) in enumerate(zip(node.parents, node.local, strict=True)):
        contribution = local * upstream
        if not math.isfinite(contribution) and parent._form is not FROZEN:
            raise _backward_error(node, slot, local, upstream, contribution)


def _backward_error(node: Value, slot: int, local: float, upstream: float, contribution: float) -> AnomalyError:
    gate: Gate = node._form.gate
    parent = node.parents[slot]
    operands = operands_of(node)
    who = f"the gradient of {gate.name} in {_described(parent)}"
    if math.isfinite(upstream):
        what = f"{who} became {figures(contribution)} on the backward pass"
        todo = advice(gate.name, backward=True, blocked=upstream == 0)
    else:
        what = f"{who} met an upstream gradient that was not finite already, on the backward pass"
        todo = "look at the gradient the pass was started with; sums of large gradients overflow too"
    facts = [
        ("upstream", figures(upstream)),
        (f"local ∂{gate.name}/∂{label(parent.name) or f'operand {slot}'}", figures(local)),
        *((f"operand {i}", _described(o)) for i, o in enumerate(operands)),
    ]
    return _error(what, facts, gate, todo, node, operands, backward=True)


def _described(operand: Any) -> str:
    if not hasattr(operand, "_depth"):
        return figures(operand)
    return f"{label(operand.name) or operand.op or 'a leaf'} = {figures(operand.data)}"


def _error(
    what: str, facts: list[tuple[str, str]], gate: Gate, todo: str, node: Value, operands: Sequence[Any], backward: bool
) -> AnomalyError:
    info = info_of(node)
    source = None if info is None else info.source
    nearby = _copy(node, gate, operands)

    def trace() -> Trace:
        from ..tracing import trace as record

        return record(nearby, backward=backward)

    facts = [*facts, ("line", line_text(source)), ("domain", gate.domain), ("what to do", todo)]
    return error(what, facts, tree(nearby, operands_of), node, source, trace)


def _copy(root: Value, gate: Gate, operands: Sequence[Any]) -> Value:
    cls: Any = type(root)._nodes

    def inner(node: Value) -> Sequence[Any]:
        return operands if node is root else operands_of(node)

    def leaf(node: Value) -> Value:
        made: Value = cls(node.data, label_of(node), requires_grad=node.requires_grad)
        return made

    def again(node: Value, given: list[Any]) -> Value:
        from ..record import record

        made = record(cls, gate if node is root else node._form.gate, tuple(given))
        made.data = node.data
        info = info_of(node)
        if info is not None:
            made._info = Info(info.name, info.source)
        return made

    with switched(grad_enabled=True, primitives=False, sources=False, group=None, anomaly=None):
        copy: Value = copied(root, inner, leaf, again)
    return copy


def label_of(node: Value) -> str | None:
    """What a leaf that stands for a gate is called: the gate."""
    return node.name or node.op
