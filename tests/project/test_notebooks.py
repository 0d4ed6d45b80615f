"""The notebooks run from top to bottom, and what they show is what their files already hold."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from .places import ROOT, shown

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def needs(path: Path) -> list[pytest.MarkDecorator]:
    """What a notebook cannot do without."""
    text = path.read_text(encoding="utf-8")
    marks = {"viz.widget(": "anywidget", "import digits": "sklearn"}
    return [pytest.mark.needs(package) for sign, package in marks.items() if sign in text]


pytestmark = [pytest.mark.needs("nbclient"), pytest.mark.needs("ipykernel")]


def plain(outputs: list[Any]) -> list[Any]:
    """What outputs show, without counters and other settings, and without what is not stored: pages and widgets."""
    shows = [
        {key: output[key] for key in ("output_type", "name", "text", "data") if key in output} for output in outputs
    ]
    for output in shows:
        if "data" in output:
            left_out = {WIDGET_VIEW, *["text/html"] * ("image/svg+xml" in output["data"])}
            output["data"] = {kind: data for kind, data in output["data"].items() if kind not in left_out}
    return [output for output in shows if output.get("data", True)]


NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?(?:e[-−+]?\d+)?")


def assert_alike(after: list[Any], before: list[Any]) -> None:
    """The same to the last character, but for the last digits of numbers, which another processor rounds otherwise."""
    texts = [json.dumps(outputs, ensure_ascii=False, sort_keys=True) for outputs in (after, before)]
    words = [NUMBER.split(text) for text in texts]
    assert words[0] == words[1], "run it again and save it"
    numbers = [[float(number.replace("−", "-")) for number in NUMBER.findall(text)] for text in texts]
    for new, old in zip(*numbers, strict=True):
        assert math.isclose(new, old, rel_tol=1e-9, abs_tol=1e-9), "run it again and save it"


def test_numbers_may_differ_in_their_last_digits_only() -> None:
    assert_alike([{"text": "a = 0.30000000000000004, −1.5e−18"}], [{"text": "a = 0.3, 2e−19"}])
    for other in ("a = 0.31, 2e−19", "b = 0.3, 2e−19", "a = 0.3"):
        with pytest.raises(AssertionError):
            assert_alike([{"text": "a = 0.3, 2e−19"}], [{"text": other}])


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", [pytest.param(p, marks=needs(p), id=shown(p)) for p in NOTEBOOKS])
def test_a_notebook_runs_and_shows_what_is_stored(path: Path, tmp_path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    stored = nbformat.read(path, as_version=4)
    nbformat.validate(stored)
    fresh = nbformat.read(path, as_version=4)
    NotebookClient(fresh, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    for before, after in zip(stored.cells, fresh.cells, strict=True):
        if before.cell_type == "code" and before.outputs:
            assert_alike(plain(after.outputs), plain(before.outputs))
