"""Operation: one entry of the table of array operations, the ones that do more than work element by element.

An entry says in numpy's own words what the operation computes and how the gradient of its result is pulled back to each
operand. Read on arrays a pullback computes; read on Tensors the same words build the graph of the derivative; read on
arrays of Values the operation falls apart into scalar gates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .errors import AutogradError, GateError, OperandError

__all__ = ["OPERATIONS", "Array", "Operation", "Pullback", "operation", "spoken"]

Array: TypeAlias = NDArray[Any]
Pullback: TypeAlias = Callable[..., Any]
"""`pullback(upstream, out, *operands, **options)`: the gradient of one operand, of its shape or one that broadcasts."""

_TABLE: dict[str, Operation] = {}
OPERATIONS: Mapping[str, Operation] = MappingProxyType(_TABLE)
"""Every array operation by name, in the order of registration."""


@dataclass(frozen=True, eq=False)
class Operation:
    """One entry; call it to apply it: arrays give an array, Tensors a Tensor, arrays of Values an array of Values.

    Attributes:
        name: What the operation is called in messages, traces and pictures.
        forward: Function of the operands' arrays, with the options by keyword, returning an array. Where `keeps` is
            set it returns the array and what the pullbacks want to know of the computation.
        pullbacks: One per operand, or for an operation of any number of operands a single one that is also told
            `slot=`, the operand's position. None for an operand that takes no gradient.
        reads: For each pullback, what it looks at: "x" for the operands, "o" for the result. A tensor that was changed
            in place since matters only to the pullbacks that look at it.
        arrange: Turns the caller's arguments into the operands and the options. Arguments are operands where None.
        plain: The numbers of positional arguments, Tensors and arrays, that `arrange` takes for the operands as they
            are, without options.
        linear: Whether the result is linear in each operand, the others held fixed: a tangent is then pushed forward by
            the operation itself.
        view: Whether the result may share memory with the first operand.
        keeps: Whether `forward` returns something for the pullbacks, which get it as `kept=`.
        before: Function of the same arguments as a pullback: what is done once to the upstream gradient for all of
            them, which then get that in its place. For a fused operation with a `definition`.
        definition: The same in simpler operations; what a picture opens, and what second derivatives are taken of.
        scalar: The reading on arrays of Values, where `forward` itself cannot be applied to them.
        local: For an element-wise gate: its local derivatives, from which derivatives of higher order are built.
        differentiable: Whether its result takes part in derivatives at all.
        says: For each operand, the pullback as a formula: "upstream · {1}ᵀ", with `{0}`, `{1}`, ... for the operands.
        glyph: What its box shows in a picture; the name where empty.
        metaphor: Two or three words that say what it does to a gradient.
        doc: What `help` shows.
    """

    name: str
    forward: Callable[..., Any]
    pullbacks: tuple[Pullback | None, ...] = ()
    reads: tuple[str, ...] = ()
    arrange: Callable[..., tuple[tuple[Any, ...], dict[str, Any]]] | None = None
    plain: tuple[int, ...] = ()
    linear: bool = False
    view: bool = False
    keeps: bool = False
    before: Pullback | None = None
    definition: Callable[..., Any] | None = None
    scalar: Callable[..., Any] | None = None
    local: Callable[..., tuple[Any, ...]] | None = None
    differentiable: bool = True
    says: tuple[str, ...] = ()
    glyph: str = ""
    metaphor: str = ""
    variadic: bool = False
    doc: str = field(default="", repr=False)
    _short_cuts: dict[tuple[type, ...], Callable[..., Any]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "__doc__", self.doc or self.metaphor)
        object.__setattr__(self, "__name__", self.name)
        if self.linear and len(self.pullbacks) == 1 and not self.variadic and not self.reads:
            # The pullback of a linear map of one operand is the same whatever the operand is.
            object.__setattr__(self, "reads", ("",))

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Apply the operation."""
        if not named:
            kinds = tuple(map(type, arguments))
            short_cut = self._short_cuts.get(kinds) or self._short_cut(kinds)
            if short_cut is not None:
                return short_cut(*arguments)
        if self.arrange is not None:
            try:
                operands, options = self.arrange(*arguments, **named)
            except TypeError as error:
                if isinstance(error, AutogradError):
                    raise
                raise OperandError(f"{self.name} does not take these arguments: {spoken(error)}") from None
        else:
            operands, options = arguments, named
        for operand in operands:
            kind = type(operand)
            if kind is not np.ndarray and hasattr(kind, "_apply_operation_"):
                return operand._apply_operation_(self, operands, options)
        arrays = tuple(map(np.asarray, operands))
        if self.scalar is not None and any(a.dtype == object for a in arrays):
            return self.scalar(*arrays, **options)
        out = self.forward(*arrays, **options)
        return out[0] if self.keeps else out

    def _short_cut(self, kinds: tuple[type, ...]) -> Callable[..., Any] | None:
        """The way for operands that are nodes of one class, or arrays beside them, where they need no arranging."""
        if self.variadic or (self.arrange is not None and len(kinds) not in self.plain):
            return None
        offering = [kind for kind in kinds if "_short_cut_" in kind.__dict__]
        if not offering or any(kind is not offering[0] and kind is not np.ndarray for kind in kinds):
            return None
        made: Callable[..., Any] = self._short_cuts.setdefault(kinds, offering[0]._short_cut_(self, kinds))  # type: ignore[attr-defined]
        return made

    def pullback(self, slot: int) -> Pullback | None:
        """The pullback to the operand in that position."""
        if not self.variadic:
            return self.pullbacks[slot]
        shared = self.pullbacks[0]
        if shared is None:
            return None
        return lambda *arguments, **options: shared(*arguments, slot=slot, **options)

    def reads_of(self, slot: int) -> str:
        """What the pullback to the operand in that position looks at."""
        if not self.reads:
            return ""
        return self.reads[0 if self.variadic else slot]


def spoken(error: TypeError) -> str:
    """What Python says of a call, without the name of the function that was called."""
    return re.sub(r"^\S*\(\) ", "", str(error))


def operation(entry: Operation) -> Operation:
    """Put an operation into the table and return it.

    Raises:
        GateError: the name is taken, or an operand of a differentiable operation has no pullback to speak of.
    """
    if entry.name in _TABLE:
        raise GateError(f"there is already an operation named {entry.name!r}")
    if entry.differentiable and not entry.pullbacks:
        raise GateError(f"operation {entry.name!r} has no pullbacks")
    if entry.reads and len(entry.reads) != len(entry.pullbacks):
        raise GateError(f"operation {entry.name!r} needs one entry of reads= for each pullback")
    _TABLE[entry.name] = entry
    return entry
