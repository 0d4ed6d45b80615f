"""Gate: one entry of the rule table, and the table itself.

An entry says once, in ordinary operators, what a gate computes and what its local derivatives are. Everything else
reads that entry: numbers on the forward pass, graphs for higher derivatives, formulas in pictures, source code.
"""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from .errors import GateError, OperandError
from .fold import Fold, fold_function
from .operand import as_number
from .source import QUICK_NAMES, Native, total_function
from .symbol import NAME, NUMBER, RELATIONS, SELECT, Symbol, lift, select

__all__ = ["ATOM", "GATES", "POWER", "PRODUCT", "RELATION", "SUM", "Gate", "register", "unregister"]

RELATION, SUM, PRODUCT, POWER, ATOM = range(5)
"""How tightly a gate's written form binds, loosest first: decides where a formula needs brackets."""

_TABLE: dict[str, Gate] = {}
GATES: Mapping[str, Gate] = MappingProxyType(_TABLE)
"""Every registered gate by name, in the order of registration."""


@dataclass(frozen=True, eq=False)
class Gate:
    """One entry of the rule table; call it to apply the gate.

    Attributes:
        name: What the gate is called in code, in expressions and in traces.
        local: Function of the inputs and the output returning one local derivative per input.
        value: Function of the inputs returning the output, in ordinary operators, other gates and `select`.
        native: In place of `value`, for a gate the machine computes directly.
        glyph: What its box shows in a picture; the name where empty.
        unicode, latex: Its written form, `{0}`, `{1}` for the operands; `{0:product}` puts brackets around an operand
            that binds less tightly than a product (likewise sum, power, atom). Function style where empty.
        binds: How tightly the written form binds: RELATION, SUM, PRODUCT, POWER or ATOM (brackets never needed).
        metaphor: Two or three words that say what the gate does to a gradient, e.g. "multiply swaps".
        domain: Where the function is defined, in words, when that is not everywhere.
        definition: The same function in more primitive gates; `autograd.primitives()` opens the gate into it.
        chooses: Whether the local derivative depends on a comparison worth telling the reader.
        arrange: For a gate of any number of inputs: turns the caller's arguments into the tuple of inputs. Its `value`
            may be a `Fold`, the sum of one term over its inputs, which a page can recompute too.
        array: How numpy says `value`, where it has a quicker word for it than the rule read on arrays.
        doc: What `help` shows: the rule, its edge cases, its source, an example.
    """

    name: str
    local: Callable[..., tuple[Any, ...]]
    value: Callable[..., Any] | None = None
    native: Native | None = None
    glyph: str = ""
    unicode: str = ""
    latex: str = ""
    binds: int = ATOM
    metaphor: str = ""
    domain: str = ""
    definition: Callable[..., Any] | None = None
    chooses: bool = False
    arrange: Callable[..., tuple[Any, ...]] | None = None
    array: str = ""
    doc: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "__doc__", self.doc or self.metaphor)
        object.__setattr__(self, "__name__", self.name)

    @property
    def variadic(self) -> bool:
        """Whether the gate takes any number of inputs."""
        return self.arrange is not None

    @cached_property
    def parameters(self) -> tuple[inspect.Parameter, ...]:
        """The gate's inputs as its rule names them; empty for a variadic gate."""
        if self.variadic:
            return ()
        if self.value is not None:
            return tuple(inspect.signature(self.value).parameters.values())
        return tuple(inspect.signature(self.local).parameters.values())[:-1]

    @property
    def arity(self) -> int:
        """How many inputs the gate has; 0 stands for any number."""
        return len(self.parameters)

    def __call__(self, *operands: Any, **named: Any) -> Any:
        """Apply the gate: numbers give a number, Values a Value, Tensors a Tensor, Symbols a Symbol."""
        if operands and (self.variadic or (len(operands) < self.arity and not self._complete(len(operands), named))):
            for operand in operands[:2]:
                over = getattr(type(operand), "_apply_over_", None)
                if over is not None:
                    return over(operand, self, operands, named)
        inputs = self.bind(operands, named)
        for operand in inputs:
            apply = getattr(type(operand), "_apply_gate_", None)
            if apply is not None:
                return apply(operand, self, inputs)
        return self.number(*(as_number(operand, self) for operand in inputs))[0]

    def _complete(self, given: int, named: Mapping[str, Any]) -> bool:
        """Whether the first inputs, those named and the defaults are all it takes."""
        rest = {p.name: p.default for p in self.parameters[given:]}
        return named.keys() <= rest.keys() and all(
            name in named or default is not inspect.Parameter.empty for name, default in rest.items()
        )

    def bind(self, operands: tuple[Any, ...], named: Mapping[str, Any]) -> tuple[Any, ...]:
        """The inputs of one application in the rule's order, defaults filled in."""
        if self.arrange is not None:
            return self.arrange(*operands, **named)
        if len(operands) == self.arity and not named:
            return operands
        inputs = list(operands)
        rest = dict(named)
        for parameter in self.parameters[len(operands) :]:
            value = rest.pop(parameter.name, parameter.default)
            if value is inspect.Parameter.empty:
                raise OperandError(f"{self.signature} needs {parameter.name}; got {len(operands)} operand(s)")
            inputs.append(value)
        if rest or len(operands) > self.arity:
            extra = ", ".join(rest) if rest else f"{len(operands)} operands"
            raise OperandError(f"{self.signature} does not take {extra}")
        return tuple(inputs)

    @property
    def signature(self) -> str:
        """The gate and its inputs as one would type them, e.g. `leaky_relu(x, negative_slope=0.01)`."""
        if self.variadic:
            return f"{self.name}(...)"
        return f"{self.name}({', '.join(map(str, self.parameters))})"

    @cached_property
    def number(self) -> Callable[..., tuple[float, tuple[float, ...]]]:
        """The number reading: floats in, the value and every local derivative out; never raises."""
        if isinstance(self.value, Fold):
            return fold_function(self.name, self.value, _TABLE)
        if self.variadic:
            return self._number_of_many
        names = [p.name for p in self.parameters]
        return total_function(self.name, names, self.value_symbol, self.local_symbols, _TABLE | {self.name: self})

    def _number_of_many(self, *inputs: float) -> tuple[float, tuple[float, ...]]:
        assert self.value is not None
        out = self.value(*inputs)
        return out, self.local(*inputs, out)

    @cached_property
    def symbols(self) -> tuple[Symbol, ...]:
        """One free variable per input, named as the rule names it."""
        return tuple(Symbol.named(p.name) for p in self.parameters)

    @cached_property
    def value_symbol(self) -> Symbol:
        """The output written over `symbols`."""
        if self.value is None:
            return Symbol(self.name, *self.symbols)
        written = lift(self.value(*self.symbols))
        return select(written, lift(1.0), lift(0.0)) if written.op in RELATIONS else written

    @cached_property
    def local_symbols(self) -> tuple[Symbol, ...]:
        """The local derivatives written over `symbols` and the free variable `out`."""
        return tuple(map(lift, self.local(*self.symbols, Symbol.named("out"))))


def register(gate: Gate) -> Gate:
    """Add a gate to the table and return it.

    From then on the engine, higher derivatives, formulas, pictures and typed expressions know it.

    Raises:
        GateError: the name is taken or unusable, or the entry is inconsistent.

    >>> import autograd
    >>> cube = autograd.register(autograd.Gate("cube", value=lambda x: x * x * x, local=lambda x, out: (3 * x * x,)))
    >>> x = autograd.Value(2.0)
    >>> cube(x).backward()
    >>> x.grad
    12.0
    >>> autograd.unregister("cube")
    """
    if not gate.name.isidentifier() or keyword.iskeyword(gate.name):
        raise GateError(f"a gate's name must be a Python identifier, not {gate.name!r}")
    if gate.name in _TABLE or gate.name in (NAME, NUMBER, SELECT, "and", *RELATIONS):
        raise GateError(f"there is already a gate named {gate.name!r}: unregister it first or choose another name")
    if (gate.value is None) == (gate.native is None):
        raise GateError(f"gate {gate.name!r} needs exactly one of value= and native=")
    if not gate.variadic:
        _check_entry(gate)
    elif isinstance(gate.value, Fold):
        _check_fold(gate, gate.value)
    _TABLE[gate.name] = gate
    return gate


def _check_entry(gate: Gate) -> None:
    if gate.arity == 0:
        raise GateError(f"gate {gate.name!r} has no inputs")
    if any(p.name == "out" for p in gate.parameters):
        raise GateError(f"gate {gate.name!r}: 'out' stands for the output and cannot name an input")
    try:
        derivatives = gate.local_symbols
    except TypeError as error:
        raise GateError(f"gate {gate.name!r}: local must take its {gate.arity} input(s) and out: {error}") from None
    if len(derivatives) != gate.arity:
        raise GateError(f"gate {gate.name!r} has {gate.arity} input(s) but {len(derivatives)} local derivative(s)")
    _ = gate.value_symbol  # finds a Python `if` on an input now rather than at the first use
    if gate.native is not None:
        _check_spelling(gate, gate.native.python)
        if gate.native.page is not None:
            _check_page(gate, gate.native.page)


def _check_fold(gate: Gate, fold: Fold) -> None:
    if gate.local != fold.local:
        raise GateError(f"gate {gate.name!r}: the local derivatives of a Fold are its own: local=fold.local")
    if len(fold.derivatives) != fold.lists:
        raise GateError(
            f"gate {gate.name!r}: the term has {fold.lists} input(s) but {len(fold.derivatives)} local derivative(s)"
        )


def _check_spelling(gate: Gate, python: str) -> None:
    inputs = [p.name for p in gate.parameters]
    try:
        used = compile(python.format(*inputs), "<rule>", "eval").co_names
    except (SyntaxError, IndexError, KeyError, ValueError):
        raise GateError(
            f"gate {gate.name!r}: the native spelling {python!r} is not an expression of its inputs"
        ) from None
    unknown = sorted(set(used) - set(inputs) - set(QUICK_NAMES))
    if unknown:
        known = ", ".join(sorted(QUICK_NAMES))
        raise GateError(f"gate {gate.name!r}: the native spelling may use {known}, and not {unknown[0]}")


def _check_page(gate: Gate, page: str) -> None:
    try:
        page.format(*(p.name for p in gate.parameters))
    except (IndexError, KeyError, ValueError):
        raise GateError(f"gate {gate.name!r}: the page spelling {page!r} is not a template of its inputs") from None


def unregister(name: str) -> None:
    """Take a gate out of the table. Graphs that already use it keep working.

    Raises:
        GateError: there is no such gate.
    """
    if name not in _TABLE:
        raise GateError(f"there is no gate named {name!r}")
    del _TABLE[name]
