"""Watching Tensors: what an operation made of its operands, and what a pullback made of the gradient that arrived."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..anomalies.advice import advice
from ..anomalies.figures import figures, first_bad, kinds, label, place_text
from ..anomalies.nearby import copied, tree
from ..anomalies.report import error, line_text
from ..anomalies.watch import detect_anomaly
from ..errors import AnomalyError
from ..gate import GATES
from ..graph import Info, info_of
from ..operation import Array, Operation
from ..trace_data import Trace

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["check_backward", "check_forward", "detect_anomaly"]


def check_forward(
    node: Tensor,
    rule: Operation,
    operands: Sequence[Any],
    arrays: Sequence[Any],
    options: dict[str, Any] | None,
) -> None:
    """Raise if an operation has made something that is not finite.

    Args:
        node: The result.
        rule: The operation.
        operands: What it was given: Tensors, arrays and numbers.
        arrays: Their numbers.
        options: Its options.
    """
    place = first_bad(node._data)
    if place is None:
        return
    bad = [slot for slot, a in enumerate(arrays) if first_bad(a) is not None]
    made = kinds(node._data)
    if bad:
        met = " and ".join(_described(operands[slot]) for slot in bad)
        what = (
            f"{rule.name} met numbers that were not finite already, in {met}, on the forward pass and made {made} of it"
        )
        todo = "look where they come from: they were not made while detect_anomaly watched"
    else:
        what = f"{rule.name} made {made} out of finite numbers, on the forward pass"
        todo = advice(rule.name, backward=False)
    facts = [
        ("result", figures(node._data)),
        *(
            (f"operand {i}", _described(o) + _at(rule, a, node, place))
            for i, (o, a) in enumerate(zip(operands, arrays, strict=True))
        ),
    ]
    raise _error(what, facts, node, rule, operands, options, todo, None)


def check_backward(node: Tensor, slot: int, upstream: Array, gradient: Array) -> None:
    """Raise if a pullback has made something that is not finite.

    Args:
        node: The node whose gradient travels on.
        slot: Which operand it travels to.
        upstream: The gradient that arrived.
        gradient: What the pullback made of it, of the operand's shape.
    """
    place = first_bad(gradient)
    if place is None:
        return
    rule = node._rule
    assert rule is not None
    assert node._operands is not None
    operand = node._operands[slot]
    who = f"the gradient of {rule.name} in {_described(operand, short=True)}"
    before = first_bad(upstream)
    blocked = False
    if before is None:
        what = f"{who} became not finite on the backward pass: {kinds(gradient)}"
        blocked = rule.local is not None and _number_at(upstream, node, place, operand._data) == "0"
        todo = advice(rule.name, backward=True, blocked=blocked)
    else:
        what = f"{who} met an upstream gradient that was not finite already, on the backward pass"
        todo = "look at the gradient the pass was started with and at hooks; sums of large gradients overflow too"
    facts = [
        ("gradient", figures(gradient)),
        ("upstream", figures(upstream) + _at(rule, upstream, node, place, operand._data)),
    ]
    if rule.local is not None:
        with np.errstate(all="ignore"):
            local = node.local[slot]
        facts.append(("local derivative", "" if local is None else figures(local)))
    for i, o in enumerate(node._operands):
        facts.append((f"operand {i}", _described(o) + _at(rule, getattr(o, "_data", o), node, place, operand._data)))
    raise _error(what, facts, node, rule, node._operands, node._options, todo, upstream)


def _described(operand: Any, short: bool = False) -> str:
    if not hasattr(operand, "_depth"):
        return figures(operand)
    called = label(operand.name) or operand.op or ("a leaf" if operand.requires_grad else "a constant")
    return called if short else f"{called} = {figures(operand._data)}"


def _at(rule: Operation, array: Any, node: Tensor, place: tuple[int, ...], of: Array | None = None) -> str:
    """What stands where the result (or the operand `of`) is not finite; of element-wise gates, which have that."""
    if rule.local is None or not place or np.ndim(array) == 0:
        return ""
    number = _number_at(array, node, place, of)
    return "" if number is None else f"; at {place_text(place)}: {number}"


def _number_at(array: Any, node: Tensor, place: tuple[int, ...], of: Array | None = None) -> str | None:
    if of is not None and of.shape != node.shape:
        return None
    return figures(np.broadcast_to(array, node.shape)[place])


def _error(
    what: str,
    facts: list[tuple[str, str]],
    node: Tensor,
    rule: Operation,
    operands: Sequence[Any],
    options: dict[str, Any] | None,
    todo: str,
    upstream: Array | None,
) -> AnomalyError:
    info = info_of(node)
    source = None if info is None else info.source
    nearby = _copy(node, rule, operands, options)

    def trace() -> Trace:
        from ..tracing import trace as record

        with np.errstate(all="ignore"):
            return record(nearby, backward=upstream is not None, gradient=upstream)

    gate = GATES.get(rule.name) if rule.local is not None else None
    domain = "" if gate is None else gate.domain
    facts = [*facts, ("line", line_text(source)), ("domain", domain), ("what to do", todo)]
    return error(what, facts, tree(nearby, lambda n: n.operands), node, source, trace)


def _copy(root: Tensor, rule: Operation, operands: Sequence[Any], options: dict[str, Any] | None) -> Tensor:
    kind = type(root)

    def inner(node: Tensor) -> Sequence[Any]:
        if node is root:
            return operands
        found = node._operands or ()
        return () if any(isinstance(o, str) for o in found) else found  # a text where the graph was freed

    def leaf(node: Tensor) -> Tensor:
        return kind(node._data, node._requires_grad, name=node.name or node.op)

    def again(node: Tensor, given: list[Any]) -> Tensor:
        made = kind(node._data)
        made._rule, made._options = (rule, options) if node is root else (node._rule, node._options)
        made._operands = tuple(given)
        made._kept = node._kept
        made._requires_grad = node._data.dtype.kind == "f"
        made._depth = 1 + max((o._depth for o in given if type(o) is kind), default=0)
        info = info_of(node)
        if info is not None:
            made._info = Info(info.name, info.source)
        return made

    copy: Tensor = copied(root, inner, leaf, again)
    return copy
