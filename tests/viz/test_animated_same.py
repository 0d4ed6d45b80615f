"""The same graph gives the same film, GIF and worksheet: in another process, with another hash seed, by the command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import viz
from autograd import parse

PROGRAM = """
import hashlib, sys
import viz
from tests.viz.graphs import FAMILIES
for name in ("square", "chain", "neuron", "opened"):
    output = FAMILIES[name]()
    pages = [viz.worksheet(output, values=0.5, seed=3), viz.worksheet(output, answers=True)]
    for page in [*pages, viz.animate(output)]:
        print(name, hashlib.sha256(page.encode()).hexdigest())
"""
ROOT = Path(__file__).parents[2]


def printed(hash_seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}, cwd=ROOT,
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout


def test_processes_with_other_hash_seeds_give_the_same_bytes() -> None:
    first = printed("0")
    assert len(set(first.splitlines())) == 12
    assert printed("4242") == first


@pytest.mark.needs("vl_convert", "PIL")
def test_a_gif_is_the_same_every_time() -> None:
    def make() -> bytes:
        return viz.gif(parse("a*b + a")(a=2.0, b=3.0), scale=0.5)

    assert make() == make()


def test_the_command_writes_them_by_their_endings(tmp_path: Path) -> None:
    names = ["x.anim.svg", "x.worksheet.html", "x.answers.html"]
    outputs = [word for name in names for word in ("-o", str(tmp_path / name))]
    subprocess.run(
        [sys.executable, "-m", "viz", "tanh(a*b + c)*a", "a=2", "b=-3", "c=6.5", *outputs], capture_output=True,
        cwd=ROOT, timeout=60, check=True,
    )  # fmt: skip
    out = parse("tanh(a*b + c)*a")(a=2.0, b=-3.0, c=6.5)
    out.name = "out"
    made = [viz.animate(out), viz.worksheet(out), viz.worksheet(out, answers=True)]
    assert [(tmp_path / name).read_text(encoding="utf-8") for name in names] == made


def test_the_command_refuses_what_cannot_be_played_in_one_line(tmp_path: Path) -> None:
    long = "+".join(["x"] * 130)
    done = subprocess.run(
        [sys.executable, "-m", "viz", long, "x=1", "-o", str(tmp_path / "x.anim.svg")], capture_output=True, text=True,
        cwd=ROOT, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("backglow: an animation shows at most 120 steps")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
