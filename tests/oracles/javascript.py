"""Running JavaScript modules on data, in Node and in a browser."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MAIN = """
import { readFileSync, writeSync } from "node:fs";
import { run } from "./script.js";
const text = JSON.stringify(run(JSON.parse(readFileSync(0, "utf-8"))));
const bytes = Buffer.from(text);
for (let sent = 0; sent < bytes.length; ) sent += writeSync(1, bytes, sent);
"""

NUMBERS = """
function read(text) { return Number(text); }
function write(x) {
  if (typeof x !== "number") throw new TypeError(typeof x + " is not a number");
  return Object.is(x, -0) ? "-0" : String(x);
}
"""
"""Numbers travel as text, because JSON has no inf, nan or -0 that all sides agree on."""


def sent(x: float) -> str:
    """A float as text that JavaScript's Number and Python's float both read."""
    return repr(x).replace("inf", "Infinity").replace("nan", "NaN")


def in_node(folder: Path, modules: Mapping[str, str], script: str, data: Any) -> Any:
    """What `export function run(data)` of an ES module answers; it may import the other modules by file name."""
    files = {**modules, "script.js": script, "main.js": MAIN, "package.json": '{"type": "module"}'}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = ["node", str(folder / "main.js")]
    done = subprocess.run(command, input=json.dumps(data).encode(), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def in_chromium(module: str, data: Any) -> Any:
    """What `export function run(data)` of one ES module without imports answers in a browser."""
    from playwright.sync_api import sync_playwright

    address = "data:text/javascript;base64," + base64.b64encode(module.encode()).decode()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        try:
            page = browser.new_page()
            return page.evaluate("([a, d]) => import(a).then((m) => m.run(d))", [address, data])
        finally:
            browser.close()
