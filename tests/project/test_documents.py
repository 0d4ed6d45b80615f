"""The documents tell the truth: their programs run, their commands print what is shown, their links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from .places import ROOT, shown

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SCRIPT = str(Path(sys.executable).with_name("backglow"))


class Block(NamedTuple):
    document: Path
    line: int
    text: str


def blocks(language: str) -> list[Block]:
    """Every fenced block of the language in any document."""
    found = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for match in re.finditer(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            found.append(Block(document, text.count("\n", 0, match.start()) + 1, match[1]))
    return found


def name(block: Block) -> str:
    return f"{shown(block.document)}:{block.line}"


def commands(block: Block) -> list[tuple[str, str]]:
    """Each command after a `$`, with the output shown below it."""
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert parts[0] == "", "a console block begins with a command"
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts[1:]]


def run(arguments: list[str], where: Path) -> str:
    done = subprocess.run(
        arguments, cwd=where, env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=120, check=False,
    )  # fmt: skip
    return done.stdout.decode()


def test_the_readme_shows_programs_and_the_command() -> None:
    readme = ROOT / "README.md"
    assert [b for b in blocks("python") if b.document == readme]
    assert [b for b in blocks("console") if b.document == readme]


@pytest.mark.parametrize("block", blocks("python"), ids=name)
def test_a_program_in_a_document_runs(block: Block, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block.text], cwd=tmp_path, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("block", blocks("console"), ids=name)
def test_a_command_in_a_document_prints_what_is_shown(block: Block, tmp_path: Path) -> None:
    checked = 0
    for line, output in commands(block):
        program, *arguments = shlex.split(line)
        if program in ("backglow", ".venv/bin/backglow"):
            assert run([SCRIPT, *arguments], tmp_path).rstrip("\n") == output.rstrip("\n")
            checked += 1
    assert checked, "no command here can be checked"


LINKS = [
    (document, link)
    for document in DOCUMENTS
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    if not re.match(r"[a-z]+:", link)
]


@pytest.mark.parametrize(("document", "link"), LINKS, ids=lambda part: part if isinstance(part, str) else shown(part))
def test_a_link_to_a_file_leads_there(document: Path, link: str) -> None:
    assert (document.parent / link).exists()


def test_the_picture_in_the_readme_is_what_its_command_draws(tmp_path: Path) -> None:
    """The first command of the README writes the picture shown below it."""
    block = next(b for b in blocks("console") if b.document.name == "README.md")
    line, _ = commands(block)[0]
    run([SCRIPT, *shlex.split(line)[1:]], tmp_path)
    (drawn,) = tmp_path.iterdir()
    assert drawn.read_bytes() == (ROOT / "docs" / "images" / drawn.name).read_bytes()


def test_every_id_in_a_test_is_a_row_of_the_curriculum() -> None:
    rows = set(
        re.findall(r"^\| (S-\d+) \|", (ROOT / "docs" / "curriculum.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    used = {
        row: path
        for path in (ROOT / "tests").rglob("*.py")
        for mark in re.findall(r"pytest\.mark\.spec\(([^)]*)\)", path.read_text(encoding="utf-8"))
        for row in re.findall(r'"(S-\d+)"', mark)
    }
    assert rows
    assert {row: shown(path) for row, path in used.items() if row not in rows} == {}
