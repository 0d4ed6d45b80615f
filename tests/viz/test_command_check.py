"""--grad-check: every gradient confirmed by a finite difference, or the command fails."""

from __future__ import annotations

import pytest

from viz.cli import main

Capture = pytest.CaptureFixture[str]


def remarks(capsys: Capture, *arguments: str, code: int = 0) -> list[str]:
    """The remark on each input, after checking the exit code and the message that goes with it."""
    assert main([*arguments, "--grad-check"]) == code
    captured = capsys.readouterr()
    assert captured.err == (
        "backglow: a gradient differs from its finite difference (see above)\n" if code == 1 else ""
    )
    lines = captured.out.split("gradients\n")[1].splitlines()
    return [line[line.index(" at ") :].split("   ", 1)[-1] for line in lines if line]


def test_every_gradient_of_the_demo_is_ticked(capsys: Capture) -> None:
    assert remarks(capsys, "demo") == [
        f"✓ finite difference {slope}" for slope in ("-0.1966", "0.3932", "-0.3932", "-0.5898", "0.1966")
    ]


@pytest.mark.parametrize(
    "expression",
    ["max(x, y)**2", "x if x > y else y*x", "sqrt(x*x + y*y)", "log(x)*exp(-y)", "dot(x, y, 3, x)", "atan(x/y) + y**x"],
)
def test_smooth_expressions_are_confirmed(capsys: Capture, expression: str) -> None:
    assert [r[0] for r in remarks(capsys, expression, "x=1.5", "y=3")] == ["✓", "✓"]


def test_the_two_sides_of_a_kink_agree_where_the_engine_takes_their_middle(capsys: Capture) -> None:
    assert remarks(capsys, "abs(x)", "x=0") == ["✓ finite difference 0"]


@pytest.mark.parametrize(
    ("expression", "slope", "left", "right"), [("relu(x)", "0.5", 0, 1), ("3*relu(-x)", "-1.5", -3, 0)]
)
def test_a_kink_is_found_told_and_fails(
    capsys: Capture, expression: str, slope: str, left: float, right: float
) -> None:
    kink = f"(a kink: slope {left} on its left, {right} on its right)"
    assert remarks(capsys, expression, "x=0", code=1) == [f"✗ finite difference {slope} {kink}"]


def test_one_wrong_gradient_among_right_ones_fails(capsys: Capture) -> None:
    assert [r[0] for r in remarks(capsys, "relu(x) + y*z", "x=0", "y=2", "z=3", code=1)] == ["✗", "✓", "✓"]


@pytest.mark.parametrize("size", ["1e-9", "1", "1e6", "1e12", "1e17", "-1e17", "1e200"])
def test_inputs_of_any_size_can_be_checked(capsys: Capture, size: str) -> None:
    assert [r[0] for r in remarks(capsys, "2*x + y", f"x={size}", "y=1")] == ["✓", "✓"]


@pytest.mark.parametrize("size", ["1e-3", "1e-7", "1e-12", "-1e-12"])
def test_inputs_close_to_the_edge_of_a_domain_can_be_checked(capsys: Capture, size: str) -> None:
    assert remarks(capsys, "log(x)" if size[0] != "-" else "log(-x)", f"x={size}")[0][0] == "✓"
    assert remarks(capsys, "x + 5", f"x={size}") == ["✓ finite difference 1"]


def test_opened_gates_are_checked_too(capsys: Capture) -> None:
    assert remarks(capsys, "sigmoid(x)*tanh(x)", "x=0.5", "--primitives")[0].startswith("✓")


def test_pi_needs_no_check(capsys: Capture) -> None:
    assert len(remarks(capsys, "sin(pi*x)", "x=0.25")) == 1


def test_numbers_alone_have_nothing_to_check(capsys: Capture) -> None:
    assert main(["2*3", "--grad-check"]) == 0
    assert "✗" not in capsys.readouterr().out
