"""Chromium plays an animated SVG, keeps still for those who ask, and runs nothing that a name contains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import viz
from autograd import GATES, Value

from .hostile import HOSTILE

VISIBLE = """texts => [...document.querySelectorAll('text')].filter(
  e => getComputedStyle(e.parentElement).opacity > 0.5).map(
  e => [e.getAttribute('class').split(' ')[0], e.textContent])"""


def demo() -> Value:
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    return (a * b).tanh() * a


def texts(page: Any, *kinds: str) -> list[str]:
    return [text for kind, text in page.evaluate(VISIBLE) if kind in kinds]


def test_it_plays_step_by_step_and_ends_on_the_whole_picture(browser: Any, tmp_path: Path) -> None:
    page = browser.new_page(reduced_motion="no-preference")
    path = viz.draw(demo(), tmp_path / "x.anim.svg", seconds=2)
    page.goto(path.as_uri())
    shown = []
    # Inputs, three forward steps and the seed of 1.2 s each; three backward steps of 2 s; the result.
    for time in (1.0, 2.3, 3.5, 4.7, 5.9, 7.9, 9.9, 11.9, 14.0):
        count = page.evaluate(
            "t => {const all = document.getAnimations(); for (const a of all) {a.pause(); a.currentTime = 1000 * t}"
            " return all.length}",
            time,
        )
        assert count > 20
        shown.append((len(texts(page, "value")), len(texts(page, "grad")), len(texts(page, "product"))))
    assert shown == [(2, 0, 0), (3, 0, 0), (4, 0, 0), (5, 0, 0), (5, 1, 0), (5, 3, 4), (5, 4, 2), (5, 5, 4), (5, 5, 0)]


def test_who_asks_for_reduced_motion_sees_the_finished_picture(browser: Any, tmp_path: Path) -> None:
    page = browser.new_page(reduced_motion="reduce")
    page.goto(viz.draw(demo(), tmp_path / "x.anim.svg").as_uri())
    assert page.evaluate("document.getAnimations().length") == 0
    assert (len(texts(page, "value")), len(texts(page, "grad")), len(texts(page, "product"))) == (5, 5, 0)


def test_it_moves_in_an_img(browser: Any, tmp_path: Path) -> None:
    viz.draw(demo(), tmp_path / "x.anim.svg", seconds=0.2, hold=0.2)
    page_file = tmp_path / "page.html"
    page_file.write_text('<!DOCTYPE html><body><img src="x.anim.svg" alt="">', encoding="utf-8")
    page = browser.new_page(reduced_motion="no-preference")
    page.goto(page_file.as_uri())
    pictures = set()
    for _ in range(20):
        pictures.add(page.screenshot())
        page.wait_for_timeout(60)
        if len(pictures) > 3:
            break
    assert len(pictures) > 3


@pytest.mark.parametrize("ending", [".anim.svg", ".worksheet.html", ".answers.html"])
def test_nothing_of_a_hostile_name_runs(ending: str, browser: Any, tmp_path: Path) -> None:
    total = GATES["sum"](*[Value(float(i), name) for i, name in enumerate(HOSTILE.values())])
    path = viz.draw(total, tmp_path / f"x{ending}")
    page = browser.new_page()
    heard: list[str] = []
    page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda message: heard.append(message.text))
    page.on("request", lambda request: heard.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    page.wait_for_timeout(100)
    assert heard == []
    assert page.evaluate("document.querySelectorAll('script, img, iframe, [onclick], [onerror]').length") == 0
    assert page.evaluate("document.body ? document.body.dataset.hit || '' : ''") == ""
    page.evaluate("alert('the watch would notice')")
    assert heard == ["the watch would notice"]


@pytest.mark.needs("pdftotext")
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_worksheet_prints_on_one_page(paper: str, browser: Any, tmp_path: Path) -> None:
    import subprocess

    page = browser.new_page()
    page.goto(viz.draw(demo(), tmp_path / "x.worksheet.html").as_uri())
    page.pdf(path=str(tmp_path / "x.pdf"), format=paper)
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "x.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    assert "Name" in text
    assert "Space to work" in text
    assert text.count("\f") <= 2
    assert "−5.9" not in text
