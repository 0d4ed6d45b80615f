"""The graph as the stepper shows it: a tree in box-drawing characters, with marks and what is known at the step."""

from __future__ import annotations

from rich.text import Text

from autograd.text import visible

from ..captions import GRADIENT_GLYPH, box_text, is_plain_constant
from ..formats.report import GRADIENT, QUIET, VALUE
from ..formats.tree import Branch, branches
from .session import Session
from .telling import marks

__all__ = ["Graph"]

DEEPEST = 8
"""Levels of indentation, so that a branch has room in a third of a terminal; deeper ones go on at the left edge."""


class Graph:
    """The lines of the tree of a session's trace.

    Args:
        session: The session.

    Attributes:
        rows: What each line is about.
        line_of: For each node told in the tree, its line.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.rows: list[Branch] = list(branches(session.trace, deepest=DEEPEST))
        self.line_of = {row.node.id: i for i, row in enumerate(self.rows) if row.telling == "told"}

    def is_operand(self, index: int) -> bool:
        """Whether a line tells an operand of the current gate, or is that use of it; other uses are not meant."""
        row, step = self.rows[index], self.session.step
        if step is None or row.node.id not in self.session.operands:
            return False
        return row.telling == "told" or (row.edge is not None and row.edge.child == step.node.id)

    def line(self, index: int, *, numbers: bool, indent: int = 2) -> Text:
        """One line: marks, stems, the node's label and gate.

        Args:
            index: Which.
            numbers: Also tell the value and the gradient, as far as they are known.
            indent: Cells for each level.
        """
        row = self.rows[index]
        session, node = self.session, row.node
        mark = marks(session, node.id)
        if mark[1] == "•" and not self.is_operand(index):
            mark = mark[0] + " "
        line = Text(f"{mark} ", no_wrap=True).append(row.lead(indent=indent), QUIET)
        arrow = {"above": "↑ ", "below": "↓ "}.get(row.telling, "")
        line.append(arrow, QUIET).append("" if is_plain_constant(node) else session.labels[node.id])
        if arrow:
            return line
        if node.gate is not None and not numbers:
            line.append(f" {visible(box_text(session.trace, node))}", QUIET)
        if numbers:
            known, position = session.known, session.position
            line.append(f" = {visible(node.formula)}" if node.formula else "")
            line.append(" = ").append(known.shown_value(node, position), VALUE)
            gradient = known.shown_gradient(node, position)
            if gradient:
                line.append(f"   {GRADIENT_GLYPH} {gradient}", GRADIENT)
        return line

    def lines(self) -> list[Text]:
        """All lines, with numbers."""
        return [self.line(i, numbers=True, indent=3) for i in range(len(self.rows))]
