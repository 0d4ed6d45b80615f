"""Colours in a terminal and nowhere else; closed pipes, full disks and narrow encodings without a traceback."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from .command import SCRIPT, environment, in_terminal, is_one_line, run

COLOUR = re.compile(r"\x1b\[[0-9;]*\b3[0-9](;[0-9;]+)?m")
SGR = re.compile(r"\x1b\[[0-9;]*m")


def test_a_pipe_gets_plain_text() -> None:
    assert "\x1b" not in run("demo").out


def test_a_terminal_gets_colours_around_the_same_text() -> None:
    shown = in_terminal(["demo"])
    assert COLOUR.search(shown)
    assert SGR.sub("", shown) == run("demo").out
    assert "\x1b" not in SGR.sub("", shown), "colours are the only escape codes"


def test_values_and_gradients_have_colours_of_their_own() -> None:
    shown = in_terminal(["x*3", "x=2"])
    value, gradient = (re.findall(rf"(\x1b\[[0-9;]*m){number}\x1b\[0m", shown) for number in ("6", "3"))
    assert len(set(value)) == 1
    assert gradient
    assert set(value).isdisjoint(gradient)


def test_no_color_takes_the_colours_away() -> None:
    shown = in_terminal(["demo"], NO_COLOR="1")
    assert not COLOUR.search(shown)
    assert SGR.sub("", shown) == run("demo").out


def test_a_dumb_terminal_gets_plain_text() -> None:
    assert in_terminal(["demo"], TERM="dumb") == run("demo").out


def test_force_color_colours_a_pipe() -> None:
    done = run("demo", env=environment(FORCE_COLOR="1"))
    assert COLOUR.search(done.out)
    assert SGR.sub("", done.out) == run("demo").out


def test_lines_are_not_broken_to_the_width_of_the_terminal() -> None:
    assert SGR.sub("", in_terminal(["demo"], COLUMNS="20")) == run("demo").out
    assert run("demo", env=environment(COLUMNS="20")).out == run("demo").out


def test_an_error_in_a_terminal_is_one_line() -> None:
    assert is_one_line(in_terminal(["x+"]))


def piped_into(reader: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`backglow ... | reader`, with the exit code of backglow rather than of the reader."""
    return subprocess.run(
        ["bash", "-c", f'set -o pipefail; "$@" | {reader}', "bash", SCRIPT, *arguments],
        env=environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.needs("bash")
@pytest.mark.parametrize("reader", ["head -1", "true", "sleep 0"])
def test_a_reader_that_has_seen_enough_is_no_error(reader: str) -> None:
    done = piped_into(reader, f"sum({'x,' * 4000}x)", "x=1")  # far more than a pipe holds
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told_in_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [SCRIPT, "demo"], env=environment(), stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.returncode == 2
    assert is_one_line(done.stderr)
    assert "No space left" in done.stderr


@pytest.mark.needs("bash")
def test_closed_standard_output_is_no_error() -> None:
    done = subprocess.run(
        ["bash", "-c", '"$@" >&-', "bash", SCRIPT, "x", "x=1"], env=environment(), stderr=subprocess.PIPE, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_an_encoding_without_the_signs_gets_question_marks(encoding: str) -> None:
    done = subprocess.run(
        [SCRIPT, "x*2", "x=3"], env=environment(PYTHONIOENCODING=encoding), capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"?out/?x = 2" in done.stdout


def test_an_error_message_fits_any_encoding() -> None:
    done = subprocess.run(
        [SCRIPT, "η*2"], env=environment(PYTHONIOENCODING="ascii"), capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert is_one_line(done.stderr.decode("ascii"))
