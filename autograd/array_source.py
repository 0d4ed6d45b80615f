"""How rules are spelled for numpy: one language for all that read the rule table on arrays."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .array_erf import erf
from .source import Language, Native, Speller
from .symbol import NUMBER, SELECT, Symbol

__all__ = ["ARRAY_NAMES", "IDENTIFIER", "ArrayLanguage", "mask"]

ARRAY_NAMES: Mapping[str, Any] = {
    "atan": np.arctan, "cos": np.cos, "erf": erf, "exp": np.exp, "expm1": np.expm1, "fabs": np.abs, "log": np.log,
    "log1p": np.log1p, "pow": np.power, "sin": np.sin, "sqrt": np.sqrt, "tanh": np.tanh, "inf": math.inf,
    "nan": math.nan, "maximum": np.maximum, "minimum": np.minimum, "where": np.where, "result_type": np.result_type,
    "errstate": np.errstate,
}  # fmt: skip
"""What the source may refer to."""

IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


class ArrayLanguage(Language):
    """numpy. Conditions between Python numbers alone stay Python's own `if`.

    Args:
        arrays: The names that stand for arrays.
    """

    def __init__(self, arrays: set[str]) -> None:
        self.arrays = set(arrays)
        self.typed = False
        self.branches = False
        self.partial = False

    def varies(self, text: str) -> bool:
        """Whether an expression is an array rather than a Python number."""
        return not self.arrays.isdisjoint(IDENTIFIER.findall(text))

    def number(self, x: float) -> str:
        """A whole number as an int, which leaves every dtype as it is."""
        return str(int(x)) if math.isfinite(x) and x == int(x) and math.copysign(1.0, x) * x >= 0 else repr(x)

    def assign(self, name: str, text: str) -> str:
        """A statement that keeps a number under a name."""
        if self.varies(text):
            self.arrays.add(name)
        return f"{name} = {text}"

    def choose(self, condition: str, chosen: str, otherwise: str) -> str:
        """One of two numbers, as the condition says."""
        if not self.varies(condition):
            return f"({chosen} if {condition} else {otherwise})"
        self.branches = True
        if not self.varies(chosen) and not self.varies(otherwise):
            self.typed = True
            chosen, otherwise = f"T({chosen})", f"T({otherwise})"
        return f"where({condition}, {chosen}, {otherwise})"

    def compare(self, relation: str, left: str, right: str) -> str:
        """A comparison, or `and` between two."""
        return f"({left} {'&' if relation == 'and' else relation} {right})"

    def apply(self, gate: str, native: Native, operands: Sequence[str]) -> str:
        """A gate that is computed directly."""
        self.partial = self.partial or native.partial
        # numpy's power operator has quick ways for squares and roots that its function has not.
        spelling = "({0} ** {1})" if gate == "pow" else native.python
        return spelling.format(*operands)


def mask(symbol: Symbol, speller: Speller, language: ArrayLanguage) -> str | None:
    """A choice between 0 and 1 as the bare condition: multiplying by it costs least and keeps the dtype."""
    if symbol.op != SELECT or any(a.op != NUMBER for a in symbol.args[1:]):
        return None
    sides = [float(a.args[0]) for a in symbol.args[1:]]
    if sides not in ([1.0, 0.0], [0.0, 1.0]):
        return None
    condition = speller.condition(symbol.args[0])
    if not language.varies(condition):
        return None
    return condition if sides[0] else f"~{condition}"
