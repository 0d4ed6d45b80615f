"""What a page says of the gates of a trace: each one's formula and local derivatives, and the whole expression."""

from __future__ import annotations

from autograd import GATES, Trace
from autograd.array_info import number
from autograd.formula import derivative, expression
from autograd.gate import Gate
from autograd.printing import written
from autograd.symbol import Symbol, lift

__all__ = ["gate_rules", "whole_expression"]

NAMES = ("x", "y", "z", "u", "w")
LONGEST = 200
"""Characters of an expression that is still read as a whole."""
MOST_SYMBOLS = 60

Rule = tuple[str, str, tuple[tuple[str, str], ...]]


def gate_rules(trace: Trace) -> list[Rule]:
    """For each kind of gate that occurs and is in the rule table: glyph, formula, and (operand, local derivative)s.

    A power is told with its own exponent, if that is a constant. Only derivatives that a gradient takes are listed.

    >>> from autograd import Value, trace
    >>> gate_rules(trace(Value(2.0, "a") * Value(3.0, "b")))
    [('×', 'x·y', (('x', 'y'), ('y', 'x')))]
    """
    found: dict[tuple[str, tuple[str | float, ...]], set[int]] = {}
    for step in trace.forward:
        name = step.node.gate
        gate = GATES.get(name) if name is not None else None
        if name is None or gate is None or (not gate.variadic and gate.arity != len(step.operands)):
            continue
        taken = {edge.slot for edge in trace.operands[step.node.id] if edge.local is not None}
        operands = _operands(gate, [number(n.value) if n.kind == "constant" else None for n in step.operands])
        found.setdefault((name, operands), set()).update(range(len(operands)) if gate.variadic else taken)
    rules = []
    for (name, operands), slots in found.items():
        gate = GATES[name]
        pairs = tuple((str(operands[i]), derivative(gate, i, operands).unicode) for i in sorted(slots))
        rules.append((trace.gates[name].glyph, expression(gate, operands).unicode, pairs))
    return rules


def _operands(gate: Gate, constants: list[float | None]) -> tuple[str | float, ...]:
    if gate.variadic:
        return ("w1", "w2", "x1", "x2") if gate.name == "dot" else ("x1", "x2", "x3")
    own = gate.name == "pow" or any(p.default is not p.empty for p in gate.parameters)
    return tuple(c if own and c is not None else n for c, n in zip(constants, NAMES, strict=False))


def whole_expression(trace: Trace) -> str | None:
    """The result as one formula of the inputs; None where that would be too long to read.

    >>> from autograd import Value, trace
    >>> a, b = Value(2.0, "a"), Value(3.0, "b")
    >>> whole_expression(trace((a + b) * a))
    '(a + b)·a'
    """
    symbols: list[Symbol] = []
    sizes: list[int] = []
    for node in trace.nodes:
        operands = [edge.parent for edge in trace.operands[node.id]]
        sizes.append(1 + sum(sizes[i] for i in operands))
        if node.gate is None:
            plain = node.kind == "constant" and node.name is None
            symbols.append(lift(number(node.value)) if plain else Symbol.named(node.label))
            continue
        gate = GATES.get(node.gate)
        if gate is None or sizes[-1] > MOST_SYMBOLS or (not gate.variadic and gate.arity != len(operands)):
            return None
        inputs = [symbols[i] for i in operands]
        summed = gate.variadic and gate.value is not None
        symbols.append(lift(gate.value(*inputs)) if summed and gate.value else Symbol(gate.name, *inputs))
    text = written(symbols[trace.root], "unicode")
    return text if len(text) <= LONGEST else None
