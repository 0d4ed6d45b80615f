"""Run every notebook of this folder from top to bottom and store what it shows: python notebooks/refresh.py"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient


def refresh(path: Path) -> None:
    """Run one notebook in an empty folder and save it in place, without counters of the machine it ran on."""
    notebook = nbformat.read(path, as_version=4)
    with TemporaryDirectory() as folder:
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": folder}}).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            if "image/svg+xml" in output.get("data", {}):
                # The picture is kept; the page appears when a reader runs the cell, and would be most of the file.
                output["data"].pop("text/html", None)
    notebook.metadata.get("language_info", {}).clear()
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for found in sorted(Path(__file__).parent.glob("*.ipynb")):
        refresh(found)
        print(f"ran {found.name}")
