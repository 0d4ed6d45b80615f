"""Recording a function: its graph, and what in that graph was decided by numbers that will be others next time.

A recording holds for other numbers only if the function does the same with them. So it is recorded twice, the second
time with slightly different inputs and parameters: a graph of another shape, or a number in it that has changed, came
from data by a way that no gate describes. Questions that Python asks of a Value (`if x > 0`, `float(x)`) are noted too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..collector import paused_collector
from ..errors import ReplayError
from ..graph import info_of
from ..modes import record_sources, recording, state
from ..record import caller
from ..value import Value
from .inputs import title_of
from .tape import CONSTANT, PARAMETER, Tape, record_tape, spread_learning
from .warning import warn

__all__ = ["record_function"]

NUDGE = 1e-3
"""How much numbers are changed for the second recording: this times their size, plus this."""


def record_function(
    function: Callable[..., Any], arguments: Sequence[Any], leaves: Sequence[Value], parameters: Iterable[Value] | None,
    *, known: Sequence[Value] = (), check: bool, wanted: bool,
) -> tuple[Value, Tape]:  # fmt: skip
    """Call a function of Values and flatten what it computes.

    Args:
        function: Returns one Value.
        arguments: What to call it with.
        leaves: The inputs among the arguments.
        parameters: The leaves that are to learn; every leaf made before the call that requires grad where None.
        known: In place of parameters where None: leaves that come first, whether they are found or not.
        check: Whether to record a second time and compare.
        wanted: Whether the inputs get gradients.

    Raises:
        ReplayError: the function returns something else, or the graph is another for other numbers.
    """
    title = title_of(function)
    asked: dict[tuple[str, str], None] = {}
    declared = list(known if parameters is None else parameters)

    def flatten(result: Any) -> Tape:
        return record_tape(_result(title, result), leaves, declared, wanted=wanted, others=parameters is None)

    # A graph is no garbage, and looking through it for some costs as much as making it.
    with _noting(asked), paused_collector():
        root = _result(title, function(*arguments))
        tape = flatten(root)
    if check:
        with _nudged([*leaves, *tape.parameters]), paused_collector():
            again = flatten(function(*arguments))
        _compare(title, tape, again, asked, lambda: _with_sources(lambda: flatten(function(*arguments))))
    for question, source in asked:
        warn(
            f"replay of {title}: {source} asks a Value for {question}; the answer of the recording holds for every "
            "run. Where it depends on data, use a gate: autograd.where(autograd.gt(a, b), x, y), maximum, relu"
        )
    spread_learning(tape)
    return root, tape


def _result(title: str, result: Any) -> Value:
    if isinstance(result, Value):
        return result
    kind = type(result).__name__
    raise ReplayError(f"replay of {title}: it must return one Value, such as the loss, and not {kind}")


@contextmanager
def _noting(asked: dict[tuple[str, str], None]) -> Iterator[None]:
    """Note where Python asks a Value what its number is."""

    def note(question: str) -> None:
        asked[question, caller() or "an unknown line"] = None

    before = state.questions
    state.questions = note
    try:
        with recording():
            yield
    finally:
        state.questions = before


@contextmanager
def _nudged(leaves: Sequence[Value]) -> Iterator[None]:
    held = [leaf.data for leaf in leaves]
    try:
        for leaf in leaves:
            leaf.data += NUDGE * (1 + abs(leaf.data))
        with recording():
            yield
    finally:
        for leaf, data in zip(leaves, held, strict=True):
            leaf.data = data


def _compare(
    title: str, tape: Tape, again: Tape, asked: dict[tuple[str, str], None], sources: Callable[[], Tape]
) -> None:
    """Make constants of the leaves that the function made itself; refuse graphs that differ."""
    same = (
        len(tape.kind) == len(again.kind)
        and tape.gates == again.gates
        and all(np.array_equal(getattr(tape, field), getattr(again, field)) for field in ("code", "start", "operands"))
    )
    if not same:
        raise ReplayError(
            f"replay of {title}: with slightly other numbers it computes another graph, so a recording would be "
            f"wrong.{_reasons(asked)} Use a gate where the way depends on data: "
            "autograd.where(autograd.gt(a, b), x, y), maximum, relu"
        )
    made = np.array([one is not other for one, other in zip(tape.nodes, again.nodes, strict=True)])
    made &= tape.kind == PARAMETER
    fixed = made | (tape.kind == CONSTANT)
    before, after = tape.data[fixed], again.data[fixed]
    changed = np.flatnonzero(fixed)[(before != after) & ~((before != before) & (after != after))]
    if len(changed):
        entry = int(changed[0])
        raise ReplayError(
            f"replay of {title}: {_where(sources(), entry)} takes the number {tape.data[entry]:g}, which with slightly "
            f"other numbers is {again.data[entry]:g}: it comes from data, or from chance, and would stay as it is. "
            "Compute it with gates, or make it an argument"
        )
    tape.kind[made] = CONSTANT
    tape.learns[made] = False


def _reasons(asked: dict[tuple[str, str], None]) -> str:
    if not asked:
        return ""
    (question, source), *more = asked
    others = f" (and {len(more)} more)" if more else ""
    return f" {source} asks a Value for {question}{others}."


def _with_sources(record: Callable[[], Tape]) -> Tape:
    with recording(), record_sources():
        return record()


def _where(tape: Tape, entry: int) -> str:
    """The first gate that uses an entry, and its line."""
    user = int(tape.start.searchsorted(np.flatnonzero(tape.operands == entry)[0], side="right")) - 1
    node = tape.nodes[user]
    info = None if node is None else info_of(node)
    source = "" if info is None or info.source is None else f" in {info.source}"
    return f"{tape.gates[tape.code[user]].name}{source}"
