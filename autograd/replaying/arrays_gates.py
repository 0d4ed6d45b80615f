"""Rules read on parts of an array: a gate's results all at once, written where they belong."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..array_source import ARRAY_NAMES, IDENTIFIER, ArrayLanguage, mask
from ..gate import Gate
from ..source import Native
from .arrays_blocks import Block, Numbers, Pass
from .plan import INDEXED, SAME, Plan
from .spelling import names_of, spell_slopes, spell_value
from .tape import Indices

__all__ = ["Gates", "operand_slots"]

_SPELLINGS = {
    "({0} + {1})": "add", "({0} - {1})": "subtract", "({0} * {1})": "multiply", "({0} / {1})": "divide",
    "({0} // {1})": "floor_divide", "({0} % {1})": "remainder", "(-{0})": "negative", "atan({0})": "atan",
    "cos({0})": "cos", "exp({0})": "exp", "expm1({0})": "expm1", "fabs({0})": "fabs", "log({0})": "log",
    "log1p({0})": "log1p", "sin({0})": "sin", "sqrt({0})": "sqrt", "tanh({0})": "tanh",
}  # fmt: skip
"""numpy's name for what a native spelling computes; these functions can write into an array that is there."""

_UFUNCS = frozenset((*_SPELLINGS.values(), "maximum", "minimum", "power"))


def _power(x: Any, y: Any, out: Numbers | None = None) -> Any:
    """x to the y; for a single exponent of one half numpy would take a root, which differs at -inf."""
    if np.size(y) > 1:
        return np.power(x, y, out=out)
    n = np.size(x)
    result = np.power(np.broadcast_to(x, max(n, 2)), np.repeat(y, max(n, 2)))[:n]
    if out is None:
        return result
    np.copyto(out, result)
    return out


_NAMES = {
    **ARRAY_NAMES,
    **{name: getattr(np, name) for name in _SPELLINGS.values() if name not in ARRAY_NAMES},
    "copyto": np.copyto,
    "power": _power,
    "total": np.add.reduce,
    "dot": np.dot,
}

_NUMBER, _READ, _WHOLE = re.compile(r"-?\d+"), re.compile(r"x\d+"), re.compile(r"(\w+)\(")

WRITE, ADD, COLLECT, SCATTER, NOTHING = "wacs-"
"""What becomes of an operand's gradient: written or added to a view, summed up into one, scattered, nothing."""


def operand_slots(plan: Plan, i: int, k: int) -> Indices:
    """The slots of operand k of instruction i, a gate's, one per result."""
    size, argument = int(plan.size[i]), int(plan.arguments[plan.at[i] + k])
    mode = plan.variants[plan.op[i]].modes[k]
    if mode == INDEXED:
        return plan.index[argument : argument + size].astype(np.int64)
    return np.full(size, argument) if mode == SAME else argument + np.arange(size)


class Gates:
    """One instruction of a gate.

    Args:
        plan: The plan.
        i: Which instruction.
    """

    def __init__(self, plan: Plan, i: int) -> None:
        variant = plan.variants[plan.op[i]]
        assert isinstance(variant.what, Gate)
        self._gate, self._wants = variant.what, variant.wants
        size = int(plan.size[i])
        self._out = Block(int(plan.out[i]) + np.arange(size))
        self._blocks: list[Block] = []
        self._modes = ""
        for k, mode in enumerate(variant.modes):
            block = Block(operand_slots(plan, i, k))
            if mode == SAME or (block.steps == (0,) and size > 1):
                mode, block = SAME, Block(block.slots[:1])
            self._blocks.append(block)
            self._modes += "i" if block.steps is None else "s" if mode == SAME else "a"

    def forward(self, numbers: Numbers) -> Pass:
        """What computes the results."""
        rule = _forward_rule(self._gate, self._modes, str(numbers.dtype))
        return partial(rule, self._out.view(numbers), *self._operands(numbers))

    def backward(self, numbers: Numbers, gradients: Numbers, fresh: NDArray[np.bool_]) -> Pass | None:
        """What sends their gradients on; None where nobody wants them."""
        targets: list[Any] = []
        ways = ""
        for wants, mode, block in zip(self._wants, self._modes, self._blocks, strict=True):
            target: Any = None
            if wants == "0":
                way = NOTHING
            elif mode == "i":
                way, target = SCATTER, block.adder(gradients, fresh)
            else:
                written = mode == "a" and bool(fresh[block.slots].all())
                way, target = COLLECT if mode == "s" else WRITE if written else ADD, block.view(gradients)
                fresh[block.slots] = False
            ways += way
            targets.append(target)
        if set(ways) <= {NOTHING}:
            return None
        rule = _backward_rule(self._gate, self._modes, ways, str(numbers.dtype))
        out, up = self._out.view(numbers), self._out.view(gradients)
        return partial(rule, up, out, *self._operands(numbers), *targets)

    def _operands(self, numbers: Numbers) -> list[Any]:
        return [
            partial(numbers.take, block.slots) if mode == "i" else block.view(numbers)
            for mode, block in zip(self._modes, self._blocks, strict=True)
        ]


class _Calls(ArrayLanguage):
    """numpy with functions in place of operators, where an array is among the operands."""

    def apply(self, gate: str, native: Native, operands: Sequence[str]) -> str:
        """A gate that is computed directly."""
        name = "power" if gate == "pow" and self.varies(operands[1]) else _SPELLINGS.get(native.python)
        if name is None or not any(map(self.varies, operands)):
            return super().apply(gate, native, operands)
        return f"{name}({', '.join(operands)})"


@cache
def _forward_rule(gate: Gate, modes: str, dtype: str) -> Callable[..., None]:
    """A function of the results' place, `o`, and the operands; those that are indexed are functions that read them."""
    names = list(names_of(gate).values())
    if gate.array:
        lines, text = [], gate.array.format(*names)
    else:
        speller, text = spell_value(gate, _Calls(set(names)))
        lines = speller.statements
    return _compiled(gate, ["o", *names], [*_fetches(modes, [*lines, text]), *lines, _into("o", text)], dtype)


@cache
def _backward_rule(gate: Gate, modes: str, ways: str, dtype: str) -> Callable[..., None]:
    """A function of the upstream gradients, the results, the operands as above, and where their gradients go."""
    names = list(names_of(gate).values())
    language = _Calls({*names, "out"})
    speller, wanted = spell_slopes(gate, "".join("01"[way != NOTHING] for way in ways), "out", language)
    sends = []
    for k, local in zip(wanted, speller.results, strict=True):
        factor = mask(local, speller, language) or speller.number(local)
        sends.append(_send(ways[k], f"g{k}", factor, modes))
    lines = [*speller.statements, *sends]
    arguments = ["up", "out", *names, *(f"g{k}" for k in range(len(ways)))]
    return _compiled(gate, arguments, [*_fetches(modes, lines), *lines], dtype)


def _send(way: str, target: str, factor: str, modes: str) -> str:
    """The statement that passes a derivative times the upstream gradient on."""
    one = _NUMBER.fullmatch(factor) and abs(int(factor)) == 1
    product = f"multiply({factor}, up)" if not one else "up" if factor == "1" else "negative(up)"
    if way == WRITE:
        return _into(target, product)
    if way == ADD:
        return f"{'subtract' if one and factor != '1' else 'add'}({target}, {'up' if one else product}, out={target})"
    if way == SCATTER:
        return f"{target}({product})"
    if _READ.fullmatch(factor) and modes[int(factor[1:])] != "s":
        return f"{target} += dot({factor}, up)"
    return f"{target} += total({product})"


def _fetches(modes: str, lines: Sequence[str]) -> list[str]:
    used = {name for line in lines for name in IDENTIFIER.findall(line)}
    return [f"x{k} = x{k}()" for k, mode in enumerate(modes) if mode == "i" and f"x{k}" in used]


def _into(place: str, text: str) -> str:
    """The statement that writes an expression into an array."""
    call = _WHOLE.match(text)
    if call and call[1] in _UFUNCS and _closes(text, call.end()) == len(text) - 1:
        return f"{text[:-1]}, out={place})"
    return f"copyto({place}, {text})"


def _closes(text: str, start: int) -> int:
    """Where the bracket that opens before `start` closes."""
    depth, i = 1, start
    while depth:
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        i += 1
    return i - 1


def _compiled(gate: Gate, arguments: Sequence[str], lines: Sequence[str], dtype: str) -> Callable[..., None]:
    source = "\n    ".join([f"def rule({', '.join(arguments)}):", *lines])
    scope: dict[str, Any] = {"__name__": __name__, **_NAMES, "T": getattr(np, dtype)}
    exec(compile(source, f"<gate {gate.name} in a plan>", "exec"), scope)
    rule: Callable[..., None] = scope["rule"]
    return rule
