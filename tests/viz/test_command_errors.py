"""Bad input: one line on standard error that says what is wrong, exit code 2, and no half of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from viz.cli import main

from .command import is_one_line, run

Capture = pytest.CaptureFixture[str]

BEFORE: dict[str, tuple[Sequence[str], str]] = {
    "nothing": ([], "required: EXPR"),
    "no expression": (["--grad-check"], "required: EXPR"),
    "missing value": (["x+y", "x=1"], "y has no value: add y=NUMBER"),
    "all values missing": (["x+y"], "x has no value"),
    "unused value": (["x", "x=1", "z=2"], "z does not occur in the expression, which has x"),
    "value without variables": (["1+1", "x=2"], "x does not occur in the expression, which has no variables"),
    "word for a number": (["x", "x=abc"], "x=abc: 'abc' is not a number"),
    "no number": (["x", "x="], "'' is not a number"),
    "complex number": (["x", "x=2j"], "'2j' is not a number"),
    "formula for a number": (["x", "x=1/2"], "'1/2' is not a number"),
    "no name": (["x", "=1"], "'=1' is not of the form NAME=NUMBER"),
    "no equals sign": (["x", "1"], "'1' is not of the form NAME=NUMBER"),
    "name that is none": (["x", "1x=1"], "'1x=1' is not of the form NAME=NUMBER"),
    "expression unquoted": (["x", "+", "y", "x=1", "y=2"], "'+' is not of the form NAME=NUMBER"),
    "twice": (["x", "x=1", "x=1"], "x is given twice"),
    "twice in two spellings": (["µ", "µ=1", "μ=1"], "μ is given twice"),  # micro sign and Greek letter
    "open parenthesis": (["(x", "x=1"], "'(' was never closed"),
    "closed parenthesis": (["x)", "x=1"], "unmatched ')'"),
    "wrong parenthesis": (["(x]", "x=1"], "does not match"),
    "empty": ([""], "the expression is empty"),
    "spaces": (["  \t "], "the expression is empty"),
    "two words": (["x y", "x=1"], "cannot be read"),
    "two lines": (["x\ny", "x=1"], "cannot be read"),
    "import": (["__import__('os')"], "__import__ is not a gate"),
    "attribute": (["x.real", "x=1"], "'x.real' is not allowed"),
    "attribute of a call": (["exp(x).__class__", "x=1"], "is not allowed"),
    "method": (["x.exp()", "x=1"], "only gates can be called"),
    "index": (["x[0]", "x=1"], "'x[0]' is not allowed"),
    "lambda": (["lambda: 0"], "is not allowed"),
    "comprehension": (["sum([i for i in x])", "x=1"], "is not allowed"),
    "assignment": (["(y := 2)"], "is not allowed"),
    "f-string": (["f'{x}'", "x=1"], "is not allowed"),
    "text": (["'x'"], "'x' is not a real number"),
    "truth": (["True"], "'True' is not a real number"),
    "imaginary": (["2j*x", "x=1"], "is not a real number"),
    "unknown gate": (["tahn(x)", "x=1"], "tahn is not a gate; did you mean tanh"),
    "too few operands": (["max(x)", "x=1"], "max"),
    "too many operands": (["exp(x, x)", "x=1"], "exp"),
    "chained comparison": (["1 < x < 2", "x=1"], "is not allowed"),
    "bits": (["x ^ 2", "x=1"], "'x ^ 2' is not allowed"),
    "huge integer": (["9" * 400], "too large for a float"),
    "more digits than Python reads": (["9" * 5000], "cannot be read"),
    "too long": (["x+" * 60_000 + "x", "x=1"], "the expression has 120,001 characters; the most is 100,000"),
    "unknown option": (["x", "x=1", "--bogus"], "there is no option --bogus"),
    "unknown option first": (["--bogus", "x", "x=1"], "there is no option --bogus"),
    "unknown short option": (["x", "x=1", "-v"], "there is no option -v"),
    "abbreviated option": (["x", "x=1", "--grad"], "there is no option --grad"),
    "option with a value it does not take": (["x", "x=1", "--primitives=3"], "ignored explicit argument '3'"),
    "option without its value": (["x", "x=1", "-o"], "expected one argument"),
    "unknown ending": (["x", "x=1", "-o", "x.bmp"], "cannot tell the format of 'x.bmp': use one of .svg .html"),
    "no ending": (["x", "x=1", "-o", "picture"], "cannot tell the format of 'picture'"),
    "no file": (["x", "x=1", "-o", ""], "cannot tell the format"),
    "demo with values": (["demo", "x=1"], "demo takes no values"),
    "nul in the expression": (["x\0", "x=1"], "null bytes"),
    "nul in a value": (["x", "x=1\0"], "is not a number"),
    "nul in a name": (["x", "x\0=1"], "is not of the form NAME=NUMBER"),
}  # fmt: skip

AFTER: dict[str, tuple[Sequence[str], str]] = {
    "log of a negative": (["log(x)", "x=-1"], "is nan: it began at out = ln(x) = ln(-1) = nan; log needs x > 0"),
    "root of a negative": (["2*sqrt(x)", "x=-1"], "the result is nan: it began at v1 = √x = √(-1) = nan; sqrt needs"),
    "one by zero": (["1/x", "x=0"], "the result is inf: it began at out = 1/x = 1/0 = inf; inv needs x ≠ 0"),
    "zero by zero": (["x/y", "x=0", "y=0"], "the result is nan: it began at out = x/y = 0/0 = nan"),
    "overflow": (["exp(1000)"], "exp(1000) = inf; the number is too large for a float"),
    "tower": (["9**9**9**9"], "the result is inf: it began at v2 = 9^v1"),
    "nan given": (["x", "x=nan"], "the result is nan: the input x is already nan"),
    "inf given": (["x*2", "x=-inf"], "the result is -inf: the input x is already -inf"),
    "written inf": (["1e999*x", "x=1"], "the result is inf"),
    "inf checked": (["x*2", "x=inf", "--grad-check"], "the result is inf: the input x is already inf"),
    "nan checked": (["x*2", "x=nan", "--grad-check"], "the result is nan: the input x is already nan"),
}  # fmt: skip


def failed(capsys: Capture, arguments: Sequence[str]) -> tuple[str, str]:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert is_one_line(captured.err), captured.err
    return captured.out, captured.err


@pytest.mark.parametrize(("arguments", "message"), BEFORE.values(), ids=BEFORE.keys())
def test_bad_input_is_told_before_anything_is_printed(capsys: Capture, arguments: list[str], message: str) -> None:
    out, err = failed(capsys, arguments)
    assert message in err
    assert out == ""


@pytest.mark.parametrize(("arguments", "message"), AFTER.values(), ids=AFTER.keys())
def test_a_result_that_is_not_finite_is_shown_and_traced_back(
    capsys: Capture, arguments: list[str], message: str
) -> None:
    out, err = failed(capsys, arguments)
    assert message in err
    assert out.startswith("forward\n")
    assert "gradients\n" in out


def test_an_infinity_on_the_way_to_a_finite_result_is_no_error(capsys: Capture) -> None:
    assert main(["1/exp(x)", "x=1000"]) == 0
    assert capsys.readouterr().err == ""


def test_a_picture_of_what_is_not_finite_is_still_written(capsys: Capture, tmp_path: Path) -> None:
    failed(capsys, ["log(x)", "x=-1", "-o", str(tmp_path / "log.svg")])
    assert "⚠ nan" in (tmp_path / "log.svg").read_text(encoding="utf-8")


def test_one_bad_ending_among_good_ones_writes_nothing(capsys: Capture, tmp_path: Path) -> None:
    arguments = ["x", "x=1", "-o", str(tmp_path / "a.svg"), "-o", str(tmp_path / "a.bmp")]
    assert failed(capsys, arguments)[0] == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["__import__('os')"], ["x", "x=1", "--bogus"], ["log(x)", "x=-1"], ["x y"]])
def test_a_user_sees_the_same(arguments: list[str], capsys: Capture) -> None:
    done = run(*arguments)
    assert (done.code, done.err) == (2, failed(capsys, arguments)[1])


@pytest.mark.parametrize(
    "arguments", [[b"\xff*2", b"x=1"], [b"x", b"x\xff=1"], [b"x", b"x=\xff"], [b"x", b"-o", b"\xff"]]
)
def test_bytes_that_are_no_text(arguments: list[bytes]) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert is_one_line(done.err)


def test_escape_codes_in_the_input_do_not_reach_the_terminal(capsys: Capture) -> None:
    for arguments in (["x\x1b[31m", "x=1"], ["x", "x=\x1b[31m"], ["x", "x=1", "-o", "\x1b[31m"], ["x", "\x1b=1"]):
        assert "\x1b" not in "".join(failed(capsys, arguments))
