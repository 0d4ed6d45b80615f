"""Pages are small, need nothing from outside, and are the same whether the script was made small or not."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

import viz
from autograd import Value, trace
from nn import MLP
from viz.page import build as building
from viz.page import bundle
from viz.page.build import built, joined

from ..graphs import FAMILIES, plain_graph
from .driving import Visit

ROOT = Path(__file__).parents[3]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The script made small, somewhere else."""
    pytest.importorskip("minify")
    monkeypatch.setattr(building, "BUILT", tmp_path / "page.min.js")
    bundle._modules.cache_clear()
    building.build()
    yield building.BUILT
    bundle._modules.cache_clear()


@pytest.mark.needs("minify")
@pytest.mark.usefixtures("small")
def test_pages_are_small() -> None:
    assert len(bundle.script().encode()) <= 60_000, "with every gate in it"
    thirty = plain_graph(4, 20)
    assert 29 <= len(trace(thirty).nodes) <= 40
    assert len(viz.html(thirty).encode()) <= 90_000
    large = MLP(3, [9, 9, 1])([Value(0.1 * i, f"x{i}") for i in range(3)])
    assert 380 <= len(trace(large).nodes) <= 410
    assert len(viz.html(large).encode()) <= 200_000


@pytest.mark.needs("minify")
def test_a_script_that_is_missing_or_stale_is_not_used(small: Path) -> None:
    assert built() is not None
    text = small.read_text(encoding="utf-8")
    small.write_text("//" + "0" * 64 + text[66:], encoding="utf-8")
    assert built() is None
    small.unlink()
    assert built() is None
    bundle._modules.cache_clear()
    assert joined() in bundle.script()


@pytest.mark.needs("minify")
def test_an_installed_package_has_no_modules_to_compare_with(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = small.read_text(encoding="utf-8").partition("\n")[2]
    monkeypatch.setattr(building, "HERE", small.parent)
    assert built() == text


@pytest.mark.parametrize("form", ["joined", "small"])
@pytest.mark.needs("minify")
def test_both_forms_of_the_script_work(visit: Visit, form: str, small: Path) -> None:
    if form == "joined":
        small.unlink()
        bundle._modules.cache_clear()
    shown = visit(FAMILIES["neuron"](), start="start")
    assert (joined() in Path(shown.folder, "page.html").read_text(encoding="utf-8")) == (form == "joined")
    shown.press("End", "]", "/")
    assert shown.place == shown.app("app.walk.length")


def test_the_modules_have_no_circles_and_no_name_twice() -> None:
    text = joined()
    assert "import " not in text
    assert not re.search(r"^export ", text, re.MULTILINE)


@pytest.mark.needs("hatchling", "minify")
def test_an_installed_package_carries_its_page(tmp_path: Path, browser: Any) -> None:
    """A wheel is built from a copy of the project, unpacked, and its command writes a page."""
    from .driving import Visitor

    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    ignore = shutil.ignore_patterns("__pycache__", "page.min.js")
    for name in "autograd", "nn", "optim", "viz":
        shutil.copytree(ROOT / name, source / name, ignore=ignore)
    for name in "pyproject.toml", "README.md", "LICENSE", "hatch_build.py":
        shutil.copy(ROOT / name, source / name)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--disable-pip-version-check",
    ]
    subprocess.run([*pip, "-w", str(tmp_path), str(source)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    carried = {
        str(path.relative_to(target)) for path in target.rglob("*") if path.suffix in (".js", ".css", ".json", ".typed")
    }
    assert {"viz/page/page.min.js", "viz/page/page.css", "viz/page/widget.js", "viz/page/tensors.js",
            "autograd/ieee.js", "autograd/trace.schema.json", "autograd/py.typed"} <= carried  # fmt: skip
    assert "viz/page/app.js" not in carried
    made = subprocess.run(
        [sys.executable, "-c", "import viz.cli; print(viz.__file__); exit(viz.cli.main(['demo', '-o', 'x.html']))"],
        cwd=target, env={"PYTHONPATH": str(target), "PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert str(target) in made.stdout
    page = (target / "x.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 90_000
    shown = Visitor(browser, tmp_path).open(page)
    shown.press("End")
    assert shown.place == shown.app("app.walk.length") > 0
    assert shown.faults == []
    shown.close()
