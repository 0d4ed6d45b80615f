"""The page for everybody: keyboard alone, screen readers, little contrast to spare, no motion, large letters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograd import Value, trace

from ..colours import contrast
from ..graphs import network
from .driving import Visit, Visitor


def diamond() -> Value:
    x, w = Value(2.0, "x"), Value(0.5, "w")
    y = x * w
    return y.exp() * (y * 3) + x


def axe(shown: Visitor) -> list[str]:
    """What the checker of accessibility finds wrong."""
    import axe_playwright_python

    if not shown.page.evaluate("'axe' in window"):
        # Past the page's policy, which lets no script in.
        shown.context.new_cdp_session(shown.page).send("Runtime.evaluate", {"expression": _axe(axe_playwright_python)})
    found = shown.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{v['id']}: {node['html'][:160]} {node['failureSummary']}" for v in found["violations"] for node in v["nodes"]
    ]


def _axe(package: Any) -> str:
    return (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


STATES = {
    "start": "app.player.user(0)",
    "forward": "app.player.user(2)",
    "backward": "app.player.user(app.walk.forwardCount + 2)",
    "selected": "app.player.user(app.walk.length); app.select(0)",
    "a wire": "app.selectWire({ child: app.model.root, slot: 0 })",
    "breakpoint": "app.toggleBreakpoint(app.model.root); app.select(app.model.root)",
    "bad number": "const [{ field }] = app.panel.fields.values(); field.value = 'x'; app.panel.typed(0, field)",
    "found": "app.search.field.value = 'w'; app.search.look()",
    "tip": "app.tip.textContent = app.pointer.tell({ node: 0 }); app.tip.hidden = false",
    "proof": "app.select(0); app.lessons.proof.switch.click()",
    "museum": "app.lessons.museum.element.value = 'assign'; app.lessons.museum.inject('assign')",
    "why": "app.lessons.why.show(0)",
    "quiz": "app.player.user(app.walk.forwardCount + 1); app.lessons.quiz.switch.click()",
    "quiz answered": "app.lessons.quiz.field.value = '17'; app.lessons.quiz.answer()",
    "closed groups": "app.setAllGroups(false)",
    "help": "app.stage.focus(); app.stage.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true }))",
}


LOOKS: list[dict[str, Any]] = [{"look": {"color_scheme": "light"}}, {"look": {"color_scheme": "dark"}}, {"width": 380}]


@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "narrow"])
@pytest.mark.needs("axe_playwright_python")
def test_the_checker_finds_nothing_in_any_state(visit: Visit, look: dict[str, Any]) -> None:
    shown = visit(network(2, (2, 1)), **look)
    found = {}
    for name, statement in STATES.items():
        shown.do(statement)
        if name == "help":
            assert shown.page.locator("dialog[open]").count() == 1
        if wrong := axe(shown):
            found[name] = wrong
    assert found == {}


@pytest.mark.needs("axe_playwright_python")
def test_the_checker_finds_nothing_in_print(visit: Visit) -> None:
    shown = visit(diamond(), start="end")
    shown.page.emulate_media(media="print")
    assert axe(shown) == []


@pytest.mark.needs("axe_playwright_python")
def test_the_checker_would_notice(visit: Visit) -> None:
    shown = visit(diamond())
    shown.do("app.player.scrubber.removeAttribute('aria-label')")
    shown.do("app.title.style.color = 'rgb(230, 230, 230)'; app.title.style.background = 'white'")
    assert len(axe(shown)) >= 2


# ----------------------------------------------------------------------------------------------------------- contrast

TEXTS = """
() => {
  const paint = (element) => getComputedStyle(element);
  return [...document.querySelectorAll(".picture text")].filter((t) => t.textContent).map((t) => {
    // What lies below a text: its own box, the closed frame around it, or the window.
    const rect = t.parentElement.querySelector(":scope > rect");
    const below = rect && paint(rect).fillOpacity === "1" && paint(rect).fill !== "none" ? paint(rect).fill
      : paint(document.querySelector(".backglow-page")).backgroundColor;
    return [t.textContent, paint(t).fill, below];
  });
}
"""


def hexadecimal(colour: str) -> str:
    numbers = [int(x) for x in colour[4:-1].split(",")]
    return "#" + "".join(f"{x:02x}" for x in numbers)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_every_text_of_the_picture_has_contrast(visit: Visit, theme: Any) -> None:
    shown = visit(network(2, (2, 1)), theme=theme)
    for statement in STATES.values():
        shown.do(statement)
        for text, colour, below in shown.page.evaluate(TEXTS):
            assert contrast(hexadecimal(colour), hexadecimal(below)) >= 4.5, (text, colour, below)


# ----------------------------------------------------------------------------------------------------------- keyboard


def test_every_control_is_reached_by_tab_and_shows_it(visit: Visit) -> None:
    shown = visit(diamond(), start="end")
    shown.do("app.select(0); app.lessons.why.show(0)")
    wanted = shown.page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, [tabindex]")]
          .filter((e) => !e.disabled && e.checkVisibility()).map((e, i) => (e.dataset.mine = i))"""
    )
    shown.page.evaluate("document.activeElement.blur()")
    reached = set()
    for _ in range(len(wanted) + 5):
        shown.press("Tab")
        seen = shown.page.evaluate(
            """() => {
              const e = document.activeElement, { outlineStyle, outlineWidth } = getComputedStyle(e);
              const { left, right, top, bottom } = e.getBoundingClientRect();
              const inside = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
              return [e.dataset.mine, outlineStyle, outlineWidth, inside];
            }"""
        )
        if seen[0] is not None:
            reached.add(int(seen[0]))
            assert seen[1:] == ["solid", "3px", True], seen
    assert reached == set(wanted)


def test_everything_by_keyboard_alone(visit: Visit) -> None:
    """Walk, select, change an input, ask why, answer the quiz: no mouse."""
    shown = visit(diamond(), start="start")

    def tab_to(name: str) -> None:
        for _ in range(60):
            shown.press("Tab")
            if (
                shown.app("document.activeElement.getAttribute('aria-label') || document.activeElement.textContent")
                == name
            ):
                return
        raise AssertionError(name)

    tab_to("next (→, j)")
    shown.press("Enter")
    assert shown.place == 1
    shown.press("End", "]")
    record = trace(diamond())
    assert shown.text(".selection h2") == f"input {record.nodes[0].label}"
    tab_to("why?")
    shown.press("Enter")
    assert shown.page.locator(".why").is_visible()
    shown.press("e")
    shown.page.keyboard.type("4")
    shown.press("Enter")
    assert shown.app("app.model.value[0]") == 4
    tab_to("quiz")
    shown.press("Enter")
    tab_to("your answer")
    shown.page.keyboard.type("1")
    shown.press("Enter")
    assert shown.text(".feedback") != ""


def test_the_live_region_speaks_every_step(visit: Visit) -> None:
    shown = visit(diamond(), start="start")
    record = trace(diamond())
    live = shown.page.locator("[aria-live=polite].sentence")
    for step in [*record.forward, *record.backward]:
        shown.press("j")
        assert live.inner_text() == step.sentence


# ------------------------------------------------------------------------------------------------ preferences and size


def test_motion_stops_where_it_is_not_wanted(visit: Visit) -> None:
    animations = "document.getAnimations().length"
    lively = visit(diamond(), look={"reduced_motion": "no-preference"})
    lively.press("j", "j")
    assert lively.app(animations) > 0
    still = visit(diamond(), look={"reduced_motion": "reduce"})
    for _ in range(6):
        still.press("j")
        assert still.app(animations) == 0


@pytest.mark.parametrize("width", [320, 380, 640, 1280])
def test_nothing_runs_out_of_the_window(visit: Visit, width: int) -> None:
    """640 pixels are a window of 1280 at twice the size."""
    shown = visit(network(), start="end", width=width, height=512)
    for statement in ("app.select(0)", "app.lessons.why.show(0)", "app.lessons.museum.inject('assign')"):
        shown.do(statement)
        over = shown.page.evaluate(
            """() => [...document.querySelectorAll(".bar *, .panel *, .zoom *")].filter((e) => e.checkVisibility() &&
              e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 120))"""
        )
        assert over == []
        assert shown.page.evaluate("document.documentElement.scrollWidth") <= width


def test_colour_never_stands_alone(visit: Visit) -> None:
    """Values, gradients, the gate at work, what is selected, found or stopped at have a sign besides their colour."""
    shown = visit(diamond(), start="end")
    assert all(text.startswith("∇") for text in shown.page.locator(".picture .grad").all_text_contents() if text)
    assert all(text.startswith("∂") for text in shown.page.locator(".picture .local").all_text_contents() if text)
    shown.do("app.select(0); app.toggleBreakpoint(app.model.root); app.search.field.value = 'exp'; app.search.look()")
    style = "getComputedStyle(document.querySelector('.node.{0} rect, .marks .{0}'))"
    shown.do("app.player.user(1)")
    plain = shown.page.evaluate(f"{style.format('gate:not(.found):not(.halt)')}.strokeWidth")
    for kind in "selected", "found", "halt", "current":
        width = shown.page.evaluate(f"{style.format(kind)}.strokeWidth")
        assert float(width.removesuffix("px")) > 2 * float(plain.removesuffix("px")), kind
    assert shown.page.evaluate(f"{style.format('found')}.strokeDasharray") != "none"
    assert shown.page.evaluate(f"{style.format('halt')}.strokeDasharray") != "none"
