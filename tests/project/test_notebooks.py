"""The notebooks run from top to bottom, and what they show is what their files already hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .places import ROOT, shown

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

pytestmark = [pytest.mark.needs("nbclient"), pytest.mark.needs("ipykernel")]


def plain(output: Any) -> Any:
    """What an output shows, without counters and other settings; beside a picture, the page is not stored."""
    shows = {key: output[key] for key in ("output_type", "name", "text", "data") if key in output}
    if "image/svg+xml" in shows.get("data", {}):
        shows["data"] = {kind: data for kind, data in shows["data"].items() if kind != "text/html"}
    return shows


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=shown)
def test_a_notebook_runs_and_shows_what_is_stored(path: Path, tmp_path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    stored = nbformat.read(path, as_version=4)
    nbformat.validate(stored)
    fresh = nbformat.read(path, as_version=4)
    NotebookClient(fresh, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    for before, after in zip(stored.cells, fresh.cells, strict=True):
        if before.cell_type == "code" and before.outputs:
            assert list(map(plain, after.outputs)) == list(map(plain, before.outputs)), "run it again and save it"
