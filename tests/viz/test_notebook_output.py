"""What an output shows in a browser: the page over its picture, or the picture alone, in the notebook's colours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from autograd import Value

from .hostile import HOSTILE
from .test_widget_jupyter import browser, counter, covered

pytestmark = [pytest.mark.needs(name) for name in ("playwright", "chromium")]


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[Any, list[str]]]:
    with browser() as both:
        yield both


def product() -> Value:
    return (Value(2.0, "a") * Value(-3.0, "b")).tanh()


def show(page: Any, output: str, body: str = "") -> Any:
    page.set_content(f"<!DOCTYPE html><body {body}>{output}</body>")
    return page.frame_locator("iframe")


def colour(frame: Any) -> str:
    shown: str = frame.locator("#backglow").evaluate("page => getComputedStyle(page).backgroundColor")
    return shown


WHITE, BLACK = "rgb(255, 255, 255)", "rgb(13, 17, 23)"


def test_the_page_covers_the_picture_and_leaves_keys_to_the_notebook(opened: Any) -> None:
    page, problems = opened
    frame = show(page, product()._repr_html_())
    counter(frame, "2 / 4")
    assert covered(page.locator(".backglow-output"))
    assert not page.locator("summary").is_visible()
    page.keyboard.press("ArrowRight")
    frame.locator(".stage").press("ArrowRight")
    counter(frame, "3 / 4")
    assert problems == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [("data-jp-theme-light=true", WHITE), ("data-jp-theme-light=false", BLACK), ("class=dark", BLACK),
     ("data-vscode-theme-kind=vscode-dark", BLACK), ("data-vscode-theme-kind=vscode-light", WHITE),
     ("data-vscode-theme-kind=vscode-high-contrast", BLACK)],
)  # fmt: skip
def test_the_frame_takes_the_colours_of_the_notebook(opened: Any, body: str, expected: str) -> None:
    page, _ = opened
    frame = show(page, product()._repr_html_(), body)
    counter(frame, "2 / 4")
    assert colour(frame) == expected


def test_where_scripts_do_not_run_the_picture_is_seen_through_the_frame(opened: Any) -> None:
    page, _ = opened
    show(page, product()._repr_html_().replace(' sandbox="allow-scripts"', ' sandbox=""'))
    page.locator("img").wait_for()
    picture = page.locator(".backglow-output").screenshot()
    page.locator("iframe").evaluate("frame => (frame.style.visibility = 'hidden')")
    assert page.locator(".backglow-output").screenshot() == picture
    page.locator("img").evaluate("image => (image.style.visibility = 'hidden')")
    assert page.locator(".backglow-output").screenshot() != picture


def test_where_frames_are_taken_out_picture_and_steps_are_left(opened: Any) -> None:
    page, _ = opened
    show(page, product()._repr_html_())
    page.evaluate("document.querySelectorAll('iframe, style').forEach((element) => element.remove())")
    assert page.locator("img").bounding_box()["width"] > 300
    page.locator("summary").click()
    assert page.locator("caption:visible").all_inner_texts() == ["Gradients of v2", "Forward", "Backward"]


def test_hostile_names_run_nothing(opened: Any) -> None:
    page, problems = opened
    problems.clear()
    total = Value(0.0)
    for name in HOSTILE.values():
        total = total + Value(1.0, name)
    page.evaluate("() => { window.hits = 0; window.alert = () => (window.hits += 1); }")
    frame = show(page, total._repr_html_())
    counter(frame, "/")
    hit = "document.body.dataset.hit ?? null"
    assert [page.evaluate("window.hits"), page.evaluate(hit), frame.locator("body").evaluate(f"() => {hit}")] == [
        0,
        None,
        None,
    ]
    assert problems == [], "a script that was tried and refused would be among them"
