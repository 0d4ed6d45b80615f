"""A browser shows a static picture and tables full of hostile names and runs nothing of them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import viz
from autograd import Value, trace
from autograd.text import shorten, visible
from viz.formats.tables import steps

from .hostile import HOSTILE
from .html_reading import Page

WATCH = "<script>window.alert = () => { document.body.dataset.hit = 'alert' }</script>"


def shown_by_chromium(page: Path, profile: Path) -> str:
    """The page as it stands after the browser has loaded it and run whatever it found to run."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--dump-dom"]
    done = subprocess.run(
        [*command, f"--user-data-dir={profile}", page.as_uri()], capture_output=True, timeout=120, check=True
    )
    return done.stdout.decode()


@pytest.mark.needs("chromium")
def test_a_browser_runs_nothing_of_a_hostile_page(tmp_path: Path) -> None:
    total = sum(Value(1.0, name) for name in HOSTILE.values())
    page = tmp_path / "page.html"
    shown = f"{WATCH}{viz.svg(total)}{steps(trace(total))}"  # type: ignore[arg-type]
    page.write_text(f"<!DOCTYPE html><html><body>{shown}</body></html>", encoding="utf-8")
    shown = shown_by_chromium(page, tmp_path / "profile")
    assert WATCH in shown, "scripts of our own are still there, and nothing else is"
    assert "data-hit" not in shown.replace(WATCH, "").split(">", 1)[0]
    read = Page(shown.replace(WATCH, ""))  # which accepts no element but ours
    rows = next(rows for caption, rows in read.tables.items() if caption.startswith("Gradients of "))
    assert [row[0] for row in rows[1:]] == [shorten(visible(name)) or "␣" for name in HOSTILE.values()]


@pytest.mark.needs("chromium")
def test_the_watch_would_notice(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<!DOCTYPE html><body>{WATCH}<script>alert(1)</script></body>", encoding="utf-8")
    assert '<body data-hit="alert">' in shown_by_chromium(page, tmp_path / "profile")
