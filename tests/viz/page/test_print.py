"""On paper the whole picture is seen, whatever part of it was in the window."""

from __future__ import annotations

from typing import Any

import pytest

from ..graphs import network
from .driving import Visit

WHITE, BLACK = "rgb(255, 255, 255)", "rgb(0, 0, 0)"


def outside(shown: Any) -> int:
    """How many boxes do not lie within the picture's area."""
    count: int = shown.page.evaluate(
        """() => {
          const area = document.querySelector(".stage").getBoundingClientRect();
          return [...document.querySelectorAll(".node rect")].filter((rect) => {
            const { left, right, top, bottom } = rect.getBoundingClientRect();
            return left < area.left - 1 || right > area.right + 1 || top < area.top - 1 || bottom > area.bottom + 1;
          }).length;
        }"""
    )
    return count


def test_the_whole_picture_is_printed(visit: Visit) -> None:
    shown = visit(network(), start="end")
    before = shown.app("[app.camera.x, app.camera.y, app.camera.scale, app.display.place]")
    assert outside(shown) > 0, "it is too wide for the window"
    shown.page.emulate_media(media="print")
    shown.page.evaluate("void dispatchEvent(new Event('beforeprint'))")
    assert outside(shown) == 0
    for control in ".more", ".zoom", ".transport button", ".scrubber":
        assert shown.page.locator(control).first.is_hidden()
    shown.page.evaluate("void dispatchEvent(new Event('afterprint'))")
    shown.page.emulate_media(media="screen")
    shown.settle()
    assert shown.app("[app.camera.x, app.camera.y, app.camera.scale, app.display.place]") == before
    assert outside(shown) > 0
    assert shown.page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("theme", ["auto", "dark", "light"])
def test_paper_is_white_whatever_the_screen_is(visit: Visit, theme: str) -> None:
    shown = visit(network(), theme=theme, look={"color_scheme": "dark"})
    shown.page.emulate_media(media="print", color_scheme="dark")
    style = "getComputedStyle(document.querySelector('.backglow-page'))"
    assert [shown.page.evaluate(f"{style}.{name}") for name in ("backgroundColor", "color")] == [WHITE, BLACK]
