"""Rules read as machine code: the source of the two loops that run a plan forward and backward.

Only the kinds of instruction that a plan uses are in its source, so it compiles in a moment; plans of the same kinds
have the same source, whatever their size, and share the compiled code.

All integers are unsigned, small constants too (`u0`, `u1`, ...): then numba need not ask whether an index counts from
the end of its array, which takes time and keeps a loop from becoming vector instructions.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from textwrap import indent

from ..gate import Gate
from ..source import QUICK_NAMES, Language
from ..symbol import lift
from .loops import SUMS_BACKWARD, SUMS_FORWARD, rows_backward, rows_forward
from .plan import INDEXED, ROWS, SAME, SUMS, Variant
from .spelling import spell_slopes, spell_value

__all__ = ["INLINE", "kernel_source"]


class Machine(Language):
    """Python as numba compiles it, where no arithmetic raises: the quick spelling, with constants of the right size."""

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype

    def number(self, x: float) -> str:
        """A constant."""
        text = repr(x) if math.isfinite(x) else "nan" if x != x else "inf" if x > 0 else "(-inf)"
        return text if self.dtype == "float64" else f"numpy.{self.dtype}({text})"


INLINE = 3
"""So many arguments an instruction has room for."""


def kernel_source(forward: Sequence[Variant], backward: Sequence[Variant], parts: Collection[str], dtype: str) -> str:
    """Python source of two functions, `forward(numbers, code, index)` and the way back.

    That is `backward(numbers, gradients, code, index, root, stop, seed)`, where root and stop bound the results.

    Args:
        forward: The kinds of instruction of the way forward: what the code numbers, from 0.
        backward: Those of the way backward.
        parts: What the loops over rows are to have (`loops`).
        dtype: Of the numbers: "float64" or "float32".
    """
    language = Machine(dtype)
    kind = {"float64": "f8", "float32": "f4"}[dtype]
    most = max((len(variant.modes) for variant in forward), default=0)
    constants = "\n".join(f"u{i} = numpy.uint64({i})" for i in range(max(most, 8) + 1))
    head = f'@jit("void({kind}[::1], u8[::1], u4[::1])")\ndef forward(v, code, index):'
    forms = {SUMS: SUMS_FORWARD, ROWS: rows_forward(parts)}
    onward = _loop(head, forward, language, _gate_forward, forms)
    head = f'@jit("void({kind}[::1], {kind}[::1], u8[::1], u4[::1], u8, u8, {kind})")\n'
    head += "def backward(v, g, code, index, root, stop, seed):\n"
    head += "    for e in range(g.size):\n        g[e] = 0\n    for e in range(root, stop):\n        g[e] = seed"
    forms = {SUMS: SUMS_BACKWARD, ROWS: rows_backward(parts)}
    back = _loop(head, backward, language, _gate_backward, forms)
    return "\n\n".join((f"from math import {', '.join(sorted(QUICK_NAMES))}\n{constants}\n", onward, back))


def _loop(
    head: str, variants: Sequence[Variant], language: Language, gate: Callable[[Variant, Language], list[str]],
    forms: Mapping[str, str],
) -> str:  # fmt: skip
    """A loop over the instructions that does what the kind of each says."""
    lines = [head, "    i = u1", "    for _ in range(code[u0]):"]
    lines.append("        op = code[i]; o = code[i + u1]; n = code[i + u2]")
    lines.append("        a0 = code[i + u3]; a1 = code[i + u4]; a2 = code[i + u5]; i += u6")
    for number, variant in enumerate(variants):
        lines.append(f"        {'el' if number else ''}if op == {number}:")
        if isinstance(variant.what, str):
            body = forms[variant.what].replace("ZERO", language.number(-0.0)).splitlines()
        else:
            body = gate(variant, language) or ["pass"]
        lines += [f"            {line}" for line in body]
    return "\n".join(lines) + "\n"


def _gate_forward(variant: Variant, language: Language) -> list[str]:
    speller, value = spell_value(_gate_of(variant), language)
    return _over_slots(variant, [], [*speller.statements, f"v[e] = {value}"], [])


def _gate_backward(variant: Variant, language: Language) -> list[str]:
    gate = _gate_of(variant)
    speller, wanted = spell_slopes(gate, variant.wants, "v[e]", language)
    if not wanted:
        return []
    derivatives = [speller.number(result) for result in speller.results]
    before, adds, after = [], ["up = g[e]"], []
    for k, derivative in zip(wanted, derivatives, strict=True):
        product = "up" if gate.local_symbols[k].key == lift(1.0).key else f"{derivative} * up"
        if variant.modes[k] == SAME:  # all of them add to one number
            before.append(f"s{k} = {language.number(0.0)}")
            adds.append(f"s{k} += {product}")
            after.append(f"g[a{k}] += s{k}")
        else:
            adds.append(f"g[{_place(variant, k)}] += {product}")
    return _over_slots(variant, before, [*speller.statements, *adds], after)


def _gate_of(variant: Variant) -> Gate:
    assert isinstance(variant.what, Gate)
    return variant.what


def _over_slots(variant: Variant, before: list[str], inside: list[str], after: list[str]) -> list[str]:
    """A loop over the results of a gate; before it and in it, operands that are used get their names."""
    used = set(re.findall(r"\bx\d+\b", "\n".join(inside)))
    many = len(variant.modes) > INLINE
    places = ["p = a2", *(f"a{k} = code[p + u{k}]" for k in range(len(variant.modes)))] if many else []
    operands = [(k, f"x{k} = v[{_place(variant, k)}]") for k in range(len(variant.modes)) if f"x{k}" in used]
    same = [load for k, load in operands if variant.modes[k] == SAME]
    loads = [load for k, load in operands if variant.modes[k] != SAME]
    return [*places, *same, *before, "for e in range(o, n):", *(indent(s, "    ") for s in (*loads, *inside)), *after]


def _place(variant: Variant, k: int) -> str:
    return {SAME: f"a{k}", INDEXED: f"index[a{k} + e]"}.get(variant.modes[k], f"a{k} + e")
