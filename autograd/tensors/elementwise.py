"""The rule table read on arrays: each gate as numpy source, its value and one pullback per operand.

Python numbers among the operands stay Python numbers, so that float32 stays float32 and a rule that branches on one,
such as `x ** 2`, computes only the branch it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..array_source import ARRAY_NAMES, ArrayLanguage, mask
from ..gate import GATES, Gate
from ..operation import Operation, Pullback
from ..source import Speller
from ..symbol import NAME, NUMBER, Symbol

__all__ = ["array_gate"]

_GATES: dict[tuple[Gate, str], Operation] = {}


def array_gate(gate: Gate, pattern: str) -> Operation:
    """The gate as an operation on arrays.

    Args:
        gate: An element-wise gate, of a fixed number of inputs.
        pattern: One letter per operand: "a" for an array, "c" for a Python number.
    """
    try:
        return _GATES[gate, pattern]
    except KeyError:
        return _GATES.setdefault((gate, pattern), _read(gate, pattern))


def _read(gate: Gate, pattern: str) -> Operation:
    arrays = {p.name for p, kind in zip(gate.parameters, pattern, strict=True) if kind == "a"}
    return Operation(
        name=gate.name,
        forward=_compile(gate, arrays, [gate.value_symbol], None),
        pullbacks=tuple(_pullback(gate, arrays, i) if kind == "a" else None for i, kind in enumerate(pattern)),
        reads=tuple(_reads(gate.local_symbols[i], arrays) for i in range(len(pattern))),
        definition=gate.definition,
        scalar=np.frompyfunc(gate, gate.arity, 1),
        local=gate.local,
        glyph=gate.glyph,
        metaphor=gate.metaphor,
        doc=gate.doc,
    )


def _reads(local: Symbol, arrays: set[str]) -> str:
    """What a local derivative looks at: a Python number among the operands cannot change."""
    names = set(_names(local))
    return ("o" if "out" in names else "") + ("x" if names & arrays else "")


def _names(symbol: Symbol) -> list[str]:
    if symbol.op == NAME:
        return [symbol.args[0]]
    return [name for a in symbol.args if isinstance(a, Symbol) for name in _names(a)]


def _pullback(gate: Gate, arrays: set[str], slot: int) -> Pullback:
    local = gate.local_symbols[slot]
    if local.op == NUMBER:
        factor = float(local.args[0])
        if factor == 1:
            return _pass_on
        if factor == -1:
            return _negate
        if factor == 0:
            return _block
    return _compile(gate, arrays | {"out"}, [local], "g")


def _pass_on(upstream: Any, out: Any, *operands: Any) -> Any:  # noqa: ARG001 - what every pullback is given
    return upstream


def _negate(upstream: Any, out: Any, *operands: Any) -> Any:  # noqa: ARG001
    return -upstream


def _block(upstream: Any, out: Any, *operands: Any) -> Any:  # noqa: ARG001
    return np.zeros_like(upstream)


def _compile(gate: Gate, arrays: set[str], results: Sequence[Symbol], upstream: str | None) -> Callable[..., Any]:
    """A function of the operands (and before them the upstream gradient and the output) for one of the gate's rules."""
    names = {p.name: f"x{i}" for i, p in enumerate(gate.parameters)}
    language = ArrayLanguage({names.get(n, n) for n in arrays})
    inputs = list(names.values())
    if upstream is None and gate.array:
        lines, result = [], gate.array.format(*inputs)
    else:
        speller = Speller(results, {**GATES, gate.name: gate}, names, language)
        whole = speller.results[0]
        masked = None if upstream is None else mask(whole, speller, language)
        text = speller.number(whole) if masked is None else masked
        result = text if upstream is None else f"g * {text}"
        lines = list(speller.statements)
    if language.typed:
        lines.insert(0, f"T = result_type({', '.join(inputs)}).type")
    lines.append(f"return {result}")
    if language.branches and language.partial:
        # The side of a branch that is not taken may divide by zero; that is nobody's mistake.
        lines = ['with errstate(all="ignore"):', *(f"    {line}" for line in lines)]
    arguments = inputs if upstream is None else ["g", "out", *inputs]
    source = "\n".join([f"def rule({', '.join(arguments)}):", *(f"    {line}" for line in lines)])
    scope: dict[str, Any] = {"__name__": __name__, **ARRAY_NAMES}
    exec(compile(source, f"<gate {gate.name} on arrays>", "exec"), scope)
    function: Callable[..., Any] = scope["rule"]
    return function
