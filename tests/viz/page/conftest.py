"""Pages opened as a person opens them; whatever a page must not do fails the test that opened it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from .driving import Visit, Visitor


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
