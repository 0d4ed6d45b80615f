"""The words of a step and the rows of the node table, styled, the same on the screen and at the prompt."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from autograd import BackwardStep, ForwardStep
from autograd.array_info import short
from autograd.steps import Move
from autograd.text import cell_width, shorten, visible
from autograd.trace_data import Node

from ..formats.report import GRADIENT, QUIET, TITLE, VALUE
from .known import UNKNOWN
from .session import Session

__all__ = ["Columns", "fit", "headline", "inert", "step_lines", "table_lines"]

HEADINGS = ("node", "formula", "value", "∇ so far", "∂ local")


def fit(text: str, width: int) -> str:
    """The text cut or filled up to exactly `width` cells."""
    if width <= 0:
        return ""
    short = shorten(visible(text), width)
    return short + " " * (width - cell_width(short))


def inert(line: Text) -> Text:
    """The line itself, or where something in it does not print, the line with that made visible and without styles."""
    shown = visible(line.plain)
    return line if shown == line.plain else Text(shown)


def headline(session: Session) -> str:
    """Where the session is: `forward 3/8 · step 3 of 16`."""
    step = session.step
    if step is None:
        return f"before step 1 of {len(session.stepper)}"
    many = len(session.trace.order)
    which = "forward" if isinstance(step, ForwardStep) else "backward"
    return f"{which} {step.index + 1}/{many} · step {session.position + 1} of {len(session.stepper)}"


def step_lines(session: Session, most: int | None = None, *, brief: bool = False) -> list[Text]:
    """The current step: what is computed, or the sentence and the chain rule on each wire with the sum so far.

    Args:
        session: The session.
        most: Lines of chain rule to show; all where None.
        brief: Tell them in half the width, without the formula of the local derivative.
    """
    step = session.step
    if step is None:
        inputs = ", ".join(f"{leaf.label} = {short(leaf.value)}" for leaf in session.trace.leaves[:12])
        return [
            _clean(f"the inputs are given: {inputs or 'none'}"),
            Text("the first step computes the first gate", QUIET),
        ]
    if isinstance(step, ForwardStep):
        return _forward(step)
    lines = _backward(step)
    moves = [(_brief_move if brief else _move)(step, move) for move in step.moves[:most]]
    if len(moves) < len(step.moves):
        moves = [*moves[:-1], Text(f"  … and {len(step.moves) - len(moves) + 1} more", QUIET)]
    return lines + moves


def _forward(step: ForwardStep) -> list[Text]:
    node = step.node
    line = Text.assemble(
        (visible(node.label), TITLE), f" = {visible(node.formula)} = ", (visible(node.numbers), QUIET), " = ",
        (short(node.value), VALUE),
    )  # fmt: skip
    return [line, Text(visible(step.sentence), QUIET)]


def _backward(step: BackwardStep) -> list[Text]:
    node = step.node
    line = Text.assemble(
        (visible(node.label), TITLE), f" = {visible(node.formula)}",
        (f"   upstream ∂{visible(step.root)}/∂{visible(node.label)} = ", QUIET),
        (short(step.upstream), GRADIENT),
    )  # fmt: skip
    if len(step.arrived) > 1:
        line.append(f"  (a sum of {len(step.arrived)})", QUIET)
    return [line, Text(visible(step.sentence), QUIET)]


def _move(step: BackwardStep, move: Move) -> Text:
    if move.of_arrays:
        return _array_move(step, move)
    line = Text.assemble(
        f"  {visible(step.rule(move))};  ", (short(step.upstream), GRADIENT),
        visible(step.product(move)).removeprefix(short(step.upstream)),
        f";  ∂{visible(step.root)}/∂{visible(move.node.label)} = ",
    )  # fmt: skip
    return line.append(move.total, GRADIENT)


def _array_move(step: BackwardStep, move: Move, *, brief: bool = False) -> Text:
    """What an input gets of arrays: the pullback and its result."""
    pullback, _, result = visible(step.product(move)).rpartition(" = ")
    line = Text(f" {visible(move.node.label)}: " if brief else f"  {visible(move.node.label)} gets {pullback} = ")
    line.append(result, GRADIENT)
    return line if move.before is None or brief else line.append("; sum so far ").append(short(move.after), GRADIENT)


def _brief_move(step: BackwardStep, move: Move) -> Text:
    if move.of_arrays:
        return _array_move(step, move, brief=True)
    line = Text(f" {visible(move.node.label)}: ").append(short(step.upstream), GRADIENT)
    line.append(step.product(move).removeprefix(short(step.upstream)))
    return line if move.before is None else line.append("; sum ").append(move.total, GRADIENT)


def _clean(text: str) -> Text:
    return Text(visible(text))


class Columns:
    """The node table cut to a width; the narrowest leaves out the local derivatives, then the formula.

    Args:
        session: The session.
        width: Cells it may take.
    """

    def __init__(self, session: Session, width: int) -> None:
        self.session = session
        label = max((cell_width(session.labels[i]) for i in session.shown), default=4)
        value, gradient = 10, 14  # the longest numbers: −1.235e+05, −1.235e+05 + ?
        if session.trace.of_tensors:
            value = gradient = max(10, min(26, width // 4))  # (4, 3) −0.3055…3.352
        name = min(max(label, 4), 14, max(4, width - value - gradient - 2))
        rest = width - name - value - gradient - 2
        local = (rest - 2) * 2 // 5 if rest >= 18 else 0
        formula = rest - local - 1 - (local > 0)
        if formula < 6:
            formula = 0
        self.widths = (name, formula, value, gradient, local)

    def header(self) -> Text:
        """The headings."""
        return self._line([(heading, QUIET) for heading in HEADINGS])

    def row(self, node: Node) -> Text:
        """The row of a node, with what is known at the current step."""
        session, known = self.session, self.session.known
        position = session.position
        value, gradient = known.shown_value(node, position), known.shown_gradient(node, position)
        return self._line([
            (session.labels[node.id], ""),
            (node.formula, ""),
            (value, QUIET if value == UNKNOWN else VALUE),
            (gradient, QUIET if gradient == UNKNOWN else GRADIENT),
            (known.shown_locals(node, position), QUIET),
        ])  # fmt: skip

    def _line(self, cells: Sequence[tuple[str, str]]) -> Text:
        parts = [
            Text(fit(text, width), style) for width, (text, style) in zip(self.widths, cells, strict=True) if width
        ]
        return Text(" ", no_wrap=True).join(parts)


def table_lines(session: Session, width: int = 78) -> list[Text]:
    """The whole table; `▶` marks the current gate, `•` its operands, `●` a breakpoint."""
    columns = Columns(session, width - 4)
    lines = [Text("    ").append_text(columns.header())]
    for node in session.shown:
        lines.append(Text(f" {marks(session, node)} ").append_text(columns.row(session.trace.nodes[node])))
    for line in lines:
        line.rstrip()
    return lines


def marks(session: Session, node: int) -> str:
    """Two cells in front of a node: its breakpoint; whether it is selected, the current gate or one of its operands."""
    step = session.step
    stop = "●" if node in session.marked else " "
    if step is not None and step.node.id == node:
        return stop + "▶"
    if session.selected == node:
        return stop + "›"
    return stop + ("•" if node in session.operands else " ")
