"""The widget and an output in a real marimo app, driven through a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from .jupyter import marimo
from .test_widget_jupyter import browser, counter, covered

pytestmark = [pytest.mark.needs(name) for name in ("marimo", "anywidget", "playwright", "chromium")]

APP = """
import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import viz
    from autograd import Value
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    loss = (a * b).tanh()
    w = mo.ui.anywidget(viz.widget(loss))
    w
    return loss, mo, w


@app.cell
def _(mo, w):
    mo.md(f"kernel has {w.value['place']} {w.values} {type(w.step).__name__}")
    return


@app.cell
def _(mo, w):
    button = mo.ui.button(label="to the start", on_click=lambda _: setattr(w.widget, "place", 0))
    button
    return


@app.cell
def _(loss):
    loss
    return
"""


def test_a_marimo_app_steps_edits_and_reads_back(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    app.write_text(APP)
    with marimo(tmp_path, app) as address, browser() as (page, problems):
        page.goto(address)
        widget = page.locator("[data-backglow-live]")
        counter(widget, "2 / 4")
        widget.get_by_role("button", name="next (→, j)").click()
        page.get_by_text("kernel has 3 {} BackwardStep").wait_for()
        widget.locator(".stage").press("ArrowRight")
        page.get_by_text("kernel has 4 {} BackwardStep").wait_for()
        field = widget.get_by_role("textbox", name="value of a", exact=True)
        field.fill("0.5")
        field.press("Enter")
        page.get_by_text("kernel has 4 {'a': 0.5} BackwardStep").wait_for()
        page.get_by_role("button", name="to the start").click()
        counter(widget, "0 / 4")
        output = page.frame_locator(".backglow-output iframe")
        counter(output, "2 / 4")
        assert covered(page.locator(".backglow-output"))
        output.locator(".stage").press("j")
        counter(output, "3 / 4")
        assert [problem for problem in problems if "backglow" in problem] == []
