"""Run every notebook of this folder from top to bottom and store what it shows: python notebooks/refresh.py"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbclient import NotebookClient

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def kept(outputs: list[Any]) -> list[Any]:
    """What is stored of a cell's outputs: pictures, not the pages that appear when a reader runs the cell.

    The pages would be most of the file, and the connection of a widget says nothing without its kernel.
    """
    for output in outputs:
        data = output.get("data", {})
        data.pop(WIDGET_VIEW, None)
        if "image/svg+xml" in data:
            data.pop("text/html", None)
    return [output for output in outputs if output.get("data", True)]


def refresh(path: Path) -> None:
    """Run one notebook in an empty folder and save it in place, without counters of the machine it ran on."""
    notebook = nbformat.read(path, as_version=4)
    with TemporaryDirectory() as folder:
        NotebookClient(
            notebook, timeout=120, store_widget_state=False, resources={"metadata": {"path": folder}}
        ).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = kept(cell.outputs)
    notebook.metadata.get("language_info", {}).clear()
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for found in sorted(Path(__file__).parent.glob("*.ipynb")):
        refresh(found)
        print(f"ran {found.name}")
