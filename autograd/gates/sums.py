"""Gates of any number of inputs: one node where binary operators would make a long chain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..errors import OperandError
from ..fold import Fold
from ..gate import Gate


def _one_list(values: Any, *more: Any) -> tuple[Any, ...]:
    terms = tuple(values) if isinstance(values, Iterable) and not more else (values, *more)
    if not terms:
        raise OperandError("sum of nothing: give it at least one term")
    return terms


def _two_lists(weights: Iterable[Any], inputs: Iterable[Any]) -> tuple[Any, ...]:
    left, right = tuple(weights), tuple(inputs)
    if len(left) != len(right) or not left:
        raise OperandError(
            f"dot needs two lists of the same length, at least 1 each; got {len(left)} weights and {len(right)} inputs"
        )
    return left + right


_total = Fold(term=lambda x: x, local=lambda x: (1,))
_weighted = Fold(term=lambda w, x: w * x, local=lambda w, x: (x, w))

sum = Gate(
    "sum", glyph="Σ",
    arrange=_one_list,
    value=_total,
    local=_total.local,
    definition=_total,
    metaphor="sum distributes",
    doc="""The sum of a list (or of several arguments) as one node; every term receives the upstream gradient.

    Opens into a chain of additions, with the same rounding.

    >>> import autograd
    >>> autograd.sum([autograd.Value(1.0), autograd.Value(2.0), 3.0]).data
    6.0
    """,
)  # fmt: skip

dot = Gate(
    "dot", glyph="Σ w·x",
    arrange=_two_lists,
    value=_weighted,
    local=_weighted.local,
    definition=_weighted,
    metaphor="a weighted sum swaps each pair",
    doc="""The weighted sum w1*x1 + w2*x2 + ... of two lists of the same length, as one node.

    Every weight receives its input times the upstream gradient, every input its weight.

    >>> import autograd
    >>> w, x = [autograd.Value(2.0), autograd.Value(3.0)], [5.0, 7.0]
    >>> autograd.dot(w, x).local
    (5.0, 7.0)
    """,
)  # fmt: skip
