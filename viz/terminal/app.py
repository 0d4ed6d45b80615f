"""The full-screen stepper: graph, table of nodes, and the chain rule of the current step; keys as in a debugger."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.geometry import Size
from textual.widgets import Input, Static

from autograd import AutogradError
from autograd.text import cell_width, shorten, visible

from ..command.messages import one_line
from .graph import Graph
from .keys import HELP, HINTS, KEYS, QUESTIONS
from .panes import GraphPane, NodePicked, TablePane
from .session import Session
from .telling import headline, inert, step_lines

__all__ = ["StepperApp", "run_app"]

INTERRUPTED = 130
NARROW = 64
"""Columns below which one pane is shown at a time."""
SMALLEST = (30, 11)
"""Columns and lines below which nothing can be shown."""
MOST_DIGITS = 6


class StepperApp(App[int]):
    """The full screen. It shows a session and passes keys on to it.

    Args:
        session: The walk.
    """

    TITLE = "backglow"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "leave(130)", priority=True, show=False),
        Binding("ctrl+d", "leave(0)", priority=True, show=False),
        Binding("tab", "switch", priority=True, show=False),
    ]
    CSS = """
    #title, #status { height: 1; }
    #title { text-style: bold; }
    #panes { height: 1fr; }
    #graph { width: 30%; max-width: 44; }
    #table { width: 1fr; }
    #graph.alone, #table.alone { width: 1fr; max-width: 100%; }
    #rule { height: 1; color: $text-muted; }
    #detail { height: 6; }
    #asking { height: 1; display: none; }
    #question { width: auto; text-style: bold; }
    #answer { width: 1fr; height: 1; border: none; padding: 0; }
    #help, #small { display: none; height: 1fr; }
    #help { scrollbar-size-vertical: 1; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.message = ""
        self.digits = ""
        self.one_pane = "graph"
        self.then: Callable[[str], str] | None = None

    def compose(self) -> ComposeResult:
        """The parts of the screen, from top to bottom."""
        yield Static(id="title")
        with Horizontal(id="panes"):
            yield GraphPane(self.session, id="graph")
            yield TablePane(self.session, id="table")
        with VerticalScroll(id="help", can_focus=False):
            yield Static(Text(HELP))
        yield Static(id="rule")
        yield Static(id="detail")
        yield Static(id="status")
        with Horizontal(id="asking"):
            yield Static(id="question")
            yield Input(id="answer")
        yield Static(id="small")

    def on_mount(self) -> None:
        """Use the terminal's own colours, whether it is light or dark."""
        self.theme = "ansi-dark"
        self.set_focus(None)
        self.show()

    def on_resize(self, event: events.Resize) -> None:
        """Share the screen out anew."""
        self.show(event.size)

    # ------------------------------------------------------------------------------------------------------- showing

    def show(self, size: Size | None = None) -> None:
        """Bring everything on the screen up to date; `size` is that of the screen, where it has just changed."""
        width, height = size or self.size
        if not self.query("#small"):
            return  # a resize before everything is there
        small = width < SMALLEST[0] or height < SMALLEST[1]
        helping = self.query_one("#help").display and not small
        narrow = width < NARROW
        for name in ("title", "rule", "detail", "status"):
            self.query_one(f"#{name}").display = not small and not (helping and name in ("rule", "detail"))
        self.query_one("#panes").display = not small and not helping
        self.query_one("#asking").display = not small and self.then is not None
        self.query_one("#small").display = small
        self.query_one("#small", Static).update(f"too small: needs {SMALLEST[0]}×{SMALLEST[1]}, has {width}×{height}")
        self._show_panes(narrow)
        room = self._detail_height(narrow, height)
        self.query_one("#detail").styles.height = room
        self.query_one("#rule", Static).update(Text("─" * width, no_wrap=True))
        self.query_one("#detail", Static).update(
            Text("\n").join(map(inert, step_lines(self.session, room - 2, brief=narrow)))
        )
        self._show_title(width)
        self.query_one("#status", Static).update(self._status(width))

    def _show_panes(self, narrow: bool) -> None:
        graph, table = self.query_one("#graph", GraphPane), self.query_one("#table", TablePane)
        graph.numbers = narrow
        for pane in (graph, table):
            pane.display = not narrow or pane.id == self.one_pane
            pane.set_class(narrow, "alone")
            pane.follow()

    @staticmethod
    def _detail_height(narrow: bool, height: int) -> int:
        if height < 20:
            return max(2, height // 2 - 1) if narrow else max(3, height // 3)
        return 9 if height >= 32 else 6

    def _show_title(self, width: int) -> None:
        where = headline(self.session)
        name = shorten(visible(f"backglow  {self.session.title}"), max(0, width - cell_width(where) - 2))
        gap = " " * max(0, width - cell_width(name) - cell_width(where))
        self.query_one("#title", Static).update(Text(f"{name}{gap}{where}", no_wrap=True))

    def _status(self, width: int) -> Text:
        shown = self.digits or self.message or HINTS
        return Text(shorten(shown, width), "dim" if shown is HINTS else "bold", no_wrap=True)

    # ---------------------------------------------------------------------------------------------------------- keys

    def on_key(self, event: events.Key) -> None:
        """Every key that the line for typing has not taken."""
        key = event.key
        if self.then is not None:
            if key == "escape":
                self._stop_asking()
            return
        if self.query_one("#help").display:
            self._press_in_help(key)
            return
        typed = event.character or ""
        if typed.isascii() and typed.isdigit() and (self.digits or typed != "0"):
            self.digits = (self.digits + typed)[:MOST_DIGITS]
            self.show()
            return
        count, self.digits = int(self.digits or 1), ""
        self.message = ""
        self._press(KEYS.get(key, typed), count)
        self.show()

    def _press_in_help(self, key: str) -> None:
        text = self.query_one("#help", VerticalScroll)
        if key in ("j", "down", "space", "pagedown"):
            text.scroll_relative(y=3, animate=False)
        elif key in ("k", "up", "pageup"):
            text.scroll_relative(y=-3, animate=False)
        elif key in ("escape", "question_mark", "q", "enter"):
            text.display = False
            self.show()

    def _press(self, key: str, count: int) -> None:
        session = self.session
        if key in ("j", "k"):
            session.move(count if key == "j" else -count)
        elif key in ("J", "K"):
            session.leap(count if key == "J" else -count)
        elif key == "g":
            session.go(0)
        elif key == "G":
            session.last()
        elif key in ("n", "N"):
            self.try_to(lambda: self._found("", 1 if key == "n" else -1))
        elif key == "b":
            self.try_to(session.toggle)
        elif key == "c":
            self.try_to(session.go_on)
        elif key == "?":
            self.query_one("#help").display = True
        elif key == "q":
            self.exit(0)
        elif key == "escape":
            session.selected = None
        elif key in QUESTIONS:
            self._ask(key)

    def _found(self, text: str, way: int = 1) -> str:
        node = self.session.search(text, way)
        known, position = self.session.known, self.session.position
        gradient = known.shown_gradient(node, position)
        shown = f"{self.session.labels[node.id]} = {known.shown_value(node, position)}"
        return f"{shown}   ∇ {gradient}" if gradient else shown

    def try_to(self, act: Callable[[], str]) -> bool:
        """Do something and show what it says, in one line, also when it goes wrong; whether it went well."""
        try:
            self.message = visible(act())
        except AutogradError as error:
            self.message = f"✗ {one_line(str(error))}"
            return False
        return True

    def action_switch(self) -> None:
        """Show the other pane, where there is room for one only."""
        if self.then is None:
            self.one_pane = "table" if self.one_pane == "graph" else "graph"
            self.show()

    def action_leave(self, code: int) -> None:
        """Give the terminal back."""
        self.exit(code)

    def on_node_picked(self, picked: NodePicked) -> None:
        """A click selects a node."""
        self.session.selected = picked.node
        self.message = ""
        self.show()

    # --------------------------------------------------------------------------------------------------------- typing

    def _ask(self, key: str) -> None:
        session = self.session
        question = QUESTIONS[key]
        self.then = {
            "B": session.toggle_condition, "t": session.run_to, "/": self._found, "e": self._edit, "s": session.save,
        }[key]  # fmt: skip
        answer = self.query_one("#answer", Input)
        answer.value = self._suggestion() if key == "e" else ""
        answer.cursor_position = len(answer.value)
        self.query_one("#question", Static).update(Text(f"{question} "))
        self.query_one("#asking").display = True
        answer.focus()

    def _suggestion(self) -> str:
        focus = self.session.focus
        return f"{focus.name}=" if focus is not None and focus.name in self.session.numbers else ""

    def _edit(self, assignment: str) -> str:
        said = self.session.edit(assignment)
        self.query_one("#graph", GraphPane).graph = Graph(self.session)
        return said

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """What was typed is done; if it goes wrong it can be corrected."""
        then = self.then
        if then is None:
            return
        if not event.value.strip() and then != self._found:
            self._stop_asking()
        elif self.try_to(lambda: then(event.value)):
            message = self.message
            self._stop_asking()
            self.message = message
        self.show()

    def _stop_asking(self) -> None:
        self.then = None
        self.message = ""
        self.set_focus(None)
        self.show()


def run_app(session: Session) -> int:
    """Take the whole terminal until `q`, and give it back as it was; the exit code."""
    return StepperApp(session).run() or 0
