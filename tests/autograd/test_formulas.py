"""The exact formulas of every gate: what it computes, and each local derivative on the side that holds."""

from __future__ import annotations

import pytest

from autograd import GATES, Value, trace
from autograd.formula import derivative, expression
from tests.oracles.points import NAMES, apply

NAN = float("nan")

# Gate, numbers of x, y, z, u -> its formula, and the local derivatives by slot, with the comparison that decided.
TABLE: list[tuple[str, tuple[float, ...], str, list[str]]] = [
    ("abs", (0.5,), "|x|", ["sign(x)"]),
    ("add", (3.0, 2.0), "x + y", ["1", "1"]),
    ("atan", (0.5,), "atan(x)", ["1/(1 + x²)"]),
    ("cos", (0.5,), "cos(x)", ["−sin(x)"]),
    ("div", (3.0, 2.0), "x/y", ["1/y", "−x/y²"]),
    ("dot", (1.0, 2.0, 3.0, 4.0), "x·z + y·u", ["z", "u", "x", "y"]),
    ("elu", (3.0, 2.0), "elu(x, y)", ["1 because x > 0", "0 because x > 0"]),
    ("elu", (-3.0, 2.0), "elu(x, y)", ["y·exp(x) because x ≤ 0", "(exp(x) − 1) because x ≤ 0"]),
    ("eq", (3.0, 2.0), "x = y", ["0", "0"]),
    ("erf", (0.5,), "erf(x)", ["1.128·exp(−x²)"]),
    ("exp", (0.5,), "exp(x)", ["exp(x)"]),
    ("expm1", (0.5,), "(exp(x) − 1)", ["exp(x)"]),
    ("floordiv", (3.0, 2.0), "⌊x/y⌋", ["0", "0"]),
    ("ge", (3.0, 2.0), "x ≥ y", ["0", "0"]),
    ("gt", (3.0, 2.0), "x > y", ["0", "0"]),
    ("identity", (0.5,), "x", ["1"]),
    ("inv", (0.5,), "1/x", ["−1/x²"]),
    ("le", (3.0, 2.0), "x ≤ y", ["0", "0"]),
    ("leaky_relu", (3.0, 2.0), "leaky_relu(x, y)", ["1 because x > 0", "0 because x > 0"]),
    ("leaky_relu", (0.0, 2.0), "leaky_relu(x, y)", ["y because x ≤ 0", "x because x ≤ 0"]),
    ("log", (0.5,), "ln(x)", ["1/x"]),
    ("log1p", (0.5,), "ln(1 + x)", ["1/(1 + x)"]),
    ("lt", (3.0, 2.0), "x < y", ["0", "0"]),
    ("max", (3.0, 2.0), "max(x, y)", ["1 because x > y", "0 because x > y"]),
    ("max", (2.0, 3.0), "max(x, y)", ["0 because x < y", "1 because x < y"]),
    ("max", (2.0, 2.0), "max(x, y)", ["0.5 because x = y", "0.5 because x = y"]),
    ("max", (NAN, 2.0), "max(x, y)", ["1 because an input is nan", "1 because an input is nan"]),
    ("min", (3.0, 2.0), "min(x, y)", ["0 because x > y", "1 because x > y"]),
    ("mod", (3.0, 2.0), "x mod y", ["1", "−⌊x/y⌋"]),
    ("mul", (3.0, 2.0), "x·y", ["y", "x"]),
    ("ne", (3.0, 2.0), "x ≠ y", ["0", "0"]),
    ("neg", (0.5,), "−x", ["−1"]),
    ("pow", (3.0, 2.0), "x^y", ["y·x^(y − 1)", "x^y·ln(x)"]),
    ("pow", (3.0, 0.0), "x^y", ["y/x", "x^y·ln(x)"]),
    ("pow", (0.0, 0.0), "x^y", ["0", "0"]),
    ("relu", (0.5,), "relu(x)", ["1 because x > 0"]),
    ("relu", (0.0,), "relu(x)", ["0 because x ≤ 0"]),
    ("sigmoid", (0.5,), "σ(x)", ["σ(x)·(1 − σ(x))"]),
    ("sign", (0.5,), "sign(x)", ["0"]),
    ("silu", (0.5,), "silu(x)", ["σ(x)·(1 + x·(1 − σ(x)))"]),
    ("sin", (0.5,), "sin(x)", ["cos(x)"]),
    ("softplus", (0.5,), "softplus(x)", ["σ(x)"]),
    ("softsign", (0.5,), "softsign(x)", ["1/(1 + |x|)²"]),
    ("sqrt", (0.5,), "√x", ["1/(2·√x)"]),
    ("step", (0.5,), "step(x)", ["0"]),
    ("sub", (3.0, 2.0), "x − y", ["1", "−1"]),
    ("sum", (1.0, 2.0, 3.0, 4.0), "x + y + z + u", ["1", "1", "1", "1"]),
    ("tanh", (0.5,), "tanh(x)", ["1 − tanh(x)²"]),
    ("where", (1.0, 2.0, 3.0), "(y if x else z)", ["0", "1 because x ≠ 0", "0 because x ≠ 0"]),
    ("where", (0.0, 2.0, 3.0), "(y if x else z)", ["0", "0 because x = 0", "1 because x = 0"]),
]


def test_every_gate_is_in_the_table() -> None:
    assert {name for name, *_ in TABLE} == set(NAMES)


@pytest.mark.parametrize(("name", "point", "formula", "slopes"), TABLE)
def test_formulas_over_names(name: str, point: tuple[float, ...], formula: str, slopes: list[str]) -> None:
    record = trace(apply(name, [Value(x, name=n) for x, n in zip(point, "xyzu", strict=False)]))
    assert record.result.formula == formula
    assert [e.formula + (f" because {e.because}" if e.because else "") for e in record.edges] == slopes


# With numbers for operands a formula is simplified as a person would; a minus sign gets brackets where it needs them.
CONSTANTS: list[tuple[str, list[str | float], str, list[str]]] = [
    ("mul", ["x", 3.0], "x·3", ["3", "x"]),
    ("mul", ["x", -3.0], "x·(−3)", ["−3", "x"]),
    ("mul", ["x", 0.0], "x·0", ["0", "x"]),
    ("mul", ["x", -0.0], "x·0", ["0", "x"]),
    ("mul", ["x", "x"], "x·x", ["x", "x"]),
    ("sub", ["x", -3.0], "x − (−3)", ["1", "−1"]),
    ("add", [-3.0, "x"], "−3 + x", ["1", "1"]),
    ("div", ["x", 4.0], "x/4", ["1/4", "−x/16"]),
    ("div", [4.0, "x"], "4/x", ["1/x", "−4/x²"]),
    ("pow", ["x", 2.0], "x²", ["2·x", "x²·ln(x)"]),
    ("pow", ["x", 3.0], "x³", ["3·x²", "x³·ln(x)"]),
    ("pow", ["x", 1.0], "x¹", ["1", "x·ln(x)"]),
    ("pow", ["x", 0.0], "x⁰", ["0", "ln(x)"]),
    ("pow", ["x", -2.0], "x⁻²", ["(−2)·x⁻³", "x⁻²·ln(x)"]),
    ("pow", ["x", 0.5], "x^0.5", ["0.5·x^(−0.5)", "x^0.5·ln(x)"]),
    ("pow", [2.0, "x"], "2^x", ["x·2^(x − 1)", "2^x·ln(2)"]),
    ("mul", ["x", 1e-7], "x·1e−07", ["1e−07", "x"]),
    ("mul", ["x", float("inf")], "x·inf", ["inf", "x"]),
    ("leaky_relu", ["x", 0.01], "leaky_relu(x, 0.01)", ["0.01", "x"]),
    ("max", ["x", 0.0], "max(x, 0)", ["0", "1"]),
    ("sum", ["x", 2.0, "x"], "x + 2 + x", ["1", "1", "1"]),
    ("sum", ["a"] * 9, "sum(a, a, …, a)", ["1"] * 9),
    ("dot", ["w", "v", -1.0, "x"], "w·(−1) + v·x", ["−1", "x", "w", "v"]),
    ("dot", ["w"] * 5 + ["x"] * 5, "dot(w, w, …, x)", ["x"] * 5 + ["w"] * 5),
]


@pytest.mark.parametrize(("name", "operands", "formula", "slopes"), CONSTANTS)
def test_formulas_with_constants(name: str, operands: list[str | float], formula: str, slopes: list[str]) -> None:
    gate = GATES[name]
    assert expression(gate, operands).unicode == formula
    point = [-2.0 if isinstance(o, str) else o for o in operands]
    found = [derivative(gate, slot, operands, point).unicode for slot in range(len(operands))]
    assert found == slopes


def test_without_numbers_a_choice_is_written_with_its_cases() -> None:
    assert derivative(GATES["relu"], 0, ["x"]).unicode == "(0 if x ≤ 0 else 1)"
    assert derivative(GATES["max"], 0, ["a", "b"]).unicode == "(0.5 if a = b else (0 if a < b else 1))"
    assert derivative(GATES["leaky_relu"], 0, ["x", 1.0]).unicode == "1"
    both = derivative(GATES["pow"], 1, ["x", "y"])
    assert both.unicode == "(0 if x = 0 and y ≥ 0 else x^y·ln(x))"
    assert both.latex.startswith(r"\begin{cases}0 & \text{if } x = 0 \text{ and } y \ge 0\\ ")


def test_the_same_in_latex() -> None:
    def latex(name: str, operands: list[str | float]) -> tuple[str, str]:
        names = [f"\\{o}" if isinstance(o, str) else "" for o in operands]
        gate = GATES[name]
        return expression(gate, operands, names).latex, derivative(gate, 0, operands, latex_names=names).latex

    assert latex("div", ["x", "y"]) == (r"\frac{\x}{\y}", r"\frac{1}{\y}")
    assert latex("mul", ["x", -3.0]) == (r"\x \cdot \left(-3\right)", "-3")
    assert latex("mul", ["x", 2e-7]) == (r"\x \cdot \left(2 \times 10^{-7}\right)", r"2 \times 10^{-7}")
    assert latex("pow", ["x", 3.0]) == (r"\x^{3}", r"3 \cdot \x^{2}")
    assert latex("leaky_relu", ["x", "y"])[0] == r"\operatorname{leaky\_relu}\left(\x, \y\right)"
    assert latex("relu", ["x"])[1] == r"\begin{cases}0 & \text{if } \x \le 0\\ 1 & \text{else}\end{cases}"
    assert latex("mul", ["x", float("-inf")])[1] == r"-\infty"
    assert latex("sqrt", ["x"]) == (r"\sqrt{\x}", r"\frac{1}{2 \cdot \sqrt{\x}}")


def test_a_very_long_sum_is_told_apart_by_place() -> None:
    # More operands than the first block of placeholders has room for, one of them with a minus sign.
    labels = ["−3", *(f"v{i}" for i in range(1, 5000))]
    assert expression(GATES["sum"], labels).unicode == "sum(−3, v1, …, v4999)"
    half = derivative(GATES["dot"], 4100, [*labels, *labels], [1.0] * 10_000)
    assert half.unicode == "v4100"
    assert derivative(GATES["dot"], 5000, [*labels, *labels], [1.0] * 10_000).unicode == "−3"
