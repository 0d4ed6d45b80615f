"""A worksheet read back by an HTML parser that accepts nothing but what a worksheet is made of."""

from __future__ import annotations

import re
from functools import cached_property
from html.parser import HTMLParser

from autograd import Trace
from viz.worksheet.exercise import exercise

TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "p", "span", "code", "b", "ul",
    "li", "figure", "svg", "path", "g", "rect", "text", "section", "div",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "name", "content", "class", "xmlns", "role", "width", "height", "viewbox", "d", "x", "y", "rx",
}  # fmt: skip

Place = tuple[str, int, tuple[int, int] | None]


class Sheet(HTMLParser):
    """The page's boxes, as (x, y); its numbers and answers; its lines and inputs, as text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.boxes: list[tuple[str | None, str | None]] = []
        self.texts: list[tuple[str, str]] = []
        self.lines: list[str] = []
        self._open: list[str] = []
        self._line = 0
        self._paragraph = ""
        self.paragraphs: list[str] = []
        self.feed(page)
        self.close()
        self.lines = [re.sub(r" +", " ", line).strip() for line in self.lines]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        given = dict(attrs)
        assert set(given) <= ATTRIBUTES, given
        kind = given.get("class") or ""
        if tag == "rect" and kind == "blank":
            self.boxes.append((given["x"], given["y"]))
        if tag == "text":
            self.texts.append((kind, ""))
        if tag == "div":
            self._line = self._line + 1 if self._line or kind == "line" else 0
            if kind == "line":
                self.lines.append("")
        if tag == "p":
            self._paragraph = ""
        if tag not in ("meta", "rect", "path"):
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag == "div" and self._line:
            self._line -= 1
        if tag == "p":
            self.paragraphs.append(self._paragraph)

    def handle_data(self, data: str) -> None:
        where = self._open[-1] if self._open else ""
        if where == "text":
            kind, text = self.texts[-1]
            self.texts[-1] = (kind, text + data)
        if self._line and where != "b":
            self.lines[-1] += data if where == "span" else ""
            self.lines[-1] += " "
        if "p" in self._open:
            self._paragraph += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    @property
    def numbers(self) -> list[int]:
        """The numbers of the boxes, in order."""
        return sorted(int(text) for kind, text in self.texts if kind == "number")

    @property
    def answers(self) -> list[str]:
        """What stands in the boxes."""
        return [text for kind, text in self.texts if kind == "answer"]

    @property
    def inputs(self) -> str:
        """The line of the inputs."""
        return next(p.removeprefix("Inputs: ") for p in self.paragraphs if p.startswith("Inputs: "))

    @property
    def values(self) -> list[str]:
        """The lines that ask for a value."""
        return [line for line in self.lines if not line.startswith("∂")]

    @cached_property
    def places(self) -> set[Place]:
        """What is asked, as found on the page: only for `odd`, whose labels are all different."""
        import autograd

        from .test_worksheet import odd

        trace = autograd.trace(odd())
        share = len(self.values) / len(trace.forward)
        return set(self.asked(trace, values=share))

    @staticmethod
    def asked(trace: Trace, values: float = 0.0) -> list[Place]:
        """What the exercise says it asks for, in order."""
        return [blank.place for blank in exercise(trace, values=values).blanks]
