"""The full-screen stepper, driven by its keys through textual's Pilot; what is read is what stands on the screen."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

import autograd
import viz
from autograd import BackwardStep, Value
from viz.terminal.session import Session

from .graphs import network, plain_graph, wide_sum
from .hostile import HOSTILE
from .test_terminal_session import demo, typed

pytestmark = pytest.mark.needs("textual")


class Screen:
    """A running stepper and its keyboard."""

    def __init__(self, app: Any, pilot: Any) -> None:
        self.app, self.pilot = app, pilot
        self.session: Session = app.session

    async def press(self, keys: str, then: str = "") -> None:
        """Press each of the characters, then a key by its name."""
        await self.pilot.press(*keys, *([then] if then else []))
        await self.pilot.pause()

    def lines(self) -> list[str]:
        """The screen as text."""
        size = self.app.size
        lines = [strip.text for strip in self.app.screen._compositor.render_strips()]
        assert len(lines) == size.height
        return lines

    def text(self) -> str:
        return "\n".join(self.lines())

    def status(self) -> str:
        return str(self.app.query_one("#status").content).strip()

    def row(self, node: str) -> str:
        """The line of the table about a node."""
        pane = self.app.query_one("#table")
        lines = [pane.render_line(y).text for y in range(pane.size.height)]
        (line,) = [line for line in lines if re.match(rf"..\s{re.escape(node)} ", line)]
        return line


def on_screen(
    session: Session, act: Callable[[Screen], Awaitable[None]], size: tuple[int, int] = (80, 24)
) -> int | None:
    """Show a session, let someone act, and return the exit code if they have left."""
    from viz.terminal.app import StepperApp

    async def run() -> int | None:
        app = StepperApp(session)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await act(Screen(app, pilot))
        return app.return_code if app.return_value is None else app.return_value

    return asyncio.run(run())


def test_every_step_shows_the_numbers_of_the_trace() -> None:
    async def act(screen: Screen) -> None:
        session = screen.session
        trace = session.trace
        assert "before step 1 of 16" in screen.lines()[0]
        for position, step in enumerate([*trace.forward, *trace.backward]):
            await screen.press("j")
            text = screen.text()
            assert f"step {position + 1} of 16" in screen.lines()[0]
            assert step.sentence in text
            for line in step.lines() if isinstance(step, BackwardStep) else [step.formula]:
                assert line in text
            for node in trace.nodes:
                if node.kind == "constant":
                    continue
                columns = re.split(r"\s{2,}", screen.row(node.label)[3:].strip())
                value = session.known.shown_value(node, position)
                gradient = session.known.shown_gradient(node, position)
                assert value in columns
                assert gradient in columns
            marked = [line for line in screen.lines() if "▶" in line]
            assert any(step.node.label in line for line in marked)
            assert 1 <= len(marked) <= 2
            for pane in ("#graph", "#table"):
                strips = [screen.app.query_one(pane).render_line(y) for y in range(16)]
                lit = [strip for strip in strips if any(s.style and s.style.reverse for s in strip)]
                assert all("▶" in strip.text for strip in lit)
                assert len(lit) == sum("▶" in strip.text for strip in strips) <= 1

    on_screen(demo(), act)


def test_moving() -> None:
    async def act(screen: Screen) -> None:
        places = []
        for keys, then in [
            ("j", ""), ("", "down"), ("", "right"), ("k", ""), ("", "up"), ("", "left"), ("5j", ""), ("G", ""),
            ("3k", ""), ("g", ""), ("J", ""), ("K", ""), ("", "end"), ("", "home"), ("", "pagedown"), ("", "pageup"),
            ("999999999j", ""), ("g", "space"), ("", "enter"), ("10", "down"),
        ]:  # fmt: skip
            await screen.press(keys, then)
            places.append(screen.session.position)
        assert places == [0, 1, 2, 1, 0, 0, 5, 15, 12, 0, 10, 0, 15, 0, 10, 0, 15, 1, 2, 12]

    on_screen(demo(), act)


def test_a_leap_goes_to_another_group() -> None:
    async def act(screen: Screen) -> None:
        await screen.press("j")
        here = screen.session.step.node.group
        await screen.press("J")
        assert screen.session.step.node.group != here

    on_screen(Session(autograd.trace(network())), act)


def test_breakpoints() -> None:
    async def act(screen: Screen) -> None:
        await screen.press("4jb")
        assert screen.status() == "breakpoints: v4"
        assert any("●▶" in line for line in screen.lines())
        await screen.press("gc")
        assert (screen.session.position, screen.status()) == (3, "stopped: v4")
        await screen.press("cb")
        assert (screen.session.position, screen.status()) == (12, "no breakpoints")
        await screen.press("gB")
        await screen.press("0.5", "enter")
        assert screen.status() == "breakpoints: |∇| > 0.5"
        await screen.press("c")
        assert (screen.session.position, screen.status()) == (8, "stopped: |∇| > 0.5")

    on_screen(demo(), act)


def test_running_to_a_node_and_searching() -> None:
    async def act(screen: Screen) -> None:
        await screen.press("t")
        await screen.press("v6", "enter")
        assert screen.session.step.node.label == "v6"
        await screen.press("/")
        await screen.press("w", "enter")
        assert screen.status() == "w0 = 2   ∇ ?"
        await screen.press("n")
        assert screen.status().startswith("w1 = ")
        assert screen.row("w1").startswith(" ›")
        await screen.press("N")
        assert screen.status().startswith("w0 = ")
        await screen.press("b")
        assert screen.status() == "breakpoints: w0"
        await screen.press("", "escape")
        assert screen.session.selected is None

    on_screen(demo(), act)


def test_an_edit_keeps_the_place_and_a_wrong_one_can_be_corrected() -> None:
    async def act(screen: Screen) -> None:
        await screen.press("9j")
        await screen.press("e")
        await screen.press("w0=x", "enter")
        assert screen.status() == "✗ w0=x: 'x' is not a number"
        assert screen.app.query_one("#answer").value == "w0=x"
        await screen.press("", "backspace")
        await screen.press("5", "enter")
        assert screen.status().startswith("w0 = 5; v8 is now 0.1192")
        assert screen.session.position == 8
        assert "5" in re.split(r"\s+", screen.row("w0"))
        await screen.press("j")
        assert screen.session.position == 9

    on_screen(demo(), act)


def test_an_edit_begins_with_the_node_in_focus() -> None:
    async def act(screen: Screen) -> None:
        await screen.press("/")
        await screen.press("x1", "enter")
        await screen.press("e")
        assert screen.app.query_one("#answer").value == "x1="
        await screen.press("", "escape")
        await screen.press("j")
        assert screen.session.position == 0

    on_screen(demo(), act)


def test_saving_and_failing_to(tmp_path: Path) -> None:
    async def act(screen: Screen) -> None:
        await screen.press("3js")
        await screen.press("x.bmp", "enter")
        assert screen.status().startswith("✗ cannot tell the format of 'x.bmp'")
        screen.app.query_one("#answer").value = str(tmp_path / "no" / "x.svg")
        await screen.press("", "enter")
        assert screen.status().startswith("✗ cannot write")
        screen.app.query_one("#answer").value = str(tmp_path / "x.svg")
        await screen.press("", "enter")
        assert screen.status().startswith("wrote ")
        assert screen.session.position == 2

    session = demo()
    on_screen(session, act, (120, 40))
    assert (tmp_path / "x.svg").read_text(encoding="utf-8") == viz.svg(session.trace)


@pytest.mark.parametrize("key", ["t", "B", "e", "/"])
def test_what_goes_wrong_is_one_line(key: str) -> None:
    async def act(screen: Screen) -> None:
        await screen.press("2j" + key)
        await screen.press("zzz", "enter")
        assert screen.status().startswith("✗ ")
        assert "\n" not in screen.status()
        await screen.press("", "escape")
        await screen.press("j")
        assert screen.session.position == 2

    on_screen(demo(), act)


def test_nothing_typed_is_nothing_done() -> None:
    async def act(screen: Screen) -> None:
        for key in "tBes":
            await screen.press("4j" + key, "enter")
            assert not screen.app.query_one("#asking").display
        assert screen.session.position == 15

    on_screen(demo(), act)


@pytest.mark.parametrize("size", [(80, 24), (40, 15)])
def test_help_tells_every_key(size: tuple[int, int]) -> None:
    from viz.terminal.keys import HELP, QUESTIONS

    async def act(screen: Screen) -> None:
        await screen.press("?")
        assert "next step" in screen.text()
        await screen.press("jjjjjjjjj")
        assert "not known yet" in screen.text()
        assert screen.session.position == -1
        await screen.press("?")
        assert "next step" not in screen.text()
        await screen.press("j")
        assert screen.session.position == 0

    on_screen(demo(), act, size)
    for key in [*"jkJKgGbctnNq?", *QUESTIONS]:
        assert re.search(rf"(^|\s){re.escape(key)}(\s|$)", HELP)
    assert max(map(len, HELP.split("\n"))) <= 39


@pytest.mark.parametrize(
    ("keys", "then", "code"), [("q", "", 0), ("", "ctrl+d", 0), ("", "ctrl+c", 130), ("e", "ctrl+c", 130)]
)
def test_leaving(keys: str, then: str, code: int) -> None:
    async def act(screen: Screen) -> None:
        await screen.press(keys, then)

    assert on_screen(demo(), act) == code


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (64, 20), (63, 20), (40, 15), (30, 11)])
@pytest.mark.parametrize("output", [network(), wide_sum(300)], ids=["network", "wide"])
def test_every_size_shows_the_step(size: tuple[int, int], output: Value) -> None:
    async def act(screen: Screen) -> None:
        for key in "jJGg":
            await screen.press(key)
            assert "▶" in screen.text()
            assert f"step {screen.session.position + 1} of" in screen.lines()[0]

    on_screen(Session(autograd.trace(output)), act, size)


def test_resizing_and_too_small() -> None:
    async def act(screen: Screen) -> None:
        await screen.press("3j")
        await screen.pilot.resize_terminal(20, 6)
        await screen.pilot.pause()
        assert "too small" in screen.text()
        assert "30×11" in screen.text()
        await screen.press("j")
        await screen.pilot.resize_terminal(40, 15)
        await screen.pilot.pause()
        assert "too small" not in screen.text()
        assert "∇" in screen.text()
        assert "node" not in screen.text()
        await screen.press("", "tab")
        assert "∇ so far" in screen.text()
        await screen.pilot.resize_terminal(100, 30)
        await screen.pilot.pause()
        assert "step 4 of 16" in screen.lines()[0]
        assert "∂ local" in screen.text()

    on_screen(demo(), act)


def test_a_click_selects_a_node_and_the_wheel_moves() -> None:
    async def act(screen: Screen) -> None:
        await screen.pilot.click("#table", offset=(5, 2))
        assert screen.session.focus.label == "x0"
        await screen.press("b")
        assert screen.status() == "breakpoints: x0"

    on_screen(demo(), act)


def test_only_lines_in_sight_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four hundred gates: a key press makes about as many lines as the screen has."""
    from viz.terminal.panes import GraphPane, TablePane

    made: list[int] = []
    for pane in (GraphPane, TablePane):
        line = pane.line
        monkeypatch.setattr(pane, "line", lambda self, i, line=line: made.append(i) or line(self, i))

    async def act(screen: Screen) -> None:
        await screen.press("G")
        made.clear()
        await screen.press("k")
        assert 0 < len(made) <= 4 * 24

    on_screen(Session(autograd.trace(plain_graph(5, 400))), act)


def test_without_colour_marks_tell_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def act(screen: Screen) -> None:
        await screen.press("9jb")
        strips = screen.app.screen._compositor.render_strips()
        assert any("●▶" in strip.text for strip in strips)
        assert any(" •" in strip.text for strip in strips)

    on_screen(demo(), act)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_names_come_out_inert(name: str) -> None:
    x = Value(2.0, name)

    async def act(screen: Screen) -> None:
        await screen.press("2j")
        for line in screen.lines():
            assert line.replace("\u200d", "").isprintable()

    on_screen(Session(autograd.trace((x * x).tanh()), title=name), act)


def test_an_edit_that_makes_the_result_infinite_is_shown() -> None:
    async def act(screen: Screen) -> None:
        await screen.press("e")
        await screen.press("x=0", "enter")
        assert "inf" in screen.status()
        await screen.press("G")
        assert "inf" in screen.text()

    on_screen(typed("1/x", x=1.0), act)
