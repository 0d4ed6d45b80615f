"""Rules read as JavaScript: the engine inside a page whose reader changes a value."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from .conditions import conditions
from .fold import Fold
from .gate import GATES, Gate
from .source import Language, Native, Speller, program
from .symbol import RELATIONS, Symbol, substitute

__all__ = ["JAVASCRIPT", "JavaScript", "emittable", "gate_table"]


class _NoSpellingError(Exception):
    """The rule uses a gate that has no JavaScript spelling."""


class JavaScript(Language):
    """JavaScript, whose numbers never raise: what is undefined there is Infinity or NaN as in `autograd.ieee`."""

    output = "o"

    def number(self, x: float) -> str:
        """A constant; a negative one in brackets, because `--1` would mean something else."""
        if not math.isfinite(x):
            return "NaN" if x != x else "(1/0)" if x > 0 else "(-1/0)"
        text = repr(abs(x)).removesuffix(".0").replace("e-0", "e-").replace("e+", "e")
        text = text.removeprefix("0") if text.startswith("0.") else text
        return f"(-{text})" if math.copysign(1.0, x) < 0 else text

    def assign(self, name: str, text: str) -> str:
        """A declaration, to stand after `const`."""
        return f"{name}={_bare(text)}"

    def choose(self, condition: str, chosen: str, otherwise: str) -> str:
        """One of two numbers, as the condition says."""
        return f"({_bare(condition)}?{_bare(chosen)}:{_bare(otherwise)})"

    def compare(self, relation: str, left: str, right: str) -> str:
        """A comparison, or `and` between two."""
        return f"({left}{_RELATIONS.get(relation, relation)}{right})"

    def number_from(self, text: str, symbol: Symbol) -> str:
        """A comparison counted as 1 or 0; true is not 1 to `===`."""
        return f"(+{text})" if _is_condition(symbol) else text

    def condition_from(self, text: str, symbol: Symbol) -> str:
        """A number counts as true unless it is 0; to JavaScript, NaN would count as false."""
        return text if _is_condition(symbol) else f"({text}!==0)"

    def apply(self, gate: str, native: Native, operands: Sequence[str]) -> str:
        """A gate that is computed directly."""
        if native.page is None:
            raise _NoSpellingError(gate)
        return native.page.format(*operands)


_RELATIONS = {"==": "===", "!=": "!==", "and": "&&"}
JAVASCRIPT = JavaScript()


def gate_table(gates: Mapping[str, Gate] = GATES) -> str:
    """The text of an ES module exporting `GATES`: for each gate, how a page recomputes it.

    `GATES[name].apply(x)` takes the operands' numbers and returns `[out, [d0, d1, ...]]`, the output and one local
    derivative per operand; it never throws. `GATES[name].when(x)` returns the truth of the comparisons that the local
    derivatives depend on, in the order of `autograd.conditions.conditions`; a gate without any has no `when`.

    Args:
        gates: The gates wanted, by name. Those that cannot be written in JavaScript are left out: gates with a native
            function without a `page` spelling, gates written in such gates, and gates of any number of inputs whose
            value is not a `Fold`.

    >>> print(gate_table({"mul": GATES["mul"], "relu": GATES["relu"]}))
    export const GATES = {__proto__: null,
    mul:{apply:([a,b],o=a*b)=>[o,[b,a]]},
    relu:{apply:([a],t1=a<=0,o=t1?0:a)=>[o,[t1?0:1]],when:([a])=>[a<=0]},
    };
    <BLANKLINE>
    """
    table = {**GATES, **gates}
    entries = [f"{_property(name)}:{text}," for name, gate in gates.items() if (text := _entry(gate, table))]
    body = "\n".join(["export const GATES = {__proto__: null,", *entries, "};", ""])
    helpers = [text for name, text in _helpers().items() if f"{name}(" in body]
    return "\n".join([*helpers, body])


def emittable(gate: Gate) -> bool:
    """Whether `gate_table` can write the gate."""
    return bool(_entry(gate, GATES))


def _entry(gate: Gate, table: Mapping[str, Gate]) -> str:
    """The object of one gate, empty where it cannot be written."""
    try:
        if isinstance(gate.value, Fold):
            return _many(gate.value, table)
        return "" if gate.variadic else _few(gate, table)
    except (_NoSpellingError, KeyError):  # KeyError: a gate it is written in has been unregistered
        return ""


def _few(gate: Gate, table: Mapping[str, Gate]) -> str:
    names = _letters([s.args[0] for s in gate.symbols])
    takes = f"[{','.join(names.values())}]"
    spelled = program(gate.value_symbol, gate.local_symbols, table, names | {"out": JAVASCRIPT.output}, JAVASCRIPT)
    results = ",".join(map(_bare, spelled.local))
    # What is computed on the way stands where defaults of further parameters do: nobody passes any.
    apply = f"apply:({','.join([takes, *spelled.statements])})=>[o,[{results}]]"
    bindings = {"out": gate.value_symbol}
    asked = [substitute(c, bindings) for c in conditions(gate.local_symbols)]
    statements, flags = _flags(asked, table, names)
    return f"{{{apply},when:({','.join([takes, *statements])})=>[{flags}]}}" if flags else f"{{{apply}}}"


def _many(fold: Fold, table: Mapping[str, Gate]) -> str:
    names = _letters([s.args[0] for s in fold.symbols])
    places = [f"x[{_offset(i)}i]" for i in range(fold.lists)]
    items = ",".join(f"{name}={place}" for name, place in zip(names.values(), places, strict=True))
    size = f"const n=x.length/{fold.lists}" if fold.lists > 1 else "const n=x.length"
    loop = "for(let i=0;i<n;i++)"
    spelled = fold.spelled(table, names, JAVASCRIPT)
    keep = "".join(f"d[{_offset(i)}i]={_bare(text)};" for i, text in enumerate(spelled.local))
    # -0 changes nothing when something is added to it, not even the sign of another -0.
    apply = f"apply(x){{{size},d=[];let s=-0;{loop}{{const {items},{','.join(spelled.statements)};s+=o;{keep}}}"
    apply += "return[s,d]}"
    statements, flags = _flags(conditions(fold.derivatives), table, names)
    if not flags:
        return f"{{{apply}}}"
    items = ",".join([items, *statements])
    return f"{{{apply},when(x){{{size},f=[];{loop}{{const {items};f.push({flags})}}return f}}}}"


def _flags(asked: Sequence[Symbol], table: Mapping[str, Gate], names: Mapping[str, str]) -> tuple[list[str], str]:
    """Statements first and then the conditions, as JavaScript."""
    speller = Speller(asked, table, names, JAVASCRIPT)
    flags = ",".join([_bare(speller.condition(result)) for result in speller.results])
    return speller.statements, flags


def _letters(inputs: Sequence[str]) -> dict[str, str]:
    """Short names for the inputs, apart from those the generated code uses itself."""
    return {name: "abc"[i] if len(inputs) <= 3 else f"x{i}" for i, name in enumerate(inputs)}


def _offset(i: int) -> str:
    return "" if i == 0 else "n+" if i == 1 else f"{i}*n+"


def _is_condition(symbol: Symbol) -> bool:
    return symbol.op == "and" or symbol.op in RELATIONS


def _bare(text: str) -> str:
    """The expression without brackets around all of it."""
    if not text.startswith("("):
        return text
    depth = 0
    for i, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return text[1:-1] if i == len(text) - 1 else text
    return text


def _property(name: str) -> str:
    """A gate's name as a property; `__proto__` would mean something else, quoted or not."""
    if re.fullmatch(r"[a-z]\w*", name, re.ASCII):
        return name
    return f"[{json.dumps(name)}]"


@cache
def _helpers() -> dict[str, str]:
    """The functions of ieee.js by name, without comments and indentation."""
    source = (Path(__file__).parent / "ieee.js").read_text(encoding="utf-8")
    lines = [line for line in map(str.strip, source.splitlines()) if not line.startswith(("//", "/**"))]
    functions = re.split(r"^export (?=function )", "\n".join(lines), flags=re.MULTILINE)[1:]
    return {text.split("(")[0].removeprefix("function "): text.strip() for text in functions}
