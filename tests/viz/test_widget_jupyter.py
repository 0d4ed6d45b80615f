"""The page in a real JupyterLab, driven through a browser: as a widget, as an output, and without a kernel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from .jupyter import jupyterlab

pytestmark = [pytest.mark.needs(name) for name in ("jupyterlab", "anywidget", "nbformat", "playwright", "chromium")]

CELLS = [
    "from autograd import Value\nimport viz\na, b, c = Value(2.0, 'a'), Value(-3.0, 'b'), Value(6.5, 'c')\n"
    "loss = (a * b + c).tanh()\nloss",
    "w = viz.widget(loss)\nseen = []\nw.observe(lambda change: seen.append(change.new), 'place')\nw",
    "w.place = 2",
    "print('kernel has', w.place, w.values, seen[0], seen[-1], w.step.node.label)",
    "w.values = {'b': 4.0}",
    "w",
    "w.close()",
]
WIDGET = "[data-backglow-live]"


@contextmanager
def browser() -> Iterator[Any]:
    """A page that reaches this machine only, and the list of what it asked of others and of what went wrong in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        # No emulated preference: it would hide what colours a frame is given by the page around it.
        page = chromium.new_page(viewport={"width": 1280, "height": 1500}, color_scheme="null")
        page.set_default_timeout(20_000)
        problems: list[str] = []

        def only_here(route: Any) -> None:
            if route.request.url.startswith(("http://127.0.0.1:", "http://localhost:", "data:", "blob:")):
                route.continue_()
            else:
                problems.append(f"asked for {route.request.url}")
                route.abort()

        page.route("**/*", only_here)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        yield page, problems
        chromium.close()


def write_notebook(path: Path, sources: list[str]) -> None:
    import nbformat

    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})))


def open_notebook(page: Any, address: str, name: str) -> None:
    page.goto(f"{address}/tree/{name}")
    page.locator(".lm-TabBar-tab.lm-mod-current", has_text=name).wait_for()
    page.get_by_text("| Idle").wait_for()


def run(page: Any, index: int) -> None:
    """Run one cell, and wait until the kernel has."""
    cell = page.locator(".jp-Cell").nth(index)
    for _ in range(5):  # what an earlier cell shows may still grow and move this one away
        cell.locator(".jp-InputPrompt").click()
        if "jp-mod-active" in (cell.get_attribute("class") or ""):
            break
        page.wait_for_timeout(100)
    page.keyboard.press("Control+Enter")
    page.wait_for_function(
        "i => /\\[\\d+\\]/.test(document.querySelectorAll('.jp-Cell .jp-InputPrompt')[i].textContent)", arg=index
    )


def counter(place: Any, shown: str) -> None:
    """Wait until a page shows this place."""
    place.locator(".counter", has_text=shown).wait_for()


def covered(output: Any) -> bool:
    """Whether the still picture lies wholly behind the frame."""
    inside: bool = output.evaluate("""output => {
        const [still, frame] = ["img", "iframe"].map((name) => output.querySelector(name).getBoundingClientRect());
        return still.top >= frame.top && still.bottom <= frame.bottom && still.right <= frame.right;
    }""")
    return inside


def test_the_widget_and_the_kernel_follow_each_other_and_the_output_outlives_the_kernel(tmp_path: Path) -> None:
    write_notebook(tmp_path / "walk.ipynb", CELLS)
    with browser() as (page, problems):
        with jupyterlab(tmp_path) as address:
            open_notebook(page, address, "walk.ipynb")
            drive(page)
            page.keyboard.press("Control+s")
            page.wait_for_function("document.querySelector('.jp-mod-dirty') === null")
            assert problems == []
        saved = json.loads((tmp_path / "walk.ipynb").read_text())
        assert sum(len(json.dumps(cell["outputs"])) for cell in saved["cells"][:2]) < 2 * 110_000
        saved["cells"][2]["source"] = ["w.place = 3"]  # so that it is not what was signed
        (tmp_path / "foreign.ipynb").write_text(json.dumps(saved))
        with jupyterlab(tmp_path, "JupyterLab Dark") as address:
            reopen(page, address)
            reopen_untrusted(page, address)


def drive(page: Any) -> None:
    run(page, 0)
    output = page.frame_locator(".jp-Cell iframe").first
    counter(output, "3 / 6")
    assert covered(page.locator(".backglow-output"))
    output.get_by_role("button", name="next (→, j)").click()
    output.locator(".stage").press("j")
    counter(output, "5 / 6 · backward 2 of 3")

    run(page, 1)
    widget = page.locator(WIDGET).first
    counter(widget, "3 / 6")
    widget.locator(".stage").press("j")
    counter(widget, "4 / 6")
    widget.locator(".stage").press("Control+Enter")  # JupyterLab's own keys still reach it: a new widget takes over
    counter(widget, "3 / 6")
    assert page.locator(WIDGET).count() == 1
    assert page.locator(".backglow-output:visible").count() == 1, "that of the first cell only"
    run(page, 2)
    counter(widget, "2 / 6")
    widget.get_by_role("button", name="next (→, j)").click()
    stage = widget.locator(".stage")
    cells = page.locator(".jp-Cell").count()
    stage.press("b")  # a breakpoint here, a new cell in JupyterLab
    stage.press("ArrowRight")
    stage.press("j")
    counter(widget, "5 / 6")
    assert page.locator(".jp-Cell").count() == cells
    field = widget.get_by_role("textbox", name="value of a", exact=True)
    field.fill("5")
    field.press("Enter")
    told = page.locator(".jp-Cell").nth(3).locator(".jp-OutputArea-output")
    for _ in range(10):  # what the page says may reach the kernel after a cell that was run at once
        run(page, 3)
        page.wait_for_timeout(300)
        if "kernel has 5 {'a': 5.0} 2 5 v2" in "".join(told.all_text_contents()):
            break
    told.filter(has_text="kernel has 5 {'a': 5.0} 2 5 v2").wait_for()
    run(page, 4)
    page.wait_for_function(
        "s => document.querySelector(s).shadowRoot.querySelectorAll('.inputs input')[1].value === '4.0'",
        arg=WIDGET,
    )
    assert field.input_value() == "2.0"

    run(page, 5)  # the same widget again: two views of one state
    second = page.locator(WIDGET).nth(1)
    counter(second, "5 / 6")
    second.locator(".stage").press("Home")
    counter(widget, "0 / 6")
    assert second.get_by_role("textbox", name="value of b", exact=True).input_value() == "4.0"
    run(page, 6)
    page.wait_for_function("s => document.querySelector(s) === null", arg=WIDGET)
    assert page.locator(".backglow-output:visible").count() == 3, "closed, the outputs stand in for it"


def reopen(page: Any, address: str) -> None:
    open_notebook(page, address, "walk.ipynb")
    outputs = page.locator(".backglow-output:visible")
    outputs.nth(2).wait_for()
    assert page.get_by_text("model not found").locator("visible=true").count() == 0
    frame = page.frame_locator(".jp-Cell:nth-child(2) .backglow-output iframe")
    counter(frame, "3 / 6")
    frame.get_by_role("button", name="next (→, j)").click()
    counter(frame, "4 / 6")
    background = (
        "document.body.firstElementChild && getComputedStyle(document.querySelector('.backglow-page')).backgroundColor"
    )
    assert frame.locator("body").evaluate(f"() => {background}") == "rgb(13, 17, 23)", "dark, as the notebook"


def reopen_untrusted(page: Any, address: str) -> None:
    open_notebook(page, address, "foreign.ipynb")
    notebook = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    pictures = notebook.locator(".jp-Cell img[src^='data:image/svg+xml']")
    pictures.nth(2).wait_for()
    assert notebook.locator("iframe, svg.backglow").count() == 0
    assert pictures.evaluate_all("all => all.map(i => i.complete && i.naturalWidth > 300)") == [True] * 3
    texts = notebook.locator(".jp-OutputArea-output").all_inner_texts()
    assert [text.strip() for text in texts if "kernel" not in text] == ["steps"] * 3
    notebook.locator("summary").first.click()
    assert notebook.locator("caption:visible").all_inner_texts() == ["Gradients of v3", "Forward", "Backward"]
