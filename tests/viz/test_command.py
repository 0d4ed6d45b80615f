"""What the command prints and writes when everything is in order."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

import autograd
from autograd import Trace
from viz.cli import main

from .command import DEMO, DEMO_VALUES, run

Capture = pytest.CaptureFixture[str]


def printed(capsys: Capture, *arguments: str, code: int = 0) -> str:
    assert main(arguments) == code
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def gradients(out: str) -> dict[str, str]:
    """The gradients told at the end, by input."""
    return dict(re.findall(r"^  ∂\w+/∂(\w+) += (\S+) +at ", out, re.MULTILINE))


COURSE = {"w0": "-0.1966", "x0": "0.3932", "w1": "-0.3932", "x1": "-0.5898", "w2": "0.1966"}
"""The gradients of the course's neuron (Stanford CS231n), at full precision rather than rounded at every step."""


def test_the_example_of_the_course() -> None:
    done = run(DEMO, *DEMO_VALUES)
    assert (done.code, done.err) == (0, "")
    assert "\x1b" not in done.out
    forward, backward, ends = done.out.split("\n\n")
    assert forward.split("\n")[0] == "forward"
    assert forward.endswith("out = 1/v7 = 1/1.368 = 0.7311")
    assert re.findall(r" = (\S+)$", forward, re.MULTILINE) == [
        "2", "-1", "-3", "-2", "-3", "-2", "6", "4", "1", "-1", "0.3679", "1.368", "0.7311",
    ]  # fmt: skip
    steps = re.findall(r"^  (\d+)\. (\w+) = ", backward, re.MULTILINE)
    assert steps == [(str(i + 1), name) for i, name in enumerate(["out", "v7", "v6", "v5", "v4", "v3", "v2", "v1"])]
    assert ends.startswith("gradients\n")
    assert gradients(ends + "\n") == COURSE


def test_demo_shows_the_example_and_how_to_type_it(capsys: Capture) -> None:
    out = printed(capsys, "demo")
    first, rest = out.split("\n\n", 1)
    assert first == f"$ backglow '{DEMO}' {' '.join(DEMO_VALUES)}"
    assert rest == printed(capsys, DEMO, *DEMO_VALUES)
    assert gradients(rest) == COURSE


def test_every_kind_of_file_at_once(capsys: Capture, tmp_path: Path) -> None:
    endings = [".svg", ".html", ".json", ".dot", ".mmd", ".tex", ".txt"]
    files = [tmp_path / f"neuron{ending}" for ending in endings]
    out = printed(capsys, "demo", *(part for path in files for part in ("-o", str(path))))
    assert re.findall(r"^wrote (.*)$", out, re.MULTILINE) == list(map(str, files))
    assert sorted(tmp_path.iterdir()) == sorted(files)
    assert ElementTree.parse(files[0]).getroot().tag == "{http://www.w3.org/2000/svg}svg"
    assert files[1].read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert json.loads(files[2].read_text(encoding="utf-8"))["schema"] == "backglow-trace/1"
    assert files[3].read_text(encoding="utf-8").startswith("digraph")
    assert files[4].read_text(encoding="utf-8").startswith("flowchart")
    assert files[5].read_text(encoding="utf-8").startswith("\\documentclass")
    assert files[6].read_text(encoding="utf-8") in out


@pytest.mark.needs("vl_convert")
def test_image_files(capsys: Capture, tmp_path: Path) -> None:
    png, pdf = tmp_path / "neuron.PNG", tmp_path / "neuron.pdf"
    printed(capsys, "demo", "-o", str(png), f"--output={pdf}")
    assert png.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert pdf.read_bytes().startswith(b"%PDF-")


def test_the_picture_holds_what_the_terminal_tells(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    out = printed(capsys, "x*y + sin(x)", "x=2", "y=-3", "-o", str(path))
    recorded = Trace.from_json(path.read_text(encoding="utf-8"))
    assert gradients(out) == {n.label: f"{n.grad:.4g}" for n in recorded.leaves}
    assert recorded.result.label == "out"


def test_a_result_called_out_already_is_called_result(capsys: Capture) -> None:
    assert "  result = out·2 = 3·2 = 6\n" in printed(capsys, "out*2", "out=3")


def test_a_single_variable_is_its_own_result(capsys: Capture) -> None:
    assert gradients(printed(capsys, "x", "x=3")) == {"x": "1"}


def test_an_expression_of_numbers_alone(capsys: Capture) -> None:
    out = printed(capsys, "2*3+1")
    assert "= 7\n" in out
    assert "no inputs: the expression is made of constants" in out


def test_an_expression_may_begin_with_a_minus_sign(capsys: Capture) -> None:
    for arguments in (["-x*2", "x=1"], ["--grad-check", "-x*2", "x=1"], ["--", "-x*2", "x=1"], ["-(-(-x))*2", "x=1"]):
        assert gradients(printed(capsys, *arguments)) == {"x": "-2"}


def test_options_may_stand_anywhere(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    expected = printed(capsys, "x*y", "x=2", "y=3", "-o", str(path))
    assert printed(capsys, "-o", str(path), "x*y", "x=2", "y=3") == expected
    assert printed(capsys, "x*y", "x=2", "-o", str(path), "y=3") == expected


def test_values_may_have_spaces_exponents_and_any_sign(capsys: Capture) -> None:
    out = printed(capsys, "a*b*c", " a = -1e-3 ", "b=+.5", "c=1_000")
    assert gradients(out) == {"a": "500", "b": "-1", "c": "-0.0005"}


@pytest.mark.parametrize("name", ["η", "größe", "x_1", "µ", "ﬁ", "損失", "x" * 10_000])
def test_names_in_any_alphabet_and_of_any_length(capsys: Capture, name: str) -> None:
    out = printed(capsys, f"2*{name}**2", f"{name}=3", "--grad-check")
    assert " = 12   at " in out
    assert "✓" in out
    assert max(map(len, out.split("\n"))) < 200


def test_primitives_open_gates(capsys: Capture) -> None:
    closed, opened = (printed(capsys, "sigmoid(x)", "x=2", *flag) for flag in ([], ["--primitives"]))
    assert closed.count("upstream ∂") == 1
    assert opened.count("upstream ∂") == 4
    assert "exp(" in opened
    assert gradients(closed) == gradients(opened) == {"x": "0.105"}


def test_version_and_help(capsys: Capture) -> None:
    for arguments in (["--version"], ["--help"], ["-h"], ["x", "--help"]):
        with pytest.raises(SystemExit) as left:
            main(arguments)
        assert left.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith(f"backglow {autograd.__version__}\nusage: backglow ")
    for promised in ("--grad-check", "--primitives", "-o FILE", ".mmd", "backglow demo"):
        assert promised in out


def test_every_example_of_the_help_works(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shlex

    with pytest.raises(SystemExit):
        main(["--help"])
    examples = re.findall(r"^  backglow (.*)$", capsys.readouterr().out, re.MULTILINE)
    assert len(examples) == 4
    monkeypatch.chdir(tmp_path)
    for example in examples:
        printed(capsys, *shlex.split(example))
    assert [path.name for path in tmp_path.iterdir()] == ["neuron.svg"]
