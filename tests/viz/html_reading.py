"""An HTML page read back by a strict parser: every tag closed in order, and only tags and attributes of ours."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "rect", "path"}
TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "figure", "svg", "g", "rect", "path", "text",
    "div", "details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td", "code",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "name", "content", "class", "xmlns", "role", "width", "height", "viewbox", "style", "d", "x",
    "y", "rx", "title", "scope", "data-node", "data-id", "data-parent", "data-child", "data-slot", "data-number",
    "data-group",
}  # fmt: skip


class Cell(str):
    """A cell's text, with the tooltips of the numbers in it."""

    titles: tuple[str, ...] = ()


class Page(HTMLParser):
    """The page's tables by caption, the text of its headings, and every picture's text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tables: dict[str, list[list[Cell]]] = {}
        self.headings: dict[str, str] = {}
        self.labels: list[str] = []
        self.rows: list[list[Cell]] = []
        self.titles: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_decl(self, decl: str) -> None:
        assert decl == "DOCTYPE html"

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"a processing instruction: {data!r}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data!r}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        assert {name for name, _ in attrs} <= ATTRIBUTES, attrs
        if tag == "table":
            self.rows = []
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th", "caption", "text", "h1", "title"):
            self.text, self.titles = "", []
        self.titles += [value or "" for name, value in attrs if name == "title"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("rect", "path"), tag
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return  # as a browser writes them
        assert self.open.pop() == tag
        if tag == "caption":
            self.tables[self.text] = self.rows
        elif tag in ("td", "th"):
            cell = Cell(self.text)
            cell.titles = tuple(self.titles)
            self.rows[-1].append(cell)
        elif tag == "text":
            self.labels.append(self.text)
        elif tag in ("h1", "title") and "svg" not in self.open:
            self.headings[tag] = self.text

    def handle_data(self, data: str) -> None:
        self.text += data
