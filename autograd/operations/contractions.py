"""Sums of products in Einstein's notation: every axis has a letter, and what the result does not name is summed."""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from functools import lru_cache, reduce
from typing import Any, NamedTuple

import numpy as np

from ..errors import OperandError, ShapeError
from ..gate import GATES
from ..operation import Operation, operation
from .arguments import Arranged, with_numbers_as_arrays
from .indexing import put
from .scalars import each, objects, over_axes, total
from .shapes import sum_to

__all__ = ["einsum", "product_count", "pull_back", "scalar_sums"]

_MANY = 1 << 15
"""From so many products on, a way through matrix products is quicker than one loop over all of them."""


class Plan(NamedTuple):
    """An equation with a letter for every axis."""

    inputs: tuple[str, ...]
    output: str

    @property
    def text(self) -> str:
        """The equation as numpy takes it."""
        return f"{','.join(self.inputs)}->{self.output}"


@lru_cache(maxsize=512)
def _plan(equation: str, ranks: tuple[int, ...]) -> Plan:
    """The equation for operands of so many axes, the ellipses written out.

    Raises:
        OperandError: it is no equation for so many operands.
        ShapeError: an operand has another number of axes than its letters.
    """
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(ranks):
        raise OperandError(
            f"einsum: {equation!r} is for {len(terms)} operand(s), got {len(ranks)}: separate their letters by commas"
        )
    for term in (*terms, right):
        _check_term(equation, term)
    extra = [_extra_axes(equation, i, term, n) for i, (term, n) in enumerate(zip(terms, ranks, strict=True))]
    free = [c for c in string.ascii_letters if c not in equation]
    longest = max(extra)
    if longest > len(free):
        raise OperandError(f"einsum: {equation!r} with these operands needs more than the 52 letters there are")
    dots = "".join(free[:longest])
    inputs = tuple(term.replace("...", dots[longest - n :]) for term, n in zip(terms, extra, strict=True))
    if not arrow:
        letters = left.replace(",", "").replace(".", "")
        return Plan(inputs, dots + "".join(sorted(c for c in set(letters) if letters.count(c) == 1)))
    if longest and "..." not in right:
        raise OperandError(
            f"einsum: {equation!r} says nothing of the axes under '...' in the result: put '...' after the arrow, or "
            "sum them with letters of their own"
        )
    output = right.replace("...", dots)
    for letter in output:
        if letter not in "".join(inputs):
            raise OperandError(f"einsum: the result of {equation!r} has the axis {letter!r}, which no operand has")
        if output.count(letter) > 1:
            raise OperandError(f"einsum: the result of {equation!r} has the axis {letter!r} more than once")
    return Plan(inputs, output)


def _check_term(equation: str, term: str) -> None:
    letters = term.replace("...", "", 1)
    if not all(c in string.ascii_letters for c in letters):
        wrong = next(c for c in letters if c not in string.ascii_letters)
        raise OperandError(
            f"einsum: {wrong!r} in {equation!r} names no axis: use letters, commas, one '->' and '...', as 'ij,jk->ik'"
        )


def _extra_axes(equation: str, position: int, term: str, rank: int) -> int:
    """How many axes the ellipsis of an operand stands for."""
    letters = len(term.replace("...", ""))
    if "..." not in term and letters != rank:
        raise ShapeError(
            f"einsum: operand {position} of {equation!r} has {rank} axes, but {term!r} names {letters}: name every "
            "axis, or let '...' stand for the rest"
        )
    if letters > rank:
        raise ShapeError(f"einsum: operand {position} of {equation!r} has {rank} axes, fewer than {term!r} names")
    return rank - letters


def _mismatch(plan: Plan, equation: str, shapes: Sequence[tuple[int, ...]], error: Exception) -> ShapeError:
    """The letter whose axes differ in length."""
    seen: dict[str, tuple[int, int]] = {}
    for position, (term, shape) in enumerate(zip(plan.inputs, shapes, strict=True)):
        for letter, size in zip(term, shape, strict=True):
            other, where = seen.setdefault(letter, (size, position))
            if other != size and (1 not in (other, size) or where == position):
                named = repr(letter) if letter in equation else "under '...'"
                return ShapeError(
                    f"einsum: the axis {named} of {equation!r} has {other} elements in operand {where} of shape "
                    f"{shapes[where]} and {size} in operand {position} of shape {shape}: they must be equal"
                )
            if other == 1:
                seen[letter] = (size, position)
    return ShapeError(f"einsum: {equation!r} of shapes {', '.join(map(str, shapes))}: {error}")


@lru_cache(maxsize=512)
def _way(text: str, shapes: tuple[tuple[int, ...], ...]) -> Any:
    """In which order numpy should contract operands of these shapes; False for all of them in one loop."""
    terms = text.partition("->")[0].split(",")
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for letter, n in zip(term, shape, strict=True):
            sizes[letter] = max(n, sizes.get(letter, 1))
    if len(shapes) < 2 or math.prod(sizes.values()) < _MANY:
        return False
    if len(shapes) == 2:
        return True
    return np.einsum_path(text, *(np.broadcast_to(0.0, shape) for shape in shapes), optimize="greedy")[0]


def _contract(text: str, operands: Sequence[Any]) -> Any:
    """np.einsum, by way of matrix products where that pays; of Tensors it is the operation."""
    return np.einsum(text, *operands, optimize=_way(text, tuple([x.shape for x in operands])))


def _forward(*operands: Any, equation: str) -> Any:
    plan = _plan(equation, tuple([x.ndim for x in operands]))
    try:
        out = _contract(plan.text, operands)
    except ValueError as error:
        raise _mismatch(plan, equation, [x.shape for x in operands], error) from None
    # A diagonal alone is a view of the operand; a result is an array of its own.
    return out.copy() if len(operands) == 1 and out.base is not None else out


@lru_cache(maxsize=512)
def _pullback_plan(plan: Plan, slot: int) -> tuple[str, str, str, str]:
    """The operand's letters, each once; those among them that something else has; the equation; the letters to add."""
    own = "".join(dict.fromkeys(plan.inputs[slot]))
    others = tuple(term for i, term in enumerate(plan.inputs) if i != slot)
    known = set("".join((plan.output, *others)))
    wanted = "".join(c for c in own if c in known)
    return own, wanted, f"{','.join((plan.output, *others))}->{wanted}", plan.inputs[slot]


def pull_back(g: Any, out: Any, *operands: Any, slot: int, equation: str) -> Any:
    """The gradient of one operand of an einsum: an einsum of the upstream gradient and the other operands."""
    plan = _plan(equation, tuple([x.ndim for x in operands]))
    own, wanted, text, term = _pullback_plan(plan, slot)
    x = operands[slot]
    found = _contract(text, (g, *(o for i, o in enumerate(operands) if i != slot)))
    if len(wanted) < len(own):
        # An axis summed away in this operand alone: every element along it gets the same.
        held = dict(zip(wanted, found.shape, strict=True))
        found = found.reshape(tuple(held.get(c, 1) for c in own))
    sizes = dict(zip(term, x.shape, strict=True))
    full = tuple(sizes[c] if n == 1 else n for c, n in zip(own, found.shape, strict=True))
    if full != found.shape:
        found = np.broadcast_to(found, full)
    return found if len(own) == len(term) else _on_diagonal(found, own, term, x.shape)


def _on_diagonal(g: Any, own: str, term: str, shape: tuple[int, ...]) -> Any:
    """Zeros with the gradient on the diagonal of the axes that share a letter."""
    sizes = dict(zip(term, shape, strict=True))
    together = [i for c in own for i, letter in enumerate(term) if letter == c]
    repeats = [term.count(c) for c in own]
    # In the flattened axes of one letter the diagonal is every so many elements.
    steps = [sum(sizes[c] ** i for i in range(n)) for c, n in zip(own, repeats, strict=True)]
    index = tuple(slice(None, None, max(step, 1)) for step in steps)
    flat = tuple(sizes[c] ** n for c, n in zip(own, repeats, strict=True))
    whole = put(sum_to(g, tuple(sizes[c] for c in own)), index, flat).reshape(tuple(shape[i] for i in together))
    return whole.transpose(tuple(int(i) for i in np.argsort(together)))


def product_count(equation: str, shapes: Sequence[tuple[int, ...]]) -> int:
    """How many products an equation sums, all its results together.

    >>> product_count("ij,jk->ik", [(2, 3), (3, 4)])
    24
    """
    sizes: dict[str, int] = {}
    for term, shape in zip(_plan(equation, tuple(map(len, shapes))).inputs, shapes, strict=True):
        for letter, size in zip(term, shape, strict=True):
            sizes[letter] = max(sizes.get(letter, 1), size)
    return math.prod(sizes.values())


def scalar_sums(*operands: Any, equation: str) -> Any:
    """An einsum of arrays of Values: every element a sum of its products."""
    plan = _plan(equation, tuple(x.ndim for x in operands))
    letters = "".join(dict.fromkeys("".join((plan.output, *plan.inputs))))
    factors = []
    for term, operand in zip(plan.inputs, operands, strict=True):
        own = "".join(sorted(set(term), key=letters.index))
        x = objects(np.einsum(f"{term}->{own}", objects(operand)))
        sizes = dict(zip(own, x.shape, strict=True))
        factors.append(x.reshape([sizes.get(c, 1) for c in letters]))
    terms = reduce(lambda a, b: each(GATES["mul"], a, b), factors)
    return over_axes(total, terms, tuple(range(len(plan.output), len(letters))))


def _einsum_arguments(equation: Any, *operands: Any, optimize: Any = None, **named: Any) -> Arranged:
    if named:
        raise OperandError(f"einsum has no option {next(iter(named))!r}: it takes an equation and its operands")
    if not isinstance(equation, str):
        raise OperandError(
            f"einsum: the equation comes first, as in einsum('ij,jk->ik', a, b), not a {type(equation).__name__}"
        )
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)) and "," in equation:
        operands = tuple(operands[0])
    if not operands:
        raise OperandError(f"einsum: {equation!r} needs operands")
    return with_numbers_as_arrays(operands), {"equation": equation}


einsum = operation(Operation(
    "einsum", glyph="Σ",
    arrange=_einsum_arguments,
    forward=_forward, scalar=scalar_sums,
    pullbacks=(pull_back,), reads=("x",), variadic=True, linear=True,
    says=("Σ upstream · (the other operands)",), metaphor="a sum of products swaps its factors",
    doc="""A sum of products with a letter for every axis: what the result does not name is summed.

    `einsum("ij,jk->ik", a, b)` is the matrix product, `"ii"` the trace, `"ii->i"` the diagonal, `"...ij->...ji"` a
    transpose of the last two axes, `"bi,ij,bj->b"` one quadratic form per row. Without an arrow the result has the
    letters that occur once, in the alphabet's order. Axes of size 1 stretch. The gradient of an operand is an einsum of
    the upstream gradient and the other operands. Sources: `numpy.einsum`, `torch.einsum`.

    Raises:
        OperandError: the equation is malformed, or is for another number of operands.
        ShapeError: an operand has another number of axes than letters, or axes of one letter differ in length.

    >>> import autograd
    >>> a = autograd.Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> autograd.einsum("ii", a).backward()
    >>> a.grad
    array([[1., 0.],
           [0., 1.]])
    """,
))  # fmt: skip
