"""The two panes of the full-screen stepper: the graph and the table of nodes. Only the lines in sight are made."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from .graph import Graph
from .session import Session
from .telling import Columns, inert, marks

__all__ = ["GraphPane", "NodePicked", "Pane", "TablePane"]


CURRENT = "reverse bold"


class NodePicked(Message):
    """A node was clicked."""

    def __init__(self, node: int) -> None:
        super().__init__()
        self.node = node


class Pane(Widget):
    """Lines about nodes, of which a window is in sight; a subclass says what they are."""

    header_lines = 0

    def __init__(self, session: Session, *, id: str) -> None:  # noqa: A002 - textual's own name for it
        super().__init__(id=id)
        self.session = session
        self.top = 0

    def count(self) -> int:
        """How many lines there are, the header aside."""
        raise NotImplementedError

    def node_at(self, index: int) -> int:
        """id of the node a line is about."""
        raise NotImplementedError

    def line_of(self, node: int) -> int | None:
        """The line that is about a node, if any is."""
        raise NotImplementedError

    def line(self, index: int) -> Text:
        """A line, without highlights."""
        raise NotImplementedError

    def header(self) -> Text:
        """What stands above the lines."""
        return Text()

    def follow(self) -> None:
        """Bring the node in focus into sight, with a little around it, and draw anew."""
        focus = self.session.focus
        line = 0 if focus is None else self.line_of(focus.id)
        if line is not None:
            room = max(1, self.size.height - self.header_lines)
            margin = min(2, (room - 1) // 2)
            self.top = min(self.top, max(0, line - margin))
            self.top = max(self.top, line + margin - room + 1)
        self.scroll_lines(0)

    def scroll_lines(self, count: int) -> None:
        """Move the window by so many lines, within what there is, and draw anew."""
        room = max(1, self.size.height - self.header_lines)
        self.top = max(0, min(self.top + count, self.count() - room))
        self.refresh()

    def on_resize(self, _: events.Resize) -> None:
        """Keep the focus in sight."""
        self.follow()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the window."""
        event.stop()
        self.scroll_lines(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the window."""
        event.stop()
        self.scroll_lines(-3)

    def on_click(self, event: events.Click) -> None:
        """A click selects the node of the line."""
        index = self.top + event.y - self.header_lines
        if event.y >= self.header_lines and index < self.count():
            self.post_message(NodePicked(self.node_at(index)))

    def render_line(self, y: int) -> Strip:
        """One line of the window, as textual asks for it."""
        width = self.size.width
        text = Text()
        if y < self.header_lines:
            text = self.header()
        elif self.top + y - self.header_lines < self.count():
            index = self.top + y - self.header_lines
            text = inert(self.line(index))
            text.truncate(width, overflow="ellipsis")
            text.pad_right(width - text.cell_len)
            style = self._highlight(index)
            if style == CURRENT:
                text = Text(text.plain)  # its own colours could not be read on the highlight
            if style:
                text.stylize(style)
        strip = Strip(list(text.render(self.app.console))).adjust_cell_length(width)
        return strip.apply_style(self.rich_style)

    def is_operand(self, index: int) -> bool:
        """Whether a line is about an operand of the current gate."""
        return self.node_at(index) in self.session.operands

    def _highlight(self, index: int) -> str:
        step, node = self.session.step, self.node_at(index)
        if step is not None and step.node.id == node:
            return CURRENT
        if node == self.session.selected:
            return "underline"
        return "bold" if self.is_operand(index) else ""


class GraphPane(Pane):
    """The graph as a tree. `numbers` also shows values and gradients, for where the table has no room."""

    numbers = False

    def __init__(self, session: Session, *, id: str) -> None:  # noqa: A002 - textual's own name for it
        super().__init__(session, id=id)
        self.graph = Graph(session)

    def count(self) -> int:
        """How many lines there are."""
        return len(self.graph.rows)

    def node_at(self, index: int) -> int:
        """id of the node a line is about."""
        return self.graph.rows[index].node.id

    def line_of(self, node: int) -> int | None:
        """The line that tells a node."""
        return self.graph.line_of.get(node)

    def is_operand(self, index: int) -> bool:
        """Whether a line is about an operand of the current gate, as such."""
        return self.graph.is_operand(index)

    def line(self, index: int) -> Text:
        """A line of the tree."""
        return self.graph.line(index, numbers=self.numbers)


class TablePane(Pane):
    """Every node with its formula, value, gradient so far and local derivatives."""

    header_lines = 1

    def __init__(self, session: Session, *, id: str) -> None:  # noqa: A002 - textual's own name for it
        super().__init__(session, id=id)
        self.places = {node: i for i, node in enumerate(session.shown)}
        self.columns = Columns(session, 40)

    def count(self) -> int:
        """How many nodes there are."""
        return len(self.session.shown)

    def node_at(self, index: int) -> int:
        """id of the node in a row."""
        return self.session.shown[index]

    def line_of(self, node: int) -> int | None:
        """The row of a node."""
        return self.places.get(node)

    def on_resize(self, event: events.Resize) -> None:
        """Share the width out anew."""
        self.columns = Columns(self.session, event.size.width - 3)
        super().on_resize(event)

    def header(self) -> Text:
        """The headings."""
        return Text("   ").append_text(self.columns.header())

    def line(self, index: int) -> Text:
        """A row of the table."""
        node = self.session.shown[index]
        return Text(f"{marks(self.session, node)} ").append_text(self.columns.row(self.session.trace.nodes[node]))
