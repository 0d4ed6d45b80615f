"""The engine's answer for a gate at a point, laid out as the oracles lay out theirs."""

from __future__ import annotations

from typing import Any, NamedTuple

from autograd import Value, gradients

from .points import Point, apply


class Answer(NamedTuple):
    """`first` has one entry per operand, None for a constant; `second` one row of such per operand."""

    value: float
    first: tuple[float | None, ...]
    second: tuple[tuple[float | None, ...] | None, ...]


def answer(name: str, point: Point, pattern: str) -> Answer:
    """Value, gradient and second derivatives of a gate with Values (`v`) and plain numbers (`c`) for operands."""
    operands = [Value(x) if kind == "v" else x for x, kind in zip(point, pattern, strict=True)]
    wanted = [o for o in operands if isinstance(o, Value)]
    output = apply(name, operands)
    first = gradients(output, wanted)
    slopes = gradients(output, wanted, create_graph=True)
    assert [float(s) for s in slopes] == first or any(s != s for s in first)
    second = [gradients(s, wanted) if isinstance(s, Value) else [0.0] * len(wanted) for s in slopes]
    return Answer(output.data, spread(first, pattern), spread([spread(row, pattern) for row in second], pattern))


def spread(found: list[Any], pattern: str) -> Any:
    """One entry per operand, None for the constants."""
    rest = iter(found)
    return tuple(next(rest) if kind == "v" else None for kind in pattern)


def patterns(point: Point) -> list[str]:
    """Which operands to differentiate by: all of them, and each alone beside constants."""
    count = len(point)
    alone = ["c" * i + "v" + "c" * (count - i - 1) for i in range(count)] if 1 < count <= 3 else []
    return ["v" * count, *alone]
