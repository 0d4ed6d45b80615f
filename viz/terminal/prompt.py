"""The stepper line by line: for a pipe, a script, a screen reader, or a machine without textual."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.text import Text

from autograd import AutogradError, ExpressionError
from autograd.text import shorten, visible

from ..command.messages import one_line
from ..formats.report import QUIET, TITLE
from .graph import Graph
from .session import Session
from .telling import headline, inert, step_lines, table_lines

__all__ = ["HELP", "obey", "run_prompt"]

HELP = """\
Enter, n, 10n      the next step, ten steps on         p, 10p             back
J, K               to the next, previous group of nodes (or ten steps)
g, G               the first, the last step
c                  on to the next breakpoint           t NAME             on to a node's next step
b, b NAME          breakpoint at the current gate, at a node: on or off
b > 1e3, b nan     breakpoint where a gradient is larger, where a number is not finite: on or off
/ TEXT             find a node by a part of its name; / alone finds the next
e NAME=VALUE       change an input and compute everything anew
s FILE             save a picture: .svg .html .png .pdf .json .dot .mmd .tex .txt
l, table, tree     the step again; all nodes, with what is known so far; the graph
?, q               this help; quit (as does the end of input)"""

_MOVE = re.compile(r"(\d*)\s*(n|next|j|p|prev|previous|k|J|K)", re.ASCII)


def run_prompt(session: Session, console: Console) -> None:
    """Read commands from standard input until `q` or its end.

    Args:
        session: The walk.
        console: Where the answers go; errors go to standard error.
    """
    console.print(Text(visible(session.title), TITLE))
    console.print(Text(f"{len(session.stepper)} steps; n or Enter takes the next one, ? lists the commands", QUIET))
    for line in _lines():
        if line.strip() in ("q", "quit", "exit"):
            return
        try:
            for answer in obey(session, line.strip(), console.width):
                console.print(_written(answer))
        except AutogradError as error:
            _flush()
            print(f"backglow: {one_line(str(error))}", file=sys.stderr, flush=True)


def _lines() -> Iterator[str]:
    """The lines typed or piped in; a prompt and line editing where a person types them."""
    if sys.stdin is None:
        return
    by_hand = sys.stdin.isatty() and sys.stdout is not None and sys.stdout.isatty()
    if by_hand:
        import contextlib

        with contextlib.suppress(ImportError):
            import readline as readline  # arrow keys and history in input()
    while True:
        _flush()
        try:
            line = input("> ") if by_hand else sys.stdin.readline()
        except EOFError:
            print()
            return
        except KeyboardInterrupt:
            print()
            raise
        if not by_hand and not line:
            return
        yield line


def _written(answer: Text) -> Text:
    line = inert(answer)
    line.plain = line.plain.replace("−", "-")  # so that numbers can be pasted back into a program
    return line


def _flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def obey(session: Session, line: str, width: int = 80) -> list[Text]:
    """Do what one line says and return what to print.

    Args:
        session: The walk.
        line: The command, without spaces around it.
        width: Cells a table may take.

    Raises:
        AutogradError: the line is no command, or the command cannot be carried out; the session is as it was.
    """
    moved = _MOVE.fullmatch(line or "n")
    if moved:
        _move(session, moved[2], int(moved[1][:9] or 1))
        return _here(session)
    word, rest = (line[0], line[1:]) if line[0] == "/" else (line.partition(" ")[0], line.partition(" ")[2].strip())
    if word in _ALONE and not rest:
        return _ALONE[word](session, width)
    if word in _WITH_TEXT:
        return _WITH_TEXT[word](session, rest)
    raise ExpressionError(f"{shorten(line, 40)!r} is no command; ? lists them")


def _move(session: Session, word: str, count: int) -> None:
    if word in "JK":
        session.leap(count if word == "J" else -count)
    else:
        session.move(-count if word[0] in "pk" else count)


def _here(session: Session) -> list[Text]:
    return [Text(f"[{headline(session)}]", QUIET), *(Text("  ").append_text(line) for line in step_lines(session))]


def _first(session: Session, _: int) -> list[Text]:
    session.go(0)
    return _here(session)


def _last(session: Session, _: int) -> list[Text]:
    session.last()
    return _here(session)


def _go_on(session: Session, _: int) -> list[Text]:
    said = session.go_on()
    return [*_here(session), Text(said, TITLE)]


def _tree(session: Session, _: int) -> list[Text]:
    return Graph(session).lines()


def _run_to(session: Session, name: str) -> list[Text]:
    if not name:
        raise ExpressionError("run to which node? type t NAME")
    session.run_to(name)
    return _here(session)


def _find(session: Session, text: str) -> list[Text]:
    node = session.search(text)
    known, position = session.known, session.position
    formula = f" = {node.formula}" if node.formula else ""
    shown = f"{session.labels[node.id]}{formula} = {known.shown_value(node, position)}"
    gradient = known.shown_gradient(node, position)
    return [Text(f"{shown}   ∇ {gradient}" if gradient else shown)]


def _edit(session: Session, assignment: str) -> list[Text]:
    return [Text(session.edit(assignment), TITLE), *_here(session)]


def _save(session: Session, path: str) -> list[Text]:
    if not path:
        raise ExpressionError("save to which file? type s FILE, such as s graph.svg")
    return [Text(session.save(path), TITLE)]


_ALONE: dict[str, Callable[[Session, int], list[Text]]] = {
    "g": _first, "first": _first, "G": _last, "last": _last, "c": _go_on, "continue": _go_on, "tree": _tree,
    "table": table_lines, "l": lambda session, _: _here(session), "?": lambda *_: list(map(Text, HELP.split("\n"))),
    "h": lambda *_: list(map(Text, HELP.split("\n"))), "help": lambda *_: list(map(Text, HELP.split("\n"))),
}  # fmt: skip
_WITH_TEXT: dict[str, Callable[[Session, str], list[Text]]] = {
    "t": _run_to, "to": _run_to, "/": _find, "e": _edit, "edit": _edit, "s": _save, "save": _save,
    "b": lambda session, rest: [Text(session.toggle(rest))],
    "break": lambda session, rest: [Text(session.toggle(rest))],
}  # fmt: skip
