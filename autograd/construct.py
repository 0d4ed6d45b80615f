"""The short cut behind the operators of `Value`: constructors generated from the rule table when it is imported.

A gate's rule, read as Python source, is pasted into a function that computes the number, the local gradients it needs
and the node, with nothing in between; that is what makes recording a graph about as quick as Python allows. Modes,
unusual operands and numbers where Python's arithmetic raises go to `record`, which builds the same node slowly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat, starmap
from typing import TYPE_CHECKING, Any, TypeVar

from .gate import GATES, Gate
from .graph import forms
from .modes import ACTIVE
from .operand import as_number
from .record import record
from .source import QUICK_NAMES, program

if TYPE_CHECKING:
    from .value import Value

Node = TypeVar("Node")

__all__ = ["Constructors", "assignments", "blank_nodes", "constructors", "pasted"]


class Constructors:
    """The generated functions of one gate: `forward(a)` or `forward(a, b)`, and `reflected(b, a)` for a number `a`."""

    __slots__ = ("forward", "reflected", "source")

    def __init__(self, forward: Callable[..., Any], reflected: Callable[..., Any] | None, source: str) -> None:
        self.forward = forward
        self.reflected = reflected
        self.source = source


def constructors(gate: Gate, cls: type[Value]) -> Constructors:
    """Generate the constructors of a gate of one or two inputs."""
    # The name puts the generated code inside this package, where `record_sources` does not look for the user's line.
    scope: dict[str, Any] = {"__name__": __name__, **QUICK_NAMES}
    scope.update(
        Value=cls, blank=blank_nodes(cls), ACTIVE=ACTIVE, record=record, slow=_slow, number=as_number, GATE=gate
    )
    for pattern in ("v", "vv", "vc", "cv"):
        scope[f"FORM_{pattern}"] = forms(gate, pattern)
    source = _unary(gate) if gate.arity == 1 else _binary(gate)
    exec(compile(source, f"<gate {gate.name}>", "exec"), scope)
    return Constructors(scope["forward"], scope.get("reflected"), source)


def _slow(cls: type[Value], gate: Gate, *operands: Any) -> Any:
    """As `record`, but leaves operands of unknown classes to Python, which then tries their reflected method."""
    for operand in operands:
        if not isinstance(operand, cls) and hasattr(type(operand), "_apply_gate_"):
            return NotImplemented
    return record(cls, gate, operands)


def _unary(gate: Gate) -> str:
    return "\n".join([
        "def forward(self):",
        "    if ACTIVE:",
        "        return record(Value, GATE, (self,))",
        "    x0 = self.data",
        *_body(gate, "v", "    ", "(self,)"),
    ])  # fmt: skip


def _binary(gate: Gate) -> str:
    return "\n".join([
        "def forward(self, other):",
        "    kind = type(other)",
        "    if kind is Value and not ACTIVE:",
        "        x0 = self.data",
        "        x1 = other.data",
        *_body(gate, "vv", "        ", "(self, other)"),
        "    if (kind is float or kind is int) and not ACTIVE:",
        "        x0 = self.data",
        "        x1 = other if kind is float else number(other, GATE)",
        *_body(gate, "vc", "        ", "(self, other)"),
        "    return slow(Value, GATE, self, other)",
        "def reflected(self, other):",
        "    kind = type(other)",
        "    if (kind is float or kind is int) and not ACTIVE:",
        "        x0 = other if kind is float else number(other, GATE)",
        "        x1 = self.data",
        *_body(gate, "cv", "        ", "(other, self)"),
        "    return slow(Value, GATE, other, self)",
    ])  # fmt: skip


def blank_nodes(cls: type[Node]) -> Iterator[Node]:
    """Nodes with nothing in them, without end: `next()` of this is the quickest way to an object past its __init__.

    >>> from autograd import Value
    >>> type(next(blank_nodes(Value)))
    <class 'autograd.value.Value'>
    """
    return starmap(object.__new__, repeat((cls,)))


def _body(gate: Gate, pattern: str, indent: str, operands: str) -> list[str]:
    """Lines that compute, build the node and return it; x0 and x1 hold the operands' numbers."""
    compute, local, partial = pasted(gate, pattern)
    if partial:
        compute = [
            "try:",
            *(f"    {line}" for line in compute),
            "except (ArithmeticError, ValueError):",
            f"    return record(Value, GATE, {operands})",
        ]
    values = ["self", "other"] if pattern == "vv" else ["self"]
    build = ["node = next(blank)", *assignments("node", f"FORM_{pattern}", pattern, values, local)]
    if pattern == "vv":
        build += ["m = self._depth", "n = other._depth", "node._depth = m + 1 if m > n else n + 1"]
    else:
        build += ["node._depth = self._depth + 1"]
    return [f"{indent}{line}" for line in (*compute, *build, "return node")]


def pasted(gate: Gate, pattern: str) -> tuple[list[str], list[str], bool]:
    """Lines that compute `out` from x0 and x1, what the local gradients are then, and whether the lines may raise.

    Only the gradients that the pattern needs are there. Each is a name or a number.
    """
    slots = [i for i, kind in enumerate(pattern) if kind == "v"]
    names = {p.name: f"x{i}" for i, p in enumerate(gate.parameters)}
    spelled = program(gate.value_symbol, [gate.local_symbols[i] for i in slots], GATES, names)
    lines, local = list(spelled.statements), []
    for i, text in enumerate(spelled.local):
        if text.replace(".", "").isalnum():
            local.append(text)
        else:
            lines.append(f"g{i} = {text}")
            local.append(f"g{i}")
    return lines, local, spelled.partial


_NUMBER = {"v": "None", "vc": "x1", "cv": "x0"}
"""What a node of one parent keeps in `_gb`: the plain number among the operands."""


def assignments(node: str, form: str, pattern: str, parents: Sequence[str], local: Sequence[str]) -> list[str]:
    """Lines that fill in a node whose number is in `out`: everything but the depth."""
    two = pattern == "vv"
    return [
        f"{node}.data = out",
        f"{node}._form = {form}",
        f"{node}._a = {parents[0]}",
        f"{node}._b = {parents[1] if two else 'None'}",
        f"{node}._ga = {local[0]}",
        f"{node}._gb = {local[1] if two else _NUMBER[pattern]}",
        f"{node}.grad = {node}._next = {node}._info = None",
    ]
