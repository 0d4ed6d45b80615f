"""One browser for all tests of pages; whatever a page must not do fails the test that opened it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from .driving import Visit, Visitor

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents and "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.needs("chromium", "playwright"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Visit]:
    """Open a computation in a window of 1280 × 800; the arguments are those of `viz.html` and of a browser context."""
    from .driving import Visitor

    opened: list[Visitor] = []

    def visit(source: Any, hash: str = "", *, width: int = 1280, height: int = 800, look: dict[str, Any] | None = None,  # noqa: A002
              **options: Any) -> Visitor:  # fmt: skip
        folder = tmp_path / str(len(opened))
        folder.mkdir()
        visitor = Visitor(browser, folder, viewport={"width": width, "height": height}, **(look or {}))
        opened.append(visitor)
        return visitor.open(source, hash, **options)

    yield visit
    faults = [fault for visitor in opened for fault in visitor.faults]
    for visitor in opened:
        visitor.close()
    assert faults == []
