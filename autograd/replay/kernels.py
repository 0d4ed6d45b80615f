"""Rules read as machine code: the source of the two loops that run a plan forward and backward.

Only the kinds of instruction that a plan uses are in its source, so it compiles in a moment; plans of the same kinds
have the same source, whatever their size, and share the compiled code.

All integers are unsigned, small constants too (`u0`, `u1`, ...): then numba need not ask whether an index counts from
the end of its array, which takes time and keeps a loop from becoming vector instructions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from textwrap import indent

from ..gate import GATES, Gate
from ..source import QUICK_NAMES, Language, Speller, program
from .loops import ROWS_BACKWARD, ROWS_FORWARD, SUMS_BACKWARD, SUMS_FORWARD
from .plan import INDEXED, ROWS, SAME, SUMS, Variant

__all__ = ["kernel_source"]


class Machine(Language):
    """Python as numba compiles it, where no arithmetic raises: the quick spelling, with constants of the right size."""

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype

    def number(self, x: float) -> str:
        """A constant."""
        text = repr(x) if math.isfinite(x) else "nan" if x != x else "inf" if x > 0 else "(-inf)"
        return text if self.dtype == "float64" else f"numpy.{self.dtype}({text})"


def kernel_source(forward: Sequence[Variant], backward: Sequence[Variant], dtype: str) -> str:
    """Python source of `forward(numbers, code, index)` and `backward(numbers, gradients, code, index, root, seed)`.

    Args:
        forward: The kinds of instruction of the way forward: what the code numbers, from 0.
        backward: Those of the way backward.
        dtype: Of the numbers: "float64" or "float32".
    """
    language = Machine(dtype)
    kind = {"float64": "f8", "float32": "f4"}[dtype]
    names = ", ".join(sorted(QUICK_NAMES))
    parts = [f"from math import {names}\n" + "\n".join(f"u{i} = numpy.uint64({i})" for i in (*range(9), 512)) + "\n"]
    head = f'@jit("void({kind}[::1], u8[::1], u4[::1])")\ndef forward(v, code, index):'
    parts.append(_loop(head, forward, language, _gate_forward, _FORWARD))
    head = f'@jit("void({kind}[::1], {kind}[::1], u8[::1], u4[::1], u8, {kind})")\n'
    head += "def backward(v, g, code, index, root, seed):\n"
    head += "    for e in range(g.size):\n        g[e] = 0\n    g[root] = seed"
    parts.append(_loop(head, backward, language, _gate_backward, _BACKWARD))
    return "\n\n".join(parts)


def _loop(
    head: str, variants: Sequence[Variant], language: Language, gate: Callable[[Variant, Language], list[str]],
    forms: Mapping[str, str],
) -> str:  # fmt: skip
    """A loop over the instructions that does what the kind of each says."""
    lines = [head, "    i = u1", "    for _ in range(code[u0]):"]
    lines.append("        op, o, n, p = code[i], code[i + u1], code[i + u2], code[i + u3]")
    lines.append("        i += u4")
    for number, variant in enumerate(variants):
        lines.append(f"        {'el' if number else ''}if op == {number}:")
        if isinstance(variant.what, str):
            body = forms[variant.what].replace("ZERO", language.number(-0.0)).splitlines()
        else:
            body = gate(variant, language) or ["pass"]
        lines += [f"            {line}" for line in body]
    return "\n".join(lines) + "\n"


def _gate_forward(variant: Variant, language: Language) -> list[str]:
    gate, names = _named(variant)
    spelled = program(gate.value_symbol, [], {**GATES, gate.name: gate}, names, language)
    return [
        *_operands(variant),
        "for e in range(n):",
        *_inside(_loads(variant), spelled.statements, ["v[o + e] = out"]),
    ]


def _gate_backward(variant: Variant, language: Language) -> list[str]:
    gate, names = _named(variant)
    wanted = [k for k, wants in enumerate(variant.wants) if wants == "1"]
    speller = Speller(
        [gate.local_symbols[k] for k in wanted], {**GATES, gate.name: gate}, names | {"out": "out"}, language
    )
    derivatives = [speller.number(result) for result in speller.results]
    lines, ends, adds = _operands(variant), [], []
    for k, derivative in zip(wanted, derivatives, strict=True):
        if variant.modes[k] == SAME:  # all of them add to one number
            lines.append(f"s{k} = {language.number(0.0)}")
            ends.append(f"g[a{k}] += s{k}")
            adds.append(f"s{k} += {derivative} * up")
        else:
            place = f"index[a{k} + e]" if variant.modes[k] == INDEXED else f"a{k} + e"
            adds.append(f"g[{place}] += {derivative} * up")
    if not wanted:
        return []
    loads = [*_loads(variant), "out = v[o + e]", "up = g[o + e]"]
    return [*lines, "for e in range(n):", *_inside(loads, speller.statements, adds), *ends]


def _named(variant: Variant) -> tuple[Gate, dict[str, str]]:
    assert isinstance(variant.what, Gate)
    return variant.what, {s.args[0]: f"x{k}" for k, s in enumerate(variant.what.symbols)}


def _operands(variant: Variant) -> list[str]:
    lines = [f"a{k} = code[p + u{k}]" for k in range(len(variant.modes))]
    return lines + [f"x{k} = v[a{k}]" for k, mode in enumerate(variant.modes) if mode == SAME]


def _loads(variant: Variant) -> list[str]:
    places = {
        k: f"index[a{k} + e]" if mode == INDEXED else f"a{k} + e"
        for k, mode in enumerate(variant.modes)
        if mode != SAME
    }
    return [f"x{k} = v[{place}]" for k, place in places.items()]


def _inside(*parts: Sequence[str]) -> list[str]:
    return [indent(line, "    ") for part in parts for line in part]


_FORWARD = {SUMS: SUMS_FORWARD, ROWS: ROWS_FORWARD}
_BACKWARD = {SUMS: SUMS_BACKWARD, ROWS: ROWS_BACKWARD}
