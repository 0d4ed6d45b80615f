"""A real JupyterLab and a real marimo: on a free port, every folder of theirs inside one, and always stopped."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

READY = 40.0
"""Seconds a server may take to start."""


def environment(folder: Path) -> dict[str, str]:
    """An environment in which programs keep their settings and state in `folder` alone."""
    places = {
        "HOME": "home", "XDG_CONFIG_HOME": "home/config", "XDG_DATA_HOME": "home/data", "XDG_CACHE_HOME": "home/cache",
        "XDG_STATE_HOME": "home/state", "XDG_RUNTIME_DIR": "run", "TMPDIR": "tmp",
        "JUPYTER_CONFIG_DIR": "jupyter/config",
        "JUPYTER_DATA_DIR": "jupyter/data", "JUPYTER_RUNTIME_DIR": "jupyter/run", "IPYTHONDIR": "ipython",
        "JUPYTERLAB_SETTINGS_DIR": "lab/settings", "JUPYTERLAB_WORKSPACES_DIR": "lab/workspaces",
    }  # fmt: skip
    for place in places.values():
        (folder / place).mkdir(parents=True, exist_ok=True)
    settings = {name: str(folder / place) for name, place in places.items()}
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "XDG", "PYTEST"))}
    return {
        **keep,
        **settings,
        "JUPYTER_PLATFORM_DIRS": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MARIMO_SKIP_UPDATE_CHECK": "1",
    }


@contextmanager
def server(arguments: list[str], folder: Path, address: str) -> Iterator[str]:
    """A program that prints the address it serves, matched by the pattern `address`; it is ended whatever happens."""
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments], cwd=folder, env=environment(folder), stdout=out, stderr=out,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    try:
        end = time.monotonic() + READY
        while not (found := re.search(address, log.read_text(errors="replace"))):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{arguments[0]} did not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.1)
        yield found[0]
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def jupyterlab(folder: Path, theme: str = "JupyterLab Light") -> Iterator[str]:
    """The address of a JupyterLab that serves a folder; it asks nothing and looks for nothing outside."""
    settings = {
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
        "apputils-extension/themes": {"theme": theme},
        "notebook-extension/tracker": {"windowingMode": "none"},  # cells out of sight stay in the document
    }
    for name, content in settings.items():
        path = folder / f"lab/settings/@jupyterlab/{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    options = [
        "--no-browser", "--ip=127.0.0.1", "--port=0", "--allow-root", "--IdentityProvider.token=",
        f"--ServerApp.root_dir={folder}", "--LabApp.news_url=None", "--LabApp.extension_manager=readonly",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    with server(["jupyterlab", *options], folder, r"http://127\.0\.0\.1:[1-9]\d*/lab") as address:
        yield address


@contextmanager
def marimo(folder: Path, app: Path) -> Iterator[str]:
    """The address of a marimo that runs an app."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["run", str(app), "--headless", "--no-token", "--host=127.0.0.1", f"--port={port}"]
    with server(["marimo", *options], folder, r"http://(?:localhost|127\.0\.0\.1):\d+") as address:
        yield address
