"""Rules read as machine code: the source of the two loops that run a plan forward and backward.

Only the kinds of instruction that a plan uses are in its source, so it compiles in a moment; plans of the same kinds
have the same source, whatever their size, and share the compiled code.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from textwrap import indent

from ..gate import GATES, Gate
from ..source import QUICK_NAMES, Language, Speller, program
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


def kernel_source(variants: Sequence[Variant], dtype: str) -> str:
    """Python source of `forward(numbers, code, index)` and `backward(numbers, gradients, code, index, root, seed)`.

    Args:
        variants: The kinds of instruction, in the order of the plan.
        dtype: Of the numbers: "float64" or "float32".
    """
    language = Machine(dtype)
    kind = {"float64": "f8", "float32": "f4"}[dtype]
    names = ", ".join(sorted(QUICK_NAMES))
    parts = [f"from math import {names}\n"]
    if any(v.what == ROWS for v in variants):
        parts.append(_ROWS_BACKWARD.replace("f8", kind).replace("ZERO", language.number(-0.0)))
    head = f'@jit("void({kind}[::1], i8[::1], u4[::1])")\ndef forward(v, code, index):'
    parts.append(_loop(head, variants, language, _gate_forward, _FORWARD, "range(count)"))
    head = f'@jit("void({kind}[::1], {kind}[::1], i8[::1], u4[::1], i8, {kind})")\n'
    head += "def backward(v, g, code, index, root, seed):\n    for e in range(g.size):\n        g[e] = 0\n    g[root] = seed"
    parts.append(_loop(head, variants, language, _gate_backward, _BACKWARD, "range(count - 1, -1, -1)"))
    return "\n\n".join(parts)


def _loop(
    head: str, variants: Sequence[Variant], language: Language, gate: Callable[[Variant, Language], list[str]],
    forms: Mapping[str, str], order: str,
) -> str:  # fmt: skip
    """A loop over the instructions that does what the kind of each says."""
    lines = [head, "    count = code[0]", f"    for i in {order}:"]
    lines.append("        op, o, n, p = code[1 + 4 * i], code[2 + 4 * i], code[3 + 4 * i], code[4 + 4 * i]")
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
    lines = [f"a{k} = code[p + {k}]" for k in range(len(variant.modes))]
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


_SUMS_FORWARD = """\
bounds, w, x = code[p], code[p + 1], code[p + 2]
for r in range(n):
    total = ZERO
    for k in range(index[bounds + r], index[bounds + r + 1]):
        total += v[index[w + k]] * v[index[x + k]]
    v[o + r] = total
"""

_SUMS_BACKWARD = """\
bounds, w, x = code[p], code[p + 1], code[p + 2]
for r in range(n):
    up = g[o + r]
    for k in range(index[bounds + r], index[bounds + r + 1]):
        a, b = index[w + k], index[x + k]
        g[a] += v[b] * up
        g[b] += v[a] * up
"""

# Four pairs at a time: the sum so far is read and written once for four products, in the order of the pairs.
_ROWS_FORWARD = """\
length, before, along = code[p], code[p + 1], code[p + 2]
pairs = before + along + code[p + 3]
for r in range(n):
    q, w, x = o + r * length, code[p + 4] + r * pairs, code[p + 5] + r * pairs
    total = ZERO
    for k in range(before):
        total += v[index[w + k]] * v[index[x + k]]
    for e in range(length):
        v[q + e] = total
    k = before
    while k + 4 <= before + along:
        w0, w1, w2, w3 = v[index[w + k]], v[index[w + k + 1]], v[index[w + k + 2]], v[index[w + k + 3]]
        b0, b1, b2, b3 = index[x + k], index[x + k + 1], index[x + k + 2], index[x + k + 3]
        for e in range(length):
            v[q + e] = v[q + e] + w0 * v[b0 + e] + w1 * v[b1 + e] + w2 * v[b2 + e] + w3 * v[b3 + e]
        k += 4
    while k < before + along:
        w0, b0 = v[index[w + k]], index[x + k]
        for e in range(length):
            v[q + e] += w0 * v[b0 + e]
        k += 1
    for k in range(before + along, pairs):
        total = v[index[w + k]] * v[index[x + k]]
        for e in range(length):
            v[q + e] += total
"""

# A function of its own, since here, and nowhere else, sums may be added up in any order.
_ROWS_BACKWARD = """\
@jit("void(f8[::1], f8[::1], i8[::1], u4[::1], i8, i8, i8)", fastmath={"reassoc"}, no_cpython_wrapper=True)
def rows_backward(v, g, code, index, o, n, p):
    length, before, along = code[p], code[p + 1], code[p + 2]
    pairs = before + along + code[p + 3]
    weighs, values = code[p + 6], code[p + 7]
    for r in range(n - 1, -1, -1):
        q, w, x = o + r * length, code[p + 4] + r * pairs, code[p + 5] + r * pairs
        if before + along < pairs or before:
            up = ZERO
            for e in range(length):
                up += g[q + e]
            for k in range(pairs):
                if k < before or k >= before + along:
                    a, b = index[w + k], index[x + k]
                    g[a] += v[b] * up
                    g[b] += v[a] * up
        k = before
        while k + 4 <= before + along:
            a0, a1, a2, a3 = index[w + k], index[w + k + 1], index[w + k + 2], index[w + k + 3]
            b0, b1, b2, b3 = index[x + k], index[x + k + 1], index[x + k + 2], index[x + k + 3]
            if weighs:
                s0, s1, s2, s3 = ZERO, ZERO, ZERO, ZERO
                for e in range(length):
                    up = g[q + e]
                    s0 += up * v[b0 + e]
                    s1 += up * v[b1 + e]
                    s2 += up * v[b2 + e]
                    s3 += up * v[b3 + e]
                g[a0] += s0
                g[a1] += s1
                g[a2] += s2
                g[a3] += s3
            if values:
                w0, w1, w2, w3 = v[a0], v[a1], v[a2], v[a3]
                for e in range(length):
                    up = g[q + e]
                    g[b0 + e] += w0 * up
                    g[b1 + e] += w1 * up
                    g[b2 + e] += w2 * up
                    g[b3 + e] += w3 * up
            k += 4
        while k < before + along:
            a0, b0 = index[w + k], index[x + k]
            if weighs:
                s0 = ZERO
                for e in range(length):
                    s0 += g[q + e] * v[b0 + e]
                g[a0] += s0
            if values:
                w0 = v[a0]
                for e in range(length):
                    g[b0 + e] += w0 * g[q + e]
            k += 1
"""

_FORWARD = {SUMS: _SUMS_FORWARD, ROWS: _ROWS_FORWARD}
_BACKWARD = {SUMS: _SUMS_BACKWARD, ROWS: "rows_backward(v, g, code, index, o, n, p)"}
