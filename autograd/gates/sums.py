"""Gates of any number of inputs: one node where binary operators would make a long chain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..errors import OperandError
from ..gate import Gate


def _total(*terms: Any) -> Any:
    # Left to right, so that one node and a chain of + agree to the last bit (the built-in sum may compensate).
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


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


def _weighted(*both: Any) -> Any:
    half = len(both) // 2
    return _total(*(w * x for w, x in zip(both[:half], both[half:], strict=True)))


sum = Gate(
    "sum", glyph="Σ",
    arrange=_one_list,
    value=_total,
    local=lambda *terms: (1.0,) * (len(terms) - 1),
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
    local=lambda *both: (*both[len(both) // 2 : -1], *both[: len(both) // 2]),
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
