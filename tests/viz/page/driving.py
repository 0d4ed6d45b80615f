"""A page opened in a browser without a network: what it shows, and what it must never do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from playwright.sync_api import Browser, BrowserContext, Page

import viz
from autograd import Trace, Value

APP = "document.getElementById('backglow').backglow"
"""The scene behind a page."""

Visit: TypeAlias = Callable[..., "Visitor"]


class Visitor:
    """One page in a window of its own. Anything a page must not do is noted in `faults`."""

    def __init__(self, browser: Browser, folder: Path, **context: Any) -> None:
        self.context: BrowserContext = browser.new_context(offline=True, **context)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(5000)
        self.folder = folder
        self.faults: list[str] = []
        self.page.on("console", lambda m: self.faults.append(f"console {m.type}: {m.text}"))
        self.page.on("pageerror", lambda e: self.faults.append(f"error: {e}"))
        self.page.on("dialog", self._dialog)
        self.context.on("request", self._request)

    def _dialog(self, dialog: Any) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        if not (request.is_navigation_request() and request.url.startswith("file:")):
            self.faults.append(f"request: {request.url}")

    def open(self, source: Value | Trace | str, hash: str = "", **options: Any) -> Visitor:  # noqa: A002
        """Show a computation, or a page that is already written; wait until it stands."""
        text = source if isinstance(source, str) else viz.html(source, **options)
        file = self.folder / "page.html"
        file.write_text(text, encoding="utf-8")
        self.page.goto(file.as_uri() + hash)
        self.settle()
        return self

    def settle(self) -> None:
        """Wait until the scene has its size and has been painted."""
        self.page.evaluate(f"""async () => {{
            const frame = () => new Promise((done) => requestAnimationFrame(done));
            while (!{APP} || {APP}.start) await frame();
            await frame();
        }}""")

    def wait(self, condition: str) -> None:
        """Wait until an expression over `app` is true; the page's policy forbids the library's own way of waiting."""
        self.page.evaluate(f"""async () => {{
            const app = {APP}, end = Date.now() + 5000;
            while (!({condition})) {{
                if (Date.now() > end) throw new Error("waited in vain");
                await new Promise((done) => setTimeout(done, 10));
            }}
        }}""")

    def app(self, expression: str) -> Any:
        """What an expression over `app` is worth."""
        return self.page.evaluate(f"() => {{ const app = {APP}; return {expression}; }}")

    def do(self, statement: str) -> None:
        """Carry out a statement over `app`."""
        self.page.evaluate(f"() => {{ const app = {APP}; {statement}; }}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def place(self) -> int:
        """How many steps have been taken."""
        place = self.app("app.display.place")
        assert str(place) == self.page.locator(".scrubber").input_value()
        assert self.text(".counter").startswith(f"{place} / ")
        return int(place)

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def button(self, name: str) -> Any:
        """The button of this visible text."""
        return self.page.get_by_text(name, exact=True).and_(self.page.locator("button"))

    def spot(self, node: int) -> tuple[float, float]:
        """Where a node's box, or the frame that hides it, is in the window."""
        x, y = self.app(f"""(() => {{
            const at = app.geometry.place({node}), {{ left, top }} = app.stage.getBoundingClientRect();
            return [left + app.camera.x + (at.x + at.width / 2) * app.camera.scale,
                    top + app.camera.y + (at.y + at.height / 2) * app.camera.scale];
        }})()""")
        return x, y

    def wire(self, child: int, slot: int) -> tuple[float, float]:
        """A point of the wire that enters a gate, in the window."""
        x, y = self.app(f"""(() => {{
            const at = app.geometry.entries.get("{child}.{slot}"), {{ left, top }} = app.stage.getBoundingClientRect();
            return [left + app.camera.x + (at.x - 12) * app.camera.scale, top + app.camera.y + at.y * app.camera.scale];
        }})()""")
        return x, y

    def close(self) -> None:
        self.context.close()
